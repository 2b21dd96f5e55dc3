//! Runs one task: asks again whether it may, acts, and reads the truth after it.

use std::sync::Arc;
use std::time::Duration;

use driver::{Aspect, DriverError, DriverSession, Operation, ShutdownVia};
use model::{Capabilities, ErrorCode, Failure, Situation, Task, Vm, VmAction, VmCommand, VmState};
use serde_json::Value;
use store::Store;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::desk::Message;
use crate::connections::Directory;
use crate::error::{EngineError, Result};
use crate::inventory::Inventory;
use crate::session::SessionHandle;

/// The setting of how many seconds a guest may take to shut down.
pub(crate) const SHUTDOWN_TIMEOUT: &str = "shutdown_timeout_s";
const SHUTDOWN_TIMEOUT_DEFAULT: u64 = 120;
/// How long a guest's agent may take to answer.
const AGENT: Duration = Duration::from_secs(10);
/// How long the truth after an act is waited for: the act itself has happened.
const TRUTH: Duration = Duration::from_secs(10);
/// From one look to the next at a guest whose host tells of no changes.
const LOOK: u64 = 2;

/// How a task ended.
pub(super) enum Outcome {
    Succeeded,
    Failed(Failure),
    Cancelled,
}

/// What tasks work with.
#[derive(Clone)]
pub(super) struct Tools {
    pub directory: Directory,
    pub inventory: Inventory,
    pub store: Store,
}

/// One task at work.
pub(super) struct Work {
    pub tools: Tools,
    pub task: Task,
    pub cancel: CancellationToken,
    pub reports: mpsc::UnboundedSender<Message>,
}

/// An open session, and the VM in it.
struct Ground {
    handle: SessionHandle,
    session: Arc<dyn DriverSession>,
    capabilities: Capabilities,
    vm: Arc<Vm>,
}

impl Work {
    pub async fn run(self) -> Outcome {
        let done = tokio::select! {
            () = self.cancel.cancelled() => return Outcome::Cancelled,
            done = self.act() => done,
        };
        match done {
            Ok(()) => Outcome::Succeeded,
            Err(error) => Outcome::Failed(error.attempted(what(&self.task)).into()),
        }
    }

    async fn act(&self) -> Result<()> {
        let ground = self.ground()?;
        let lost = ground.session.closed();
        let acted = tokio::select! {
            biased;
            acted = self.act_on(&ground) => acted,
            // whatever the host did of it, nobody here will know
            error = lost => Err(error.into()),
        };
        match &acted {
            // the session is gone, and the truth with it
            Err(error) if error.code == ErrorCode::ConnectionLost => {}
            Ok(()) | Err(_) => self.read_truth(&ground, self.aspect()).await,
        }
        acted
    }

    /// Where to act, if it is still allowed.
    fn ground(&self) -> Result<Ground> {
        let vm = allowed(&self.tools, &self.task)?;
        let handle = self.tools.directory.handle(vm.id.connection)?;
        let state = handle.state().borrow().clone();
        let not_open = || EngineError::forbidden(model::Forbidden::NotConnected);
        Ok(Ground {
            handle,
            session: state.session.ok_or_else(not_open)?,
            capabilities: state.view.capabilities,
            vm,
        })
    }

    async fn act_on(&self, ground: &Ground) -> Result<()> {
        let operation = match &self.task.command {
            VmCommand::ShutDown => return self.shut_down(ground).await,
            VmCommand::Reboot => return self.ask_guest(ground, Operation::Reboot).await,
            VmCommand::EditText {
                title,
                description,
                tags,
            } => {
                let texts = [
                    title.clone().map(Operation::SetTitle),
                    description.clone().map(Operation::SetDescription),
                    tags.clone().map(Operation::SetTags),
                ];
                for operation in texts.into_iter().flatten() {
                    self.perform(ground, operation).await?;
                }
                return Ok(());
            }
            VmCommand::Start => Operation::Start,
            VmCommand::Reset => Operation::Reset,
            VmCommand::ForceOff => Operation::ForceOff,
            VmCommand::Pause => Operation::Pause,
            VmCommand::Resume => Operation::Resume,
            VmCommand::Save => Operation::Save,
            VmCommand::DiscardSaved => Operation::DiscardSaved,
            VmCommand::SetAutostart { enabled } => Operation::SetAutostart(*enabled),
            VmCommand::Rename { name } => Operation::Rename(name.clone()),
            VmCommand::AddDisplay { kind } => Operation::AddDisplay(*kind),
            VmCommand::SendNmi => Operation::SendNmi,
        };
        Ok(self.perform(ground, operation).await?)
    }

    async fn perform(
        &self,
        ground: &Ground,
        operation: Operation,
    ) -> std::result::Result<(), DriverError> {
        ground.session.perform(&ground.vm.id.key, operation).await
    }

    /// The guest's agent is asked first, where there is one; else the power button is pressed.
    async fn ask_guest(
        &self,
        ground: &Ground,
        operation: impl Fn(ShutdownVia) -> Operation,
    ) -> Result<()> {
        if ground.capabilities.agent && self.has_agent(ground).await {
            self.step("Asking the guest agent");
            let asked = self.perform(ground, operation(ShutdownVia::Agent));
            match tokio::time::timeout(AGENT, asked).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) if is_about_more_than_the_agent(error.code) => {
                    return Err(error.into());
                }
                // it is not installed, or does not answer: the power button is for that
                Ok(Err(_)) | Err(_) => {}
            }
        }
        self.step("Pressing the power button");
        Ok(self.perform(ground, operation(ShutdownVia::Acpi)).await?)
    }

    async fn has_agent(&self, ground: &Ground) -> bool {
        if ground.vm.details.is_none() {
            self.read_truth(ground, Aspect::Definition).await;
        }
        let vm = self.tools.inventory.vm(&ground.vm.id);
        let details = vm.as_ref().and_then(|vm| vm.details.as_ref());
        details.is_some_and(|details| details.has_agent_channel)
    }

    async fn shut_down(&self, ground: &Ground) -> Result<()> {
        let limit = self.shutdown_timeout().await;
        self.ask_guest(ground, Operation::ShutDown).await?;
        self.leave_place();
        let began = Instant::now();
        let mut changes = self.tools.inventory.changes();
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        self.read_truth(ground, Aspect::State).await;
        loop {
            changes.borrow_and_update();
            if self.is_down(ground) {
                return Ok(());
            }
            let waited = began.elapsed().as_secs();
            if waited >= limit {
                // the last word is the host's, not that of an event that may be late
                self.read_truth(ground, Aspect::State).await;
                return if self.is_down(ground) {
                    Ok(())
                } else {
                    Err(still_runs(limit))
                };
            }
            tokio::select! {
                _ = changes.changed() => {}
                _ = seconds.tick() => {
                    let waited = began.elapsed().as_secs();
                    self.step(&format!("Waiting for guest, {waited} of {limit} s"));
                    if !ground.capabilities.events && waited.is_multiple_of(LOOK) {
                        self.read_truth(ground, Aspect::State).await;
                    }
                }
            }
        }
    }

    async fn shutdown_timeout(&self) -> u64 {
        let kept = self.tools.store.setting(SHUTDOWN_TIMEOUT).await;
        let seconds = match kept {
            Ok(Some(Value::Number(number))) => number.as_u64(),
            Ok(Some(Value::String(text))) => text.parse().ok(),
            Ok(_) | Err(_) => None,
        };
        seconds.unwrap_or(SHUTDOWN_TIMEOUT_DEFAULT)
    }

    fn is_down(&self, ground: &Ground) -> bool {
        // a transient VM is gone when it is down
        self.tools
            .inventory
            .vm(&ground.vm.id)
            .is_none_or(|vm| match vm.summary.state {
                VmState::ShutOff | VmState::Saved | VmState::Crashed => true,
                VmState::Running | VmState::Paused | VmState::Unknown => false,
            })
    }

    async fn read_truth(&self, ground: &Ground, aspect: Aspect) {
        let read = ground.handle.reread(ground.vm.id.key.clone(), aspect);
        // the act has happened, whenever the host tells of it
        let _ = tokio::time::timeout(TRUTH, read).await;
    }

    fn aspect(&self) -> Aspect {
        match self.task.command.action() {
            VmAction::Rename | VmAction::EditText | VmAction::AddDisplay => Aspect::Definition,
            VmAction::Start
            | VmAction::ShutDown
            | VmAction::Reboot
            | VmAction::Reset
            | VmAction::ForceOff
            | VmAction::Pause
            | VmAction::Resume
            | VmAction::Save
            | VmAction::DiscardSaved
            | VmAction::AutostartOn
            | VmAction::AutostartOff
            | VmAction::SendNmi => Aspect::State,
        }
    }

    fn step(&self, text: &str) {
        self.report(Message::Step(self.task.id, text.to_owned()));
    }

    fn leave_place(&self) {
        self.report(Message::LeavesPlace(self.task.id));
    }

    fn report(&self, message: Message) {
        // when the desk is gone, so is this task
        let _ = self.reports.send(message);
    }
}

/// The VM, if what the task asks for is allowed as things are now.
pub(super) fn allowed(tools: &Tools, task: &Task) -> Result<Arc<Vm>> {
    let view = tools.directory.view(task.vm.connection);
    let vm = tools.inventory.vm(&task.vm);
    let (Some(view), Some(vm)) = (view, vm) else {
        return Err(EngineError::new(ErrorCode::VmNotFound, "The VM is gone."));
    };
    let access = view.connection.settings.access;
    Situation::of(&vm, view.status.phase, access, view.capabilities)
        .check(task.command.action())
        .map_err(EngineError::forbidden)?;
    Ok(vm)
}

/// What was attempted: `start win11`.
pub(super) fn what(task: &Task) -> String {
    let verb = match task.command.action() {
        VmAction::Start => "start",
        VmAction::ShutDown => "shut down",
        VmAction::Reboot => "reboot",
        VmAction::Reset => "reset",
        VmAction::ForceOff => "force off",
        VmAction::Pause => "pause",
        VmAction::Resume => "resume",
        VmAction::Save => "save",
        VmAction::DiscardSaved => "discard the saved state of",
        VmAction::AutostartOn => "turn autostart on for",
        VmAction::AutostartOff => "turn autostart off for",
        VmAction::Rename => "rename",
        VmAction::EditText => "edit the texts of",
        VmAction::AddDisplay => "add a display to",
        VmAction::SendNmi => "send an NMI to",
    };
    format!("{verb} {}", task.vm_name)
}

fn still_runs(limit: u64) -> EngineError {
    EngineError::new(
        ErrorCode::TimeoutStillRunning,
        format!("It still runs after {limit} s."),
    )
    .with_hint("Give it more time, or force it off: what the guest has not written is lost then.")
}

/// Failures that pressing the power button would only repeat.
const fn is_about_more_than_the_agent(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::ConnectionLost
            | ErrorCode::VmNotFound
            | ErrorCode::PermissionDenied
            | ErrorCode::Cancelled
    )
}

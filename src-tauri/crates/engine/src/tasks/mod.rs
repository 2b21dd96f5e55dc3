//! Tasks: everything that is done to VMs.
//!
//! ```text
//! submit ──▶ desk: kept as queued ──▶ queue ──▶ run ──▶ driver
//!              ▲  ▲                              │
//!   cancel ────┘  └───────── steps, its end ─────┘
//! ```

mod desk;
mod queue;
mod run;
mod validate;

use std::time::Duration;

use model::{ErrorCode, Task, TaskId, TaskStatus, VmCommand, VmId};
use store::TaskFilter;
use tokio::sync::{mpsc, oneshot};

pub(crate) use desk::Asker;
use desk::{Desk, Message, Order};
pub(crate) use run::SHUTDOWN_TIMEOUT;
use run::Tools;

use crate::bus::{EngineEvent, Next};
use crate::engine::{Engine, TaskParts};
use crate::error::{EngineError, Result};

/// From one look to the next at a task that another process runs.
const LOOK: Duration = Duration::from_millis(500);

/// How a cancel went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It is cancelled.
    Done,
    /// Another process runs it and was asked to cancel it.
    Asked,
}

/// Whether a task can be cancelled now, or why not. Renders the Cancel button.
///
/// # Errors
/// The reason, as a sentence.
pub fn can_cancel(task: &Task) -> std::result::Result<(), &'static str> {
    match (task.status, &task.command) {
        (TaskStatus::Queued, _) | (TaskStatus::Running, VmCommand::ShutDown) => Ok(()),
        (TaskStatus::Running, _) => Err("The host is at work on it and cannot be stopped."),
        (
            TaskStatus::Succeeded
            | TaskStatus::Failed
            | TaskStatus::Cancelled
            | TaskStatus::Interrupted,
            _,
        ) => Err("It has ended."),
    }
}

/// A handle on the desk.
#[derive(Clone)]
pub(crate) struct Tasks(mpsc::UnboundedSender<Message>);

impl Tasks {
    /// A desk without tasks. The future is its work.
    pub fn new(parts: TaskParts) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (messages, inbox) = mpsc::unbounded_channel();
        let tools = Tools {
            directory: parts.directory,
            inventory: parts.inventory,
            store: parts.store,
        };
        let desk = Desk::new(
            tools,
            parts.bus,
            parts.clock,
            parts.ids,
            parts.asker,
            messages.clone(),
        );
        (Self(messages), desk.run(inbox))
    }

    /// Lets go of everything: what has not ended is interrupted.
    pub async fn stop(&self) {
        let _ = self.ask(Message::Stop).await;
    }

    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.0.send(message(reply)).ok()?;
        answer.await.ok()
    }
}

impl Engine {
    /// Asks for `command` on each of `vms`. Returns as soon as the tasks are stored, one for each
    /// VM in the same order; several share a batch.
    ///
    /// What may not be done to a VM comes back as a task that has failed already, so that each VM
    /// of a batch shows its result in the same place.
    ///
    /// # Errors
    /// Nothing is stored: `vm_not_found`, `invalid_input` naming the field, the store's.
    pub async fn submit(&self, vms: Vec<VmId>, command: VmCommand) -> Result<Vec<Task>> {
        let command = validate::checked(command)?;
        if let (VmCommand::Rename { .. }, [_, _, ..]) = (&command, &vms[..]) {
            return Err(EngineError::wrong("name", "Only one VM can have a name."));
        }
        let mut orders = Vec::new();
        for id in vms {
            let vm = self
                .vm(&id)
                .ok_or_else(|| EngineError::new(ErrorCode::VmNotFound, "The VM is gone."))?;
            let view = self.connection(id.connection);
            orders.push(Order {
                vm: id,
                vm_name: vm.summary.name.clone(),
                connection_name: view
                    .map(|view| view.connection.settings.name)
                    .unwrap_or_default(),
                command: command.clone(),
            });
        }
        self.order(orders).await
    }

    /// Asks again for what failed, was cancelled or interrupted: new tasks, one for each.
    ///
    /// # Errors
    /// As [`Engine::submit`]; `invalid_state` for a task that has not ended so.
    pub async fn retry(&self, tasks: &[TaskId]) -> Result<Vec<Task>> {
        let mut orders = Vec::new();
        for id in tasks {
            let task = self.task(*id).await?;
            match task.status {
                TaskStatus::Failed | TaskStatus::Cancelled | TaskStatus::Interrupted => {}
                TaskStatus::Queued | TaskStatus::Running | TaskStatus::Succeeded => {
                    let why = "Only what failed or was stopped is tried again.";
                    return Err(EngineError::new(ErrorCode::InvalidState, why));
                }
            }
            orders.push(Order {
                vm: task.vm,
                vm_name: task.vm_name,
                connection_name: task.connection_name,
                command: task.command,
            });
        }
        self.order(orders).await
    }

    async fn order(&self, orders: Vec<Order>) -> Result<Vec<Task>> {
        let submitted = self
            .shared
            .tasks
            .ask(|reply| Message::Submit(orders, reply))
            .await;
        submitted.unwrap_or_else(|| Err(ended()))
    }

    /// Cancels a task, also one that another process runs.
    ///
    /// # Errors
    /// `invalid_state` with the reason why it cannot be (any more); `invalid_input` when there is
    /// no such task.
    pub async fn cancel(&self, task: TaskId) -> Result<Cancelled> {
        let cancelled = self
            .shared
            .tasks
            .ask(|reply| Message::Cancel(task, reply))
            .await;
        cancelled.unwrap_or_else(|| Err(ended()))
    }

    /// One task.
    ///
    /// # Errors
    /// `invalid_input` when there is no such task; the store's.
    pub async fn task(&self, task: TaskId) -> Result<Task> {
        let live = self
            .shared
            .tasks
            .ask(|reply| Message::Look(task, reply))
            .await;
        if let Some(Some(live)) = live {
            return Ok(live);
        }
        let kept = self.shared.store.task(task).await?;
        kept.ok_or_else(|| desk::no_task(task))
    }

    /// Tasks, newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn tasks(&self, filter: TaskFilter) -> Result<Vec<Task>> {
        let mut tasks = self.shared.store.tasks(filter).await?;
        for task in tasks.iter_mut().filter(|task| !task.status.is_final()) {
            let live = self
                .shared
                .tasks
                .ask(|reply| Message::Look(task.id, reply))
                .await;
            if let Some(Some(live)) = live {
                *task = live;
            } else if let Some(ended) = self.shared.store.task(task.id).await? {
                // it has ended since the list was read, or is another process's
                *task = ended;
            }
        }
        Ok(tasks)
    }

    /// Waits until a task has ended.
    ///
    /// # Errors
    /// As [`Engine::task`].
    pub async fn task_ended(&self, task: TaskId) -> Result<Task> {
        let mut events = self.subscribe();
        loop {
            let now = self.task(task).await?;
            if now.status.is_final() {
                return Ok(now);
            }
            // a task of another process tells nothing here: it is looked at now and then
            let news = async {
                loop {
                    match events.next().await {
                        Next::Event(EngineEvent::Task(told)) if told.id == task => return,
                        Next::Event(_) => {}
                        Next::Missed | Next::Closed => return,
                    }
                }
            };
            let _ = tokio::time::timeout(LOOK, news).await;
        }
    }
}

fn ended() -> EngineError {
    EngineError::new(ErrorCode::Cancelled, "Innkeeper is closing.")
}

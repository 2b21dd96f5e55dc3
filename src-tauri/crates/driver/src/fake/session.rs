//! A session with a fake host.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use model::action::Capabilities;
use model::{Display, DisplayKind, ErrorCode, HostInfo, ProviderKind, VmKey, VmState, VmSummary};
use tokio::sync::{mpsc, watch};

use super::console::{self, SentKeys};
use super::rfb;
use super::world::{FakeHost, FakeVm, render};
use crate::console::{Chord, Consoles, KeySet, Pipe, Screenshot, Takeover};
use crate::error::{DriverError, Result};
use crate::session::{Aspect, Definition, DisplayOffer, DriverSession, EventReceiver, Operation};

const EVENTS_HELD: usize = 1024;

pub(super) struct FakeSession {
    host: FakeHost,
    capabilities: Capabilities,
    calls: AtomicU64,
    events: Mutex<Option<EventReceiver>>,
    end: watch::Sender<Option<DriverError>>,
}

impl FakeSession {
    pub(super) fn open(host: &FakeHost) -> Arc<Self> {
        let (sender, receiver) = mpsc::channel(EVENTS_HELD);
        let end = watch::Sender::new(None);
        let mut state = host.state();
        state.listeners.push(sender);
        state.sessions.push(end.clone());
        state.connects += 1;
        Arc::new(Self {
            host: host.clone(),
            capabilities: state.capabilities,
            calls: AtomicU64::new(1),
            events: Mutex::new(Some(receiver)),
            end,
        })
    }

    /// Every call: counted, as slow as the host, failing when the session ends meanwhile.
    async fn call<T>(&self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let mut end = self.end.subscribe();
        tokio::select! {
            biased;
            error = end.wait_for(Option::is_some) => Err(ended(error.ok().and_then(|e| e.clone()))),
            answered = self.host.answer() => answered.and_then(|()| work()),
        }
    }
}

fn ended(error: Option<DriverError>) -> DriverError {
    error.unwrap_or_else(|| DriverError::connection_lost("The session is closed."))
}

#[async_trait]
impl DriverSession for FakeSession {
    fn provider(&self) -> ProviderKind {
        ProviderKind::Fake
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn host(&self) -> HostInfo {
        HostInfo {
            hostname: self.host.name.to_string(),
            hypervisor: "Fake 1.0".to_owned(),
            ..HostInfo::default()
        }
    }

    fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    fn take_events(&self) -> Option<EventReceiver> {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    async fn list(&self) -> Result<Vec<VmSummary>> {
        self.call(|| {
            Ok(self
                .host
                .state()
                .vms
                .values()
                .map(|vm| vm.summary.clone())
                .collect())
        })
        .await
    }

    async fn summary(&self, key: &VmKey) -> Result<Option<VmSummary>> {
        self.call(|| Ok(self.host.vm(key).map(|vm| vm.summary)))
            .await
    }

    async fn definition(&self, key: &VmKey) -> Result<Option<Definition>> {
        self.call(|| {
            Ok(self.host.vm(key).map(|vm| Definition {
                text: render(&vm),
                details: vm.details,
            }))
        })
        .await
    }

    async fn addresses(&self, key: &VmKey) -> Result<Vec<String>> {
        self.call(|| Ok(self.host.vm(key).map(|vm| vm.ips).unwrap_or_default()))
            .await
    }

    async fn perform(&self, key: &VmKey, operation: Operation) -> Result<()> {
        self.call(|| {
            let mut state = self.host.state();
            state.performed.push(format!("{key}: {operation:?}"));
            if let Some(error) = state.operation_error.clone() {
                return Err(error);
            }
            if let Operation::Rename(name) = &operation
                && state.vms.values().any(|vm| vm.summary.name == *name)
            {
                return Err(DriverError::new(
                    ErrorCode::NameInUse,
                    format!("Another VM is called ‘{name}’."),
                ));
            }
            let vm = state
                .vms
                .get_mut(key)
                .ok_or_else(|| DriverError::new(ErrorCode::VmNotFound, "The VM is gone."))?;
            let aspect = apply(vm, operation)?;
            drop(state);
            self.host.end_pipes_of_stopped(key);
            self.host.tell(key, aspect);
            Ok(())
        })
        .await
    }

    async fn consoles(&self, key: &VmKey) -> Result<Consoles> {
        self.call(|| console::on(&self.host, key).map(|vm| vm.consoles))
            .await
    }

    async fn open_display(&self, key: &VmKey, index: u8) -> Result<Pipe> {
        let end = self.end.subscribe();
        self.call(|| console::open_display(&self.host, key, index, end))
            .await
    }

    async fn open_line(&self, key: &VmKey, alias: &str, takeover: Takeover) -> Result<Pipe> {
        let end = self.end.subscribe();
        self.call(|| console::open_line(&self.host, key, alias, takeover, end))
            .await
    }

    async fn display_offers(&self, key: &VmKey) -> Result<Vec<DisplayOffer>> {
        self.call(|| {
            let vm = self
                .host
                .vm(key)
                .ok_or_else(|| DriverError::new(ErrorCode::VmNotFound, "The VM is gone."))?;
            let offers = [DisplayKind::Vnc, DisplayKind::Spice]
                .into_iter()
                .filter_map(|kind| {
                    let mut with = vm.clone();
                    apply(&mut with, Operation::AddDisplay(kind)).ok()?;
                    Some(DisplayOffer {
                        kind,
                        before: render(&vm),
                        after: render(&with),
                    })
                });
            Ok(offers.collect())
        })
        .await
    }

    async fn screenshot(&self, key: &VmKey, screen: u32) -> Result<Screenshot> {
        self.call(|| {
            console::on(&self.host, key)?;
            if screen > 0 {
                return Err(DriverError::new(
                    ErrorCode::InvalidInput,
                    "It has one screen.",
                ));
            }
            Ok(Screenshot {
                mime: "image/x-portable-pixmap".to_owned(),
                bytes: rfb::pixmap(),
            })
        })
        .await
    }

    async fn send_keys(&self, key: &VmKey, set: KeySet, chord: Chord) -> Result<()> {
        self.call(|| {
            console::on(&self.host, key)?;
            chord.check()?;
            let vm = key.clone();
            self.host.state().keys.push(SentKeys { vm, set, chord });
            Ok(())
        })
        .await
    }

    async fn ping(&self) -> Result<()> {
        self.call(|| Ok(())).await
    }

    async fn closed(&self) -> DriverError {
        let mut end = self.end.subscribe();
        let error = end.wait_for(Option::is_some).await;
        ended(error.ok().and_then(|error| error.clone()))
    }

    async fn close(&self) {
        self.end.send_if_modified(|end| {
            let open = end.is_none();
            if open {
                *end = Some(DriverError::connection_lost("The session is closed."));
            }
            open
        });
    }
}

fn apply(vm: &mut FakeVm, operation: Operation) -> Result<Aspect> {
    use VmState as S;
    let state = vm.summary.state;
    let mut to = |allowed: &[VmState], next: VmState| {
        if !allowed.contains(&state) {
            return Err(DriverError::new(
                ErrorCode::InvalidState,
                format!("The VM is {state:?}."),
            ));
        }
        vm.summary.state = next;
        Ok(Aspect::State)
    };
    match operation {
        Operation::Start => to(&[S::ShutOff, S::Saved, S::Crashed], S::Running),
        Operation::ShutDown(_) => {
            let next = if vm.obeys { S::ShutOff } else { S::Running };
            to(&[S::Running], next)
        }
        Operation::Reboot(_) | Operation::SendNmi => to(&[S::Running], S::Running),
        Operation::Reset => to(&[S::Running, S::Paused], state),
        Operation::ForceOff => to(&[S::Running, S::Paused, S::Crashed], S::ShutOff),
        Operation::Pause => to(&[S::Running], S::Paused),
        Operation::Resume => to(&[S::Paused], S::Running),
        Operation::Save => to(&[S::Running, S::Paused], S::Saved),
        Operation::DiscardSaved => to(&[S::Saved], S::ShutOff),
        Operation::SetAutostart(enabled) => {
            vm.summary.autostart = Some(enabled);
            Ok(Aspect::State)
        }
        Operation::Rename(name) => {
            to(&[S::ShutOff], S::ShutOff)?;
            vm.summary.name = name;
            Ok(Aspect::Definition)
        }
        Operation::SetTitle(title) => {
            vm.details.title = title;
            Ok(Aspect::Definition)
        }
        Operation::SetDescription(description) => {
            vm.details.description = description;
            Ok(Aspect::Definition)
        }
        Operation::SetTags(tags) => {
            vm.details.tags = tags;
            Ok(Aspect::Definition)
        }
        Operation::AddDisplay(kind) => {
            let display = Display {
                kind: kind.as_str().to_owned(),
            };
            if vm.details.displays.contains(&display) {
                return Err(DriverError::new(
                    ErrorCode::InvalidState,
                    "The VM has such a display already.",
                ));
            }
            vm.details.displays.push(display);
            Ok(Aspect::Definition)
        }
    }
}

//! Hosts that tests shape. Everything is behind one lock per host that is never held across a wait.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::action::{ActionSet, Capabilities};
use model::{ByteSize, Display, ErrorCode, VmDetails, VmKey, VmState, VmSummary};
use tokio::sync::{mpsc, watch};

use super::console::{self, Pipes, SentKeys};
use crate::console::Consoles;
use crate::error::{DriverError, Result};
use crate::prompt::Question;
use crate::session::{Aspect, DriverEvent};

/// All hosts there are.
#[derive(Clone, Default)]
pub struct FakeWorld {
    hosts: Arc<Mutex<BTreeMap<String, FakeHost>>>,
}

impl FakeWorld {
    /// Adds a host that answers at once.
    pub fn add_host(&self, name: &str) -> FakeHost {
        let host = FakeHost::new(name);
        lock(&self.hosts).insert(name.to_owned(), host.clone());
        host
    }

    pub(super) fn find(&self, name: &str) -> Option<FakeHost> {
        lock(&self.hosts).get(name).cloned()
    }
}

/// One VM of a fake host.
#[derive(Debug, Clone)]
pub struct FakeVm {
    /// What lists tell.
    pub summary: VmSummary,
    /// What the definition tells.
    pub details: VmDetails,
    /// What the agent tells.
    pub ips: Vec<String>,
    /// Whether the guest obeys when asked to shut down.
    pub obeys: bool,
    /// Its displays and lines while it runs. VNC displays show a still picture, lines echo.
    pub consoles: Consoles,
}

impl FakeVm {
    /// A persistent VM in this state.
    pub fn new(name: &str, state: VmState) -> Self {
        Self {
            summary: VmSummary {
                key: VmKey::new(format!("key-{name}")),
                name: name.to_owned(),
                state,
                reason: None,
                persistent: true,
                autostart: Some(false),
                has_snapshots: Some(false),
            },
            details: VmDetails {
                vcpus: Some(2),
                memory: Some(ByteSize::bytes(2 << 30)),
                ..VmDetails::default()
            },
            ips: Vec::new(),
            obeys: true,
            consoles: console::usual(),
        }
    }
}

pub(super) struct HostState {
    pub vms: BTreeMap<VmKey, FakeVm>,
    pub delay: Duration,
    pub question: Option<Question>,
    pub connect_error: Option<DriverError>,
    pub operation_error: Option<DriverError>,
    pub capabilities: Capabilities,
    pub listeners: Vec<mpsc::Sender<DriverEvent>>,
    /// Each session's own end.
    pub sessions: Vec<watch::Sender<Option<DriverError>>>,
    pub connects: u32,
    pub performed: Vec<String>,
    pub console_error: Option<DriverError>,
    pub pipes: Pipes,
    pub keys: Vec<SentKeys>,
}

/// One host. Clones are the same host.
#[derive(Clone)]
pub struct FakeHost {
    pub(super) name: Arc<str>,
    state: Arc<Mutex<HostState>>,
    frozen: watch::Sender<bool>,
}

impl FakeHost {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            state: Arc::new(Mutex::new(HostState {
                vms: BTreeMap::new(),
                delay: Duration::ZERO,
                question: None,
                connect_error: None,
                operation_error: None,
                capabilities: Capabilities {
                    actions: ActionSet::all(),
                    events: true,
                    addresses: true,
                    agent: true,
                    consoles: true,
                },
                listeners: Vec::new(),
                sessions: Vec::new(),
                connects: 0,
                performed: Vec::new(),
                console_error: None,
                pipes: Pipes::default(),
                keys: Vec::new(),
            })),
            frozen: watch::Sender::new(false),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, HostState> {
        lock(&self.state)
    }

    /// Adds or replaces a VM, as somebody else at the host would, and tells the sessions.
    pub fn put(&self, vm: FakeVm) -> VmKey {
        let key = vm.summary.key.clone();
        self.state().vms.insert(key.clone(), vm);
        self.end_pipes_of_stopped(&key);
        self.tell(&key, Aspect::Definition);
        key
    }

    /// Removes a VM, as somebody else at the host would, and tells the sessions.
    pub fn remove(&self, key: &VmKey) {
        self.state().vms.remove(key);
        self.end_pipes_of_stopped(key);
        self.tell(key, Aspect::State);
    }

    /// Changes a VM, as somebody else at the host would. `tell` decides whether sessions hear of it.
    pub fn change(&self, key: &VmKey, tell: Option<Aspect>, change: impl FnOnce(&mut FakeVm)) {
        if let Some(vm) = self.state().vms.get_mut(key) {
            change(vm);
        }
        self.end_pipes_of_stopped(key);
        if let Some(aspect) = tell {
            self.tell(key, aspect);
        }
    }

    /// One VM as it is now.
    pub fn vm(&self, key: &VmKey) -> Option<FakeVm> {
        self.state().vms.get(key).cloned()
    }

    /// How long each call takes.
    pub fn set_delay(&self, delay: Duration) {
        self.state().delay = delay;
    }

    /// What it asks at each connect.
    pub fn set_question(&self, question: Option<Question>) {
        self.state().question = question;
    }

    /// How connects fail; `None` lets them succeed.
    pub fn set_connect_error(&self, error: Option<DriverError>) {
        self.state().connect_error = error;
    }

    /// How operations fail; `None` lets them succeed.
    pub fn set_operation_error(&self, error: Option<DriverError>) {
        self.state().operation_error = error;
    }

    /// How everything about displays and lines fails; `None` lets it succeed.
    pub fn set_console_error(&self, error: Option<DriverError>) {
        self.state().console_error = error;
    }

    /// The keys that were sent to its VMs, in order.
    pub fn keys(&self) -> Vec<SentKeys> {
        self.state().keys.clone()
    }

    /// What can be done there, for sessions opened from now on.
    pub fn set_capabilities(&self, capabilities: Capabilities) {
        self.state().capabilities = capabilities;
    }

    /// Stops answering, or answers again. Sockets stay open, as with a frozen machine.
    pub fn set_frozen(&self, frozen: bool) {
        self.frozen.send_replace(frozen);
    }

    /// Breaks every open session, as a power loss does.
    pub fn cut(&self) {
        let mut state = self.state();
        state.listeners.clear();
        for session in state.sessions.drain(..) {
            session.send_replace(Some(DriverError::connection_lost("The host closed.")));
        }
    }

    /// Sends an event that no VM belongs to, or a burst of them.
    pub fn send(&self, event: DriverEvent) {
        for listener in &self.state().listeners {
            // a full channel is the session's overflow, as in a real driver
            let _ = listener.try_send(event.clone());
        }
    }

    /// How often it was connected to.
    pub fn connects(&self) -> u32 {
        self.state().connects
    }

    /// What was done to its VMs, in order: `key-a: Start`.
    pub fn performed(&self) -> Vec<String> {
        self.state().performed.clone()
    }

    pub(super) fn question(&self) -> Option<Question> {
        self.state().question.clone()
    }

    pub(super) fn connect_error(&self) -> Option<DriverError> {
        self.state().connect_error.clone()
    }

    /// Waits as long as the host takes to answer: for ever while it is frozen.
    pub(super) async fn answer(&self) -> Result<()> {
        let delay = self.state().delay;
        tokio::time::sleep(delay).await;
        let mut frozen = self.frozen.subscribe();
        frozen
            .wait_for(|frozen| !frozen)
            .await
            .map(|_| ())
            .map_err(|_| DriverError::connection_lost("The world ended."))
    }

    /// Displays and lines end with their VM's run.
    pub(super) fn end_pipes_of_stopped(&self, key: &VmKey) {
        let state = self.state();
        let is_on = |vm: &FakeVm| console::is_on(vm.summary.state);
        if !state.vms.get(key).is_some_and(is_on) {
            state.pipes.end(key);
        }
    }

    pub(super) fn tell(&self, key: &VmKey, aspect: Aspect) {
        self.send(DriverEvent::Vm {
            key: key.clone(),
            aspect,
        });
    }
}

/// The fake definition is the details as JSON lines of the fields that tests look at.
pub(super) fn render(vm: &FakeVm) -> String {
    let details = &vm.details;
    let displays = details.displays.iter();
    let displays: String = displays.map(|d| format!("display={}\n", d.kind)).collect();
    format!(
        "name={}\ntitle={}\ndescription={}\ntags={}\nvcpus={}\nmemory={}\n{}",
        one_line(&vm.summary.name),
        one_line(&details.title),
        one_line(&details.description),
        details.tags.join(","),
        details.vcpus.unwrap_or(0),
        details.memory.unwrap_or_default().as_bytes(),
        displays,
    )
}

pub(super) fn parse(text: &str) -> Result<VmDetails> {
    let mut details = VmDetails::default();
    for line in text.lines() {
        let (field, value) = line.split_once('=').ok_or_else(|| {
            DriverError::new(ErrorCode::InvalidInput, format!("No ‘=’ in line {line:?}."))
        })?;
        match field {
            "title" => details.title = value.to_owned(),
            "description" => details.description = value.to_owned(),
            "tags" => {
                details.tags = value
                    .split(',')
                    .filter(|tag| !tag.is_empty())
                    .map(str::to_owned)
                    .collect();
            }
            "display" => details.displays.push(Display {
                kind: value.to_owned(),
            }),
            "vcpus" => details.vcpus = value.parse().ok(),
            "memory" => details.memory = value.parse().ok().map(ByteSize::bytes),
            _ => {}
        }
    }
    Ok(details)
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // a test that panicked while holding it has failed already
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

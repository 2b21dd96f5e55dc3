//! The inventory: every VM of every connection, as last read.
//!
//! Sessions send what they observed; one task compares it with what is known, writes the changes to
//! the store as one batch in one transaction, and tells the bus once.
//!
//! Invariant: only that task changes rows. What observers sent is taken in the order it was sent.

mod batch;
mod keeper;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use model::{ConnectionId, HostInfo, ProviderKind, Vm, VmId, VmKey, VmState, VmSummary};
use store::Store;
use tokio::sync::{mpsc, oneshot, watch};

use crate::bus::Bus;
use crate::connections::ConnectionView;
use crate::error::Result;
use crate::prompts::PromptView;

/// The estate at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Number of the last change that is in it. Later events have higher ones.
    pub revision: u64,
    /// Every VM, in no order.
    pub vms: Vec<Arc<Vm>>,
    /// Every connection, by name.
    pub connections: Vec<ConnectionView>,
    /// The question to show now.
    pub prompt: Option<PromptView>,
}

/// How fresh a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// True now, as far as the host tells.
    Live,
    /// True then; what is now nobody knows.
    AsOf(Timestamp),
}

/// How fresh `vm` is, seen through `connection`. A list that was true at some time made every row
/// of it true, so rows need no event of their own when a connection is lost.
pub fn freshness(vm: &Vm, connection: &ConnectionView) -> Freshness {
    if connection.live {
        return Freshness::Live;
    }
    let list = connection.status.as_of;
    Freshness::AsOf(list.map_or(vm.as_of, |list| list.max(vm.as_of)))
}

/// What a session has observed.
pub(crate) struct Observation {
    pub connection: ConnectionId,
    pub provider: ProviderKind,
    /// When it was asked for: it was true no earlier.
    pub at: Timestamp,
    pub what: Observed,
    /// Told when it is in the inventory.
    pub told: Vec<oneshot::Sender<()>>,
}

pub(crate) enum Observed {
    /// All VMs there are.
    List {
        summaries: Vec<VmSummary>,
        /// Read singly after the list had begun: the list is passed over for them.
        known_better: Vec<VmKey>,
    },
    /// One VM, or that it is gone.
    Summary(VmKey, Option<VmSummary>),
    Definition(VmKey, Option<Box<driver::Definition>>),
    Addresses(VmKey, Vec<String>),
    /// What the host says of itself.
    Host(HostInfo),
    /// Nothing new: all rows were still true.
    StillTrue,
}

enum Message {
    Observed(Observation),
    Note(VmId, String, oneshot::Sender<Result<()>>),
    /// The connection is gone, and its rows with it.
    Forget(ConnectionId, oneshot::Sender<()>),
    /// Somebody waits until everything before is kept.
    Settled(oneshot::Sender<()>),
    /// Another process wrote rows; those of these connections are ours to know.
    Reload(Vec<ConnectionId>),
}

/// All rows, and the number of the last change.
#[derive(Default)]
struct Rows {
    connections: HashMap<ConnectionId, HashMap<VmKey, Arc<Vm>>>,
    revision: u64,
}

/// A handle on the inventory.
#[derive(Clone)]
pub(crate) struct Inventory {
    rows: Arc<Mutex<Rows>>,
    messages: mpsc::UnboundedSender<Message>,
    revision: watch::Receiver<u64>,
}

impl Inventory {
    /// An inventory that holds `vms`. The future is its keeper; it ends with the last handle.
    pub fn new(
        store: Store,
        bus: Bus,
        vms: Vec<Vm>,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let mut rows = Rows::default();
        for vm in vms {
            rows.put(Arc::new(vm));
        }
        let rows = Arc::new(Mutex::new(rows));
        let (messages, inbox) = mpsc::unbounded_channel();
        let (told, revision) = watch::channel(0);
        let keeper = keeper::Keeper::new(Arc::clone(&rows), store, bus, told);
        let inventory = Self {
            rows,
            messages,
            revision,
        };
        (inventory, keeper.run(inbox))
    }

    pub fn observe(&self, observation: Observation) {
        // after the end nobody wants to know
        let _ = self.messages.send(Message::Observed(observation));
    }

    pub async fn set_note(&self, vm: VmId, text: String) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        let _ = self.messages.send(Message::Note(vm, text, reply));
        answer.await.unwrap_or(Ok(()))
    }

    pub async fn forget(&self, connection: ConnectionId) {
        let (reply, done) = oneshot::channel();
        let _ = self.messages.send(Message::Forget(connection, reply));
        let _ = done.await;
    }

    /// Waits until what was observed is kept.
    pub async fn settled(&self) {
        let (reply, done) = oneshot::channel();
        let _ = self.messages.send(Message::Settled(reply));
        let _ = done.await;
    }

    /// Takes over what another process wrote, but of these connections.
    pub fn reload(&self, but: Vec<ConnectionId>) {
        let _ = self.messages.send(Message::Reload(but));
    }

    pub fn vm(&self, id: &VmId) -> Option<Arc<Vm>> {
        self.get(id.connection, &id.key)
    }

    pub fn get(&self, connection: ConnectionId, key: &VmKey) -> Option<Arc<Vm>> {
        lock(&self.rows)
            .connections
            .get(&connection)?
            .get(key)
            .cloned()
    }

    pub fn keys(&self, connection: ConnectionId) -> Vec<VmKey> {
        let rows = lock(&self.rows);
        let of = rows.connections.get(&connection);
        of.into_iter().flat_map(HashMap::keys).cloned().collect()
    }

    pub fn running(&self, connection: ConnectionId) -> Vec<VmKey> {
        let rows = lock(&self.rows);
        let of = rows.connections.get(&connection);
        of.into_iter()
            .flat_map(HashMap::values)
            .filter(|vm| vm.summary.state == VmState::Running)
            .map(|vm| vm.id.key.clone())
            .collect()
    }

    pub fn all(&self) -> (u64, Vec<Arc<Vm>>) {
        let rows = lock(&self.rows);
        let all = rows.connections.values().flat_map(HashMap::values);
        (rows.revision, all.cloned().collect())
    }

    /// Follows the revision: changes when any row has.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.revision.clone()
    }
}

impl Rows {
    fn get(&self, id: &VmId) -> Option<&Arc<Vm>> {
        self.connections.get(&id.connection)?.get(&id.key)
    }

    fn put(&mut self, vm: Arc<Vm>) {
        let of = self.connections.entry(vm.id.connection).or_default();
        of.insert(vm.id.key.clone(), vm);
    }

    fn remove(&mut self, id: &VmId) {
        if let Some(of) = self.connections.get_mut(&id.connection) {
            of.remove(&id.key);
        }
    }
}

fn lock(rows: &Mutex<Rows>) -> MutexGuard<'_, Rows> {
    // rows are replaced whole: a panic elsewhere leaves none half written
    rows.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The engine: starts the owners, holds their handles, hands out use cases.
//!
//! Each module adds its own use cases to [`Engine`]; here are those about all of it.

use std::collections::HashMap;
use std::sync::Arc;

use driver::Drivers;
use model::{Capabilities, ConnectionId, Origin, Situation, Vm, VmAction, VmId};
use store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::{Bus, Subscription};
use crate::clock::{Clock, Ids};
use crate::connections::{ConnectionView, Directory};
use crate::doctor::Rounds;
use crate::error::Result;
use crate::inventory::{Inventory, Snapshot};
use crate::prompts::PromptDesk;
use crate::session::SessionParts;
use crate::surroundings::{self, Surroundings};
use crate::tasks::{TaskParts, Tasks};

/// Whether definitions (XML) are read without anybody asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Definitions {
    /// In the background, visible rows first: for a window and for `watch`.
    InBackground,
    /// Only those that an action needs: for a command that ends soon.
    WhenNeeded,
}

/// What becomes of tasks that the store holds as unfinished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leftovers {
    /// Nobody else works on them: they become `interrupted`.
    Interrupt,
    /// Another process may be at work on them: they are left alone.
    Leave,
}

/// Whether questions of hosts can be put to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// By [`crate::EngineEvent::Prompt`]; somebody calls [`Engine::answer`].
    Possible,
    /// Every question counts as closed.
    Nobody,
}

/// What an engine is made of.
pub struct EngineConfig {
    /// The opened inventory.
    pub store: Store,
    /// The drivers this program was built with.
    pub drivers: Drivers,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// New identities, and chance.
    pub ids: Arc<dyn Ids>,
    /// This computer's network, watched for changes.
    pub surroundings: Arc<dyn Surroundings>,
    /// Who asks for tasks here.
    pub origin: Origin,
    /// The login on this computer that asks.
    pub asked_by: String,
    /// Whether definitions are read without anybody asking.
    pub definitions: Definitions,
    /// What becomes of unfinished tasks in the store.
    pub leftovers: Leftovers,
    /// Whether questions can be put to somebody.
    pub asking: Asking,
}

/// The engine. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub store: Store,
    pub drivers: Drivers,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub bus: Bus,
    pub inventory: Inventory,
    pub directory: Directory,
    pub tasks: Tasks,
    pub prompts: PromptDesk,
    pub doctor: Rounds,
    ending: CancellationToken,
    tracker: TaskTracker,
}

impl Engine {
    /// Loads the inventory and starts the owners. Nothing connects before
    /// [`Engine::connect_automatic`] or [`Engine::connect`]: what is asked until then never touches
    /// the network.
    ///
    /// # Errors
    /// The store's: `storage_full`, `internal`.
    pub async fn start(config: EngineConfig) -> Result<Self> {
        unimplemented!()
    }

    /// Everything that changes from now on. Take the [`Engine::snapshot`] after this.
    pub fn subscribe(&self) -> Subscription {
        self.shared.bus.subscribe()
    }

    /// The estate as it is now: one revision of the inventory, all connections, the prompt to show.
    pub fn snapshot(&self) -> Snapshot {
        unimplemented!()
    }

    /// One VM.
    pub fn vm(&self, id: &VmId) -> Option<Arc<Vm>> {
        self.shared.inventory.vm(id)
    }

    /// What decides what may be done to `vm` now; `None` when its connection is gone.
    pub fn situation(&self, vm: &Vm) -> Option<Situation> {
        unimplemented!()
    }

    /// VMs that fit `text`, in the search grammar, offline ones too.
    ///
    /// # Errors
    /// `invalid_input` naming what is wrong with the text; the store's.
    pub async fn search(&self, text: &str) -> Result<Vec<VmId>> {
        unimplemented!()
    }

    /// Keeps the user's own note on a VM, on this computer only.
    ///
    /// # Errors
    /// `vm_not_found`; the store's.
    pub async fn set_note(&self, vm: &VmId, text: &str) -> Result<()> {
        unimplemented!()
    }

    /// Which rows are on the screen: their definitions and addresses are read first.
    pub fn set_visible(&self, vms: Vec<VmId>) {
        unimplemented!()
    }

    /// A setting, as text.
    ///
    /// # Errors
    /// The store's.
    pub async fn setting(&self, key: &str) -> Result<Option<String>> {
        unimplemented!()
    }

    /// Changes a setting. `shutdown_timeout_s`: how long a guest may take to shut down, 120 when
    /// not set.
    ///
    /// # Errors
    /// `invalid_input`; the store's.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<()> {
        unimplemented!()
    }

    /// Ends everything: sessions close, unfinished tasks become interrupted, the store is closed.
    pub async fn close(&self) {
        unimplemented!()
    }
}

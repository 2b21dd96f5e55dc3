//! The engine: starts the owners, holds their handles, hands out use cases.
//!
//! Each module adds its own use cases to [`Engine`]; here are those about all of it.

use std::sync::Arc;
use std::time::Duration;

use driver::Drivers;
use model::{ErrorCode, Origin, Situation, Vm, VmId};
use serde_json::Value;
use store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::{Bus, EngineEvent, Subscription};
use crate::clock::{Clock, Ids};
use crate::connections::Directory;
use crate::console::{Desk, Pictures, Typists};
use crate::doctor::Rounds;
use crate::error::{EngineError, Result};
use crate::inventory::{Inventory, Snapshot};
use crate::prompts::PromptDesk;
use crate::session::{Command, SessionParts};
use crate::surroundings::{self, Surroundings};
use crate::tasks::{Asker, SHUTDOWN_TIMEOUT, Tasks};

/// From one look to the next at whether another process has written to the store.
const LOOK: Duration = Duration::from_secs(2);

/// Whether definitions (XML) are read without anybody asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Definitions {
    /// In the background, visible rows first: for a window and for `watch`.
    InBackground,
    /// Only those that an action needs: for a command that ends soon.
    WhenNeeded,
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
    /// Whether questions can be put to somebody.
    pub asking: Asking,
}

/// The engine. Clones are the same engine. It ends with [`Engine::close`].
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
    pub consoles: Desk,
    pub typists: Typists,
    pub pictures: Pictures,
    pub ending: CancellationToken,
    tracker: TaskTracker,
}

/// What the desk of tasks works with.
pub(crate) struct TaskParts {
    pub directory: Directory,
    pub inventory: Inventory,
    pub store: Store,
    pub bus: Bus,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub asker: Asker,
}

impl Engine {
    /// Loads the inventory and starts the owners. Unfinished tasks whose process has ended become
    /// interrupted. Nothing connects before [`Engine::connect_automatic`] or [`Engine::connect`]:
    /// what is asked until then never touches the network.
    ///
    /// # Errors
    /// The store's: `storage_full`, `internal`.
    pub async fn start(config: EngineConfig) -> Result<Self> {
        let EngineConfig {
            store,
            drivers,
            clock,
            ids,
            surroundings,
            origin,
            asked_by,
            definitions,
            asking,
        } = config;
        if let Err(error) = store.interrupt_leftovers(clock.now()).await {
            // a full disk is no reason not to show the estate
            tracing::warn!(%error, "unfinished tasks are not marked");
        }
        let connections = store.connections().await?;
        let mut last_seen = store.last_seen().await?;
        let vms = store.vms().await?;

        let bus = Bus::new();
        let (inventory, keeping) = Inventory::new(store.clone(), bus.clone(), vms);
        let prompts = PromptDesk::new(bus.clone(), Arc::clone(&ids), asking);
        let directory = Directory::new(SessionParts {
            drivers: drivers.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            bus: bus.clone(),
            inventory: inventory.clone(),
            prompts: prompts.clone(),
            definitions,
        });
        let (tasks, working) = Tasks::new(TaskParts {
            directory: directory.clone(),
            inventory: inventory.clone(),
            store: store.clone(),
            bus: bus.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            asker: Asker {
                origin,
                login: asked_by,
            },
        });
        let engine = Self {
            shared: Arc::new(Shared {
                store,
                drivers,
                clock: Arc::clone(&clock),
                ids,
                bus,
                inventory,
                directory,
                tasks,
                prompts,
                doctor: Rounds::default(),
                consoles: Desk::new(),
                typists: Typists::default(),
                pictures: Pictures::default(),
                ending: CancellationToken::new(),
                tracker: TaskTracker::new(),
            }),
        };
        // these end by themselves once sessions and tasks have
        tokio::spawn(keeping);
        tokio::spawn(working);
        for connection in connections {
            let seen = last_seen.remove(&connection.id).unwrap_or_default();
            engine.shared.directory.put(connection, seen);
        }
        let directory = engine.shared.directory.clone();
        engine.spawn(surroundings::watch(clock, surroundings, move || {
            for session in directory.handles() {
                session.send(Command::Wake);
            }
        }));
        engine.spawn(engine.clone().watch_store());
        Ok(engine)
    }

    /// Everything that changes from now on. Take the [`Engine::snapshot`] after this.
    pub fn subscribe(&self) -> Subscription {
        self.shared.bus.subscribe()
    }

    /// The estate as it is now: one revision of the inventory, all connections, the prompt to show.
    pub fn snapshot(&self) -> Snapshot {
        let (revision, vms) = self.shared.inventory.all();
        Snapshot {
            revision,
            vms,
            connections: self.connections(),
            prompt: self.prompt(),
        }
    }

    /// One VM.
    pub fn vm(&self, id: &VmId) -> Option<Arc<Vm>> {
        self.shared.inventory.vm(id)
    }

    /// What decides what may be done to `vm` now; `None` when its connection is gone.
    pub fn situation(&self, vm: &Vm) -> Option<Situation> {
        let view = self.connection(vm.id.connection)?;
        let access = view.connection.settings.access;
        Some(Situation::of(
            vm,
            view.status.phase,
            access,
            view.capabilities,
        ))
    }

    /// VMs that contain `text`, capitals aside, in any of their texts or in their host's name;
    /// offline ones too. All of them for an empty text.
    ///
    /// # Errors
    /// The store's.
    pub async fn search_text(&self, text: &str) -> Result<Vec<VmId>> {
        Ok(self.shared.store.search(text.to_owned()).await?)
    }

    /// Keeps the user's own note on a VM, on this computer only.
    ///
    /// # Errors
    /// `vm_not_found`; the store's.
    pub async fn set_note(&self, vm: &VmId, text: &str) -> Result<()> {
        let noted = self
            .shared
            .inventory
            .set_note(vm.clone(), text.to_owned())
            .await;
        noted.map_err(|error| error.attempted("keep the note"))
    }

    /// Which rows are on the screen, from the top: their definitions and addresses are read first.
    pub fn set_visible(&self, vms: Vec<VmId>) {
        self.shared.directory.set_visible(vms);
    }

    /// A setting, as text.
    ///
    /// # Errors
    /// The store's.
    pub async fn setting(&self, key: &str) -> Result<Option<String>> {
        let kept = self.shared.store.setting(key).await?;
        Ok(kept.map(|value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        }))
    }

    /// Changes a setting. `shutdown_timeout_s`: how many seconds a guest may take to shut down, 120
    /// when not set.
    ///
    /// # Errors
    /// `invalid_input`; the store's.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<()> {
        let value = if key == SHUTDOWN_TIMEOUT {
            Value::from(shutdown_timeout(value)?)
        } else {
            Value::from(value)
        };
        Ok(self.shared.store.set_setting(key, value).await?)
    }

    /// Ends everything: consoles and sessions close, unfinished tasks become interrupted, the store is closed.
    pub async fn close(&self) {
        let shared = &self.shared;
        shared.ending.cancel();
        shared.consoles.end().await;
        shared.tasks.stop().await;
        shared.directory.end().await;
        shared.tracker.close();
        shared.tracker.wait().await;
        shared.inventory.settled().await;
        shared.store.close().await;
    }

    /// Runs something that ends with the engine.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let ending = self.shared.ending.clone();
        self.shared.tracker.spawn(async move {
            tokio::select! {
                () = ending.cancelled() => {}
                () = work => {}
            }
        });
    }

    /// Takes over what another process (innkeeperctl beside the window) writes to the store.
    async fn watch_store(self) {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut seen = self.shared.store.data_version().await.ok();
        loop {
            looks.tick().await;
            let now = self.shared.store.data_version().await.ok();
            if now == seen || now.is_none() {
                continue;
            }
            seen = now;
            if let Err(error) = self.take_over_changes().await {
                tracing::warn!(%error, "what another process wrote is not taken over");
            }
            let unfinished = store::TaskFilter {
                only_unfinished: true,
                ..store::TaskFilter::default()
            };
            for task in self.tasks(unfinished).await.unwrap_or_default() {
                self.shared.bus.tell(EngineEvent::Task(Arc::new(task)));
            }
        }
    }
}

fn shutdown_timeout(text: &str) -> Result<u64> {
    match text.trim().parse() {
        Ok(seconds @ 1..=86_400) => Ok(seconds),
        Ok(_) | Err(_) => Err(EngineError {
            code: ErrorCode::InvalidInput,
            ..EngineError::wrong(
                SHUTDOWN_TIMEOUT,
                "The time a guest may take is from 1 second to a day (86400).",
            )
        }),
    }
}

//! The handle: every call on the inventory.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use model::{Connection, ConnectionId, LastSeen, Task, TaskId, Vm, VmId};
use serde_json::Value;

use crate::definition::{DefinitionVersion, StoredDefinition, VersionId};
use crate::error::Result;
use crate::instance::{Instance, InstanceId};
use crate::open::{self, Opened, Places, Sharing};
use crate::task::{self, TaskFilter};
use crate::vm::{self, InventoryBatch};
use crate::worker::{Role, Worker};
use crate::{connection, definition, host, instance, search, setting};

/// The inventory. Clones are the same one.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    writer: Worker,
    reader: Worker,
    own: InstanceId,
    lock: Lock,
}

/// What says that this process lives.
enum Lock {
    /// Nobody else can see the inventory.
    InMemory,
    /// Taken away when the inventory is closed.
    File {
        places: Places,
        held: Mutex<Option<Instance>>,
    },
}

impl Store {
    /// Opens `dir/inventory.sqlite3`, made private to this user and created if missing. A file that
    /// is damaged or of a newer release is renamed to `estate-DATE.bad` and a fresh one begun.
    ///
    /// # Errors
    /// `storage_full`, `permission_denied`, `conflict`, `internal`.
    pub async fn open(dir: &Path, now: Timestamp) -> Result<Opened> {
        let places = Places::new(dir);
        let (writer, ready) = {
            let places = places.clone();
            Worker::start(Role::Write, Some(places.damage_mark()), move || {
                open::for_writing(&places, now)
            })
            .await?
        };
        let reader = match ready.sharing {
            Sharing::Alone => writer.clone(),
            Sharing::Shared => {
                let places = places.clone();
                let (reader, ()) =
                    Worker::start(Role::Read, Some(places.damage_mark()), move || {
                        Ok((open::for_reading(&places)?, ()))
                    })
                    .await?;
                reader
            }
        };
        let shared = Shared {
            writer,
            reader,
            own: ready.instance.id,
            lock: Lock::File {
                places,
                held: Mutex::new(Some(ready.instance)),
            },
        };
        Ok(Opened {
            store: Self {
                shared: Arc::new(shared),
            },
            set_aside: ready.set_aside,
        })
    }

    /// An inventory that is gone when it is closed, for tests.
    ///
    /// # Errors
    /// `internal`.
    pub async fn in_memory() -> Result<Self> {
        let (writer, ()) =
            Worker::start(Role::Write, None, || Ok((open::in_memory()?, ()))).await?;
        let shared = Shared {
            reader: writer.clone(),
            writer,
            own: InstanceId::random(),
            lock: Lock::InMemory,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// All connections, by name.
    ///
    /// # Errors
    /// As all calls: `storage_full`, `conflict`, `internal`.
    pub async fn connections(&self) -> Result<Vec<Connection>> {
        self.shared.reader.run(connection::all).await
    }

    /// What was known of every connection's host when it was seen last, by any process.
    ///
    /// # Errors
    /// As all calls.
    pub async fn last_seen(&self) -> Result<HashMap<ConnectionId, LastSeen>> {
        self.shared.reader.run(host::last_seen).await
    }

    /// Adds a connection, or changes the one with its id.
    ///
    /// # Errors
    /// `name_in_use` when another has this name, capitals aside.
    pub async fn put_connection(&self, connection: Connection) -> Result<()> {
        self.shared
            .writer
            .run(move |tx| connection::put(tx, &connection))
            .await
    }

    /// Removes a connection with its VMs, definitions and notes. Its tasks stay in the history.
    ///
    /// # Errors
    /// As all calls.
    pub async fn remove_connection(&self, id: ConnectionId) -> Result<()> {
        self.shared
            .writer
            .run(move |tx| connection::remove(tx, id))
            .await
    }

    /// All VMs, in no order. Each `as_of` is that of the VM or of its connection's list
    /// ([`Store::touch`]), whichever is later.
    ///
    /// # Errors
    /// As all calls.
    pub async fn vms(&self) -> Result<Vec<Vm>> {
        self.shared.reader.run(vm::all).await
    }

    /// Writes a batch in one transaction. What belongs to a connection that is gone is left out.
    ///
    /// # Errors
    /// As all calls.
    pub async fn apply(&self, batch: InventoryBatch) -> Result<()> {
        self.shared.writer.run(move |tx| vm::apply(tx, batch)).await
    }

    /// Notes that all stored VMs of a connection were true at `as_of`. Writes one row.
    ///
    /// # Errors
    /// As all calls.
    pub async fn touch(&self, connection: ConnectionId, as_of: Timestamp) -> Result<()> {
        self.shared
            .writer
            .run(move |tx| connection::touch(tx, connection, as_of))
            .await
    }

    /// The user's note on a VM, also on one that is gone and may come back; empty when there is none.
    ///
    /// # Errors
    /// As all calls.
    pub async fn note(&self, vm: VmId) -> Result<String> {
        self.shared.reader.run(move |tx| vm::note(tx, &vm)).await
    }

    /// Keeps the user's note on a VM; an empty one removes it.
    ///
    /// # Errors
    /// `vm_not_found` when its connection is gone.
    pub async fn set_note(&self, vm: VmId, text: String) -> Result<()> {
        self.shared
            .writer
            .run(move |tx| vm::set_note(tx, &vm, &text))
            .await
    }

    /// VMs that contain `text` in any of [`model::query::texts`] or the connection's name or
    /// folder, capitals aside. In no order; all of them for an empty text.
    ///
    /// # Errors
    /// As all calls.
    pub async fn search(&self, text: String) -> Result<Vec<VmId>> {
        self.shared
            .reader
            .run(move |tx| search::find(tx, &text))
            .await
    }

    /// A kept definition, the newest when `version` is `None`; `None` when there is none.
    ///
    /// # Errors
    /// As all calls.
    pub async fn definition(
        &self,
        vm: VmId,
        version: Option<VersionId>,
    ) -> Result<Option<StoredDefinition>> {
        self.shared
            .reader
            .run(move |tx| definition::get(tx, &vm, version))
            .await
    }

    /// The kept versions of a VM's definition, newest first.
    ///
    /// # Errors
    /// As all calls.
    pub async fn versions(&self, vm: VmId) -> Result<Vec<DefinitionVersion>> {
        self.shared
            .reader
            .run(move |tx| definition::versions(tx, &vm))
            .await
    }

    /// Adds a task as one of this process, or changes the one with its id.
    ///
    /// # Errors
    /// As all calls.
    pub async fn put_task(&self, task: Task) -> Result<()> {
        self.put_tasks(vec![task]).await
    }

    /// The same for several, all or none.
    ///
    /// # Errors
    /// As all calls.
    pub async fn put_tasks(&self, tasks: Vec<Task>) -> Result<()> {
        let own = self.shared.own;
        self.shared
            .writer
            .run(move |tx| tasks.iter().try_for_each(|task| task::put(tx, own, task)))
            .await
    }

    /// One task; `None` when there is no such.
    ///
    /// # Errors
    /// As all calls.
    pub async fn task(&self, id: TaskId) -> Result<Option<Task>> {
        self.shared.reader.run(move |tx| task::get(tx, id)).await
    }

    /// Tasks, newest first.
    ///
    /// # Errors
    /// As all calls.
    pub async fn tasks(&self, filter: TaskFilter) -> Result<Vec<Task>> {
        self.shared
            .reader
            .run(move |tx| task::list(tx, &filter))
            .await
    }

    /// Makes unfinished tasks of processes that have ended `interrupted`, and returns them. Those of
    /// this process and of others that live are left alone.
    ///
    /// # Errors
    /// As all calls.
    pub async fn interrupt_leftovers(&self, now: Timestamp) -> Result<Vec<Task>> {
        let own = self.shared.own;
        let instances = match &self.shared.lock {
            Lock::InMemory => None,
            Lock::File { places, .. } => Some(places.instances()),
        };
        let is_alive = move |id| {
            instances
                .as_deref()
                .is_some_and(|folder| instance::is_alive(folder, id))
        };
        self.shared
            .writer
            .run(move |tx| task::interrupt_leftovers(tx, own, is_alive, now))
            .await
    }

    /// Asks the process that runs a task to cancel it. Without effect on one that has ended.
    ///
    /// # Errors
    /// As all calls.
    pub async fn request_cancel(&self, id: TaskId) -> Result<()> {
        self.shared
            .writer
            .run(move |tx| task::request_cancel(tx, id))
            .await
    }

    /// Unfinished tasks of this process that somebody asked to cancel, again until they end.
    ///
    /// # Errors
    /// As all calls.
    pub async fn cancel_requests(&self) -> Result<Vec<TaskId>> {
        let own = self.shared.own;
        self.shared
            .reader
            .run(move |tx| task::cancel_requests(tx, own))
            .await
    }

    /// A setting; `None` when it was never set.
    ///
    /// # Errors
    /// As all calls.
    pub async fn setting(&self, key: &str) -> Result<Option<Value>> {
        let key = key.to_owned();
        self.shared
            .reader
            .run(move |tx| setting::get(tx, &key))
            .await
    }

    /// Changes a setting.
    ///
    /// # Errors
    /// As all calls.
    pub async fn set_setting(&self, key: &str, value: Value) -> Result<()> {
        let key = key.to_owned();
        self.shared
            .writer
            .run(move |tx| setting::set(tx, &key, &value))
            .await
    }

    /// A number that differs from the one before when another process has written in between, and
    /// only then.
    ///
    /// # Errors
    /// As all calls.
    pub async fn data_version(&self) -> Result<u64> {
        // the writer's: what is written on the connection that is asked does not count
        self.shared
            .writer
            .outside_transaction(|connection| {
                let version =
                    connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
                Ok(version)
            })
            .await
    }

    /// Ends the threads once all that was asked for is written. Calls from now on fail.
    pub async fn close(&self) {
        self.shared.reader.close().await;
        self.shared.writer.close().await;
        if let Lock::File { held, .. } = &self.shared.lock {
            let held = held.lock().unwrap_or_else(PoisonError::into_inner).take();
            drop(held);
        }
    }
}

#[cfg(test)]
impl Store {
    /// Runs `call` in the writer's transaction, for tests that look behind the calls.
    pub(crate) async fn in_writer<T: Send + 'static>(
        &self,
        call: impl FnOnce(&rusqlite::Transaction<'_>) -> std::result::Result<T, crate::error::Fault>
        + Send
        + 'static,
    ) -> T {
        self.in_writer_may_fail(call).await.expect("a test's call")
    }

    /// The same, for calls that are meant to fail.
    pub(crate) async fn in_writer_may_fail<T: Send + 'static>(
        &self,
        call: impl FnOnce(&rusqlite::Transaction<'_>) -> std::result::Result<T, crate::error::Fault>
        + Send
        + 'static,
    ) -> Result<T> {
        self.shared.writer.run(call).await
    }
}

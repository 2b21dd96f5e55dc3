//! The handle: every call on the inventory.

use std::path::Path;

use jiff::Timestamp;
use model::{Connection, ConnectionId, Task, TaskId, Vm, VmId};
use serde_json::Value;

use crate::definition::{DefinitionVersion, StoredDefinition, VersionId};
use crate::error::Result;
use crate::open::Opened;
use crate::task::TaskFilter;
use crate::vm::InventoryBatch;

/// The inventory. Clones are the same one.
#[derive(Clone)]
pub struct Store {}

#[expect(unused_variables, reason = "bodies follow")]
impl Store {
    /// Opens `dir/inventory.sqlite3`, made private to this user and created if missing. A file that
    /// is damaged or of a newer release is renamed to `estate-DATE.bad` and a fresh one begun.
    ///
    /// # Errors
    /// `storage_full`, `permission_denied`, `conflict`, `internal`.
    pub async fn open(dir: &Path, now: Timestamp) -> Result<Opened> {
        unimplemented!()
    }

    /// An inventory that is gone when it is closed, for tests.
    ///
    /// # Errors
    /// `internal`.
    pub async fn in_memory() -> Result<Self> {
        unimplemented!()
    }

    /// All connections, by name.
    ///
    /// # Errors
    /// As all calls: `storage_full`, `conflict`, `internal`.
    pub async fn connections(&self) -> Result<Vec<Connection>> {
        unimplemented!()
    }

    /// Adds a connection, or changes the one with its id.
    ///
    /// # Errors
    /// `name_in_use` when another has this name, capitals aside.
    pub async fn put_connection(&self, connection: Connection) -> Result<()> {
        unimplemented!()
    }

    /// Removes a connection with its VMs, definitions and notes. Its tasks stay in the history.
    ///
    /// # Errors
    /// As all calls.
    pub async fn remove_connection(&self, id: ConnectionId) -> Result<()> {
        unimplemented!()
    }

    /// All VMs, in no order. Each `as_of` is that of the VM or of its connection's list
    /// ([`Store::touch`]), whichever is later.
    ///
    /// # Errors
    /// As all calls.
    pub async fn vms(&self) -> Result<Vec<Vm>> {
        unimplemented!()
    }

    /// Writes a batch in one transaction. What belongs to a connection that is gone is left out.
    ///
    /// # Errors
    /// As all calls.
    pub async fn apply(&self, batch: InventoryBatch) -> Result<()> {
        unimplemented!()
    }

    /// Notes that all stored VMs of a connection were true at `as_of`. Writes one row.
    ///
    /// # Errors
    /// As all calls.
    pub async fn touch(&self, connection: ConnectionId, as_of: Timestamp) -> Result<()> {
        unimplemented!()
    }

    /// The user's note on a VM, also on one that is gone and may come back; empty when there is none.
    ///
    /// # Errors
    /// As all calls.
    pub async fn note(&self, vm: VmId) -> Result<String> {
        unimplemented!()
    }

    /// Keeps the user's note on a VM; an empty one removes it.
    ///
    /// # Errors
    /// `vm_not_found` when its connection is gone.
    pub async fn set_note(&self, vm: VmId, text: String) -> Result<()> {
        unimplemented!()
    }

    /// VMs that contain `text` in any of [`model::query::texts`] or the connection's name, capitals
    /// aside. In no order; all of them for an empty text.
    ///
    /// # Errors
    /// As all calls.
    pub async fn search(&self, text: String) -> Result<Vec<VmId>> {
        unimplemented!()
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
        unimplemented!()
    }

    /// The kept versions of a VM's definition, newest first.
    ///
    /// # Errors
    /// As all calls.
    pub async fn versions(&self, vm: VmId) -> Result<Vec<DefinitionVersion>> {
        unimplemented!()
    }

    /// Adds a task as one of this process, or changes the one with its id.
    ///
    /// # Errors
    /// As all calls.
    pub async fn put_task(&self, task: Task) -> Result<()> {
        unimplemented!()
    }

    /// The same for several, all or none.
    ///
    /// # Errors
    /// As all calls.
    pub async fn put_tasks(&self, tasks: Vec<Task>) -> Result<()> {
        unimplemented!()
    }

    /// One task; `None` when there is no such.
    ///
    /// # Errors
    /// As all calls.
    pub async fn task(&self, id: TaskId) -> Result<Option<Task>> {
        unimplemented!()
    }

    /// Tasks, newest first.
    ///
    /// # Errors
    /// As all calls.
    pub async fn tasks(&self, filter: TaskFilter) -> Result<Vec<Task>> {
        unimplemented!()
    }

    /// Makes unfinished tasks of processes that have ended `interrupted`, and returns them. Those of
    /// this process and of others that live are left alone.
    ///
    /// # Errors
    /// As all calls.
    pub async fn interrupt_leftovers(&self, now: Timestamp) -> Result<Vec<Task>> {
        unimplemented!()
    }

    /// Asks the process that runs a task to cancel it. Without effect on one that has ended.
    ///
    /// # Errors
    /// As all calls.
    pub async fn request_cancel(&self, id: TaskId) -> Result<()> {
        unimplemented!()
    }

    /// Unfinished tasks of this process that somebody asked to cancel, again until they end.
    ///
    /// # Errors
    /// As all calls.
    pub async fn cancel_requests(&self) -> Result<Vec<TaskId>> {
        unimplemented!()
    }

    /// A setting; `None` when it was never set.
    ///
    /// # Errors
    /// As all calls.
    pub async fn setting(&self, key: &str) -> Result<Option<Value>> {
        unimplemented!()
    }

    /// Changes a setting.
    ///
    /// # Errors
    /// As all calls.
    pub async fn set_setting(&self, key: &str, value: Value) -> Result<()> {
        unimplemented!()
    }

    /// A number that differs from the one before when another process has written in between, and
    /// only then.
    ///
    /// # Errors
    /// As all calls.
    pub async fn data_version(&self) -> Result<u64> {
        unimplemented!()
    }

    /// Ends the threads once all that was asked for is written. Calls from now on fail.
    pub async fn close(&self) {
        unimplemented!()
    }
}

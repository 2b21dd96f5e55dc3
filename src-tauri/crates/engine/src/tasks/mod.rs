//! Tasks: everything that is done to VMs.

use model::{Task, TaskId, VmCommand, VmId};
use store::TaskFilter;

use crate::engine::Engine;
use crate::error::Result;

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
    unimplemented!()
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
        unimplemented!()
    }

    /// Asks again for what failed, was cancelled or interrupted: new tasks, one for each.
    ///
    /// # Errors
    /// As [`Engine::submit`]; `invalid_state` for a task that has not ended so.
    pub async fn retry(&self, tasks: &[TaskId]) -> Result<Vec<Task>> {
        unimplemented!()
    }

    /// Cancels a task, also one that another process runs.
    ///
    /// # Errors
    /// `invalid_state` with the reason why it cannot be (any more); `invalid_input` when there is
    /// no such task.
    pub async fn cancel(&self, task: TaskId) -> Result<Cancelled> {
        unimplemented!()
    }

    /// One task.
    ///
    /// # Errors
    /// `invalid_input` when there is no such task; the store's.
    pub async fn task(&self, task: TaskId) -> Result<Task> {
        unimplemented!()
    }

    /// Tasks, newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn tasks(&self, filter: TaskFilter) -> Result<Vec<Task>> {
        unimplemented!()
    }

    /// Waits until a task has ended.
    ///
    /// # Errors
    /// As [`Engine::task`].
    pub async fn task_ended(&self, task: TaskId) -> Result<Task> {
        unimplemented!()
    }
}

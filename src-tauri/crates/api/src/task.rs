//! Tasks.

use jiff::Timestamp;
use model::{Failure, Origin, Task, TaskId, TaskStatus, VmAction, VmCommand, VmId};
use serde::Serialize;
use ts_rs::TS;

use crate::text::millis;

/// A task. The first keys are those of `innkeeperctl … --json` and stable.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct TaskDto {
    /// Identity.
    #[ts(type = "string")]
    pub id: TaskId,
    /// The VM, as `CONNECTION/NAME` when it was asked for.
    pub vm: String,
    /// What is to happen.
    pub action: VmAction,
    /// Where it is on its way.
    pub status: TaskStatus,
    /// Why it failed.
    pub error: Option<Failure>,
    /// From start to end; `null` while it runs.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// The verb to show.
    pub label: String,
    /// The VM's identity.
    #[ts(type = "string")]
    pub vm_id: VmId,
    /// The VM's name when it was asked for.
    pub vm_name: String,
    /// The connection's name when it was asked for.
    pub connection: String,
    /// Tasks asked for together share this.
    #[ts(type = "string | null")]
    pub batch: Option<TaskId>,
    /// What was asked, with its arguments.
    pub command: VmCommand,
    /// Who asked.
    pub origin: Origin,
    /// The login that asked.
    pub asked_by: String,
    /// What it is doing, in words.
    pub step: Option<String>,
    /// Done so far, 0 to 1, when that is truly known.
    pub fraction: Option<f32>,
    /// When it was asked for.
    #[ts(type = "string")]
    pub created_at: Timestamp,
    /// When it began.
    #[ts(type = "string | null")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[ts(type = "string | null")]
    pub ended_at: Option<Timestamp>,
}

impl From<Task> for TaskDto {
    fn from(task: Task) -> Self {
        let duration_ms = task.ended_at.map(|end| {
            let from = task.started_at.unwrap_or(task.created_at);
            u64::try_from(end.duration_since(from).as_millis()).unwrap_or(0)
        });
        let action = task.command.action();
        Self {
            id: task.id,
            vm: format!("{}/{}", task.connection_name, task.vm_name),
            action,
            status: task.status,
            error: task.error,
            duration_ms,
            label: action.label().to_owned(),
            vm_id: task.vm,
            vm_name: task.vm_name,
            connection: task.connection_name,
            batch: task.batch,
            command: task.command,
            origin: task.origin,
            asked_by: task.asked_by,
            step: task.step,
            fraction: task.fraction,
            created_at: millis(task.created_at),
            started_at: task.started_at.map(millis),
            ended_at: task.ended_at.map(millis),
        }
    }
}

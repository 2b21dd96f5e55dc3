//! Tasks: everything that takes time or may fail, as the user sees and finds it again.
//!
//! ```text
//! Queued ──▶ Running ──▶ Succeeded | Failed | Cancelled
//!    └──────────────────▶ Cancelled
//! Queued, Running ──(the app ended)──▶ Interrupted
//! ```

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::action::VmCommand;
use crate::connection::Failure;
use crate::ids::{TaskId, VmId};

/// Where a task is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum TaskStatus {
    /// Waits for its turn.
    Queued,
    /// At work.
    Running,
    /// Done.
    Succeeded,
    /// Did not happen; `error` says why.
    Failed,
    /// Stopped by the user before it had happened.
    Cancelled,
    /// The app ended in between: nobody knows whether it happened.
    Interrupted,
}

impl TaskStatus {
    /// Whether nothing more will happen.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Succeeded | Self::Failed | Self::Cancelled | Self::Interrupted => true,
        }
    }
}

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Origin {
    /// Somebody at the window.
    Window,
    /// A command in a terminal.
    Cli,
}

/// Why a task failed. The same shape as every other failure.
pub type TaskFailure = Failure;

/// One task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Identity.
    pub id: TaskId,
    /// Tasks asked for together share this.
    pub batch: Option<TaskId>,
    /// The VM it acts on.
    pub vm: VmId,
    /// The VM's name when it was asked for.
    pub vm_name: String,
    /// The connection's name when it was asked for.
    pub connection_name: String,
    /// What is to happen.
    pub command: VmCommand,
    /// Who asked.
    pub origin: Origin,
    /// The login on this computer that asked.
    pub asked_by: String,
    /// Where it is on its way.
    pub status: TaskStatus,
    /// What it is doing, in words: `Waiting for guest, 38 of 120 s`.
    pub step: Option<String>,
    /// Done so far, 0 to 1, when that is truly known.
    pub fraction: Option<f32>,
    /// Why it failed.
    pub error: Option<TaskFailure>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

//! Table `task`: everything that was asked for, with its fate.

use model::VmId;

/// Which tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFilter {
    /// At most this many, the newest.
    pub limit: usize,
    /// Only those that wait or run.
    pub only_unfinished: bool,
    /// Only those of this VM.
    pub vm: Option<VmId>,
}

impl Default for TaskFilter {
    fn default() -> Self {
        Self {
            limit: 500,
            only_unfinished: false,
            vm: None,
        }
    }
}

//! Reading hosts once, for a command that ends: connect, first truth into the store, disconnect.

use model::{ConnectionId, ConnectionPhase, Failure};

use crate::engine::Engine;
use crate::error::Result;

/// How it went with one host.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncReport {
    /// Which connection.
    pub connection: ConnectionId,
    /// Its name.
    pub name: String,
    /// `Ready` when the whole truth was read, `Lost` otherwise.
    pub state: ConnectionPhase,
    /// How many VMs there are, or were when it was last read.
    pub vms: u32,
    /// From the first call to the last, opening included.
    pub duration_ms: u64,
    /// Requests sent to the host.
    pub calls: u64,
    /// Why it failed.
    pub error: Option<Failure>,
}

impl Engine {
    /// Reads these connections (all when `names` is empty) at the same time; `details` reads every
    /// definition too. A host that fails does not fail the others.
    ///
    /// # Errors
    /// `connection_not_found` for a name that there is not.
    pub async fn sync(&self, names: &[String], details: bool) -> Result<Vec<SyncReport>> {
        unimplemented!()
    }
}

//! The connection doctor's rounds: step by step, why a connection works or does not.

use driver::StepSink;
use model::{ConnectionId, ConnectionSettings};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::engine::Engine;
use crate::error::Result;

/// One round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DoctorRun(pub Uuid);

/// Whom the doctor sees.
#[derive(Debug, Clone)]
pub enum DoctorTarget {
    /// A configured connection.
    Connection(ConnectionId),
    /// A form that is not saved yet.
    Settings(Box<ConnectionSettings>),
}

impl Engine {
    /// Begins a round. Its steps come over the bus.
    ///
    /// # Errors
    /// `connection_not_found`; `invalid_input` for a URI that no driver serves.
    pub fn diagnose(&self, target: DoctorTarget) -> Result<DoctorRun> {
        unimplemented!()
    }

    /// Ends a round early.
    pub fn cancel_diagnosis(&self, run: DoctorRun) {
        unimplemented!()
    }

    /// A whole round, with the steps into `sink`: for a terminal.
    ///
    /// # Errors
    /// As [`Engine::diagnose`].
    pub async fn diagnose_into(&self, target: DoctorTarget, sink: &mut dyn StepSink) -> Result<()> {
        unimplemented!()
    }
}

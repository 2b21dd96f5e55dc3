//! The connection doctor's rounds: step by step, why a connection works or does not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use driver::{ConnectContext, ConnectTarget, Step, StepSink, VmDriver};
use model::{ConnectionId, ConnectionSettings};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::bus::EngineEvent;
use crate::engine::Engine;
use crate::error::{EngineError, Result};
use crate::prompts::ConnectionPrompter;

/// How long a host may take to answer, each time it is asked.
const DEADLINE: Duration = Duration::from_secs(15);

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

/// The rounds under way.
#[derive(Clone, Default)]
pub(crate) struct Rounds(Arc<Mutex<HashMap<DoctorRun, CancellationToken>>>);

impl Rounds {
    fn lock(&self) -> MutexGuard<'_, HashMap<DoctorRun, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Round {
    driver: Arc<dyn VmDriver>,
    target: ConnectTarget,
    context: ConnectContext,
}

impl Engine {
    /// Begins a round. Its steps come over the bus.
    ///
    /// # Errors
    /// `connection_not_found`; `invalid_input` for a URI that no driver serves.
    pub fn diagnose(&self, target: DoctorTarget) -> Result<DoctorRun> {
        let round = self.round(target)?;
        let run = DoctorRun(self.shared.ids.uuid());
        let cancel = round.context.cancel.clone();
        self.shared.doctor.lock().insert(run, cancel.clone());
        let engine = self.clone();
        self.spawn(async move {
            let bus = engine.shared.bus.clone();
            let mut sink = |step: Step| bus.tell(EngineEvent::Doctor { run, step });
            tokio::select! {
                () = cancel.cancelled() => {}
                () = round.driver.diagnose(&round.target, &round.context, &mut sink) => {}
            }
            engine.shared.doctor.lock().remove(&run);
            engine.shared.bus.tell(EngineEvent::DoctorEnded { run });
        });
        Ok(run)
    }

    /// Ends a round early.
    pub fn cancel_diagnosis(&self, run: DoctorRun) {
        if let Some(cancel) = self.shared.doctor.lock().get(&run) {
            cancel.cancel();
        }
    }

    /// A whole round, with the steps into `sink`: for a terminal.
    ///
    /// # Errors
    /// As [`Engine::diagnose`].
    pub async fn diagnose_into(&self, target: DoctorTarget, sink: &mut dyn StepSink) -> Result<()> {
        let round = self.round(target)?;
        round
            .driver
            .diagnose(&round.target, &round.context, sink)
            .await;
        Ok(())
    }

    fn round(&self, target: DoctorTarget) -> Result<Round> {
        let (known, settings) = match target {
            DoctorTarget::Connection(id) => {
                let settings = self.shared.directory.handle(id)?.view().connection.settings;
                (Some(id), settings)
            }
            DoctorTarget::Settings(settings) => (None, *settings),
        };
        let driver = self.shared.drivers.for_uri(&settings.uri);
        let driver = driver.map_err(|wrong| EngineError::wrong_parts(vec![wrong]))?;
        // an unsaved form has an identity of its own: it shares no login
        let id = known.unwrap_or_else(|| ConnectionId::from_uuid(self.shared.ids.uuid()));
        let desk = self.shared.prompts.clone();
        let cancel = self.shared.ending.child_token();
        let name = settings.name.clone();
        let prompter = ConnectionPrompter::new(desk, known, name, cancel.clone(), |_| {});
        Ok(Round {
            driver,
            target: ConnectTarget { id, settings },
            context: ConnectContext {
                prompter: Arc::new(prompter),
                cancel,
                deadline: DEADLINE,
            },
        })
    }
}

//! Reading hosts once, for a command that ends: connect, first truth into the store, disconnect.

use std::sync::Arc;
use std::time::Duration;

use driver::{ConnectContext, ConnectTarget, DriverError, DriverSession};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use model::{ConnectionId, ConnectionPhase, ErrorCode, Failure, VmKey};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::connections::ConnectionView;
use crate::engine::Engine;
use crate::error::{EngineError, Result};
use crate::inventory::{Observation, Observed};
use crate::prompts::ConnectionPrompter;
use crate::session::AT_A_TIME;

/// How long a host may take to let us in.
const DEADLINE: Duration = Duration::from_secs(15);
/// How long a host may take over one answer.
const PATIENCE: Duration = Duration::from_secs(30);

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
        let views = if names.is_empty() {
            self.connections()
        } else {
            let found = names.iter().map(|name| self.find_connection(name));
            found.collect::<Result<_>>()?
        };
        let mut hosts = JoinSet::new();
        for view in views {
            let engine = self.clone();
            hosts.spawn(async move { engine.sync_one(view, details).await });
        }
        let mut reports = hosts.join_all().await;
        reports.sort_by_cached_key(|report| report.name.to_lowercase());
        Ok(reports)
    }

    async fn sync_one(&self, view: ConnectionView, details: bool) -> SyncReport {
        let began = Instant::now();
        let id = view.connection.id;
        let name = view.connection.settings.name.clone();
        let (session, error) = match self.open_once(&view).await {
            Ok(session) => {
                let read = self.read_once(id, &session, details).await;
                (Some(session), read.err())
            }
            Err(error) => (None, Some(error)),
        };
        let duration = began.elapsed();
        let calls = session.as_ref().map_or(0, |session| session.calls());
        if let Some(session) = session {
            session.close().await;
        }
        SyncReport {
            connection: id,
            state: match error {
                None => ConnectionPhase::Ready,
                Some(_) => ConnectionPhase::Lost,
            },
            vms: u32::try_from(self.shared.inventory.keys(id).len()).unwrap_or(u32::MAX),
            duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            calls,
            error: error.map(|error| {
                let error = EngineError::from(error);
                error.attempted(format_args!("read {name}")).into()
            }),
            name,
        }
    }

    async fn open_once(
        &self,
        view: &ConnectionView,
    ) -> std::result::Result<Arc<dyn DriverSession>, DriverError> {
        let settings = view.connection.settings.clone();
        let driver = self.shared.drivers.for_uri(&settings.uri);
        let driver =
            driver.map_err(|wrong| DriverError::new(ErrorCode::InvalidInput, wrong.message))?;
        let id = view.connection.id;
        let desk = self.shared.prompts.clone();
        let cancel = self.shared.ending.child_token();
        let name = settings.name.clone();
        let prompter = ConnectionPrompter::new(desk, Some(id), name, cancel.clone(), |_| {});
        let context = ConnectContext {
            prompter: Arc::new(prompter),
            cancel,
            deadline: DEADLINE,
        };
        driver
            .connect(&ConnectTarget { id, settings }, &context)
            .await
    }

    async fn read_once(
        &self,
        connection: ConnectionId,
        session: &Arc<dyn DriverSession>,
        details: bool,
    ) -> std::result::Result<(), DriverError> {
        let at = self.shared.clock.now();
        let summaries = patiently(session.list()).await?;
        let keys: Vec<VmKey> = summaries.iter().map(|vm| vm.key.clone()).collect();
        let observe = |what, at| {
            let (told, kept) = oneshot::channel();
            self.shared.inventory.observe(Observation {
                connection,
                provider: session.provider(),
                at,
                what,
                told: vec![told],
            });
            kept
        };
        let known_better = Vec::new();
        let list = Observed::List {
            summaries,
            known_better,
        };
        let mut kept = vec![
            observe(Observed::Host(session.host()), at),
            observe(list, at),
        ];
        if details {
            let mut keys = keys.into_iter();
            let read = |key: VmKey| async {
                let at = self.shared.clock.now();
                let definition = patiently(session.definition(&key)).await?;
                Ok::<_, DriverError>((Observed::Definition(key, definition.map(Box::new)), at))
            };
            let mut reads: FuturesUnordered<_> = keys.by_ref().take(AT_A_TIME).map(read).collect();
            while let Some(answer) = reads.next().await {
                let (what, at) = answer?;
                kept.push(observe(what, at));
                reads.extend(keys.next().map(read));
            }
        }
        for kept in kept {
            // the inventory ends with the engine only
            let _ = kept.await;
        }
        Ok(())
    }
}

async fn patiently<T>(
    call: impl Future<Output = driver::Result<T>>,
) -> std::result::Result<T, DriverError> {
    tokio::time::timeout(PATIENCE, call)
        .await
        .unwrap_or_else(|_| {
            let seconds = PATIENCE.as_secs();
            Err(DriverError::connection_lost(format!(
                "No answer for {seconds} s."
            )))
        })
}

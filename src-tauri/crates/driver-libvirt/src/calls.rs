//! The calls of an open session: each on the pool, each failing at once when the session ends.
//!
//! Invariant: the connection is dropped on a crew thread, because closing makes remote calls; and the
//! first reason for the end is the one that is told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use driver::{DriverError, Result};
use model::ErrorCode;
use tokio::sync::watch;

use crate::crew::{Crew, Lane, Pool};
use crate::error;
use crate::sys::{self, Connection};

/// How long a quick call may take before its caller stops waiting.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How long the way may take to say why it ended.
const LAST_WORDS: Duration = Duration::from_secs(4);

/// The calls of a session: the connection while it is open, and the pool they run on.
pub(crate) struct Calls {
    connection: Mutex<Option<Arc<Connection>>>,
    pool: Pool,
    crew: Crew,
    made: AtomicU64,
    closed: watch::Sender<Option<DriverError>>,
    /// Whether a bridge tells the end.
    bridged: bool,
}

impl Calls {
    pub(crate) fn new(connection: Connection, crew: Crew, bridged: bool) -> Self {
        Self {
            connection: Mutex::new(Some(Arc::new(connection))),
            pool: Pool::new(crew.clone()),
            crew,
            made: AtomicU64::new(0),
            closed: watch::Sender::new(None),
            bridged,
        }
    }

    /// Makes a quick call.
    pub(crate) async fn quick<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Connection) -> sys::Result<T> + Send + 'static,
    ) -> Result<T> {
        let call = move |c: &Connection| call(c).map_err(|e| error::of_call(&e));
        self.call(Lane::Quick, PATIENCE, call).await
    }

    /// Makes a call. Fails at once when the session is or becomes closed.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        lane: Lane,
        patience: Duration,
        call: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let open = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some(connection) = open else {
            return Err(self.ended().await);
        };
        self.made.fetch_add(1, Ordering::Relaxed);
        let answer = self.pool.call(lane, patience, move || call(&connection));
        let result = tokio::select! {
            biased;
            result = answer => result.and_then(|result| result),
            error = self.ended() => Err(error),
        };
        match result {
            Err(error) if error.code == ErrorCode::ConnectionLost => Err(self.lost(error).await),
            result => result,
        }
    }

    /// How many were made.
    pub(crate) fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// Ends the session on a call that found it lost. The way knows the reason better than the
    /// call, which only saw the end, and is about to say it.
    async fn lost(&self, error: DriverError) -> DriverError {
        if self.bridged
            && let Ok(reason) = tokio::time::timeout(LAST_WORDS, self.ended()).await
        {
            return reason;
        }
        self.close(error.clone());
        error
    }

    /// Waits for the end of the session. The future keeps nothing open.
    pub(crate) fn ended(&self) -> impl Future<Output = DriverError> + Send + 'static {
        let mut closed = self.closed.subscribe();
        async move {
            let said = closed.wait_for(Option::is_some).await;
            said.ok().and_then(|said| said.clone()).unwrap_or_else(gone)
        }
    }

    /// Whether it has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.closed.borrow().is_some()
    }

    /// Ends the session. Only the first reason is kept. The caller has cut the tunnel before, or
    /// there is none.
    pub(crate) fn close(&self, reason: DriverError) {
        self.closed.send_if_modified(|closed| {
            let first = closed.is_none();
            if first {
                *closed = Some(reason);
            }
            first
        });
        let open = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(connection) = open {
            self.crew.run(move || drop(connection));
        }
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        self.close(gone());
    }
}

/// The error of a session that was closed here.
pub(crate) fn gone() -> DriverError {
    DriverError::connection_lost("The session is closed.")
}

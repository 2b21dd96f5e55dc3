//! The way in and out: an attempt, the session it gives, its end.

use std::sync::Arc;
use std::time::Duration;

use driver::{ConnectContext, ConnectTarget, DriverError, DriverSession};
use model::{ErrorCode, KnownHost};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Done, Run};
use crate::error::EngineError;
use crate::inventory::{Observation, Observed};
use crate::prompts::ConnectionPrompter;
use crate::session::Command;
use crate::session::machine::Input;
use crate::session::open::Open;

impl Run {
    pub(super) fn opened(&mut self, session: Arc<dyn DriverSession>) {
        let now = Instant::now();
        let number = self.number;
        let watched = Arc::clone(&session);
        self.work
            .spawn(async move { Done::Ended(number, watched.closed().await) });
        let mut open = Open::new(Arc::clone(&session), self.parts.definitions, now);
        open.reads.set_visible(self.visible.clone());
        self.open = Some(open);
        let host = KnownHost {
            info: session.host(),
            as_of: self.parts.clock.now(),
        };
        self.parts.inventory.observe(Observation {
            connection: self.state.borrow().view.connection.id,
            provider: session.provider(),
            at: host.as_of,
            what: Observed::Host(host.info.clone()),
            told: Vec::new(),
        });
        self.state.send_modify(|state| {
            state.view.capabilities = session.capabilities();
            state.view.provider = Some(session.provider());
            state.view.status.host = Some(host);
            state.session = Some(session);
        });
        self.machine_takes(Input::Opened);
    }

    pub(super) fn open_failed(&mut self, error: DriverError) {
        let code = error.code;
        let name = self.name();
        let error = EngineError::from(error).attempted(format_args!("connect to {name}"));
        self.state
            .send_modify(|state| state.view.status.error = Some(error.into()));
        self.machine_takes(Input::OpenFailed(code));
    }

    pub(super) fn ended(&mut self, error: &DriverError) {
        if self.open.is_none() {
            return;
        }
        let name = self.name();
        let failure = EngineError::from(error.clone());
        let failure = failure.attempted(format_args!("stay connected to {name}"));
        self.state
            .send_modify(|state| state.view.status.error = Some(failure.into()));
        self.machine_takes(Input::Ended(error.code));
    }

    pub(super) fn begin_open(&mut self, deadline: Duration) {
        self.number += 1;
        self.attempt = CancellationToken::new();
        let connection = self.state.borrow().view.connection.clone();
        let commands = self.commands.clone();
        let prompter = ConnectionPrompter::new(
            self.parts.prompts.clone(),
            Some(connection.id),
            connection.settings.name.clone(),
            self.attempt.clone(),
            // after the end nobody shows it
            move |prompt| drop(commands.send(Command::HeldUp(prompt))),
        );
        let context = ConnectContext {
            prompter: Arc::new(prompter),
            cancel: self.attempt.clone(),
            deadline,
        };
        let driver = self.parts.drivers.for_uri(&connection.settings.uri);
        let target = ConnectTarget {
            id: connection.id,
            settings: connection.settings,
        };
        let number = self.number;
        self.work.spawn(async move {
            let opened = match driver {
                Ok(driver) => driver.connect(&target, &context).await,
                Err(wrong) => Err(DriverError::new(ErrorCode::InvalidInput, wrong.message)),
            };
            Done::Opened(number, opened)
        });
    }

    pub(super) fn stop_opening(&mut self) {
        self.number += 1;
        self.attempt.cancel();
        self.state
            .send_modify(|state| state.view.status.prompt = None);
    }

    /// Closes the session. From here on its rows are as old as the last truth.
    pub(super) fn leave(&mut self) {
        self.number += 1;
        let Some(open) = self.open.take() else { return };
        let state = self.state.borrow();
        let last = state.view.status.as_of.filter(|_| state.view.live);
        let connection = state.view.connection.id;
        drop(state);
        if let Some(at) = last {
            self.parts.inventory.observe(Observation {
                connection,
                provider: open.session.provider(),
                at,
                what: Observed::StillTrue,
                told: Vec::new(),
            });
        }
        self.close(open.session);
        self.state.send_modify(|state| {
            state.view.live = false;
            state.view.status.progress = None;
            state.view.status.latency_ms = None;
            state.session = None;
        });
    }

    pub(super) fn close(&mut self, session: Arc<dyn DriverSession>) {
        self.work.spawn(async move {
            session.close().await;
            Done::Closed
        });
    }
}

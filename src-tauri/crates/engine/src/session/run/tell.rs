//! What the session is, told: to whoever looks, to the bus, to those who wait until it is ready.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use model::ConnectionPhase;
use tokio::time::Instant;

use super::{Run, closed};
use crate::bus::EngineEvent;
use crate::error::EngineError;
use crate::session::SessionState;
use crate::session::machine::Input;

/// Progress and latency are told no oftener than this.
const SELDOM: Duration = Duration::from_millis(500);

impl Run {
    pub(super) fn first_truth(&mut self, at: Timestamp) {
        self.state.send_modify(|state| {
            state.view.live = true;
            state.view.status.as_of = Some(at);
        });
        self.machine_takes(Input::FirstTruth);
    }

    pub(super) fn progressed(&mut self, progress: Option<(u32, u32)>, list: Option<Timestamp>) {
        let mut differs = false;
        self.state.send_modify(|state| {
            let status = &mut state.view.status;
            differs = status.progress != progress;
            status.progress = progress;
            status.as_of = list.or(status.as_of);
        });
        if differs {
            self.tell_seldom(Instant::now());
        }
    }

    pub(super) fn phase_changed(&mut self) {
        let (phase, now) = (self.machine.phase(), self.parts.clock.now());
        let retry_at = self.machine.retry_at().map(|at| {
            let wait = at.saturating_duration_since(Instant::now());
            now + SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX)
        });
        self.state.send_modify(|state| {
            let status = &mut state.view.status;
            (status.phase, status.since, status.retry_at) = (phase, now, retry_at);
            match phase {
                ConnectionPhase::Ready | ConnectionPhase::Disconnected => {
                    (status.error, status.prompt) = (None, None);
                }
                ConnectionPhase::Syncing | ConnectionPhase::Lost => status.prompt = None,
                ConnectionPhase::Connecting => {}
            }
        });
        self.tell();
        self.answer_waiting();
    }

    pub(super) fn answer_waiting(&mut self) {
        let error = self.state.borrow().view.status.error.clone();
        let answer = match self.machine.phase() {
            ConnectionPhase::Ready => Ok(()),
            ConnectionPhase::Lost => Err(error.map_or_else(closed, EngineError::from)),
            ConnectionPhase::Disconnected => Err(closed()),
            ConnectionPhase::Connecting | ConnectionPhase::Syncing => return,
        };
        for reply in self.waiting.drain(..) {
            // whoever waited may have gone
            let _ = reply.send(answer.clone());
        }
    }

    pub(super) fn change(&mut self, change: impl FnOnce(&mut SessionState)) {
        self.state.send_modify(change);
        self.tell();
    }

    pub(super) fn tell_seldom(&mut self, now: Instant) {
        self.untold = true;
        if self.told <= now {
            self.tell();
        }
    }

    pub(super) fn tell(&mut self) {
        self.untold = false;
        self.told = Instant::now() + SELDOM;
        let view = self.state.borrow().view.clone();
        self.parts.bus.tell(EngineEvent::Connections {
            changed: vec![view],
            removed: Vec::new(),
        });
    }

    pub(super) fn name(&self) -> String {
        self.state.borrow().view.connection.settings.name.clone()
    }
}

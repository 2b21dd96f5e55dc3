//! Does what the session's deciders decide: one task for each connection, which owns the
//! connection's state. `way` is the way in and out, `tell` tells what has become of it.
//!
//! Invariant: the loop waits for the next thing to happen and for nothing else.

mod tell;
mod way;

use std::sync::Arc;
use std::time::Duration;

use driver::{DriverError, DriverSession};
use jiff::Timestamp;
use model::{Capabilities, Connection, ErrorCode, PromptId};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::liveness::Check;
use super::machine::{Action, Input, Machine};
use super::open::{Answer, Open};
use super::reads::Read;
use super::{Command, SessionParts, SessionState};
use crate::error::{EngineError, Result as EngineResult};

/// Events taken together.
const EVENTS: usize = 256;

/// How long the end of a session may take.
const PARTING: Duration = Duration::from_secs(3);

/// Something that was under way has ended. `u64` is the session's number: what an earlier one
/// still says is passed over.
enum Done {
    Opened(u64, Result<Arc<dyn DriverSession>, DriverError>),
    Read(u64, Read, Timestamp, Result<Answer, DriverError>),
    Pinged(u64, Timestamp, Duration, Result<(), DriverError>),
    /// The first list is in the inventory. It was asked for at this time.
    Kept(u64, Timestamp),
    Ended(u64, DriverError),
    Closed,
}

pub(super) struct Run {
    parts: SessionParts,
    state: watch::Sender<SessionState>,
    commands: mpsc::UnboundedSender<Command>,
    machine: Machine,
    number: u64,
    attempt: CancellationToken,
    open: Option<Open>,
    work: JoinSet<Done>,
    visible: Vec<model::VmKey>,
    /// Those who wait until it is ready, or lost.
    waiting: Vec<oneshot::Sender<EngineResult<()>>>,
    /// When what nobody waits for may be told again.
    told: Instant,
    untold: bool,
}

impl Run {
    pub fn new(
        parts: SessionParts,
        state: watch::Sender<SessionState>,
        commands: mpsc::UnboundedSender<Command>,
    ) -> Self {
        Self {
            parts,
            state,
            commands,
            machine: Machine::new(),
            number: 0,
            attempt: CancellationToken::new(),
            open: None,
            work: JoinSet::new(),
            visible: Vec::new(),
            waiting: Vec::new(),
            told: Instant::now(),
            untold: false,
        }
    }

    pub async fn run(
        mut self,
        mut inbox: mpsc::UnboundedReceiver<Command>,
        ending: CancellationToken,
    ) {
        let mut events = Vec::new();
        loop {
            let due = self.due();
            let listening = self.open.as_mut().and_then(|open| open.events.as_mut());
            tokio::select! {
                biased;
                () = ending.cancelled() => break,
                command = inbox.recv() => match command {
                    Some(command) => self.command(command),
                    None => break,
                },
                Some(done) = self.work.join_next() => {
                    // a call that panicked has said so itself; its read is lost with the session
                    match done {
                        Ok(done) => self.done(done),
                        Err(error) => self.ended(&internal(&error)),
                    }
                }
                count = receive(listening, &mut events) => self.events(count, &mut events),
                () = sleep_until(due) => self.time_passed(),
            }
            self.begin_reads();
        }
        self.machine_takes(Input::Disconnect);
        let finish = async {
            while let Some(done) = self.work.join_next().await {
                // an attempt may have succeeded at the last moment
                if let Ok(Done::Opened(_, Ok(session))) = done {
                    session.close().await;
                }
            }
        };
        // closed sessions end their calls at once; whoever does not is left behind
        let _ = tokio::time::timeout(PARTING, finish).await;
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Connect => self.machine_takes(Input::Connect),
            Command::Disconnect => self.machine_takes(Input::Disconnect),
            Command::Retry => self.machine_takes(Input::Retry),
            // an attempt that waits for the user's answer is not taken from under their hands
            Command::Wake if self.state.borrow().view.status.prompt.is_some() => {}
            Command::Wake => self.machine_takes(Input::Wake),
            Command::Visible(keys) => {
                if let Some(open) = &mut self.open {
                    open.reads.set_visible(keys.clone());
                }
                self.visible = keys;
            }
            Command::Ready(reply) => {
                self.waiting.push(reply);
                self.machine_takes(Input::Retry);
                self.answer_waiting();
            }
            Command::Refresh => {
                if let Some(open) = &mut self.open {
                    open.reads.overflow(Instant::now());
                }
            }
            Command::Update(connection) => self.update(*connection),
            // what an open session sees is younger
            Command::SeenElsewhere(seen) if self.open.is_none() => {
                if self
                    .state
                    .send_if_modified(|state| state.view.status.learn(*seen))
                {
                    self.tell();
                }
            }
            Command::SeenElsewhere(_) => {}
            // without a session there is nothing to wait for: the reply is dropped
            Command::Reread(key, aspect, reply) => {
                if let Some(open) = &mut self.open {
                    open.wait_for(key, aspect, reply, Instant::now());
                }
            }
            Command::HeldUp(prompt) => self.held_up(prompt),
        }
    }

    fn update(&mut self, connection: Connection) {
        let before = self.state.borrow().view.connection.settings.clone();
        let after = &connection.settings;
        let other_way = (
            &before.uri,
            &before.key_file,
            &before.remote_socket,
            before.access,
        ) != (
            &after.uri,
            &after.key_file,
            &after.remote_socket,
            after.access,
        );
        self.change(|state| state.view.connection = connection);
        if other_way {
            self.machine_takes(Input::Reconfigured);
        }
    }

    fn held_up(&mut self, prompt: Option<PromptId>) {
        self.change(|state| state.view.status.prompt = prompt);
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Opened(number, Ok(session)) if number == self.number => self.opened(session),
            Done::Opened(number, Err(error)) if number == self.number => self.open_failed(error),
            // an attempt that was stopped has succeeded all the same
            Done::Opened(_, Ok(session)) => self.close(session),
            Done::Read(number, read, at, answer) if number == self.number => {
                self.read(&read, at, answer);
            }
            Done::Pinged(number, at, took, answer) if number == self.number => {
                self.pinged(at, took, answer);
            }
            Done::Kept(number, at) if number == self.number => self.first_truth(at),
            Done::Ended(number, error) if number == self.number => self.ended(&error),
            Done::Opened(_, Err(_))
            | Done::Read(..)
            | Done::Pinged(..)
            | Done::Kept(..)
            | Done::Ended(..)
            | Done::Closed => {}
        }
    }

    fn read(&mut self, read: &Read, at: Timestamp, answer: Result<Answer, DriverError>) {
        let Some(open) = &mut self.open else { return };
        let now = Instant::now();
        let connection = self.state.borrow().view.connection.id;
        let first = !open.read_once;
        match answer {
            Ok(answer) => {
                let inventory = &self.parts.inventory;
                let mut observation = open.answered(connection, read, answer, at, inventory, now);
                let progress = open.progress();
                if first && *read == Read::List {
                    // rows are live once they show what was read, not before
                    let (kept, told) = oneshot::channel();
                    observation.told.push(kept);
                    let number = self.number;
                    self.work.spawn(async move {
                        let _ = told.await;
                        Done::Kept(number, at)
                    });
                }
                inventory.observe(observation);
                self.progressed(progress, (*read == Read::List && !first).then_some(at));
            }
            Err(error) if error.code == ErrorCode::ConnectionLost => self.ended(&error),
            Err(error) if first && *read == Read::List => self.ended(&error),
            Err(error) => {
                tracing::debug!(%error, ?read, "a read failed");
                if error.code != ErrorCode::TimeoutStillRunning {
                    open.liveness.answered(now);
                }
                open.reads.failed(read, now);
            }
        }
    }

    fn pinged(&mut self, at: Timestamp, took: Duration, answer: Result<(), DriverError>) {
        let Some(open) = &mut self.open else { return };
        let now = Instant::now();
        open.liveness.pinged();
        match answer {
            Ok(()) => {
                open.liveness.answered(now);
                let told_of_changes = open.session.capabilities().events;
                let latency = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
                let mut differs = false;
                self.state.send_modify(|state| {
                    let live = state.view.live;
                    let status = &mut state.view.status;
                    if told_of_changes && live {
                        status.as_of = Some(at);
                    }
                    differs = status
                        .latency_ms
                        .is_none_or(|before| latency.abs_diff(before) > before / 2 + 5);
                    if differs {
                        status.latency_ms = Some(latency);
                    }
                });
                if differs {
                    self.tell_seldom(now);
                }
            }
            Err(error) => self.ended(&DriverError {
                code: ErrorCode::ConnectionLost,
                ..error
            }),
        }
    }

    fn events(&mut self, count: usize, events: &mut Vec<driver::DriverEvent>) {
        let Some(open) = &mut self.open else { return };
        if count == 0 {
            // the session is ending: `closed` says why
            open.events = None;
        }
        open.hinted(events.drain(..), Instant::now());
    }

    fn time_passed(&mut self) {
        let now = Instant::now();
        self.machine_takes(Input::Due);
        if self.untold && self.told <= now {
            self.tell();
        }
        let Some(open) = &mut self.open else { return };
        let connection = self.state.borrow().view.connection.id;
        open.ask_addresses(connection, &self.parts.inventory, now);
        match open.liveness.check(now) {
            Check::At(_) => {}
            Check::Ping => self.ping(),
            Check::Dead => self.ended(&DriverError::connection_lost("The host does not answer.")),
        }
    }

    fn ping(&mut self) {
        let Some(open) = &mut self.open else { return };
        let now = Instant::now();
        open.liveness.pinging(now);
        let (session, number) = (Arc::clone(&open.session), self.number);
        let at = self.parts.clock.now();
        self.work.spawn(async move {
            let answer = session.ping().await;
            Done::Pinged(number, at, now.elapsed(), answer)
        });
    }

    fn begin_reads(&mut self) {
        let Some(open) = &mut self.open else { return };
        let now = Instant::now();
        while let Some(read) = open.reads.begin(now) {
            let (number, at) = (self.number, self.parts.clock.now());
            let answer = open.ask(&read);
            self.work
                .spawn(async move { Done::Read(number, read, at, answer.await) });
        }
    }

    fn due(&self) -> Option<Instant> {
        let now = Instant::now();
        let alive = self
            .open
            .as_ref()
            .map(|open| match open.liveness.check(now) {
                Check::At(at) => at,
                Check::Ping | Check::Dead => now,
            });
        let reads = self.open.as_ref().and_then(|open| open.due(now));
        let tell = self.untold.then_some(self.told);
        [self.machine.retry_at(), alive, reads, tell]
            .into_iter()
            .flatten()
            .min()
    }

    fn machine_takes(&mut self, input: Input) {
        let before = self.machine.phase();
        let chance = self.parts.ids.chance();
        for action in self.machine.take(input, Instant::now(), chance) {
            match action {
                Action::Open { deadline } => self.begin_open(deadline),
                Action::StopOpening => self.stop_opening(),
                Action::Close => self.leave(),
                Action::Ping => {
                    self.ping();
                    if let Some(open) = &mut self.open {
                        open.liveness.doubting(Instant::now());
                    }
                }
            }
        }
        if self.machine.phase() != before || input == Input::Reconfigured {
            self.phase_changed();
        }
    }
}

/// The connection was closed by the user, or for good.
pub(super) fn closed() -> EngineError {
    EngineError::new(ErrorCode::ConnectionLost, "The connection was closed.")
}

fn internal(error: &tokio::task::JoinError) -> DriverError {
    DriverError::new(ErrorCode::Internal, "A call ended without an answer.")
        .with_detail(error.to_string())
}

/// Nothing to do before: waits for ever.
async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn receive(
    events: Option<&mut driver::EventReceiver>,
    into: &mut Vec<driver::DriverEvent>,
) -> usize {
    match events {
        Some(events) => events.recv_many(into, EVENTS).await,
        None => std::future::pending().await,
    }
}

/// What can be done through a connection that was never opened.
pub(crate) const NOTHING: Capabilities = Capabilities {
    actions: model::ActionSet::EMPTY,
    events: false,
    addresses: false,
    agent: false,
    consoles: false,
};

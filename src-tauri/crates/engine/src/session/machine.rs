//! The session's decisions, without any IO: what happened goes in, what to do comes out.
//!
//! ```text
//!                 connect                opened             first truth
//! Disconnected ────────────▶ Connecting ────────▶ Syncing ─────────────▶ Ready
//!      ▲                       ▲     │               │                     │
//!      │ disconnect            │     │ failed        │ ended               │ ended
//!      └── (from anywhere)     │     ▼               ▼                     ▼
//!                              └─── Lost{retry_at} ◀─────────────────────────
//!                   due, retry, wake
//! ```
//!
//! Lost has no `retry_at` when trying again cannot help before the user acts: a wrong key, a closed
//! question, a changed host key, a URI that cannot be used.

use std::time::Duration;

use model::{ConnectionPhase, ErrorCode};
use tokio::time::Instant;

use super::backoff::{self, History};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The user wants it open.
    Connect,
    /// The user wants it closed.
    Disconnect,
    /// The user wants it tried now.
    Retry,
    /// The computer woke up, or its network changed.
    Wake,
    /// The way to the host was configured anew.
    Reconfigured,
    /// The attempt succeeded.
    Opened,
    /// The attempt failed.
    OpenFailed(ErrorCode),
    /// The list was read.
    FirstTruth,
    /// The session ended by itself, or does not answer.
    Ended(ErrorCode),
    /// Time has passed.
    Due,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Begin an attempt that may take this long.
    Open {
        /// Questions to the user not counted.
        deadline: Duration,
    },
    /// End the attempt under way.
    StopOpening,
    /// Close the session.
    Close,
    /// Find out at once whether the host still answers.
    Ping,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Disconnected,
    Connecting { since: Instant },
    Syncing,
    Ready,
    Lost { retry_at: Option<Instant> },
}

/// Where a connection is, and what it remembers of its attempts.
#[derive(Debug)]
pub struct Machine {
    state: State,
    failures: u32,
    lost_since: Option<Instant>,
    usual: Option<Duration>,
}

impl Machine {
    /// A connection that is not open.
    pub const fn new() -> Self {
        Self {
            state: State::Disconnected,
            failures: 0,
            lost_since: None,
            usual: None,
        }
    }

    /// The phase to show.
    pub const fn phase(&self) -> ConnectionPhase {
        match self.state {
            State::Disconnected => ConnectionPhase::Disconnected,
            State::Connecting { .. } => ConnectionPhase::Connecting,
            State::Syncing => ConnectionPhase::Syncing,
            State::Ready => ConnectionPhase::Ready,
            State::Lost { .. } => ConnectionPhase::Lost,
        }
    }

    /// When it is tried again.
    pub const fn retry_at(&self) -> Option<Instant> {
        match self.state {
            State::Lost { retry_at } => retry_at,
            State::Disconnected | State::Connecting { .. } | State::Syncing | State::Ready => None,
        }
    }

    /// Takes what happened. `chance` is from 0 to below 1.
    pub fn take(&mut self, input: Input, now: Instant, chance: f64) -> Vec<Action> {
        match (self.state, input) {
            (State::Disconnected, Input::Connect | Input::Retry) => self.open_anew(now),
            (State::Lost { .. }, Input::Connect | Input::Retry) => self.open_anew(now),
            (State::Lost { .. }, Input::Reconfigured) => self.open_elsewhere(now),
            (State::Lost { retry_at: Some(_) }, Input::Wake) => self.open_anew(now),
            (State::Lost { retry_at: Some(at) }, Input::Due) if at <= now => vec![self.open(now)],
            (State::Connecting { .. }, Input::Opened) => {
                self.opened(now);
                Vec::new()
            }
            (State::Connecting { since }, Input::OpenFailed(code)) => {
                self.lost(code, now, now - since, chance);
                Vec::new()
            }
            (State::Connecting { .. }, Input::Wake) => {
                then(Action::StopOpening, self.open_anew(now))
            }
            (State::Connecting { .. }, Input::Reconfigured) => {
                then(Action::StopOpening, self.open_elsewhere(now))
            }
            (State::Syncing, Input::FirstTruth) => {
                self.state = State::Ready;
                self.failures = 0;
                self.lost_since = None;
                Vec::new()
            }
            (State::Syncing | State::Ready, Input::Ended(code)) => {
                self.lost(code, now, Duration::ZERO, chance);
                vec![Action::Close]
            }
            (State::Syncing | State::Ready, Input::Wake) => vec![Action::Ping],
            (State::Syncing | State::Ready, Input::Reconfigured) => {
                then(Action::Close, self.open_elsewhere(now))
            }
            (from, Input::Disconnect) => {
                self.state = State::Disconnected;
                match from {
                    State::Connecting { .. } => vec![Action::StopOpening],
                    State::Syncing | State::Ready => vec![Action::Close],
                    State::Disconnected | State::Lost { .. } => Vec::new(),
                }
            }
            // asked for what is so already, or news of a session that has ended since
            (
                State::Disconnected,
                Input::Wake
                | Input::Reconfigured
                | Input::Opened
                | Input::OpenFailed(_)
                | Input::FirstTruth
                | Input::Ended(_)
                | Input::Due,
            )
            | (
                State::Connecting { .. },
                Input::Connect | Input::Retry | Input::FirstTruth | Input::Ended(_) | Input::Due,
            )
            | (
                State::Syncing | State::Ready,
                Input::Connect
                | Input::Retry
                | Input::Opened
                | Input::OpenFailed(_)
                | Input::FirstTruth
                | Input::Due,
            )
            | (
                State::Lost { .. },
                Input::Wake
                | Input::Opened
                | Input::OpenFailed(_)
                | Input::FirstTruth
                | Input::Ended(_)
                | Input::Due,
            ) => Vec::new(),
        }
    }

    fn history(&self, now: Instant) -> History {
        History {
            failures: self.failures,
            lost_for: self.lost_since.map_or(Duration::ZERO, |since| now - since),
            usual: self.usual,
        }
    }

    /// Somebody asked: what failed before counts no more.
    fn open_anew(&mut self, now: Instant) -> Vec<Action> {
        self.failures = 0;
        self.lost_since = None;
        vec![self.open(now)]
    }

    /// Another host, perhaps: how long this one took counts no more either.
    fn open_elsewhere(&mut self, now: Instant) -> Vec<Action> {
        self.usual = None;
        self.open_anew(now)
    }

    fn open(&mut self, now: Instant) -> Action {
        let deadline = backoff::deadline(self.history(now));
        self.state = State::Connecting { since: now };
        Action::Open { deadline }
    }

    fn opened(&mut self, now: Instant) {
        if let State::Connecting { since } = self.state {
            self.usual = Some(now - since);
        }
        self.state = State::Syncing;
    }

    fn lost(&mut self, code: ErrorCode, now: Instant, took: Duration, chance: f64) {
        self.lost_since.get_or_insert(now - took);
        self.failures += 1;
        let retry_at = code
            .is_retryable()
            .then(|| now + backoff::wait(self.history(now), took, chance));
        self.state = State::Lost { retry_at };
    }
}

fn then(first: Action, mut rest: Vec<Action>) -> Vec<Action> {
    rest.insert(0, first);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: ErrorCode = ErrorCode::ConnectionLost;

    struct Bench {
        machine: Machine,
        start: Instant,
        now: Instant,
    }

    impl Bench {
        fn new() -> Self {
            let start = Instant::now();
            Self {
                machine: Machine::new(),
                start,
                now: start,
            }
        }

        fn ready() -> Self {
            let mut bench = Self::new();
            for input in [Input::Connect, Input::Opened, Input::FirstTruth] {
                bench.take(input);
            }
            assert_eq!(bench.machine.phase(), ConnectionPhase::Ready);
            bench
        }

        fn take(&mut self, input: Input) -> Vec<Action> {
            self.machine.take(input, self.now, 0.0)
        }

        fn pass(&mut self, seconds: u64) {
            self.now += Duration::from_secs(seconds);
        }

        fn opens(&mut self, input: Input) -> bool {
            let actions = self.take(input);
            actions
                .iter()
                .any(|action| matches!(action, Action::Open { .. }))
        }
    }

    #[test]
    fn a_lost_host_is_tried_when_its_time_has_come_and_not_before() {
        let mut bench = Bench::ready();
        assert_eq!(bench.take(Input::Ended(LOST)), [Action::Close]);
        assert_eq!(bench.machine.phase(), ConnectionPhase::Lost);
        assert!(bench.take(Input::Due).is_empty(), "not yet");
        bench.pass(1);
        assert!(bench.opens(Input::Due), "after the first second");
        assert_eq!(bench.machine.phase(), ConnectionPhase::Connecting);
    }

    #[test]
    fn what_only_the_user_can_mend_is_not_tried_again_until_the_user_acts() {
        for code in [
            ErrorCode::AuthFailed,
            ErrorCode::AuthCancelled,
            ErrorCode::HostKeyChanged,
            ErrorCode::PermissionDenied,
            ErrorCode::InvalidInput,
            ErrorCode::Unsupported,
        ] {
            let mut bench = Bench::new();
            bench.take(Input::Connect);
            bench.take(Input::OpenFailed(code));
            assert_eq!(bench.machine.phase(), ConnectionPhase::Lost, "{code}");
            assert_eq!(bench.machine.retry_at(), None, "{code}");
            bench.pass(3600);
            assert!(bench.take(Input::Due).is_empty(), "{code}");
            assert!(
                bench.take(Input::Wake).is_empty(),
                "{code}: a new network mends no key"
            );
            assert!(bench.opens(Input::Retry), "{code}");
        }
    }

    #[test]
    fn waking_up_tries_the_lost_pings_the_ready_and_begins_hanging_attempts_anew() {
        let mut bench = Bench::ready();
        assert_eq!(bench.take(Input::Wake), [Action::Ping]);
        bench.take(Input::Ended(LOST));
        assert!(bench.opens(Input::Wake));
        let again = bench.take(Input::Wake);
        assert_eq!(again[0], Action::StopOpening);
        assert!(matches!(again[1], Action::Open { .. }));
    }

    #[test]
    fn a_disconnected_host_stays_so_whatever_happens_but_the_user() {
        let mut bench = Bench::ready();
        assert_eq!(bench.take(Input::Disconnect), [Action::Close]);
        for input in [
            Input::Wake,
            Input::Due,
            Input::Ended(LOST),
            Input::Opened,
            Input::Reconfigured,
        ] {
            assert!(bench.take(input).is_empty(), "{input:?}");
            assert_eq!(bench.machine.phase(), ConnectionPhase::Disconnected);
        }
        assert!(bench.opens(Input::Connect));
        assert_eq!(bench.take(Input::Disconnect), [Action::StopOpening]);
    }

    #[test]
    fn waits_grow_over_an_hour_of_refusals_and_begin_anew_when_the_user_asks() {
        let mut bench = Bench::ready();
        bench.take(Input::Ended(LOST));
        let mut last = Duration::ZERO;
        while bench.now - bench.start < Duration::from_secs(3600) {
            let at = bench.machine.retry_at().expect("a refusal is tried again");
            last = at - bench.now;
            bench.now = at;
            assert!(bench.opens(Input::Due));
            bench.take(Input::OpenFailed(ErrorCode::ConnectionRefused));
        }
        assert_eq!(last, Duration::from_secs(30));
        bench.take(Input::Retry);
        bench.take(Input::OpenFailed(ErrorCode::ConnectionRefused));
        let at = bench.machine.retry_at().expect("a refusal is tried again");
        assert_eq!(at - bench.now, Duration::from_secs(1));
    }

    #[test]
    fn a_changed_uri_opens_anew_but_only_what_was_to_be_open() {
        let mut bench = Bench::ready();
        let actions = bench.take(Input::Reconfigured);
        assert_eq!(actions[0], Action::Close);
        assert!(matches!(actions[1], Action::Open { .. }));
        let mut closed = Bench::new();
        assert!(closed.take(Input::Reconfigured).is_empty());
    }
}

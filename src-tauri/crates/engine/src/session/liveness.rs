//! Whether the host still answers, without any IO.
//!
//! Any call that succeeds counts. After three quiet seconds a ping begins; when nothing at all has
//! succeeded for five seconds from then, the host is dead. So a host that freezes is known within
//! nine seconds, without libvirt's own keepalive.

use std::time::Duration;

use tokio::time::Instant;

const QUIET: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(5);
const SUSPECT: Duration = Duration::from_secs(3);

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Nothing before this time.
    At(Instant),
    /// Begin a ping.
    Ping,
    /// Nobody answers any more.
    Dead,
}

/// When the host last answered, and since when it is being asked.
#[derive(Debug)]
pub struct Liveness {
    alive: Instant,
    asked: Option<Instant>,
    patience: Duration,
}

impl Liveness {
    /// A host that has just answered.
    pub const fn new(now: Instant) -> Self {
        Self {
            alive: now,
            asked: None,
            patience: PATIENCE,
        }
    }

    /// A call that began at `started` has succeeded.
    pub fn answered(&mut self, now: Instant) {
        self.alive = now;
    }

    /// A ping has begun.
    pub fn pinging(&mut self, now: Instant) {
        self.asked = Some(now);
        self.patience = PATIENCE;
    }

    /// A ping has begun of which little is hoped: the computer woke up, or its network changed.
    pub fn doubting(&mut self, now: Instant) {
        self.asked = Some(now);
        self.patience = SUSPECT;
    }

    /// A ping has ended, well or not.
    pub fn pinged(&mut self) {
        self.asked = None;
    }

    /// What to do now.
    pub fn check(&self, now: Instant) -> Check {
        match self.asked {
            Some(asked) => {
                let end = asked.max(self.alive) + self.patience;
                if end <= now {
                    Check::Dead
                } else {
                    Check::At(end)
                }
            }
            None => {
                let at = self.alive + QUIET;
                if at <= now {
                    Check::Ping
                } else {
                    Check::At(at)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    #[test]
    fn a_frozen_host_is_known_within_nine_seconds() {
        let start = Instant::now();
        let mut live = Liveness::new(start);
        assert_eq!(live.check(at(start, 2999)), Check::At(at(start, 3000)));
        assert_eq!(live.check(at(start, 3000)), Check::Ping);
        live.pinging(at(start, 3000));
        assert_eq!(live.check(at(start, 7999)), Check::At(at(start, 8000)));
        assert_eq!(live.check(at(start, 8000)), Check::Dead);
    }

    #[test]
    fn a_host_that_answers_other_calls_is_not_dead_because_a_ping_is_slow() {
        let start = Instant::now();
        let mut live = Liveness::new(start);
        live.pinging(at(start, 3000));
        live.answered(at(start, 7000));
        assert_eq!(live.check(at(start, 8000)), Check::At(at(start, 12_000)));
        live.pinged();
        assert_eq!(live.check(at(start, 9000)), Check::At(at(start, 10_000)));
    }
}

//! When guests' addresses are asked for: all running ones every ten minutes, those on the screen
//! every minute, and one that has just started when it may have got its lease. Without any IO.

use std::time::Duration;

use model::VmKey;
use tokio::time::Instant;

const ALL_EVERY: Duration = Duration::from_secs(10 * 60);
const VISIBLE_EVERY: Duration = Duration::from_secs(60);
/// A guest asks for its lease some seconds after its start, and its agent answers some later.
const AFTER_START: [Duration; 3] = [
    Duration::from_secs(5),
    Duration::from_secs(20),
    Duration::from_secs(60),
];

/// When the next rounds are.
#[derive(Debug)]
pub struct AddressRounds {
    all: Instant,
    visible: Instant,
    started: Vec<(Instant, VmKey)>,
}

impl AddressRounds {
    /// Rounds that begin now.
    pub fn new(now: Instant) -> Self {
        Self {
            all: now,
            visible: now + VISIBLE_EVERY,
            started: Vec::new(),
        }
    }

    /// A VM was seen to have started.
    pub fn started(&mut self, key: &VmKey, now: Instant) {
        self.started.retain(|(_, other)| other != key);
        self.started
            .extend(AFTER_START.map(|after| (now + after, key.clone())));
    }

    /// When there is something to ask next.
    pub fn due(&self) -> Instant {
        let started = self.started.iter().map(|(at, _)| *at);
        started
            .chain([self.all, self.visible])
            .min()
            .unwrap_or(self.all)
    }

    /// Whom to ask now. `running` is asked for only when it is needed.
    pub fn take(
        &mut self,
        now: Instant,
        visible: &[VmKey],
        running: impl FnOnce() -> Vec<VmKey>,
    ) -> Vec<VmKey> {
        let mut keys = Vec::new();
        if self.all <= now {
            (self.all, self.visible) = (now + ALL_EVERY, now + VISIBLE_EVERY);
            keys = running();
        } else if self.visible <= now {
            self.visible = now + VISIBLE_EVERY;
            keys = running();
            keys.retain(|key| visible.contains(key));
        }
        self.started.retain(|(at, key)| {
            if *at <= now {
                keys.push(key.clone());
            }
            *at > now
        });
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_that_has_just_started_is_asked_until_it_may_have_its_lease() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let key = |text: &str| VmKey::new(text);
        let running = || vec![key("a"), key("b")];
        let mut rounds = AddressRounds::new(start);
        assert_eq!(rounds.take(start, &[], running), running());
        rounds.started(&key("c"), start);
        assert_eq!(rounds.due(), at(5));
        assert_eq!(rounds.take(at(5), &[], running), [key("c")]);
        assert_eq!(rounds.due(), at(20));
        assert_eq!(
            rounds.take(at(60), &[key("b")], running),
            [key("b"), key("c"), key("c")]
        );
        assert_eq!(rounds.due(), at(120));
    }
}

//! When a lost host is tried again, and how long an attempt may take.
//!
//! A host that has just been lost is tried eagerly: begun every four seconds, an attempt never
//! longer than five (or three times what its last connect took), so that it is back within five
//! seconds of the network. After five minutes the waits grow to half a minute and attempts get all
//! the time a slow host may need.

use std::time::Duration;

const EAGER_FOR: Duration = Duration::from_secs(5 * 60);
const EAGER_EVERY: Duration = Duration::from_secs(4);
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const EAGER_DEADLINE: Duration = Duration::from_secs(5);
/// The first attempt: a host that does not answer is told as lost within ten seconds.
const FIRST_DEADLINE: Duration = Duration::from_secs(9);
const LONGEST_DEADLINE: Duration = Duration::from_secs(20);
/// Every so many eager attempts one gets all the time: the host may have become slow.
const THOROUGH_EVERY: u32 = 4;

/// What is known when an attempt is to be planned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    /// Attempts that failed since the last success, or since the user or the network asked anew.
    pub failures: u32,
    /// How long ago that began.
    pub lost_for: Duration,
    /// How long the last connect that succeeded took.
    pub usual: Option<Duration>,
}

/// How long to wait after an attempt that took `took`. `chance` is from 0 to below 1 and only makes
/// waits shorter, so that many hosts do not come at once.
pub fn wait(history: History, took: Duration, chance: f64) -> Duration {
    let doubled = SHORTEST_WAIT.saturating_mul(1_u32 << history.failures.saturating_sub(1).min(5));
    let longest = if history.lost_for < EAGER_FOR {
        EAGER_EVERY.saturating_sub(took)
    } else {
        LONGEST_WAIT
    };
    let wait = doubled.min(longest).max(SHORTEST_WAIT);
    wait.mul_f64(1.0 - 0.2 * chance)
}

/// How long the next attempt may take.
pub fn deadline(history: History) -> Duration {
    let eager =
        history.lost_for < EAGER_FOR && history.failures % THOROUGH_EVERY != THOROUGH_EVERY - 1;
    match (history.usual, history.failures) {
        (None, 0) => FIRST_DEADLINE,
        (usual, _) if eager => usual
            .map_or(EAGER_DEADLINE, |usual| usual * 3)
            .clamp(EAGER_DEADLINE, LONGEST_DEADLINE),
        _ => LONGEST_DEADLINE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn after(failures: u32, lost_for: u64) -> History {
        History {
            failures,
            lost_for: seconds(lost_for),
            usual: Some(Duration::from_millis(300)),
        }
    }

    #[test]
    fn a_host_that_refuses_is_tried_every_four_seconds_at_first_and_rarely_later() {
        let waits: Vec<u64> = (1..=5)
            .map(|n| wait(after(n, 10), Duration::ZERO, 0.0).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 4, 4]);
        let waits: Vec<u64> = (1..=7)
            .map(|n| wait(after(n, 600), Duration::ZERO, 0.0).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn a_host_that_does_not_answer_is_not_made_to_wait_for_its_deadline_and_then_again() {
        // a network that heals just after an attempt began is found by the one after it
        for n in 1..=2 {
            let history = after(n, 10);
            assert_eq!(deadline(history), seconds(5));
            assert_eq!(wait(history, seconds(5), 0.0), seconds(1));
        }
    }

    #[test]
    fn a_slow_host_gets_the_time_it_usually_needs() {
        let slow = History {
            usual: Some(seconds(4)),
            ..after(1, 10)
        };
        assert_eq!(deadline(slow), seconds(12));
        assert_eq!(
            deadline(after(3, 10)),
            seconds(20),
            "now and then, all the time"
        );
        assert_eq!(deadline(after(1, 600)), seconds(20));
        assert_eq!(
            deadline(History::default()),
            seconds(9),
            "the first attempt"
        );
    }

    #[test]
    fn chance_only_shortens_a_wait() {
        let history = after(3, 10);
        assert!(wait(history, Duration::ZERO, 0.999) >= Duration::from_millis(3200));
        assert!(wait(history, Duration::ZERO, 0.5) < seconds(4));
    }
}

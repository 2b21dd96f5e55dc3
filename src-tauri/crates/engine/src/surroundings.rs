//! This computer's surroundings: whether it slept, whether its network changed.
//!
//! Looked at every few seconds: comparing two clocks and a list of addresses costs microseconds,
//! and works the same on every desktop.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::clock::Clock;

/// From one look to the next.
const EVERY: Duration = Duration::from_secs(3);
/// The wall clock may run ahead of ours by this much before we think that we slept.
const SLEPT: Duration = Duration::from_secs(5);

/// What can be seen of the network from here.
pub trait Surroundings: Send + Sync {
    /// The addresses of this computer that others could reach.
    fn addresses(&self) -> BTreeSet<IpAddr>;
}

/// This computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThisComputer;

impl Surroundings for ThisComputer {
    fn addresses(&self) -> BTreeSet<IpAddr> {
        if_addrs::get_if_addrs()
            .unwrap_or_default()
            .into_iter()
            .filter(|interface| !interface.is_loopback() && !interface.is_link_local())
            .map(|interface| interface.ip())
            .collect()
    }
}

/// Looks around for ever, and calls `changed` when this computer slept or its network changed.
pub(crate) async fn watch(
    clock: Arc<dyn Clock>,
    surroundings: Arc<dyn Surroundings>,
    changed: impl Fn() + Send,
) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut look = Look::new(clock.now(), surroundings.addresses());
    loop {
        ticks.tick().await;
        if look.again(clock.now(), Instant::now(), surroundings.addresses()) {
            changed();
        }
    }
}

/// What was seen last.
struct Look {
    wall: Timestamp,
    ticked: Instant,
    addresses: BTreeSet<IpAddr>,
}

impl Look {
    fn new(wall: Timestamp, addresses: BTreeSet<IpAddr>) -> Self {
        Self {
            wall,
            ticked: Instant::now(),
            addresses,
        }
    }

    /// Whether the computer slept or its network changed since the last look.
    fn again(&mut self, wall: Timestamp, ticked: Instant, addresses: BTreeSet<IpAddr>) -> bool {
        let passed = Duration::try_from(wall.duration_since(self.wall)).unwrap_or_default();
        let waited = ticked - self.ticked;
        // some systems' clocks tick through sleep: then the wait itself was too long
        let slept = passed > waited + SLEPT || waited > EVERY + SLEPT;
        // an address that goes breaks what went over it; one that comes may lead to a lost host
        let moved = addresses != self.addresses;
        *self = Self {
            wall,
            ticked,
            addresses,
        };
        slept || moved
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn sleep_and_another_network_are_noticed_and_nothing_else_is() {
        let (wall, ticked) = (Timestamp::UNIX_EPOCH, Instant::now());
        let home: BTreeSet<IpAddr> = [IpAddr::from([192, 168, 1, 7])].into();
        let train: BTreeSet<IpAddr> = [IpAddr::from([10, 0, 0, 9])].into();
        for (wall_s, ticked_s, addresses, expected, what) in [
            (3, 3, &home, false, "nothing happened"),
            (7, 3, &home, false, "a busy second"),
            (3600, 3, &home, true, "an hour asleep"),
            (
                3600,
                3600,
                &home,
                true,
                "an hour asleep, on a clock that ticks through it",
            ),
            (3, 3, &train, true, "another network"),
            (-3600, 3, &home, false, "the wall clock was set back"),
        ] {
            let mut look = Look {
                wall,
                ticked,
                addresses: home.clone(),
            };
            let again = look.again(
                wall + SignedDuration::from_secs(wall_s),
                ticked + Duration::from_secs(ticked_s),
                addresses.clone(),
            );
            assert_eq!(again, expected, "{what}");
        }
    }
}

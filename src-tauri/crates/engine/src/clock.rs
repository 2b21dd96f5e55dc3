//! Where the engine's time and new identities come from. Passed in, so that tests know both.
//!
//! Two times are told apart: the [`Clock`] says what the wall says and may jump; waiting and
//! measuring go by tokio's monotonic clock, which tests pause.

use jiff::Timestamp;
use uuid::Uuid;

/// The wall clock.
pub trait Clock: Send + Sync {
    /// What the wall says.
    fn now(&self) -> Timestamp;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Where new identities and chance come from.
pub trait Ids: Send + Sync {
    /// A number that nobody else has.
    fn uuid(&self) -> Uuid;

    /// A number from 0 to below 1, for jitter.
    fn chance(&self) -> f64;
}

/// Random identities.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::new_v4()
    }

    fn chance(&self) -> f64 {
        // the last 32 bits of a version 4 UUID are random
        f64::from(
            Uuid::new_v4().as_fields().3[4..8]
                .iter()
                .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)),
        ) / (f64::from(u32::MAX) + 1.0)
    }
}

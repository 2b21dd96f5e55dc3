//! The threads on which blocking libvirt calls run, and the bound on how many at once.
//!
//! ```text
//! Lane::Quick ──────────────┐
//! Lane::Long ──▶ 2 at once ─┴─▶ 4 at once per connection ──▶ a thread of the crew
//! ```
//!
//! libvirt's server works on five requests of a client at a time: with five stuck ones the
//! connection stands still. So at most four may be under way, of which two may be long.
//!
//! Invariant: a slot is held until the C call has returned. A caller that stops waiting gets
//! `timeout_still_running`, not the slot.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use driver::DriverError;
use model::ErrorCode;
use tokio::sync::{Semaphore, oneshot};

type Job = Box<dyn FnOnce() + Send>;

/// How long an idle thread waits for its next job before it ends.
const IDLE: Duration = Duration::from_secs(20);

/// Threads for blocking calls, shared by all connections of a driver.
#[derive(Clone, Default)]
pub(crate) struct Crew(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    idle: usize,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Crew {
    /// Runs `job` on a thread of its own or on an idle one; never waits.
    pub(crate) fn run(&self, job: impl FnOnce() + Send + 'static) {
        let mut queue = self.0.queue();
        queue.jobs.push_back(Box::new(job));
        if queue.idle >= queue.jobs.len() {
            drop(queue);
            self.0.arrived.notify_one();
            return;
        }
        drop(queue);
        let shared = Arc::clone(&self.0);
        let started = std::thread::Builder::new()
            .name("libvirt-call".into())
            .spawn(move || work(&shared));
        if let Err(error) = started {
            // an idle or busy thread will take the job later
            tracing::warn!(%error, "no further thread for libvirt calls");
        }
    }
}

fn work(shared: &Shared) {
    let mut queue = shared.queue();
    loop {
        if let Some(job) = queue.jobs.pop_front() {
            drop(queue);
            // a job that panics has dropped its answer, which its caller notices
            let _ = catch_unwind(AssertUnwindSafe(job));
            queue = shared.queue();
            continue;
        }
        queue.idle += 1;
        let (woken, waited) = shared
            .arrived
            .wait_timeout(queue, IDLE)
            .unwrap_or_else(PoisonError::into_inner);
        queue = woken;
        queue.idle -= 1;
        if waited.timed_out() && queue.jobs.is_empty() {
            return;
        }
    }
}

/// How long a call may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Answered from the daemon's memory, or at once by the hypervisor.
    Quick,
    /// May take minutes, or as long as a guest pleases.
    Long,
}

/// One connection's share of the crew.
#[derive(Clone)]
pub(crate) struct Pool {
    crew: Crew,
    slots: Arc<Semaphore>,
    long: Arc<Semaphore>,
}

impl Pool {
    const SLOTS: usize = 4;
    const LONG: usize = 2;

    pub(crate) fn new(crew: Crew) -> Self {
        Self {
            crew,
            slots: Arc::new(Semaphore::new(Self::SLOTS)),
            long: Arc::new(Semaphore::new(Self::LONG)),
        }
    }

    /// Runs `call` when a slot is free, and waits for it no longer than `patience`.
    pub(crate) async fn call<T, F>(
        &self,
        lane: Lane,
        patience: Duration,
        call: F,
    ) -> Result<T, DriverError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let turn = async {
            let open = "the pool's semaphores are never closed";
            let long = match lane {
                Lane::Quick => None,
                Lane::Long => Some(Arc::clone(&self.long).acquire_owned().await.expect(open)),
            };
            let slot = Arc::clone(&self.slots).acquire_owned().await.expect(open);
            let (answer, answered) = oneshot::channel();
            self.crew.run(move || {
                let result = call();
                drop((slot, long));
                // nobody waits any more: the result is of no use
                let _ = answer.send(result);
            });
            answered.await
        };
        match tokio::time::timeout(patience, turn).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(DriverError::new(
                ErrorCode::Internal,
                "A call to libvirt ended without an answer.",
            )),
            Err(_) => Err(DriverError::new(
                ErrorCode::TimeoutStillRunning,
                format!(
                    "No answer for {} s; the host is still working on it.",
                    patience.as_secs()
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const LONG_ENOUGH: Duration = Duration::from_secs(3600);

    fn stuck() -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
        let (release, released) = mpsc::channel::<()>();
        (release, move || {
            // returns when the sender is dropped
            let _ = released.recv();
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_nobody_waits_for_keeps_its_slot_until_it_returns() {
        let pool = Pool::new(Crew::default());
        let mut releases = Vec::new();
        for _ in 0..Pool::SLOTS {
            let (release, job) = stuck();
            releases.push(release);
            let error = pool
                .call(Lane::Quick, Duration::from_secs(1), job)
                .await
                .expect_err("it does not return");
            assert_eq!(error.code, ErrorCode::TimeoutStillRunning);
        }
        let crowded = pool.call(Lane::Quick, Duration::from_secs(1), || ()).await;
        assert!(crowded.is_err(), "a fifth call does not reach the host");
        tokio::time::resume();
        releases.clear();
        pool.call(Lane::Quick, LONG_ENOUGH, || ())
            .await
            .expect("slots are free again");
    }

    #[tokio::test]
    async fn long_calls_leave_room_for_quick_ones() {
        let pool = Pool::new(Crew::default());
        let mut releases = Vec::new();
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let (release, job) = stuck();
            releases.push(release);
            let pool = pool.clone();
            waiting.spawn(async move { pool.call(Lane::Long, LONG_ENOUGH, job).await });
        }
        let quick = pool.call(Lane::Quick, LONG_ENOUGH, || 7).await;
        assert_eq!(quick, Ok(7), "three long calls do not stop a quick one");
        releases.clear();
        while let Some(done) = waiting.join_next().await {
            assert_eq!(
                done.expect("no panic"),
                Ok(()),
                "each long call has its turn"
            );
        }
    }

    #[tokio::test]
    async fn a_call_that_panics_fails_alone() {
        let pool = Pool::new(Crew::default());
        let error = pool
            .call(Lane::Quick, LONG_ENOUGH, || -> () {
                panic!("as a test does")
            })
            .await
            .expect_err("it has no result");
        assert_eq!(error.code, ErrorCode::Internal);
        assert_eq!(pool.call(Lane::Quick, LONG_ENOUGH, || 1).await, Ok(1));
    }
}

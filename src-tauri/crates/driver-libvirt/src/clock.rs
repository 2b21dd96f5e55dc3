//! A deadline that stands still while the user is asked.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use driver::{Answer, Prompter, Question};
use tokio::sync::watch;
use tokio::time::Instant;

/// The deadline of one connect.
pub(crate) struct Deadline {
    left: Duration,
    asking: watch::Receiver<usize>,
}

/// Passes questions on and stops the clock meanwhile.
struct Pausing {
    inner: Arc<dyn Prompter>,
    asking: watch::Sender<usize>,
}

/// A deadline, and the prompter that stops it.
pub(crate) fn deadline(
    limit: Duration,
    prompter: Arc<dyn Prompter>,
) -> (Deadline, Arc<dyn Prompter>) {
    let (asking, seen) = watch::channel(0);
    (
        Deadline {
            left: limit,
            asking: seen,
        },
        Arc::new(Pausing {
            inner: prompter,
            asking,
        }),
    )
}

impl Deadline {
    /// Returns when the time is used up.
    pub(crate) async fn passed(mut self) {
        loop {
            // without a prompter nobody asks any more, and the clock runs on
            let _ = self.asking.wait_for(|asking| *asking == 0).await;
            let started = Instant::now();
            let paused = async {
                if self.asking.wait_for(|asking| *asking > 0).await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = tokio::time::sleep(self.left) => return,
                () = paused => self.left = self.left.saturating_sub(started.elapsed()),
            }
        }
    }
}

/// Counts a question as long as it is open, also when its asker gives up.
struct Asking<'a>(&'a watch::Sender<usize>);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|asking| *asking -= 1);
    }
}

#[async_trait]
impl Prompter for Pausing {
    async fn ask(&self, question: Question) -> Option<Answer> {
        self.asking.send_modify(|asking| *asking += 1);
        let _asking = Asking(&self.asking);
        self.inner.ask(question).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes an hour to answer.
    struct Thoughtful;

    #[async_trait]
    impl Prompter for Thoughtful {
        async fn ask(&self, _: Question) -> Option<Answer> {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            None
        }
    }

    #[tokio::test(start_paused = true)]
    async fn thinking_costs_no_time() {
        let (deadline, prompter) = deadline(Duration::from_secs(10), Arc::new(Thoughtful));
        let started = Instant::now();
        let passed = tokio::spawn(deadline.passed());
        tokio::time::sleep(Duration::from_secs(4)).await;
        prompter
            .ask(Question::Other {
                text: "well?".into(),
            })
            .await;
        assert!(!passed.is_finished(), "an hour of thinking does not count");
        passed.await.expect("no panic");
        assert_eq!(started.elapsed().as_secs(), 3610);
    }
}

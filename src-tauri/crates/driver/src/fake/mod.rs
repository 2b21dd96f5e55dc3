//! The fake driver: the contract's reference, in memory, on tokio's clock.
//!
//! A [`FakeWorld`] holds hosts that tests shape: VMs, delays, faults. Everything waits on tokio's
//! clock, so that tests run with paused time.

mod console;
mod rfb;
mod session;
mod world;

use std::sync::Arc;

use async_trait::async_trait;
use model::address::{UriParts, WrongPart};
use model::{ErrorCode, HardwareGroup, HardwareItem, VmDetails};

pub use console::SentKeys;
pub use world::{FakeHost, FakeVm, FakeWorld};

use crate::doctor::{Outcome, Step, StepKind, StepSink};
use crate::error::{DriverError, Result};
use crate::prompt::Answer;
use crate::session::DriverSession;
use crate::{ConnectContext, ConnectTarget, VmDriver};

/// Serves `fake://HOST` out of a [`FakeWorld`].
#[derive(Clone)]
pub struct FakeDriver {
    world: FakeWorld,
}

impl FakeDriver {
    /// A driver for the hosts of `world`.
    pub fn new(world: FakeWorld) -> Self {
        Self { world }
    }

    fn host(&self, uri: &str) -> Result<FakeHost> {
        let parts = self
            .check_uri(uri)
            .map_err(|wrong| DriverError::new(ErrorCode::InvalidInput, wrong.message))?;
        let name = parts.host.unwrap_or_default();
        self.world.find(&name).ok_or_else(|| {
            DriverError::new(
                ErrorCode::ConnectionRefused,
                format!("There is no host ‘{name}’."),
            )
        })
    }
}

#[async_trait]
impl VmDriver for FakeDriver {
    fn serves(&self, scheme: &str) -> bool {
        scheme == "fake"
    }

    fn check_uri(&self, uri: &str) -> std::result::Result<UriParts, WrongPart> {
        let host = uri
            .strip_prefix("fake://")
            .ok_or_else(|| WrongPart::new("driver", "A fake URI begins with fake://."))?;
        if host.is_empty() {
            return Err(WrongPart::new("host", "A fake URI names a host."));
        }
        Ok(UriParts {
            driver: "fake".to_owned(),
            transport: None,
            user: None,
            host: Some(host.to_owned()),
            port: None,
            path: String::new(),
        })
    }

    async fn connect(
        &self,
        target: &ConnectTarget,
        context: &ConnectContext,
    ) -> Result<Arc<dyn DriverSession>> {
        let host = self.host(&target.settings.uri)?;
        if let Some(question) = host.question() {
            // time spent thinking does not count against the deadline
            match context.prompter.ask(question).await {
                None => {
                    return Err(DriverError::new(
                        ErrorCode::AuthCancelled,
                        "The question was closed.",
                    ));
                }
                Some(Answer::TrustHostKey | Answer::Text(_)) => {}
            }
        }
        let opened = async {
            host.answer().await?;
            if let Some(error) = host.connect_error() {
                return Err(error);
            }
            Ok(session::FakeSession::open(&host))
        };
        tokio::select! {
            // an attempt that was cancelled before it began does not connect
            biased;
            () = context.cancel.cancelled() => Err(DriverError::cancelled()),
            done = tokio::time::timeout(context.deadline, opened) => match done {
                Ok(session) => session.map(|session| session as Arc<dyn DriverSession>),
                Err(_) => Err(DriverError::connection_lost(format!(
                    "No answer for {} s.",
                    context.deadline.as_secs()
                ))),
            },
        }
    }

    async fn diagnose(
        &self,
        target: &ConnectTarget,
        context: &ConnectContext,
        sink: &mut dyn StepSink,
    ) {
        sink.step(Step {
            kind: StepKind::Address,
            outcome: Outcome::Passed {
                detail: target.settings.uri.clone(),
            },
            duration_ms: 0,
        });
        let outcome = match self.connect(target, context).await {
            Ok(session) => {
                session.close().await;
                Outcome::Passed {
                    detail: session.host().hostname,
                }
            }
            Err(error) => Outcome::Failed {
                what: error.message,
                why: error.code.to_string(),
                remedies: Vec::new(),
                output: error.detail,
            },
        };
        let failed = matches!(outcome, Outcome::Failed { .. });
        sink.step(Step {
            kind: StepKind::LibvirtAnswers,
            outcome,
            duration_ms: 0,
        });
        let detail = "everything".to_owned();
        sink.step(Step {
            kind: StepKind::Permissions,
            outcome: if failed {
                Outcome::NotReached
            } else {
                Outcome::Passed { detail }
            },
            duration_ms: 0,
        });
    }

    fn parse_definition(&self, text: &str) -> Result<VmDetails> {
        world::parse(text)
    }

    fn hardware(&self, text: &str) -> Result<Vec<HardwareGroup>> {
        let details = world::parse(text)?;
        let memory = details
            .memory
            .map(|size| size.to_string())
            .unwrap_or_default();
        Ok(vec![HardwareGroup {
            title: "Memory".to_owned(),
            items: vec![HardwareItem {
                name: "Memory".to_owned(),
                facts: vec![("Size".to_owned(), memory)],
            }],
        }])
    }
}

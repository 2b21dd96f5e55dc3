//! The connection doctor: takes the same way as a connect, one step at a time, and says of each what
//! was found or what to do.
//!
//! Invariant: it uses what a connect uses (same ssh, same options, same bridge), so that a round in
//! which everything passes means that a connect works.

mod network;
mod remedies;
mod ssh;

use std::time::{Duration, Instant};

use driver::{
    ConnectContext, ConnectTarget, DriverError, DriverSession, Outcome, Remedy, Step, StepKind,
    StepSink,
};
use model::ErrorCode;
use model::connection::Access;

use crate::libvirt::LibvirtDriver;
use crate::origin::Origin;
use crate::session::LibvirtSession;
use crate::uri::{LibvirtUri, Transport};
use crate::way::LIBVIRT_PORT;

/// libvirt's TLS port.
const LIBVIRT_TLS_PORT: u16 = 16514;
const SSH_PORT: u16 = 22;

/// What was wrong in a step.
#[derive(Debug)]
pub(super) struct Finding {
    what: String,
    why: String,
    remedies: Vec<Remedy>,
    output: Option<String>,
}

impl Finding {
    fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            remedies: Vec::new(),
            output: None,
        }
    }

    fn try_this(mut self, text: impl Into<String>) -> Self {
        self.remedies.push(Remedy {
            text: text.into(),
            command: None,
        });
        self
    }

    fn run_this(mut self, text: impl Into<String>, command: impl Into<String>) -> Self {
        self.remedies.push(Remedy {
            text: text.into(),
            command: Some(command.into()),
        });
        self
    }

    fn saying(mut self, output: Option<String>) -> Self {
        self.output = output.filter(|output| !output.is_empty());
        self
    }
}

/// What a step found: the detail of a good one, or what is wrong.
type Found<T = String> = Result<T, Finding>;

/// One round.
struct Round<'a> {
    libvirt: &'a LibvirtDriver,
    target: &'a ConnectTarget,
    context: &'a ConnectContext,
    sink: &'a mut dyn StepSink,
    /// Steps that were not taken yet, in order.
    ahead: Vec<StepKind>,
}

/// Takes all steps that belong to the target's transport.
pub(crate) async fn diagnose(
    libvirt: &LibvirtDriver,
    target: &ConnectTarget,
    context: &ConnectContext,
    sink: &mut dyn StepSink,
) {
    let mut round = Round {
        libvirt,
        target,
        context,
        sink,
        ahead: steps(None),
    };
    // a finding has reached the sink already
    let _ = round.take_all().await;
    for kind in std::mem::take(&mut round.ahead) {
        round.sink.step(Step {
            kind,
            outcome: Outcome::NotReached,
            duration_ms: 0,
        });
    }
}

/// The steps that mean something with a transport; all of them when it is not known.
fn steps(transport: Option<Option<Transport>>) -> Vec<StepKind> {
    use StepKind as S;
    let middle: &[StepKind] = match transport {
        None | Some(Some(Transport::Ssh)) => &[
            S::NameResolves,
            S::PortAnswers,
            S::HostKeyKnown,
            S::LoginWorks,
            S::HelperFound,
        ],
        Some(Some(Transport::Tcp | Transport::Tls | Transport::Libssh | Transport::Libssh2)) => {
            &[S::NameResolves, S::PortAnswers]
        }
        Some(Some(Transport::Unix | Transport::Ext) | None) => &[],
    };
    let mut steps = vec![S::Address];
    steps.extend(middle);
    steps.extend([S::LibvirtAnswers, S::VersionAndHypervisor, S::Permissions]);
    steps
}

/// The round is over: a step failed.
struct Over;

impl Round<'_> {
    async fn take_all(&mut self) -> Result<(), Over> {
        let target = self.target;
        let uri = self
            .step(StepKind::Address, async { address(target) })
            .await?;
        let transport = uri.effective_transport();
        self.ahead = steps(Some(transport)).split_off(1);
        match transport {
            Some(Transport::Ssh) => self.reach_over_ssh(&uri).await?,
            Some(Transport::Tcp) => self.reach(&uri, LIBVIRT_PORT).await?,
            Some(Transport::Tls) => self.reach(&uri, LIBVIRT_TLS_PORT).await?,
            Some(Transport::Libssh | Transport::Libssh2) => self.reach(&uri, SSH_PORT).await?,
            Some(Transport::Unix | Transport::Ext) | None => {}
        }
        self.ask_libvirt(&uri).await
    }

    async fn reach(&mut self, uri: &LibvirtUri, usual_port: u16) -> Result<(), Over> {
        let host = uri.host.clone().unwrap_or_default();
        let port = uri.port.unwrap_or(usual_port);
        let addresses = self
            .step(StepKind::NameResolves, network::resolve(&host, port))
            .await?
            .0;
        let answers = network::answers(&host, &addresses, network::Greeting::None);
        self.step(StepKind::PortAnswers, answers).await.map(drop)
    }

    async fn reach_over_ssh(&mut self, uri: &LibvirtUri) -> Result<(), Over> {
        let (libvirt, target, context) = (self.libvirt, self.target, self.context);
        let ssh = ssh::Ssh::of(libvirt, target, uri, context.deadline);
        let plan = self.step(StepKind::NameResolves, ssh.resolve()).await?;
        self.step(StepKind::PortAnswers, ssh.port_answers(&plan))
            .await?;
        let login = self
            .step(StepKind::HostKeyKnown, ssh.host_key(libvirt, context))
            .await?;
        let login = self
            .step(StepKind::LoginWorks, ssh.log_in(login, &plan, context))
            .await?;
        self.step(StepKind::HelperFound, ssh.helper(&login))
            .await
            .map(drop)
    }

    async fn ask_libvirt(&mut self, uri: &LibvirtUri) -> Result<(), Over> {
        let (libvirt, target, context) = (self.libvirt, self.target, self.context);
        let open = async {
            match open(libvirt, target, uri, context).await {
                Err(error) if error.code == ErrorCode::PermissionDenied => {
                    let mut reader = target.clone();
                    reader.settings.access = Access::ReadOnly;
                    match open(libvirt, &reader, uri, context).await {
                        Ok(session) => Ok((session, Some(error))),
                        Err(_) => Err(remedies::of_error(&error, target)),
                    }
                }
                Err(error) => Err(remedies::of_error(&error, target)),
                Ok(session) => Ok((session, None)),
            }
        };
        let (session, denied) = self.step(StepKind::LibvirtAnswers, open).await?;
        let host = session.host();
        let version = format!(
            "libvirt {}, {} on {}",
            host.libvirt,
            host.hypervisor,
            crate::text::cut(&host.hostname, 200)
        );
        self.step(StepKind::VersionAndHypervisor, async { Ok(version) })
            .await?;
        let rights = async {
            match denied {
                Some(error) => Err(remedies::only_reads(&error, target)),
                None if target.settings.access == Access::ReadOnly => {
                    Ok("May read; changes are switched off for this connection.".to_owned())
                }
                None => Ok(format!("May read and change what {} holds.", uri.far_end())),
            }
        };
        let done = self.step(StepKind::Permissions, rights).await;
        session.close().await;
        done.map(drop)
    }

    /// Takes one step: tells that it has begun and how it ended.
    async fn step<T: Shown>(
        &mut self,
        kind: StepKind,
        work: impl Future<Output = Found<T>>,
    ) -> Result<T, Over> {
        self.ahead.retain(|ahead| *ahead != kind);
        self.sink.step(Step {
            kind,
            outcome: Outcome::Running,
            duration_ms: 0,
        });
        let started = Instant::now();
        let limit = self.context.deadline.max(Duration::from_secs(1));
        let result = tokio::select! {
            biased;
            () = self.context.cancel.cancelled() => Err(Finding::new(
                "Stopped.", "It was cancelled.",
            )),
            result = work => result,
            // questions to the user are part of the time here: a round is looked at
            () = tokio::time::sleep(limit * 6) => Err(Finding::new(
                "No answer.", format!("Nothing happened for {} s.", (limit * 6).as_secs()),
            )),
        };
        let duration_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        let (outcome, result) = match result {
            Ok(value) => (
                Outcome::Passed {
                    detail: value.shown(),
                },
                Ok(value),
            ),
            Err(Finding {
                what,
                why,
                remedies,
                output,
            }) => (
                Outcome::Failed {
                    what,
                    why,
                    remedies,
                    output,
                },
                Err(Over),
            ),
        };
        self.sink.step(Step {
            kind,
            outcome,
            duration_ms,
        });
        result
    }
}

/// The detail of a step that passed.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Shown for LibvirtUri {
    fn shown(&self) -> String {
        let way = match self.effective_transport() {
            None => "in this program".to_owned(),
            Some(transport) => format!("over {transport}"),
        };
        match &self.host {
            Some(host) => format!("{} {way} on {host}", self.far_end()),
            None => format!("{} {way}", self.far_end()),
        }
    }
}

impl Shown for (std::sync::Arc<LibvirtSession>, Option<DriverError>) {
    fn shown(&self) -> String {
        match self.1 {
            None => "It answers.".to_owned(),
            Some(_) => "It answers, but only to be read.".to_owned(),
        }
    }
}

fn address(target: &ConnectTarget) -> Found<LibvirtUri> {
    LibvirtDriver::address(target).map_err(|wrong| {
        Finding::new(format!("The {} is wrong.", wrong.part), wrong.message)
            .try_this("Correct the address in the connection's settings.")
    })
}

async fn open(
    libvirt: &LibvirtDriver,
    target: &ConnectTarget,
    uri: &LibvirtUri,
    context: &ConnectContext,
) -> Result<std::sync::Arc<LibvirtSession>, DriverError> {
    let origin = Origin {
        libvirt: libvirt.clone(),
        target: target.clone(),
        uri: uri.clone(),
        context: context.clone(),
    };
    origin.session().await
}

//! One login at a host, shared by everything that goes there.
//!
//! ```text
//! ssh -N -M ──▶ authenticated ──▶ control socket ──▶ channels: libvirt, consoles, doctor
//!      └ asks through askpass        └ in our private folder
//! ```
//!
//! The last channel to go ends the login. Where ssh cannot share (Windows), each channel logs in by
//! itself and this is only the way to start one.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};

use driver::{DriverError, Prompter};
use model::{ConnectionId, ErrorCode};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use super::folder::{CONTROL, PrivateFolder};
use super::ssh::SshTarget;
use super::stderr::{Tail, classify};
use crate::askpass::{Askpass, AskpassProgram};
use crate::platform;

/// What the shared login prints when it is there.
const READY: &str = "innkeeper-ready";

/// An authenticated connection to a host.
pub(crate) struct Login {
    target: SshTarget,
    /// `None` where logins cannot be shared.
    control: Option<PathBuf>,
    tail: Tail,
    ended: CancellationToken,
    /// Cancelled when the last user is gone: ends the process.
    stop: CancellationToken,
    /// Answers ssh for as long as somebody may be asked.
    askpass: Askpass,
    _folder: Arc<PrivateFolder>,
}

impl Login {
    /// Logs in. Dropping the future ends the attempt and its process.
    pub(crate) async fn open(
        target: SshTarget,
        folder: Arc<PrivateFolder>,
        program: &AskpassProgram,
        prompter: Arc<dyn Prompter>,
    ) -> Result<Arc<Self>, DriverError> {
        let askpass = Askpass::listen(&folder, program.clone(), prompter)
            .map_err(|e| DriverError::new(ErrorCode::Internal, e.to_string()))?;
        let stop = CancellationToken::new();
        let mut login = Self {
            target,
            control: None,
            tail: Tail::default(),
            ended: CancellationToken::new(),
            stop,
            askpass,
            _folder: Arc::clone(&folder),
        };
        if platform::shares_logins() {
            login.control = Some(folder.path().join(folder.fresh_name(CONTROL)));
            login.start_shared().await?;
        }
        Ok(Arc::new(login))
    }

    async fn start_shared(&mut self) -> Result<(), DriverError> {
        let mut command = self.target.command();
        let control = self.control.as_deref().expect("set by the caller");
        command.arg("-N").arg("-M").arg("-S").arg(control);
        for option in ["ControlPersist=no", "PermitLocalCommand=yes"] {
            command.args(["-o", option]);
        }
        // runs here, when the host has accepted us and the control socket is there
        command.arg("-o").arg(format!("LocalCommand=echo {READY}"));
        self.askpass.serve(&mut command);
        command.arg("--").arg(&self.target.host);
        let mut child = spawn(command)
            .await
            .map_err(|e| self.target.not_started(&e))?;
        let stderr = child
            .stderr
            .take()
            .expect("stderr is piped by SshTarget::command");
        let (tail, mut finished) = Tail::follow(stderr);
        let mut stdout = child
            .stdout
            .take()
            .expect("stdout is piped by SshTarget::command");
        let mut byte = [0; READY.len()];
        let ready = stdout.read_exact(&mut byte).await.is_ok() && byte == *READY.as_bytes();
        if !ready {
            let _ = child.wait().await;
            finished.wait().await;
            return Err(self.refused(&tail.text()));
        }
        self.tail = tail;
        tokio::spawn(keep(child, self.stop.clone(), self.ended.clone()));
        Ok(())
    }

    /// Why the host did not let us in.
    pub(crate) fn refused(&self, said: &str) -> DriverError {
        if self.askpass.was_cancelled() {
            return DriverError::new(ErrorCode::AuthCancelled, "The question was not answered.")
                .with_detail(said);
        }
        classify(said).told(&self.target.host, said)
    }

    /// Starts a program on the host.
    pub(crate) async fn channel(self: &Arc<Self>, remote: &str) -> Result<Channel, DriverError> {
        let mut command = self.over_this();
        command.arg("--").arg(&self.target.host).arg(remote);
        Channel::start(command, &self.target, Some(Arc::clone(self))).await
    }

    /// Joins a TCP port as the host sees it.
    pub(crate) async fn forward(
        self: &Arc<Self>,
        address: IpAddr,
        port: u16,
    ) -> Result<Channel, DriverError> {
        let mut command = self.over_this();
        command
            .arg("-W")
            .arg(SocketAddr::new(address, port).to_string())
            .arg("--")
            .arg(&self.target.host);
        Channel::start(command, &self.target, Some(Arc::clone(self))).await
    }

    /// ssh that goes over this login.
    fn over_this(&self) -> Command {
        let mut command = self.target.command();
        match &self.control {
            Some(control) => {
                command
                    .arg("-S")
                    .arg(control)
                    .args(["-o", "ControlMaster=no"]);
                // only ever over the login that was made; never a second one behind our back
                command.args(["-o", "BatchMode=yes", "-o", "ProxyCommand=false"]);
            }
            None => self.askpass.serve(&mut command),
        }
        command
    }

    /// What ssh said last.
    pub(crate) fn last_words(&self) -> String {
        self.tail.text()
    }

    fn is_over(&self) -> bool {
        self.ended.is_cancelled()
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn keep(mut child: Child, stop: CancellationToken, ended: CancellationToken) {
    tokio::select! {
        _ = child.wait() => {}
        // killed when the child is dropped
        () = stop.cancelled() => {}
    }
    ended.cancel();
}

/// The logins that are open, one per connection.
#[derive(Default)]
pub(crate) struct Logins(Mutex<HashMap<ConnectionId, Weak<Login>>>);

impl Logins {
    /// The open login of a connection, if it goes to the same target.
    pub(crate) fn shared(&self, id: ConnectionId, target: &SshTarget) -> Option<Arc<Login>> {
        let mut logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logins.retain(|_, login| login.strong_count() > 0);
        logins
            .get(&id)?
            .upgrade()
            .filter(|login| login.target == *target && !login.is_over())
    }

    /// Keeps a login for as long as somebody uses it.
    pub(crate) fn keep(&self, id: ConnectionId, login: &Arc<Login>) {
        let mut logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logins.insert(id, Arc::downgrade(login));
    }
}

type Started = oneshot::Sender<io::Result<Child>>;

/// Starts a child from the one thread that lasts as long as the process: on Linux a child that is
/// tied to us is killed when the *thread* that started it ends.
pub(super) async fn spawn(command: Command) -> io::Result<Child> {
    static STARTER: Mutex<Option<mpsc::Sender<(Command, tokio::runtime::Handle, Started)>>> =
        Mutex::new(None);
    let (started, child) = oneshot::channel();
    {
        let mut starter = STARTER.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = match &*starter {
            Some(queue) => queue,
            None => {
                let (queue, jobs) = mpsc::channel();
                std::thread::Builder::new()
                    .name("ssh-starter".into())
                    .spawn(move || start_all(&jobs))?;
                starter.insert(queue)
            }
        };
        let job = (command, tokio::runtime::Handle::current(), started);
        queue
            .send(job)
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
    }
    child
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?
}

fn start_all(jobs: &mpsc::Receiver<(Command, tokio::runtime::Handle, Started)>) {
    while let Ok((mut command, runtime, started)) = jobs.recv() {
        let _inside = runtime.enter();
        // nobody waits any more: dropping the child kills it
        let _ = started.send(command.spawn());
    }
}

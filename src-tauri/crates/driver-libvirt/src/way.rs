//! The way to a daemon: over our own bridge where we can carry it, over libvirt's own transports
//! where we cannot.
//!
//! | transport | way |
//! |---|---|
//! | ssh | shared login, helper on the host, private socket |
//! | unix | the daemon's socket, private socket |
//! | tcp | a TCP connection, loopback port |
//! | tls, libssh, libssh2, ext | libvirt's own |
//! | none (test driver) | inside this process |

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use driver::{Answer, ConnectContext, ConnectTarget, DriverError, Prompter, Question, Result};
use model::ErrorCode;
use model::connection::Access;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::error;
use crate::libvirt::LibvirtDriver;
use crate::platform::{self, PrivateAddress};
use crate::session::Parts;
use crate::sys::{Connection, Credential, CredentialKind, Mode};
use crate::tunnel::{Bridge, Far, Login, Near, PrivateFolder, SshTarget, remote};
use crate::uri::{LibvirtUri, Transport};

/// libvirt's TCP port.
pub(crate) const LIBVIRT_PORT: u16 = 16509;

/// A way that is open, and the URI to give to libvirt.
pub(crate) struct Way {
    pub(crate) uri: String,
    pub(crate) bridge: Option<Bridge>,
}

impl Way {
    /// Makes the way, logging in where needed.
    pub(crate) async fn prepare(
        libvirt: &LibvirtDriver,
        target: &ConnectTarget,
        uri: &LibvirtUri,
        context: &ConnectContext,
    ) -> Result<Self> {
        match uri.effective_transport() {
            Some(Transport::Ssh) => {
                let login = log_in(libvirt, target, uri, context).await?;
                let channel = login
                    .channel(&remote::join_command(uri, mode(target)))
                    .await?;
                let far =
                    Far::channel(channel).ok_or_else(|| internal("a channel without pipes"))?;
                let near = private_end(&*libvirt.folder()?)?;
                Self::bridged(uri, near, far)
            }
            Some(Transport::Unix) => match local_socket(uri, mode(target)) {
                Some(path) => {
                    let stream = platform::connect_socket(&path)
                        .await
                        .map_err(|error| socket_refused(&path, &error))?;
                    let near = private_end(&*libvirt.folder()?)?;
                    Self::bridged(uri, near, Far::socket(stream))
                }
                // no socket where we look: libvirt may look elsewhere, or start a session's daemon
                None => Ok(Self::direct(uri, target)),
            },
            Some(Transport::Tcp) => {
                let stream = connect_tcp(uri).await?;
                let near = Near::loopback()
                    .await
                    .map_err(|e| internal(&e.to_string()))?;
                Self::bridged(uri, near, Far::socket(stream))
            }
            Some(Transport::Tls | Transport::Libssh | Transport::Libssh2 | Transport::Ext)
            | None => Ok(Self::direct(uri, target)),
        }
    }

    fn direct(uri: &LibvirtUri, target: &ConnectTarget) -> Self {
        let mut uri = uri.clone();
        if let (Some(Transport::Libssh | Transport::Libssh2), Some(key)) = (
            uri.transport,
            target
                .settings
                .key_file
                .as_deref()
                .filter(|key| !key.is_empty()),
        ) {
            uri = uri.with_parameter("keyfile", key);
        }
        Self {
            uri: uri.to_string(),
            bridge: None,
        }
    }

    fn bridged(uri: &LibvirtUri, near: Near, far: Far) -> Result<Self> {
        let bridge = Bridge::open(near, far).map_err(|e| internal(&e.to_string()))?;
        let uri = match bridge.address() {
            PrivateAddress::Socket(path) => uri.over_unix_socket(&path.to_string_lossy()),
            PrivateAddress::Port(port) => uri.over_loopback(*port),
        };
        Ok(Self {
            uri,
            bridge: Some(bridge),
        })
    }
}

/// Whether libvirt is asked for a connection that may change something.
pub(crate) fn mode(target: &ConnectTarget) -> Mode {
    match target.settings.access {
        Access::ReadWrite => Mode::ReadWrite,
        Access::ReadOnly => Mode::ReadOnly,
    }
}

/// The login of a connection: the open one, or a new one.
pub(crate) async fn log_in(
    libvirt: &LibvirtDriver,
    target: &ConnectTarget,
    uri: &LibvirtUri,
    context: &ConnectContext,
) -> Result<Arc<Login>> {
    let ssh = SshTarget::new(&libvirt.ssh, uri, &target.settings, context.deadline)
        .ok_or_else(|| internal("an ssh URI without a host"))?;
    if let Some(login) = libvirt.logins.shared(target.id, &ssh) {
        return Ok(login);
    }
    let prompter = Arc::clone(&context.prompter);
    let login = Login::open(ssh, libvirt.folder()?, &libvirt.askpass, prompter).await?;
    libvirt.logins.keep(target.id, &login);
    Ok(login)
}

fn private_end(folder: &PrivateFolder) -> Result<Near> {
    Near::private(folder.path(), &folder.fresh_name('n')).map_err(|e| internal(&e.to_string()))
}

fn internal(what: &str) -> DriverError {
    DriverError::new(ErrorCode::Internal, crate::text::sentence(what))
}

/// The daemon's socket on this computer, if there is one where libvirt usually has it.
pub(crate) fn local_socket(uri: &LibvirtUri, mode: Mode) -> Option<PathBuf> {
    if let Some(socket) = uri.parameter("socket") {
        return Some(socket.into());
    }
    let runtime = std::env::var("XDG_RUNTIME_DIR").ok();
    let paths = remote::sockets(uri, mode).into_iter().filter_map(|path| {
        match path.strip_prefix("$XDG_RUNTIME_DIR") {
            Some(rest) => runtime
                .as_ref()
                .map(|runtime| PathBuf::from(format!("{runtime}{rest}"))),
            None => Some(PathBuf::from(path)),
        }
    });
    platform::first_socket(paths.collect())
}

/// Why a daemon's socket on this computer could not be opened.
pub(crate) fn socket_refused(path: &std::path::Path, error: &io::Error) -> DriverError {
    let path = path.display();
    let told = match error.kind() {
        io::ErrorKind::PermissionDenied => DriverError::new(
            ErrorCode::PermissionDenied,
            format!("This user may not open libvirt's socket {path}."),
        )
        .with_hint(error::PERMISSION_HINT),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => DriverError::new(
            ErrorCode::DaemonNotRunning,
            format!("libvirt does not answer at {path}."),
        )
        .with_hint("Start it: systemctl start libvirtd.socket"),
        _ => DriverError::new(
            ErrorCode::ConnectionRefused,
            format!("The socket {path} cannot be opened."),
        ),
    };
    told.with_detail(error.to_string())
}

/// Opens a TCP connection whose death is noticed within about six seconds.
async fn connect_tcp(uri: &LibvirtUri) -> Result<TcpStream> {
    let host = uri.host.as_deref().unwrap_or_default();
    let port = uri.port.unwrap_or(LIBVIRT_PORT);
    let stream = TcpStream::connect((host, port)).await.map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                format!("{host} is there, but nothing answers on port {port}.")
            }
            io::ErrorKind::TimedOut => format!("{host} does not answer."),
            _ => format!("{host} cannot be reached on port {port}."),
        };
        DriverError::new(ErrorCode::ConnectionRefused, message).with_detail(error.to_string())
    })?;
    let socket = SockRef::from(&stream);
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(2))
        .with_interval(Duration::from_secs(2));
    #[cfg(not(windows))]
    let keepalive = keepalive.with_retries(2);
    let tuned = socket.set_tcp_keepalive(&keepalive);
    #[cfg(target_os = "linux")]
    let tuned = tuned.and_then(|()| socket.set_tcp_user_timeout(Some(Duration::from_secs(6))));
    if let Err(error) = tuned.and_then(|()| stream.set_nodelay(true)) {
        tracing::debug!(%error, "a dead link will be noticed late");
    }
    Ok(stream)
}

/// Opens libvirt over a way. When the way ends meanwhile, its reason is the error: it knows more
/// than libvirt, which only sees the end.
pub(crate) async fn open_libvirt(
    libvirt: &LibvirtDriver,
    target: &ConnectTarget,
    uri: &LibvirtUri,
    way: Way,
    context: &ConnectContext,
) -> Result<Parts> {
    let (opened, connection) = oneshot::channel();
    let mode = mode(target);
    let (asker, questions) = credentials();
    let libvirt_uri = way.uri.clone();
    libvirt.crew.run(move || {
        let result = Connection::open(&libvirt_uri, mode, &mut |credential| asker.ask(credential));
        // nobody waits any more: the connection is closed here, on a thread that may wait
        let _ = opened.send(result);
    });
    let end = way.bridge.as_ref().map(Bridge::end);
    let result = tokio::select! {
        result = connection => result,
        () = answer_all(questions, &*context.prompter) => unreachable!("it waits for ever"),
    };
    let result = result.map_err(|_| internal("libvirt ended without an answer"))?;
    match (result, end) {
        (Ok(connection), _) => Ok(Parts {
            connection,
            driver: uri.driver,
            crew: libvirt.crew.clone(),
            bridge: way.bridge,
        }),
        (Err(failed), None) => Err(error::of_open(&failed)),
        (Err(failed), Some(end)) => {
            let told = error::of_call(&failed);
            if told.code != ErrorCode::ConnectionLost {
                return Err(told);
            }
            // the bridge is on its way to the reason; it does not take it longer than this
            let reason = tokio::time::timeout(Duration::from_secs(4), end.reason()).await;
            Err(reason.unwrap_or(told))
        }
    }
}

struct Asker(tokio::sync::mpsc::UnboundedSender<(Credential, mpsc::Sender<Option<String>>)>);
type Questions = tokio::sync::mpsc::UnboundedReceiver<(Credential, mpsc::Sender<Option<String>>)>;

/// The way of libvirt's own questions from its thread to the prompter.
fn credentials() -> (Asker, Questions) {
    let (send, receive) = tokio::sync::mpsc::unbounded_channel();
    (Asker(send), receive)
}

impl Asker {
    /// Asks and waits, on libvirt's thread.
    fn ask(&self, credential: &Credential) -> Option<String> {
        let (answer, answered) = mpsc::channel();
        self.0.send((credential.clone(), answer)).ok()?;
        answered.recv().ok()?
    }
}

async fn answer_all(mut questions: Questions, prompter: &dyn Prompter) {
    while let Some((credential, answer)) = questions.recv().await {
        let text = crate::text::cut(&credential.prompt, 2000).to_owned();
        let question = match credential.kind {
            CredentialKind::Hidden => Question::Password { text },
            CredentialKind::Name | CredentialKind::Echoed => Question::Other { text },
        };
        let typed = match prompter.ask(question).await {
            Some(Answer::Text(secret)) => Some(secret.expose().to_owned()),
            Some(Answer::TrustHostKey) | None => None,
        };
        // libvirt's thread has given up
        let _ = answer.send(typed);
    }
    std::future::pending().await
}

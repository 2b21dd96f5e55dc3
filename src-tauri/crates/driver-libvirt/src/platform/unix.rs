//! Linux and macOS.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use super::{Peer, PrivateAddress};

/// The user's ssh, from PATH as in a terminal.
pub(crate) fn ssh_program() -> PathBuf {
    PathBuf::from("ssh")
}

/// ssh carries several channels over one login.
pub(crate) const fn shares_logins() -> bool {
    true
}

/// Folders in which a private folder may be made, best first. The control path of a login and its
/// temporary suffix must fit into a socket address, about 104 bytes on macOS.
pub(crate) fn runtime_folders() -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let mut folders: Vec<PathBuf> = runtime
        .filter(|path| path.is_absolute())
        .into_iter()
        .collect();
    folders.push(std::env::temp_dir());
    folders.push(PathBuf::from("/tmp"));
    folders.retain(|path| path.as_os_str().len() <= 48);
    folders
}

/// Ends a shared login whose program was killed. On Linux it died with it; elsewhere it has not.
pub(crate) fn end_left_over_login(control: &Path) {
    let ended = std::process::Command::new(ssh_program())
        .args(["-F", "none", "-O", "exit", "-S"])
        .arg(control)
        .args(["--", "left-over"])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    if let Err(error) = ended {
        tracing::debug!(%error, "a login that was left over could not be ended");
    }
}

/// Lets only this user into a folder.
pub(crate) fn set_private(folder: &Path) -> io::Result<()> {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

/// A unix socket that only this user can reach.
pub(crate) struct PrivateListener {
    listener: UnixListener,
    path: PathBuf,
}

impl PrivateListener {
    /// Listens at `name` in a private folder.
    pub(crate) fn bind(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(name);
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { listener, path })
    }

    pub(crate) fn address(&self) -> PrivateAddress {
        PrivateAddress::Socket(self.path.clone())
    }

    /// Waits for somebody who may be there; others are dropped.
    pub(crate) async fn accept(&self, peer: Peer) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            if is_welcome(&stream, peer) {
                return Ok(stream);
            }
        }
    }
}

impl Drop for PrivateListener {
    fn drop(&mut self) {
        // gone already when the folder was cleaned up
        let _ = std::fs::remove_file(&self.path);
    }
}

fn is_welcome(stream: &UnixStream, peer: Peer) -> bool {
    let Ok(credentials) = stream.peer_cred() else {
        return false;
    };
    match peer {
        // where the system does not tell the process, the folder's mode is the guard
        Peer::ThisProcess => credentials
            .pid()
            .is_none_or(|pid| u32::try_from(pid).is_ok_and(|pid| pid == std::process::id())),
        // the socket's mode let only this user in
        Peer::SameUser => true,
    }
}

/// Connects to a private listener by its address as text, blocking.
pub(crate) fn connect_private(address: &str) -> io::Result<std::os::unix::net::UnixStream> {
    std::os::unix::net::UnixStream::connect(address)
}

/// Opens a daemon's socket on this computer.
pub(crate) async fn connect_socket(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path).await
}

/// A descriptor as a socket.
pub(crate) fn socket_of(descriptor: OwnedFd) -> io::Result<UnixStream> {
    let stream = std::os::unix::net::UnixStream::from(descriptor);
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream)
}

/// The first of these sockets that is there.
pub(crate) fn first_socket(paths: Vec<PathBuf>) -> Option<PathBuf> {
    paths.into_iter().find(|path| path.exists())
}

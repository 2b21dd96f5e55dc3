//! Windows: no unix sockets for libvirt there, and its ssh carries one channel per login.

use std::io;
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, TcpStream};

use super::{Peer, PrivateAddress};

/// The ssh that Windows brings, else the one on PATH.
pub(crate) fn ssh_program() -> PathBuf {
    let system = std::env::var_os("SystemRoot").map(PathBuf::from);
    system
        .map(|root| root.join("System32").join("OpenSSH").join("ssh.exe"))
        .filter(|path| path.exists())
        .unwrap_or_else(|| PathBuf::from("ssh.exe"))
}

/// Windows' ssh knows no ControlMaster.
pub(crate) const fn shares_logins() -> bool {
    false
}

/// The user's own temporary folder, which others cannot read.
pub(crate) fn runtime_folders() -> Vec<PathBuf> {
    vec![std::env::temp_dir()]
}

/// Logins are not shared: each ends with its channel.
pub(crate) fn end_left_over_login(_: &Path) {}

/// The user's temporary folder keeps others out by itself.
pub(crate) fn set_private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A loopback port that takes only the peer it waits for: a port has no file mode.
pub(crate) struct PrivateListener {
    listener: TcpListener,
    port: u16,
}

impl PrivateListener {
    /// Listens on a free port; folder and name are for systems with sockets in files.
    pub(crate) fn bind(_: &Path, _: &str) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self {
            listener: TcpListener::from_std(listener)?,
            port,
        })
    }

    pub(crate) fn address(&self) -> PrivateAddress {
        PrivateAddress::Port(self.port)
    }

    /// Waits for somebody who may be there; others are dropped.
    pub(crate) async fn accept(&self, peer: Peer) -> io::Result<TcpStream> {
        loop {
            let (stream, from) = self.listener.accept().await?;
            let welcome = match peer {
                Peer::ThisProcess => {
                    crate::sys::owner_of_loopback_peer(from.port(), self.port)
                        == Some(std::process::id())
                }
                // the token is the guard
                Peer::SameUser => true,
            };
            if welcome {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
        }
    }
}

/// Connects to a private listener by its address as text, blocking.
pub(crate) fn connect_private(address: &str) -> io::Result<std::net::TcpStream> {
    let port: u16 = address.parse().map_err(io::Error::other)?;
    std::net::TcpStream::connect(("127.0.0.1", port))
}

/// No daemon has a unix socket here.
pub(crate) async fn connect_socket(_: &Path) -> io::Result<TcpStream> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// None is there.
pub(crate) fn first_socket(_: Vec<PathBuf>) -> Option<PathBuf> {
    None
}

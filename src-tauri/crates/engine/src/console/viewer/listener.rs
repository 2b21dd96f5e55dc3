//! Where a viewer connects, and who may.
//!
//! | | SPICE | VNC |
//! |---|---|---|
//! | Linux | unix socket | port, and the kernel is asked whose the other end is |
//! | macOS | unix socket | – (its viewers take no socket, and nothing tells who is at a port) |
//! | Windows | – | – |
//!
//! Invariant: another user of this computer never gets in, whatever he guesses.

#[cfg(target_os = "linux")]
mod owner;

use std::io;
use std::path::Path;

use driver::{DisplayKind, PipeIo};
use tempfile::TempDir;

use super::Target;

/// One connection.
pub(super) type Stream = Box<dyn PipeIo>;

/// Why a display of this kind cannot be passed to a viewer here.
pub(super) const fn refusal(kind: DisplayKind) -> Option<&'static str> {
    match kind {
        DisplayKind::Spice if cfg!(unix) => None,
        DisplayKind::Vnc if cfg!(target_os = "linux") => None,
        DisplayKind::Spice | DisplayKind::Vnc => {
            Some("This system gives no way to remote-viewer that other users could not take, too")
        }
    }
}

/// A new folder that only this user can look into, with a short name: a socket's address is short.
pub(super) fn private_folder() -> io::Result<TempDir> {
    /// What is left for the socket's own name of about 104 bytes.
    const LONGEST: usize = 70;
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(std::path::PathBuf::from);
    let folders = runtime
        .into_iter()
        .filter(|folder| folder.is_absolute())
        .chain([std::env::temp_dir(), "/tmp".into()])
        .filter(|folder| cfg!(windows) || folder.as_os_str().len() <= LONGEST);
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    for folder in folders {
        let mut builder = tempfile::Builder::new();
        builder.prefix("innkeeper-view-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        match builder.tempdir_in(folder) {
            Ok(made) => return Ok(made),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

#[cfg(unix)]
pub(super) enum Listener {
    Socket {
        listener: tokio::net::UnixListener,
        path: std::path::PathBuf,
    },
    #[cfg(target_os = "linux")]
    Port {
        listener: tokio::net::TcpListener,
        port: u16,
        owner: u32,
    },
}

#[cfg(unix)]
impl Listener {
    pub fn bind(kind: DisplayKind, folder: &Path) -> io::Result<Self> {
        match kind {
            DisplayKind::Spice => {
                let path = folder.join("display");
                let listener = tokio::net::UnixListener::bind(&path)?;
                let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
                std::fs::set_permissions(&path, mode)?;
                Ok(Self::Socket { listener, path })
            }
            #[cfg(target_os = "linux")]
            DisplayKind::Vnc => {
                use std::os::unix::fs::MetadataExt as _;
                let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
                listener.set_nonblocking(true)?;
                Ok(Self::Port {
                    port: listener.local_addr()?.port(),
                    listener: tokio::net::TcpListener::from_std(listener)?,
                    // whoever has made the folder is who we are
                    owner: std::fs::metadata(folder)?.uid(),
                })
            }
            #[cfg(not(target_os = "linux"))]
            DisplayKind::Vnc => Err(io::Error::from(io::ErrorKind::Unsupported)),
        }
    }

    pub fn target(&self) -> Target {
        match self {
            Self::Socket { path, .. } => Target::Socket(path.clone()),
            #[cfg(target_os = "linux")]
            Self::Port { port, .. } => Target::Port(*port),
        }
    }

    /// Waits for a program of this user. Nobody is lost when the wait is given up.
    pub async fn accept(&self) -> io::Result<Stream> {
        match self {
            // the folder lets nobody else reach it
            Self::Socket { listener, .. } => Ok(Box::new(listener.accept().await?.0)),
            #[cfg(target_os = "linux")]
            Self::Port {
                listener,
                port,
                owner,
            } => loop {
                let (stream, from) = listener.accept().await?;
                if owner::of(from.port(), *port) == Some(*owner) {
                    stream.set_nodelay(true)?;
                    return Ok(Box::new(stream));
                }
                tracing::warn!("another user wanted the display of a viewer and was refused");
            },
        }
    }
}

#[cfg(windows)]
pub(super) enum Listener {}

#[cfg(windows)]
impl Listener {
    pub fn bind(_: DisplayKind, _: &Path) -> io::Result<Self> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    pub fn target(&self) -> Target {
        match *self {}
    }

    pub async fn accept(&self) -> io::Result<Stream> {
        match *self {}
    }
}

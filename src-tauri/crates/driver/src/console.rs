//! A VM's displays and lines: what there is, and the bytes of one.
//!
//! Invariant: a [`Pipe`] carries what the VM sends and nothing else, whole and in order; whoever
//! does not read stops the sender and loses nothing.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use model::ErrorCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::error::{DriverError, Result};
use crate::prompt::Secret;

/// What a [`Pipe`] can do.
pub trait PipeIo: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> PipeIo for T {}

/// Bytes both ways between us and a VM's display or line. Dropping it closes it.
///
/// A read of nothing means that the VM ended it; an error whose kind is `ConnectionReset`, that the
/// way to the host broke.
pub type Pipe = Box<dyn PipeIo>;

/// Why a pipe ended: `Ok` when the VM ended it.
pub type Reason = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// The pipe that `inner` is, with its end explained: when `inner` ends, whoever reads is told what
/// `why` says. What `why` holds is dropped with the pipe.
pub fn explained(inner: impl PipeIo + 'static, why: Reason) -> Pipe {
    Box::new(Explained {
        inner,
        why: Some(why),
    })
}

/// The error of a pipe whose way to the host broke.
pub fn broken(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, why.into())
}

struct Explained<T> {
    inner: T,
    why: Option<Reason>,
}

impl<T: PipeIo> AsyncRead for Explained<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let room = buffer.remaining();
        let read = ready!(Pin::new(&mut this.inner).poll_read(context, buffer));
        let Some(why) = this.why.as_mut() else {
            return Poll::Ready(read);
        };
        if read.is_ok() && (buffer.remaining() < room || room == 0) {
            return Poll::Ready(Ok(()));
        }
        let reason = ready!(why.as_mut().poll(context));
        this.why = None;
        Poll::Ready(reason.and(read))
    }
}

impl<T: PipeIo> AsyncWrite for Explained<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

pub use model::DisplayKind;

/// Where a display listens, as the live definition says. Shown to users, never dialled by the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisplayPlace {
    /// Ports of the host.
    Tcp {
        /// As defined, `0.0.0.0` for everywhere.
        address: String,
        /// `None`: TLS is demanded, of some of its channels at least.
        port: Option<u16>,
        /// SPICE's port for TLS.
        tls_port: Option<u16>,
    },
    /// A unix socket on the host.
    Socket(String),
    /// Nowhere.
    Closed,
    /// Nowhere yet: its port is chosen while the VM is being started.
    Starting,
}

/// A display of a running VM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayInfo {
    /// Its place among the VM's displays; [`crate::DriverSession::open_display`] takes it.
    pub index: u8,
    /// The protocol.
    pub kind: DisplayKind,
    /// Where it listens.
    pub place: DisplayPlace,
    /// From the definition, where this connection may read secrets.
    pub password: Option<Secret>,
    /// Whether one is wanted; `None` where only the display itself knows.
    pub needs_password: Option<bool>,
}

/// What carries a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// A serial port.
    Serial,
    /// A paravirtual console.
    Console,
}

/// A text line of a running VM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineInfo {
    /// The provider's name of it: `serial0`.
    pub alias: String,
    /// What carries it.
    pub kind: LineKind,
    /// What the guest sees: `isa-serial 0`, `virtio 1`.
    pub target: String,
    /// For people: `Serial 0`.
    pub label: String,
    /// Why it cannot be opened; `None` when it can.
    pub unusable: Option<String>,
}

/// All ways to look at a running VM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consoles {
    /// In the definition's order.
    pub displays: Vec<DisplayInfo>,
    /// In the definition's order, each once.
    pub lines: Vec<LineInfo>,
    /// Whether their bytes travel inside ssh.
    pub tunnelled: bool,
}

/// What happens to whoever has a line open already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Takeover {
    /// They keep it: opening fails with `conflict`.
    Refuse,
    /// They are cut off.
    Force,
}

/// A picture of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screenshot {
    /// `image/png`, `image/x-portable-pixmap`.
    pub mime: String,
    /// The file's bytes. They come from the host: decode with care.
    pub bytes: Vec<u8>,
}

/// How keys are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeySet {
    /// Linux' `KEY_…`.
    Linux,
    /// QEMU's, which extend AT set 1 scan codes.
    Qnum,
}

/// Keys that are pressed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord {
    /// In the order pressed; at least one, at most [`Chord::MOST_KEYS`].
    pub keys: Vec<u16>,
    /// How long they are held.
    pub hold: Duration,
}

impl Chord {
    /// As many keys as one call takes.
    pub const MOST_KEYS: usize = 16;

    /// Refuses what no host takes.
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn check(&self) -> Result<()> {
        if (1..=Self::MOST_KEYS).contains(&self.keys.len()) {
            return Ok(());
        }
        Err(DriverError::new(
            ErrorCode::InvalidInput,
            format!(
                "Between 1 and {} keys can be pressed together, not {}.",
                Self::MOST_KEYS,
                self.keys.len()
            ),
        ))
    }
}

//! A VM's displays and lines: what there is, and the bytes of one.
//!
//! Invariant: a [`Pipe`] carries what the VM sends and nothing else, whole and in order; whoever
//! does not read stops the sender and loses nothing.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::prompt::Secret;

/// What a [`Pipe`] can do.
pub trait PipeIo: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> PipeIo for T {}

/// Bytes both ways between us and a VM's display or line. Dropping it closes it.
///
/// A read of nothing means that the VM ended it; an error whose kind is `ConnectionReset`, that the
/// way to the host broke.
pub type Pipe = Box<dyn PipeIo>;

/// The protocol of a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisplayKind {
    /// RFB.
    Vnc,
    /// One connection for each of its channels.
    Spice,
}

/// Where a display listens, as the live definition says. Shown to users, never dialled by the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisplayPlace {
    /// Ports of the host.
    Tcp {
        /// As defined, `0.0.0.0` for everywhere.
        address: String,
        /// `None`: only TLS is served.
        port: Option<u16>,
        /// SPICE's port for TLS.
        tls_port: Option<u16>,
    },
    /// A unix socket on the host.
    Socket(String),
    /// Nowhere, or not yet.
    Closed,
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
}

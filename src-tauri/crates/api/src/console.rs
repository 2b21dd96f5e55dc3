//! Consoles: what can be looked at, the socket its bytes come through, typing, pictures.
//!
//! Invariant: what is secret (a socket's address, a password, a typed text) is never in `Debug`.

use std::fmt;

use model::VmId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ApiError, DiffDto};

/// The protocol of a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DisplayProtocol {
    /// RFB.
    Vnc,
    /// A socket for each of its channels.
    Spice,
}

/// What carries a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineCarrier {
    /// A serial port.
    Serial,
    /// A paravirtual console.
    Console,
}

/// A display of a running VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DisplayDto {
    /// Its number, to open it by.
    pub index: u8,
    /// The protocol.
    pub kind: DisplayProtocol,
    /// Where it listens on the host, to be shown; empty when nowhere.
    pub address: String,
    /// Whether its bytes travel inside ssh.
    pub tunnelled: bool,
    /// Whether it wants a password; `null` when only the display itself knows.
    pub needs_password: Option<bool>,
}

/// A text line of a running VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LineDto {
    /// The provider's name, to open it by.
    pub alias: String,
    /// For people.
    pub label: String,
    /// What carries it.
    pub kind: LineCarrier,
    /// Why it cannot be opened; `null` when it can.
    pub unusable: Option<String>,
}

/// All ways to look at a running VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ConsolesDto {
    /// Displays.
    pub displays: Vec<DisplayDto>,
    /// Lines.
    pub lines: Vec<LineDto>,
}

/// A display that a VM could be given, from its next start on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DisplayOfferDto {
    /// The protocol.
    pub kind: DisplayProtocol,
    /// How its definition would change.
    pub change: DiffDto,
}

/// What is to be opened.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OpenWhat {
    /// A display, or one channel of it.
    Display {
        /// Its number.
        index: u8,
    },
    /// A line.
    Line {
        /// The provider's name of it.
        alias: String,
        /// Whether whoever has it open is cut off. Without it that fails with `conflict`.
        force: bool,
    },
}

/// A console to open.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenConsole {
    /// Whose.
    #[ts(type = "string")]
    pub id: VmId,
    /// What of it.
    pub what: OpenWhat,
}

/// What comes through a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleKind {
    /// RFB.
    Vnc,
    /// One channel of a SPICE display.
    Spice,
    /// Text.
    Line,
}

/// A console that waits for its one client.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct OpenedConsole {
    /// Its identity.
    pub console: String,
    /// The WebSocket, good for one client within 30 seconds.
    pub url: String,
    /// What comes through it.
    pub kind: ConsoleKind,
    /// The display's password, where this connection may read it.
    pub password: Option<String>,
}

impl fmt::Debug for OpenedConsole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedConsole")
            .field("console", &self.console)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// One console.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OneConsole {
    /// Which.
    pub console: String,
}

/// What a console has moved so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct ConsoleTraffic {
    /// From the VM.
    #[ts(type = "number")]
    pub received_bytes: u64,
    /// To the VM.
    #[ts(type = "number")]
    pub sent_bytes: u64,
    /// Round trip of the host's last ping.
    pub latency_ms: Option<u32>,
}

/// Keys to press together.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PressKeys {
    /// In which VM.
    #[ts(type = "string")]
    pub id: VmId,
    /// `ctrl-alt-delete`, `ctrl-alt-f1`, `sysrq-s`, …
    pub chord: String,
}

/// A text to type.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct TypeText {
    /// In which VM.
    #[ts(type = "string")]
    pub id: VmId,
    /// The text.
    pub text: String,
    /// The guest's keyboard layout.
    pub layout: String,
    /// From one key to the next.
    pub pace_ms: u32,
}

impl fmt::Debug for TypeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypeText")
            .field("id", &self.id)
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}

/// A text that perhaps can be typed.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct CheckText {
    /// The text.
    pub text: String,
    /// The guest's keyboard layout.
    pub layout: String,
}

impl fmt::Debug for CheckText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckText")
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}

/// How a text would be typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TextCheck {
    /// Characters that the layout has no keys for, each once.
    pub unmappable: Vec<String>,
    /// How often a key is pressed for the others.
    pub keys: u32,
}

/// A text that is being typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TypingRun {
    /// Its number, as events carry it.
    pub run: String,
}

/// How far typing has come.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct TypingDto {
    /// Which text.
    pub run: String,
    /// Keys pressed.
    pub done: u32,
    /// Keys to press.
    pub total: u32,
    /// Why it ended early; `cancelled` when it was stopped.
    pub error: Option<ApiError>,
    /// Whether this is its last message.
    pub ended: bool,
}

/// A keyboard layout of guests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct KeyboardLayout {
    /// `us`, `ch-de`.
    pub id: String,
    /// For people.
    pub name: String,
}

/// A picture of a VM's screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ScreenshotDto {
    /// `image/png`.
    pub mime: String,
    /// The file.
    pub base64: String,
}

//! What the page asks of the computer it runs on: its clipboard, its files, its other programs.
//!
//! Invariant: what was copied or said is never in `Debug`.

use std::fmt;

use model::VmId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Text that is on the clipboard, or is to be.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClipboardText {
    /// The text.
    pub text: String,
}

impl ClipboardText {
    /// Longer ones are neither taken nor given: 1 MiB.
    pub const MOST_BYTES: usize = 1 << 20;
}

impl fmt::Debug for ClipboardText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClipboardText({} bytes)", self.text.len())
    }
}

/// A picture for the clipboard.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct CopyPicture {
    /// A PNG file.
    pub base64: String,
}

impl CopyPicture {
    /// Larger files are refused: 64 MiB, a screen of noise.
    pub const MOST_BYTES: usize = 64 << 20;
}

impl fmt::Debug for CopyPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CopyPicture(…)")
    }
}

/// Whether displays can be opened in remote-viewer on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ViewerDto {
    /// Why VNC displays cannot; `null` when they can.
    pub vnc: Option<String>,
    /// Why SPICE displays cannot; `null` when they can.
    pub spice: Option<String>,
}

/// A display to open in remote-viewer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenViewer {
    /// Whose.
    #[ts(type = "string")]
    pub id: VmId,
    /// Its number.
    pub index: u8,
}

/// A viewer that has come for its display.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OneViewer {
    /// Its number.
    pub viewer: String,
}

/// What a line has said, for a file.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SaveLog {
    /// Whose.
    #[ts(type = "string")]
    pub id: VmId,
    /// The line's name for people.
    pub line: String,
    /// What it has said.
    pub base64: String,
}

impl SaveLog {
    /// Larger logs are refused: 32 MiB, twice what the page keeps.
    pub const MOST_BYTES: usize = 32 << 20;
}

impl fmt::Debug for SaveLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaveLog")
            .field("id", &self.id)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrittenFile {
    /// Its path.
    pub path: String,
}

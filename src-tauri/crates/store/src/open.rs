//! Opening the file: private, in the newest schema, and set aside when it cannot be used.

use std::path::PathBuf;

use crate::store::Store;

/// An opened inventory.
pub struct Opened {
    /// The inventory.
    pub store: Store,
    /// The file that was there and could not be used.
    pub set_aside: Option<SetAside>,
}

/// A file that could not be used. It is kept under another name; connections, notes and settings
/// were taken over from it as far as they could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it is now.
    pub path: PathBuf,
    /// Why.
    pub reason: SetAsideReason,
}

/// Why a file could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAsideReason {
    /// It is damaged, or no inventory.
    Damaged,
    /// A newer release of Innkeeper wrote it.
    NewerRelease,
}

//! A VM's hardware, definition and history.

use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

/// One device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HardwareItemDto {
    /// What it is called.
    pub name: String,
    /// Label and value.
    pub facts: Vec<(String, String)>,
}

/// Devices of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HardwareGroupDto {
    /// Head of the group.
    pub title: String,
    /// The devices.
    pub items: Vec<HardwareItemDto>,
}

/// A VM's hardware as its definition has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HardwareDto {
    /// When the definition was last read.
    #[ts(type = "string")]
    pub as_of: Timestamp,
    /// The groups.
    pub groups: Vec<HardwareGroupDto>,
}

/// One distinct definition that a VM had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DefinitionVersionDto {
    /// Number, rising with time.
    #[ts(type = "number")]
    pub id: i64,
    /// When it was first seen.
    #[ts(type = "string")]
    pub first_seen: Timestamp,
    /// When it was last seen.
    #[ts(type = "string")]
    pub last_seen: Timestamp,
    /// Length of its text.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Lines added since the version before it; `null` for the first.
    pub added: Option<u32>,
    /// Lines removed since the version before it.
    pub removed: Option<u32>,
}

/// What a line of a diff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DiffMark {
    /// In both.
    Same,
    /// Only in the newer.
    Add,
    /// Only in the older.
    Del,
}

/// One line of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DiffLine {
    /// What it is.
    pub mark: DiffMark,
    /// Its number in the older text, from 1.
    pub old: Option<u32>,
    /// Its number in the newer text, from 1.
    pub new: Option<u32>,
    /// The line without its end.
    pub text: String,
}

/// A run of lines around changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DiffHunk {
    /// Unchanged lines left out before it.
    pub skipped: u32,
    /// The lines.
    pub lines: Vec<DiffLine>,
}

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DiffDto {
    /// The runs; none when nothing changed.
    pub hunks: Vec<DiffHunk>,
    /// Unchanged lines left out after the last.
    pub skipped_after: u32,
}

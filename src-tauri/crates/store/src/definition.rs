//! Table `definition`: each distinct definition a VM had, with the time it was seen.

use jiff::Timestamp;
use model::VmId;

/// A kept version of a definition. Rises with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(i64);

impl VersionId {
    /// The version with this number.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// A definition that was read from a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDefinition {
    /// Whose.
    pub vm: VmId,
    /// The provider's own text, whole.
    pub text: String,
    /// When it was read.
    pub seen: Timestamp,
}

/// One version, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionVersion {
    /// Its number.
    pub id: VersionId,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// Length of its text in bytes.
    pub bytes: u64,
}

/// One version with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDefinition {
    /// Which version.
    pub version: DefinitionVersion,
    /// The provider's own text, whole.
    pub text: String,
}

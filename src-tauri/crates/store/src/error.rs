//! What the store says when something fails.

use model::ErrorCode;

/// The result of a call on the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A call that failed. Nothing of it has been written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    /// `storage_full`, `name_in_use`, `vm_not_found`, `connection_not_found`, `permission_denied`,
    /// `conflict` (another Innkeeper held the file too long) or `internal`.
    pub code: ErrorCode,
    /// What did not happen and why. Sentence case, ends with a full stop.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

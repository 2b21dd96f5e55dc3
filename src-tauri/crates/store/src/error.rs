//! What the store says when something fails.

use std::io;

use model::ErrorCode;
use rusqlite::ErrorCode as SqliteCode;

/// The result of a call on the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A call that failed. Nothing of it has been written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    /// `storage_full`, `name_in_use`, `vm_not_found`, `permission_denied`, `conflict` (another
    /// Innkeeper held the file too long) or `internal`.
    pub code: ErrorCode,
    /// What did not happen and why. Sentence case, ends with a full stop.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl StoreError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
        }
    }

    fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn storage_full() -> Self {
        Self::new(
            ErrorCode::StorageFull,
            "The inventory was not written: the disk of this computer is full.",
        )
        .with_hint("Free some space. What is known so far can still be read.")
    }

    fn not_permitted(why: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorCode::PermissionDenied,
            format!("The inventory cannot be used by this user: {why}."),
        )
    }

    pub(crate) fn closed() -> Self {
        Self::new(ErrorCode::Internal, "The inventory has been closed.")
    }
}

/// What went wrong inside, before it is put in words.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite's error.
    Sqlite(rusqlite::Error),
    /// The file system's error.
    File(io::Error),
    /// A rule of a table, already in words.
    Refused(StoreError),
}

impl Fault {
    /// Whether the file itself is not what SQLite wrote.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(SqliteCode::DatabaseCorrupt | SqliteCode::NotADatabase)
            ),
            Self::File(_) | Self::Refused(_) => false,
        }
    }

    /// Whether there is no room left on the disk.
    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Sqlite(error) => is_full(error),
            Self::File(error) => is_full_file(error),
            Self::Refused(error) => error.code == ErrorCode::StorageFull,
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Sqlite(error) => from_sqlite(&error),
            Fault::File(error) => from_file(&error),
            Fault::Refused(error) => error,
        }
    }
}

fn is_full(error: &rusqlite::Error) -> bool {
    // the index of the -wal file is a file, too: a full disk shows up when it cannot grow
    let extended = error.sqlite_error().map(|failure| failure.extended_code);
    error.sqlite_error_code() == Some(SqliteCode::DiskFull)
        || matches!(
            extended,
            Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE | rusqlite::ffi::SQLITE_IOERR_SHMMAP)
        )
}

fn is_full_file(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

fn from_sqlite(error: &rusqlite::Error) -> StoreError {
    if is_full(error) {
        return StoreError::storage_full();
    }
    match error.sqlite_error_code() {
        Some(SqliteCode::DatabaseBusy | SqliteCode::DatabaseLocked) => StoreError::new(
            ErrorCode::Conflict,
            "The inventory was not written: another Innkeeper is writing to it.",
        )
        .with_hint("Try again."),
        Some(SqliteCode::DatabaseCorrupt | SqliteCode::NotADatabase) => {
            StoreError::new(ErrorCode::Internal, "The inventory file is damaged.").with_hint(
                "Start Innkeeper again: it sets the file aside and reads the hosts anew.",
            )
        }
        Some(
            SqliteCode::PermissionDenied
            | SqliteCode::ReadOnly
            | SqliteCode::AuthorizationForStatementDenied,
        ) => StoreError::not_permitted(error),
        _ => StoreError::new(
            ErrorCode::Internal,
            format!("The inventory failed: {error}."),
        ),
    }
}

fn from_file(error: &io::Error) -> StoreError {
    if is_full_file(error) {
        return StoreError::storage_full();
    }
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::not_permitted(error)
        }
        _ => StoreError::new(
            ErrorCode::Internal,
            format!("The inventory's folder cannot be used: {error}."),
        ),
    }
}

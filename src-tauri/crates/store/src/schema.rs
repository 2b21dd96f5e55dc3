//! The schema's steps and the settings of every connection to the file.
//!
//! Architecture Invariant: steps are only ever added. `tests/released/` holds an inventory of each
//! released schema; a test takes each of them to the newest.

use std::time::Duration;

use model::ErrorCode;
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::error::{Fault, StoreError};
use crate::open::SetAsideReason;
use crate::{connection, definition, host, note, search, setting, task, vm};

/// `Innk`, in the file's header: says that a database is ours.
const APPLICATION_ID: i32 = 0x496e_6e6b;

const STEPS: &[M<'static>] = &[
    M::up("PRAGMA application_id = 0x496e6e6b;"),
    M::up(connection::CREATE),
    M::up(vm::CREATE),
    M::up(definition::CREATE),
    M::up(note::CREATE),
    M::up(search::CREATE),
    M::up(task::CREATE),
    M::up(setting::CREATE),
    M::up(host::CREATE),
];

/// Tables that are checked when the file is opened: without them there is nothing to show. The
/// others are found out when they are read.
const CHECKED_TABLES: [&str; 3] = ["connection", "vm", "note"];

/// Why a file could not be brought to the newest schema.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It is not ours any more, or not for us: to be set aside.
    File(SetAsideReason),
    /// It may well be good: to be reported.
    Fault(Fault),
}

impl Unusable {
    /// For a file that we have just made ourselves.
    pub(crate) fn into_fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::File(_) => Fault::Refused(StoreError::new(
                ErrorCode::Internal,
                "A fresh inventory was damaged at once. The disk may be failing.",
            )),
        }
    }
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        let fault = Fault::Sqlite(error);
        if fault.is_damage() {
            Self::File(SetAsideReason::Damaged)
        } else {
            Self::Fault(fault)
        }
    }
}

/// What every connection needs.
pub(crate) fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         -- a killed process loses nothing with WAL; a power cut at most the last second
         PRAGMA synchronous = NORMAL;",
    )
}

/// Makes the writing connection's file an inventory of the newest schema.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Unusable> {
    // asked first: a file that is not for us is left exactly as it is
    assert_ours(connection)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    Migrations::from_slice(STEPS)
        .to_latest(connection)
        .map_err(from_migration)?;
    for table in CHECKED_TABLES {
        let mut found = Vec::new();
        connection.pragma(None, "quick_check", table, |row| {
            found.push(row.get::<_, String>(0)?);
            Ok(())
        })?;
        if found != ["ok"] {
            tracing::warn!(table, ?found, "the inventory is damaged");
            return Err(Unusable::File(SetAsideReason::Damaged));
        }
    }
    Ok(())
}

/// Refuses what is no inventory, or one of a newer release.
fn assert_ours(connection: &Connection) -> Result<(), Unusable> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let version = number("user_version")?;
    if version == 0 {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema)";
        let has_tables: bool = connection.query_row(sql, [], |row| row.get(0))?;
        return if has_tables {
            Err(Unusable::File(SetAsideReason::Damaged))
        } else {
            Ok(())
        };
    }
    if number("application_id")? != APPLICATION_ID {
        return Err(Unusable::File(SetAsideReason::Damaged));
    }
    match usize::try_from(version) {
        Ok(version) if version <= STEPS.len() => Ok(()),
        Ok(_) => Err(Unusable::File(SetAsideReason::NewerRelease)),
        Err(_) => Err(Unusable::File(SetAsideReason::Damaged)),
    }
}

fn from_migration(error: rusqlite_migration::Error) -> Unusable {
    match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        other => {
            tracing::warn!(error = %other, "the inventory's schema is none of ours");
            Unusable::File(SetAsideReason::Damaged)
        }
    }
}

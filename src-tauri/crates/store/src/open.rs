//! Opening the file: private, in the newest schema, and set aside when it cannot be used.
//!
//! ```text
//! inventory.sqlite3 ──(good)──▶ opened
//!        └──(damaged, or of a newer release)──▶ renamed estate-DATE.bad ──▶ fresh file, taken over
//! ```
//!
//! Invariant: a file that somebody wrote is never deleted. `open.lock` lets one process at a time
//! open, so that two never set aside, migrate or clear away at once.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::Fault;
use crate::instance::Instance;
use crate::schema::{self, Unusable};
use crate::store::Store;
use crate::{private, salvage, task};

const FILE: &str = "inventory.sqlite3";
/// Left by a worker that met damage; the file is set aside at the next start.
const DAMAGE_MARK: &str = "inventory.damaged";

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

/// The places in an inventory's folder.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    folder: PathBuf,
}

impl Places {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    pub(crate) fn damage_mark(&self) -> PathBuf {
        self.folder.join(DAMAGE_MARK)
    }

    pub(crate) fn instances(&self) -> PathBuf {
        self.folder.join("instances")
    }
}

/// What opening for writing gives beside the connection.
pub(crate) struct Ready {
    pub instance: Instance,
    pub set_aside: Option<SetAside>,
}

/// Opens the file for writing. Blocks: for the writer's thread.
pub(crate) fn for_writing(places: &Places, now: Timestamp) -> Result<(Connection, Ready), Fault> {
    private::create_folder(&places.folder)?;
    let turn = private::create_file(&places.folder.join("open.lock"))?;
    turn.lock()?;
    let instance = Instance::start(&places.instances())?;
    let attempt = if places.damage_mark().exists() {
        Err(Unusable::File(SetAsideReason::Damaged))
    } else {
        migrated(&places.file())
    };
    let (mut connection, set_aside) = match attempt {
        Ok(connection) => (connection, None),
        Err(Unusable::Fault(fault)) => return Err(fault),
        Err(Unusable::File(reason)) => {
            let (connection, path) = begin_anew(places, now)?;
            (connection, Some(SetAside { path, reason }))
        }
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    task::forget_old(&transaction)?;
    transaction.commit()?;
    Ok((
        connection,
        Ready {
            instance,
            set_aside,
        },
    ))
}

/// Opens the file for reading, once it was opened for writing.
pub(crate) fn for_reading(places: &Places) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(places.file(), flags)?;
    schema::settle(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// A fresh inventory in memory.
pub(crate) fn in_memory() -> Result<Connection, Fault> {
    let mut connection = Connection::open_in_memory()?;
    schema::settle(&connection)?;
    match schema::migrate(&mut connection) {
        Ok(()) => Ok(connection),
        Err(Unusable::Fault(fault)) => Err(fault),
        Err(Unusable::File(_)) => Err(Fault::Sqlite(rusqlite::Error::InvalidQuery)),
    }
}

fn migrated(file: &Path) -> Result<Connection, Unusable> {
    // created by us and not by SQLite, so that it is private from the beginning; -wal and -shm
    // take over its mode
    private::create_file(file).map_err(|error| Unusable::Fault(Fault::File(error)))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    schema::settle(&connection)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

fn begin_anew(places: &Places, now: Timestamp) -> Result<(Connection, PathBuf), Fault> {
    let aside = set_aside(places, now)?;
    let mut connection = migrated(&places.file()).map_err(|unusable| match unusable {
        Unusable::Fault(fault) => fault,
        Unusable::File(_) => Fault::Sqlite(rusqlite::Error::InvalidQuery),
    })?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    salvage::take_over(&aside, &transaction)?;
    transaction.commit()?;
    // last: whatever ends us before leaves the mark, and the fresh file is set aside again
    match fs::remove_file(places.damage_mark()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok((connection, aside)),
    }
}

/// Renames the file and what belongs to it.
fn set_aside(places: &Places, now: Timestamp) -> Result<PathBuf, Fault> {
    let day = TimeZone::UTC.to_datetime(now).date();
    let aside = (1..)
        .map(|number| match number {
            1 => places.folder.join(format!("estate-{day}.bad")),
            _ => places.folder.join(format!("estate-{day}-{number}.bad")),
        })
        .find(|path| !path.exists())
        .expect("numbers do not run out before the disk does");
    // the main file first: SQLite clears away a -wal file that belongs to none
    fs::rename(places.file(), &aside)?;
    for part in ["-wal", "-shm"] {
        match fs::rename(with_suffix(&places.file(), part), with_suffix(&aside, part)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut text = OsString::from(path);
    text.push(suffix);
    text.into()
}

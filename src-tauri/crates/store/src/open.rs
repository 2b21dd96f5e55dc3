//! Opening the file: private, in the newest schema, and set aside when it cannot be used.
//!
//! ```text
//! inventory.sqlite3 ──(good)──▶ opened ──(no room for the shared index)──▶ opened alone
//!        └──(damaged, or of a newer release)
//!              1. inventory.fresh.sqlite3 is made, connections, notes and settings are copied
//!              2. the old file becomes estate-DATE.bad   3. the fresh one takes its place
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
/// Complete whenever there is no [`FILE`].
const FRESH: &str = "inventory.fresh.sqlite3";
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

    fn fresh(&self) -> PathBuf {
        self.folder.join(FRESH)
    }

    pub(crate) fn damage_mark(&self) -> PathBuf {
        self.folder.join(DAMAGE_MARK)
    }

    pub(crate) fn instances(&self) -> PathBuf {
        self.folder.join("instances")
    }
}

/// Who can open the file while we have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Every connection of every process.
    Shared,
    /// One connection: the index of the -wal file, which others would need to see, is kept in
    /// memory. So a full disk can still be read, and written once there is room.
    Alone,
}

/// What opening for writing gives beside the connection.
pub(crate) struct Ready {
    pub instance: Instance,
    pub set_aside: Option<SetAside>,
    pub sharing: Sharing,
}

/// Opens the file for writing. Blocks: for the writer's thread.
pub(crate) fn for_writing(places: &Places, now: Timestamp) -> Result<(Connection, Ready), Fault> {
    private::create_folder(&places.folder)?;
    let turn = private::create_file(&places.folder.join("open.lock"))?;
    turn.lock()?;
    let instance = Instance::start(&places.instances())?;
    finish_swap(places)?;
    let file = places.file();
    let mut sharing = Sharing::Shared;
    let mut attempt = if places.damage_mark().exists() {
        Err(Unusable::File(SetAsideReason::Damaged))
    } else {
        migrated(&file, sharing)
    };
    if matches!(&attempt, Err(Unusable::Fault(fault)) if fault.is_full()) {
        sharing = Sharing::Alone;
        attempt = migrated(&file, sharing);
    }
    let (mut connection, set_aside) = match attempt {
        Ok(connection) => (connection, None),
        Err(Unusable::Fault(fault)) => return Err(fault),
        Err(Unusable::File(reason)) => {
            let path = begin_anew(places, now)?;
            let connection = migrated(&file, sharing).map_err(Unusable::into_fault)?;
            (connection, Some(SetAside { path, reason }))
        }
    };
    match forget_old(&mut connection) {
        Err(fault) if !fault.is_full() => return Err(fault),
        _ => {}
    }
    Ok((
        connection,
        Ready {
            instance,
            set_aside,
            sharing,
        },
    ))
}

fn forget_old(connection: &mut Connection) -> Result<(), Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    task::forget_old(&transaction)?;
    Ok(transaction.commit()?)
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
    schema::migrate(&mut connection).map_err(Unusable::into_fault)?;
    Ok(connection)
}

fn migrated(file: &Path, sharing: Sharing) -> Result<Connection, Unusable> {
    // created by us and not by SQLite, so that it is private from the beginning; -wal and -shm
    // take over its mode
    private::create_file(file).map_err(|error| Unusable::Fault(Fault::File(error)))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    if sharing == Sharing::Alone {
        connection.pragma_update(None, "locking_mode", "exclusive")?;
    }
    schema::settle(&connection)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Puts a fresh file in place of the one there; where that one is now.
fn begin_anew(places: &Places, now: Timestamp) -> Result<PathBuf, Fault> {
    let fresh = places.fresh();
    for part in ["", "-wal", "-shm"] {
        // of an attempt that did not end
        if_there(fs::remove_file(with_suffix(&fresh, part)))?;
    }
    let mut connection = migrated(&fresh, Sharing::Alone).map_err(Unusable::into_fault)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    salvage::take_over(&places.file(), &transaction)?;
    transaction.commit()?;
    // everything into the main file, which alone is renamed
    connection.pragma_update(None, "wal_checkpoint", "truncate")?;
    connection.close().map_err(|(_, error)| error)?;
    let aside = set_aside(places, now)?;
    finish_swap(places)?;
    Ok(aside)
}

/// Puts the fresh file in its place when the old one has left it.
fn finish_swap(places: &Places) -> Result<(), Fault> {
    if places.fresh().exists() && !places.file().exists() {
        if_there(fs::remove_file(places.damage_mark()))?;
        fs::rename(places.fresh(), places.file())?;
    }
    Ok(())
}

/// Nothing there is as good as done.
fn if_there(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
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
    // what belongs to the file first: without the main file, the fresh one takes its place
    for part in ["-wal", "-shm", ""] {
        if_there(fs::rename(
            with_suffix(&places.file(), part),
            with_suffix(&aside, part),
        ))?;
    }
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut text = OsString::from(path);
    text.push(suffix);
    text.into()
}

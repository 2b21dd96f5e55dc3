//! Table `note`: the user's own notes on VMs, kept on this computer only. They outlive the VM's row.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};

use crate::connection::RowId;
use crate::error::Fault;

pub(crate) const CREATE: &str = "
CREATE TABLE note (
    connection INTEGER NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    text       TEXT NOT NULL,
    PRIMARY KEY (connection, key)
) WITHOUT ROWID;";

/// The note on a VM, empty when there is none.
pub(crate) fn get(
    transaction: &Transaction<'_>,
    connection: RowId,
    key: &str,
) -> Result<String, Fault> {
    Ok(transaction
        .prepare_cached("SELECT text FROM note WHERE connection = ?1 AND key = ?2")?
        .query_row(params![connection.0, key], |row| row.get(0))
        .optional()?
        .unwrap_or_default())
}

/// All notes, by connection and key.
pub(crate) fn all(
    transaction: &Transaction<'_>,
) -> Result<HashMap<(RowId, String), String>, Fault> {
    let mut statement = transaction.prepare_cached("SELECT connection, key, text FROM note")?;
    let rows = statement.query_map([], |row| {
        Ok(((RowId(row.get(0)?), row.get(1)?), row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps a note; an empty one is removed.
pub(crate) fn set(
    transaction: &Transaction<'_>,
    connection: RowId,
    key: &str,
    text: &str,
) -> Result<(), Fault> {
    if text.is_empty() {
        transaction
            .prepare_cached("DELETE FROM note WHERE connection = ?1 AND key = ?2")?
            .execute(params![connection.0, key])?;
    } else {
        transaction
            .prepare_cached(
                "INSERT INTO note (connection, key, text) VALUES (?1, ?2, ?3)
                 ON CONFLICT (connection, key) DO UPDATE SET text = excluded.text",
            )?
            .execute(params![connection.0, key, text])?;
    }
    Ok(())
}

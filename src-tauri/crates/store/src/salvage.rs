//! What is taken over from a file that was set aside: connections, notes and settings, as far as
//! they can be read. Everything else is read from the hosts again.

use std::path::Path;

use model::{Connection, ConnectionId, ConnectionSettings};
use rusqlite::{OpenFlags, Transaction};
use serde_json::Value;
use uuid::Uuid;

use crate::columns::Json;
use crate::error::Fault;
use crate::{connection, note, setting};

/// Reads what is readable in `old`, which is not changed, into the fresh inventory.
pub(crate) fn take_over(old: &Path, fresh: &Transaction<'_>) -> Result<(), Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(old) = rusqlite::Connection::open_with_flags(old, flags) else {
        return Ok(());
    };
    for connection in connections(&old) {
        connection::put(fresh, &connection)?;
    }
    for (id, key, text) in notes(&old) {
        if let Some(row) = connection::row_of(fresh, id)? {
            note::set(fresh, row, &key, &text)?;
        }
    }
    for (key, value) in settings(&old) {
        setting::set(fresh, &key, &value)?;
    }
    Ok(())
}

fn connections(old: &rusqlite::Connection) -> Vec<Connection> {
    let mut found: Vec<Connection> = Vec::new();
    let rows = readable(old, "SELECT uuid, settings FROM connection", |row| {
        Ok(Connection {
            id: ConnectionId::from_uuid(row.get(0)?),
            settings: row.get::<_, Json<ConnectionSettings>>(1)?.0,
        })
    });
    for row in rows {
        let name = model::query::fold(&row.settings.name);
        let is_known = |other: &Connection| {
            other.id == row.id || model::query::fold(&other.settings.name) == name
        };
        if !found.iter().any(is_known) {
            found.push(row);
        }
    }
    found
}

fn notes(old: &rusqlite::Connection) -> Vec<(ConnectionId, String, String)> {
    let sql = "SELECT connection.uuid, note.key, note.text
               FROM note JOIN connection ON connection.id = note.connection";
    readable(old, sql, |row| {
        let id = ConnectionId::from_uuid(row.get::<_, Uuid>(0)?);
        Ok((id, row.get(1)?, row.get(2)?))
    })
}

fn settings(old: &rusqlite::Connection) -> Vec<(String, Value)> {
    readable(old, "SELECT key, value FROM setting", |row| {
        Ok((row.get(0)?, row.get::<_, Json<Value>>(1)?.0))
    })
}

/// The rows up to the first that cannot be stepped to, without those that make no sense.
fn readable<T>(
    old: &rusqlite::Connection,
    sql: &str,
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    if let Ok(mut statement) = old.prepare(sql)
        && let Ok(mut rows) = statement.query([])
    {
        while let Ok(Some(row)) = rows.next() {
            found.extend(read(row));
        }
    }
    found
}

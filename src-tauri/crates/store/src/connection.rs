//! Table `connection`: the configured connections, and when each one's list was last true.

use std::collections::HashMap;

use jiff::Timestamp;
use model::{Connection, ConnectionId, ConnectionSettings, ErrorCode};
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::columns::{Json, Time};
use crate::error::{Fault, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE connection (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB NOT NULL UNIQUE,
    -- for the unique index and for search: capitals aside
    folded_name TEXT NOT NULL UNIQUE,
    settings    TEXT NOT NULL,
    -- when every VM in table vm was true, whatever its own row says
    list_as_of  INTEGER
);";

/// A row's number, which other tables refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RowId(pub i64);

pub(crate) fn all(transaction: &Transaction<'_>) -> Result<Vec<Connection>, Fault> {
    let mut statement =
        transaction.prepare_cached("SELECT uuid, settings FROM connection ORDER BY folded_name")?;
    let rows = statement.query_map([], |row| {
        Ok(Connection {
            id: ConnectionId::from_uuid(row.get(0)?),
            settings: row.get::<_, Json<ConnectionSettings>>(1)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn put(transaction: &Transaction<'_>, connection: &Connection) -> Result<(), Fault> {
    let uuid = connection.id.as_uuid();
    let folded_name = model::query::fold(&connection.settings.name);
    let taken: bool = transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM connection WHERE folded_name = ?1 AND uuid <> ?2)",
        )?
        .query_row(params![folded_name, uuid], |row| row.get(0))?;
    if taken {
        return Err(Fault::Refused(StoreError::new(
            ErrorCode::NameInUse,
            format!(
                "There is a connection ‘{}’ already.",
                connection.settings.name
            ),
        )));
    }
    transaction
        .prepare_cached(
            "INSERT INTO connection (uuid, folded_name, settings) VALUES (?1, ?2, ?3)
             ON CONFLICT (uuid) DO UPDATE
             SET folded_name = excluded.folded_name, settings = excluded.settings",
        )?
        .execute(params![uuid, folded_name, Json(&connection.settings)])?;
    Ok(())
}

pub(crate) fn remove(transaction: &Transaction<'_>, id: ConnectionId) -> Result<(), Fault> {
    transaction.execute("DELETE FROM connection WHERE uuid = ?1", [id.as_uuid()])?;
    Ok(())
}

pub(crate) fn touch(
    transaction: &Transaction<'_>,
    id: ConnectionId,
    as_of: Timestamp,
) -> Result<(), Fault> {
    transaction
        .prepare_cached("UPDATE connection SET list_as_of = ?2 WHERE uuid = ?1")?
        .execute(params![id.as_uuid(), Time(as_of)])?;
    Ok(())
}

/// The row of a connection; `None` when it is gone.
pub(crate) fn row_of(
    transaction: &Transaction<'_>,
    id: ConnectionId,
) -> Result<Option<RowId>, Fault> {
    Ok(transaction
        .prepare_cached("SELECT id FROM connection WHERE uuid = ?1")?
        .query_row([id.as_uuid()], |row| row.get(0))
        .optional()?
        .map(RowId))
}

/// What a VM's row needs to know of its connection.
pub(crate) struct Owner {
    pub id: ConnectionId,
    pub list_as_of: Option<Timestamp>,
}

pub(crate) fn owners(transaction: &Transaction<'_>) -> Result<HashMap<RowId, Owner>, Fault> {
    let mut statement =
        transaction.prepare_cached("SELECT id, uuid, list_as_of FROM connection")?;
    let rows = statement.query_map([], |row| {
        let owner = Owner {
            id: ConnectionId::from_uuid(row.get::<_, Uuid>(1)?),
            list_as_of: row.get::<_, Option<Time>>(2)?.map(|time| time.0),
        };
        Ok((RowId(row.get(0)?), owner))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! Table `connection`: the configured connections, and when each one's list was last true.

use std::collections::HashMap;

use jiff::Timestamp;
use model::{Connection, ConnectionId, ConnectionSettings, ErrorCode};
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::columns::{Json, Time};
use crate::error::{Fault, StoreError};
use crate::search;

pub(crate) const CREATE: &str = "
CREATE TABLE connection (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB NOT NULL UNIQUE,
    -- capitals aside
    folded_name TEXT NOT NULL UNIQUE,
    -- what plain text is looked for in: name and folder
    searched    TEXT NOT NULL,
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
    let settings = &connection.settings;
    transaction
        .prepare_cached(
            "INSERT INTO connection (uuid, folded_name, searched, settings) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (uuid) DO UPDATE SET folded_name = excluded.folded_name,
                searched = excluded.searched, settings = excluded.settings",
        )?
        .execute(params![
            uuid,
            folded_name,
            search::joined([settings.name.as_str(), &settings.folder]),
            Json(settings),
        ])?;
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

#[cfg(test)]
mod tests {
    use model::ErrorCode;

    use crate::samples::{at, connection, fill, two_hosts, vm};
    use crate::vm::InventoryBatch;
    use crate::{NewDefinition, Store};

    #[tokio::test]
    async fn connections_come_back_whole_and_by_name() {
        let store = Store::in_memory().await.expect("memory");
        let mut zurich = connection(1, "zürich");
        zurich.settings.key_file = Some("~/.ssh/lab".to_owned());
        zurich.settings.access = model::Access::ReadOnly;
        let amsterdam = connection(2, "Amsterdam");
        for connection in [&zurich, &amsterdam] {
            store.put_connection(connection.clone()).await.expect("new");
        }
        assert_eq!(
            store.connections().await.expect("all"),
            [amsterdam.clone(), zurich.clone()]
        );

        zurich.settings.name = "Aarau".to_owned();
        store.put_connection(zurich.clone()).await.expect("changed");
        assert_eq!(store.connections().await.expect("all"), [zurich, amsterdam]);
    }

    #[tokio::test]
    async fn a_name_is_given_once_whatever_its_capitals() {
        let store = two_hosts().await;
        let before = store.connections().await.expect("all");
        let error = store
            .put_connection(connection(3, "HOST"))
            .await
            .expect_err("taken");
        assert_eq!(error.code, ErrorCode::NameInUse);
        assert_eq!(error.message, "There is a connection ‘HOST’ already.");
        let error = store
            .put_connection(connection(2, "Host"))
            .await
            .expect_err("renamed to a taken name");
        assert_eq!(error.code, ErrorCode::NameInUse);
        assert_eq!(store.connections().await.expect("all"), before);

        store
            .put_connection(connection(1, "HOST"))
            .await
            .expect("its own name in other capitals");
    }

    #[tokio::test]
    async fn a_removed_connection_takes_everything_of_its_own_along() {
        let store = two_hosts().await;
        let (mine, kept) = (vm(1, "mine"), vm(2, "kept"));
        fill(&store, &[mine.clone(), kept.clone()]).await;
        for vm in [&mine, &kept] {
            store
                .set_note(vm.id.clone(), "a note".to_owned())
                .await
                .expect("a note");
        }
        let definitions = [&mine, &kept].map(|vm| NewDefinition {
            vm: vm.id.clone(),
            text: "<domain/>".to_owned(),
            seen: at(1),
        });
        let batch = InventoryBatch {
            definitions: definitions.to_vec(),
            ..InventoryBatch::default()
        };
        store.apply(batch).await.expect("definitions");

        store
            .remove_connection(mine.id.connection)
            .await
            .expect("removed");
        let names = async || -> Vec<String> {
            let vms = store.vms().await.expect("all");
            vms.into_iter().map(|vm| vm.summary.name).collect()
        };
        assert_eq!(names().await, ["kept"]);
        let found = store.search("a note".to_owned()).await.expect("search");
        assert_eq!(found, std::slice::from_ref(&kept.id));

        // the same connection again: nothing of the old one is left
        store
            .put_connection(connection(1, "host"))
            .await
            .expect("again");
        fill(&store, std::slice::from_ref(&mine)).await;
        assert_eq!(store.note(mine.id.clone()).await.expect("none"), "");
        assert_eq!(store.versions(mine.id.clone()).await.expect("none"), []);
        assert_eq!(store.versions(kept.id).await.expect("one").len(), 1);
    }

    #[tokio::test]
    async fn a_true_list_makes_every_row_of_its_connection_as_young_and_none_older() {
        let store = two_hosts().await;
        let mut younger = vm(1, "younger");
        younger.as_of = at(300);
        fill(&store, &[vm(1, "older"), younger, vm(2, "elsewhere")]).await;
        let id = connection(1, "host").id;
        store.touch(id, at(200)).await.expect("touched");
        let as_of = async |name: &str| {
            let vms = store.vms().await.expect("all");
            let vm = vms.into_iter().find(|vm| vm.summary.name == name);
            vm.expect(name).as_of
        };
        assert_eq!(as_of("older").await, at(200));
        assert_eq!(as_of("younger").await, at(300));
        assert_eq!(as_of("elsewhere").await, at(100));

        // changing the connection's settings does not make the list forgotten
        store
            .put_connection(connection(1, "renamed"))
            .await
            .expect("renamed");
        assert_eq!(as_of("older").await, at(200));
    }
}

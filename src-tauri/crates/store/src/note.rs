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

#[cfg(test)]
mod tests {
    use model::{ConnectionId, ErrorCode, VmId};
    use uuid::Uuid;

    use crate::samples::{fill, two_hosts, vm};
    use crate::vm::InventoryBatch;

    #[tokio::test]
    async fn a_note_is_the_users_whatever_the_host_does() {
        let store = two_hosts().await;
        let web = vm(1, "web");
        fill(&store, std::slice::from_ref(&web)).await;
        store
            .set_note(web.id.clone(), "ask Mei".to_owned())
            .await
            .expect("kept");
        let note = async || {
            let vms = store.vms().await.expect("all");
            vms.into_iter().next().map(|vm| vm.note)
        };
        assert_eq!(note().await.as_deref(), Some("ask Mei"));

        // read again by a session that does not know the note
        fill(&store, std::slice::from_ref(&web)).await;
        assert_eq!(note().await.as_deref(), Some("ask Mei"));

        // gone, and back
        let batch = InventoryBatch {
            removed: vec![web.id.clone()],
            ..InventoryBatch::default()
        };
        store.apply(batch).await.expect("removed");
        assert_eq!(note().await, None);
        assert_eq!(store.note(web.id.clone()).await.expect("kept"), "ask Mei");
        fill(&store, std::slice::from_ref(&web)).await;
        assert_eq!(note().await.as_deref(), Some("ask Mei"));
        let found = store.search("MEI".to_owned()).await.expect("search");
        assert_eq!(found, std::slice::from_ref(&web.id));

        store
            .set_note(web.id, String::new())
            .await
            .expect("removed");
        assert_eq!(note().await.as_deref(), Some(""));
        assert_eq!(store.search("mei".to_owned()).await.expect("search"), []);
    }

    #[tokio::test]
    async fn a_note_on_a_vm_of_no_connection_is_refused() {
        let store = two_hosts().await;
        let gone = ConnectionId::from_uuid(Uuid::from_u128(9));
        let id = VmId::new(gone, vm(1, "web").id.key);
        let error = store
            .set_note(id, "x".to_owned())
            .await
            .expect_err("no such");
        assert_eq!(error.code, ErrorCode::VmNotFound);
    }
}

//! Table `host`: what each connection's host said of itself, last time it was asked.

use std::collections::HashMap;

use model::{ConnectionId, HostInfo, KnownHost, LastSeen};
use rusqlite::{Transaction, params};

use crate::columns::{Json, Time, if_known};
use crate::connection::RowId;
use crate::error::Fault;

pub(crate) const CREATE: &str = "
CREATE TABLE host (
    connection INTEGER PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
    as_of      INTEGER NOT NULL,
    info       TEXT NOT NULL
);";

pub(crate) fn put(
    transaction: &Transaction<'_>,
    connection: RowId,
    host: &KnownHost,
) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT INTO host (connection, as_of, info) VALUES (?1, ?2, ?3)
             ON CONFLICT (connection) DO UPDATE SET as_of = excluded.as_of, info = excluded.info
                WHERE excluded.as_of >= as_of",
        )?
        .execute(params![connection.0, Time(host.as_of), Json(&host.info)])?;
    Ok(())
}

/// What is known of every connection, though it may never have been seen.
pub(crate) fn last_seen(
    transaction: &Transaction<'_>,
) -> Result<HashMap<ConnectionId, LastSeen>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT connection.uuid, list_as_of, as_of, info
         FROM connection LEFT JOIN host ON host.connection = connection.id",
    )?;
    let mut rows = statement.query([])?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next()? {
        let as_of: Option<Time> = row.get(2)?;
        let info = if_known(row.get::<_, Option<Json<HostInfo>>>(3))?.flatten();
        let seen = LastSeen {
            host: as_of
                .zip(info)
                .map(|(Time(as_of), Json(info))| KnownHost { info, as_of }),
            list_as_of: row.get::<_, Option<Time>>(1)?.map(|Time(at)| at),
        };
        found.insert(ConnectionId::from_uuid(row.get(0)?), seen);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use model::{ByteSize, HostInfo, KnownHost, LastSeen};

    use crate::samples::{at, connection, two_hosts};
    use crate::vm::InventoryBatch;

    #[tokio::test]
    async fn what_a_host_said_last_is_kept_and_goes_with_its_connection() {
        let store = two_hosts().await;
        let (id, other) = (connection(1, "").id, connection(2, "").id);
        let said = |hypervisor: &str, second| KnownHost {
            info: HostInfo {
                hostname: "kvm-01".to_owned(),
                hypervisor: hypervisor.to_owned(),
                libvirt: "9.0.0".to_owned(),
                cpus: Some(48),
                memory: Some(ByteSize::kib(1 << 28)),
            },
            as_of: at(second),
        };
        let newest = said("QEMU 8.0.0", 30);
        // the older one comes last: another process was slow to write it
        for host in [
            said("QEMU 7.2.22", 10),
            newest.clone(),
            said("QEMU 7.2.22", 20),
        ] {
            let batch = InventoryBatch {
                hosts: vec![(id, host)],
                ..InventoryBatch::default()
            };
            store.apply(batch).await.expect("written");
        }
        store.touch(id, at(40)).await.expect("touched");

        let seen = store.last_seen().await.expect("read");
        let expected = LastSeen {
            host: Some(newest),
            list_as_of: Some(at(40)),
        };
        assert_eq!(seen.get(&id), Some(&expected));
        assert_eq!(seen.get(&other), Some(&LastSeen::default()));

        store.remove_connection(id).await.expect("removed");
        store
            .put_connection(connection(1, "host"))
            .await
            .expect("again");
        let seen = store.last_seen().await.expect("read");
        assert_eq!(seen.get(&id), Some(&LastSeen::default()));
    }
}

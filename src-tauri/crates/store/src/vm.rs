//! Table `vm`: every VM as last read.

use std::collections::HashMap;

use model::{
    ConnectionId, ErrorCode, KnownHost, StateReason, Vm, VmDetails, VmId, VmKey, VmState, VmSummary,
};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::columns::{Json, Time, Word, if_known};
use crate::connection::{self, Owner, RowId};
use crate::definition::{self, NewDefinition};
use crate::error::{Fault, StoreError};
use crate::{host, note, search};

pub(crate) const CREATE: &str = "
CREATE TABLE vm (
    id            INTEGER PRIMARY KEY,
    connection    INTEGER NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    key           TEXT NOT NULL,
    provider      TEXT NOT NULL,
    name          TEXT NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    persistent    INTEGER NOT NULL,
    autostart     INTEGER,
    has_snapshots INTEGER,
    as_of         INTEGER NOT NULL,
    details_as_of INTEGER,
    ips           TEXT NOT NULL,
    details       TEXT,
    UNIQUE (connection, key)
);";

const COLUMNS: &str = "connection, key, provider, name, state, reason, persistent, autostart, \
                       has_snapshots, as_of, details_as_of, ips, details";

/// What has changed in the inventory; written as a whole or not at all. Removals come first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryBatch {
    /// VMs to add or replace. Their `note` is not looked at: [`crate::Store::set_note`] owns it.
    pub upserts: Vec<Vm>,
    /// VMs that are gone. Their definitions and notes are kept: they may come back.
    pub removed: Vec<VmId>,
    /// Definitions that were read.
    pub definitions: Vec<NewDefinition>,
    /// What hosts said of themselves. One that was asked earlier than the kept one is left out.
    pub hosts: Vec<(ConnectionId, KnownHost)>,
}

pub(crate) fn all(transaction: &Transaction<'_>) -> Result<Vec<Vm>, Fault> {
    let owners = connection::owners(transaction)?;
    let mut notes = note::all(transaction)?;
    let mut statement = transaction.prepare_cached(&format!("SELECT {COLUMNS} FROM vm"))?;
    let mut rows = statement.query([])?;
    let mut vms = Vec::new();
    while let Some(row) = rows.next()? {
        let connection = RowId(row.get(0)?);
        let Some(owner) = owners.get(&connection) else {
            continue;
        };
        let Some(mut vm) = if_known(read(row, owner))? else {
            continue;
        };
        // most people have a note on few VMs: no look-up for the others
        if !notes.is_empty()
            && let Some(text) = notes.remove(&(connection, vm.id.key.as_str().to_owned()))
        {
            vm.note = text;
        }
        vms.push(vm);
    }
    Ok(vms)
}

pub(crate) fn apply(transaction: &Transaction<'_>, batch: InventoryBatch) -> Result<(), Fault> {
    let mut rows = ConnectionRows::default();
    for id in batch.removed {
        if let Some(connection) = rows.get(transaction, id.connection)? {
            transaction
                .prepare_cached("DELETE FROM vm WHERE connection = ?1 AND key = ?2")?
                .execute(params![connection.0, id.key.as_str()])?;
        }
    }
    for mut vm in batch.upserts {
        if let Some(connection) = rows.get(transaction, vm.id.connection)? {
            vm.note = note::get(transaction, connection, vm.id.key.as_str())?;
            let row = put(transaction, connection, &vm)?;
            search::index(transaction, row, &vm)?;
        }
    }
    for new in batch.definitions {
        if let Some(connection) = rows.get(transaction, new.vm.connection)? {
            definition::put(transaction, connection, &new)?;
        }
    }
    for (id, said) in batch.hosts {
        if let Some(connection) = rows.get(transaction, id)? {
            host::put(transaction, connection, &said)?;
        }
    }
    Ok(())
}

pub(crate) fn note(transaction: &Transaction<'_>, id: &VmId) -> Result<String, Fault> {
    match connection::row_of(transaction, id.connection)? {
        Some(connection) => note::get(transaction, connection, id.key.as_str()),
        None => Ok(String::new()),
    }
}

pub(crate) fn set_note(transaction: &Transaction<'_>, id: &VmId, text: &str) -> Result<(), Fault> {
    let Some(connection) = connection::row_of(transaction, id.connection)? else {
        return Err(Fault::Refused(StoreError::new(
            ErrorCode::VmNotFound,
            "The note was not kept: the VM's connection has been removed.",
        )));
    };
    note::set(transaction, connection, id.key.as_str(), text)?;
    let owner = Owner {
        id: id.connection,
        list_as_of: None,
    };
    let found = transaction
        .prepare_cached(&format!(
            "SELECT {COLUMNS}, id FROM vm WHERE connection = ?1 AND key = ?2"
        ))?
        .query_row(params![connection.0, id.key.as_str()], |row| {
            Ok((read(row, &owner)?, row.get(13)?))
        })
        .optional()?;
    if let Some((mut vm, row)) = found {
        text.clone_into(&mut vm.note);
        search::index(transaction, row, &vm)?;
    }
    Ok(())
}

fn put(transaction: &Transaction<'_>, connection: RowId, vm: &Vm) -> Result<i64, Fault> {
    let Vm {
        id,
        provider,
        summary,
        details,
        ips,
        note: _,
        as_of,
        details_as_of,
    } = vm;
    let mut statement = transaction.prepare_cached(&format!(
        "INSERT INTO vm ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (connection, key) DO UPDATE SET
            provider = excluded.provider, name = excluded.name, state = excluded.state,
            reason = excluded.reason, persistent = excluded.persistent,
            autostart = excluded.autostart, has_snapshots = excluded.has_snapshots,
            as_of = excluded.as_of, details_as_of = excluded.details_as_of,
            ips = excluded.ips, details = excluded.details
         RETURNING id"
    ))?;
    Ok(statement.query_row(
        params![
            connection.0,
            id.key.as_str(),
            Word(provider),
            summary.name,
            Word(summary.state),
            summary.reason.map(Word),
            summary.persistent,
            summary.autostart,
            summary.has_snapshots,
            Time(*as_of),
            details_as_of.map(Time),
            Json(ips),
            details.as_ref().map(Json),
        ],
        |row| row.get(0),
    )?)
}

fn read(row: &Row<'_>, owner: &Owner) -> rusqlite::Result<Vm> {
    let key = VmKey::new(row.get_ref(1)?.as_str()?);
    let Time(own_as_of) = row.get(9)?;
    Ok(Vm {
        id: VmId::new(owner.id, key.clone()),
        provider: row.get::<_, Word<_>>(2)?.0,
        summary: VmSummary {
            key,
            name: row.get(3)?,
            state: row.get::<_, Word<VmState>>(4)?.0,
            reason: row
                .get::<_, Option<Word<StateReason>>>(5)?
                .map(|word| word.0),
            persistent: row.get(6)?,
            autostart: row.get(7)?,
            has_snapshots: row.get(8)?,
        },
        details: row
            .get::<_, Option<Json<VmDetails>>>(12)?
            .map(|json| json.0),
        ips: row.get::<_, Json<Vec<String>>>(11)?.0,
        note: String::new(),
        as_of: owner
            .list_as_of
            .map_or(own_as_of, |list| list.max(own_as_of)),
        details_as_of: row.get::<_, Option<Time>>(10)?.map(|time| time.0),
    })
}

/// The rows of connections, each looked up once a batch.
#[derive(Default)]
struct ConnectionRows(HashMap<ConnectionId, Option<RowId>>);

impl ConnectionRows {
    fn get(
        &mut self,
        transaction: &Transaction<'_>,
        id: ConnectionId,
    ) -> Result<Option<RowId>, Fault> {
        if let Some(known) = self.0.get(&id) {
            return Ok(*known);
        }
        let row = connection::row_of(transaction, id)?;
        self.0.insert(id, row);
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::{
        ByteSize, ConnectionId, Disk, Display, Nic, ProviderKind, StateReason, Vm, VmDetails, VmId,
        VmKey, VmState,
    };
    use uuid::Uuid;

    use crate::Store;
    use crate::samples::{at, fill, two_hosts, upserts, vm};
    use crate::vm::InventoryBatch;

    async fn names(store: &Store) -> BTreeSet<String> {
        let vms = store.vms().await.expect("all");
        vms.into_iter().map(|vm| vm.summary.name).collect()
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Everything set, and texts of which each once broke something somewhere.
    fn hostile() -> Vm {
        let mut vm = vm(1, "key/with\"quotes'; DROP TABLE vm;--");
        vm.provider = ProviderKind::OtherLibvirt;
        vm.summary.name = "<b>\n\u{202e}evil\0\u{1f}😀 %_*\"".to_owned();
        vm.summary.state = VmState::Paused;
        vm.summary.reason = Some(StateReason::IoError);
        vm.summary.persistent = false;
        vm.summary.autostart = None;
        vm.summary.has_snapshots = Some(true);
        vm.as_of = "2026-11-24T06:07:08.123456789Z".parse().expect("a time");
        vm.details_as_of = Some(at(77));
        vm.ips = vec!["10.0.0.1".to_owned(), "not\nan ip".to_owned()];
        vm.details = Some(VmDetails {
            title: "\u{0}".to_owned(),
            description: "long ".repeat(250_000),
            tags: vec!["a,b".to_owned(), String::new()],
            uuid: Some("no uuid".to_owned()),
            vcpus: Some(u32::MAX),
            vcpus_max: None,
            memory: Some(ByteSize::bytes(u64::MAX)),
            memory_max: None,
            os: Some("DOS".to_owned()),
            disks: vec![Disk {
                target: "fda".to_owned(),
                source: None,
                device: "floppy".to_owned(),
            }],
            nics: vec![Nic {
                mac: Some("52:54:00:00:00:01".to_owned()),
                source: None,
                model: Some("ne2k".to_owned()),
            }],
            displays: vec![Display {
                kind: "sdl".to_owned(),
            }],
            has_agent_channel: true,
        });
        vm
    }

    #[tokio::test]
    async fn vms_come_back_whole_however_hostile_their_texts() {
        let store = two_hosts().await;
        let (hostile, mut plain) = (hostile(), vm(2, "plain"));
        plain.details = None;
        fill(&store, &[hostile.clone(), plain.clone()]).await;
        let mut vms = store.vms().await.expect("all");
        vms.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(vms, [hostile, plain]);
    }

    #[tokio::test]
    async fn a_row_of_another_release_hides_no_other_row() {
        let store = two_hosts().await;
        fill(&store, &[vm(1, "a"), vm(1, "strange")]).await;
        let sql = "UPDATE vm SET state = 'levitating' WHERE key = 'strange'";
        let changed = store.in_writer(move |tx| Ok(tx.execute(sql, [])?)).await;
        assert_eq!(changed, 1);
        assert_eq!(names(&store).await, set(&["a"]));
        fill(&store, &[vm(1, "strange")]).await;
        assert_eq!(names(&store).await, set(&["a", "strange"]), "read again");
    }

    #[tokio::test]
    async fn a_batch_adds_replaces_and_removes() {
        let store = two_hosts().await;
        fill(&store, &[vm(1, "a"), vm(1, "b"), vm(2, "b")]).await;
        let mut renamed = vm(1, "b");
        renamed.summary.name = "bee".to_owned();
        let batch = InventoryBatch {
            upserts: vec![renamed, vm(1, "c")],
            removed: vec![vm(1, "a").id, vm(2, "never seen").id],
            ..InventoryBatch::default()
        };
        store.apply(batch).await.expect("a batch");
        assert_eq!(names(&store).await, set(&["b", "bee", "c"]));
    }

    #[tokio::test]
    async fn what_belongs_to_a_removed_connection_is_left_out_of_a_batch() {
        let store = two_hosts().await;
        let gone = ConnectionId::from_uuid(Uuid::from_u128(9));
        let mut late = vm(1, "late");
        late.id = VmId::new(gone, VmKey::new("late"));
        let batch = InventoryBatch {
            removed: vec![late.id.clone()],
            ..upserts(vec![late, vm(1, "a")])
        };
        store.apply(batch).await.expect("a batch");
        assert_eq!(names(&store).await, set(&["a"]));
    }
}

//! Table `definition`: each definition a VM had, with the time it was seen. Reading the same text
//! again only moves the time; going back to an earlier text is a new version. They outlive the VM's
//! row.

use jiff::Timestamp;
use model::VmId;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::columns::Time;
use crate::connection::{self, RowId};
use crate::error::Fault;

pub(crate) const CREATE: &str = "
CREATE TABLE definition (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    text       TEXT NOT NULL
);
CREATE INDEX definition_of ON definition (connection, key, id);";

/// A definition that never stops changing must not fill the disk: older versions go.
const KEPT_VERSIONS: u32 = 500;

const COLUMNS: &str = "id, first_seen, last_seen, octet_length(text)";

/// A kept version of a definition. Rises with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(i64);

impl VersionId {
    /// The version with this number.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// A definition that was read from a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDefinition {
    /// Whose.
    pub vm: VmId,
    /// The provider's own text, whole.
    pub text: String,
    /// When it was read.
    pub seen: Timestamp,
}

/// One version, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionVersion {
    /// Its number.
    pub id: VersionId,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// Length of its text in bytes.
    pub bytes: u64,
}

/// One version with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDefinition {
    /// Which version.
    pub version: DefinitionVersion,
    /// The provider's own text, whole.
    pub text: String,
}

/// Keeps a definition: a new version, or a later time of the newest one.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    connection: RowId,
    new: &NewDefinition,
) -> Result<(), Fault> {
    let key = new.vm.key.as_str();
    let same = transaction
        .prepare_cached(
            "UPDATE definition SET last_seen = max(last_seen, ?4)
             WHERE id = (SELECT max(id) FROM definition WHERE connection = ?1 AND key = ?2)
               AND text = ?3",
        )?
        .execute(params![connection.0, key, new.text, Time(new.seen)])?;
    if same > 0 {
        return Ok(());
    }
    transaction
        .prepare_cached(
            "INSERT INTO definition (connection, key, first_seen, last_seen, text)
             VALUES (?1, ?2, ?4, ?4, ?3)",
        )?
        .execute(params![connection.0, key, new.text, Time(new.seen)])?;
    transaction
        .prepare_cached(
            "DELETE FROM definition WHERE connection = ?1 AND key = ?2 AND id <= (
                SELECT id FROM definition WHERE connection = ?1 AND key = ?2
                ORDER BY id DESC LIMIT 1 OFFSET ?3)",
        )?
        .execute(params![connection.0, key, KEPT_VERSIONS])?;
    Ok(())
}

/// The versions of a VM's definition, newest first.
pub(crate) fn versions(
    transaction: &Transaction<'_>,
    vm: &VmId,
) -> Result<Vec<DefinitionVersion>, Fault> {
    let Some(connection) = connection::row_of(transaction, vm.connection)? else {
        return Ok(Vec::new());
    };
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM definition WHERE connection = ?1 AND key = ?2 ORDER BY id DESC"
    ))?;
    let rows = statement.query_map(params![connection.0, vm.key.as_str()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One version of a VM's definition, or its newest.
pub(crate) fn get(
    transaction: &Transaction<'_>,
    vm: &VmId,
    version: Option<VersionId>,
) -> Result<Option<StoredDefinition>, Fault> {
    let Some(connection) = connection::row_of(transaction, vm.connection)? else {
        return Ok(None);
    };
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT {COLUMNS}, text FROM definition
         WHERE connection = ?1 AND key = ?2 AND (?3 IS NULL OR id = ?3)
         ORDER BY id DESC LIMIT 1"
    ))?;
    let version = version.map(VersionId::number);
    Ok(statement
        .query_row(params![connection.0, vm.key.as_str(), version], |row| {
            Ok(StoredDefinition {
                version: read(row)?,
                text: row.get(4)?,
            })
        })
        .optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<DefinitionVersion> {
    Ok(DefinitionVersion {
        id: VersionId(row.get(0)?),
        first_seen: row.get::<_, Time>(1)?.0,
        last_seen: row.get::<_, Time>(2)?.0,
        bytes: row.get(3)?,
    })
}

#[cfg(test)]
mod tests {
    use model::VmId;

    use super::KEPT_VERSIONS;
    use crate::samples::{at, fill, two_hosts, vm};
    use crate::vm::InventoryBatch;
    use crate::{NewDefinition, Store};

    async fn see(store: &Store, vm: &VmId, text: &str, second: i64) {
        let new = NewDefinition {
            vm: vm.clone(),
            text: text.to_owned(),
            seen: at(second),
        };
        let batch = InventoryBatch {
            definitions: vec![new],
            ..InventoryBatch::default()
        };
        store.apply(batch).await.expect("kept");
    }

    /// Text, first and last second of each version, newest first.
    async fn history(store: &Store, vm: &VmId) -> Vec<(String, i64, i64)> {
        let mut history = Vec::new();
        for version in store.versions(vm.clone()).await.expect("versions") {
            let kept = store.definition(vm.clone(), Some(version.id)).await;
            let kept = kept.expect("read").expect("every version has a text");
            assert_eq!(kept.version, version);
            assert_eq!(version.bytes, kept.text.len() as u64);
            history.push((
                kept.text,
                version.first_seen.as_second(),
                version.last_seen.as_second(),
            ));
        }
        history
    }

    #[tokio::test]
    async fn each_change_is_a_version_and_the_same_text_again_is_not() {
        let store = two_hosts().await;
        let (web, other) = (vm(1, "web").id, vm(2, "web").id);
        assert_eq!(
            store.definition(web.clone(), None).await.expect("read"),
            None
        );
        for (second, text) in [
            (1, "<a/>"),
            (2, "<a/>"),
            (3, "<b ü='\0'/>"),
            (4, "<a/>"),
            (5, "<a/>"),
        ] {
            see(&store, &web, text, second).await;
        }
        see(&store, &other, "<c/>", 6).await;

        let version = |text: &str, first, last| (text.to_owned(), first, last);
        assert_eq!(
            history(&store, &web).await,
            [
                version("<a/>", 4, 5),
                version("<b ü='\0'/>", 3, 3),
                version("<a/>", 1, 2)
            ]
        );
        let newest = store.definition(web.clone(), None).await.expect("read");
        let newest = newest.expect("there is one");
        assert_eq!(
            (newest.text.as_str(), newest.version.first_seen),
            ("<a/>", at(4))
        );
        let foreign = store.definition(other, Some(newest.version.id)).await;
        assert_eq!(foreign.expect("read"), None, "a version belongs to one VM");
    }

    #[tokio::test]
    async fn the_history_outlives_the_row() {
        let store = two_hosts().await;
        let web = vm(1, "web");
        fill(&store, std::slice::from_ref(&web)).await;
        see(&store, &web.id, "<a/>", 1).await;
        let batch = InventoryBatch {
            removed: vec![web.id.clone()],
            ..InventoryBatch::default()
        };
        store.apply(batch).await.expect("removed");
        see(&store, &web.id, "<a/>", 2).await;
        assert_eq!(history(&store, &web.id).await, [("<a/>".to_owned(), 1, 2)]);
    }

    #[tokio::test]
    async fn a_definition_that_never_rests_does_not_fill_the_disk() {
        let store = two_hosts().await;
        let (web, calm) = (vm(1, "web").id, vm(1, "calm").id);
        see(&store, &calm, "<calm/>", 0).await;
        let changes = i64::from(KEPT_VERSIONS) + 5;
        for second in 1..=changes {
            see(&store, &web, &format!("<a n='{second}'/>"), second).await;
        }
        let history = history(&store, &web).await;
        assert_eq!(history.len(), KEPT_VERSIONS as usize);
        assert_eq!(history[0].1, changes, "the newest stay");
        assert_eq!(store.versions(calm).await.expect("read").len(), 1);
    }
}

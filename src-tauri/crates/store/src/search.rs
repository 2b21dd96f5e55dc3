//! Tables `vm_text` and `vm_search`: what plain text is looked for in, and an index of it.
//!
//! `vm_text` holds each VM's texts, folded and joined. `vm_search` is an FTS5 index of their
//! trigrams, kept up to date by triggers, so only when a text changes. It narrows the search down;
//! whether the text is really there is then asked of `vm_text`. Texts too short for a trigram are
//! asked of `vm_text` at once.

use model::{ConnectionId, Vm, VmId, VmKey};
use rusqlite::{Transaction, params};

use crate::error::Fault;

pub(crate) const CREATE: &str = "
CREATE TABLE vm_text (
    vm   INTEGER PRIMARY KEY REFERENCES vm (id) ON DELETE CASCADE,
    text TEXT NOT NULL
);
CREATE VIRTUAL TABLE vm_search USING fts5 (
    text, content = 'vm_text', content_rowid = 'vm',
    tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0
);
CREATE TRIGGER vm_text_added AFTER INSERT ON vm_text BEGIN
    INSERT INTO vm_search (rowid, text) VALUES (new.vm, new.text);
END;
CREATE TRIGGER vm_text_removed AFTER DELETE ON vm_text BEGIN
    INSERT INTO vm_search (vm_search, rowid, text) VALUES ('delete', old.vm, old.text);
END;
CREATE TRIGGER vm_text_changed AFTER UPDATE ON vm_text BEGIN
    INSERT INTO vm_search (vm_search, rowid, text) VALUES ('delete', old.vm, old.text);
    INSERT INTO vm_search (rowid, text) VALUES (new.vm, new.text);
END;";

/// Between two texts of a VM, so that nothing is found across them.
const BETWEEN: char = '\u{1f}';
/// How much of a long text the index is asked for; the rest is only compared.
const INDEXED_CHARACTERS: usize = 48;

/// Keeps the texts of the VM in row `row`; the index changes only if they did.
pub(crate) fn index(transaction: &Transaction<'_>, row: i64, vm: &Vm) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT INTO vm_text (vm, text) VALUES (?1, ?2)
             ON CONFLICT (vm) DO UPDATE SET text = excluded.text WHERE text <> excluded.text",
        )?
        .execute(params![row, joined(model::query::texts(vm))])?;
    Ok(())
}

/// The VMs that contain `text`, or whose connection does.
pub(crate) fn find(transaction: &Transaction<'_>, text: &str) -> Result<Vec<VmId>, Fault> {
    let text = folded(text);
    let hits = match index_query(&text) {
        Some(_) => "SELECT rowid FROM vm_search WHERE vm_search MATCH ?2",
        None => "SELECT vm FROM vm_text WHERE ?2 IS NULL",
    };
    let sql = format!(
        "SELECT connection.uuid, vm.key
         FROM vm JOIN connection ON connection.id = vm.connection
         WHERE vm.id IN (SELECT vm FROM vm_text WHERE vm IN ({hits}) AND instr(text, ?1) > 0)
            OR vm.connection IN (SELECT id FROM connection WHERE instr(searched, ?1) > 0)"
    );
    let mut statement = transaction.prepare_cached(&sql)?;
    let rows = statement.query_map(params![text, index_query(&text)], |row| {
        Ok(VmId::new(
            ConnectionId::from_uuid(row.get(0)?),
            VmKey::new(row.get::<_, String>(1)?),
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Texts as they are kept: folded, in one.
pub(crate) fn joined<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for text in texts {
        joined.push_str(&folded(text));
        joined.push(BETWEEN);
    }
    joined
}

/// As it is kept and looked for. SQLite ends a text at a NUL, so there is none.
fn folded(text: &str) -> String {
    model::query::fold(text).replace('\0', "\u{fffd}")
}

/// All trigrams of the beginning of `text`; `None` when it is too short to have one.
fn index_query(text: &str) -> Option<String> {
    let start: Vec<char> = text.chars().take(INDEXED_CHARACTERS).collect();
    let trigrams: Vec<String> = start
        .windows(3)
        .map(|trigram| {
            let trigram: String = trigram.iter().collect();
            format!("\"{}\"", trigram.replace('"', "\"\""))
        })
        .collect();
    (!trigrams.is_empty()).then(|| trigrams.join(" AND "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::{Disk, Nic, Vm};

    use crate::Store;
    use crate::samples::{connection, fill, two_hosts, vm};
    use crate::vm::InventoryBatch;

    async fn found(store: &Store, text: &str) -> BTreeSet<String> {
        let ids = store.search(text.to_owned()).await.expect("search");
        let keys: BTreeSet<String> = ids.iter().map(|id| id.key.to_string()).collect();
        assert_eq!(keys.len(), ids.len(), "each VM once for {text:?}");
        keys
    }

    fn keys(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    fn rich() -> Vm {
        let mut vm = vm(1, "rich");
        vm.summary.name = "Web-01 \"prod\" 50%_*".to_owned();
        vm.ips = vec!["10.20.1.11".to_owned()];
        let details = vm.details.as_mut().expect("samples have details");
        details.title = "Ñandú front".to_owned();
        details.description = "Behind the\u{0}balancer".to_owned();
        details.uuid = Some("5ca1ab1e-0000-4000-8000-000000000001".to_owned());
        details.os = Some("Debian 12".to_owned());
        details.tags = vec!["gold".to_owned()];
        details.nics = vec![Nic {
            mac: Some("52:54:00:aa:bb:cc".to_owned()),
            source: Some("br-secret".to_owned()),
            model: None,
        }];
        details.disks = vec![Disk {
            target: "vda".to_owned(),
            source: Some("/var/lib/images/web.qcow2".to_owned()),
            device: "disk".to_owned(),
        }];
        vm
    }

    #[tokio::test]
    async fn every_text_of_a_vm_is_found_by_any_part_of_it() {
        let store = two_hosts().await;
        fill(&store, &[rich(), vm(2, "poor")]).await;
        store
            .set_note(rich().id, "ΟΔΟΣ 7".to_owned())
            .await
            .expect("a note");
        for text in [
            "web-01",
            "WEB",
            "\"prod\"",
            "50%_*",
            "ñandÚ",
            "behind the",
            "balancer",
            "4000-8000",
            "10.20.1",
            "aa:BB",
            "images/web",
            "gold",
            "debian",
            "οδος",
            "οδοσ",
            "w",
            "Ñ",
            "7",
        ] {
            assert_eq!(found(&store, text).await, keys(&["rich"]), "{text:?}");
        }
        for text in [
            "web-02",
            "webqcow",
            "web_01",
            "front behind",
            "' OR 1",
            "\" OR \"",
            "NEAR(web)",
            "br-secret",
            "ǅ",
            &format!("web-01{}", "x".repeat(100_000)),
        ] {
            assert_eq!(found(&store, text).await, keys(&[]), "{text:?}");
        }
        assert_eq!(found(&store, "").await, keys(&["rich", "poor"]));
    }

    #[tokio::test]
    async fn a_host_and_a_folder_find_all_their_vms_under_their_present_name() {
        let store = two_hosts().await;
        fill(&store, &[vm(1, "a"), vm(1, "b"), vm(2, "c")]).await;
        assert_eq!(found(&store, "HOST").await, keys(&["a", "b"]));
        let mut moved = connection(1, "Zürich-kvm");
        moved.settings.folder = "Schweiz".to_owned();
        store.put_connection(moved).await.expect("renamed");
        assert_eq!(found(&store, "host").await, keys(&[]));
        assert_eq!(found(&store, "ZÜRICH").await, keys(&["a", "b"]));
        assert_eq!(found(&store, "schweiz").await, keys(&["a", "b"]));
        assert_eq!(found(&store, "z").await, keys(&["a", "b"]));
    }

    #[tokio::test]
    async fn the_index_follows_every_change() {
        let store = two_hosts().await;
        let mut web = vm(1, "web");
        for name in ["first name", "second name"] {
            web.summary.name = name.to_owned();
            fill(&store, std::slice::from_ref(&web)).await;
        }
        assert_eq!(found(&store, "first").await, keys(&[]));
        assert_eq!(found(&store, "second").await, keys(&["web"]));
        let batch = InventoryBatch {
            removed: vec![web.id.clone()],
            ..InventoryBatch::default()
        };
        store.apply(batch).await.expect("removed");
        assert_eq!(found(&store, "second").await, keys(&[]));
        assert_is_sound(&store).await;
    }

    #[tokio::test]
    async fn a_new_state_leaves_the_index_alone() {
        let store = two_hosts().await;
        let mut web = vm(1, "web");
        let changes = async || {
            let count = |tx: &rusqlite::Transaction<'_>| {
                let sql = "SELECT count(*), total(length(block)) FROM vm_search_data";
                let read =
                    |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?));
                Ok(tx.query_row(sql, [], read)?)
            };
            store.in_writer(count).await
        };
        fill(&store, std::slice::from_ref(&web)).await;
        let before = changes().await;
        web.summary.state = model::VmState::Paused;
        web.as_of = crate::samples::at(500);
        fill(&store, std::slice::from_ref(&web)).await;
        assert_eq!(changes().await, before);
        web.summary.name = "other".to_owned();
        fill(&store, std::slice::from_ref(&web)).await;
        assert_ne!(changes().await, before, "else this test sees nothing");
    }

    #[tokio::test]
    async fn a_name_of_a_megabyte_is_searched_to_its_end() {
        let store = two_hosts().await;
        let mut huge = vm(1, "huge");
        huge.summary.name = format!("{}needle", "日本<b>x</b> ".repeat(60_000));
        fill(&store, &[huge.clone(), vm(1, "small")]).await;
        assert_eq!(found(&store, "> NEEDLE").await, keys(&["huge"]));
        let whole = huge.summary.name.clone();
        assert_eq!(found(&store, &whole).await, keys(&["huge"]));
        let vms = store.vms().await.expect("all");
        assert!(vms.iter().any(|vm| vm.summary.name == whole), "kept whole");
    }

    async fn assert_is_sound(store: &Store) {
        let check = |tx: &rusqlite::Transaction<'_>| {
            tx.execute(
                "INSERT INTO vm_search (vm_search, rank) VALUES ('integrity-check', 1)",
                [],
            )?;
            Ok(())
        };
        store.in_writer(check).await;
    }
}

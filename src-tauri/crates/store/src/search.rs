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
    let mut text = String::new();
    for part in model::query::texts(vm) {
        text.push_str(&folded(part));
        text.push(BETWEEN);
    }
    transaction
        .prepare_cached(
            "INSERT INTO vm_text (vm, text) VALUES (?1, ?2)
             ON CONFLICT (vm) DO UPDATE SET text = excluded.text WHERE text <> excluded.text",
        )?
        .execute(params![row, text])?;
    Ok(())
}

/// The VMs that contain `text`.
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
            OR vm.connection IN (SELECT id FROM connection WHERE instr(folded_name, ?1) > 0)"
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

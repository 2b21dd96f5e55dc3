//! The inventory of every release is brought to the newest schema, with everything in it.
//!
//! `released/VERSION.sql` is what that release wrote. Before a release that has changed the schema:
//! `cargo test -p store --test released -- --ignored --nocapture | sed -n '/^CREATE/,/^PRAGMA user_v/p'`.

mod common;

use std::path::Path;

use common::{connection, fill, now, open, reopen, task, upserts, vm};
use model::{ByteSize, TaskStatus, VmDetails, VmState};
use rusqlite::Connection;
use store::{InventoryBatch, NewDefinition, TaskFilter};

const RELEASED: [(&str, &str); 1] = [("0.1.0", include_str!("released/0.1.0.sql"))];
const FILE: &str = "inventory.sqlite3";

#[tokio::test]
async fn every_released_inventory_is_taken_to_the_newest_schema_whole() {
    let newest = {
        let folder = tempfile::tempdir().expect("a folder");
        reopen(folder.path()).await.close().await;
        schema(&folder.path().join(FILE))
    };
    for (release, sql) in RELEASED {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(FILE);
        let old = Connection::open(&file).expect("a file");
        old.execute_batch(sql).expect(release);
        drop(old);

        let opened = open(folder.path()).await;
        assert_eq!(opened.set_aside, None, "{release}");
        let store = opened.store;
        let connections = store.connections().await.expect("read");
        assert_eq!(connections, [connection(1, "Zürich")], "{release}");
        let vms = store.vms().await.expect("read");
        assert_eq!(vms.len(), 1, "{release}");
        let web = vms[0].clone();
        assert_eq!(web.summary.name, "web 'quoted'");
        assert_eq!(web.summary.state, VmState::ShutOff);
        assert_eq!(web.note, "ask Mei");
        assert_eq!(web.as_of, now());
        let details = web.details.expect("read once");
        assert_eq!(details.memory, Some(ByteSize::kib(4 << 20)));
        assert_eq!(details.tags, ["prod"]);
        for text in ["'QUOTED'", "mei", "zürich", "Frankfurt", "prod"] {
            let found = store.search(text.to_owned()).await.expect("search");
            assert_eq!(found, std::slice::from_ref(&web.id), "{release}: {text}");
        }
        let versions = store.versions(web.id.clone()).await.expect("read");
        assert_eq!(versions.len(), 2, "{release}");
        let newest_text = store.definition(web.id, None).await.expect("read");
        assert_eq!(
            newest_text.expect("kept").text,
            "<domain>\n  <new/>\n</domain>"
        );
        let tasks = store.tasks(TaskFilter::default()).await.expect("read");
        assert_eq!(tasks, [task(1)], "{release}");
        let left = store.interrupt_leftovers(now()).await.expect("asked");
        assert_eq!(left[0].status, TaskStatus::Interrupted, "{release}");
        let setting = store.setting("timeout").await.expect("read");
        assert_eq!(setting, Some(120.into()), "{release}");
        store.close().await;

        assert_eq!(schema(&file), newest, "a step was changed after {release}");
    }
}

fn schema(file: &Path) -> Vec<(String, Option<String>)> {
    let database = Connection::open(file).expect("a good file");
    let mut statement = database
        .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
        .expect("a good file");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

#[tokio::test]
#[ignore = "prints the inventory that a release writes"]
async fn print_the_inventory_of_this_release() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = reopen(folder.path()).await;
    fill(&store).await;
    store
        .put_connection(connection(1, "Zürich"))
        .await
        .expect("renamed");
    let mut web = vm("web");
    web.summary.name = "web 'quoted'".to_owned();
    web.summary.state = VmState::ShutOff;
    web.details = Some(VmDetails {
        memory: Some(ByteSize::kib(4 << 20)),
        tags: vec!["prod".to_owned()],
        ..VmDetails::default()
    });
    let definitions = ["<domain/>", "<domain>\n  <new/>\n</domain>"].map(|text| NewDefinition {
        vm: web.id.clone(),
        text: text.to_owned(),
        seen: now(),
    });
    let batch = InventoryBatch {
        definitions: definitions.to_vec(),
        ..upserts(vec![web.clone()])
    };
    store.apply(batch).await.expect("written");
    store
        .touch(web.id.connection, now())
        .await
        .expect("touched");
    store.put_task(task(1)).await.expect("written");
    store.close().await;
    for line in dump(&folder.path().join(FILE)) {
        println!("{line}");
    }
}

/// The statements that make a file like this one, without what SQLite and triggers make themselves.
fn dump(file: &Path) -> Vec<String> {
    let database = Connection::open(file).expect("a good file");
    let lines = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).expect("a good query");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    let ours = "name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'vm!_search!_%' ESCAPE '!'";
    let mut statements = lines(&format!(
        "SELECT sql FROM sqlite_schema WHERE {ours} ORDER BY rowid"
    ));
    let tables = lines(&format!(
        "SELECT name FROM sqlite_schema WHERE {ours} AND type = 'table' AND name <> 'vm_search' ORDER BY rowid"
    ));
    for table in tables {
        let columns = lines(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let values: Vec<String> = columns
            .iter()
            .map(|column| format!("quote({column})"))
            .collect();
        statements.extend(lines(&format!(
            "SELECT 'INSERT INTO {table} VALUES (' || {} || ')' FROM {table}",
            values.join(" || ', ' || ")
        )));
    }
    for pragma in ["application_id", "user_version"] {
        let value = lines(&format!(
            "SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}"
        ));
        statements.push(format!("PRAGMA {pragma} = {}", value[0]));
    }
    statements
        .iter()
        .map(|statement| format!("{statement};"))
        .collect()
}

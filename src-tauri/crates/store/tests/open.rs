//! Opening: what was closed is there again, and what cannot be used is set aside, never deleted.

mod common;

use std::fs;
use std::path::Path;

use common::{connection, fill, open, reopen, task, vm};
use rusqlite::Connection;
use store::{SetAsideReason, Store};

const FILE: &str = "inventory.sqlite3";

async fn made(folder: &Path) {
    let store = reopen(folder).await;
    fill(&store).await;
    store.put_task(task(1)).await.expect("a task");
    store.close().await;
}

/// What is taken over into a fresh file is there, and what is not is not.
async fn assert_taken_over(store: &Store) {
    let connections = store.connections().await.expect("read");
    assert_eq!(connections, [connection(1, "host")]);
    let note = store.note(vm("web").id).await.expect("read");
    assert_eq!(note, "ask Mei");
    let setting = store.setting("timeout").await.expect("read");
    assert_eq!(setting, Some(120.into()));
    assert_eq!(
        store.vms().await.expect("read"),
        [],
        "read from hosts again"
    );
}

#[tokio::test]
async fn what_was_written_is_there_again() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path()).await;
    let store = reopen(folder.path()).await;
    let mut web = vm("web");
    web.note = "ask Mei".to_owned();
    assert_eq!(store.vms().await.expect("read"), [web]);
    assert_eq!(store.task(task(1).id).await.expect("read"), Some(task(1)));
}

#[tokio::test]
async fn a_closed_store_leaves_one_file_and_says_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = reopen(folder.path()).await;
    fill(&store).await;
    store.close().await;
    store.close().await;
    let error = store.vms().await.expect_err("closed");
    assert_eq!(error.message, "The inventory has been closed.");
    for left in ["inventory.sqlite3-wal", "inventory.sqlite3-shm"] {
        assert!(!folder.path().join(left).exists(), "{left} is left behind");
    }
    let locks = fs::read_dir(folder.path().join("instances")).expect("a folder");
    assert_eq!(locks.count(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_inventory() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("deep/innkeeper");
    fs::create_dir_all(&folder).expect("made with the usual mode");
    let store = reopen(&folder).await;
    fill(&store).await;
    let mode = |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
}

#[tokio::test]
async fn a_file_that_is_no_inventory_is_set_aside_as_it_is() {
    let foreign = {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("foreign.sqlite3");
        let foreign = Connection::open(&path).expect("a database");
        foreign
            .execute_batch("CREATE TABLE vm (mine TEXT); INSERT INTO vm VALUES ('precious')")
            .expect("somebody else's table");
        drop(foreign);
        fs::read(path).expect("its bytes")
    };
    for bytes in [
        b"SQLite format 3\0 but not really".to_vec(),
        vec![7; 100_000],
        foreign,
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), &bytes).expect("written");
        let opened = open(folder.path()).await;
        let aside = opened.set_aside.expect("set aside");
        assert_eq!(aside.reason, SetAsideReason::Damaged);
        assert_eq!(aside.path, folder.path().join("estate-2026-11-23.bad"));
        assert!(
            fs::read(&aside.path).expect("kept") == bytes,
            "not a byte is changed"
        );
        fill(&opened.store).await;
        opened.store.close().await;
        assert_eq!(
            reopen(folder.path()).await.vms().await.expect("read").len(),
            1
        );
    }
}

#[tokio::test]
async fn each_bad_file_of_a_day_gets_a_name_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["estate-2026-11-23.bad", "estate-2026-11-23-2.bad"] {
        let content = format!("no database, but {name}");
        fs::write(folder.path().join(FILE), &content).expect("written");
        let opened = open(folder.path()).await;
        opened.store.close().await;
        let aside = opened.set_aside.expect("set aside").path;
        assert_eq!(aside, folder.path().join(name));
        assert_eq!(fs::read_to_string(aside).expect("kept"), content);
    }
}

#[tokio::test]
async fn a_damaged_inventory_gives_up_what_hosts_cannot_tell_again() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path()).await;
    damage(&folder.path().join(FILE), "vm");
    let opened = open(folder.path()).await;
    let reason = opened.set_aside.map(|aside| aside.reason);
    assert_eq!(reason, Some(SetAsideReason::Damaged));
    assert_taken_over(&opened.store).await;
    opened.store.close().await;
    assert_taken_over(&reopen(folder.path()).await).await;
}

#[tokio::test]
async fn damage_that_is_met_later_is_set_aside_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path()).await;
    damage(&folder.path().join(FILE), "task");
    let store = reopen(folder.path()).await;
    let error = store
        .tasks(store::TaskFilter::default())
        .await
        .expect_err("damaged");
    assert_eq!(error.message, "The inventory file is damaged.");
    assert_eq!(store.vms().await.expect("the rest is fine").len(), 1);
    store.close().await;

    let opened = open(folder.path()).await;
    let reason = opened.set_aside.map(|aside| aside.reason);
    assert_eq!(reason, Some(SetAsideReason::Damaged));
    assert_taken_over(&opened.store).await;
    opened.store.close().await;
    reopen(folder.path()).await;
}

/// Overwrites the first page of a table.
fn damage(file: &Path, table: &str) {
    let database = Connection::open(file).expect("a good file");
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let page: usize = database
        .query_row(sql, [table], |row| row.get(0))
        .expect("the table is there");
    drop(database);
    let mut bytes = fs::read(file).expect("its bytes");
    bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
    fs::write(file, bytes).expect("damaged");
}

#[tokio::test]
async fn an_inventory_of_a_newer_release_is_kept_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path()).await;
    let file = folder.path().join(FILE);
    let newer = Connection::open(&file).expect("a good file");
    newer
        .execute_batch("ALTER TABLE vm ADD COLUMN mood TEXT; PRAGMA user_version = 1000")
        .expect("a newer release");
    drop(newer);
    let before = fs::read(&file).expect("its bytes");

    let opened = open(folder.path()).await;
    let aside = opened.set_aside.expect("set aside");
    assert_eq!(aside.reason, SetAsideReason::NewerRelease);
    assert!(
        fs::read(&aside.path).expect("kept") == before,
        "the newer release goes on with it"
    );
    assert_taken_over(&opened.store).await;
}

#[tokio::test]
async fn a_file_set_aside_takes_along_what_was_not_yet_moved_into_it() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path()).await;
    let file = folder.path().join(FILE);
    let newer = Connection::open(&file).expect("a good file");
    newer
        .execute_batch("PRAGMA user_version = 1000; UPDATE note SET text = 'ask Mei, soon'")
        .expect("only in the -wal file so far");
    let opened = open(folder.path()).await;
    drop(newer);
    let aside = opened.set_aside.expect("set aside").path;
    let note = opened.store.note(vm("web").id).await.expect("read");
    assert_eq!(note, "ask Mei, soon");
    let kept = Connection::open(aside).expect("a good file");
    let text: String = kept
        .query_row("SELECT text FROM note", [], |row| row.get(0))
        .expect("a note");
    assert_eq!(text, "ask Mei, soon");
}

#[tokio::test]
async fn setting_aside_that_was_cut_short_is_brought_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path()).await;
    // the moment between the two renames
    let fresh = folder.path().join("inventory.fresh.sqlite3");
    fs::rename(folder.path().join(FILE), &fresh).expect("renamed");
    fs::write(folder.path().join("inventory.damaged"), "").expect("marked");
    let store = reopen(folder.path()).await;
    assert_eq!(store.vms().await.expect("read").len(), 1);
    assert!(!fresh.exists());
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_an_error_with_its_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file, no folder");
    let error = Store::open(&file, common::now())
        .await
        .err()
        .expect("no folder");
    assert_eq!(error.code, model::ErrorCode::Internal);
    assert!(
        error
            .message
            .starts_with("The inventory's folder cannot be used: ")
    );
}

//! The disk of this computer is full: what is known is still shown, what is not written says so, and
//! it heals when there is room again.
#![cfg(target_os = "linux")]

mod common;

use std::path::Path;
use std::process::Command;

use common::{fill, now, open, upserts, vm};
use model::ErrorCode;
use store::Store;

const FOLDER: &str = "INNKEEPER_TEST_FULL_DISK";

#[test]
fn a_full_disk_can_be_read_and_heals() {
    let mount = tempfile::tempdir().expect("a folder");
    let test = std::env::current_exe().expect("this program");
    // a file system of 8 MB in a mount namespace, gone with the child
    let script = "mount -t tmpfs -o size=8m tmpfs \"$0\" || exit 77; exec \"$@\"";
    let child = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(mount.path())
        .arg(test)
        .args(["--exact", "on_a_small_disk", "--ignored", "--nocapture"])
        .env(FOLDER, mount.path())
        .output();
    match child {
        Ok(output) if output.status.success() => {}
        Ok(output) if is_refused(&output) => eprintln!("skipped: no namespaces here"),
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => eprintln!("skipped: no unshare here: {error}"),
    }
}

fn is_refused(output: &std::process::Output) -> bool {
    let complaint = String::from_utf8_lossy(&output.stderr);
    output.status.code() == Some(77) || complaint.starts_with("unshare: ")
}

#[tokio::test]
#[ignore = "runs as a child of the test above"]
async fn on_a_small_disk() {
    let mount = std::env::var(FOLDER).expect("set by the test above");
    let mount = Path::new(&mount);
    let folder = mount.join("innkeeper");
    let ballast = mount.join("ballast");
    let store = open(&folder).await.store;
    fill(&store).await;
    store.close().await;

    write_until_full(&ballast);
    let store = Store::open(&folder, now())
        .await
        .expect("opens all the same")
        .store;
    assert_eq!(store.connections().await.expect("read").len(), 1);
    assert_refuses(&store).await;
    assert_eq!(store.vms().await.expect("still read").len(), 1);

    std::fs::remove_file(&ballast).expect("room again");
    store
        .set_setting("healed", true.into())
        .await
        .expect("written");
    write_until_full(&ballast);
    assert_refuses(&store).await;
    assert_eq!(
        store.setting("healed").await.expect("read"),
        Some(true.into())
    );
    store.close().await;

    let opened = open(&folder).await;
    assert_eq!(opened.set_aside, None, "a full disk damages nothing");
    assert_eq!(opened.store.vms().await.expect("read").len(), 1);
}

fn write_until_full(ballast: &Path) {
    let error = std::fs::write(ballast, vec![0_u8; 16 << 20]).expect_err("more than there is");
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
}

async fn assert_refuses(store: &Store) {
    let vms = (0..20_000).map(|number| vm(&number.to_string())).collect();
    let error = store.apply(upserts(vms)).await.expect_err("no room");
    assert_eq!(error.code, ErrorCode::StorageFull);
    assert_eq!(
        error.message,
        "The inventory was not written: the disk of this computer is full."
    );
}

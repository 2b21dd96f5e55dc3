//! kill -9 at any moment: the store opens, no batch is torn, nothing that was answered is lost, and
//! what ran is interrupted.

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{connection, now, reopen, task, upserts, vm};
use model::{TaskStatus, VmState};
use store::{InventoryBatch, NewDefinition, TaskFilter};

const FOLDER: &str = "INNKEEPER_TEST_KILLED";
const VMS: u32 = 40;

#[tokio::test]
async fn a_killed_process_leaves_a_good_inventory() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = reopen(folder.path()).await;
    store
        .put_connection(connection(1, "host"))
        .await
        .expect("a connection");
    store.close().await;

    for batches in [0, 1, 2, 3, 5, 8, 13, 40] {
        let answered = write_until_killed(folder.path(), batches);
        let store = reopen(folder.path()).await;
        let vms = store.vms().await.expect("read");
        let rounds: BTreeSet<&str> = vms
            .iter()
            .map(|vm| vm.summary.name.split('-').next().unwrap_or_default())
            .collect();
        assert!(
            rounds.len() <= 1,
            "a batch is whole or not at all: {rounds:?}"
        );
        let round: u32 = rounds
            .first()
            .map_or(0, |round| round.parse().expect("a number"));
        assert!(
            round >= answered,
            "{answered} was answered, {round} is there"
        );

        let found = store
            .search(format!("{round}-of-round"))
            .await
            .expect("search");
        assert_eq!(found.len(), vms.len(), "the index is as whole as the rows");
        for vm in vms {
            let newest = store.definition(vm.id, None).await.expect("read");
            assert_eq!(
                newest.expect("kept").text,
                format!("<domain round='{round}'/>")
            );
        }
        store.interrupt_leftovers(now()).await.expect("asked");
        let tasks = store.tasks(TaskFilter::default()).await.expect("read");
        assert!(
            tasks
                .iter()
                .all(|task| task.status == TaskStatus::Interrupted)
        );
        store.close().await;
    }
}

/// Starts a child that writes without end, and kills it after so many batches, at whatever it is
/// just doing. The last round that it had an answer for.
fn write_until_killed(folder: &Path, batches: usize) -> u32 {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "writes_without_end", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let mut rounds = output
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("round ")?.parse().ok());
    let answered = rounds.by_ref().take(batches).last().unwrap_or(0);
    child.kill().expect("killed");
    let status = child.wait().expect("ended");
    assert!(!status.success(), "it ends only when killed");
    rounds.last().unwrap_or(answered)
}

#[tokio::test]
#[ignore = "runs as a child of the test above"]
async fn writes_without_end() {
    let folder = std::env::var(FOLDER).expect("set by the test above");
    let store = reopen(Path::new(&folder)).await;
    let last = store.vms().await.expect("read");
    let last = last.first().map_or(0, |vm| {
        let round = vm.summary.name.split('-').next();
        round
            .and_then(|round| round.parse().ok())
            .expect("a number")
    });
    for round in last + 1_u32.. {
        let vms = (0..VMS).map(|number| {
            let mut vm = vm(&format!("key-{number}"));
            vm.summary.name = format!("{round}-of-round");
            vm.summary.state = VmState::Running;
            vm
        });
        let vms: Vec<_> = vms.collect();
        let definitions = vms.iter().map(|vm| NewDefinition {
            vm: vm.id.clone(),
            text: format!("<domain round='{round}'/>"),
            seen: now(),
        });
        let batch = InventoryBatch {
            definitions: definitions.collect(),
            ..upserts(vms)
        };
        store.apply(batch).await.expect("written");
        println!("round {round}");
        store.put_task(task(round.into())).await.expect("written");
    }
}

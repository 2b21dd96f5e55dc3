//! Two programs with one inventory: the window and `innkeeperctl`.

mod common;

use common::{connection, now, reopen, task, upserts, vm};
use model::TaskStatus;

#[tokio::test]
async fn each_sees_at_once_what_the_other_has_written_and_notices() {
    let folder = tempfile::tempdir().expect("a folder");
    let window = reopen(folder.path()).await;
    let cli = reopen(folder.path()).await;
    window
        .put_connection(connection(1, "host"))
        .await
        .expect("by the window");
    assert_eq!(cli.connections().await.expect("read").len(), 1);

    let before = window.data_version().await.expect("a number");
    window
        .apply(upserts(vec![vm("own")]))
        .await
        .expect("by the window");
    window.vms().await.expect("read");
    assert_eq!(
        window.data_version().await.expect("a number"),
        before,
        "its own writing is no news"
    );
    cli.apply(upserts(vec![vm("other")]))
        .await
        .expect("by the CLI");
    let after = window.data_version().await.expect("a number");
    assert_ne!(after, before);
    assert_eq!(window.data_version().await.expect("a number"), after);
    assert_eq!(window.vms().await.expect("read").len(), 2);
}

#[tokio::test]
async fn both_write_at_the_same_time_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let window = reopen(folder.path()).await;
    let cli = reopen(folder.path()).await;
    window
        .put_connection(connection(1, "host"))
        .await
        .expect("a connection");
    let write = async |store: &store::Store, name: &str| {
        for number in 0..50 {
            let vm = vm(&format!("{name}-{number}"));
            store.apply(upserts(vec![vm])).await.expect("written");
        }
    };
    tokio::join!(write(&window, "window"), write(&cli, "cli"));
    assert_eq!(window.vms().await.expect("read").len(), 100);
}

#[tokio::test]
async fn a_task_is_interrupted_when_its_process_has_ended_and_not_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let window = reopen(folder.path()).await;
    let cli = reopen(folder.path()).await;
    let (running, mut done) = (task(1), task(2));
    done.status = TaskStatus::Succeeded;
    cli.put_tasks(vec![running.clone(), done.clone()])
        .await
        .expect("kept");
    window.put_task(task(3)).await.expect("kept");
    for store in [&window, &cli] {
        let left = store.interrupt_leftovers(now()).await.expect("asked");
        assert_eq!(left, [], "both live");
    }

    cli.close().await;
    let mut interrupted = running;
    interrupted.status = TaskStatus::Interrupted;
    interrupted.ended_at = Some(now());
    let left = window.interrupt_leftovers(now()).await.expect("asked");
    assert_eq!(left, std::slice::from_ref(&interrupted));
    let again = window.interrupt_leftovers(now()).await.expect("asked");
    assert_eq!(again, []);
    for task in [interrupted, done, task(3)] {
        assert_eq!(window.task(task.id).await.expect("read"), Some(task));
    }
}

#[tokio::test]
async fn a_cancel_reaches_the_process_that_runs_the_task() {
    let folder = tempfile::tempdir().expect("a folder");
    let window = reopen(folder.path()).await;
    let cli = reopen(folder.path()).await;
    window.put_task(task(1)).await.expect("kept");
    cli.request_cancel(task(1).id).await.expect("asked");
    assert_eq!(cli.cancel_requests().await.expect("none of its own"), []);
    assert_eq!(window.cancel_requests().await.expect("one"), [task(1).id]);
}

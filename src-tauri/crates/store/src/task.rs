//! Table `task`: everything that was asked for, with its fate.
//!
//! Each row names the instance (process) that works on it; see [`crate::instance`]. The history
//! outlives VMs and connections.

use jiff::Timestamp;
use model::{Task, TaskId, TaskStatus, VmId};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use crate::columns::{Json, Time, if_known};
use crate::error::Fault;
use crate::instance::InstanceId;

pub(crate) const CREATE: &str = "
CREATE TABLE task (
    id               INTEGER PRIMARY KEY,
    uuid             BLOB NOT NULL UNIQUE,
    instance         BLOB NOT NULL,
    unfinished       INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    created_at       INTEGER NOT NULL,
    -- no foreign keys: the VM may be gone
    connection       BLOB NOT NULL,
    key              TEXT NOT NULL,
    task             TEXT NOT NULL
);
CREATE INDEX task_by_time ON task (created_at, id);
CREATE INDEX task_unfinished ON task (instance) WHERE unfinished;
CREATE INDEX task_of_vm ON task (connection, key, created_at, id);";

/// How much history is kept.
const KEPT_TASKS: u32 = 10_000;

/// Which tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFilter {
    /// At most this many, the newest.
    pub limit: usize,
    /// Only those that wait or run.
    pub only_unfinished: bool,
    /// Only those of this VM.
    pub vm: Option<VmId>,
}

impl Default for TaskFilter {
    fn default() -> Self {
        Self {
            limit: 500,
            only_unfinished: false,
            vm: None,
        }
    }
}

/// Adds a task of `instance`, or changes one, whoever's it is.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    instance: InstanceId,
    task: &Task,
) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT INTO task (uuid, instance, unfinished, created_at, connection, key, task)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (uuid) DO UPDATE
             SET unfinished = excluded.unfinished, task = excluded.task",
        )?
        .execute(params![
            task.id.as_uuid(),
            instance.as_uuid(),
            !task.status.is_final(),
            Time(task.created_at),
            task.vm.connection.as_uuid(),
            task.vm.key.as_str(),
            Json(task),
        ])?;
    Ok(())
}

pub(crate) fn get(transaction: &Transaction<'_>, id: TaskId) -> Result<Option<Task>, Fault> {
    Ok(transaction
        .prepare_cached("SELECT task FROM task WHERE uuid = ?1")?
        .query_row([id.as_uuid()], |row| row.get::<_, Json<Task>>(0))
        .optional()?
        .map(|json| json.0))
}

/// Tasks, newest first.
pub(crate) fn list(transaction: &Transaction<'_>, filter: &TaskFilter) -> Result<Vec<Task>, Fault> {
    let unfinished = if filter.only_unfinished {
        "unfinished"
    } else {
        "TRUE"
    };
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    let order = "ORDER BY created_at DESC, id DESC";
    let tasks: Vec<Option<Task>> = match &filter.vm {
        Some(vm) => transaction
            .prepare_cached(&format!(
                "SELECT task FROM task
                 WHERE {unfinished} AND connection = ?2 AND key = ?3 {order} LIMIT ?1"
            ))?
            .query_map(
                params![limit, vm.connection.as_uuid(), vm.key.as_str()],
                read,
            )?
            .collect::<Result<_, _>>()?,
        None => transaction
            .prepare_cached(&format!(
                "SELECT task FROM task WHERE {unfinished} {order} LIMIT ?1"
            ))?
            .query_map([limit], read)?
            .collect::<Result<_, _>>()?,
    };
    Ok(tasks.into_iter().flatten().collect())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<Task>> {
    Ok(if_known(row.get::<_, Json<Task>>(0))?.map(|json| json.0))
}

/// Makes unfinished tasks interrupted whose instance is neither `own` nor, says `is_alive`, at work.
pub(crate) fn interrupt_leftovers(
    transaction: &Transaction<'_>,
    own: InstanceId,
    is_alive: impl Fn(InstanceId) -> bool,
    now: Timestamp,
) -> Result<Vec<Task>, Fault> {
    let instances: Vec<Uuid> = transaction
        .prepare("SELECT DISTINCT instance FROM task WHERE unfinished")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut interrupted = Vec::new();
    for instance in instances.into_iter().map(InstanceId::from_uuid) {
        if instance == own || is_alive(instance) {
            continue;
        }
        let tasks: Vec<Option<Task>> = transaction
            .prepare("SELECT task FROM task WHERE unfinished AND instance = ?1 ORDER BY id")?
            .query_map([instance.as_uuid()], read)?
            .collect::<Result<_, _>>()?;
        let mut tasks: Vec<Task> = tasks.into_iter().flatten().collect();
        for task in &mut tasks {
            task.status = TaskStatus::Interrupted;
            task.ended_at = Some(now);
            put(transaction, instance, task)?;
        }
        interrupted.append(&mut tasks);
    }
    Ok(interrupted)
}

pub(crate) fn request_cancel(transaction: &Transaction<'_>, id: TaskId) -> Result<(), Fault> {
    transaction.execute(
        "UPDATE task SET cancel_requested = 1 WHERE uuid = ?1 AND unfinished",
        [id.as_uuid()],
    )?;
    Ok(())
}

pub(crate) fn cancel_requests(
    transaction: &Transaction<'_>,
    own: InstanceId,
) -> Result<Vec<TaskId>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT uuid FROM task WHERE unfinished AND cancel_requested AND instance = ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([own.as_uuid()], |row| Ok(TaskId::from_uuid(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets ended tasks beyond what is kept.
pub(crate) fn forget_old(transaction: &Transaction<'_>) -> Result<(), Fault> {
    transaction.execute(
        "DELETE FROM task WHERE NOT unfinished AND created_at < (
            SELECT created_at FROM task ORDER BY created_at DESC LIMIT 1 OFFSET ?1)",
        [KEPT_TASKS - 1],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::{Failure, TaskStatus};

    use super::{KEPT_TASKS, TaskFilter, forget_old};
    use crate::Store;
    use crate::samples::{at, task, two_hosts, vm};

    async fn ids(store: &Store, filter: TaskFilter) -> Vec<u128> {
        let tasks = store.tasks(filter).await.expect("tasks");
        tasks
            .iter()
            .map(|task| task.id.as_uuid().as_u128())
            .collect()
    }

    #[tokio::test]
    async fn tasks_come_back_whole_newest_first_and_filtered() {
        let store = two_hosts().await;
        let (web, db) = (vm(1, "web"), vm(2, "db"));
        let mut failed = task(1, &web, 10);
        failed.status = TaskStatus::Failed;
        failed.fraction = Some(0.1);
        failed.ended_at = Some(at(11));
        failed.error = Some(Failure {
            code: model::ErrorCode::StorageFull,
            message: "No.".to_owned(),
            hint: None,
            detail: Some("😀\0".to_owned()),
        });
        let tasks = vec![
            failed.clone(),
            task(2, &db, 30),
            task(3, &web, 20),
            task(4, &web, 30),
        ];
        store.put_tasks(tasks).await.expect("kept");

        assert_eq!(
            store.task(failed.id).await.expect("read"),
            Some(failed.clone())
        );
        assert_eq!(store.task(task(9, &web, 1).id).await.expect("read"), None);
        assert_eq!(ids(&store, TaskFilter::default()).await, [4, 2, 3, 1]);
        let unfinished = TaskFilter {
            only_unfinished: true,
            limit: 2,
            ..TaskFilter::default()
        };
        assert_eq!(ids(&store, unfinished.clone()).await, [4, 2]);
        let of_web = TaskFilter {
            vm: Some(web.id.clone()),
            limit: usize::MAX,
            ..unfinished
        };
        assert_eq!(ids(&store, of_web).await, [4, 3]);
    }

    #[tokio::test]
    async fn a_task_outlives_its_connection() {
        let store = two_hosts().await;
        let web = vm(1, "web");
        store.put_task(task(1, &web, 10)).await.expect("kept");
        store
            .remove_connection(web.id.connection)
            .await
            .expect("removed");
        assert_eq!(ids(&store, TaskFilter::default()).await, [1]);
    }

    #[tokio::test]
    async fn a_cancel_is_asked_of_unfinished_tasks_until_they_end() {
        let store = two_hosts().await;
        let web = vm(1, "web");
        let (mut running, mut done) = (task(1, &web, 1), task(2, &web, 2));
        done.status = TaskStatus::Succeeded;
        store
            .put_tasks(vec![running.clone(), done.clone()])
            .await
            .expect("kept");
        assert_eq!(store.cancel_requests().await.expect("none"), []);
        for id in [running.id, done.id] {
            store.request_cancel(id).await.expect("asked");
        }
        running.step = Some("still at it".to_owned());
        store.put_task(running.clone()).await.expect("progress");
        assert_eq!(store.cancel_requests().await.expect("one"), [running.id]);
        running.status = TaskStatus::Cancelled;
        store.put_task(running).await.expect("ended");
        assert_eq!(store.cancel_requests().await.expect("none"), []);
    }

    #[tokio::test]
    async fn the_oldest_ended_tasks_are_forgotten_and_no_unfinished_one() {
        let store = two_hosts().await;
        let web = vm(1, "web");
        let count = i64::from(KEPT_TASKS) + 3;
        let tasks = (0..count).map(|number| {
            let mut task = task(number as u128, &web, number);
            if number != 1 {
                task.status = TaskStatus::Succeeded;
            }
            task
        });
        store.put_tasks(tasks.collect()).await.expect("kept");
        store.in_writer(forget_old).await;
        let everything = TaskFilter {
            limit: usize::MAX,
            ..TaskFilter::default()
        };
        let mut left = ids(&store, everything).await;
        left.reverse();
        assert_eq!(left.len(), KEPT_TASKS as usize + 1);
        assert_eq!(left[..2], [1, 3], "0 and 2 are gone, 1 still runs");
    }
}

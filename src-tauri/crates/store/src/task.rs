//! Table `task`: everything that was asked for, with its fate.
//!
//! Each row names the instance (process) that works on it; see [`crate::instance`]. The history
//! outlives VMs and connections.

use jiff::Timestamp;
use model::{Task, TaskId, TaskStatus, VmId};
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::columns::{Json, Time};
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
    let read = |row: &rusqlite::Row<'_>| Ok(row.get::<_, Json<Task>>(0)?.0);
    let tasks = match &filter.vm {
        Some(vm) => transaction
            .prepare_cached(&format!(
                "SELECT task FROM task WHERE {unfinished} AND connection = ?2 AND key = ?3 {order} LIMIT ?1"
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
    Ok(tasks)
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
        let mut tasks: Vec<Task> = transaction
            .prepare("SELECT task FROM task WHERE unfinished AND instance = ?1 ORDER BY id")?
            .query_map([instance.as_uuid()], |row| {
                Ok(row.get::<_, Json<Task>>(0)?.0)
            })?
            .collect::<Result<_, _>>()?;
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
        [KEPT_TASKS],
    )?;
    Ok(())
}

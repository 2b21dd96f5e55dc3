//! Actions on VMs: connects what is needed, asks, waits.

use std::collections::BTreeSet;

use api::TaskDto;
use engine::{Engine, EngineError};
use model::{ErrorCode, Task, TaskStatus, VmCommand, VmId};
use serde_json::json;

use crate::Done;
use crate::arguments::{ActArguments, What};
use crate::detached;
use crate::output::{Output, table};

pub async fn run(engine: &Engine, act: &ActArguments) -> Done {
    let mut vms = Vec::new();
    for name in &act.vms {
        vms.push(find(engine, name).await?);
    }
    let connections: BTreeSet<_> = vms.iter().map(|vm| vm.connection).collect();
    let mut opening = tokio::task::JoinSet::new();
    for id in connections {
        let engine = engine.clone();
        opening.spawn(async move { engine.ready(id).await });
    }
    let opened = opening.join_all().await;
    // with one VM the reason is the answer; with several each task tells its own
    if let ([_], Some(Err(error))) = (&vms[..], opened.into_iter().next()) {
        return Err(error);
    }
    // what has the name now counts: the host may have removed a VM and made it again
    let vms = act
        .vms
        .iter()
        .map(|name| engine.find_vm(name))
        .collect::<Result<Vec<_>, _>>()?;
    let command = match &act.what {
        What::Command(command) => command.clone(),
        What::Tags { add, remove } => tags(engine, &vms, add, remove)?,
    };
    let tasks = engine.submit(vms, command).await?;
    if act.no_wait {
        detached::report(&tasks);
    }
    let mut ended = Vec::new();
    for task in &tasks {
        ended.push(engine.task_ended(task.id).await?);
    }
    Ok(report(ended))
}

/// A VM of the inventory; one that is not there may be new, so its host is read first.
pub async fn find(engine: &Engine, name: &str) -> Result<VmId, EngineError> {
    match engine.find_vm(name) {
        Err(error) if error.code == ErrorCode::VmNotFound => {
            let connection = name.split_once('/').map(|(connection, _)| connection);
            let Some(view) = connection.and_then(|name| engine.find_connection(name).ok()) else {
                return Err(error);
            };
            engine.ready(view.connection.id).await?;
            engine.find_vm(name)
        }
        found => found,
    }
}

fn tags(
    engine: &Engine,
    vms: &[VmId],
    add: &[String],
    remove: &[String],
) -> Result<VmCommand, EngineError> {
    let vm = vms
        .first()
        .and_then(|id| engine.vm(id))
        .ok_or_else(|| EngineError::new(ErrorCode::VmNotFound, "The VM is gone."))?;
    let has = vm
        .details
        .as_ref()
        .map(|details| details.tags.clone())
        .unwrap_or_default();
    let tags: BTreeSet<String> = has
        .into_iter()
        .chain(add.iter().cloned())
        .filter(|tag| !remove.contains(tag))
        .collect();
    Ok(VmCommand::EditText {
        title: None,
        description: None,
        tags: Some(tags.into_iter().collect()),
    })
}

/// Tasks that have ended, as scripts read them.
pub fn report(tasks: Vec<Task>) -> Output {
    let failure = tasks
        .iter()
        .find(|task| task.status != TaskStatus::Succeeded)
        .map(|task| {
            task.error.clone().unwrap_or_else(|| model::Failure {
                code: ErrorCode::Cancelled,
                message: format!(
                    "{} {}: {:?}.",
                    task.command.action(),
                    task.vm_name,
                    task.status
                ),
                hint: None,
                detail: None,
            })
        });
    let wire: Vec<TaskDto> = tasks.into_iter().map(TaskDto::from).collect();
    let text = text(&wire);
    let output = Output::new(&json!({ "tasks": wire }), text);
    match failure {
        Some(failure) => output.failed_by(&failure),
        None => output,
    }
}

/// Tasks as a table.
pub fn text(tasks: &[TaskDto]) -> String {
    if tasks.is_empty() {
        return "No tasks.".to_owned();
    }
    let rows: Vec<Vec<String>> = tasks
        .iter()
        .map(|task| {
            vec![
                task.id.to_string(),
                task.label.clone(),
                task.vm.clone(),
                format!("{:?}", task.status).to_lowercase(),
                task.error
                    .as_ref()
                    .map(|error| error.message.clone())
                    .unwrap_or_default(),
            ]
        })
        .collect();
    table(&["TASK", "ACTION", "VM", "STATUS", "WHY"], &rows)
}

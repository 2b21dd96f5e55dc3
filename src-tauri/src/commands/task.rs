//! Tasks.

use api::TaskDto;
use api::command::{Nothing, RunCommand, Tasks};
use model::Task;
use store::TaskFilter;
use tauri::{State, WebviewWindow};

use super::Answer;
use crate::state::Shell;

/// How many tasks the page starts with.
const NEWEST: usize = 200;

#[tauri::command]
pub async fn task_run(shell: State<'_, Shell>, request: RunCommand) -> Answer<Vec<TaskDto>> {
    let tasks = shell
        .engine()
        .await?
        .submit(request.ids, request.command)
        .await;
    tasks.map(wire).map_err(app::api_error)
}

#[tauri::command]
pub async fn task_cancel(shell: State<'_, Shell>, request: Tasks) -> Answer<Nothing> {
    let engine = shell.engine().await?;
    for id in request.ids {
        engine.cancel(id).await.map_err(app::api_error)?;
    }
    Ok(Nothing {})
}

#[tauri::command]
pub async fn task_retry(shell: State<'_, Shell>, request: Tasks) -> Answer<Vec<TaskDto>> {
    let tasks = shell.engine().await?.retry(&request.ids).await;
    tasks.map(wire).map_err(app::api_error)
}

#[tauri::command]
pub async fn task_list(window: WebviewWindow, shell: State<'_, Shell>) -> Answer<Vec<TaskDto>> {
    let filter = TaskFilter {
        limit: NEWEST,
        vm: shell.pages.only(window.label()),
        ..TaskFilter::default()
    };
    let tasks = shell.engine().await?.tasks(filter).await;
    tasks.map(wire).map_err(app::api_error)
}

fn wire(tasks: Vec<Task>) -> Vec<TaskDto> {
    tasks.into_iter().map(TaskDto::from).collect()
}

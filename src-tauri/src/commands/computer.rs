//! The computer the window runs on: its clipboard, its files, its other programs.

use api::command::Nothing;
use api::{ClipboardText, CopyPicture, OneViewer, OpenViewer, SaveLog, ViewerDto, WrittenFile};
use engine::Viewer;
use tauri::{AppHandle, State};

use super::Answer;
use crate::state::Shell;
use crate::{clipboard, files};

#[tauri::command]
pub async fn clipboard_read_text(app: AppHandle) -> Answer<ClipboardText> {
    clipboard::read_text(&app).await
}

#[tauri::command]
pub async fn clipboard_write_text(app: AppHandle, request: ClipboardText) -> Answer<Nothing> {
    clipboard::write_text(&app, request).await?;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn clipboard_write_picture(app: AppHandle, request: CopyPicture) -> Answer<Nothing> {
    clipboard::write_picture(&app, request).await?;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn line_log_save(
    app: AppHandle,
    shell: State<'_, Shell>,
    request: SaveLog,
) -> Answer<WrittenFile> {
    let log = app::file_of(&request.base64, SaveLog::MOST_BYTES)?;
    let vm = shell.engine().await?.vm(&request.id);
    let name = vm.map(|vm| vm.summary.name.clone()).unwrap_or_default();
    let stem = app::file_stem(&[&name, &request.line], jiff::Timestamp::now());
    let dir = files::documents(&app, &shell).join("Innkeeper");
    files::write_new(&shell, &dir, &stem, "log", &log).await
}

#[tauri::command]
pub async fn file_show(shell: State<'_, Shell>, request: WrittenFile) -> Answer<Nothing> {
    files::show(&shell, request).await?;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn viewer_check() -> Answer<ViewerDto> {
    Ok(app::viewer(Viewer::find().as_ref()))
}

#[tauri::command]
pub async fn viewer_open(shell: State<'_, Shell>, request: OpenViewer) -> Answer<OneViewer> {
    let viewer = app::some_viewer(Viewer::find())?;
    let engine = shell.engine().await?;
    let opened = engine
        .open_viewer(&request.id, request.index, &viewer)
        .await;
    let viewer = opened.map_err(app::api_error)?.0.to_string();
    Ok(OneViewer { viewer })
}

#[tauri::command]
pub async fn viewer_ended(shell: State<'_, Shell>, request: OneViewer) -> Answer<Nothing> {
    let viewer = app::number(&request.viewer)?;
    shell.engine().await?.viewer_ended(viewer).await;
    Ok(Nothing {})
}

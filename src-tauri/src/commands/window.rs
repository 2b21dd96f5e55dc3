//! Windows.

use api::command::{Nothing, OneVm};
use api::{CloseWindow, ShowPage};
use model::{ErrorCode, Failure};
use tauri::{AppHandle, WebviewWindow};

use super::Answer;
use crate::{consoles, window};

// Not on the main thread: on Windows a web view that is made there waits for itself.
#[tauri::command]
pub async fn console_window_open(app: AppHandle, request: OneVm) -> Answer<Nothing> {
    consoles::open(&app, request.id).map_err(|error| Failure {
        code: ErrorCode::Internal,
        message: "The system gave no window.".to_owned(),
        hint: None,
        detail: Some(error.to_string()),
    })?;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn console_window_close(window: WebviewWindow, request: CloseWindow) -> Answer<Nothing> {
    consoles::close(&window, request.to_tab);
    Ok(Nothing {})
}

#[tauri::command]
pub async fn app_quit(app: AppHandle) -> Answer<Nothing> {
    window::close_main(&app);
    Ok(Nothing {})
}

#[tauri::command]
pub async fn main_window_show(app: AppHandle, request: ShowPage) -> Answer<Nothing> {
    consoles::show(&app, request);
    Ok(Nothing {})
}

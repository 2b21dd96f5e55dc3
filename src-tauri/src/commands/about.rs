//! About the app itself.

use api::command::{FirstFrame, Nothing, Painted};
use api::{AppEvent, AppInfo, Listening, Settings};
use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};

use super::Answer;
use crate::state::Shell;
use crate::timing;
use crate::{consoles, frame};

const SHUTDOWN_TIMEOUT: &str = "shutdown_timeout_s";

#[tauri::command]
pub async fn app_info(shell: State<'_, Shell>) -> Answer<AppInfo> {
    let opening = shell.opening().await?;
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        platform: std::env::consts::OS.to_owned(),
        data_dir: shell.place.dir().display().to_string(),
        trace_timing: timing::is_traced(),
        demo: shell.options.demo,
        notices: opening.notices.clone(),
    })
}

#[tauri::command]
pub fn page_listen(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    messages: Channel<AppEvent>,
) -> Listening {
    Listening {
        messages: shell.pages.listen(window.label(), messages),
    }
}

#[tauri::command]
pub async fn page_painted(
    app: AppHandle,
    shell: State<'_, Shell>,
    request: Painted,
) -> Answer<Nothing> {
    timing::trace(&request, shell.started);
    shell.painted.notify_one();
    consoles::restore(&app);
    Ok(Nothing {})
}

#[tauri::command]
pub async fn frame_keep(
    app: AppHandle,
    shell: State<'_, Shell>,
    request: FirstFrame,
) -> Answer<Nothing> {
    frame::keep(&app, &shell.engine().await?, request);
    Ok(Nothing {})
}

#[tauri::command]
pub async fn settings_get(shell: State<'_, Shell>) -> Answer<Settings> {
    let kept = shell
        .engine()
        .await?
        .setting(SHUTDOWN_TIMEOUT)
        .await
        .map_err(app::api_error)?;
    let none = Settings::default();
    let seconds = kept.and_then(|text| text.parse().ok());
    Ok(Settings {
        shutdown_timeout_s: seconds.unwrap_or(none.shutdown_timeout_s),
    })
}

#[tauri::command]
pub async fn settings_set(shell: State<'_, Shell>, request: Settings) -> Answer<Nothing> {
    let seconds = request.shutdown_timeout_s.to_string();
    let engine = shell.engine().await?;
    engine
        .set_setting(SHUTDOWN_TIMEOUT, &seconds)
        .await
        .map_err(app::api_error)?;
    Ok(Nothing {})
}

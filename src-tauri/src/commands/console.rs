//! Consoles of VMs.

use api::command::{Nothing, OneVm};
use api::console::{CheckText, OneConsole, OpenConsole, PressKeys, TypeText};
use api::{
    ConsoleTraffic, ConsolesDto, DisplayOfferDto, KeyboardLayout, OpenedConsole, ScreenshotDto,
    TextCheck, TypingRun, WrittenFile,
};
use engine::Client;
use tauri::{AppHandle, State};

use super::Answer;
use crate::files;
use crate::state::Shell;

#[tauri::command]
pub async fn console_list(shell: State<'_, Shell>, request: OneVm) -> Answer<ConsolesDto> {
    let consoles = shell.engine().await?.consoles(&request.id).await;
    consoles.map(app::consoles).map_err(app::api_error)
}

#[tauri::command]
pub async fn display_offers(
    shell: State<'_, Shell>,
    request: OneVm,
) -> Answer<Vec<DisplayOfferDto>> {
    let offers = shell.engine().await?.display_offers(&request.id).await;
    offers.map(app::display_offers).map_err(app::api_error)
}

#[tauri::command]
pub async fn console_open(shell: State<'_, Shell>, request: OpenConsole) -> Answer<OpenedConsole> {
    let what = app::console_what(request.what);
    let engine = shell.engine().await?;
    let opened = engine.open_console(&request.id, what, Client::Page).await;
    opened.map(app::opened_console).map_err(app::api_error)
}

#[tauri::command]
pub async fn console_close(shell: State<'_, Shell>, request: OneConsole) -> Answer<Nothing> {
    let console = app::number(&request.console)?;
    shell.engine().await?.close_console(console).await;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn console_traffic(
    shell: State<'_, Shell>,
    request: OneConsole,
) -> Answer<ConsoleTraffic> {
    let console = app::number(&request.console)?;
    let traffic = shell.engine().await?.console_traffic(console);
    traffic.map(app::traffic).map_err(app::api_error)
}

#[tauri::command]
pub async fn console_keys(shell: State<'_, Shell>, request: PressKeys) -> Answer<Nothing> {
    let engine = shell.engine().await?;
    let pressed = engine.send_chord(&request.id, &request.chord).await;
    pressed.map(|()| Nothing {}).map_err(app::api_error)
}

#[tauri::command]
pub async fn console_type(shell: State<'_, Shell>, request: TypeText) -> Answer<TypingRun> {
    let (engine, pace) = (shell.engine().await?, app::pace(&request));
    let run = engine.type_text(&request.id, &request.text, &request.layout, pace);
    let run = run.map_err(app::api_error)?.0.to_string();
    Ok(TypingRun { run })
}

#[tauri::command]
pub async fn console_type_cancel(shell: State<'_, Shell>, request: TypingRun) -> Answer<Nothing> {
    let run = app::number(&request.run)?;
    shell.engine().await?.cancel_typing(run);
    Ok(Nothing {})
}

#[tauri::command]
pub async fn console_type_check(shell: State<'_, Shell>, request: CheckText) -> Answer<TextCheck> {
    let engine = shell.engine().await?;
    let check = engine.check_text(&request.text, &request.layout);
    check.map(app::text_check).map_err(app::api_error)
}

#[tauri::command]
pub async fn console_layouts(shell: State<'_, Shell>) -> Answer<Vec<KeyboardLayout>> {
    let layouts = shell.engine().await?.keyboard_layouts();
    Ok(app::keyboard_layouts(layouts))
}

#[tauri::command]
pub async fn vm_screenshot(shell: State<'_, Shell>, request: OneVm) -> Answer<ScreenshotDto> {
    let picture = shell.engine().await?.screenshot(&request.id).await;
    let picture = picture.map_err(app::api_error)?;
    Ok(app::screenshot(&picture))
}

#[tauri::command]
pub async fn vm_screenshot_save(
    app: AppHandle,
    shell: State<'_, Shell>,
    request: OneVm,
) -> Answer<WrittenFile> {
    let engine = shell.engine().await?;
    let picture = engine.screenshot(&request.id).await;
    let picture = picture.map_err(app::api_error)?;
    let name = engine.vm(&request.id).map(|vm| vm.summary.name.clone());
    let stem = app::file_stem(&[&name.unwrap_or_default()], jiff::Timestamp::now());
    let dir = files::pictures(&app, &shell);
    files::write_new(&shell, &dir, &stem, "png", &picture.png).await
}

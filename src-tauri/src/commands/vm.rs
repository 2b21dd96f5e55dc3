//! One VM.

use api::command::{Compare, DefinitionText, Nothing, OneVm, ReadDefinition, SetNote};
use api::{ApiError, DefinitionVersionDto, DiffDto, HardwareDto, TextLimit, VmDto, millis};
use model::{ErrorCode, Failure};
use store::VersionId;
use tauri::State;

use super::Answer;
use crate::state::Shell;

#[tauri::command]
pub async fn vm_get(shell: State<'_, Shell>, request: OneVm) -> Answer<VmDto> {
    let vm = shell.engine().await?.vm(&request.id);
    let row = vm.and_then(|vm| shell.rows().row(&vm, TextLimit::Whole));
    row.ok_or_else(|| gone().into())
}

#[tauri::command]
pub async fn vm_hardware(shell: State<'_, Shell>, request: OneVm) -> Answer<Option<HardwareDto>> {
    let engine = shell.engine().await?;
    let Some(newest) = engine
        .definition(&request.id, None)
        .await
        .map_err(app::api_error)?
    else {
        return Ok(None);
    };
    let groups = engine.hardware(&request.id).await.map_err(app::api_error)?;
    Ok(Some(app::hardware(groups, newest.version.last_seen)))
}

#[tauri::command]
pub async fn vm_definition(
    shell: State<'_, Shell>,
    request: ReadDefinition,
) -> Answer<Option<DefinitionText>> {
    let version = request.version.map(VersionId::from_number);
    let kept = shell.engine().await?.definition(&request.id, version).await;
    Ok(kept.map_err(app::api_error)?.map(|kept| DefinitionText {
        as_of: millis(kept.version.last_seen).to_string(),
        text: kept.text,
    }))
}

#[tauri::command]
pub async fn vm_history(
    shell: State<'_, Shell>,
    request: OneVm,
) -> Answer<Vec<DefinitionVersionDto>> {
    app::history(&shell.engine().await?, &request.id)
        .await
        .map_err(app::api_error)
}

#[tauri::command]
pub async fn vm_diff(shell: State<'_, Shell>, request: Compare) -> Answer<DiffDto> {
    let (from, to) = (
        VersionId::from_number(request.from),
        VersionId::from_number(request.to),
    );
    let diff = shell.engine().await?.diff(&request.id, from, to).await;
    diff.map(app::diff).map_err(app::api_error)
}

#[tauri::command]
pub async fn vm_set_note(shell: State<'_, Shell>, request: SetNote) -> Answer<Nothing> {
    let engine = shell.engine().await?;
    engine
        .set_note(&request.id, &request.note)
        .await
        .map_err(app::api_error)?;
    Ok(Nothing {})
}

fn gone() -> impl Into<ApiError> {
    Failure {
        code: ErrorCode::VmNotFound,
        message: "The VM is gone.".to_owned(),
        hint: None,
        detail: None,
    }
}

//! Connections.

use api::command::{ConnectionsText, DoctorRun, Nothing, OneConnection, PutConnection};
use api::{CheckResult, ConnectionDto, ImportReport, LocalLibvirt, SshHost, WrittenFile};
use engine::DoctorTarget;
use tauri::{AppHandle, Manager as _, State};

use super::Answer;
use crate::files;
use crate::state::Shell;

#[tauri::command]
pub async fn connection_check(
    shell: State<'_, Shell>,
    request: PutConnection,
) -> Answer<CheckResult> {
    let engine = shell.engine().await?;
    let parts = engine.check_uri(&request.settings.uri).ok();
    Ok(CheckResult {
        parts,
        wrong: engine.check_connection(&request.settings, request.id),
    })
}

#[tauri::command]
pub async fn connection_put(
    shell: State<'_, Shell>,
    request: PutConnection,
) -> Answer<ConnectionDto> {
    let engine = shell.engine().await?;
    let view = match request.id {
        Some(id) => engine.update_connection(id, request.settings).await,
        None => engine.add_connection(request.settings).await,
    }
    .map_err(app::api_error)?;
    if request.connect {
        engine.connect(view.connection.id).map_err(app::api_error)?;
    }
    Ok(app::connection(&view))
}

#[tauri::command]
pub async fn connection_remove(shell: State<'_, Shell>, request: OneConnection) -> Answer<Nothing> {
    shell
        .engine()
        .await?
        .remove_connection(request.id)
        .await
        .map_err(app::api_error)?;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn connection_connect(
    shell: State<'_, Shell>,
    request: OneConnection,
) -> Answer<Nothing> {
    let engine = shell.engine().await?;
    engine.connect(request.id).map_err(app::api_error)?;
    engine.retry_now(request.id).map_err(app::api_error)?;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn connection_disconnect(
    shell: State<'_, Shell>,
    request: OneConnection,
) -> Answer<Nothing> {
    shell
        .engine()
        .await?
        .disconnect(request.id)
        .map_err(app::api_error)?;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn connection_retry_all(shell: State<'_, Shell>) -> Answer<Nothing> {
    shell.engine().await?.retry_all();
    Ok(Nothing {})
}

#[tauri::command]
pub async fn connection_refresh(
    shell: State<'_, Shell>,
    request: OneConnection,
) -> Answer<Nothing> {
    shell
        .engine()
        .await?
        .refresh(request.id)
        .map_err(app::api_error)?;
    Ok(Nothing {})
}

#[tauri::command]
pub async fn connection_diagnose(
    shell: State<'_, Shell>,
    request: PutConnection,
) -> Answer<DoctorRun> {
    let target = DoctorTarget::Settings(Box::new(request.settings));
    let run = shell
        .engine()
        .await?
        .diagnose(target)
        .map_err(app::api_error)?;
    Ok(DoctorRun {
        run: run.0.to_string(),
    })
}

#[tauri::command]
pub async fn connection_diagnose_stop(
    shell: State<'_, Shell>,
    request: DoctorRun,
) -> Answer<Nothing> {
    if let Ok(run) = request.run.parse() {
        shell
            .engine()
            .await?
            .cancel_diagnosis(engine::DoctorRun(run));
    }
    Ok(Nothing {})
}

#[tauri::command]
pub async fn connection_import(
    shell: State<'_, Shell>,
    request: ConnectionsText,
) -> Answer<ImportReport> {
    let report = shell
        .engine()
        .await?
        .import_connections(&request.toml)
        .await;
    report.map(wire_report).map_err(app::api_error)
}

#[tauri::command]
pub async fn connection_export(shell: State<'_, Shell>) -> Answer<ConnectionsText> {
    Ok(ConnectionsText {
        toml: shell.engine().await?.export_connections(),
    })
}

#[tauri::command]
pub async fn connection_export_file(
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Answer<WrittenFile> {
    let toml = shell.engine().await?.export_connections();
    let dir = files::documents(&app, &shell);
    files::write_new(
        &shell,
        &dir,
        "innkeeper-connections",
        "toml",
        toml.as_bytes(),
    )
    .await
}

#[tauri::command]
pub async fn ssh_hosts(app: AppHandle, shell: State<'_, Shell>) -> Answer<Vec<SshHost>> {
    let Ok(home) = app.path().home_dir() else {
        return Ok(Vec::new());
    };
    let engine = shell.engine().await?;
    let hosts = engine::connections::ssh_hosts(&home).await;
    let used_by = |alias: &str| engine.connection_using_host(alias);
    Ok(hosts
        .into_iter()
        .map(|host| {
            let used = used_by(&host.alias);
            app::ssh_host(host, used)
        })
        .collect())
}

#[tauri::command]
pub async fn local_libvirt() -> Answer<Option<LocalLibvirt>> {
    let first = engine::connections::local_libvirt().into_iter().next();
    Ok(first.map(|local| LocalLibvirt { uri: local.uri }))
}

#[tauri::command]
pub async fn demo_add(shell: State<'_, Shell>) -> Answer<ImportReport> {
    let engine = shell.engine().await?;
    let report = engine
        .add_demo(&shell.place.demo_dir(), app::demo::FILES)
        .await;
    engine.connect_automatic();
    report.map(wire_report).map_err(app::api_error)
}

fn wire_report(report: engine::ImportReport) -> ImportReport {
    ImportReport {
        added: report.added,
        updated: report.updated,
        unchanged: report.unchanged,
    }
}

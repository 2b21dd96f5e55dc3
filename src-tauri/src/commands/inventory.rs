//! The estate.

use api::command::{Nothing, Search, Vms};
use api::{InventorySnapshot, PackedVms, TextLimit};
use model::VmId;
use tauri::{State, WebviewWindow};

use super::Answer;
use crate::state::Shell;
use crate::timing;

#[tauri::command]
pub async fn inventory_snapshot(
    window: WebviewWindow,
    shell: State<'_, Shell>,
) -> Answer<InventorySnapshot> {
    timing::mark("snapshot_asked", shell.started);
    let engine = shell.engine().await?;
    // counted first: what is sent meanwhile is then missed for sure, never perhaps
    let messages = shell.pages.sent(window.label());
    let only = shell.pages.only(window.label());
    let snapshot = engine.snapshot();
    let mut rows = shell.rows();
    let is_shown = |id: &VmId| only.as_ref().is_none_or(|vm| vm == id);
    let connections = snapshot
        .connections
        .iter()
        .filter(|one| {
            only.as_ref()
                .is_none_or(|vm| vm.connection == one.connection.id)
        })
        .map(app::connection)
        .collect();
    rows.update_connections(snapshot.connections);
    let vms: Vec<_> = snapshot
        .vms
        .iter()
        .filter(|vm| is_shown(&vm.id))
        .filter_map(|vm| rows.row(vm, TextLimit::Row))
        .collect();
    let vms = PackedVms::new(&vms);
    timing::mark("snapshot_told", shell.started);
    Ok(InventorySnapshot {
        revision: snapshot.revision,
        messages,
        vms,
        connections,
        profiles: rows.all_profiles(),
    })
}

#[tauri::command]
pub async fn inventory_search(shell: State<'_, Shell>, request: Search) -> Answer<Vec<String>> {
    let found = shell
        .engine()
        .await?
        .search_text(&request.text)
        .await
        .map_err(app::api_error)?;
    Ok(found.iter().map(ToString::to_string).collect())
}

#[tauri::command]
pub async fn inventory_visible(shell: State<'_, Shell>, request: Vms) -> Answer<Nothing> {
    shell.engine().await?.set_visible(request.ids);
    Ok(Nothing {})
}

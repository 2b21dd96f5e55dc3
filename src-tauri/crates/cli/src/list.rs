//! `innkeeperctl list`.

use std::collections::HashSet;

use api::{TextLimit, VmDto};
use engine::{ConnectionView, Engine, EngineError};
use model::{ConnectionId, Startup, VmId, VmState};
use serde_json::json;

use crate::Done;
use crate::arguments::List;
use crate::output::{Output, table};

pub async fn run(engine: &Engine, list: &List) -> Done {
    let only = list
        .connection
        .as_deref()
        .map(|name| engine.find_connection(name))
        .transpose()?;
    let state = list.state.as_deref().map(parse_state).transpose()?;
    let only = only.map(|view| view.connection.id);
    if !list.offline {
        connect(engine, only).await;
    }
    let fitting: Option<HashSet<VmId>> = match &list.search {
        Some(text) => Some(engine.search(text).await?),
        None => None,
    };
    let snapshot = engine.snapshot();
    let connection_of = |id: ConnectionId| {
        snapshot
            .connections
            .iter()
            .find(|view| view.connection.id == id)
    };
    let mut rows: Vec<VmDto> = snapshot
        .vms
        .iter()
        .filter(|vm| only.is_none_or(|id| vm.id.connection == id))
        .filter(|vm| state.is_none_or(|state| vm.summary.state == state))
        .filter(|vm| {
            fitting
                .as_ref()
                .is_none_or(|fitting| fitting.contains(&vm.id))
        })
        .filter_map(|vm| {
            Some(app::row(
                vm,
                connection_of(vm.id.connection)?,
                0,
                TextLimit::Whole,
            ))
        })
        .collect();
    rows.sort_by(|a, b| (&a.connection, &a.name, &a.id).cmp(&(&b.connection, &b.name, &b.id)));
    let text = text(&rows);
    Ok(Output::new(&json!({ "vms": rows }), text))
}

/// Reads what starts by itself, or the one asked for. A host that does not answer keeps its rows,
/// which say how old they are.
async fn connect(engine: &Engine, only: Option<ConnectionId>) {
    let wanted = |view: &ConnectionView| match only {
        Some(id) => view.connection.id == id,
        None => view.connection.settings.startup == Startup::Automatic,
    };
    let mut opening = tokio::task::JoinSet::new();
    for view in engine.connections().into_iter().filter(wanted) {
        let engine = engine.clone();
        opening.spawn(async move {
            if let Err(error) = engine.ready(view.connection.id).await {
                eprintln!(
                    "innkeeperctl: {}: {}",
                    view.connection.settings.name, error.message
                );
            }
        });
    }
    opening.join_all().await;
}

fn parse_state(text: &str) -> Result<VmState, EngineError> {
    let plain = text.to_lowercase().replace([' ', '-'], "_");
    let state = serde_json::from_value(json!(if plain == "off" { "shut_off" } else { &plain }));
    state.map_err(|_| {
        EngineError::wrong(
            "state",
            format!(
                "There is no state ‘{text}’. There are running, paused, shut_off, saved, crashed, unknown."
            ),
        )
    })
}

fn text(rows: &[VmDto]) -> String {
    if rows.is_empty() {
        return "No VMs.".to_owned();
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let state = serde_json::to_value(row.state).unwrap_or_default();
            let state = state.as_str().unwrap_or_default().replace('_', " ");
            vec![
                row.connection.clone(),
                row.name.clone(),
                if row.stale {
                    format!("was {state}")
                } else {
                    state
                },
                row.vcpus.map(|count| count.to_string()).unwrap_or_default(),
                row.memory_bytes
                    .map(|bytes| model::ByteSize::bytes(bytes).to_string())
                    .unwrap_or_default(),
                row.ips.join(" "),
                if row.stale {
                    row.as_of.to_string()
                } else {
                    "live".to_owned()
                },
            ]
        })
        .collect();
    table(
        &[
            "CONNECTION",
            "NAME",
            "STATE",
            "VCPUS",
            "MEMORY",
            "IP",
            "AS OF",
        ],
        &cells,
    )
}

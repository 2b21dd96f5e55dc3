//! `innkeeperctl watch`: what changes, one JSON document a line, until it is ended.

use std::io::Write as _;

use api::{TaskDto, TextLimit};
use app::Rows;
use engine::bus::Next;
use engine::{ConnectionView, Engine, EngineEvent};
use model::{ConnectionId, ConnectionPhase};
use serde_json::{Value, json};
use std::collections::HashMap;

use crate::Done;
use crate::output::Output;

/// Turns events into lines, and remembers what was told of each connection.
struct Watch {
    rows: Rows,
    phases: HashMap<ConnectionId, Value>,
}

pub async fn run(engine: &Engine) -> Done {
    let mut changes = engine.subscribe();
    let mut watch = Watch {
        rows: Rows::default(),
        phases: HashMap::new(),
    };
    if !watch.catch_up(engine).iter().all(write) {
        return Ok(Output::nothing());
    }
    engine.connect_automatic();
    loop {
        let next = tokio::select! {
            next = changes.next() => next,
            _ = tokio::signal::ctrl_c() => return Ok(Output::nothing()),
        };
        let written = match next {
            Next::Event(event) => watch.event(engine, event).iter().all(write),
            Next::Missed => watch.catch_up(engine).iter().all(write),
            Next::Closed => return Ok(Output::nothing()),
        };
        if !written {
            // whoever read this has gone
            return Ok(Output::nothing());
        }
    }
}

fn write(document: &Value) -> bool {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{document}")
        .and_then(|()| stdout.flush())
        .is_ok()
}

impl Watch {
    /// The whole inventory as one batch.
    fn catch_up(&mut self, engine: &Engine) -> Vec<Value> {
        let snapshot = engine.snapshot();
        self.rows.update_connections(snapshot.connections.clone());
        let vms: Vec<_> = snapshot.vms.iter().collect();
        self.batches(&vms, &[], snapshot.revision, &snapshot.connections)
    }

    fn event(&mut self, engine: &Engine, event: EngineEvent) -> Vec<Value> {
        match event {
            EngineEvent::Inventory {
                upserted,
                removed,
                revision,
            } => {
                let vms: Vec<_> = upserted.iter().collect();
                self.batches(&vms, &removed, revision, &engine.connections())
            }
            EngineEvent::Connections { changed, removed } => {
                let mut lines: Vec<Value> = changed
                    .iter()
                    .filter_map(|view| self.connection(view))
                    .collect();
                let other = self.rows.update_connections(changed);
                self.rows.remove_connections(&removed);
                // rows that became live, or old, are different rows
                let snapshot = engine.snapshot();
                let vms: Vec<_> = snapshot
                    .vms
                    .iter()
                    .filter(|vm| other.contains(&vm.id.connection))
                    .collect();
                lines.extend(self.batches(&vms, &[], snapshot.revision, &snapshot.connections));
                lines
            }
            EngineEvent::Task(task) => {
                vec![json!({ "event": "task", "task": TaskDto::from((*task).clone()) })]
            }
            EngineEvent::Prompt(_)
            | EngineEvent::Doctor { .. }
            | EngineEvent::DoctorEnded { .. }
            | EngineEvent::Typing { .. }
            | EngineEvent::Notice(_) => Vec::new(),
        }
    }

    /// A line when something of it that scripts see has changed.
    fn connection(&mut self, view: &ConnectionView) -> Option<Value> {
        let status = &view.status;
        let line = json!({
            "event": "connection", "name": view.connection.settings.name, "state": status.phase,
            "error": status.error, "retry_at": status.retry_at.map(api::millis),
        });
        let before = self.phases.insert(view.connection.id, line.clone());
        let first_and_closed = before.is_none() && status.phase == ConnectionPhase::Disconnected;
        (before.as_ref() != Some(&line) && !first_and_closed).then_some(line)
    }

    /// One batch for each connection, since scripts read them so.
    fn batches(
        &mut self,
        vms: &[&std::sync::Arc<model::Vm>],
        removed: &[model::VmId],
        revision: u64,
        connections: &[ConnectionView],
    ) -> Vec<Value> {
        connections
            .iter()
            .filter_map(|view| {
                let id = view.connection.id;
                let upserted: Vec<_> = vms
                    .iter()
                    .filter(|vm| vm.id.connection == id)
                    .filter_map(|vm| self.rows.row(vm, TextLimit::Whole))
                    .collect();
                let gone: Vec<_> = removed.iter().filter(|vm| vm.connection == id).collect();
                if upserted.is_empty() && gone.is_empty() {
                    return None;
                }
                Some(json!({
                    "event": "inventory", "connection": view.connection.settings.name,
                    "upserted": upserted, "removed": gone, "revision": revision,
                }))
            })
            .collect()
    }
}

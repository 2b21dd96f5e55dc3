//! Events out: the engine's bus, as messages to the page. One message for each batch.
//!
//! They go by a channel and not by Tauri's events: those are evaluated as scripts, and the page would keep
//! thousands of rows as source code.

use api::{AppEvent, InventoryBatch, NoticeDto, TextLimit};
use engine::bus::Next;
use engine::{Engine, EngineEvent, Notice};
use std::sync::{Mutex, PoisonError};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager as _};

use crate::state::Shell;

/// Begins to pass events on, as soon as the engine is open.
pub fn pump(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Shell>().engine().await else {
            // the page learns why from its first command
            return;
        };
        let mut changes = engine.subscribe();
        loop {
            match changes.next().await {
                Next::Event(event) => {
                    let shell = app.state::<Shell>();
                    for message in messages(&shell, &engine, event) {
                        shell.page.tell(message);
                    }
                }
                Next::Missed => app.state::<Shell>().page.tell(AppEvent::Resync),
                Next::Closed => return,
            }
        }
    });
}

/// The page's ear. A page that is loaded again listens anew, and counts what it has missed.
#[derive(Default)]
pub struct Page {
    ear: Mutex<(Option<Channel<AppEvent>>, u64)>,
}

impl Page {
    /// Sends from now on to `channel`, and says how many messages were sent before.
    pub fn listen(&self, channel: Channel<AppEvent>) -> u64 {
        let mut ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        ear.0 = Some(channel);
        ear.1
    }

    /// How many messages were sent so far, heard or not.
    pub fn sent(&self) -> u64 {
        self.ear.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    fn tell(&self, message: AppEvent) {
        let mut ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        ear.1 += 1;
        if let Some(channel) = &ear.0
            && let Err(error) = channel.send(message)
        {
            tracing::warn!(%error, "the page was not told");
        }
    }
}

fn messages(shell: &Shell, engine: &Engine, event: EngineEvent) -> Vec<AppEvent> {
    match event {
        EngineEvent::Inventory {
            upserted,
            removed,
            revision,
        } => {
            let mut rows = shell.rows();
            let upserted = upserted
                .iter()
                .filter_map(|vm| rows.row(vm, TextLimit::Row))
                .collect();
            let profiles = rows.new_profiles();
            vec![AppEvent::Inventory(InventoryBatch {
                revision,
                upserted,
                removed,
                profiles,
            })]
        }
        EngineEvent::Connections { changed, removed } => {
            let mut rows = shell.rows();
            let upserted = changed.iter().map(app::connection).collect();
            let other = rows.update_connections(changed);
            rows.remove_connections(&removed);
            let mut told = vec![AppEvent::Connections { upserted, removed }];
            if !other.is_empty() {
                // rows that became live, or old, or may be acted on: different rows, same revision
                let snapshot = engine.snapshot();
                let upserted: Vec<_> = snapshot
                    .vms
                    .iter()
                    .filter(|vm| other.contains(&vm.id.connection))
                    .filter_map(|vm| rows.row(vm, TextLimit::Row))
                    .collect();
                let profiles = rows.new_profiles();
                told.push(AppEvent::Rows {
                    revision: snapshot.revision,
                    upserted,
                    profiles,
                });
            }
            told
        }
        EngineEvent::Task(task) => {
            vec![AppEvent::Tasks {
                tasks: vec![(*task).clone().into()],
            }]
        }
        EngineEvent::Prompt(prompt) => {
            vec![AppEvent::Prompt {
                prompt: prompt.as_ref().map(app::prompt),
            }]
        }
        EngineEvent::Doctor { run, step } => vec![AppEvent::Doctor {
            run: run.0.to_string(),
            step: Some(app::doctor_step(step)),
        }],
        EngineEvent::DoctorEnded { run } => {
            vec![AppEvent::Doctor {
                run: run.0.to_string(),
                step: None,
            }]
        }
        EngineEvent::Typing { run, progress } => {
            vec![AppEvent::Typing(app::typing(run, progress))]
        }
        EngineEvent::Notice(notice) => vec![AppEvent::Notice(match notice {
            Notice::InventoryNotSaved(failure) => NoticeDto {
                kind: "store_full".to_owned(),
                message: failure.message,
                path: None,
            },
            Notice::InventorySavedAgain => NoticeDto {
                kind: "store_saved_again".to_owned(),
                message: "The inventory is kept again.".to_owned(),
                path: None,
            },
        })],
    }
}

//! Events out: the engine's bus, as messages to the page. One message for each batch.
//!
//! They go by a channel and not by Tauri's events: those are evaluated as scripts, and the page would keep
//! thousands of rows as source code.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use api::{AppEvent, InventoryBatch, NoticeDto, TextLimit};
use engine::bus::Next;
use engine::{Engine, EngineEvent, Notice};
use model::VmId;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager as _};

use crate::state::Shell;
use crate::window::MAIN;

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
                        shell.pages.tell(message);
                    }
                }
                Next::Missed => app.state::<Shell>().pages.tell(AppEvent::Resync),
                Next::Closed => return,
            }
        }
    });
}

/// What the page of one window hears.
#[derive(Default)]
struct Ear {
    channel: Option<Channel<AppEvent>>,
    /// How many messages were sent so far, heard or not.
    sent: u64,
    /// The VM that alone is told of; of the whole estate when there is none.
    only: Option<VmId>,
}

impl Ear {
    fn tell(&mut self, message: AppEvent) {
        self.sent += 1;
        if let Some(channel) = &self.channel
            && let Err(error) = channel.send(message)
        {
            tracing::warn!(%error, "a page was not told");
        }
    }
}

/// The ears of all windows' pages. A page that is loaded again listens anew, and counts what it has missed.
#[derive(Default)]
pub struct Pages(Mutex<BTreeMap<String, Ear>>);

impl Pages {
    /// A window opens whose page is about one VM.
    pub fn open_only(&self, label: &str, vm: VmId) {
        let ear = Ear {
            only: Some(vm),
            ..Ear::default()
        };
        self.with(|ears| ears.insert(label.to_owned(), ear));
    }

    /// A window has closed.
    pub fn close(&self, label: &str) {
        self.with(|ears| ears.remove(label));
    }

    /// Sends from now on to `channel`, and says how many messages were sent before.
    pub fn listen(&self, label: &str, channel: Channel<AppEvent>) -> u64 {
        self.with(|ears| {
            let ear = ears.entry(label.to_owned()).or_default();
            ear.channel = Some(channel);
            ear.sent
        })
    }

    /// How many messages were sent so far, heard or not.
    pub fn sent(&self, label: &str) -> u64 {
        self.with(|ears| ears.get(label).map_or(0, |ear| ear.sent))
    }

    /// The VM that the page of a window is about.
    pub fn only(&self, label: &str) -> Option<VmId> {
        self.with(|ears| ears.get(label).and_then(|ear| ear.only.clone()))
    }

    /// Tells the main window's page.
    pub fn tell_main(&self, message: AppEvent) {
        self.with(|ears| ears.entry(MAIN.to_owned()).or_default().tell(message));
    }

    /// Tells the pages of consoles' own windows, whatever their VM.
    pub fn tell_own(&self, message: &AppEvent) {
        self.with(|ears| {
            for ear in ears.values_mut().filter(|ear| ear.only.is_some()) {
                ear.tell(message.clone());
            }
        });
    }

    fn tell(&self, message: AppEvent) {
        self.with(|ears| {
            for ear in ears.values_mut() {
                if let Some(part) = ear.only.as_ref().and_then(|vm| about(&message, vm)) {
                    ear.tell(part);
                }
            }
            ears.entry(MAIN.to_owned()).or_default().tell(message);
        });
    }

    fn with<T>(&self, what: impl FnOnce(&mut BTreeMap<String, Ear>) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What of a message concerns one VM. Questions, the doctor and notices are the main window's.
fn about(message: &AppEvent, vm: &VmId) -> Option<AppEvent> {
    match message {
        // its page is to learn that it is gone
        AppEvent::Inventory(batch) if batch.removed.contains(vm) => Some(AppEvent::Resync),
        AppEvent::Inventory(batch) => rows(batch.revision, &batch.upserted, &batch.profiles, vm),
        AppEvent::Rows {
            revision,
            upserted,
            profiles,
        } => rows(*revision, upserted, profiles, vm),
        AppEvent::Connections { upserted, removed } => {
            let is_its = |id: &model::ConnectionId| *id == vm.connection;
            let upserted: Vec<_> = upserted
                .iter()
                .filter(|one| is_its(&one.id))
                .cloned()
                .collect();
            let removed: Vec<_> = removed.iter().filter(|id| is_its(id)).cloned().collect();
            let some = !upserted.is_empty() || !removed.is_empty();
            some.then_some(AppEvent::Connections { upserted, removed })
        }
        AppEvent::Tasks { tasks } => {
            let tasks: Vec<_> = tasks
                .iter()
                .filter(|task| task.vm_id == *vm)
                .cloned()
                .collect();
            (!tasks.is_empty()).then_some(AppEvent::Tasks { tasks })
        }
        AppEvent::Typing(_) | AppEvent::Resync => Some(message.clone()),
        AppEvent::Prompt { .. }
        | AppEvent::Doctor { .. }
        | AppEvent::Notice(_)
        | AppEvent::ConsoleWindows { .. }
        | AppEvent::Kept { .. }
        | AppEvent::Show(_) => None,
    }
}

/// As rows that look different, since a page that hears of one VM cannot count the batches. Profiles travel once,
/// so whoever is told of any must be told of all.
fn rows(
    revision: u64,
    upserted: &[api::VmDto],
    profiles: &[api::ActionProfile],
    vm: &VmId,
) -> Option<AppEvent> {
    let upserted: Vec<_> = upserted
        .iter()
        .filter(|row| row.id == *vm)
        .cloned()
        .collect();
    let some = !upserted.is_empty() || !profiles.is_empty();
    some.then(|| AppEvent::Rows {
        revision,
        upserted,
        profiles: profiles.to_vec(),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn vm(text: &str) -> VmId {
        format!("0194d5c1-0000-7000-8000-{text:0>12}/a")
            .parse()
            .expect("an id")
    }

    fn batch(removed: Vec<VmId>, profiles: Vec<api::ActionProfile>) -> AppEvent {
        AppEvent::Inventory(InventoryBatch {
            revision: 7,
            upserted: Vec::new(),
            removed,
            profiles,
        })
    }

    #[test]
    fn a_console_s_window_hears_of_its_own_vm_only() {
        let own = vm("1");
        assert_eq!(about(&batch(vec![vm("2")], Vec::new()), &own), None);
        assert_eq!(
            about(&batch(vec![own.clone()], Vec::new()), &own),
            Some(AppEvent::Resync)
        );
        assert_eq!(about(&AppEvent::Resync, &own), Some(AppEvent::Resync));
        // where nobody could answer it
        assert_eq!(about(&AppEvent::Prompt { prompt: None }, &own), None);
        let removed = vec![own.connection, vm("2").connection];
        let told = about(
            &AppEvent::Connections {
                upserted: Vec::new(),
                removed,
            },
            &own,
        );
        assert_eq!(
            told,
            Some(AppEvent::Connections {
                upserted: Vec::new(),
                removed: vec![own.connection]
            })
        );
    }

    #[test]
    fn profiles_reach_every_window() {
        let profiles = vec![api::ActionProfile {
            id: 3,
            forbidden: Vec::new(),
        }];
        let told = about(&batch(Vec::new(), profiles.clone()), &vm("1"));
        let expected = AppEvent::Rows {
            revision: 7,
            upserted: Vec::new(),
            profiles,
        };
        assert_eq!(told, Some(expected));
    }

    #[test]
    fn each_window_counts_what_it_was_sent() {
        let pages = Pages::default();
        pages.open_only("console-1", vm("1"));
        pages.tell(batch(vec![vm("2")], Vec::new()));
        pages.tell(AppEvent::Resync);
        assert_eq!((pages.sent(MAIN), pages.sent("console-1")), (2, 1));
        pages.tell_own(&AppEvent::Resync);
        assert_eq!((pages.sent(MAIN), pages.sent("console-1")), (2, 2));
        pages.close("console-1");
        assert_eq!(pages.sent("console-1"), 0);
    }
}

//! The task that owns the rows: takes what was observed, keeps it, tells it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{ConnectionId, ErrorCode, KnownHost, Vm, VmId};
use store::{InventoryBatch, Store, StoreError};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};

use super::batch::Batch;
use super::{Message, Observed, Rows, lock};
use crate::bus::{Bus, EngineEvent, Notice};
use crate::error::{EngineError, Result};

/// Messages that may become one batch.
const TOGETHER: usize = 512;
/// What nobody waits for is gathered for this long: a thousand definitions are not a thousand
/// batches, each of which is written and painted.
const GATHER_DEFINITIONS: Duration = Duration::from_millis(200);
/// Addresses trickle in at their own slow pace for minutes.
const GATHER_ADDRESSES: Duration = Duration::from_secs(2);
/// From a write that failed to the next try, if nothing else is written before.
const TRY_AGAIN: Duration = Duration::from_secs(10);

pub(super) struct Keeper {
    rows: Arc<Mutex<Rows>>,
    store: Store,
    bus: Bus,
    told: watch::Sender<u64>,
    /// Rows that could not be written; what they are now goes with the next batch.
    unsaved: HashSet<VmId>,
    /// What hosts said of themselves, that could not be written either.
    unsaved_hosts: HashMap<ConnectionId, KnownHost>,
    /// What the user was told last: that nothing can be kept.
    not_saved: Option<ErrorCode>,
}

impl Keeper {
    pub fn new(rows: Arc<Mutex<Rows>>, store: Store, bus: Bus, told: watch::Sender<u64>) -> Self {
        Self {
            rows,
            store,
            bus,
            told,
            unsaved: HashSet::new(),
            unsaved_hosts: HashMap::new(),
            not_saved: None,
        }
    }

    pub async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) {
        let mut messages = Vec::new();
        let mut gathered = None;
        loop {
            let try_again = self.not_saved.map(|_| Instant::now() + TRY_AGAIN);
            let received = match gathered.or(try_again) {
                Some(at) => timeout_at(at, inbox.recv_many(&mut messages, TOGETHER)).await,
                None => Ok(inbox.recv_many(&mut messages, TOGETHER).await),
            };
            let more_may_come =
                received.as_ref().is_ok_and(|count| *count > 0) && messages.len() < TOGETHER;
            if more_may_come && let Some(patience) = patience_of(&messages) {
                let now = Instant::now();
                let until = gathered.map_or(now + patience, |at: Instant| at.min(now + patience));
                gathered = Some(until);
                if now < until {
                    continue;
                }
            }
            gathered = None;
            self.take(std::mem::take(&mut messages)).await;
            if received == Ok(0) {
                return;
            }
        }
    }

    async fn take(&mut self, messages: Vec<Message>) {
        let mut batch = Batch::default();
        let (mut told, mut noted) = (Vec::new(), Vec::new());
        for message in messages {
            match message {
                Message::Observed(mut observation) => {
                    told.append(&mut observation.told);
                    batch.take(&lock(&self.rows), observation);
                }
                Message::Note(id, text, reply) => {
                    noted.push((reply, self.note(&mut batch, id, text).await));
                }
                Message::Forget(connection, reply) => {
                    self.keep(std::mem::take(&mut batch)).await;
                    self.forget(connection);
                    let _ = reply.send(());
                }
                Message::Settled(reply) => told.push(reply),
                Message::Reload(but) => self.reload(&mut batch, &but).await,
            }
        }
        self.keep(batch).await;
        // whoever waited may have gone
        for reply in told {
            let _ = reply.send(());
        }
        for (reply, result) in noted {
            let _ = reply.send(result);
        }
    }

    /// Writes a batch, then shows it. What cannot be written is shown all the same.
    async fn keep(&mut self, mut batch: Batch) {
        self.give_notes_back(&mut batch).await;
        let written = self.write(&mut batch).await;
        self.report(written);
        self.show(&batch);
    }

    /// A VM that has come back has its note again.
    async fn give_notes_back(&self, batch: &mut Batch) {
        for id in batch.fresh() {
            let note = self.store.note(id.clone()).await.unwrap_or_default();
            if note.is_empty() {
                continue;
            }
            let vm = batch.current(&lock(&self.rows), &id).map(|vm| Vm {
                note,
                ..Vm::clone(vm)
            });
            if let Some(vm) = vm {
                batch.put(vm);
            }
        }
    }

    async fn write(&mut self, batch: &mut Batch) -> std::result::Result<(), StoreError> {
        self.unsaved_hosts.extend(batch.hosts.drain());
        let mut stored = InventoryBatch {
            definitions: std::mem::take(&mut batch.definitions),
            hosts: self.unsaved_hosts.clone().into_iter().collect(),
            ..InventoryBatch::default()
        };
        for (id, vm) in batch.rows() {
            match vm {
                Some(vm) => stored.upserts.push(Vm::clone(vm)),
                None => stored.removed.push(id.clone()),
            }
            self.unsaved.remove(id);
        }
        for id in &self.unsaved {
            match lock(&self.rows).get(id) {
                Some(vm) => stored.upserts.push(Vm::clone(vm)),
                None => stored.removed.push(id.clone()),
            }
        }
        if stored != InventoryBatch::default() {
            if let Err(error) = self.store.apply(stored).await {
                self.unsaved.extend(batch.rows().map(|(id, _)| id.clone()));
                return Err(error);
            }
            self.unsaved.clear();
            self.unsaved_hosts.clear();
        }
        for (connection, at) in &batch.touched {
            self.store.touch(*connection, *at).await?;
        }
        Ok(())
    }

    /// Tells the user once that nothing can be kept, and once that it can again.
    fn report(&mut self, written: std::result::Result<(), StoreError>) {
        match written {
            Ok(()) => {
                if self.not_saved.take().is_some() {
                    self.bus
                        .tell(EngineEvent::Notice(Notice::InventorySavedAgain));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the inventory cannot be written");
                if self.not_saved.replace(error.code) != Some(error.code) {
                    let failure = EngineError::from(error).into();
                    self.bus
                        .tell(EngineEvent::Notice(Notice::InventoryNotSaved(failure)));
                }
            }
        }
    }

    fn show(&self, batch: &Batch) {
        let mut rows = lock(&self.rows);
        let (mut upserted, mut removed) = (Vec::new(), Vec::new());
        for (id, vm) in batch.rows() {
            match vm {
                Some(vm) => rows.put(Arc::clone(vm)),
                None => rows.remove(id),
            }
            match vm {
                Some(vm) if batch.is_seen(id) => upserted.push(Arc::clone(vm)),
                Some(_) => {}
                None => removed.push(id.clone()),
            }
        }
        self.publish(&mut rows, upserted, removed);
    }

    fn forget(&mut self, connection: ConnectionId) {
        let mut rows = lock(&self.rows);
        let gone = rows.connections.remove(&connection).unwrap_or_default();
        self.unsaved.retain(|id| id.connection != connection);
        self.unsaved_hosts.remove(&connection);
        let removed = gone.into_values().map(|vm| vm.id.clone()).collect();
        self.publish(&mut rows, Vec::new(), removed);
    }

    /// Under the lock, so that events are told in the order of their revisions.
    fn publish(&self, rows: &mut Rows, upserted: Vec<Arc<Vm>>, removed: Vec<VmId>) {
        if upserted.is_empty() && removed.is_empty() {
            return;
        }
        rows.revision += 1;
        self.bus.tell(EngineEvent::Inventory {
            upserted,
            removed,
            revision: rows.revision,
        });
        self.told.send_replace(rows.revision);
    }

    async fn note(&self, batch: &mut Batch, id: VmId, text: String) -> Result<()> {
        let vm = batch.current(&lock(&self.rows), &id).cloned();
        let vm = vm.ok_or_else(|| EngineError::new(ErrorCode::VmNotFound, "The VM is gone."))?;
        self.store.set_note(id, text.clone()).await?;
        batch.put(Vm {
            note: text,
            ..Vm::clone(&vm)
        });
        Ok(())
    }

    /// Another process wrote rows: those of connections that are not live here are taken over.
    async fn reload(&self, batch: &mut Batch, but: &[ConnectionId]) {
        let Ok(stored) = self.store.vms().await else {
            return;
        };
        let rows = lock(&self.rows);
        let mut gone: HashSet<VmId> = rows
            .connections
            .iter()
            .filter(|(connection, _)| !but.contains(connection))
            .flat_map(|(_, of)| of.values().map(|vm| vm.id.clone()))
            .collect();
        for vm in stored {
            let ours = but.contains(&vm.id.connection);
            gone.remove(&vm.id);
            match batch.current(&rows, &vm.id) {
                // of a live one, only the note can be news
                Some(known) if ours => {
                    if known.note != vm.note {
                        let note = vm.note;
                        let known = Vm::clone(known);
                        batch.put(Vm { note, ..known });
                    }
                }
                Some(known) if **known == vm => {}
                None if ours => {}
                Some(_) | None => batch.put(vm),
            }
        }
        for id in gone {
            batch.gone(&rows, id);
        }
    }
}

/// How long these messages may wait for others like them: as long as the least patient of them.
/// `None` when somebody waits for one.
fn patience_of(messages: &[Message]) -> Option<Duration> {
    let each = messages.iter().map(|message| match message {
        Message::Observed(observation) if observation.told.is_empty() => match observation.what {
            Observed::Definition(..) | Observed::Host(_) => Some(GATHER_DEFINITIONS),
            Observed::Addresses(..) => Some(GATHER_ADDRESSES),
            Observed::List { .. } | Observed::Summary(..) | Observed::StillTrue => None,
        },
        Message::Observed(_)
        | Message::Note(..)
        | Message::Forget(..)
        | Message::Settled(_)
        | Message::Reload(_) => None,
    });
    each.collect::<Option<Vec<_>>>()?.into_iter().min()
}

//! The bus: everything that changes, told once to everybody who subscribed.
//!
//! A subscriber takes a [`Subscription`] first and a snapshot after: events that are older than
//! the snapshot only repeat what it holds. Whoever is too slow loses the oldest events and gets
//! [`Next::Missed`]: it takes a new snapshot and goes on.
//!
//! Inventory events carry a revision that grows by one; those not above the snapshot's are
//! skipped. All other events hold whole objects and replace what was there.

use std::sync::Arc;

use driver::Step;
use model::{ConnectionId, Failure, Task, Vm, VmId};
use tokio::sync::broadcast;

use crate::connections::ConnectionView;
use crate::console::{TypingProgress, TypingRun};
use crate::doctor::DoctorRun;
use crate::prompts::PromptView;

/// How many events a subscriber may lag behind.
const HELD: usize = 512;

/// Something changed.
#[derive(Debug, Clone)]
pub enum EngineEvent {
    /// Rows of the inventory, one event for each stored batch.
    Inventory {
        /// New or changed rows.
        upserted: Vec<Arc<Vm>>,
        /// Rows that are gone.
        removed: Vec<VmId>,
        /// Number of this change.
        revision: u64,
    },
    /// Connections, as they are now. When one stops or begins to be live, so do its rows, without
    /// an inventory event.
    Connections {
        /// New or changed.
        changed: Vec<ConnectionView>,
        /// Gone, and with them their rows.
        removed: Vec<ConnectionId>,
    },
    /// A task as it is now. Boxed by `Arc` since events are copied for each subscriber.
    Task(Arc<Task>),
    /// The question to show now; `None` when there is none.
    Prompt(Option<PromptView>),
    /// A step of a doctor's round began or ended.
    Doctor {
        /// Which round.
        run: DoctorRun,
        /// The step.
        step: Step,
    },
    /// A doctor's round is over: every step was told, or it was cancelled.
    DoctorEnded {
        /// Which round.
        run: DoctorRun,
    },
    /// A text is being typed into a VM.
    Typing {
        /// Which text.
        run: TypingRun,
        /// How far it is.
        progress: TypingProgress,
    },
    /// Something the user should know that no call returned.
    Notice(Notice),
}

/// Something the user should know that no call returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// What is seen cannot be kept on this computer: disk full, or the file cannot be written.
    InventoryNotSaved(Failure),
    /// What is seen is kept again.
    InventorySavedAgain,
}

/// What a subscriber gets next.
#[derive(Debug)]
pub enum Next {
    /// An event.
    Event(EngineEvent),
    /// Events were lost: take a new snapshot.
    Missed,
    /// The engine has ended.
    Closed,
}

/// A subscriber's end of the bus.
#[derive(Debug)]
pub struct Subscription(broadcast::Receiver<EngineEvent>);

impl Subscription {
    /// Waits for the next event.
    pub async fn next(&mut self) -> Next {
        match self.0.recv().await {
            Ok(event) => Next::Event(event),
            Err(broadcast::error::RecvError::Lagged(_)) => Next::Missed,
            Err(broadcast::error::RecvError::Closed) => Next::Closed,
        }
    }
}

/// The sending end, for the owners of state.
#[derive(Debug, Clone)]
pub(crate) struct Bus(broadcast::Sender<EngineEvent>);

impl Bus {
    pub fn new() -> Self {
        Self(broadcast::Sender::new(HELD))
    }

    pub fn tell(&self, event: EngineEvent) {
        // nobody listening is no fault
        let _ = self.0.send(event);
    }

    pub fn subscribe(&self) -> Subscription {
        Subscription(self.0.subscribe())
    }
}

//! An open session: what is under way with the host, and what its answers mean for the inventory
//! and for what is read next.

use std::collections::HashMap;
use std::sync::Arc;

use driver::{Aspect, DriverError, DriverEvent, DriverSession, EventReceiver};
use jiff::Timestamp;
use model::{Capabilities, ConnectionId, VmKey, VmState, VmSummary};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::addresses::AddressRounds;
use super::liveness::Liveness;
use super::reads::{Read, Reads};
use crate::engine::Definitions;
use crate::inventory::{Inventory, Observation, Observed};

/// What a host answered.
pub(super) enum Answer {
    List(Vec<VmSummary>),
    Summary(VmKey, Option<VmSummary>),
    Definition(VmKey, Option<Box<driver::Definition>>),
    Addresses(VmKey, Vec<String>),
}

/// Somebody waits until the truth about a VM is in the inventory.
struct Waiter {
    key: VmKey,
    aspect: Aspect,
    since: Instant,
    reply: oneshot::Sender<()>,
}

/// An open session.
pub(super) struct Open {
    pub session: Arc<dyn DriverSession>,
    pub events: Option<EventReceiver>,
    pub reads: Reads,
    pub liveness: Liveness,
    /// Whether the list was read since it was opened.
    pub read_once: bool,
    /// Definitions that were to be read when the first list was.
    pub to_read: usize,
    definitions: Definitions,
    addresses: Option<AddressRounds>,
    waiters: Vec<Waiter>,
    /// VMs found to be gone since the last answer.
    gone: Vec<VmKey>,
}

impl Open {
    pub fn new(session: Arc<dyn DriverSession>, definitions: Definitions, now: Instant) -> Self {
        let capabilities: Capabilities = session.capabilities();
        let addresses = (capabilities.addresses && definitions == Definitions::InBackground)
            .then(|| AddressRounds::new(now));
        Self {
            events: session.take_events(),
            session,
            reads: Reads::new(now),
            liveness: Liveness::new(now),
            read_once: false,
            to_read: 0,
            definitions,
            addresses,
            waiters: Vec::new(),
            gone: Vec::new(),
        }
    }

    /// Asks the host.
    pub fn ask(
        &self,
        read: &Read,
    ) -> impl Future<Output = Result<Answer, DriverError>> + Send + 'static {
        let (session, read) = (Arc::clone(&self.session), read.clone());
        async move {
            Ok(match read {
                Read::List => Answer::List(session.list().await?),
                Read::Summary(key) => {
                    let summary = session.summary(&key).await?;
                    Answer::Summary(key, summary)
                }
                Read::Definition(key) => {
                    let definition = session.definition(&key).await?;
                    Answer::Definition(key, definition.map(Box::new))
                }
                Read::Addresses(key) => {
                    let addresses = session.addresses(&key).await?;
                    Answer::Addresses(key, addresses)
                }
            })
        }
    }

    /// Takes events: they only make reads due.
    pub fn hinted(&mut self, events: impl IntoIterator<Item = DriverEvent>, now: Instant) {
        for event in events {
            match event {
                DriverEvent::Vm { key, aspect } => self.reads.hint(key, aspect, now),
                DriverEvent::Overflow => self.reads.overflow(now),
            }
        }
    }

    /// Somebody wants to know when the truth about a VM is in the inventory.
    pub fn wait_for(
        &mut self,
        key: VmKey,
        aspect: Aspect,
        reply: oneshot::Sender<()>,
        now: Instant,
    ) {
        self.reads.ask(key.clone(), aspect, now);
        self.waiters.push(Waiter {
            key,
            aspect,
            since: now,
            reply,
        });
    }

    /// Takes an answer: what follows for the inventory.
    pub fn answered(
        &mut self,
        connection: ConnectionId,
        read: &Read,
        answer: Answer,
        at: Timestamp,
        inventory: &Inventory,
        now: Instant,
    ) -> Observation {
        self.liveness.answered(now);
        let began = self.reads.done(read, now);
        let what = match answer {
            Answer::List(summaries) => {
                self.plan_after_list(connection, &summaries, inventory, now);
                let known_better = self.reads.read_since(began);
                Observed::List {
                    summaries,
                    known_better,
                }
            }
            Answer::Summary(key, summary) => {
                match &summary {
                    Some(summary) => self.plan(connection, summary, inventory, now),
                    None => self.forget(key.clone()),
                }
                Observed::Summary(key, summary)
            }
            Answer::Definition(key, definition) => {
                if definition.is_none() {
                    self.reads.hint(key.clone(), Aspect::State, now);
                }
                Observed::Definition(key, definition)
            }
            Answer::Addresses(key, addresses) => Observed::Addresses(key, addresses),
        };
        Observation {
            connection,
            provider: self.session.provider(),
            at,
            what,
            told: self.satisfied(read, began),
        }
    }

    /// When there is something to do next.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        let addresses = self.addresses.as_ref().filter(|_| self.read_once);
        let addresses = addresses.map(AddressRounds::due);
        self.reads.due(now).into_iter().chain(addresses).min()
    }

    /// Begins a round of addresses if it is time.
    pub fn ask_addresses(&mut self, connection: ConnectionId, inventory: &Inventory, now: Instant) {
        if !self.read_once {
            return;
        }
        let Some(rounds) = &mut self.addresses else {
            return;
        };
        if rounds.due() > now {
            return;
        }
        let running = || inventory.running(connection);
        for key in rounds.take(now, self.reads.visible(), running) {
            self.reads.wants_addresses(key);
        }
    }

    /// Definitions read and to be read, while there are some that were never read.
    pub fn progress(&self) -> Option<(u32, u32)> {
        let left = self.reads.still_missing();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (left > 0).then(|| {
            (
                count(self.to_read.saturating_sub(left)),
                count(self.to_read),
            )
        })
    }

    fn plan_after_list(
        &mut self,
        connection: ConnectionId,
        summaries: &[VmSummary],
        inventory: &Inventory,
        now: Instant,
    ) {
        let first = !std::mem::replace(&mut self.read_once, true);
        for summary in summaries {
            self.plan(connection, summary, inventory, now);
            if first && self.definitions == Definitions::InBackground {
                self.reads.is_old(summary.key.clone());
            }
        }
        let there: HashMap<&VmKey, ()> = summaries.iter().map(|vm| (&vm.key, ())).collect();
        for key in inventory.keys(connection) {
            if !there.contains_key(&key) {
                self.forget(key);
            }
        }
        if first {
            self.to_read = self.reads.still_missing();
        }
    }

    fn forget(&mut self, key: VmKey) {
        self.reads.forget(&key);
        self.gone.push(key);
    }

    /// What a summary means for what is read next.
    fn plan(
        &mut self,
        connection: ConnectionId,
        seen: &VmSummary,
        inventory: &Inventory,
        now: Instant,
    ) {
        let known = inventory.get(connection, &seen.key);
        let was_running = known
            .as_ref()
            .is_some_and(|vm| vm.summary.state == VmState::Running);
        if seen.state == VmState::Running
            && !was_running
            && let Some(rounds) = &mut self.addresses
        {
            rounds.started(&seen.key, now);
        }
        if self.definitions == Definitions::WhenNeeded {
            return;
        }
        match known {
            Some(vm) if vm.details.is_some() => {
                let summary = &vm.summary;
                if summary.name != seen.name || summary.persistent != seen.persistent {
                    self.reads.is_missing(seen.key.clone());
                }
            }
            Some(_) | None => self.reads.is_missing(seen.key.clone()),
        }
    }

    /// Those who waited for this read, for one like it, or for a VM that is gone.
    fn satisfied(&mut self, read: &Read, began: Instant) -> Vec<oneshot::Sender<()>> {
        let gone = std::mem::take(&mut self.gone);
        let satisfies = |waiter: &Waiter| {
            gone.contains(&waiter.key)
                || waiter.since <= began
                    && match (read, waiter.aspect) {
                        (Read::List, Aspect::State) => true,
                        (Read::Summary(key), Aspect::State)
                        | (Read::Definition(key), Aspect::Definition) => *key == waiter.key,
                        (Read::List | Read::Summary(_), Aspect::Definition)
                        | (Read::Definition(_), Aspect::State)
                        | (Read::Addresses(_), Aspect::State | Aspect::Definition) => false,
                    }
        };
        let (done, left) = std::mem::take(&mut self.waiters)
            .into_iter()
            .partition(satisfies);
        self.waiters = left;
        done.into_iter()
            .map(|waiter: Waiter| waiter.reply)
            .collect()
    }
}

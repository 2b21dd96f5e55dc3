//! What observations change, compared with what is known. Pure: no store, no waiting.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use model::{ConnectionId, Vm, VmId, VmKey, VmState, VmSummary};
use store::NewDefinition;

use super::{Observation, Observed, Rows};

/// Changes that are not in the rows yet.
#[derive(Default)]
pub(super) struct Batch {
    /// The rows as they will be; `None` for one that goes.
    rows: HashMap<VmId, Option<Arc<Vm>>>,
    /// Of these, the ones that somebody would see change. The others are only kept.
    seen: HashSet<VmId>,
    /// Rows that were not there before.
    fresh: Vec<VmId>,
    pub definitions: Vec<NewDefinition>,
    /// Connections whose list was true at that time.
    pub touched: HashMap<ConnectionId, Timestamp>,
}

impl Batch {
    /// Adds what one observation changes.
    pub fn take(&mut self, known: &Rows, observation: Observation) {
        let Observation {
            connection,
            provider,
            at,
            what,
            told: _,
        } = observation;
        let id = |key: VmKey| VmId::new(connection, key);
        match what {
            Observed::List {
                summaries,
                known_better,
            } => {
                self.touched.insert(connection, at);
                let known_better: HashSet<VmKey> = known_better.into_iter().collect();
                let mut gone: HashSet<VmKey> = self.keys(known, connection);
                for summary in summaries {
                    gone.remove(&summary.key);
                    if !known_better.contains(&summary.key) {
                        self.summary(known, id(summary.key.clone()), provider, summary, at);
                    }
                }
                for key in gone.difference(&known_better) {
                    self.gone(known, id(key.clone()));
                }
            }
            Observed::Summary(key, Some(summary)) => {
                self.summary(known, id(key), provider, summary, at);
            }
            Observed::Summary(key, None) => self.gone(known, id(key)),
            Observed::Definition(key, Some(definition)) => {
                self.definition(known, id(key), *definition, at);
            }
            // a VM without a definition is on its way out: its summary tells
            Observed::Definition(_, None) => {}
            Observed::Addresses(key, addresses) => self.addresses(known, &id(key), addresses),
            Observed::StillTrue => {
                self.touched.insert(connection, at);
            }
        }
    }

    /// Replaces a row by one that somebody would see change.
    pub fn put(&mut self, vm: Vm) {
        self.seen.insert(vm.id.clone());
        self.rows.insert(vm.id.clone(), Some(Arc::new(vm)));
    }

    /// Removes a row.
    pub fn gone(&mut self, known: &Rows, id: VmId) {
        if self.current(known, &id).is_some() {
            self.seen.insert(id.clone());
            self.rows.insert(id, None);
        }
    }

    /// The row as it will be.
    pub fn current<'a>(&'a self, known: &'a Rows, id: &VmId) -> Option<&'a Arc<Vm>> {
        match self.rows.get(id) {
            Some(changed) => changed.as_ref(),
            None => known.get(id),
        }
    }

    /// Rows that were not there before.
    pub fn fresh(&mut self) -> Vec<VmId> {
        std::mem::take(&mut self.fresh)
    }

    /// Rows to keep, and rows that go.
    pub fn rows(&self) -> impl Iterator<Item = (&VmId, Option<&Arc<Vm>>)> {
        self.rows.iter().map(|(id, vm)| (id, vm.as_ref()))
    }

    /// Whether somebody would see this row change.
    pub fn is_seen(&self, id: &VmId) -> bool {
        self.seen.contains(id)
    }

    fn keys(&self, known: &Rows, connection: ConnectionId) -> HashSet<VmKey> {
        let of = known.connections.get(&connection);
        let mut keys: HashSet<VmKey> = of.into_iter().flat_map(HashMap::keys).cloned().collect();
        for (id, vm) in self
            .rows
            .iter()
            .filter(|(id, _)| id.connection == connection)
        {
            if vm.is_some() {
                keys.insert(id.key.clone());
            } else {
                keys.remove(&id.key);
            }
        }
        keys
    }

    fn summary(
        &mut self,
        known: &Rows,
        id: VmId,
        provider: model::ProviderKind,
        summary: VmSummary,
        at: Timestamp,
    ) {
        let Some(current) = self.current(known, &id) else {
            self.fresh.push(id.clone());
            self.put(Vm::first_seen(id, provider, summary, at));
            return;
        };
        // what a call did not say stays as it was
        let has_snapshots = summary.has_snapshots.or(current.summary.has_snapshots);
        let summary = VmSummary {
            has_snapshots,
            ..summary
        };
        if current.summary == summary && current.provider == provider {
            return;
        }
        let mut vm = Vm::clone(current);
        // an address of a guest that does not run is nobody's, and soon another's
        match summary.state {
            VmState::Running | VmState::Paused | VmState::Unknown => {}
            VmState::ShutOff | VmState::Saved | VmState::Crashed => vm.ips.clear(),
        }
        (vm.summary, vm.provider, vm.as_of) = (summary, provider, at);
        self.put(vm);
    }

    fn definition(
        &mut self,
        known: &Rows,
        id: VmId,
        definition: driver::Definition,
        at: Timestamp,
    ) {
        let Some(current) = self.current(known, &id) else {
            return;
        };
        let mut vm = Vm::clone(current);
        vm.details_as_of = Some(at);
        if vm.details.as_ref() == Some(&definition.details) {
            self.rows.insert(id.clone(), Some(Arc::new(vm)));
        } else {
            vm.details = Some(definition.details);
            self.put(vm);
        }
        self.definitions.push(NewDefinition {
            vm: id,
            text: definition.text,
            seen: at,
        });
    }

    fn addresses(&mut self, known: &Rows, id: &VmId, addresses: Vec<String>) {
        let Some(current) = self.current(known, id) else {
            return;
        };
        if current.ips != addresses && current.summary.state == VmState::Running {
            let mut vm = Vm::clone(current);
            vm.ips = addresses;
            self.put(vm);
        }
    }
}

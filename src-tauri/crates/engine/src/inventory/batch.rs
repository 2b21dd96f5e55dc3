//! What observations change, compared with what is known. Pure: no store, no waiting.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use model::{ConnectionId, KnownHost, Vm, VmId, VmKey, VmState, VmSummary};
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
    /// What hosts said of themselves.
    pub hosts: HashMap<ConnectionId, KnownHost>,
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
            Observed::Host(info) => {
                self.hosts.insert(connection, KnownHost { info, as_of: at });
            }
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

#[cfg(test)]
mod tests {
    use VmState::{Running, ShutOff};
    use model::{ProviderKind, VmDetails};
    use uuid::Uuid;

    use super::*;

    const HOST: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(1));

    struct Bench {
        known: Rows,
        now: i64,
    }

    impl Bench {
        /// Rows as a first list made them.
        fn after(list: &[(&str, VmState)]) -> Self {
            let mut bench = Self {
                known: Rows::default(),
                now: 0,
            };
            bench.take(many(list, &[]));
            bench
        }

        /// Takes one observation; gives the names that somebody sees change, `-name` for one gone.
        fn take(&mut self, what: Observed) -> Vec<String> {
            self.now += 1;
            let mut batch = Batch::default();
            let observation = Observation {
                connection: HOST,
                provider: ProviderKind::Fake,
                at: Timestamp::from_second(self.now).expect("soon after 1970"),
                what,
                told: Vec::new(),
            };
            batch.take(&self.known, observation);
            let mut seen = Vec::new();
            for (id, vm) in batch.rows() {
                match vm {
                    Some(vm) => self.known.put(Arc::clone(vm)),
                    None => self.known.remove(id),
                }
                if batch.is_seen(id) {
                    seen.push(format!("{}{}", if vm.is_some() { "" } else { "-" }, id.key));
                }
            }
            seen.sort();
            seen
        }

        fn vm(&self, name: &str) -> Arc<Vm> {
            let id = VmId::new(HOST, VmKey::new(name));
            Arc::clone(self.known.get(&id).expect("it is there"))
        }
    }

    fn summary(name: &str, state: VmState) -> VmSummary {
        VmSummary {
            key: VmKey::new(name),
            name: name.to_owned(),
            state,
            reason: None,
            persistent: true,
            autostart: None,
            has_snapshots: Some(true),
        }
    }

    fn many(list: &[(&str, VmState)], known_better: &[&str]) -> Observed {
        let known_better = known_better.iter().map(|key| VmKey::new(*key));
        Observed::List {
            summaries: list
                .iter()
                .map(|(name, state)| summary(name, *state))
                .collect(),
            known_better: known_better.collect(),
        }
    }

    fn one(name: &str, state: VmState) -> Observed {
        Observed::Summary(VmKey::new(name), Some(summary(name, state)))
    }

    fn definition(title: &str) -> Observed {
        let definition = driver::Definition {
            text: title.to_owned(),
            details: VmDetails {
                title: title.to_owned(),
                ..VmDetails::default()
            },
        };
        Observed::Definition(VmKey::new("a"), Some(Box::new(definition)))
    }

    #[test]
    fn a_list_tells_only_what_has_changed() {
        let mut bench = Bench::after(&[("a", Running), ("b", Running), ("c", ShutOff)]);
        let list = many(&[("a", Running), ("b", ShutOff), ("d", Running)], &[]);
        assert_eq!(bench.take(list), ["-c", "b", "d"]);
    }

    #[test]
    fn a_list_that_was_under_way_does_not_undo_what_was_read_since_it_began() {
        let mut bench = Bench::after(&[("a", Running), ("b", Running)]);
        bench.take(one("a", ShutOff));
        bench.take(one("new", Running));
        bench.take(Observed::Summary(VmKey::new("b"), None));
        let old = many(&[("a", Running), ("b", Running)], &["a", "b", "new"]);
        assert!(bench.take(old).is_empty());
        assert_eq!(bench.vm("a").summary.state, ShutOff);
    }

    #[test]
    fn what_a_call_does_not_say_stays_known() {
        let mut bench = Bench::after(&[("a", Running)]);
        let silent = VmSummary {
            has_snapshots: None,
            ..summary("a", ShutOff)
        };
        bench.take(Observed::Summary(VmKey::new("a"), Some(silent)));
        assert_eq!(bench.vm("a").summary.has_snapshots, Some(true));
    }

    #[test]
    fn a_definition_read_again_is_kept_but_nobody_sees_a_change() {
        let mut bench = Bench::after(&[("a", Running)]);
        assert_eq!(bench.take(definition("t")), ["a"]);
        let first = bench.vm("a").details_as_of;
        assert!(bench.take(definition("t")).is_empty());
        assert!(
            bench.vm("a").details_as_of > first,
            "how fresh it is, is known"
        );
        assert_eq!(bench.take(definition("u")), ["a"]);
    }

    #[test]
    fn nothing_is_told_of_a_vm_that_is_not_there() {
        let mut bench = Bench::after(&[("b", Running)]);
        assert!(bench.take(definition("t")).is_empty());
        let addresses = Observed::Addresses(VmKey::new("a"), vec!["10.0.0.1".to_owned()]);
        assert!(bench.take(addresses).is_empty());
        assert!(
            bench
                .take(Observed::Summary(VmKey::new("a"), None))
                .is_empty()
        );
    }
}

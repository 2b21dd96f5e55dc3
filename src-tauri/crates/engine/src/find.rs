//! Finding what a person named: a VM by `CONNECTION/NAME`, UUID or name, a connection by its name.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::query::{Query, QueryRow};
use model::{ConnectionId, ErrorCode, Vm, VmId};

use crate::connections::ConnectionView;
use crate::engine::Engine;
use crate::error::{EngineError, Result};

/// Candidates that a hint lists.
const LISTED: usize = 5;

impl Engine {
    /// The VM that `text` names: a [`VmId`], `CONNECTION/NAME`, a UUID, or a name that only one has.
    /// A name within a connection that several VMs have is ambiguous too.
    ///
    /// # Errors
    /// `vm_not_found`, `connection_not_found`, `ambiguous` with the candidates in the hint.
    pub fn find_vm(&self, text: &str) -> Result<VmId> {
        if let Ok(id) = text.parse::<VmId>()
            && self.vm(&id).is_some()
        {
            return Ok(id);
        }
        let (_, vms) = self.shared.inventory.all();
        // a VM's name may hold a slash, so the whole text is looked for too
        let on = text.split_once('/').and_then(|(connection, name)| {
            let view = self.shared.directory.named(connection)?;
            Some((view.connection.id, name))
        });
        let fits = |vm: &Vm| {
            let there = on.is_some_and(|(id, name)| vm.id.connection == id && is_called(vm, name));
            there || is_called(vm, text)
        };
        let mut found: Vec<Arc<Vm>> = vms.into_iter().filter(|vm| fits(vm)).collect();
        // a name that is written exactly so goes before one that differs in capitals
        let exact = |vm: &Vm| {
            vm.summary.name == text || on.is_some_and(|(_, name)| vm.summary.name == name)
        };
        if found.len() > 1 && found.iter().filter(|vm| exact(vm)).count() == 1 {
            found.retain(|vm| exact(vm));
        }
        match &found[..] {
            [vm] => Ok(vm.id.clone()),
            [] => Err(self.nothing_called(text, on.is_some())),
            several => Err(self.ambiguous(text, several)),
        }
    }

    /// VMs that fit `text` in the search grammar, offline ones too.
    ///
    /// # Errors
    /// `invalid_input` naming the part that is wrong; the store's.
    pub async fn search(&self, text: &str) -> Result<HashSet<VmId>> {
        let query =
            Query::parse(text).map_err(|error| EngineError::wrong("search", error.message))?;
        let mut hits: HashMap<&str, HashSet<VmId>> = HashMap::new();
        for part in query.texts() {
            hits.insert(part, self.search_text(part).await?.into_iter().collect());
        }
        let snapshot = self.snapshot();
        let views: HashMap<ConnectionId, &ConnectionView> = snapshot
            .connections
            .iter()
            .map(|view| (view.connection.id, view))
            .collect();
        let fits = |vm: &Vm| {
            let Some(view) = views.get(&vm.id.connection) else {
                return false;
            };
            let row = QueryRow {
                vm,
                host: &view.connection.settings.name,
                folder: &view.connection.settings.folder,
                live: view.live,
            };
            query.matches(&row, &|part| {
                hits.get(part).is_some_and(|vms| vms.contains(&vm.id))
            })
        };
        let found = snapshot.vms.iter().filter(|vm| fits(vm));
        Ok(found.map(|vm| vm.id.clone()).collect())
    }

    /// The connection with this name (or id), capitals aside.
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn find_connection(&self, text: &str) -> Result<ConnectionView> {
        let by_id = text.parse::<ConnectionId>().ok();
        self.shared
            .directory
            .named(text)
            .or_else(|| by_id.and_then(|id| self.connection(id)))
            .ok_or_else(|| no_connection(text))
    }

    fn nothing_called(&self, text: &str, connection_known: bool) -> EngineError {
        match text.split_once('/') {
            Some((connection, _)) if !connection_known => no_connection(connection),
            _ => EngineError::new(ErrorCode::VmNotFound, format!("No VM is called ‘{text}’.")),
        }
    }

    fn ambiguous(&self, text: &str, several: &[Arc<Vm>]) -> EngineError {
        let mut names: Vec<String> = several.iter().map(|vm| self.full_name(vm)).collect();
        names.sort();
        let left = names.len().saturating_sub(LISTED);
        names.truncate(LISTED);
        let more = if left > 0 {
            format!(" and {left} more")
        } else {
            String::new()
        };
        EngineError::new(
            ErrorCode::Ambiguous,
            format!("{} VMs are called ‘{text}’.", several.len()),
        )
        .with_hint(format!("Name one of {}{more}.", names.join(", ")))
    }

    fn full_name(&self, vm: &Vm) -> String {
        let view = self.connection(vm.id.connection);
        let connection = view.map(|view| view.connection.settings.name);
        format!("{}/{}", connection.unwrap_or_default(), vm.summary.name)
    }
}

fn no_connection(name: &str) -> EngineError {
    EngineError::new(
        ErrorCode::ConnectionNotFound,
        format!("No connection is called ‘{name}’."),
    )
}

fn is_called(vm: &Vm, text: &str) -> bool {
    let uuid = vm
        .details
        .as_ref()
        .and_then(|details| details.uuid.as_deref());
    vm.summary.name.to_lowercase() == text.to_lowercase()
        || vm.id.key.as_str().eq_ignore_ascii_case(text)
        || uuid.is_some_and(|uuid| uuid.eq_ignore_ascii_case(text))
}

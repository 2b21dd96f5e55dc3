//! Rows: VMs as the engine has them, as lists show them.

use std::collections::HashMap;

use api::{ActionProfile, Profiles, RowContext, TextLimit, VmDto};
use engine::ConnectionView;
use engine::inventory::{Freshness, freshness};
use jiff::Timestamp;
use model::{ConnectionId, ConnectionPhase, Situation, Vm};

/// Makes rows, and remembers which action profiles its reader has been told.
#[derive(Debug, Default)]
pub struct Rows {
    connections: HashMap<ConnectionId, ConnectionView>,
    profiles: Profiles,
    told: usize,
}

impl Rows {
    /// Takes connections as they are now. Returns those whose rows look different for it: they
    /// became live or stale, were renamed or moved, or their actions changed.
    pub fn update_connections(&mut self, changed: Vec<ConnectionView>) -> Vec<ConnectionId> {
        changed
            .into_iter()
            .filter_map(|view| {
                let id = view.connection.id;
                let now = row_relevant(&view);
                let before = self
                    .connections
                    .insert(id, view)
                    .map(|before| row_relevant(&before));
                (before.as_ref() != Some(&now)).then_some(id)
            })
            .collect()
    }

    /// Forgets connections that are gone.
    pub fn remove_connections(&mut self, removed: &[ConnectionId]) {
        for id in removed {
            self.connections.remove(id);
        }
    }

    /// The row of `vm`; `None` when its connection is gone, and with it the row.
    pub fn row(&mut self, vm: &Vm, limit: TextLimit) -> Option<VmDto> {
        let view = self.connections.get(&vm.id.connection)?;
        let profile = self.profiles.id_of(Situation::of(
            vm,
            view.status.phase,
            view.connection.settings.access,
            view.capabilities,
        ));
        Some(row(vm, view, profile, limit))
    }

    /// Profiles that rows refer to and that were not asked for before.
    pub fn new_profiles(&mut self) -> Vec<ActionProfile> {
        let new = self.profiles.since(self.told).to_vec();
        self.told = self.profiles.len();
        new
    }

    /// All profiles, for a reader that knows none.
    pub fn all_profiles(&mut self) -> Vec<ActionProfile> {
        self.told = 0;
        self.new_profiles()
    }
}

/// What of a connection its rows show. Connecting and lost look the same to a row, and the time of
/// a live list is not shown, or a thousand rows would change with every ping.
fn row_relevant(view: &ConnectionView) -> impl PartialEq + use<> {
    let open = matches!(
        view.status.phase,
        ConnectionPhase::Ready | ConnectionPhase::Syncing
    );
    (
        view.live,
        open,
        if view.live { None } else { view.status.as_of },
        view.connection.settings.clone(),
        view.capabilities,
    )
}

/// One row.
pub fn row(vm: &Vm, view: &ConnectionView, profile: u32, limit: TextLimit) -> VmDto {
    let (stale, as_of) = match freshness(vm, view) {
        Freshness::Live => (false, live_since(vm, view)),
        Freshness::AsOf(time) => (true, time),
    };
    let settings = &view.connection.settings;
    VmDto::new(
        vm,
        RowContext {
            connection: &settings.name,
            folder: &settings.folder,
            stale,
            as_of,
            profile,
            limit,
        },
    )
}

fn live_since(vm: &Vm, view: &ConnectionView) -> Timestamp {
    view.status
        .as_of
        .map_or(vm.as_of, |list| list.max(vm.as_of))
}

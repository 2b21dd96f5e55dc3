//! What tests fill inventories with.

use jiff::Timestamp;
use model::{
    Connection, ConnectionId, ConnectionSettings, Origin, ProviderKind, Task, TaskId, TaskStatus,
    Vm, VmCommand, VmDetails, VmId, VmKey, VmState, VmSummary,
};
use uuid::Uuid;

use crate::Store;
use crate::vm::InventoryBatch;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a second of this century")
}

pub(crate) fn connection(number: u128, name: &str) -> Connection {
    Connection {
        id: ConnectionId::from_uuid(Uuid::from_u128(number)),
        settings: ConnectionSettings::new(name, format!("fake://{name}")),
    }
}

pub(crate) fn vm(connection: u128, key: &str) -> Vm {
    let key = VmKey::new(key);
    let summary = VmSummary {
        key: key.clone(),
        name: key.as_str().to_owned(),
        state: VmState::Running,
        reason: None,
        persistent: true,
        autostart: Some(true),
        has_snapshots: None,
    };
    let id = VmId::new(ConnectionId::from_uuid(Uuid::from_u128(connection)), key);
    let mut vm = Vm::first_seen(id, ProviderKind::Fake, summary, at(100));
    vm.details = Some(VmDetails::default());
    vm
}

pub(crate) fn task(number: u128, vm: &Vm, second: i64) -> Task {
    Task {
        id: TaskId::from_uuid(Uuid::from_u128(number)),
        batch: None,
        vm: vm.id.clone(),
        vm_name: vm.summary.name.clone(),
        connection_name: "host".to_owned(),
        command: VmCommand::Start,
        origin: Origin::Cli,
        asked_by: "mei".to_owned(),
        status: TaskStatus::Running,
        step: None,
        fraction: None,
        error: None,
        created_at: at(second),
        started_at: None,
        ended_at: None,
    }
}

pub(crate) fn upserts(upserts: Vec<Vm>) -> InventoryBatch {
    InventoryBatch {
        upserts,
        ..InventoryBatch::default()
    }
}

/// An inventory in memory with connections 1 `host` and 2 `other`.
pub(crate) async fn two_hosts() -> Store {
    let store = Store::in_memory().await.expect("memory");
    for (number, name) in [(1, "host"), (2, "other")] {
        store
            .put_connection(connection(number, name))
            .await
            .expect("a connection");
    }
    store
}

pub(crate) async fn fill(store: &Store, vms: &[Vm]) {
    store.apply(upserts(vms.to_vec())).await.expect("a batch");
}

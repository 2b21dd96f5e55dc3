//! What the tests of the file share.
#![allow(dead_code, reason = "each test program uses its own part")]

use std::path::Path;

use jiff::Timestamp;
use model::{
    Connection, ConnectionId, ConnectionSettings, Origin, ProviderKind, Task, TaskId, TaskStatus,
    Vm, VmCommand, VmId, VmKey, VmState, VmSummary,
};
use store::{InventoryBatch, Opened, Store};
use uuid::Uuid;

pub fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().expect("a time")
}

pub async fn open(folder: &Path) -> Opened {
    Store::open(folder, now()).await.expect("the store opens")
}

/// Opens what has to be good.
pub async fn reopen(folder: &Path) -> Store {
    let opened = open(folder).await;
    assert_eq!(opened.set_aside, None, "nothing is wrong with the file");
    opened.store
}

pub fn connection(number: u128, name: &str) -> Connection {
    Connection {
        id: ConnectionId::from_uuid(Uuid::from_u128(number)),
        settings: ConnectionSettings {
            name: name.to_owned(),
            uri: format!("fake://{name}"),
            folder: "Frankfurt".to_owned(),
            access: model::Access::ReadOnly,
            startup: model::Startup::Manual,
            key_file: None,
            remote_socket: None,
        },
    }
}

pub fn vm(key: &str) -> Vm {
    let key = VmKey::new(key);
    let summary = VmSummary {
        key: key.clone(),
        name: key.as_str().to_owned(),
        state: VmState::Running,
        reason: None,
        persistent: true,
        autostart: None,
        has_snapshots: None,
    };
    let id = VmId::new(connection(1, "").id, key);
    Vm::first_seen(id, ProviderKind::Fake, summary, now())
}

pub fn task(number: u128) -> Task {
    Task {
        id: TaskId::from_uuid(Uuid::from_u128(number)),
        batch: None,
        vm: vm("web").id,
        vm_name: "web".to_owned(),
        connection_name: "host".to_owned(),
        command: VmCommand::Start,
        origin: Origin::Window,
        asked_by: "mei".to_owned(),
        status: TaskStatus::Running,
        step: None,
        fraction: None,
        error: None,
        created_at: now(),
        started_at: None,
        ended_at: None,
    }
}

pub fn upserts(upserts: Vec<Vm>) -> InventoryBatch {
    InventoryBatch {
        upserts,
        ..InventoryBatch::default()
    }
}

/// One connection, one VM with a note, one setting.
pub async fn fill(store: &Store) {
    store
        .put_connection(connection(1, "host"))
        .await
        .expect("a connection");
    store.apply(upserts(vec![vm("web")])).await.expect("a VM");
    store
        .set_note(vm("web").id, "ask Mei".to_owned())
        .await
        .expect("a note");
    store
        .set_setting("timeout", 120.into())
        .await
        .expect("a setting");
}

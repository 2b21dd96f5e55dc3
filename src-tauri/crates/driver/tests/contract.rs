//! The fake driver passes the suite that every driver passes.

use std::sync::Arc;

use driver::contract::{self, Ground};
use driver::fake::{FakeDriver, FakeVm, FakeWorld};
use driver::{ConnectTarget, VmDriver};
use model::{ConnectionId, ConnectionSettings, VmState};

struct Fake(FakeWorld);

fn target(uri: &str) -> ConnectTarget {
    ConnectTarget {
        id: ConnectionId::from_uuid(uuid::Uuid::from_u128(1)),
        settings: ConnectionSettings::new("fake", uri),
    }
}

impl Ground for Fake {
    fn driver(&self) -> Arc<dyn VmDriver> {
        Arc::new(FakeDriver::new(self.0.clone()))
    }

    fn target(&self) -> ConnectTarget {
        target("fake://alive")
    }

    fn dead_target(&self) -> ConnectTarget {
        target("fake://frozen")
    }
}

#[tokio::test(start_paused = true)]
async fn the_fake_driver_keeps_the_contract() {
    let world = FakeWorld::default();
    let host = world.add_host("alive");
    host.put(FakeVm::new("contract-on", VmState::Running));
    host.put(FakeVm::new("contract-off", VmState::ShutOff));
    world.add_host("frozen").set_frozen(true);
    contract::run(&Fake(world)).await;
}

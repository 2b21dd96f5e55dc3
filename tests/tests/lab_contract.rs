//! The libvirt driver keeps the drivers' contract on real QEMU.
#![cfg(feature = "lab")]

use std::sync::Arc;

use anyhow::Result;
use driver::contract::{self, Ground};
use driver::{ConnectTarget, VmDriver};
use driver_libvirt::LibvirtDriver;
use innkeeper_tests::lab::Lab;
use model::{ConnectionId, ConnectionSettings};

struct RealHost {
    alive: String,
    frozen: String,
}

fn target(uri: &str) -> ConnectTarget {
    ConnectTarget {
        id: ConnectionId::from_uuid(uuid::Uuid::from_u128(7)),
        settings: ConnectionSettings::new("lab", uri),
    }
}

impl Ground for RealHost {
    fn driver(&self) -> Arc<dyn VmDriver> {
        Arc::new(LibvirtDriver::new())
    }

    fn target(&self) -> ConnectTarget {
        target(&self.alive)
    }

    fn dead_target(&self) -> ConnectTarget {
        target(&self.frozen)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_libvirt_driver_keeps_the_contract_on_real_qemu() -> Result<()> {
    let lab = Lab::up("contract", &["a", "b"])?;
    for vm in ["contract-on", "contract-off"] {
        lab.define("a", &[vm, "mem=16", "machine=pc", "boot=hd"])?;
    }
    lab.virsh("a", &["start", "contract-on"])?;
    lab.run(&["freeze", "b"])?;
    let ground = RealHost {
        alive: lab.run(&["uri", "a", "unix"])?,
        frozen: lab.run(&["uri", "b", "tcp"])?,
    };
    contract::run(&ground).await;
    Ok(())
}

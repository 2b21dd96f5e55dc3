//! How long the inventory's calls take: `cargo run --release -p store --example load`.
//!
//! Prints the best and the median of several runs, for 10,000 VMs on 20 hosts in a file.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use model::{
    ByteSize, Connection, ConnectionId, ConnectionSettings, Disk, Nic, ProviderKind, Vm, VmDetails,
    VmId, VmKey, VmState, VmSummary,
};
use store::{InventoryBatch, NewDefinition, Store, StoreError};
use uuid::Uuid;

const HOSTS: u32 = 20;
const VMS_PER_HOST: u32 = 500;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path(), Timestamp::now()).await?.store;
    for host in 0..HOSTS {
        store.put_connection(connection(host)).await?;
    }
    let all: Vec<Vm> = (0..HOSTS * VMS_PER_HOST).map(vm).collect();

    let begun = Instant::now();
    for vms in all.chunks(1000) {
        store.apply(upserts(vms.to_vec())).await?;
    }
    println!("fill with {} VMs: {:.1?}", all.len(), begun.elapsed());

    let mut round = 0;
    measure("apply 1,000 new states", 9, async || {
        round += 1;
        let mut vms = all[..1000].to_vec();
        for vm in &mut vms {
            vm.summary.state = if round % 2 == 0 {
                VmState::Running
            } else {
                VmState::Paused
            };
        }
        store.apply(upserts(vms)).await
    })
    .await?;
    measure("apply 1,000 new names", 9, async || {
        round += 1;
        let mut vms = all[..1000].to_vec();
        for vm in &mut vms {
            vm.summary.name.push_str(&round.to_string());
        }
        store.apply(upserts(vms)).await
    })
    .await?;
    measure("apply 1,000 definitions", 9, async || {
        round += 1;
        let definitions = all[..1000].iter().map(|vm| definition(vm, round)).collect();
        store
            .apply(InventoryBatch {
                definitions,
                ..InventoryBatch::default()
            })
            .await
    })
    .await?;
    measure("apply the same 1,000 definitions", 9, async || {
        let definitions = all[..1000].iter().map(|vm| definition(vm, round)).collect();
        store
            .apply(InventoryBatch {
                definitions,
                ..InventoryBatch::default()
            })
            .await
    })
    .await?;
    measure("touch a host", 9, async || {
        store.touch(connection(0).id, Timestamp::now()).await
    })
    .await?;
    measure("read all VMs", 15, async || store.vms().await.map(drop)).await?;
    for text in [
        "web",
        "w",
        "10.20.1.7",
        "no such",
        "host-07",
        "debian server number 77",
    ] {
        measure(&format!("search ‘{text}’"), 15, async || {
            store.search(text.to_owned()).await.map(drop)
        })
        .await?;
    }
    let mut huge = all[0].clone();
    huge.summary.name = "日本 <b>huge</b> ".repeat(60_000);
    measure("apply a name of 1.2 MB", 3, async || {
        huge.summary.name.push('x');
        store.apply(upserts(vec![huge.clone()])).await
    })
    .await?;
    measure("search in it", 3, async || {
        store.search("huge</b>".to_owned()).await.map(drop)
    })
    .await?;

    store.close().await;
    let bytes = std::fs::metadata(folder.path().join("inventory.sqlite3"))?.len();
    println!("file: {:.1} MB", bytes as f64 / 1e6);
    measure("open", 9, async || {
        let opened = Store::open(folder.path(), Timestamp::now()).await?;
        opened.store.close().await;
        Ok(())
    })
    .await?;
    Ok(())
}

async fn measure(
    what: &str,
    runs: usize,
    mut call: impl AsyncFnMut() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..runs {
        let begun = Instant::now();
        call().await?;
        times.push(begun.elapsed());
    }
    times.sort();
    println!(
        "{what}: best {:.1?}, median {:.1?}",
        times[0],
        times[runs / 2]
    );
    Ok(())
}

fn upserts(upserts: Vec<Vm>) -> InventoryBatch {
    InventoryBatch {
        upserts,
        ..InventoryBatch::default()
    }
}

fn connection(host: u32) -> Connection {
    Connection {
        id: ConnectionId::from_uuid(Uuid::from_u128(u128::from(host) + 1)),
        settings: ConnectionSettings::new(
            format!("host-{host:02}"),
            format!("qemu+ssh://host-{host:02}/system"),
        ),
    }
}

fn vm(number: u32) -> Vm {
    let uuid = Uuid::from_u128(0x5ca1_ab1e_0000_4000_8000_0000_0000_0000 + u128::from(number));
    let key = VmKey::new(uuid.to_string());
    let role = ["web", "db", "build", "mail"][number as usize % 4];
    let id = VmId::new(connection(number / VMS_PER_HOST).id, key.clone());
    let summary = VmSummary {
        key,
        name: format!("{role}-{number:05}"),
        state: VmState::Running,
        reason: None,
        persistent: true,
        autostart: Some(number.is_multiple_of(2)),
        has_snapshots: Some(false),
    };
    let mut vm = Vm::first_seen(id, ProviderKind::Qemu, summary, Timestamp::UNIX_EPOCH);
    vm.details_as_of = Some(Timestamp::UNIX_EPOCH);
    vm.ips = vec![
        format!("10.20.{}.{}", number / 250, number % 250),
        format!(
            "fe80::5054:ff:fe{:02x}:{:04x}",
            number >> 16,
            number & 0xffff
        ),
    ];
    vm.details = Some(VmDetails {
        title: format!("{role} server number {number}"),
        description: format!("Debian server number {number}, see the wiki page of {role}"),
        tags: vec![role.to_owned(), "prod".to_owned()],
        uuid: Some(uuid.to_string()),
        vcpus: Some(4),
        vcpus_max: Some(8),
        memory: Some(ByteSize::kib(8 << 20)),
        memory_max: Some(ByteSize::kib(16 << 20)),
        os: Some("Debian 12".to_owned()),
        disks: (0..2)
            .map(|disk| Disk {
                target: format!("vd{disk}"),
                source: Some(format!(
                    "/var/lib/libvirt/images/{role}-{number:05}-{disk}.qcow2"
                )),
                device: "disk".to_owned(),
            })
            .collect(),
        nics: vec![Nic {
            mac: Some(format!(
                "52:54:00:{:02x}:{:02x}:{:02x}",
                number >> 16,
                number >> 8 & 0xff,
                number & 0xff
            )),
            source: Some("br0".to_owned()),
            model: Some("virtio".to_owned()),
        }],
        displays: vec![model::Display {
            kind: "vnc".to_owned(),
        }],
        has_agent_channel: true,
    });
    vm
}

fn definition(vm: &Vm, round: u32) -> NewDefinition {
    NewDefinition {
        vm: vm.id.clone(),
        text: format!(
            "<domain>{}{round}</domain>",
            "<device type='disk'/>\n".repeat(270)
        ),
        seen: Timestamp::UNIX_EPOCH,
    }
}

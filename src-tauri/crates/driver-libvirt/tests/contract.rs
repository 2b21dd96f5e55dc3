//! The driver's contract on libvirt's own test driver, each run with a host of its own.
#![cfg(unix)]

use std::sync::Arc;

use async_trait::async_trait;
use driver::contract::{Ground, run};
use driver::{ConnectTarget, VmDriver};
use driver_libvirt::LibvirtDriver;
use model::{ConnectionId, ConnectionSettings};

const ESTATE: &str = "<node>
  <domain type='test'>
    <name>contract-running</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e1930</uuid>
    <memory>1048576</memory><vcpu>2</vcpu><os><type>hvm</type></os>
    <devices><interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/></interface></devices>
  </domain>
  <domain type='test'>
    <name>contract-off</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e1931</uuid>
    <memory>1048576</memory><vcpu>1</vcpu><os><type>hvm</type></os>
    <test:runstate xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>5</test:runstate>
  </domain>
</node>
";

struct TestDriver {
    driver: Arc<LibvirtDriver>,
    folder: tempfile::TempDir,
}

impl TestDriver {
    fn target_at(&self, uri: String) -> ConnectTarget {
        ConnectTarget {
            id: ConnectionId::from_uuid(uuid::Uuid::new_v4()),
            settings: ConnectionSettings::new("ground", uri),
        }
    }
}

#[async_trait]
impl Ground for TestDriver {
    fn driver(&self) -> Arc<dyn VmDriver> {
        Arc::clone(&self.driver) as Arc<dyn VmDriver>
    }

    fn target(&self) -> ConnectTarget {
        self.target_at(format!(
            "test://{}/estate.xml",
            self.folder.path().display()
        ))
    }

    /// A socket that takes the connection and never says a word.
    fn dead_target(&self) -> ConnectTarget {
        let socket = self.folder.path().join("silent.sock");
        if !socket.exists() {
            let listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
            // kept open for as long as the test runs
            std::mem::forget(listener);
        }
        self.target_at(format!("qemu+unix:///system?socket={}", socket.display()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_driver_fulfils_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("estate.xml"), ESTATE).expect("a file");
    run(&TestDriver {
        driver: Arc::new(LibvirtDriver::new()),
        folder,
    })
    .await;
}

/// libvirt's test driver dies when asked for addresses in a network that has none.
#[tokio::test(flavor = "multi_thread")]
async fn a_network_without_addresses_takes_nobody_down() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let estate = "<node><network><name>bare</name></network><domain type='test'><name>vm</name>\
         <uuid>6695eb01-f6a4-8304-79aa-97f2502e1932</uuid><memory>1024</memory><vcpu>1</vcpu>\
         <os><type>hvm</type></os><devices><interface type='network'><source network='bare'/>\
         </interface></devices></domain></node>";
    std::fs::write(folder.path().join("estate.xml"), estate).expect("a temporary file");
    let ground = TestDriver {
        driver: Arc::new(LibvirtDriver::new()),
        folder,
    };
    let context = driver::contract::context(std::time::Duration::from_secs(20));
    let session = ground
        .driver()
        .connect(&ground.target(), &context)
        .await
        .expect("the file is an estate");
    let key = model::VmKey::new("6695eb01-f6a4-8304-79aa-97f2502e1932");
    assert_eq!(session.addresses(&key).await, Ok(Vec::new()));
    session.close().await;
}

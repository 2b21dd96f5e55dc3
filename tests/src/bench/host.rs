//! A host for the benches: a private libvirtd with an estate that all clients share, behind a proxy.

use std::{path::PathBuf, time::Duration};

use anyhow::{Result, ensure};
use tokio::time::{Instant, sleep};

use crate::{
    estate_gen::Estate,
    libvirtd::{PrivateLibvirtd, SharedEstate, shared_uri},
    rpc_proxy::{Counts, Listen, RpcProxy, Upstream},
};

/// How long a client may take to read an estate completely.
const READ_DEADLINE: Duration = Duration::from_secs(180);

/// The host. Fields drop in this order: the client that acts, the links, the daemon, its folder.
#[derive(Debug)]
pub struct Host {
    /// What is on it, and the means to act on it from elsewhere.
    pub shared: SharedEstate,
    /// The links to it; the first one is the one [`Host::uri`] names.
    pub links: Vec<RpcProxy>,
    _daemon: PrivateLibvirtd,
    dir: tempfile::TempDir,
}

impl Host {
    /// Starts a host with `estate` and `links` proxies that each add `rtt`.
    pub async fn start(estate: Estate, rtt: Duration, links: usize) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let daemon = PrivateLibvirtd::start(dir.path()).await?;
        let shared = daemon.share(estate).await?;
        let mut proxies = Vec::new();
        for n in 0..links {
            let listen = Listen::Unix(link_path(&dir, n));
            proxies.push(RpcProxy::start(listen, Upstream::Unix(daemon.socket()), rtt).await?);
        }
        Ok(Self {
            shared,
            links: proxies,
            _daemon: daemon,
            dir,
        })
    }

    /// The URI of the shared estate through link `n`.
    pub fn uri(&self, n: usize) -> String {
        shared_uri(&link_path(&self.dir, n))
    }

    /// What has gone through the first link. Fails when something could not be counted.
    pub fn counts(&self) -> Result<Counts> {
        let counts = self.links[0].counts();
        ensure!(
            counts.opaque == 0,
            "a client spoke something that cannot be counted"
        );
        Ok(counts)
    }

    /// Returns once a client has read the XML of every VM through the first link.
    pub async fn read_completely(&self) -> Result<()> {
        let deadline = Instant::now() + READ_DEADLINE;
        let vms = u64::from(self.shared.estate.vms);
        while self.counts()?.of("domain_get_xml_desc") < vms {
            ensure!(
                Instant::now() < deadline,
                "not every VM was read in {READ_DEADLINE:?}: {}",
                self.counts()?.calls_line()
            );
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }
}

fn link_path(dir: &tempfile::TempDir, n: usize) -> PathBuf {
    dir.path().join(format!("link{n}"))
}

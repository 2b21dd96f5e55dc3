//! An estate that is known and gone: its hosts were read and are no longer there.

use anyhow::{Result, ensure};

use super::{Setup, ctl};
use crate::{
    estate_gen::{Estate, Mix},
    libvirtd::{PrivateLibvirtd, file_uri},
    user::User,
};

/// A home that knows `hosts` hosts with all their VMs, none of which is there any more.
pub async fn estate(setup: &Setup, hosts: usize, vms_per_host: u32) -> Result<User> {
    let user = User::of(&setup.ctl)?;
    let dir = tempfile::tempdir()?;
    let daemon = PrivateLibvirtd::start(dir.path()).await?;
    let xml = Estate {
        vms: vms_per_host,
        mix: Mix::Varied,
    }
    .file_xml();
    for n in 0..hosts {
        let file = daemon.add_file(&format!("host{n}.xml"), &xml)?;
        ctl::add(
            &user,
            &format!("host-{n}"),
            &file_uri(&file, &daemon.socket()),
        )
        .await?;
    }
    let synced = ctl::sync(&user, &["--details"]).await?;
    let vms: u64 = synced.iter().map(|host| host.vms).sum();
    ensure!(
        vms == hosts as u64 * u64::from(vms_per_host),
        "not all VMs are cached: {synced:?}"
    );
    Ok(user)
}

//! Start to painted list with 2,000 cached VMs and every host down, against an empty Tauri window: the same binary with a blank page
//! and nothing of ours set.

use anyhow::{Result, ensure};

use super::{
    Setup,
    ctl::{Ctl, Home},
    window::Screen,
};
use crate::{
    estate_gen::{Estate, Mix},
    libvirtd::{PrivateLibvirtd, file_uri},
    measure::report::{Measured, Reference, Target, Unit, median_of},
};

const HOSTS: usize = 4;
const VMS_PER_HOST: u32 = 500;
/// Starts of each kind, alternating so that both meet the same machine.
const STARTS: usize = 9;

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let cached = cached_estate(setup).await?;
    let empty = Home::new()?;
    let screen = Screen::start().await?;
    let (mut lists, mut blanks) = (Vec::new(), Vec::new());
    for start in 0..=STARTS {
        let list = screen.app(&setup.app, &cached, &[])?.painted_ms().await?;
        let blank = screen
            .app(&setup.app, &empty, &["--empty-window"])?
            .painted_ms()
            .await?;
        // the first of each fills the machine's file cache
        if start > 0 {
            lists.push(list);
            blanks.push(blank);
        }
    }
    Ok(vec![Measured {
        bench: "startup",
        what: "start to painted list, 2,000 cached VMs, all hosts down".into(),
        value: median_of("list", &lists)?,
        unit: Unit::Milliseconds,
        reference: Some(Reference {
            name: "empty Tauri window".into(),
            value: median_of("empty window", &blanks)?,
        }),
        target: Target::RatioAtMost(1.15),
    }])
}

/// A home that knows four hosts with all their VMs, none of which is there any more.
async fn cached_estate(setup: &Setup) -> Result<Home> {
    let home = Home::new()?;
    let ctl = Ctl::new(&setup.ctl, &home);
    let dir = tempfile::tempdir()?;
    let daemon = PrivateLibvirtd::start(dir.path()).await?;
    let xml = Estate {
        vms: VMS_PER_HOST,
        mix: Mix::Varied,
    }
    .file_xml();
    for n in 0..HOSTS {
        let file = daemon.add_file(&format!("host{n}.xml"), &xml)?;
        ctl.add(&format!("host-{n}"), &file_uri(&file, &daemon.socket()))
            .await?;
    }
    let synced = ctl.sync(&["--details"]).await?;
    let vms: u64 = synced.iter().map(|host| host.vms).sum();
    ensure!(
        vms == HOSTS as u64 * u64::from(VMS_PER_HOST),
        "not all VMs are cached: {synced:?}"
    );
    Ok(home)
}

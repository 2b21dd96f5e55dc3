//! CPU with 1,000 running VMs and the window visible, against virt-manager on the same daemon.

use std::time::Duration;

use anyhow::Result;
use tokio::{process::Command, time::sleep};

use super::{Setup, ctl, host::Host, window::Screen};
use crate::{
    estate_gen::{Estate, Mix},
    measure::{
        process,
        report::{Measured, Reference, Target, Unit},
    },
    user::User,
};

const ESTATE: Estate = Estate {
    vms: 1_000,
    mix: Mix::Running,
};

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let ours = innkeeper(setup).await?;
    let theirs = virt_manager(setup).await?;
    Ok(vec![Measured {
        bench: "cpu",
        what: format!("1,000 running VMs, window visible, over {:?}", setup.period),
        value: ours,
        unit: Unit::PercentOfCore,
        reference: Some(Reference {
            name: "virt-manager".into(),
            value: theirs,
        }),
        target: Target::AtMost(2.0),
    }])
}

async fn innkeeper(setup: &Setup) -> Result<f64> {
    let (host, user, screen) = (
        Host::start(ESTATE, Duration::ZERO, 1).await?,
        User::of(&setup.ctl)?,
        Screen::start().await?,
    );
    ctl::add(&user, "host", &host.uri(0)).await?;
    let mut window = screen.app(&setup.app, &user, &[])?;
    window.painted_ms().await?;
    host.read_completely().await?;
    observe(setup, window.pid()?).await
}

/// Its settings in memory, its bus its own: it neither reads nor changes the user's.
async fn virt_manager(setup: &Setup) -> Result<f64> {
    let (host, user, screen) = (
        Host::start(ESTATE, Duration::ZERO, 1).await?,
        User::of(&setup.ctl)?,
        Screen::start().await?,
    );
    let mut command = Command::new("dbus-run-session");
    command
        .args(["--", "virt-manager", "--no-fork", "--connect", &host.uri(0)])
        .env("GSETTINGS_BACKEND", "memory");
    user.furnish(command.as_std_mut());
    let window = screen.open(command)?;
    host.read_completely().await?;
    observe(setup, window.pid()?).await
}

async fn observe(setup: &Setup, pid: u32) -> Result<f64> {
    sleep(setup.settle).await;
    Ok(process::cpu_percent(pid, setup.period).await?)
}

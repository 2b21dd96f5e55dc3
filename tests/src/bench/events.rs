//! From an event on the host to the painted row, with 1,000 VMs.
//!
//! The clock starts before virsh is told what to do, so its work and the daemon's are in the figure. Rows that are not in
//! view are never painted: the VMs chosen are the first by name, which the window shows when nothing was sorted or scrolled.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use tokio::time::sleep;

use super::{Setup, ctl, host::Host, window::Screen};
use crate::{
    estate_gen::{Estate, GeneratedVm, Mix},
    measure::{
        percentile::percentile,
        report::{Measured, Target, Unit},
    },
    user::User,
};

const ESTATE: Estate = Estate {
    vms: 1_000,
    mix: Mix::Running,
};
const IN_VIEW: usize = 10;
const EVENTS: usize = 200;
/// Between a painted row and the next event, so that no event waits for the one before. Not a multiple of a frame.
const PAUSE: Duration = Duration::from_millis(137);

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let mut host = Host::start(ESTATE, Duration::ZERO, 1).await?;
    let (user, screen) = (User::of(&setup.ctl)?, Screen::start().await?);
    ctl::add(&user, "host", &host.uri(0)).await?;
    let mut window = screen.app(&setup.app, &user, &[])?;
    window.painted_ms().await?;
    host.read_completely().await?;
    sleep(setup.settle).await;

    let mut latencies = Vec::new();
    for (n, vm) in first_by_name().iter().cycle().take(EVENTS).enumerate() {
        // each VM is paused in one round and resumed in the next
        let verb = if (n / IN_VIEW).is_multiple_of(2) {
            "suspend"
        } else {
            "resume"
        };
        let acted = unix_us()?;
        host.shared.act(&format!("{verb} {}", vm.name())).await?;
        let painted = window
            .row_painted_us(&vm.uuid(), acted)
            .await
            .with_context(|| format!("after {n} rows, {verb} of {}", vm.name()))?;
        latencies.push(milliseconds(painted - acted));
        sleep(PAUSE).await;
    }
    Ok(vec![Measured {
        bench: "events",
        what: format!("event to painted row, p95 of {EVENTS}, 1,000 VMs"),
        value: percentile(&latencies, 95.0).context("no event was measured")?,
        unit: Unit::Milliseconds,
        reference: None,
        target: Target::AtMost(200.0),
    }])
}

fn first_by_name() -> Vec<GeneratedVm> {
    let mut vms: Vec<GeneratedVm> = ESTATE.iter().collect();
    vms.sort_by_key(|vm| vm.name());
    vms.truncate(IN_VIEW);
    vms
}

fn unix_us() -> Result<u64> {
    Ok(u64::try_from(
        SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros(),
    )?)
}

#[expect(clippy::cast_precision_loss, reason = "a minute has 6e7 microseconds")]
fn milliseconds(us: u64) -> f64 {
    us as f64 / 1000.0
}

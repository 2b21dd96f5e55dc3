//! Memory with 1,000 and with 5,000 VMs, against an empty Tauri window: the same binary with a blank page
//! and nothing of ours set.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::{
    Setup, ctl,
    host::Host,
    window::{Screen, Window},
};
use crate::{
    estate_gen::{Estate, Mix},
    measure::{
        process,
        report::{Measured, Reference, Target, Unit},
    },
    user::User,
};

/// VMs, and the mebibytes they may add.
const STEPS: [(u32, f64); 2] = [(1_000, 20.0), (5_000, 60.0)];

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let empty = empty_window(setup).await?;
    let mut rows = Vec::new();
    for (vms, most) in STEPS {
        rows.push(Measured {
            bench: "memory",
            what: format!("PSS with {vms} VMs, all read"),
            value: with_vms(setup, vms).await?,
            unit: Unit::Mebibytes,
            reference: Some(Reference {
                name: "empty Tauri window".into(),
                value: empty,
            }),
            target: Target::AboveReferenceAtMost(most),
        });
    }
    Ok(rows)
}

async fn empty_window(setup: &Setup) -> Result<f64> {
    let (user, screen) = (User::of(&setup.ctl)?, Screen::start().await?);
    let mut window = screen.app(&setup.app, &user, &["--empty-window"])?;
    window.painted_ms().await?;
    settled_mebibytes(setup, &window).await
}

async fn with_vms(setup: &Setup, vms: u32) -> Result<f64> {
    let host = Host::start(
        Estate {
            vms,
            mix: Mix::Varied,
        },
        Duration::ZERO,
        1,
    )
    .await?;
    let (user, screen) = (User::of(&setup.ctl)?, Screen::start().await?);
    ctl::add(&user, "host", &host.uri(0)).await?;
    let mut window = screen.app(&setup.app, &user, &[])?;
    window.painted_ms().await?;
    host.read_completely().await?;
    settled_mebibytes(setup, &window).await
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
async fn settled_mebibytes(setup: &Setup, window: &Window) -> Result<f64> {
    sleep(setup.settle).await;
    Ok(process::pss_bytes(window.pid()?)? as f64 / (1024.0 * 1024.0))
}

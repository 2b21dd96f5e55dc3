//! Benches inside the page: node drives the real window by WebDriver on an estate of 10,000 VMs that is kept and gone.

use anyhow::{Context, Result, ensure};
use serde::de::DeserializeOwned;
use tokio::process::Command;

use super::{Setup, cached, window::Screen};
use crate::{lab::root, measure::percentile::percentile, user::User};

const HOSTS: usize = 4;
const VMS_PER_HOST: u32 = 2_500;

/// One frame of a screen that shows sixty in a second.
pub const FRAME_MS: f64 = 16.0;

/// Runs `tests/e2e/NAME.bench.mjs` and reads the document it prints.
///
/// # Errors
/// When a program is missing, the script fails, or it prints anything else.
pub async fn measure<T: DeserializeOwned>(setup: &Setup, name: &str) -> Result<T> {
    let user = cached::estate(setup, HOSTS, VMS_PER_HOST).await?;
    drive(setup, name, &user).await
}

/// As [`measure`], on an estate that is there.
///
/// # Errors
/// As [`measure`].
pub async fn drive<T: DeserializeOwned>(setup: &Setup, name: &str, user: &User) -> Result<T> {
    let screen = Screen::start().await?;
    let script = format!("tests/e2e/{name}.bench.mjs");
    let mut node = Command::new("node");
    node.arg(root().join(&script))
        .arg(user.data_dir())
        .env("INNKEEPER_APP", &setup.app)
        .env("INNKEEPER_CTL", &setup.ctl)
        .env("TAURI_DRIVER", &setup.web_driver)
        .kill_on_drop(true);
    screen.furnish(&mut node);
    let output = node.output().await.context("cannot start node")?;
    ensure!(
        output.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).with_context(|| format!("{script} printed no figures"))
}

/// The figure to report of many.
///
/// # Errors
/// When there are none.
pub fn p95(times: &[f64]) -> Result<f64> {
    percentile(times, 95.0).context("nothing was measured")
}

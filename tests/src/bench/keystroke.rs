//! From a key to the filtered grid, 10,000 VMs, in the real window.
//!
//! The clock is the page's own, from `keydown`, so the way of a key through X and GTK is not in the figure.

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::{
    Setup,
    page::{self, FRAME_MS, p95},
};
use crate::measure::report::{Measured, Target, Unit};

const LEAST: usize = 100;

/// What `tests/e2e/keystroke.bench.mjs` prints.
#[derive(Debug, Deserialize)]
struct Typed {
    /// From each key until the grid was filtered and laid out.
    filtered_ms: Vec<f64>,
    /// From each key until the frame that shows it was painted.
    painted_ms: Vec<f64>,
}

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let typed: Typed = page::measure(setup, "keystroke").await?;
    let keys = typed.filtered_ms.len();
    ensure!(keys >= LEAST, "only {keys} keys were pressed");
    let row = |what: &str, value, most| Measured {
        bench: "keystroke",
        what: format!("keystroke to {what}, p95 of {keys}, 10,000 VMs"),
        value,
        unit: Unit::Milliseconds,
        reference: None,
        target: Target::AtMost(most),
    };
    Ok(vec![
        row("filtered grid", p95(&typed.filtered_ms)?, FRAME_MS),
        // a key comes anywhere in a frame, and what it changed is painted with the next one
        row("painted grid", p95(&typed.painted_ms)?, 2.0 * FRAME_MS),
    ])
}

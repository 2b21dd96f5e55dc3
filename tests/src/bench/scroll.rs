//! Scrolling through 10,000 VMs in the real window: what a frame costs, and whether one is ever blank.

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::{
    Setup,
    page::{self, FRAME_MS, p95},
};
use crate::measure::report::{Measured, Target, Unit};

const LEAST: u32 = 500;

/// What `tests/e2e/scroll.bench.mjs` prints.
#[derive(Debug, Deserialize)]
struct Scrolled {
    /// Script and layout that each scroll event set off.
    scrolled_ms: Vec<f64>,
    /// Frames that were looked at.
    frames: u32,
    /// For each frame that had a place without a row: which place.
    gaps: Vec<String>,
}

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let scrolled: Scrolled = page::measure(setup, "scroll").await?;
    let frames = scrolled.frames;
    ensure!(frames >= LEAST, "only {frames} frames were looked at");
    if let Some(gap) = scrolled.gaps.first() {
        eprintln!("scroll: no row at {gap}");
    }
    let blank = u32::try_from(scrolled.gaps.len())?;
    let row = |what: String, value, unit, most| Measured {
        bench: "scroll",
        what,
        value,
        unit,
        reference: None,
        target: Target::AtMost(most),
    };
    Ok(vec![
        row(
            "script and layout of a scrolled frame, p95, 10,000 VMs".into(),
            p95(&scrolled.scrolled_ms)?,
            Unit::Milliseconds,
            FRAME_MS,
        ),
        row(
            format!("blank frames of {frames}"),
            f64::from(blank),
            Unit::Frames,
            0.0,
        ),
    ])
}

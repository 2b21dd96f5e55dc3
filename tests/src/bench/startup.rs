//! Start to painted list with 2,000 cached VMs and every host down, against an empty Tauri window: the same binary with a blank page
//! and nothing of ours set.
//!
//! The last run was quit by its user, as runs are. After one that was not, the window makes its first frame itself: that
//! is measured beside it.

use std::fs;

use anyhow::{Context, Result};

use super::{Setup, cached, page, window::Screen};
use crate::{
    measure::report::{Measured, Reference, Target, Unit, median_of},
    user::User,
};

const HOSTS: usize = 4;
const VMS_PER_HOST: u32 = 500;
/// Starts of each kind, alternating so that all meet the same machine.
const STARTS: usize = 9;

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let cached = cached::estate(setup, HOSTS, VMS_PER_HOST).await?;
    page::drive::<serde_json::Value>(setup, "quit", &cached).await?;
    let frame = cached.data_dir().join("frame.json");
    let kept = fs::read(&frame).context("the window kept no first frame when it was quit")?;
    let empty = User::of(&setup.ctl)?;
    let screen = Screen::start().await?;
    let (mut lists, mut unframed, mut blanks) = (Vec::new(), Vec::new(), Vec::new());
    for start in 0..=STARTS {
        fs::write(&frame, &kept)?;
        let list = screen.app(&setup.app, &cached, &[])?.painted_ms().await?;
        fs::remove_file(&frame)?;
        let without = screen.app(&setup.app, &cached, &[])?.painted_ms().await?;
        let blank = screen
            .app(&setup.app, &empty, &["--empty-window"])?
            .painted_ms()
            .await?;
        // the first of each fills the machine's file cache
        if start > 0 {
            lists.push(list);
            unframed.push(without);
            blanks.push(blank);
        }
    }
    let blank = median_of("empty window", &blanks)?;
    let row = |what: &str, times: &[f64], target| -> Result<Measured> {
        Ok(Measured {
            bench: "startup",
            what: what.to_owned(),
            value: median_of(what, times)?,
            unit: Unit::Milliseconds,
            reference: Some(Reference {
                name: "empty Tauri window".into(),
                value: blank,
            }),
            target,
        })
    };
    Ok(vec![
        row(
            "start to painted list, 2,000 cached VMs, all hosts down",
            &lists,
            Target::RatioAtMost(1.15),
        )?,
        row(
            "the same after a run that was not quit",
            &unframed,
            Target::Told,
        )?,
    ])
}

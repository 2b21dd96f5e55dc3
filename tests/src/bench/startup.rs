//! Start to painted list with 2,000 cached VMs and every host down, against an empty Tauri window: the same binary with a blank page
//! and nothing of ours set.

use anyhow::Result;

use super::{Setup, cached, window::Screen};
use crate::{
    measure::report::{Measured, Reference, Target, Unit, median_of},
    user::User,
};

const HOSTS: usize = 4;
const VMS_PER_HOST: u32 = 500;
/// Starts of each kind, alternating so that both meet the same machine.
const STARTS: usize = 9;

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let cached = cached::estate(setup, HOSTS, VMS_PER_HOST).await?;
    let empty = User::of(&setup.ctl)?;
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

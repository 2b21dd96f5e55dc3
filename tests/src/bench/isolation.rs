//! Fifty sessions, one of them on a host that hangs: how often the other 49 are refreshed, against the same fifty before.
//!
//! Every session has its own link to one daemon. The daemon's VMs change at a fixed pace, every session receives every
//! event and answers it with a refresh, and `innkeeperctl watch` prints each refresh as a line.

use std::{collections::HashSet, time::Duration};

use anyhow::{Context, Result};
use tokio::time::{Instant, interval, timeout};

use super::{
    Setup,
    ctl::{self, Watch, Watched},
    host::Host,
};
use crate::{
    estate_gen::{Estate, Mix},
    measure::report::{Measured, Reference, Target, Unit},
    user::User,
};

const SESSIONS: usize = 50;
const ESTATE: Estate = Estate {
    vms: 20,
    mix: Mix::Running,
};
/// Longer than events are gathered for, so that each makes a refresh of its own.
const PACE: Duration = Duration::from_millis(500);
const READY_DEADLINE: Duration = Duration::from_secs(120);

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let mut host = Host::start(ESTATE, Duration::from_millis(10), SESSIONS).await?;
    let user = User::of(&setup.ctl)?;
    for n in 0..SESSIONS {
        ctl::add(&user, &session(n), &host.uri(n)).await?;
    }
    let mut watch = ctl::watch(&user)?;
    timeout(READY_DEADLINE, all_ready(&mut watch))
        .await
        .context("not all sessions became ready")??;
    refreshes(&mut host, &mut watch, setup.settle).await?;
    let all_well = refreshes(&mut host, &mut watch, setup.period).await?;
    host.links[SESSIONS - 1].freeze();
    let one_frozen = refreshes(&mut host, &mut watch, setup.period).await?;
    Ok(vec![Measured {
        bench: "isolation",
        what: "refreshes of 49 sessions while the fiftieth hangs".into(),
        value: one_frozen,
        unit: Unit::PerMinute,
        reference: Some(Reference {
            name: "the same 49, none frozen".into(),
            value: all_well,
        }),
        target: Target::RatioAtLeast(0.99),
    }])
}

fn session(n: usize) -> String {
    format!("session-{n:02}")
}

async fn all_ready(watch: &mut Watch) -> Result<()> {
    let mut waiting: HashSet<String> = (0..SESSIONS).map(session).collect();
    while !waiting.is_empty() {
        if let Watched::Connection { name, state } = watch.next().await?
            && state == "ready"
        {
            waiting.remove(&name);
        }
    }
    Ok(())
}

/// Refreshes a minute of the sessions that are never frozen, over `period`.
async fn refreshes(host: &mut Host, watch: &mut Watch, period: Duration) -> Result<f64> {
    let last = session(SESSIONS - 1);
    let end = Instant::now() + period;
    let (mut pace, mut changes, mut seen) = (interval(PACE), 0u32, 0u32);
    while Instant::now() < end {
        tokio::select! {
            tick = pace.tick() => if tick < end {
                let vm = ESTATE.vm(changes / 2 % ESTATE.vms).name();
                let verb = if changes.is_multiple_of(2) { "suspend" } else { "resume" };
                host.shared.act(&format!("{verb} {vm}")).await?;
                changes += 1;
            },
            line = watch.next() => if let Watched::Inventory { connection } = line? {
                seen += u32::from(connection != last);
            },
        }
    }
    Ok(f64::from(seen) * 60.0 / period.as_secs_f64())
}

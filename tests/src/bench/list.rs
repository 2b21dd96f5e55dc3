//! The true list of 1,000 VMs over 50 ms RTT, against `virsh list --all` through the same proxy.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::{Setup, ctl, host::Host};
use crate::{
    estate_gen::{Estate, Mix},
    measure::report::{Measured, Reference, Target, Unit},
    rpc_proxy::Counts,
    user::User,
    virsh,
};

const VMS: u32 = 1_000;
const RTT: Duration = Duration::from_millis(50);

/// What one client did on the link.
struct Run {
    /// From its first call to its last answer.
    ms: f64,
    counts: Counts,
}

pub async fn run(setup: &Setup) -> Result<Vec<Measured>> {
    let (sync, _) = sync(setup, &[]).await?;
    let (details, _) = self::sync(setup, &["--details"]).await?;
    let virsh = virsh_list().await?;
    let reference = |value| {
        Some(Reference {
            name: "virsh list --all".into(),
            value,
        })
    };
    let row = |what: &str, value, unit, reference, target| Measured {
        bench: "list",
        what: what.into(),
        value,
        unit,
        reference,
        target,
    };
    let (calls, virsh_calls) = (count(&sync), count(&virsh));
    eprintln!("sync: {}", sync.counts.calls_line());
    eprintln!("sync --details: {}", details.counts.calls_line());
    eprintln!("virsh: {}", virsh.counts.calls_line());
    Ok(vec![
        row(
            "1,000 VMs at 50 ms RTT",
            sync.ms,
            Unit::Milliseconds,
            reference(virsh.ms),
            Target::AtMost(1500.0),
        ),
        row(
            "calls for them",
            calls,
            Unit::Calls,
            reference(virsh_calls),
            Target::AtMost(16.0),
        ),
        row(
            "--details, more than without",
            details.ms - sync.ms,
            Unit::Milliseconds,
            reference(virsh.ms),
            Target::AtMost(15_000.0),
        ),
    ])
}

/// Each on a host of its own: the instants of a proxy's counts are those of its only client.
async fn host() -> Result<Host> {
    Host::start(
        Estate {
            vms: VMS,
            mix: Mix::Varied,
        },
        RTT,
        1,
    )
    .await
}

async fn sync(setup: &Setup, more: &[&str]) -> Result<(Run, f64)> {
    let (host, user) = (host().await?, User::of(&setup.ctl)?);
    ctl::add(&user, "host", &host.uri(0)).await?;
    let synced = ctl::sync(&user, more).await?;
    let [only] = synced.as_slice() else {
        anyhow::bail!("one connection, but {synced:?}")
    };
    ensure!(only.vms == u64::from(VMS), "not the whole list: {only:?}");
    Ok((finished(&host)?, only.duration_ms))
}

async fn virsh_list() -> Result<Run> {
    let host = host().await?;
    let start = Instant::now();
    let list = virsh::run(&host.uri(0), &["list", "--all"]).await?;
    // the listing has a two-line head
    let listed = virsh::lines(&list).count();
    ensure!(
        listed >= VMS as usize,
        "virsh listed {listed} lines in {:?}",
        start.elapsed()
    );
    finished(&host)
}

fn finished(host: &Host) -> Result<Run> {
    let counts = host.counts()?;
    let first = counts.first_call.context("no call was made")?;
    let last = counts.last_reply.context("no call was answered")?;
    // the reply still had half a round trip to go when the proxy saw it, and the first call had made half of one
    let ms = (last.duration_since(first) + RTT).as_secs_f64() * 1000.0;
    Ok(Run { ms, counts })
}

#[expect(clippy::cast_precision_loss, reason = "calls are thousands")]
fn count(run: &Run) -> f64 {
    run.counts.total_calls() as f64
}

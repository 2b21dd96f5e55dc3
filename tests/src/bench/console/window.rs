//! What somebody waits for at a console in the real window: `tests/e2e/console.bench.mjs` in a lab of its own.
//!
//! Invariant: the script and what it started have ended when its value is dropped.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;

use super::Arguments;
use crate::bench::window::Screen;
use crate::lab::root;
use crate::measure::percentile::median;
use crate::measure::report::{Measured, Reference, Target, Unit};

const SCRIPT: &str = "tests/e2e/console.bench.mjs";
/// What a console may take beside the way there and back.
const PICTURE_MS: f64 = 300.0;
/// As often as the way there and back may be in it.
const TRIPS: f64 = 3.0;
const INTERRUPT_MS: f64 = 500.0;
/// The window answers at least this often.
const FROZEN_MS: f64 = 1000.0;
const IDLE_PERCENT: f64 = 1.0;

/// What the script prints.
#[derive(Debug, Deserialize)]
struct Seen {
    rtt_ms: f64,
    /// From Enter to the first picture, on this computer.
    near_ms: Vec<f64>,
    /// The same by ssh, the login being there.
    far_ms: Vec<f64>,
    /// From Ctrl+C until a flood of a line stood.
    interrupt_ms: Vec<f64>,
    serial: Serial,
    idle: Idle,
}

/// Consoles that stand still, one of them shown.
#[derive(Debug, Deserialize)]
struct Idle {
    open: u32,
    /// Of a core, the window and its page.
    percent: f64,
    /// The same when the one that is shown has a cursor that blinks.
    blinking_percent: f64,
    /// The same before any was opened.
    none_percent: f64,
}

/// A line that counts.
#[derive(Debug, Deserialize)]
struct Serial {
    bytes: u32,
    /// Numbers that came where another was to come.
    wrong: u32,
    /// For how long nothing else ran in the page.
    longest_ms: f64,
    took_ms: f64,
}

/// Runs the script, as root: it makes a lab.
pub async fn measure(arguments: &Arguments) -> Result<Vec<Measured>> {
    let screen = Screen::start().await?;
    let mut node = tokio::process::Command::new("node");
    node.arg(root().join(SCRIPT))
        .env("INNKEEPER_APP", &arguments.app)
        .env("INNKEEPER_CTL", &arguments.ctl)
        .env("TAURI_DRIVER", &arguments.web_driver);
    screen.furnish(&mut node);
    let printed = Script::run(node.into_std()).await?;
    let seen: Seen = serde_json::from_str(&printed).context("the script printed no figures")?;
    rows(&seen)
}

fn rows(seen: &Seen) -> Result<Vec<Measured>> {
    let Serial {
        bytes,
        wrong,
        longest_ms,
        took_ms,
    } = seen.serial;
    ensure!(
        wrong == 0,
        "{wrong} numbers of the line are not in their place"
    );
    let row = |what: String, value, target| Measured {
        bench: "console",
        what,
        value,
        unit: Unit::Milliseconds,
        reference: None,
        target: Target::AtMost(target),
    };
    let p50 = |times: &[f64]| median(times).context("nothing was measured");
    let first = |times: &[f64]| times.first().copied().context("nothing was measured");
    let far = TRIPS * seen.rtt_ms + PICTURE_MS;
    let rtt = seen.rtt_ms;
    let mebibytes = bytes >> 20;
    let seconds = (took_ms / 1000.0).round();
    let Idle {
        open,
        percent,
        blinking_percent,
        none_percent,
    } = seen.idle;
    let idle = |what: &str, value, target| Measured {
        bench: "console",
        what: format!("CPU of the window with {open} idle consoles, one of them shown{what}"),
        value,
        unit: Unit::PercentOfCore,
        reference: Some(Reference {
            name: "the window without consoles".into(),
            value: none_percent,
        }),
        target,
    };
    Ok(vec![
        row(
            "Enter to first picture, local, the first console".into(),
            first(&seen.near_ms)?,
            PICTURE_MS,
        ),
        row(
            format!("the same, p50 of {}", seen.near_ms.len()),
            p50(&seen.near_ms)?,
            PICTURE_MS,
        ),
        row(
            format!(
                "the same by ssh at {rtt} ms RTT, p50 of {}",
                seen.far_ms.len()
            ),
            p50(&seen.far_ms)?,
            far,
        ),
        row(
            "Ctrl+C until `yes` on a serial line stands".into(),
            p50(&seen.interrupt_ms)?,
            INTERRUPT_MS,
        ),
        row(
            format!(
                "longest pause of the window while {mebibytes} MiB came to the last byte in {seconds} s"
            ),
            longest_ms,
            FROZEN_MS,
        ),
        idle("", percent, Target::AtMost(IDLE_PERCENT)),
        idle(", whose cursor blinks", blinking_percent, Target::Told),
    ])
}

/// The running script.
struct Script(Child);

impl Script {
    /// Runs it to its end, and returns what it printed.
    async fn run(mut command: Command) -> Result<String> {
        // a file, so that nobody has to read it meanwhile
        let mut printed: File = tempfile::tempfile()?;
        command.stdin(Stdio::null()).stdout(printed.try_clone()?);
        let mut script = Self(command.spawn().context("cannot start node")?);
        let status = script.ended().await?;
        ensure!(status.success(), "{SCRIPT}: {status}");
        printed.rewind()?;
        let mut text = String::new();
        printed.read_to_string(&mut text)?;
        Ok(text)
    }

    async fn ended(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let running = matches!(self.0.try_wait(), Ok(None));
        let pid = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        if let (true, Some(pid)) = (running, pid) {
            // it takes its lab down, which a kill would leave
            let _ = kill_process(pid, Signal::TERM);
            let _ = self.0.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{"rtt_ms":50,"near_ms":[352,200,150],"far_ms":[480,440,430],
        "interrupt_ms":[388,169,160],"serial":{"bytes":52428800,"wrong":0,"longest_ms":427,"took_ms":113000},
        "idle":{"open":10,"percent":1.2,"blinking_percent":2.3,"none_percent":0.3}}"#;

    #[test]
    fn figures_are_beside_their_bounds() {
        let seen: Seen = serde_json::from_str(PRINTED).expect("as the script prints");
        let rows = rows(&seen).expect("figures");
        let reached: Vec<(f64, bool)> = rows.iter().map(|row| (row.value, row.reached())).collect();
        assert_eq!(
            reached,
            [
                (352.0, false),
                (200.0, true),
                (440.0, true),
                (169.0, true),
                (427.0, true),
                (1.2, false),
                (2.3, true)
            ]
        );
        assert!(rows[4].what.contains("50 MiB") && rows[4].what.contains("113 s"));
    }

    #[test]
    fn bytes_that_are_lost_are_an_error_and_no_figure() {
        let lost = PRINTED.replace("\"wrong\":0", "\"wrong\":3");
        let seen: Seen = serde_json::from_str(&lost).expect("as the script prints");
        rows(&seen).expect_err("three numbers are wrong");
    }
}

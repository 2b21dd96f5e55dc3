//! `bench-console`: what the console bridge costs, beside QEMU's own WebSocket in the same run.
//!
//! ```text
//! pixels      whole screens, raw, one after another       QEMU's own WebSocket, taking turns with ours
//! round trip  a question that QEMU answers at once, p50   the same
//! idle        CPU of ten open displays that stand still   ten `innkeeperctl watch` of the same host
//! serial      50 MB of a serial line, lost bytes          none
//! window      Enter to first picture, Ctrl+C, 50 MB       the bounds of each
//! ```
//!
//! The bridge is `innkeeperctl display`, which opens it as the window does; the line is `innkeeperctl console`; the window
//! is the real one, on hosts of a lab. The client of pixels is the same for both sides, so what it costs itself only brings the two closer to each other.
//!
//! Invariant: a bench whose preparation failed reports an error, never a figure.

mod machine;
mod window;

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

use self::machine::{LINE_BYTES, Machine};
use super::ctl;
use crate::display::Display;
use crate::measure::percentile::median;
use crate::measure::process;
use crate::measure::report::{Measured, Reference, Target, Unit, json_document, markdown};
use crate::user::User;

const USAGE: &str = "\
bench-console [--only NAME,…] [--ctl FILE] [--app FILE] [--web-driver FILE] [--period SECONDS] [--json FILE] [--markdown FILE]

  --only      bridge, window; both when it is left out
  --ctl       innkeeperctl, a release build; target/release/innkeeperctl when it is left out
  --app       innkeeper; target/release/innkeeper when it is left out
  --web-driver  tauri-driver; $TAURI_DRIVER or target/tools/bin/tauri-driver when it is left out
  --period    how long each side moves pixels, and how long idle consoles are observed (20)
  --json      also write the figures there
  --markdown  also write the table there

Needs libvirtd, QEMU and virsh; the window also what the window's tests need, and root, for its lab. Exits 1 when a
bench failed or a target was missed. A signal ends it with everything it has started.
";

/// How often the two sides take turns, so that what else the machine does hits both.
const TURNS: u32 = 5;
/// Questions in each turn.
const QUESTIONS: usize = 200;
/// Displays that are open and idle.
const OPEN: usize = 10;
/// How long a program may take to come to rest.
const SETTLE: Duration = Duration::from_secs(5);
/// How long a line may stand still. Only a broken one does.
const PATIENCE: Duration = Duration::from_secs(30);

struct Arguments {
    bridge: bool,
    window: bool,
    ctl: PathBuf,
    app: PathBuf,
    web_driver: PathBuf,
    period: Duration,
    json: Option<PathBuf>,
    markdown: Option<PathBuf>,
}

/// Measures what `args` (without the program's name) ask for, and prints and writes it.
///
/// # Errors
/// When the arguments are wrong, a program is missing, or a file cannot be written.
pub async fn main(args: impl Iterator<Item = String>) -> Result<ExitCode> {
    let Some(arguments) = parse(args)? else {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    let rows = tokio::select! {
        rows = measure(&arguments) => rows?,
        // what it has started ends with it
        signal = stopped() => bail!("ended by {}", signal?),
    };
    let table = markdown(&rows);
    println!("{table}");
    if let Some(path) = &arguments.markdown {
        std::fs::write(path, &table)?;
    }
    if let Some(path) = &arguments.json {
        std::fs::write(path, format!("{:#}\n", json_document(&rows)))?;
    }
    let missed = rows.iter().any(|row| !row.reached());
    Ok(if missed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// None when help is asked for.
fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Arguments>> {
    let root = crate::lab::root();
    let mut parsed = Arguments {
        bridge: true,
        window: true,
        ctl: root.join("target/release/innkeeperctl"),
        app: root.join("target/release/innkeeper"),
        web_driver: std::env::var_os("TAURI_DRIVER")
            .map_or_else(|| root.join("target/tools/bin/tauri-driver"), PathBuf::from),
        period: Duration::from_secs(20),
        json: None,
        markdown: None,
    };
    while let Some(arg) = args.next() {
        if matches!(arg.as_str(), "--help" | "-h") {
            return Ok(None);
        }
        let value = args
            .next()
            .with_context(|| format!("{arg} wants a value\n\n{USAGE}"))?;
        match arg.as_str() {
            "--only" => {
                let names: Vec<&str> = value.split(',').collect();
                for name in &names {
                    ensure!(["bridge", "window"].contains(name), "what is {name}?");
                }
                parsed.bridge = names.contains(&"bridge");
                parsed.window = names.contains(&"window");
            }
            "--ctl" => parsed.ctl = value.into(),
            "--app" => parsed.app = value.into(),
            "--web-driver" => parsed.web_driver = value.into(),
            "--period" => parsed.period = Duration::from_secs(value.parse()?),
            "--json" => parsed.json = Some(value.into()),
            "--markdown" => parsed.markdown = Some(value.into()),
            _ => bail!("what is {arg}?\n\n{USAGE}"),
        }
    }
    Ok(Some(parsed))
}

/// The signal that came to end us.
async fn stopped() -> Result<&'static str> {
    let mut term = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(tokio::select! {
        interrupt = tokio::signal::ctrl_c() => interrupt.map(|()| "Ctrl+C")?,
        _ = term.recv() => "SIGTERM",
        _ = hang_up.recv() => "SIGHUP",
    })
}

async fn measure(arguments: &Arguments) -> Result<Vec<Measured>> {
    let mut rows = Vec::new();
    if arguments.bridge {
        rows.extend(bridge(arguments).await?);
    }
    if arguments.window {
        eprintln!("the window …");
        rows.extend(window::measure(arguments).await?);
    }
    Ok(rows)
}

async fn bridge(arguments: &Arguments) -> Result<Vec<Measured>> {
    let machine = Machine::start().await?;
    let user = User::of(&arguments.ctl)?;
    ctl::add(&user, "host", &machine.uri()).await?;
    eprintln!("pixels and round trips …");
    machine.power_on(machine::MOVING).await?;
    ctl::sync(&user, &[]).await?;
    let mut rows = moving(&machine, &user, arguments.period).await?;
    eprintln!("idle displays …");
    machine.power_off(machine::MOVING).await?;
    machine.power_on(machine::STILL).await?;
    ctl::sync(&user, &[]).await?;
    rows.push(idle(&user, arguments.period).await?);
    eprintln!("a serial line …");
    machine.power_off(machine::STILL).await?;
    machine.power_on(machine::LINE).await?;
    ctl::sync(&user, &[]).await?;
    rows.push(serial(&user).await?);
    Ok(rows)
}

/// A served display, which ends with its client.
struct Served {
    child: Child,
    url: String,
}

fn program(user: &User, words: &[&str]) -> Command {
    let mut command = Command::from(user.command(words));
    command.stdout(Stdio::piped()).kill_on_drop(true);
    command
}

async fn serve(user: &User, vm: &str) -> Result<Served> {
    let mut child = program(user, &["display", vm, "--json"]).spawn()?;
    let stdout = child.stdout.take().context("piped above")?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    let line: Value = serde_json::from_str(&line.context("innkeeperctl display ended")?)?;
    let url = line["websocket"].as_str().context("no websocket")?;
    Ok(Served {
        url: url.to_owned(),
        child,
    })
}

/// Pixels and round trips, ours and QEMU's in turns.
async fn moving(machine: &Machine, user: &User, period: Duration) -> Result<Vec<Measured>> {
    let served = serve(user, machine::MOVING).await?;
    let mut ours = Display::open(&served.url, None).await?;
    let mut theirs = Display::open(&machine.websocket().await?, None).await?;
    ensure!(
        (ours.width, ours.height) == machine::PIXELS,
        "the screen is {} × {}",
        ours.width,
        ours.height
    );
    let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
    let (mut our_trips, mut their_trips) = (Vec::new(), Vec::new());
    let turn = period / TURNS;
    for number in 0..TURNS {
        // whoever is first finds a colder machine
        if number.is_multiple_of(2) {
            our_rates.push(rate(&mut ours, turn).await?);
            their_rates.push(rate(&mut theirs, turn).await?);
            our_trips.extend(trips(&mut ours).await?);
            their_trips.extend(trips(&mut theirs).await?);
        } else {
            their_rates.push(rate(&mut theirs, turn).await?);
            our_rates.push(rate(&mut ours, turn).await?);
            their_trips.extend(trips(&mut theirs).await?);
            our_trips.extend(trips(&mut ours).await?);
        }
    }
    let row = |what: &str, ours: &[f64], theirs: &[f64], unit, target| {
        Ok::<_, anyhow::Error>(Measured {
            bench: "console",
            what: what.to_owned(),
            value: median(ours).context("no figure")?,
            unit,
            reference: Some(Reference {
                name: "QEMU's own WebSocket".to_owned(),
                value: median(theirs).context("no figure")?,
            }),
            target,
        })
    };
    let (wide, high) = machine::PIXELS;
    Ok(vec![
        row(
            &format!("raw updates of {wide} × {high} pixels"),
            &our_rates,
            &their_rates,
            Unit::MebibytesPerSecond,
            Target::RatioAtLeast(0.95),
        )?,
        row(
            "round trip to QEMU, p50",
            &our_trips,
            &their_trips,
            Unit::Milliseconds,
            Target::AboveReferenceAtMost(1.0),
        )?,
    ])
}

/// Mebibytes of pixels a second, one screen after the other.
async fn rate(display: &mut Display, period: Duration) -> Result<f64> {
    let (began, mut pixels) = (Instant::now(), 0);
    while began.elapsed() < period {
        pixels += display.update(false).await?;
    }
    let mebibytes = f64::from(u32::try_from(pixels >> 10)?) / 1024.0;
    Ok(mebibytes / began.elapsed().as_secs_f64())
}

/// Milliseconds of each.
async fn trips(display: &mut Display) -> Result<Vec<f64>> {
    let mut trips = Vec::new();
    for _ in 0..QUESTIONS {
        let began = Instant::now();
        display.round_trip().await?;
        trips.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(trips)
}

/// CPU of displays that are open, asked for what changes, and do not change.
async fn idle(user: &User, period: Duration) -> Result<Measured> {
    let mut open = Vec::new();
    for _ in 0..OPEN {
        let served = serve(user, machine::STILL).await?;
        let mut display = Display::open(&served.url, None).await?;
        display.update(false).await?;
        display.ask(true).await?;
        open.push((served, display));
    }
    let pids = open.iter().map(|(served, _)| served.child.id());
    let ours = cpu(pids.collect::<Option<Vec<u32>>>(), period).await?;
    drop(open);
    let mut watching = Vec::new();
    for _ in 0..OPEN {
        watching.push(program(user, &["watch"]).spawn()?);
    }
    let pids = watching.iter().map(Child::id);
    let theirs = cpu(pids.collect::<Option<Vec<u32>>>(), period).await?;
    Ok(Measured {
        bench: "console",
        what: format!("{OPEN} open idle displays, a process each"),
        value: ours,
        unit: Unit::PercentOfCore,
        reference: Some(Reference {
            name: format!("{OPEN} times innkeeperctl watch"),
            value: theirs,
        }),
        target: Target::AboveReferenceAtMost(1.0),
    })
}

async fn cpu(pids: Option<Vec<u32>>, period: Duration) -> Result<f64> {
    let pids = pids.context("a process has ended")?;
    tokio::time::sleep(SETTLE).await;
    let used = || -> Result<Duration> {
        pids.iter()
            .map(|pid| process::cpu_time(*pid).context("a process has ended"))
            .sum()
    };
    let (began, before) = (Instant::now(), used()?);
    tokio::time::sleep(period).await;
    let used = used()?.saturating_sub(before);
    Ok(used.as_secs_f64() / began.elapsed().as_secs_f64() * 100.0)
}

/// Reads a line on which a VM counts, and says how much was missing.
async fn serial(user: &User) -> Result<Measured> {
    let mut command = program(user, &["console", machine::LINE]);
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().context("piped above")?;
    let mut output = child.stdout.take().context("piped above")?;
    let began = Instant::now();
    // any byte lets the VM begin
    input.write_all(b"\r").await?;
    let (mut came, mut held, mut next) = (0_usize, Vec::new(), 0_u32);
    while came < LINE_BYTES {
        let read = tokio::time::timeout(PATIENCE, output.read_buf(&mut held)).await;
        let read = match read {
            Ok(read) => read.context("the line broke")?,
            // what is missing by now does not come any more
            Err(_) => break,
        };
        ensure!(read > 0, "the line ended after {came} bytes");
        came += read;
        let whole = held.len() / 4 * 4;
        for number in held[..whole].chunks_exact(4) {
            let number = u32::from_le_bytes(number.try_into().expect("four bytes"));
            ensure!(number == next, "{number} came where {next} was to come");
            next += 1;
        }
        held.drain(..whole);
    }
    let (mebibytes, took) = (LINE_BYTES >> 20, began.elapsed().as_secs());
    let lost = f64::from(u32::try_from((LINE_BYTES - came) >> 10)?) / 1024.0;
    Ok(Measured {
        bench: "console",
        what: format!("lost of {mebibytes} MiB on a serial line, which came in {took} s"),
        value: lost,
        unit: Unit::Mebibytes,
        reference: None,
        target: Target::AtMost(0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_choose_the_program_and_the_files() {
        let parsed = |line: &str| parse(line.split_whitespace().map(str::to_owned));
        let some = parsed("--ctl /x/ctl --period 3 --json out.json")
            .expect("fine")
            .expect("not help");
        assert_eq!(some.ctl, PathBuf::from("/x/ctl"));
        assert_eq!(some.period, Duration::from_secs(3));
        assert_eq!(some.json, Some("out.json".into()));
        assert!(some.bridge && some.window);
        let one = parsed("--only window").expect("fine").expect("not help");
        assert!(one.window && !one.bridge);
        assert!(parsed("--help").expect("fine").is_none());
        for (line, named) in [
            ("--fast yes", "--fast"),
            ("--ctl", "--ctl"),
            ("--only sound", "sound"),
        ] {
            let error = parsed(line).err().expect("wrong").to_string();
            assert!(error.contains(named), "{line}: {error}");
        }
    }
}

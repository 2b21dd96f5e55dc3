//! The command line of `bench-estate`.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use super::{Bench, Setup};
use crate::measure::report::{json_document, markdown};

const USAGE: &str = "\
bench-estate [--only NAME,…]… [--ctl FILE] [--app FILE] [--web-driver FILE] [--period SECONDS] [--settle SECONDS] [--json FILE] [--markdown FILE]

  --only      list, startup, cpu, memory, events, keystroke, scroll or isolation; all of them when it is left out
  --ctl       innkeeperctl; built with cargo in release mode when it is left out
  --app       innkeeper; target/release/innkeeper when it is left out
  --web-driver  tauri-driver; $TAURI_DRIVER or target/tools/bin/tauri-driver when it is left out
  --period    how long CPU and rates are observed (60)
  --settle    how long a program may come to rest before that (20)
  --json      also write the figures there
  --markdown  also write the table there

Needs libvirtd and virsh; for the benches with a window also Xvfb, for keystroke and scroll
also node, tauri-driver and WebKitWebDriver, and for cpu virt-manager and dbus-run-session.
Exits 1 when a bench failed or a target was missed.
";

struct Arguments {
    benches: Vec<Bench>,
    ctl: Option<PathBuf>,
    app: Option<PathBuf>,
    web_driver: Option<PathBuf>,
    period: Duration,
    settle: Duration,
    json: Option<PathBuf>,
    markdown: Option<PathBuf>,
}

/// Runs the benches that `args` (without the program's name) ask for, and prints and writes what they measured.
///
/// # Errors
/// When the arguments are wrong, `innkeeperctl` does not build, or a file cannot be written.
pub async fn main(args: impl Iterator<Item = String>) -> Result<ExitCode> {
    let Some(arguments) = parse(args)? else {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    let setup = Setup {
        ctl: arguments.ctl.map_or_else(build_ctl, Ok)?,
        app: arguments.app.unwrap_or_else(|| release("innkeeper")),
        web_driver: arguments
            .web_driver
            .or_else(|| env::var_os("TAURI_DRIVER").map(PathBuf::from))
            .unwrap_or_else(|| root().join("target/tools/bin/tauri-driver")),
        period: arguments.period,
        settle: arguments.settle,
    };
    let mut rows = Vec::new();
    let mut failed = false;
    for bench in arguments.benches {
        eprintln!("{bench} …");
        match bench.run(&setup).await {
            Ok(measured) => rows.extend(measured),
            Err(error) => {
                eprintln!("{bench} failed: {error:#}");
                failed = true;
            }
        }
    }
    let table = markdown(&rows);
    println!("{table}");
    if let Some(path) = arguments.markdown {
        std::fs::write(&path, &table)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(path) = arguments.json {
        let text = format!("{:#}\n", json_document(&rows));
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let missed = rows.iter().any(|row| !row.reached());
    Ok(if failed || missed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// None when help is asked for.
fn parse(args: impl Iterator<Item = String>) -> Result<Option<Arguments>> {
    let mut parsed = Arguments {
        benches: Vec::new(),
        ctl: None,
        app: None,
        web_driver: None,
        period: Duration::from_secs(60),
        settle: Duration::from_secs(20),
        json: None,
        markdown: None,
    };
    let mut args = args;
    while let Some(arg) = args.next() {
        if matches!(arg.as_str(), "--help" | "-h") {
            return Ok(None);
        }
        let value = args
            .next()
            .with_context(|| format!("{arg} wants a value\n\n{USAGE}"));
        match arg.as_str() {
            "--only" => {
                for name in value?.split(',') {
                    parsed.benches.push(name.parse()?);
                }
            }
            "--ctl" => parsed.ctl = Some(value?.into()),
            "--app" => parsed.app = Some(value?.into()),
            "--web-driver" => parsed.web_driver = Some(value?.into()),
            "--period" => parsed.period = seconds(&value?)?,
            "--settle" => parsed.settle = seconds(&value?)?,
            "--json" => parsed.json = Some(value?.into()),
            "--markdown" => parsed.markdown = Some(value?.into()),
            _ => bail!("what is {arg}?\n\n{USAGE}"),
        }
    }
    if parsed.benches.is_empty() {
        parsed.benches = Bench::ALL.to_vec();
    }
    Ok(Some(parsed))
}

fn seconds(text: &str) -> Result<Duration> {
    let seconds: u64 = text
        .parse()
        .with_context(|| format!("{text} is no number of seconds"))?;
    Ok(Duration::from_secs(seconds))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ stands in the project's root")
}

fn release(program: &str) -> PathBuf {
    root().join("target/release").join(program)
}

fn build_ctl() -> Result<PathBuf> {
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "build",
            "--release",
            "--package",
            "cli",
            "--bin",
            "innkeeperctl",
        ])
        .current_dir(root())
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "innkeeperctl does not build");
    Ok(release("innkeeperctl"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Option<Arguments>> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_choose_benches_and_files() {
        let all = parsed("")
            .expect("no arguments are fine")
            .expect("not help");
        assert_eq!(all.benches, Bench::ALL);
        assert_eq!(all.period, Duration::from_secs(60));
        let some = parsed("--only list,scroll --only cpu --period 5 --json out.json")
            .expect("fine")
            .expect("not help");
        assert_eq!(some.benches, [Bench::List, Bench::Scroll, Bench::Cpu]);
        assert_eq!(
            (some.period, some.json),
            (Duration::from_secs(5), Some("out.json".into()))
        );
        assert!(parsed("--only list --help").expect("fine").is_none());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, named) in [
            ("--only list,lists", "lists"),
            ("--only", "--only"),
            ("--period soon", "soon"),
            ("--fast yes", "--fast"),
        ] {
            let error = parsed(line).err().expect("wrong").to_string();
            assert!(error.contains(named), "{line}: {error}");
        }
    }
}

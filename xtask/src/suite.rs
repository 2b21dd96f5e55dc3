//! A test run: every step in order, each with its time, and one last line that says how it went.
//!
//! Invariant: a failure never hides the steps behind it, and never ends in exit code 0.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::app;
use crate::counts::{self, Counts};
use crate::cross;
use crate::display::Display;
use crate::lab::{self, TestLab};
use crate::packages;
use crate::process::{self, npm, root, words};
use crate::steps::Step;
use crate::tools::{self, CargoTool};

/// Runs `steps`; exit code 1 when anything failed.
pub fn run(steps: &[Step]) -> Result<ExitCode> {
    let here: Vec<Step> = steps
        .iter()
        .copied()
        .filter(|step| step.runs_here())
        .collect();
    let mut purposes: Vec<_> = here
        .iter()
        .flat_map(|step| step.purposes())
        .copied()
        .collect();
    purposes.dedup();
    if !purposes.is_empty() {
        packages::ensure(&purposes)?;
    }
    tools::for_tests(&here)?;

    let mut results = Vec::new();
    for step in steps {
        if !step.runs_here() {
            println!("\n== {}: only on Linux", step.name());
            continue;
        }
        if !packages::serves(step.purposes()) {
            println!("\n== {}: only on Debian and its kin", step.name());
            continue;
        }
        println!("\n== {}", step.name());
        let begun = Instant::now();
        let counts = perform(*step).unwrap_or_else(|error| {
            eprintln!("xtask: {error:#}");
            Counts::one(false)
        });
        let time = begun.elapsed();
        println!("== {}", summary(*step, counts, time));
        results.push((*step, counts, time));
    }

    println!();
    let mut total = Counts::default();
    for (step, counts, time) in results {
        println!("{}", summary(step, counts, time));
        total = total + counts;
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn summary(step: Step, counts: Counts, time: Duration) -> String {
    let Counts { passed, failed } = counts;
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    let name = step.name();
    let seconds = time.as_secs_f64();
    format!("{name:<12} {verdict:<6} {seconds:>7.1} s  passed {passed}, failed {failed}")
}

fn perform(step: Step) -> Result<Counts> {
    match step {
        Step::Fmt => holds(words("cargo fmt --all --check")),
        Step::UiBuild => holds(npm("run build")),
        Step::Eslint => holds(npm("run lint")),
        Step::SvelteCheck => holds(npm("run check")),
        Step::Prettier => holds(npm("run format")),
        Step::Stylelint => holds(npm("run stylelint")),
        Step::Vitest => counted(npm("run test"), counts::vitest),
        Step::Deny => {
            let mut deny = Command::new(CargoTool::Deny.path());
            deny.current_dir(root())
                .args("--locked check licenses bans sources".split(' '));
            holds(deny)
        }
        Step::Clippy => holds(words(
            "cargo clippy --locked --workspace --all-targets --features innkeeper-tests/lab -- -D warnings",
        )),
        Step::Typegen => holds(app::typegen_command(true)),
        Step::Unit => counted(
            words("cargo test --locked --workspace --no-fail-fast"),
            counts::cargo,
        ),
        Step::Lab => lab_tests(),
        Step::E2e => e2e(),
        Step::Windows | Step::Macos => {
            let triple = step.triple().expect("a cross step has a target");
            holds(cross::clippy(step, triple)?)
        }
    }
}

fn holds(mut command: Command) -> Result<Counts> {
    Ok(Counts::one(process::listen(&mut command)?.0.success()))
}

fn counted(mut command: Command, count: fn(&str) -> Counts) -> Result<Counts> {
    let (status, text) = process::listen(&mut command)?;
    Ok(count(&text).or_exit(status.success()))
}

/// What tests of several programs find in their environment.
fn surroundings(command: &mut Command, lab: &TestLab, display: &Display) {
    command
        .env(lab::STATE, lab.state())
        .env("DISPLAY", &display.name)
        .env("INNKEEPER_TARGET", app::folder(false))
        .env("TAURI_DRIVER", CargoTool::TauriDriver.path())
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("SSH_AUTH_SOCK");
}

fn lab_tests() -> Result<Counts> {
    process::check(&mut app::build_ctl(false))?;
    let (lab, display) = (TestLab::prepare()?, Display::start()?);
    // the other tests of this package ran in `unit`
    let mut tests = words(
        "cargo test --locked -p innkeeper-tests --features lab --no-fail-fast --lib --test lab_*",
    );
    surroundings(&mut tests, &lab, &display);
    if let Some(runner) = lab::runner()? {
        tests.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", runner);
    }
    counted(tests, counts::cargo)
}

fn e2e() -> Result<Counts> {
    let files = e2e_files()?;
    process::check(&mut npm("run build"))?;
    process::check(&mut app::build_window(false))?;
    process::check(&mut app::build_ctl(false))?;
    let (lab, display) = (TestLab::prepare()?, Display::start()?);
    // one file at a time: each opens windows and reads clocks
    let mut tests =
        words("node --test --test-concurrency=1 --test-timeout=300000 --test-reporter=spec");
    tests.args(files);
    surroundings(&mut tests, &lab, &display);
    counted(tests, counts::node)
}

/// Node 20 takes no patterns.
fn e2e_files() -> Result<Vec<PathBuf>> {
    let folder = root().join("tests/e2e");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".e2e.mjs") {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!("no *.e2e.mjs in {}", folder.display());
    }
    files.sort();
    Ok(files)
}

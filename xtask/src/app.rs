//! Building and running: the window, innkeeperctl, the generated TypeScript, benches.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::packages::{self, Purpose};
use crate::process::{self, target};
use crate::tools::{self, CargoTool};

/// Where the generated TypeScript stands.
const GENERATED: &str = "ui/src/generated";

/// Builds and opens the window.
pub fn run(demo: bool, release: bool, args: &[String]) -> Result<ExitCode> {
    ready_to_build()?;
    process::check(&mut process::npm("run build"))?;
    process::check(&mut build_window(release))?;
    let app = binary("innkeeper", release);
    let mut command = Command::new(&app);
    // not `process::command`: relative paths among the arguments are the user's
    if demo {
        command.arg("--demo");
    }
    let status = command
        .args(args)
        .status()
        .with_context(|| format!("cannot start {}", app.display()))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Builds everything that ships.
pub fn build(release: bool) -> Result<ExitCode> {
    ready_to_build()?;
    process::check(&mut process::npm("run build"))?;
    process::check(&mut build_window(release))?;
    process::check(&mut build_ctl(release))?;
    for name in ["innkeeper", "innkeeperctl"] {
        println!("{}", binary(name, release).display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes or compares the TypeScript of the wire contract.
pub fn typegen(check: bool) -> Result<ExitCode> {
    process::check(&mut typegen_command(check))?;
    Ok(ExitCode::SUCCESS)
}

/// The command behind [`typegen`].
pub fn typegen_command(check: bool) -> Command {
    let mut typegen = process::words("cargo run --locked --quiet -p api --bin typegen --");
    typegen.arg(GENERATED);
    if check {
        typegen.arg("--check");
    }
    typegen
}

/// Runs tests/src/bin/bench-NAME, on programs built as they ship.
pub fn bench(name: &str, args: &[String]) -> Result<ExitCode> {
    packages::ensure(&[Purpose::Build, Purpose::Window, Purpose::Lab])?;
    build(true)?;
    CargoTool::TauriDriver.install()?;
    let mut bench = process::words("cargo run --locked --release -p innkeeper-tests --bin");
    bench
        .env("TAURI_DRIVER", CargoTool::TauriDriver.path())
        .arg(format!("bench-{name}"))
        .arg("--")
        .args(args);
    process::check(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}

/// The app with the UI inside it.
pub fn build_window(release: bool) -> Command {
    with_profile(
        "cargo build --locked -p innkeeper --features custom-protocol",
        release,
    )
}

/// The command line's binary.
pub fn build_ctl(release: bool) -> Command {
    with_profile("cargo build --locked -p cli", release)
}

/// Where built programs are.
pub fn folder(release: bool) -> PathBuf {
    target().join(if release { "release" } else { "debug" })
}

fn binary(name: &str, release: bool) -> PathBuf {
    folder(release).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn ready_to_build() -> Result<()> {
    packages::ensure(&[Purpose::Build])?;
    tools::node_modules()
}

fn with_profile(line: &str, release: bool) -> Command {
    let mut build = process::words(line);
    if release {
        build.arg("--release");
    }
    build
}

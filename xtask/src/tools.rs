//! Tools that no system package brings: the UI's node modules, Rust targets and components, cargo's helpers.
//!
//! cargo's helpers go to target/tools, so that a clone brings its own and the user's ~/.cargo stays as it was.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{self, root, target};
use crate::steps::Step;

/// A program that `cargo install` provides. The version is part of the recipe: a newer one may want a newer Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CargoTool {
    Deny,
    TauriDriver,
}

impl CargoTool {
    fn name_and_version(self) -> (&'static str, &'static str) {
        match self {
            Self::Deny => ("cargo-deny", "~0.20.2"),
            Self::TauriDriver => ("tauri-driver", "~2.1"),
        }
    }

    /// Where it is, once [`install`](Self::install) has been called.
    pub fn path(self) -> PathBuf {
        let name = self.name_and_version().0;
        target()
            .join("tools/bin")
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Builds it, unless it is there; unoptimised, since it runs for seconds and would build for minutes.
    pub fn install(self) -> Result<()> {
        if self.path().exists() {
            return Ok(());
        }
        let (name, version) = self.name_and_version();
        let mut install = process::words("cargo install --locked --quiet --debug --root");
        install
            .arg(target().join("tools"))
            .args([name, "--version", version]);
        process::check(&mut install)
    }
}

/// `npm ci`, unless node_modules is newer than the lock file.
pub fn node_modules() -> Result<()> {
    let ui = root().join("ui");
    let written = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
    let lock = ui.join("package-lock.json");
    let locked = written(&lock).with_context(|| format!("{} is missing", lock.display()))?;
    if written(&ui.join("node_modules/.package-lock.json")).is_some_and(|done| done >= locked) {
        return Ok(());
    }
    process::check(&mut process::npm("ci --no-audit --no-fund"))
}

/// What the steps need beyond system packages.
pub fn for_tests(steps: &[Step]) -> Result<()> {
    for step in steps {
        match step {
            Step::Fmt => component("fmt", "rustfmt")?,
            Step::Clippy => component("clippy", "clippy")?,
            Step::Windows | Step::Macos => {
                component("clippy", "clippy")?;
                let triple = step.triple().expect("a cross step has a target");
                rust_target(triple)?;
            }
            Step::Deny => CargoTool::Deny.install()?,
            Step::E2e => {
                CargoTool::TauriDriver.install()?;
                node_modules()?;
            }
            Step::UiBuild
            | Step::Eslint
            | Step::SvelteCheck
            | Step::Prettier
            | Step::Stylelint
            | Step::Vitest => node_modules()?,
            Step::Typegen | Step::Unit | Step::Lab => {}
        }
    }
    Ok(())
}

fn component(subcommand: &str, component: &str) -> Result<()> {
    if process::answer(&mut process::command("cargo", [subcommand, "--version"])).is_some() {
        return Ok(());
    }
    process::check(&mut process::command(
        "rustup",
        ["component", "add", component],
    ))
}

fn rust_target(triple: &str) -> Result<()> {
    let libraries = process::answer(&mut process::words("rustc --print sysroot"))
        .map(|sysroot| Path::new(sysroot.trim()).join("lib/rustlib").join(triple));
    if libraries.is_some_and(|path| path.is_dir()) {
        return Ok(());
    }
    process::check(&mut process::command("rustup", ["target", "add", triple]))
}

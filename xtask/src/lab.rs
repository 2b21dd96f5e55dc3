//! The lab of real libvirt hosts, tests/lab/lab.
//!
//! Invariant: tests get a lab of their own, in a state folder that no lab of the developer's uses, and nothing of it
//! is left when they are done, however they end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::packages::{self, Purpose};
use crate::privilege::{self, Privilege};
use crate::process::{self, root};

/// Names the state folder to the scripts and to the tests.
pub const STATE: &str = "INNKEEPER_LAB_STATE";

/// `cargo xtask lab …`.
pub fn pass_through(args: &[String]) -> Result<ExitCode> {
    if matches!(
        args.first().map(String::as_str),
        Some("up" | "start" | "guest")
    ) {
        packages::ensure(&[Purpose::Lab])?;
    }
    let status = as_root(&script(), args)?.status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The lab of one test run.
pub struct TestLab {
    state: PathBuf,
}

impl TestLab {
    /// Builds the guest if it is missing, and shows that a host starts here at all: tests that found no lab would
    /// otherwise be told apart from broken ones only by reading.
    pub fn prepare() -> Result<Self> {
        // short, since paths of unix sockets are; the number, since two clones may be tested at once
        let state = match std::env::var_os(STATE) {
            Some(given) => PathBuf::from(given),
            None => PathBuf::from(format!("/var/tmp/ik{}", std::process::id())),
        };
        let lab = Self { state };
        lab.run(&["guest"])?;
        lab.run(&["up", "a"])?;
        lab.run(&["down"])?;
        Ok(lab)
    }

    /// For the environment of the tests.
    pub fn state(&self) -> &Path {
        &self.state
    }

    fn run(&self, args: &[&str]) -> Result<()> {
        run_in(&self.state, args)
    }

    /// This lab's folder and those of single tests, which begin with its name.
    fn folders(&self) -> Vec<PathBuf> {
        let (Some(parent), Some(name)) = (self.state.parent(), self.state.file_name()) else {
            return Vec::new();
        };
        let prefix = format!("{}-", name.to_string_lossy());
        let beside = fs::read_dir(parent).into_iter().flatten().flatten();
        let of_tests = beside.map(|entry| entry.path()).filter(|path| {
            path.file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with(&prefix))
        });
        std::iter::once(self.state.clone())
            .chain(of_tests)
            .filter(|path| path.is_dir())
            .collect()
    }
}

impl Drop for TestLab {
    fn drop(&mut self) {
        for folder in self.folders() {
            if let Err(error) = run_in(&folder, &["down"]) {
                eprintln!("xtask: the lab is not down: {error:#}");
            }
        }
    }
}

fn run_in(state: &Path, args: &[&str]) -> Result<()> {
    process::check(as_root(&script(), args)?.env(STATE, state))
}

/// The prefix that lets cargo run test binaries as root; they make namespaces and network links.
pub fn runner() -> Result<Option<&'static str>> {
    match privilege::detect() {
        Privilege::Root => Ok(None),
        Privilege::Sudo => Ok(Some("sudo -n -E")),
        Privilege::None => bail!("the lab needs root, or a sudo that asks for no password"),
    }
}

fn script() -> PathBuf {
    root().join("tests/lab/lab")
}

fn as_root<S: AsRef<std::ffi::OsStr>>(program: &Path, args: &[S]) -> Result<Command> {
    let program = program.to_string_lossy();
    Ok(match runner()? {
        None => process::command(&program, args),
        Some(sudo) => {
            let mut command = process::words(sudo);
            command.arg(program.as_ref()).args(args);
            command
        }
    })
}

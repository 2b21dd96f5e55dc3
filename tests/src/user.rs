//! A user at a terminal: runs `innkeeperctl` with a data folder of its own and reads what it prints.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::lab::{Lab, root};

/// The folder of the programs under test.
#[must_use]
pub fn target_dir() -> PathBuf {
    std::env::var_os("INNKEEPER_TARGET").map_or_else(|| root().join("target/debug"), PathBuf::from)
}

/// A user with an estate of their own: programs they start neither see nor touch anybody else's.
#[derive(Debug)]
pub struct User {
    home: TempDir,
    ctl: PathBuf,
    env: Vec<(String, String)>,
}

/// What a command printed.
#[derive(Debug)]
pub struct Printed {
    /// Its exit status.
    pub code: i32,
    /// The one document on stdout; null when there was none.
    pub json: Value,
    /// Everything on stderr.
    pub stderr: String,
}

impl Printed {
    /// Reads what a command has printed.
    ///
    /// # Errors
    /// When that is anything but one document.
    pub fn read(arguments: &[&str], output: Output) -> Result<Self> {
        let stdout = String::from_utf8(output.stdout)?;
        let json = match stdout.trim() {
            "" => Value::Null,
            text => serde_json::from_str(text)
                .with_context(|| format!("{arguments:?} printed no single document: {text}"))?,
        };
        Ok(Self {
            code: output.status.code().unwrap_or(-1),
            json,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// The document of a command that must have gone well.
    ///
    /// # Errors
    /// When it did not, with what it printed.
    pub fn ok(self, arguments: &[&str]) -> Result<Value> {
        ensure!(
            self.code == 0,
            "{arguments:?}: {} {}",
            self.json,
            self.stderr
        );
        Ok(self.json)
    }

    /// The code of the error.
    #[must_use]
    pub fn error_code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }
}

impl User {
    /// A user who has never started Innkeeper.
    ///
    /// # Errors
    /// When the temporary folder cannot be made.
    pub fn new() -> Result<Self> {
        Self::of(target_dir().join("innkeeperctl"))
    }

    /// The same, with an `innkeeperctl` from elsewhere.
    ///
    /// # Errors
    /// When the temporary folder cannot be made.
    pub fn of(ctl: impl Into<PathBuf>) -> Result<Self> {
        Ok(Self {
            home: tempfile::tempdir()?,
            ctl: ctl.into(),
            env: Vec::new(),
        })
    }

    /// A user whose ssh knows the hosts of a lab.
    ///
    /// # Errors
    /// When the temporary folder cannot be made.
    pub fn of_lab(lab: &Lab) -> Result<Self> {
        let config = lab.ssh_config().display().to_string();
        Ok(Self::new()?.with_env("INNKEEPER_SSH_CONFIG", &config))
    }

    /// The same user with another environment variable.
    #[must_use]
    pub fn with_env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where the user's inventory is.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The user's home.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Makes a program one that this user starts.
    pub fn furnish(&self, command: &mut Command) {
        let home = self.home.path();
        command
            .env("HOME", home)
            .env("LC_ALL", "C.UTF-8")
            .env("INNKEEPER_DATA_DIR", self.data_dir())
            .env_remove("SSH_AUTH_SOCK");
        for kind in ["CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "STATE_HOME"] {
            command.env(format!("XDG_{kind}"), home.join(kind.to_lowercase()));
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
    }

    /// `innkeeperctl`, ready to be run as this user.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.ctl);
        self.furnish(&mut command);
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs a command with `--json` and reads its document.
    ///
    /// # Errors
    /// When the program is not built, or prints anything but one document.
    pub fn run(&self, arguments: &[&str]) -> Result<Printed> {
        let mut command = self.command(arguments);
        let output = command.arg("--json").output().with_context(|| {
            format!(
                "cannot run {}: cargo build -p cli",
                command.get_program().display()
            )
        })?;
        Printed::read(arguments, output)
    }

    /// Runs a command that must go well.
    ///
    /// # Errors
    /// When it does not, with what it printed.
    pub fn ok(&self, arguments: &[&str]) -> Result<Value> {
        self.run(arguments)?.ok(arguments)
    }

    /// Runs a command that must fail, and gives the error's code.
    ///
    /// # Errors
    /// When it goes well.
    pub fn fails(&self, arguments: &[&str]) -> Result<String> {
        let printed = self.run(arguments)?;
        ensure!(
            printed.code == 1,
            "{arguments:?} exited {}: {}",
            printed.code,
            printed.json
        );
        Ok(printed.error_code().to_owned())
    }

    /// Rows of `list`, by name.
    ///
    /// # Errors
    /// When the command fails.
    pub fn list(&self, arguments: &[&str]) -> Result<Vec<Value>> {
        let document = self.ok(&[&["list"], arguments].concat())?;
        Ok(document["vms"].as_array().cloned().unwrap_or_default())
    }

    /// Starts `watch`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn watch(&self) -> Result<Watching> {
        let mut child = self.command(&["watch"]).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("piped above")?;
        let (sender, lines) = mpsc::channel();
        // reading a pipe blocks; the channel gives it a deadline
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        Ok(Watching {
            child,
            lines,
            seen: Vec::new(),
        })
    }
}

/// A running `watch`.
#[derive(Debug)]
pub struct Watching {
    child: Child,
    lines: Receiver<(Instant, String)>,
    /// Every document so far.
    pub seen: Vec<Value>,
}

impl Watching {
    /// Waits for a document, and says how long that took.
    ///
    /// # Errors
    /// When none comes within `patience`; the last documents are in the error.
    pub fn until(
        &mut self,
        what: &str,
        patience: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Duration> {
        let began = Instant::now();
        loop {
            let left = patience.saturating_sub(began.elapsed());
            match self.lines.recv_timeout(left) {
                Ok((at, line)) => {
                    let document: Value = serde_json::from_str(&line)
                        .with_context(|| format!("watch printed no document: {line}"))?;
                    self.seen.push(document.clone());
                    if wanted(&document) {
                        return Ok(at.saturating_duration_since(began));
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!(
                    "no {what} within {patience:?}; last: {:#?}",
                    self.seen.iter().rev().take(4).collect::<Vec<_>>()
                ),
                Err(RecvTimeoutError::Disconnected) => bail!("watch ended before {what}"),
            }
        }
    }

    /// Waits until a connection is in a state.
    ///
    /// # Errors
    /// When it is not within `patience`.
    pub fn until_state(&mut self, name: &str, state: &str, patience: Duration) -> Result<Duration> {
        self.until(&format!("{name} {state}"), patience, |document| {
            document["event"] == "connection"
                && document["name"] == name
                && document["state"] == state
        })
    }

    /// Waits until a VM's row fits.
    ///
    /// # Errors
    /// When none does within `patience`.
    pub fn until_row(
        &mut self,
        vm: &str,
        patience: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Duration> {
        self.until(&format!("row of {vm}"), patience, |document| {
            document["event"] == "inventory"
                && document["upserted"]
                    .as_array()
                    .is_some_and(|rows| rows.iter().any(|row| row["name"] == vm && wanted(row)))
        })
    }

    /// The process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power loss would.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.kill();
    }
}

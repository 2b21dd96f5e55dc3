//! `innkeeperctl` as a user runs it, with a data folder of its own.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// Where the programs under test keep everything, so that they neither see nor touch the user's own estate.
#[derive(Debug)]
pub struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    /// An empty one.
    ///
    /// # Errors
    /// When the temporary folder cannot be made.
    pub fn new() -> Result<Self> {
        Ok(Self {
            dir: tempfile::tempdir()?,
        })
    }

    /// Points a command at this home.
    pub fn furnish(&self, command: &mut Command) {
        let dir = self.dir.path();
        command
            .env("HOME", dir)
            .env("INNKEEPER_DATA_DIR", self.data_dir())
            .env("LC_ALL", "C.UTF-8");
        for kind in ["CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "STATE_HOME"] {
            command.env(format!("XDG_{kind}"), dir.join(kind.to_lowercase()));
        }
    }

    /// The folder with the inventory.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("innkeeper")
    }
}

/// What `sync --json` says of one connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Synced {
    /// The connection.
    pub name: String,
    /// VMs found.
    pub vms: u64,
    /// How long it took, as the program saw it, in milliseconds.
    pub duration_ms: f64,
    /// Calls, as the program counted them.
    pub calls: u64,
}

/// Runs `innkeeperctl`.
#[derive(Debug)]
pub struct Ctl<'a> {
    program: &'a Path,
    home: &'a Home,
}

impl<'a> Ctl<'a> {
    /// The program, working in `home`.
    #[must_use]
    pub fn new(program: &'a Path, home: &'a Home) -> Self {
        Self { program, home }
    }

    /// Adds a connection that starts by itself.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn add(&self, name: &str, uri: &str) -> Result<()> {
        self.run(&["connection", "add", name, uri])
            .await
            .map(|_| ())
    }

    /// Syncs every connection; `more` are further arguments such as `--details`.
    ///
    /// # Errors
    /// When the program or any connection failed.
    pub async fn sync(&self, more: &[&str]) -> Result<Vec<Synced>> {
        let args = [&["sync", "--json"], more].concat();
        let output = self.run(&args).await?;
        parse_sync(&output).with_context(|| format!("innkeeperctl {args:?} printed {output}"))
    }

    /// Starts `watch`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn watch(&self) -> Result<Watch> {
        let mut child = self
            .command(&["watch"])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        Ok(Watch {
            _child: child,
            lines: BufReader::new(stdout).lines(),
        })
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        self.home.furnish(&mut command);
        command.args(args).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    async fn run(&self, args: &[&str]) -> Result<String> {
        let output = self.command(args).output().await;
        let output = output.with_context(|| format!("cannot start {}", self.program.display()))?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "innkeeperctl {args:?}: {stdout} {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(stdout)
    }
}

/// A running `innkeeperctl watch`.
#[derive(Debug)]
pub struct Watch {
    // read by nothing, held for its Drop
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

/// A line of `watch` that a bench looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// A connection changed its state.
    Connection {
        /// Which.
        name: String,
        /// `connecting`, `syncing`, `ready` or `lost`.
        state: String,
    },
    /// The inventory of a connection was refreshed.
    Inventory {
        /// Which.
        connection: String,
    },
    /// Anything else.
    Other,
}

impl Watch {
    /// The next line.
    ///
    /// # Errors
    /// When `watch` ended or printed something that is not JSON.
    pub async fn next(&mut self) -> Result<Watched> {
        let line = self
            .lines
            .next_line()
            .await?
            .context("innkeeperctl watch ended")?;
        parse_watched(&line).with_context(|| format!("innkeeperctl watch printed {line}"))
    }
}

fn parse_watched(line: &str) -> Result<Watched> {
    let document: Value = serde_json::from_str(line)?;
    let text = |key: &str| {
        document[key]
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("no {key}"))
    };
    Ok(match document["event"].as_str() {
        Some("connection") => Watched::Connection {
            name: text("name")?,
            state: text("state")?,
        },
        Some("inventory") => Watched::Inventory {
            connection: text("connection")?,
        },
        _ => Watched::Other,
    })
}

fn parse_sync(output: &str) -> Result<Vec<Synced>> {
    let document: Value = serde_json::from_str(output)?;
    let connections = document["connections"]
        .as_array()
        .context("no connections")?;
    connections.iter().map(parse_synced).collect()
}

fn parse_synced(connection: &Value) -> Result<Synced> {
    if !connection["error"].is_null() {
        bail!("not synced: {connection}");
    }
    Ok(Synced {
        name: connection["name"].as_str().context("no name")?.to_owned(),
        vms: connection["vms"].as_u64().context("no vms")?,
        duration_ms: connection["duration_ms"]
            .as_f64()
            .context("no duration_ms")?,
        calls: connection["calls"].as_u64().context("no calls")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sync_is_read_and_a_failed_connection_is_an_error() {
        let good = r#"{"connections":[{"name":"a","state":"ready","vms":1000,"duration_ms":812,"calls":13,"error":null}]}"#;
        let synced = Synced {
            name: "a".into(),
            vms: 1000,
            duration_ms: 812.0,
            calls: 13,
        };
        assert_eq!(parse_sync(good).expect("well formed"), [synced]);
        let failed = good.replace("null", r#"{"code":"auth_failed"}"#);
        assert!(
            parse_sync(&failed).is_err(),
            "a figure of a failed sync would be a lie"
        );
        assert!(parse_sync("{}").is_err());
    }

    #[test]
    fn watch_lines_are_read() {
        let cases = [
            (
                r#"{"event":"connection","name":"a","state":"ready"}"#,
                Watched::Connection {
                    name: "a".into(),
                    state: "ready".into(),
                },
            ),
            (
                r#"{"event":"inventory","connection":"a","upserted":[],"removed":[],"revision":3}"#,
                Watched::Inventory {
                    connection: "a".into(),
                },
            ),
            (r#"{"event":"task","task":{}}"#, Watched::Other),
        ];
        for (line, expected) in cases {
            assert_eq!(
                parse_watched(line).expect("well formed"),
                expected,
                "{line}"
            );
        }
        assert!(parse_watched(r#"{"event":"inventory"}"#).is_err());
        assert!(parse_watched("panicked").is_err());
    }
}

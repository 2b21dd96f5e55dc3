//! `innkeeperctl` as the benches use it: while they wait for it, their proxies and watchers go on.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::user::{Printed, User};

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

/// Adds a connection that starts by itself.
///
/// # Errors
/// When the program refuses.
pub async fn add(user: &User, name: &str, uri: &str) -> Result<()> {
    run(user, &["connection", "add", name, uri])
        .await
        .map(|_| ())
}

/// Syncs every connection; `more` are further arguments such as `--details`.
///
/// # Errors
/// When the program or any connection failed.
pub async fn sync(user: &User, more: &[&str]) -> Result<Vec<Synced>> {
    let printed = run(user, &[&["sync"], more].concat()).await?;
    parse_sync(&printed).with_context(|| format!("innkeeperctl sync printed {printed}"))
}

/// Starts `watch`.
///
/// # Errors
/// When it does not start.
pub fn watch(user: &User) -> Result<Watch> {
    let mut child = Command::from(user.command(&["watch"]))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start innkeeperctl watch")?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    Ok(Watch {
        _child: child,
        lines: BufReader::new(stdout).lines(),
    })
}

async fn run(user: &User, arguments: &[&str]) -> Result<Value> {
    let mut command = Command::from(user.command(arguments));
    let output = command.arg("--json").kill_on_drop(true).output().await;
    let output = output.context("cannot start innkeeperctl")?;
    Printed::read(arguments, output)?.ok(arguments)
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

fn parse_sync(document: &Value) -> Result<Vec<Synced>> {
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
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sync_is_read_and_a_failed_connection_is_an_error() {
        let mut document = json!({"connections": [
            {"name": "a", "state": "ready", "vms": 1000, "duration_ms": 812, "calls": 13, "error": null},
        ]});
        let synced = Synced {
            name: "a".into(),
            vms: 1000,
            duration_ms: 812.0,
            calls: 13,
        };
        assert_eq!(parse_sync(&document).expect("well formed"), [synced]);
        document["connections"][0]["error"] = json!({"code": "auth_failed"});
        assert!(
            parse_sync(&document).is_err(),
            "a figure of a failed sync would be a lie"
        );
        assert!(parse_sync(&json!({})).is_err());
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

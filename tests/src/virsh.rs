//! virsh, as a client that is not ours: it prepares hosts, causes events, and is the reference in the benches.
//!
//! Invariant: every process ends with the value that owns it.

use std::{process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStderr, ChildStdin, Command},
    time::timeout,
};

/// How long any one thing may take: 10,000 definitions take about ten seconds.
const DEADLINE: Duration = Duration::from_secs(120);

fn virsh(uri: &str) -> Command {
    let mut command = Command::new("virsh");
    command
        .args(["--quiet", "--connect", uri])
        .env("LC_ALL", "C")
        .kill_on_drop(true);
    command
}

/// Runs one virsh command and gives its output.
///
/// # Errors
/// When virsh is missing, fails, or takes longer than two minutes.
pub async fn run(uri: &str, args: &[&str]) -> Result<String> {
    let command = virsh(uri).args(args).stdin(Stdio::null()).output();
    let output = timeout(DEADLINE, command)
        .await
        .context("virsh took too long")?
        .context("virsh did not start")?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "virsh {args:?} on {uri}: {stderr}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The lines of a virsh listing, without the empty ones it adds.
pub fn lines(output: &str) -> impl Iterator<Item = &str> {
    output
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

/// A virsh that stays connected and runs commands as they come.
#[derive(Debug)]
pub struct VirshShell {
    // read by nothing, held for its Drop
    _child: Child,
    stdin: ChildStdin,
    stderr: Lines<BufReader<ChildStderr>>,
    scripts: u64,
}

impl VirshShell {
    /// Connects to `uri`.
    ///
    /// # Errors
    /// When virsh is missing or cannot connect.
    pub async fn open(uri: &str) -> Result<Self> {
        let mut child = virsh(uri)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("virsh did not start")?;
        let stdin = child.stdin.take().context("stdin is piped")?;
        let stderr = child.stderr.take().context("stderr is piped")?;
        let mut shell = Self {
            _child: child,
            stdin,
            stderr: BufReader::new(stderr).lines(),
            scripts: 0,
        };
        shell
            .run("uri\n")
            .await
            .with_context(|| format!("virsh cannot connect to {uri}"))?;
        Ok(shell)
    }

    /// Runs the commands of `script`, one a line, and returns when the last is done. virsh goes on after a command that
    /// fails, so a caller checks the outcome on the host.
    ///
    /// # Errors
    /// When virsh ended, or took longer than two minutes.
    pub async fn run(&mut self, script: &str) -> Result<()> {
        self.scripts += 1;
        let done = format!("done-{}", self.scripts);
        // on stderr, because virsh holds back what it writes to a pipe on stdout
        let text = format!("{}\necho --err {done}\n", script.trim_end());
        // both at once: errors may fill their pipe while a long script is still being written
        let write = async {
            self.stdin
                .write_all(text.as_bytes())
                .await
                .context("virsh ended")
        };
        let read = async {
            while !self
                .stderr
                .next_line()
                .await?
                .context("virsh ended")?
                .ends_with(&done)
            {}
            Ok(())
        };
        timeout(DEADLINE, async { tokio::try_join!(write, read) })
            .await
            .context("virsh took too long")??;
        Ok(())
    }
}

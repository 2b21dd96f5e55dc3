//! Programs with a window, on a screen of their own, and the timings the app prints about itself.
//!
//! Invariant: a screen and a program end, with every process they started, when their value is dropped.

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};

use crate::user::User;

/// How long the app may take to say what a bench waits for.
const DEADLINE: Duration = Duration::from_secs(60);

/// An X server without a monitor.
#[derive(Debug)]
pub struct Screen {
    _server: Group,
    display: String,
}

impl Screen {
    /// Starts one on a free display number.
    ///
    /// # Errors
    /// When Xvfb is missing or does not start.
    pub async fn start() -> Result<Self> {
        let mut command = Command::new("Xvfb");
        // it chooses the number and writes it to stdout
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Group::spawn(&mut command).context("cannot start Xvfb")?;
        let stdout = server.child.stdout.take().context("stdout is piped")?;
        let number = timeout(DEADLINE, BufReader::new(stdout).lines().next_line()).await??;
        let number = number.context("Xvfb ended")?;
        Ok(Self {
            _server: server,
            display: format!(":{number}"),
        })
    }

    /// Starts the app as `user` with `args`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn app(&self, program: &Path, user: &User, args: &[&str]) -> Result<Window> {
        let mut command = Command::new(program);
        command.args(args).env("INNKEEPER_TRACE_TIMING", "1");
        user.furnish(command.as_std_mut());
        self.open(command)
    }

    /// Points a command at this screen.
    pub fn furnish(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("GDK_BACKEND", "x11")
            .env_remove("WAYLAND_DISPLAY");
    }

    /// Starts any program with a window.
    ///
    /// # Errors
    /// When it does not start.
    pub fn open(&self, mut command: Command) -> Result<Window> {
        self.furnish(&mut command);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let program = command.as_std().get_program().to_owned();
        let mut group = Group::spawn(&mut command)
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stderr = group.child.stderr.take().context("stderr is piped")?;
        let (send, timings) = mpsc::unbounded_channel();
        // reads to the end even when nobody listens: a full pipe would stop the program
        tokio::spawn(async move {
            let mut lines = BufReader::new(stderr).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(timing) = Timing::parse(&line) {
                    let _ = send.send(timing);
                }
            }
        });
        Ok(Window { group, timings })
    }
}

/// A running program with a window.
#[derive(Debug)]
pub struct Window {
    group: Group,
    timings: mpsc::UnboundedReceiver<Timing>,
}

impl Window {
    /// Its process id, the root of its tree.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pid(&self) -> Result<u32> {
        self.group.child.id().context("the program has ended")
    }

    /// Milliseconds from its start until the list was painted.
    ///
    /// # Errors
    /// When it ends or does not say so within a minute.
    pub async fn painted_ms(&mut self) -> Result<f64> {
        self.find("the painted list", |timing| match timing {
            Timing::Painted { ms } => Some(ms),
            Timing::RowPainted { .. } => None,
        })
        .await
    }

    /// When the row of the VM with this UUID was first painted after `after`; both in microseconds of Unix time.
    ///
    /// # Errors
    /// When it ends or does not say so within a minute.
    pub async fn row_painted_us(&mut self, uuid: &str, after: u64) -> Result<u64> {
        self.find("a painted row", |timing| match timing {
            Timing::RowPainted { id, at_unix_us } => {
                (at_unix_us >= after && id.contains(uuid)).then_some(at_unix_us)
            }
            Timing::Painted { .. } => None,
        })
        .await
    }

    async fn find<T>(&mut self, what: &str, wanted: impl Fn(Timing) -> Option<T>) -> Result<T> {
        let search = async {
            loop {
                match self.timings.recv().await.map(&wanted) {
                    Some(Some(found)) => return Ok(found),
                    Some(None) => (),
                    None => bail!("the program ended before {what}"),
                }
            }
        };
        timeout(DEADLINE, search)
            .await
            .with_context(|| format!("no word of {what} within {DEADLINE:?}"))?
    }
}

/// What the app prints on stderr with `INNKEEPER_TRACE_TIMING=1`.
#[derive(Clone, Debug, PartialEq)]
pub enum Timing {
    /// `timing painted_ms=N`: the list (or the empty page) is on the screen, N ms after the process started.
    Painted {
        /// Milliseconds.
        ms: f64,
    },
    /// `timing row_painted id=ID at_unix_us=N`: a changed row is on the screen.
    RowPainted {
        /// The VM; contains its UUID.
        id: String,
        /// Microseconds of Unix time.
        at_unix_us: u64,
    },
}

impl Timing {
    /// Reads one line; none when it is about something else.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let fields: Vec<(&str, &str)> = line
            .strip_prefix("timing ")?
            .split(' ')
            .map(|field| field.split_once('=').unwrap_or((field, "")))
            .collect();
        let value = |key: &str| {
            fields
                .iter()
                .find(|(k, _)| *k == key)
                .map(|(_, value)| *value)
        };
        match fields.first()?.0 {
            "painted_ms" => Some(Self::Painted {
                ms: value("painted_ms")?.parse().ok()?,
            }),
            "row_painted" => Some(Self::RowPainted {
                id: value("id")?.to_owned(),
                at_unix_us: value("at_unix_us")?.parse().ok()?,
            }),
            _ => None,
        }
    }
}

/// A program in a process group of its own: a web view's helper processes end with it.
#[derive(Debug)]
struct Group {
    child: Child,
    leader: Pid,
}

impl Group {
    fn spawn(command: &mut Command) -> Result<Self> {
        let child = command.process_group(0).kill_on_drop(true).spawn()?;
        let pid = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        Ok(Self {
            child,
            leader: pid.context("a new process has an id")?,
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // nobody is left to be killed when it ended by itself
        let _ = kill_process_group(self.leader, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timings_are_found_among_other_lines() {
        let row = |id: &str, at_unix_us| {
            Some(Timing::RowPainted {
                id: id.into(),
                at_unix_us,
            })
        };
        let cases = [
            (
                "timing painted_ms=412.5",
                Some(Timing::Painted { ms: 412.5 }),
            ),
            ("timing painted_ms=412", Some(Timing::Painted { ms: 412.0 })),
            (
                "timing row_painted id=a/e57a at_unix_us=1788000000000001",
                row("a/e57a", 1_788_000_000_000_001),
            ),
            ("timing painted_ms=soon", None),
            ("timing row_painted id=a", None),
            ("timing something_new=1", None),
            ("a log line about timing painted_ms=3", None),
        ];
        for (line, expected) in cases {
            assert_eq!(Timing::parse(line), expected, "{line}");
        }
    }
}

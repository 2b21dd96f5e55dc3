//! The benches of `bench-estate`: what the project promises about speed, each beside a reference of the same run.
//!
//! ```text
//! list       sync of 1,000 VMs at 50 ms RTT          virsh list --all, through the same proxy
//! startup    start → painted list, 2,000 cached VMs  the same binary with an empty window
//! cpu        1,000 running VMs, window visible       virt-manager, on the same daemon
//! memory     PSS with 1,000 and 5,000 VMs            the same binary with an empty window
//! events     event on the host → row painted, p95    –
//! keystroke  key → filtered grid, 10,000 VMs         one frame
//! scroll     script and layout, blank frames         one frame
//! isolation  refresh rate of 49 with one frozen      the same 50 with none frozen
//! ```
//!
//! The programs are run as a user runs them, release builds, with their own folders. What they print for a bench:
//! `innkeeperctl sync --json` and `watch` as documented for users; the window, with `INNKEEPER_TRACE_TIMING=1`, the lines
//! that [`window::Timing`] reads. `innkeeper --empty-window` is the same binary showing a blank page.
//!
//! Invariant: a bench whose preparation failed reports an error, never a figure.

mod cached;
pub mod command;
pub mod console;
mod cpu;
pub mod ctl;
mod events;
mod host;
mod isolation;
mod keystroke;
mod list;
mod memory;
mod page;
mod scroll;
mod startup;
pub mod window;

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use anyhow::{Result, bail};

use crate::measure::report::Measured;

/// A bench by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bench {
    /// The true list over a slow link.
    List,
    /// Start to painted list.
    Startup,
    /// CPU at rest.
    Cpu,
    /// Memory.
    Memory,
    /// Event to painted row.
    Events,
    /// Key to filtered grid.
    Keystroke,
    /// Scrolling.
    Scroll,
    /// One frozen host among fifty.
    Isolation,
}

impl Bench {
    /// All, in the order in which they run.
    pub const ALL: [Self; 8] = [
        Self::List,
        Self::Startup,
        Self::Cpu,
        Self::Memory,
        Self::Events,
        Self::Keystroke,
        Self::Scroll,
        Self::Isolation,
    ];

    /// The name that `--only` takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Startup => "startup",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Events => "events",
            Self::Keystroke => "keystroke",
            Self::Scroll => "scroll",
            Self::Isolation => "isolation",
        }
    }

    /// Runs it.
    ///
    /// # Errors
    /// When a program it needs is missing or did not do what the bench waits for.
    pub async fn run(self, setup: &Setup) -> Result<Vec<Measured>> {
        match self {
            Self::List => list::run(setup).await,
            Self::Startup => startup::run(setup).await,
            Self::Cpu => cpu::run(setup).await,
            Self::Memory => memory::run(setup).await,
            Self::Events => events::run(setup).await,
            Self::Keystroke => keystroke::run(setup).await,
            Self::Scroll => scroll::run(setup).await,
            Self::Isolation => isolation::run(setup).await,
        }
    }
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Bench {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        let Some(bench) = Self::ALL.into_iter().find(|bench| bench.name() == name) else {
            bail!(
                "no bench is called {name}; there are {}",
                Self::ALL.map(Self::name).join(", ")
            );
        };
        Ok(bench)
    }
}

/// The programs to measure, and for how long.
#[derive(Clone, Debug)]
pub struct Setup {
    /// `innkeeperctl`, a release build.
    pub ctl: PathBuf,
    /// `innkeeper`, a release build with the page embedded.
    pub app: PathBuf,
    /// `tauri-driver`, by which a bench types into the window.
    pub web_driver: PathBuf,
    /// How long CPU and rates are observed.
    pub period: Duration,
    /// How long a program may settle before that.
    pub settle: Duration,
}

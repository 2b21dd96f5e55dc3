//! An X display that nobody sees, for the tests of the real window.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context, Result};

use crate::process;

/// A running Xvfb; ends when dropped.
pub struct Display {
    server: Child,
    /// Such as `:7`.
    pub name: String,
}

impl Display {
    /// Starts one on a display number that Xvfb itself finds free, and returns when it accepts clients.
    pub fn start() -> Result<Self> {
        let mut server =
            process::words("Xvfb -displayfd 1 -screen 0 1280x800x24 -nolisten tcp -noreset")
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .context("cannot start Xvfb")?;
        let mut number = String::new();
        let stdout = server.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut number)?;
        // end-of-file without a number is an Xvfb that gave up
        let number: u32 = number
            .trim()
            .parse()
            .context("Xvfb found no free display")?;
        Ok(Self {
            server,
            name: format!(":{number}"),
        })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // it may have ended by itself; either way there is nobody left to tell
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

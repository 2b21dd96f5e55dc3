//! Hosts of a lab, for one test: real libvirtd, QEMU and sshd in namespaces (see `tests/lab/lab`).
//!
//! Invariant: each test has a lab of its own, and takes it down when it ends, also by a panic.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// The project's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A lab.
#[derive(Debug)]
pub struct Lab {
    state: PathBuf,
}

impl Lab {
    /// Starts hosts with these names; `test` tells this lab's folder from others'.
    ///
    /// # Errors
    /// When a host does not start; its log is in the error.
    pub fn up(test: &str, hosts: &[&str]) -> Result<Self> {
        let base = std::env::var("INNKEEPER_LAB_STATE")
            .unwrap_or_else(|_| format!("/tmp/ik-lab-{}", std::process::id()));
        let lab = Self {
            state: PathBuf::from(format!("{base}-{test}")),
        };
        lab.run(&[&["up"], hosts].concat())?;
        Ok(lab)
    }

    /// Runs one command of the lab's script.
    ///
    /// # Errors
    /// When it fails, with what it wrote.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self
            .command(arguments)
            .output()
            .context("cannot run tests/lab/lab")?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        ensure!(
            output.status.success(),
            "lab {arguments:?}: {stdout}{stderr}"
        );
        Ok(stdout.trim().to_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(root().join("tests/lab/lab"));
        command
            .args(arguments)
            .env("INNKEEPER_LAB_STATE", &self.state)
            .stdin(Stdio::null());
        command
    }

    /// The client configuration that strict ssh uses.
    #[must_use]
    pub fn ssh_config(&self) -> PathBuf {
        self.state.join("ssh_config")
    }

    /// The folder that all hosts share with the test.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// A URI of a host over ssh, by the app's own way. `host` may be `a` or `a-stranger`.
    #[must_use]
    pub fn ssh(&self, host: &str) -> String {
        format!("qemu+ssh://lab-{host}/system")
    }

    /// Runs virsh against a host, beside the app.
    ///
    /// # Errors
    /// When virsh fails, with what it wrote.
    pub fn virsh(&self, host: &str, arguments: &[&str]) -> Result<String> {
        let uri = self.run(&["uri", host, "unix"])?;
        let output = Command::new("virsh")
            .args(["-q", "-c", &uri])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .context("cannot run virsh")?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        ensure!(
            output.status.success(),
            "virsh {arguments:?}: {}",
            text(&output.stderr)
        );
        Ok(text(&output.stdout).trim().to_owned())
    }

    /// Defines a VM on a host out of `mkdom`'s arguments.
    ///
    /// # Errors
    /// When mkdom or virsh fails.
    pub fn define(&self, host: &str, mkdom: &[&str]) -> Result<()> {
        let output = Command::new(root().join("tests/lab/mkdom"))
            .args(mkdom)
            .env("INNKEEPER_LAB_STATE", &self.state)
            .output()
            .context("cannot run mkdom")?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let file = self.state.join(format!("{}.xml", mkdom[0]));
        std::fs::write(&file, output.stdout)?;
        self.virsh(host, &["define", &file.display().to_string()])
            .map(|_| ())
    }

    /// Changes a VM's kept definition.
    ///
    /// # Errors
    /// When virsh fails.
    pub fn redefine(
        &self,
        host: &str,
        vm: &str,
        change: impl FnOnce(&str) -> String,
    ) -> Result<()> {
        let xml = self.virsh(host, &["dumpxml", "--inactive", vm])?;
        let file = self.state.join(format!("{vm}.xml"));
        std::fs::write(&file, change(&xml))?;
        self.virsh(host, &["define", &file.display().to_string()])
            .map(drop)
    }

    /// Starts a VM that draws a picture at once and whose `<graphics>` is this one. Gives its UUID.
    ///
    /// # Errors
    /// When mkdom or virsh fails.
    pub fn start_with(&self, host: &str, vm: &str, graphics: &str) -> Result<String> {
        self.define(host, &[vm, "mem=16", "machine=pc", "boot=hd"])?;
        self.redefine(host, vm, |xml| {
            let (before, rest) = xml.split_once("<graphics").expect("mkdom makes a display");
            let (_, after) = rest.split_once("</graphics>").expect("it ends");
            format!("{before}{graphics}{after}")
        })?;
        self.virsh(host, &["start", vm])?;
        self.virsh(host, &["domuuid", vm])
    }

    /// Waits until the lab's guest on a host has booted.
    ///
    /// # Errors
    /// When it has not within two minutes.
    pub fn guest_ready(&self, host: &str, vm: &str) -> Result<()> {
        let log = self
            .state
            .join(host)
            .join(format!("log/qemu/{vm}-serial.log"));
        let status = Command::new(root().join("tests/lab/waitlog"))
            .arg(log)
            .args(["LAB-GUEST-READY", "120"])
            .stdout(Stdio::null())
            .status()?;
        ensure!(status.success(), "the guest {vm} did not boot");
        Ok(())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Err(error) = self.run(&["down"]) {
            eprintln!("the lab is not down: {error:#}");
        }
    }
}

//! A libvirtd of our own, so that libvirt's test driver can be reached over RPC as a real host is.
//!
//! It runs in session mode with every path inside one folder, so it touches neither the machine's libvirt nor another
//! one of these. Started as root it becomes `nobody` first, because libvirtd takes root to mean system mode. No client
//! has to log in (`auth_unix_rw = "none"`).
//!
//! The client's remote driver hands the daemon the URI without transport and socket, so the test driver runs inside the
//! daemon:
//!
//! ```text
//! test+unix:///default?socket=/dir/sock   →  test:///default    ONE instance for all clients of this daemon. One client's
//!                                            changes are the other's events. It starts with one VM, and is gone
//!                                            when its last client leaves: see [`SharedEstate`].
//! test+unix:///dir/e.xml?socket=/dir/sock →  test:///dir/e.xml  An instance for each connection. Nobody else sees its
//!                                            changes; cheap, and right for parallel tests.
//! ```
//!
//! Invariant: the daemon lives exactly as long as its [`PrivateLibvirtd`].

use std::{
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use tokio::{net::UnixStream, time::Instant};

use crate::{
    estate_gen::{Estate, GeneratedState},
    virsh::{self, VirshShell},
};

const NOBODY: u32 = 65534;
const START_DEADLINE: Duration = Duration::from_secs(30);

/// A running daemon.
#[derive(Debug)]
pub struct PrivateLibvirtd {
    child: Child,
    dir: PathBuf,
}

impl PrivateLibvirtd {
    /// Starts a daemon that keeps everything in `dir` and returns when it accepts connections.
    ///
    /// `dir` must exist, be reachable for other users (a folder right under the temporary folder is), and be short: its
    /// sockets must fit the about 107 bytes of a socket address.
    ///
    /// # Errors
    /// When libvirtd is missing, ends at once (its log is in the error), or does not answer within 30 s.
    pub async fn start(dir: &Path) -> Result<Self> {
        let dir = dir
            .canonicalize()
            .with_context(|| format!("no folder {}", dir.display()))?;
        let config = dir.join("libvirtd.conf");
        std::fs::write(&config, config_text(&dir))?;
        let mut command = Command::new(program());
        command
            .arg("--config")
            .arg(&config)
            .arg("--pid-file")
            .arg(dir.join("pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(dir.join("stderr"))?)
            .env("HOME", &dir)
            .env("LC_ALL", "C");
        for kind in [
            "RUNTIME_DIR",
            "CONFIG_HOME",
            "CACHE_HOME",
            "DATA_HOME",
            "STATE_HOME",
        ] {
            command.env(format!("XDG_{kind}"), dir.join("xdg"));
        }
        std::fs::create_dir_all(dir.join("xdg"))?;
        if rustix::process::geteuid().is_root() {
            for path in [&dir, &config, &dir.join("xdg")] {
                chown(path, Some(NOBODY), Some(NOBODY))?;
            }
            std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755))?;
            command.uid(NOBODY).gid(NOBODY);
        }
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", program().display()))?;
        let mut daemon = Self { child, dir };
        daemon.accepts().await?;
        Ok(daemon)
    }

    /// The socket for clients that may read and write.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.dir.join("libvirt-sock")
    }

    /// The daemon's process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Writes `xml` where the daemon can read it, for [`file_uri`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_file(&self, name: &str, xml: &str) -> Result<PathBuf> {
        let path = self.dir.join(name);
        std::fs::write(&path, xml)?;
        Ok(path)
    }

    /// Brings `estate` into the instance that all clients share, in place of the VM that is there from the start.
    ///
    /// # Errors
    /// When virsh fails, or the daemon does not list what was defined.
    pub async fn share(&self, estate: Estate) -> Result<SharedEstate> {
        let uri = shared_uri(&self.socket());
        let mut keeper = VirshShell::open(&uri).await?;
        let folder = tempfile::tempdir()?;
        let mut script = String::from("destroy test\nundefine test\n");
        for vm in estate.iter() {
            let (name, file) = (vm.name(), folder.path().join(vm.name()));
            std::fs::write(&file, vm.domain_xml())?;
            script.push_str(&format!("define {}\n", file.display()));
            for command in vm.state_commands() {
                script.push_str(&format!("{command} {name}\n"));
            }
        }
        keeper.run(&script).await?;
        let all = virsh::run(&uri, &["list", "--all", "--name"]).await?;
        let running = virsh::run(&uri, &["list", "--name", "--state-running"]).await?;
        let made = (virsh::lines(&all).count(), virsh::lines(&running).count());
        ensure!(
            made == (estate.vms as usize, estate.count(GeneratedState::Running)),
            "the daemon lists {made:?} VMs and running VMs of {estate:?}"
        );
        Ok(SharedEstate { estate, keeper })
    }

    async fn accepts(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_DEADLINE;
        while UnixStream::connect(self.socket()).await.is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("libvirtd ended with {status}: {}", self.log());
            }
            ensure!(
                Instant::now() < deadline,
                "libvirtd does not answer: {}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    fn log(&self) -> String {
        let read = |name| std::fs::read_to_string(self.dir.join(name)).unwrap_or_default();
        read("stderr") + &read("log")
    }
}

impl Drop for PrivateLibvirtd {
    fn drop(&mut self) {
        // it is gone already if either fails, which is all that is wanted
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The estate in the daemon's shared instance, and a client that keeps the instance alive and can act on it.
#[derive(Debug)]
pub struct SharedEstate {
    /// What was defined.
    pub estate: Estate,
    keeper: VirshShell,
}

impl SharedEstate {
    /// Runs virsh commands, one a line, and returns when they are done: other clients receive the events.
    ///
    /// # Errors
    /// When virsh has ended.
    pub async fn act(&mut self, script: &str) -> Result<()> {
        self.keeper.run(script).await
    }
}

/// The URI of the instance that all clients of a daemon share, through `socket`: the daemon's own or a proxy's.
#[must_use]
pub fn shared_uri(socket: &Path) -> String {
    format!("test+unix:///default?socket={}", socket.display())
}

/// The URI of an instance of this connection's own, read from `estate` by the daemon, through `socket`.
#[must_use]
pub fn file_uri(estate: &Path, socket: &Path) -> String {
    format!(
        "test+unix://{}?socket={}",
        estate.display(),
        socket.display()
    )
}

fn config_text(dir: &Path) -> String {
    let dir = dir.display();
    // clients that have not sent auth yet count as anonymous, and fifty may open at once
    format!(
        "unix_sock_dir = \"{dir}\"
auth_unix_ro = \"none\"
auth_unix_rw = \"none\"
max_clients = 1000
max_anonymous_clients = 1000
log_outputs = \"3:file:{dir}/log\"
"
    )
}

/// libvirtd is in sbin, which the PATH of an ordinary user lacks on Debian.
fn program() -> PathBuf {
    let usual = PathBuf::from("/usr/sbin/libvirtd");
    if usual.exists() {
        usual
    } else {
        PathBuf::from("libvirtd")
    }
}

#[cfg(all(test, feature = "lab"))]
mod lab_tests;

//! The user's own ssh: which program, and with which options.
//!
//! Everything the user has set up for a terminal works here too: ~/.ssh/config, agent, ProxyJump,
//! hardware keys. We add only what a program needs that nobody sits at, and never loosen a check.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use driver::DriverError;
use model::ConnectionSettings;
use tokio::process::Command;

use super::channel::Channel;
use crate::platform;
use crate::sys;
use crate::uri::LibvirtUri;

/// Which ssh is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SshProgram {
    pub(crate) program: PathBuf,
    /// A configuration in place of the user's.
    pub(crate) config: Option<PathBuf>,
}

/// A host as ssh is told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SshTarget {
    pub(crate) program: SshProgram,
    /// Name or alias.
    pub(crate) host: String,
    user: Option<String>,
    port: Option<u16>,
    key: Option<String>,
    /// Nobody is to be asked.
    silent: bool,
    connect_timeout: u64,
}

impl SshTarget {
    /// The host of a checked URI that has one.
    pub(crate) fn new(
        program: &SshProgram,
        uri: &LibvirtUri,
        settings: &ConnectionSettings,
        connect_timeout: std::time::Duration,
    ) -> Option<Self> {
        let key = uri.parameter("keyfile").map(str::to_owned);
        let mut program = program.clone();
        if let Some(command) = uri.parameter("command") {
            program.program = command.into();
        }
        Some(Self {
            program,
            host: uri.host.clone()?,
            user: uri.user.clone(),
            port: uri.port,
            key: settings
                .key_file
                .clone()
                .filter(|key| !key.is_empty())
                .or(key),
            silent: uri.parameter("no_tty") == Some("1"),
            connect_timeout: connect_timeout.as_secs().clamp(1, 120),
        })
    }

    /// ssh with everything but the command and the way of logging in.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program.program);
        command
            .args(self.arguments())
            .env("LC_ALL", "C")
            .kill_on_drop(true)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        sys::tie_to_this_process(&mut command);
        command
    }

    /// Runs ssh to its end with further options, and gives exit code, output and errors.
    pub(crate) async fn run(
        &self,
        options: &[&str],
        remote: Option<&str>,
    ) -> Result<(Option<i32>, String, String), DriverError> {
        let mut command = self.command();
        command.args(options).arg("--").arg(&self.host).args(remote);
        Ok(Channel::start(command, self, None).await?.output().await)
    }

    fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = Vec::new();
        if let Some(config) = &self.program.config {
            arguments.extend(["-F".into(), config.into()]);
        }
        let mut option = |text: String| arguments.extend(["-o".into(), text.into()]);
        option(format!("ConnectTimeout={}", self.connect_timeout));
        // a link that is dead is noticed within about six seconds
        option("ServerAliveInterval=2".into());
        option("ServerAliveCountMax=2".into());
        // errors only: no banner, whose words are the host's
        option("LogLevel=ERROR".into());
        // what a user has for terminals would get in the way
        for nothing in [
            "ClearAllForwardings=yes",
            "ForwardX11=no",
            "RequestTTY=no",
            "Tunnel=no",
        ] {
            option(nothing.into());
        }
        option("RemoteCommand=none".into());
        if self.silent {
            option("BatchMode=yes".into());
        }
        if let Some(user) = &self.user {
            arguments.extend(["-l".into(), user.into()]);
        }
        if let Some(port) = self.port {
            arguments.extend(["-p".into(), port.to_string().into()]);
        }
        if let Some(key) = &self.key {
            arguments.extend(["-i".into(), expanded(key).into_os_string()]);
            arguments.extend(["-o".into(), "IdentitiesOnly=yes".into()]);
        }
        arguments
    }

    /// The error of an ssh that cannot even be started.
    pub(crate) fn not_started(&self, error: &std::io::Error) -> DriverError {
        let program = self.program.program.display();
        DriverError::new(
            model::ErrorCode::Unsupported,
            format!("ssh cannot be started: there is no {program} that runs."),
        )
        .with_hint("Install the OpenSSH client, or name its program in INNKEEPER_SSH.")
        .with_detail(error.to_string())
    }
}

impl SshProgram {
    /// The user's ssh, unless the environment names another.
    pub(crate) fn from_environment() -> Self {
        let named = |name| {
            std::env::var_os(name)
                .filter(|v| !v.is_empty())
                .map(PathBuf::from)
        };
        Self {
            program: named("INNKEEPER_SSH").unwrap_or_else(platform::ssh_program),
            config: named("INNKEEPER_SSH_CONFIG"),
        }
    }
}

/// `~/` as a shell would read it; the key file's field is typed by people.
fn expanded(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => Path::new(path).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn arguments(uri: &str, key_file: Option<&str>) -> Vec<String> {
        let program = SshProgram {
            program: "ssh".into(),
            config: Some("/etc/lab config".into()),
        };
        let settings = ConnectionSettings {
            key_file: key_file.map(str::to_owned),
            ..ConnectionSettings::new("a", uri)
        };
        let uri = LibvirtUri::parse(uri).expect("a good URI");
        let target = SshTarget::new(&program, &uri, &settings, Duration::from_secs(10));
        let arguments = target.expect("it has a host").arguments();
        arguments
            .into_iter()
            .map(|a| a.into_string().expect("UTF-8"))
            .collect()
    }

    #[test]
    fn the_users_choices_reach_ssh_and_no_check_is_loosened() {
        let given = arguments("qemu+ssh://mara@kvm1:2222/system?keyfile=/k1", Some("/k 2"));
        let has = |pair: [&str; 2]| given.windows(2).any(|w| w == pair);
        assert!(has(["-F", "/etc/lab config"]), "{given:?}");
        assert!(has(["-l", "mara"]) && has(["-p", "2222"]), "{given:?}");
        assert!(
            has(["-i", "/k 2"]) && !has(["-i", "/k1"]),
            "the form's key wins: {given:?}"
        );
        assert!(has(["-o", "ServerAliveInterval=2"]) && has(["-o", "ConnectTimeout=10"]));
        let loose = given
            .iter()
            .any(|a| a.contains("StrictHostKey") || a.contains("KnownHosts"));
        assert!(!loose, "{given:?}");
        let plain = arguments("qemu+ssh://kvm1/system?no_tty=1", None);
        assert!(plain.contains(&"BatchMode=yes".to_owned()), "{plain:?}");
        assert!(
            !plain.iter().any(|a| a == "-l" || a == "-p" || a == "-i"),
            "{plain:?}"
        );
    }
}

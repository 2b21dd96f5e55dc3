//! The steps that ssh takes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use driver::{ConnectContext, ConnectTarget, DriverError};
use model::ErrorCode;

use super::network::{self, Greeting};
use super::{Finding, Found, Shown, remedies};
use crate::libvirt::LibvirtDriver;
use crate::tunnel::{Login, SshFailure, SshTarget, remote};
use crate::uri::LibvirtUri;
use crate::way;

/// ssh as this target uses it.
pub(super) struct Ssh<'a> {
    libvirt: &'a LibvirtDriver,
    target: &'a ConnectTarget,
    uri: &'a LibvirtUri,
    ssh: SshTarget,
}

/// How ssh means to get there, from its own configuration.
pub(super) struct Plan {
    host: String,
    port: u16,
    user: String,
    /// The jump hosts or the command in between.
    through: Option<String>,
    addresses: Vec<SocketAddr>,
}

impl Shown for Plan {
    fn shown(&self) -> String {
        match &self.through {
            Some(through) => format!(
                "{} is reached through {through}, which resolves it.",
                self.host
            ),
            None => network::Addresses(self.addresses.clone()).shown(),
        }
    }
}

/// A login that was needed to settle the host key, successful or not.
pub(super) enum EarlyLogin {
    NotNeeded,
    Tried(Result<Arc<Login>, DriverError>),
}

impl Shown for EarlyLogin {
    fn shown(&self) -> String {
        match self {
            Self::NotNeeded => "The host shows the key that this computer knows.".into(),
            Self::Tried(_) => "The host's key was accepted just now.".into(),
        }
    }
}

impl Shown for Arc<Login> {
    fn shown(&self) -> String {
        "The host accepts this login.".into()
    }
}

impl<'a> Ssh<'a> {
    pub(super) fn of(
        libvirt: &'a LibvirtDriver,
        target: &'a ConnectTarget,
        uri: &'a LibvirtUri,
        deadline: Duration,
    ) -> Self {
        let ssh = SshTarget::new(&libvirt.ssh, uri, &target.settings, deadline)
            .expect("a checked ssh URI has a host");
        Self {
            libvirt,
            target,
            uri,
            ssh,
        }
    }

    fn host(&self) -> &str {
        &self.ssh.host
    }

    /// Asks ssh how it means to get there, and looks the name up unless somebody in between does.
    pub(super) async fn resolve(&self) -> Found<Plan> {
        let (exit, said, stderr) = self
            .ssh
            .run(&["-G"], None)
            .await
            .map_err(|error| remedies::of_error(&error, self.target))?;
        if exit != Some(0) {
            let told = DriverError::new(
                ErrorCode::InvalidInput,
                "ssh does not accept its configuration.",
            );
            return Err(remedies::of_error(&told.with_detail(stderr), self.target));
        }
        let mut plan = planned(&said, self.host());
        if plan.through.is_none() {
            plan.addresses = network::resolve(&plan.host, plan.port).await?.0;
        }
        Ok(plan)
    }

    pub(super) async fn port_answers(&self, plan: &Plan) -> Found<String> {
        match &plan.through {
            Some(through) => Ok(format!("Asked by {through} at login.")),
            None => network::answers(&plan.host, &plan.addresses, Greeting::Ssh).await,
        }
    }

    /// Goes as far as the host key and no further; with a new key, lets the login ask about it.
    pub(super) async fn host_key(
        &self,
        libvirt: &LibvirtDriver,
        context: &ConnectContext,
    ) -> Found<EarlyLogin> {
        let only_the_key = [
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=yes",
            "-o",
            "PreferredAuthentications=none",
            "-o",
            "ControlPath=none",
        ];
        let ran = self.ssh.run(&only_the_key, Some(remote::NOTHING)).await;
        let (_, _, stderr) = ran.map_err(|error| remedies::of_error(&error, self.target))?;
        match crate::tunnel::classify(&stderr) {
            SshFailure::HostKeyChanged => {
                let told = SshFailure::HostKeyChanged.told(self.host(), &stderr);
                Err(remedies::of_error(&told, self.target))
            }
            SshFailure::HostKeyUnknown => {
                let login = way::log_in(libvirt, self.target, self.uri, context).await;
                match login {
                    Err(error) if error.code == ErrorCode::AuthCancelled => Err(Finding::new(
                        format!("The key of {} is not known on this computer.", self.host()),
                        "It was not confirmed.",
                    )
                    .run_this(
                        "Read the fingerprint on the host itself, then connect and compare:",
                        "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
                    )),
                    tried => Ok(EarlyLogin::Tried(tried)),
                }
            }
            SshFailure::LoginRefused
            | SshFailure::NameUnknown
            | SshFailure::PortRefused
            | SshFailure::NoRoute
            | SshFailure::Timeout
            | SshFailure::Closed
            | SshFailure::Configuration
            | SshFailure::Other => Ok(EarlyLogin::NotNeeded),
        }
    }

    pub(super) async fn log_in(
        &self,
        early: EarlyLogin,
        plan: &Plan,
        context: &ConnectContext,
    ) -> Found<Arc<Login>> {
        let login = match early {
            EarlyLogin::Tried(tried) => tried,
            EarlyLogin::NotNeeded => {
                way::log_in(self.libvirt, self.target, self.uri, context).await
            }
        };
        login.map_err(|error| {
            let login = format!("{}@{}", plan.user, self.host());
            match error.code {
                ErrorCode::AuthFailed => Finding::new(
                    format!("{} does not accept {}.", self.host(), plan.user),
                    "None of the keys that ssh offers belongs to this user there, and no password \
                     was accepted.",
                )
                .run_this("Give the host your key:", format!("ssh-copy-id {login}"))
                .run_this(
                    "See what is offered and refused:",
                    format!("ssh -v {login} exit"),
                )
                .saying(error.detail),
                _ => remedies::of_error(&error, self.target),
            }
        })
    }

    /// Looks for something that joins libvirt's socket.
    pub(super) async fn helper(&self, login: &Arc<Login>) -> Found<String> {
        let command = remote::probe_command(self.uri, way::mode(self.target));
        let probe = async { login.channel(&command).await };
        let channel = probe
            .await
            .map_err(|error| remedies::of_error(&error, self.target))?;
        let (exit, said, stderr) = channel.output().await;
        let found = said
            .lines()
            .find_map(|line| line.strip_prefix(remote::HELPER));
        match (exit, found) {
            (Some(0), Some(program)) => Ok(format!(
                "{} is there.",
                crate::text::cut(program.trim(), 100)
            )),
            (exit, _) => {
                let told = exit.and_then(|exit| remote::told(exit, self.host(), &stderr));
                let told = told.unwrap_or_else(|| login.refused(&stderr));
                Err(remedies::of_error(&told, self.target))
            }
        }
    }
}

/// Reads `ssh -G`: one keyword and its value a line.
fn planned(said: &str, host: &str) -> Plan {
    let value = |keyword: &str| {
        let line = said
            .lines()
            .find_map(|line| line.strip_prefix(keyword)?.strip_prefix(' '));
        line.map(str::trim)
            .filter(|value| !value.is_empty() && *value != "none")
    };
    Plan {
        host: value("hostname").unwrap_or(host).to_owned(),
        port: value("port")
            .and_then(|port| port.parse().ok())
            .unwrap_or(22),
        user: value("user").unwrap_or_default().to_owned(),
        through: value("proxyjump")
            .map(str::to_owned)
            .or_else(|| value("proxycommand").map(|_| "its ProxyCommand".to_owned())),
        addresses: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sshs_own_plan_is_followed() {
        let said = "host kvm1\nuser mara\nhostname 10.0.0.7\nport 2222\nproxyjump none\n";
        let plan = planned(said, "kvm1");
        assert_eq!(
            (&*plan.host, plan.port, &*plan.user),
            ("10.0.0.7", 2222, "mara")
        );
        assert_eq!(plan.through, None);
        let plan = planned("user mara\nproxyjump gate.example.org\n", "kvm2");
        assert_eq!(plan.through.as_deref(), Some("gate.example.org"));
        assert_eq!((&*plan.host, plan.port), ("kvm2", 22));
        let plan = planned("proxycommand nc %h %p\n", "kvm3");
        assert_eq!(plan.through.as_deref(), Some("its ProxyCommand"));
    }
}

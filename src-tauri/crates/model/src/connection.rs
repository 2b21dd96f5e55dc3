//! A configured connection to a host, and how it is doing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::ErrorCode;
use crate::ids::{ConnectionId, PromptId};
use crate::units::ByteSize;

/// Whether changes may be made through a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Access {
    /// Everything the host allows.
    #[default]
    ReadWrite,
    /// Nothing is changed, whatever the host would allow.
    ReadOnly,
}

/// When a connection is opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Startup {
    /// When the app starts, and again by itself after a loss.
    #[default]
    Automatic,
    /// When the user says so.
    Manual,
}

/// What the user configures. Holds nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ConnectionSettings {
    /// Distinct among all connections; shown everywhere, used by scripts.
    pub name: String,
    /// Where, in libvirt's URI form.
    pub uri: String,
    /// Folder (site) it is shown in; empty for none.
    #[serde(default)]
    pub folder: String,
    /// Whether changes may be made.
    #[serde(default)]
    pub access: Access,
    /// When it is opened.
    #[serde(default)]
    pub startup: Startup,
    /// Private key for ssh, when it is not ssh's own choice.
    #[serde(default)]
    pub key_file: Option<String>,
    /// Path of libvirt's socket on the host, when it is not the usual one.
    #[serde(default)]
    pub remote_socket: Option<String>,
}

impl ConnectionSettings {
    /// The settings of a connection of which nothing is known but its name and where it goes.
    pub fn new(name: impl Into<String>, uri: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            uri: uri.into(),
            folder: String::new(),
            access: Access::default(),
            startup: Startup::default(),
            key_file: None,
            remote_socket: None,
        }
    }
}

/// A configured connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Identity; survives a rename.
    pub id: ConnectionId,
    /// What the user configured.
    #[serde(flatten)]
    pub settings: ConnectionSettings,
}

/// Where a connection is on its way. The session's diagram is in `engine::session`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ConnectionPhase {
    /// Closed, and stays so until the user opens it.
    Disconnected,
    /// Being opened: name, login, libvirt.
    Connecting,
    /// Open; the first truth is being read.
    Syncing,
    /// Open, and every row is live.
    Ready,
    /// Closed by a fault. Tried again at `retry_at`, or not before the user acts.
    Lost,
}

/// Why something failed, for people and for code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Failure {
    /// What kind of failure.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub code: ErrorCode,
    /// What did not happen, to what, and why. Sentence case, ends with a full stop.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The provider's or ssh's own words.
    pub detail: Option<String>,
}

/// How a connection is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectionStatus {
    /// Where it is on its way.
    pub phase: ConnectionPhase,
    /// Since when.
    pub since: Timestamp,
    /// Why it is lost, or was last time.
    pub error: Option<Failure>,
    /// When it is tried again.
    pub retry_at: Option<Timestamp>,
    /// The question that holds it up.
    pub prompt: Option<PromptId>,
    /// While syncing: definitions read, and to be read.
    pub progress: Option<(u32, u32)>,
    /// Round trip of the last ping.
    pub latency_ms: Option<u32>,
    /// What the host says of itself, as last read.
    pub host: Option<KnownHost>,
    /// When the list of VMs was last true.
    pub as_of: Option<Timestamp>,
}

impl ConnectionStatus {
    /// A connection that is not open.
    pub const fn disconnected(since: Timestamp) -> Self {
        Self {
            phase: ConnectionPhase::Disconnected,
            since,
            error: None,
            retry_at: None,
            prompt: None,
            progress: None,
            latency_ms: None,
            host: None,
            as_of: None,
        }
    }

    /// Takes over what somebody has seen, as far as it is younger than what is known. Tells
    /// whether anything is.
    pub fn learn(&mut self, seen: LastSeen) -> bool {
        let age = |host: &Option<KnownHost>| host.as_ref().map(|host| host.as_of);
        let (host_is_news, list_is_news) = (
            age(&seen.host) > age(&self.host),
            seen.list_as_of > self.as_of,
        );
        if host_is_news {
            self.host = seen.host;
        }
        if list_is_news {
            self.as_of = seen.list_as_of;
        }
        host_is_news || list_is_news
    }
}

/// What a host says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostInfo {
    /// Its own name.
    pub hostname: String,
    /// `QEMU 7.2.22`.
    pub hypervisor: String,
    /// `9.0.0`.
    pub libvirt: String,
    /// Logical CPUs.
    pub cpus: Option<u32>,
    /// Memory of the host.
    pub memory: Option<ByteSize>,
}

/// What a host said of itself, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownHost {
    /// What it said.
    pub info: HostInfo,
    /// When it was asked.
    pub as_of: Timestamp,
}

/// What was known of a connection's host when it was seen last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastSeen {
    /// The host itself.
    pub host: Option<KnownHost>,
    /// When the list of its VMs was last true.
    pub list_as_of: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of this century")
    }

    fn said(hypervisor: &str, second: i64) -> Option<KnownHost> {
        let info = HostInfo {
            hypervisor: hypervisor.to_owned(),
            ..HostInfo::default()
        };
        let as_of = at(second);
        Some(KnownHost { info, as_of })
    }

    #[test]
    fn what_was_seen_elsewhere_counts_as_far_as_it_is_younger() {
        let mut status = ConnectionStatus::disconnected(at(0));
        let seen = |host, list| LastSeen {
            host,
            list_as_of: Some(at(list)),
        };
        assert!(status.learn(seen(said("QEMU 8", 20), 20)));
        assert!(!status.learn(seen(said("QEMU 7", 10), 10)));
        assert!(!status.learn(LastSeen::default()));
        assert_eq!(
            (status.host.clone(), status.as_of),
            (said("QEMU 8", 20), Some(at(20)))
        );
        assert!(status.learn(seen(said("QEMU 7", 10), 30)));
        assert_eq!(
            (status.host, status.as_of),
            (said("QEMU 8", 20), Some(at(30)))
        );
    }
}

//! Connections, hosts and the questions that hold them up.

use jiff::Timestamp;
use model::address::{UriParts, WrongPart};
use model::{ConnectionId, ConnectionPhase, ConnectionSettings, Failure, PromptId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a host says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HostDto {
    /// Its own name.
    pub hostname: String,
    /// `QEMU 7.2.22`.
    pub hypervisor: String,
    /// libvirt's version there.
    pub libvirt: String,
    /// Logical CPUs.
    pub cpus: Option<u32>,
    /// Memory in bytes.
    #[ts(type = "number | null")]
    pub memory_bytes: Option<u64>,
    /// When it said so: as it was connected to last, RFC 3339.
    #[ts(type = "string")]
    pub as_of: Timestamp,
}

/// VMs of a connection by state, live ones only; nothing stale is counted as running.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct ConnectionCounts {
    /// All VMs, live or not.
    pub total: u32,
    /// Those that run now.
    pub running: u32,
}

/// A connection and how it is doing.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ConnectionDto {
    /// Identity.
    #[ts(type = "string")]
    pub id: ConnectionId,
    /// What the user configured.
    #[serde(flatten)]
    pub settings: ConnectionSettings,
    /// Where it is on its way; called `state` in scripts.
    pub state: ConnectionPhase,
    /// Since when, RFC 3339.
    #[ts(type = "string")]
    pub since: Timestamp,
    /// Why it is lost.
    pub error: Option<Failure>,
    /// When it is tried again; `null` when it waits for the user.
    #[ts(type = "string | null")]
    pub retry_at: Option<Timestamp>,
    /// The question that holds it up.
    #[ts(type = "string | null")]
    pub prompt: Option<PromptId>,
    /// While syncing: definitions read, and to be read.
    pub progress: Option<(u32, u32)>,
    /// Round trip of the last ping.
    pub latency_ms: Option<u32>,
    /// Whether displays and lines of its VMs can be opened; false while it is not connected.
    pub consoles: bool,
    /// The host, as last read.
    pub host: Option<HostDto>,
    /// When its list was last true.
    #[ts(type = "string | null")]
    pub as_of: Option<Timestamp>,
}

/// Whether typed settings can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CheckResult {
    /// The URI taken apart, when it can be.
    pub parts: Option<UriParts>,
    /// Everything that is wrong, by field.
    pub wrong: Vec<WrongPart>,
}

/// A host of `~/.ssh/config`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SshHost {
    /// The alias, which is what ssh is called with.
    pub alias: String,
    /// The host behind it.
    pub host_name: Option<String>,
    /// Login.
    pub user: Option<String>,
    /// Port.
    pub port: Option<u16>,
    /// The name of a connection that already uses it.
    pub used_by: Option<String>,
}

/// A libvirt on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LocalLibvirt {
    /// The URI that opens it.
    pub uri: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct ImportReport {
    /// Names that are new.
    pub added: Vec<String>,
    /// Names whose settings changed.
    pub updated: Vec<String>,
    /// Names that were as in the file already.
    pub unchanged: Vec<String>,
}

/// What kind of answer a question wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PromptKind {
    /// Trust this key, or not.
    NewHostKey,
    /// A password.
    Password,
    /// A key's passphrase.
    Passphrase,
    /// Something else to type.
    Other,
}

/// A question for the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PromptDto {
    /// Identity, for the answer.
    #[ts(type = "string")]
    pub id: PromptId,
    /// The host it is about.
    pub connection: String,
    /// What kind of answer.
    pub kind: PromptKind,
    /// What is asked: ssh's text, the key's file, or the host as ssh names it.
    pub text: String,
    /// For a host key: its type.
    pub key_type: Option<String>,
    /// For a host key: its fingerprint.
    pub fingerprint: Option<String>,
}

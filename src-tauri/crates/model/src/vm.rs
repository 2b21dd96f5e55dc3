//! A VM as the estate knows it: what was seen, when, and through which connection.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::definition::VmDetails;
use crate::ids::{VmId, VmKey};

/// Who runs the VM. Decides the mark beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// KVM or plain QEMU under libvirt.
    Qemu,
    /// Xen under libvirt.
    Xen,
    /// Linux containers under libvirt.
    Lxc,
    /// FreeBSD's hypervisor under libvirt.
    Bhyve,
    /// Virtuozzo or OpenVZ under libvirt.
    Vz,
    /// libvirt's own test driver.
    Test,
    /// Another libvirt hypervisor.
    OtherLibvirt,
    /// The fake driver that tests use.
    Fake,
}

/// The state that was last observed. Never guessed: what nobody has seen is `Unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VmState {
    /// Its CPUs run (or idle).
    Running,
    /// In memory, CPUs stopped.
    Paused,
    /// Not in memory, nothing saved.
    ShutOff,
    /// Not in memory; its memory waits in a managed save file.
    Saved,
    /// Stopped by a fault.
    Crashed,
    /// Nobody has read it yet, or the host does not say.
    Unknown,
}

/// Why a VM is in its state, where that changes what a person does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateReason {
    /// Paused because a disk cannot be written.
    IoError,
    /// Paused by its watchdog.
    Watchdog,
    /// Paused since it migrates.
    Migration,
    /// Suspended by the guest itself (S3).
    SuspendedByGuest,
    /// The guest panicked.
    Panicked,
    /// Running, but on its way down.
    ShuttingDown,
    /// Shut off because its start failed or QEMU died.
    Failed,
}

/// What one cheap list call tells of a VM: the first truth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VmSummary {
    /// Its key on this connection.
    pub key: VmKey,
    /// Its name there.
    pub name: String,
    /// Observed state.
    pub state: VmState,
    /// Why, where it matters.
    pub reason: Option<StateReason>,
    /// Whether its definition outlives a shut down.
    pub persistent: bool,
    /// Whether the host starts it at boot; `None` where the provider has no such thing.
    pub autostart: Option<bool>,
    /// Whether it has snapshots; `None` when the list call did not say.
    pub has_snapshots: Option<bool>,
}

/// A VM in the estate: summary, definition, addresses and local notes, each as last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vm {
    /// Identity.
    pub id: VmId,
    /// Who runs it.
    pub provider: ProviderKind,
    /// What the list call told.
    pub summary: VmSummary,
    /// What its definition tells; `None` until it was first read.
    pub details: Option<VmDetails>,
    /// Addresses the guest reports (agent) or was leased, sorted.
    pub ips: Vec<String>,
    /// The user's own note, kept on this computer only.
    pub note: String,
    /// When the summary was last true.
    pub as_of: Timestamp,
    /// When the definition was last read.
    pub details_as_of: Option<Timestamp>,
}

impl Vm {
    /// A VM of which only the first truth is known.
    pub fn first_seen(
        id: VmId,
        provider: ProviderKind,
        summary: VmSummary,
        as_of: Timestamp,
    ) -> Self {
        Self {
            id,
            provider,
            summary,
            details: None,
            ips: Vec::new(),
            note: String::new(),
            as_of,
            details_as_of: None,
        }
    }
}

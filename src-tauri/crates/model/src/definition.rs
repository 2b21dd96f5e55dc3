//! What a VM's definition says, parsed from the provider's own text.

use serde::{Deserialize, Serialize};

use crate::units::ByteSize;

/// The parsed definition. Empty texts mean that the definition does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VmDetails {
    /// One line beside the name.
    pub title: String,
    /// Free text.
    pub description: String,
    /// Tags kept with the VM, so that colleagues see them; sorted, distinct.
    pub tags: Vec<String>,
    /// The provider's UUID, if it has one.
    pub uuid: Option<String>,
    /// vCPUs now (or at the next start).
    pub vcpus: Option<u32>,
    /// The most vCPUs it can be given.
    pub vcpus_max: Option<u32>,
    /// Memory now (or at the next start).
    pub memory: Option<ByteSize>,
    /// The most memory it can be given.
    pub memory_max: Option<ByteSize>,
    /// The guest operating system as a person says it: `Debian 12`.
    pub os: Option<String>,
    /// Disks and drives in the definition's order.
    pub disks: Vec<Disk>,
    /// Network interfaces in the definition's order.
    pub nics: Vec<Nic>,
    /// Displays: what a console could show.
    pub displays: Vec<Display>,
    /// Whether a guest agent's channel is defined.
    pub has_agent_channel: bool,
}

/// A disk or drive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// Name in the guest: `vda`.
    pub target: String,
    /// Path, volume or address; `None` for an empty drive.
    pub source: Option<String>,
    /// `disk`, `cdrom`, `floppy`, `lun`.
    pub device: String,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nic {
    /// Hardware address, lower case.
    pub mac: Option<String>,
    /// Network or bridge it is plugged into.
    pub source: Option<String>,
    /// Model the guest sees: `virtio`.
    pub model: Option<String>,
}

/// A display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    /// `vnc`, `spice`, …
    pub kind: String,
}

/// The protocol of a display that a console can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum DisplayKind {
    /// RFB.
    Vnc,
    /// One connection for each of its channels.
    Spice,
}

impl DisplayKind {
    /// As definitions call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vnc => "vnc",
            Self::Spice => "spice",
        }
    }
}

/// Facts of one kind of hardware: `Disks`, `Network interfaces`. Made on demand from the stored
/// definition, since thousands of them would only fill memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardwareGroup {
    /// Head of the group, sentence case.
    pub title: String,
    /// Its devices.
    pub items: Vec<HardwareItem>,
}

/// One device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardwareItem {
    /// What it is called: `vda`, `52:54:00:…`.
    pub name: String,
    /// Label and value, in the order to show.
    pub facts: Vec<(String, String)>,
}

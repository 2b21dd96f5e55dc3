//! Rows of the estate.

use jiff::Timestamp;
use model::{ConnectionId, ProviderKind, StateReason, Vm, VmId, VmState};
use serde::Serialize;
use ts_rs::TS;

use crate::connection::ConnectionDto;
use crate::packed::PackedVms;
use crate::profile::ActionProfile;
use crate::text::{cut, millis};

/// A disk in a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, TS)]
pub struct DiskDto {
    /// Name in the guest: `vda`.
    pub target: String,
    /// Path, volume or address; `null` for an empty drive.
    pub source: Option<String>,
}

/// A VM as lists show it. The first keys are those of `innkeeperctl list --json` and stable.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct VmDto {
    /// Identity: `CONNECTION-ID/KEY`.
    #[ts(type = "string")]
    pub id: VmId,
    /// Name of the connection it is seen through.
    pub connection: String,
    /// Folder of that connection.
    pub folder: String,
    /// Who runs it.
    #[ts(type = "string")]
    pub provider: ProviderKind,
    /// Its name.
    pub name: String,
    /// One line beside the name.
    pub title: String,
    /// The provider's UUID.
    pub uuid: Option<String>,
    /// State as last observed.
    #[ts(type = "\"running\" | \"paused\" | \"shut_off\" | \"saved\" | \"crashed\" | \"unknown\"")]
    pub state: VmState,
    /// vCPUs.
    pub vcpus: Option<u32>,
    /// Memory in bytes.
    #[ts(type = "number | null")]
    pub memory_bytes: Option<u64>,
    /// Guest operating system.
    pub os: Option<String>,
    /// Guest addresses.
    pub ips: Vec<String>,
    /// Hardware addresses.
    pub macs: Vec<String>,
    /// Disks.
    pub disks: Vec<DiskDto>,
    /// Whether the host starts it at boot.
    pub autostart: Option<bool>,
    /// Whether its definition outlives a shut down.
    pub persistent: bool,
    /// Tags.
    pub tags: Vec<String>,
    /// When this was last true, RFC 3339.
    #[ts(type = "string")]
    pub as_of: Timestamp,
    /// Whether it may have changed since: true unless the host is connected and was read.
    pub stale: bool,
    /// The connection's identity.
    #[ts(type = "string")]
    pub connection_id: ConnectionId,
    /// Why it is in its state, where that matters.
    #[ts(type = "string | null")]
    pub reason: Option<StateReason>,
    /// Free text from the host.
    pub description: String,
    /// The user's own note.
    pub note: String,
    /// Whether it has snapshots.
    pub has_snapshots: Option<bool>,
    /// Whether a guest agent's channel is defined.
    pub has_agent: bool,
    /// When the definition was last read; `null` before the first time.
    #[ts(type = "string | null")]
    pub details_as_of: Option<Timestamp>,
    /// Number of the profile that says which actions are allowed.
    pub profile: u32,
    /// Whether name, title, description or note was cut to the limit of rows.
    pub cut: bool,
}

/// How much of long texts a row carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextLimit {
    /// All of it, for scripts.
    Whole,
    /// What a row can show and a filter needs in memory.
    Row,
}

/// What a row takes from its connection.
#[derive(Debug, Clone, Copy)]
pub struct RowContext<'a> {
    /// The connection's name.
    pub connection: &'a str,
    /// The connection's folder.
    pub folder: &'a str,
    /// Whether the row may have changed since.
    pub stale: bool,
    /// When the row was last true.
    pub as_of: Timestamp,
    /// Its actions' profile.
    pub profile: u32,
    /// How much of long texts.
    pub limit: TextLimit,
}

impl VmDto {
    /// The row of `vm`.
    pub fn new(vm: &Vm, context: RowContext<'_>) -> Self {
        const ROW_CHARACTERS: usize = 400;
        let limit = match context.limit {
            TextLimit::Whole => None,
            TextLimit::Row => Some(ROW_CHARACTERS),
        };
        let mut any_cut = false;
        let mut short = |text: &str| {
            let (text, was_cut) = cut(text, limit);
            any_cut |= was_cut;
            text
        };
        let none = model::VmDetails::default();
        let details = vm.details.as_ref().unwrap_or(&none);
        Self {
            id: vm.id.clone(),
            connection: context.connection.to_owned(),
            folder: context.folder.to_owned(),
            provider: vm.provider,
            name: short(&vm.summary.name),
            title: short(&details.title),
            uuid: details.uuid.clone(),
            state: vm.summary.state,
            vcpus: details.vcpus,
            memory_bytes: details.memory.map(model::ByteSize::as_bytes),
            os: details.os.clone(),
            ips: vm.ips.clone(),
            macs: details
                .nics
                .iter()
                .filter_map(|nic| nic.mac.clone())
                .collect(),
            disks: details
                .disks
                .iter()
                .map(|disk| DiskDto {
                    target: disk.target.clone(),
                    source: disk.source.clone(),
                })
                .collect(),
            autostart: vm.summary.autostart,
            persistent: vm.summary.persistent,
            tags: details.tags.clone(),
            as_of: millis(context.as_of),
            stale: context.stale,
            connection_id: vm.id.connection,
            reason: vm.summary.reason,
            description: short(&details.description),
            note: short(&vm.note),
            has_snapshots: vm.summary.has_snapshots,
            has_agent: details.has_agent_channel,
            details_as_of: vm.details_as_of.map(millis),
            profile: context.profile,
            cut: any_cut,
        }
    }
}

/// The whole estate at one revision.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct InventorySnapshot {
    /// Batches up to this one are contained.
    #[ts(type = "number")]
    pub revision: u64,
    /// How many messages the page had been sent; see [`crate::Listening`].
    #[ts(type = "number")]
    pub messages: u64,
    /// All VMs.
    pub vms: PackedVms,
    /// All connections.
    pub connections: Vec<ConnectionDto>,
    /// All profiles rows refer to.
    pub profiles: Vec<ActionProfile>,
}

/// What has changed since the batch before.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct InventoryBatch {
    /// This batch's number; a gap means that a snapshot is needed.
    #[ts(type = "number")]
    pub revision: u64,
    /// Rows to add or replace.
    pub upserted: Vec<VmDto>,
    /// Rows to remove.
    #[ts(type = "string[]")]
    pub removed: Vec<VmId>,
    /// Profiles that no earlier message carried.
    pub profiles: Vec<ActionProfile>,
}

//! The fields of the grammar, their words, and where each value is in a row.

use strsim::osa_distance;

use super::QueryRow;
use crate::vm::{ProviderKind, Vm, VmState};

/// A field, by the kind of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Text(TextField),
    State,
    Provider,
    Has,
    Memory,
    Vcpus,
    Flag(Flag),
}

/// Fields that hold texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextField {
    Name,
    Title,
    Description,
    Note,
    Os,
    Uuid,
    Ip,
    Mac,
    Disk,
    Host,
    Folder,
    Tag,
}

/// Fields that are so or not so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Autostart,
    Persistent,
    Live,
}

/// What a VM can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Snapshot,
    Note,
    Agent,
}

/// Words and what they mean. Those after the first for a meaning are understood, not proposed.
type Words<T> = [(&'static str, T)];

pub(super) const FIELDS: &Words<Field> = &[
    ("name", Field::Text(TextField::Name)),
    ("state", Field::State),
    ("host", Field::Text(TextField::Host)),
    ("folder", Field::Text(TextField::Folder)),
    ("tag", Field::Text(TextField::Tag)),
    ("provider", Field::Provider),
    ("title", Field::Text(TextField::Title)),
    ("description", Field::Text(TextField::Description)),
    ("note", Field::Text(TextField::Note)),
    ("os", Field::Text(TextField::Os)),
    ("ip", Field::Text(TextField::Ip)),
    ("mac", Field::Text(TextField::Mac)),
    ("disk", Field::Text(TextField::Disk)),
    ("uuid", Field::Text(TextField::Uuid)),
    ("mem", Field::Memory),
    ("memory", Field::Memory),
    ("vcpus", Field::Vcpus),
    ("cpus", Field::Vcpus),
    ("autostart", Field::Flag(Flag::Autostart)),
    ("persistent", Field::Flag(Flag::Persistent)),
    ("live", Field::Flag(Flag::Live)),
    ("has", Field::Has),
];

pub(super) const STATES: &Words<VmState> = &[
    ("running", VmState::Running),
    ("paused", VmState::Paused),
    ("off", VmState::ShutOff),
    ("shut_off", VmState::ShutOff),
    ("saved", VmState::Saved),
    ("crashed", VmState::Crashed),
    ("unknown", VmState::Unknown),
];

pub(super) const PROVIDERS: &Words<ProviderKind> = &[
    ("qemu", ProviderKind::Qemu),
    ("kvm", ProviderKind::Qemu),
    ("xen", ProviderKind::Xen),
    ("lxc", ProviderKind::Lxc),
    ("bhyve", ProviderKind::Bhyve),
    ("vz", ProviderKind::Vz),
    ("test", ProviderKind::Test),
    ("other", ProviderKind::OtherLibvirt),
    ("other_libvirt", ProviderKind::OtherLibvirt),
    ("fake", ProviderKind::Fake),
];

pub(super) const THINGS: &Words<Thing> = &[
    ("snapshot", Thing::Snapshot),
    ("note", Thing::Note),
    ("agent", Thing::Agent),
];

pub(super) const ANSWERS: &Words<bool> = &[
    ("yes", true),
    ("true", true),
    ("no", false),
    ("false", false),
];

impl TextField {
    /// Whether a value without `*` has to be all of the text: names of groups are chosen, not found.
    pub(super) const fn is_whole(self) -> bool {
        match self {
            Self::Host | Self::Folder | Self::Tag => true,
            Self::Name
            | Self::Title
            | Self::Description
            | Self::Note
            | Self::Os
            | Self::Uuid
            | Self::Ip
            | Self::Mac
            | Self::Disk => false,
        }
    }

    /// Whether `fits` says so of any of the texts that `row` has in this field.
    pub(super) fn any(self, row: &QueryRow<'_>, fits: impl Fn(&str) -> bool) -> bool {
        let vm = row.vm;
        let details = vm.details.as_ref();
        match self {
            Self::Name => fits(&vm.summary.name),
            Self::Note => fits(&vm.note),
            Self::Host => fits(row.host),
            Self::Folder => fits(row.folder),
            Self::Ip => vm.ips.iter().any(|ip| fits(ip)),
            Self::Title => details.is_some_and(|details| fits(&details.title)),
            Self::Description => details.is_some_and(|details| fits(&details.description)),
            Self::Os => details
                .and_then(|details| details.os.as_deref())
                .is_some_and(fits),
            Self::Uuid => details
                .and_then(|details| details.uuid.as_deref())
                .is_some_and(fits),
            Self::Tag => details.is_some_and(|details| details.tags.iter().any(|tag| fits(tag))),
            Self::Mac => details.is_some_and(|details| {
                let mut macs = details.nics.iter().filter_map(|nic| nic.mac.as_deref());
                macs.any(fits)
            }),
            Self::Disk => details.is_some_and(|details| {
                let mut sources = details
                    .disks
                    .iter()
                    .filter_map(|disk| disk.source.as_deref());
                sources.any(fits)
            }),
        }
    }
}

impl Flag {
    /// Its value in `row`, if it is known.
    pub(super) const fn of(self, row: &QueryRow<'_>) -> Option<bool> {
        match self {
            Self::Autostart => row.vm.summary.autostart,
            Self::Persistent => Some(row.vm.summary.persistent),
            Self::Live => Some(row.live),
        }
    }
}

impl Thing {
    /// Whether `vm` has it.
    pub(super) fn is_there(self, vm: &Vm) -> bool {
        match self {
            Self::Snapshot => vm.summary.has_snapshots == Some(true),
            Self::Note => !vm.note.is_empty(),
            Self::Agent => vm
                .details
                .as_ref()
                .is_some_and(|details| details.has_agent_channel),
        }
    }
}

/// What `word` means, capitals aside.
pub(super) fn meaning<T: Copy>(words: &Words<T>, word: &str) -> Option<T> {
    let word = super::fold(word);
    let found = words.iter().find(|(known, _)| *known == word);
    found.map(|(_, meaning)| *meaning)
}

/// The words to propose: one for each meaning.
pub(super) fn proposals<T: Copy + PartialEq>(words: &Words<T>) -> Vec<&'static str> {
    let is_first =
        |index: usize, meaning: T| words[..index].iter().all(|(_, other)| *other != meaning);
    let first = words
        .iter()
        .enumerate()
        .filter(|(index, (_, meaning))| is_first(*index, *meaning));
    first.map(|(_, (word, _))| *word).collect()
}

/// The proposal that `word` was probably meant to be: at most two slips away, and not all of it.
pub(super) fn nearest(proposals: &[&'static str], word: &str) -> Option<&'static str> {
    let word = super::fold(word);
    let slips = |proposal: &str| osa_distance(proposal, &word);
    let nearest = proposals
        .iter()
        .copied()
        .min_by_key(|proposal| slips(proposal))?;
    let slips = slips(nearest);
    (slips <= 2 && slips < word.chars().count()).then_some(nearest)
}

//! Which action is allowed when, or why not. The only place that decides it: the window renders
//! the answer, the engine asks again before it acts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::connection::{Access, ConnectionPhase};
use crate::definition::DisplayKind;
use crate::vm::{Vm, VmState};

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $label:literal;)*) => {
        /// Something that can be done to a VM.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        pub enum VmAction {
            $($(#[$doc])* $variant,)*
        }

        impl VmAction {
            /// All actions, in the order menus show them.
            pub const ALL: &[VmAction] = &[$(VmAction::$variant,)*];

            /// The stable name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(VmAction::$variant => $text,)*
                }
            }

            /// The verb on the button, in the task and in the result.
            pub const fn label(self) -> &'static str {
                match self {
                    $(VmAction::$variant => $label,)*
                }
            }
        }
    };
}

actions! {
    /// Power on, or restore what was saved.
    Start = "start", "Start";
    /// Ask the guest to shut down.
    ShutDown = "shut_down", "Shut down";
    /// Ask the guest to reboot.
    Reboot = "reboot", "Reboot";
    /// Press the reset button.
    Reset = "reset", "Force reset";
    /// Pull the plug.
    ForceOff = "force_off", "Force off";
    /// Stop its CPUs.
    Pause = "pause", "Pause";
    /// Let its CPUs run again.
    Resume = "resume", "Resume";
    /// Write its memory to the host's disk and stop.
    Save = "save", "Save";
    /// Throw the saved memory away.
    DiscardSaved = "discard_saved", "Discard saved state";
    /// Let the host start it at boot.
    AutostartOn = "autostart_on", "Turn autostart on";
    /// Do not let the host start it at boot.
    AutostartOff = "autostart_off", "Turn autostart off";
    /// Give it another name.
    Rename = "rename", "Rename";
    /// Change title, description or tags.
    EditText = "edit_text", "Edit title, description and tags";
    /// Give it a display.
    AddDisplay = "add_display", "Add a display";
    /// Send a non-maskable interrupt.
    SendNmi = "send_nmi", "Send NMI";
}

impl fmt::Display for VmAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A set of actions, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ActionSet(u32);

impl ActionSet {
    /// No action.
    pub const EMPTY: Self = Self(0);

    /// Every action.
    pub fn all() -> Self {
        VmAction::ALL.iter().copied().collect()
    }

    /// Whether `action` is in it.
    pub const fn contains(self, action: VmAction) -> bool {
        self.0 & (1 << action as u32) != 0
    }

    /// The same without `action`.
    #[must_use]
    pub const fn without(self, action: VmAction) -> Self {
        Self(self.0 & !(1 << action as u32))
    }
}

impl FromIterator<VmAction> for ActionSet {
    fn from_iter<I: IntoIterator<Item = VmAction>>(actions: I) -> Self {
        Self(
            actions
                .into_iter()
                .fold(0, |bits, action| bits | 1 << action as u32),
        )
    }
}

/// What a driver can do on a connected host. What it cannot is never tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Capabilities {
    /// Actions this driver and hypervisor know.
    pub actions: ActionSet,
    /// Whether changes made by others are told, rather than only found by reading again.
    pub events: bool,
    /// Whether guest addresses can be asked for.
    pub addresses: bool,
    /// Whether a guest agent can be asked to shut a guest down.
    pub agent: bool,
    /// Whether displays and lines can be opened.
    pub consoles: bool,
}

/// Why an action is not allowed. `Display` is a sentence for a tooltip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Forbidden {
    /// The host is not connected.
    NotConnected,
    /// The connection is read-only.
    ReadOnly,
    /// The driver or hypervisor cannot.
    Unsupported,
    /// It runs.
    Running,
    /// It is paused.
    Paused,
    /// It is shut off.
    ShutOff,
    /// It is saved.
    Saved,
    /// It has crashed.
    Crashed,
    /// Its state is not known.
    StateUnknown,
    /// Its definition ends with it.
    Transient,
    /// Already as wanted.
    AlreadySo,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotConnected => "The host is not connected",
            Self::ReadOnly => "Read-only: changes are switched off for this host",
            Self::Unsupported => "This host cannot do that",
            Self::Running => "It is running",
            Self::Paused => "It is paused",
            Self::ShutOff => "It is shut off",
            Self::Saved => "It is saved",
            Self::Crashed => "It has crashed",
            Self::StateUnknown => "Its state is not known yet",
            Self::Transient => "It is transient: its definition ends when it stops",
            Self::AlreadySo => "It is so already",
        })
    }
}

/// Everything that decides what may be done to a VM. VMs that share it share the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Situation {
    /// Where the connection is.
    pub phase: ConnectionPhase,
    /// Whether changes may be made through it.
    pub access: Access,
    /// What the driver can do there.
    pub capabilities: Capabilities,
    /// Observed state.
    pub state: VmState,
    /// Whether the definition outlives a shut down.
    pub persistent: bool,
    /// Whether the host starts it at boot.
    pub autostart: Option<bool>,
}

impl Situation {
    /// The situation of `vm` on a connection.
    pub fn of(vm: &Vm, phase: ConnectionPhase, access: Access, capabilities: Capabilities) -> Self {
        Self {
            phase,
            access,
            capabilities,
            state: vm.summary.state,
            persistent: vm.summary.persistent,
            autostart: vm.summary.autostart,
        }
    }

    /// Whether `action` is allowed, or why not. The first reason that applies is given, the one
    /// that is furthest from the VM first: nobody wants to hear of a state on a dead host.
    ///
    /// # Errors
    /// The reason it is not allowed.
    pub fn check(&self, action: VmAction) -> Result<(), Forbidden> {
        match self.phase {
            ConnectionPhase::Ready | ConnectionPhase::Syncing => {}
            ConnectionPhase::Disconnected | ConnectionPhase::Connecting | ConnectionPhase::Lost => {
                return Err(Forbidden::NotConnected);
            }
        }
        if self.access == Access::ReadOnly {
            return Err(Forbidden::ReadOnly);
        }
        if !self.capabilities.actions.contains(action) {
            return Err(Forbidden::Unsupported);
        }
        match action {
            VmAction::Start => self.needs(&[VmState::ShutOff, VmState::Saved, VmState::Crashed]),
            VmAction::ShutDown | VmAction::Reboot => self.needs(&[VmState::Running]),
            VmAction::Reset => self.needs(&[VmState::Running, VmState::Paused]),
            VmAction::ForceOff => {
                self.needs(&[VmState::Running, VmState::Paused, VmState::Crashed])
            }
            VmAction::Pause => self.needs(&[VmState::Running]),
            VmAction::Resume => self.needs(&[VmState::Paused]),
            VmAction::SendNmi => self.needs(&[VmState::Running]),
            VmAction::Save => {
                self.needs(&[VmState::Running, VmState::Paused])?;
                self.needs_persistence()
            }
            VmAction::DiscardSaved => self.needs(&[VmState::Saved]),
            VmAction::AutostartOn => self.autostart_change(true),
            VmAction::AutostartOff => self.autostart_change(false),
            VmAction::Rename => {
                self.needs_persistence()?;
                self.needs(&[VmState::ShutOff])
            }
            VmAction::EditText => Ok(()),
            VmAction::AddDisplay => self.needs_persistence(),
        }
    }

    fn needs(&self, states: &[VmState]) -> Result<(), Forbidden> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(match self.state {
            VmState::Running => Forbidden::Running,
            VmState::Paused => Forbidden::Paused,
            VmState::ShutOff => Forbidden::ShutOff,
            VmState::Saved => Forbidden::Saved,
            VmState::Crashed => Forbidden::Crashed,
            VmState::Unknown => Forbidden::StateUnknown,
        })
    }

    fn needs_persistence(&self) -> Result<(), Forbidden> {
        if self.persistent {
            Ok(())
        } else {
            Err(Forbidden::Transient)
        }
    }

    fn autostart_change(&self, wanted: bool) -> Result<(), Forbidden> {
        self.needs_persistence()?;
        match self.autostart {
            None => Err(Forbidden::Unsupported),
            Some(now) if now == wanted => Err(Forbidden::AlreadySo),
            Some(_) => Ok(()),
        }
    }
}

/// What a user asks for, with its arguments. Kept with the task, so that it can be asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum VmCommand {
    /// Power on, or restore what was saved.
    Start,
    /// Agent first, then ACPI, then wait for the guest.
    ShutDown,
    /// Agent first, then ACPI.
    Reboot,
    /// Press the reset button.
    Reset,
    /// Pull the plug.
    ForceOff,
    /// Stop its CPUs.
    Pause,
    /// Let its CPUs run again.
    Resume,
    /// Write memory to the host's disk and stop.
    Save,
    /// Throw the saved memory away.
    DiscardSaved,
    /// Start at the host's boot, or not.
    SetAutostart {
        /// Whether the host starts it at boot.
        enabled: bool,
    },
    /// Give it another name.
    Rename {
        /// The new name.
        name: String,
    },
    /// Change its texts; `None` leaves one as it is.
    EditText {
        /// New title, empty to remove it.
        title: Option<String>,
        /// New description, empty to remove it.
        description: Option<String>,
        /// All tags it is to have.
        tags: Option<Vec<String>>,
    },
    /// Give it a display, from its next start on.
    AddDisplay {
        /// The protocol.
        kind: DisplayKind,
    },
    /// Send a non-maskable interrupt.
    SendNmi,
}

impl VmCommand {
    /// The action this asks for.
    pub const fn action(&self) -> VmAction {
        match self {
            Self::Start => VmAction::Start,
            Self::ShutDown => VmAction::ShutDown,
            Self::Reboot => VmAction::Reboot,
            Self::Reset => VmAction::Reset,
            Self::ForceOff => VmAction::ForceOff,
            Self::Pause => VmAction::Pause,
            Self::Resume => VmAction::Resume,
            Self::Save => VmAction::Save,
            Self::DiscardSaved => VmAction::DiscardSaved,
            Self::SetAutostart { enabled: true } => VmAction::AutostartOn,
            Self::SetAutostart { enabled: false } => VmAction::AutostartOff,
            Self::Rename { .. } => VmAction::Rename,
            Self::EditText { .. } => VmAction::EditText,
            Self::AddDisplay { .. } => VmAction::AddDisplay,
            Self::SendNmi => VmAction::SendNmi,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(state: VmState) -> Situation {
        Situation {
            phase: ConnectionPhase::Ready,
            access: Access::ReadWrite,
            capabilities: Capabilities {
                actions: ActionSet::all(),
                events: true,
                addresses: true,
                agent: true,
                consoles: true,
            },
            state,
            persistent: true,
            autostart: Some(false),
        }
    }

    /// The letters are the allowed actions, in the order of `VmAction::ALL`.
    #[test]
    fn the_table_of_what_is_allowed_in_which_state() {
        let letters = "start down reboot reset off pause resume save discard auto+ auto- rename text show nmi";
        let names: Vec<&str> = letters.split(' ').collect();
        for (state, allowed) in [
            (
                VmState::Running,
                "down reboot reset off pause save auto+ text show nmi",
            ),
            (VmState::Paused, "reset off resume save auto+ text show"),
            (VmState::ShutOff, "start auto+ rename text show"),
            (VmState::Saved, "start discard auto+ text show"),
            (VmState::Crashed, "start off auto+ text show"),
            (VmState::Unknown, "auto+ text show"),
        ] {
            let got: Vec<&str> = VmAction::ALL
                .iter()
                .zip(&names)
                .filter(|(action, _)| situation(state).check(**action).is_ok())
                .map(|(_, name)| *name)
                .collect();
            assert_eq!(got.join(" "), allowed, "{state:?}");
        }
    }

    #[test]
    fn the_reason_furthest_from_the_vm_is_given_first() {
        let mut bad = Situation {
            phase: ConnectionPhase::Lost,
            access: Access::ReadOnly,
            capabilities: Capabilities::default(),
            ..situation(VmState::Running)
        };
        assert_eq!(bad.check(VmAction::Start), Err(Forbidden::NotConnected));
        bad.phase = ConnectionPhase::Ready;
        assert_eq!(bad.check(VmAction::Start), Err(Forbidden::ReadOnly));
        bad.access = Access::ReadWrite;
        assert_eq!(bad.check(VmAction::Start), Err(Forbidden::Unsupported));
        bad.capabilities.actions = ActionSet::all();
        assert_eq!(bad.check(VmAction::Start), Err(Forbidden::Running));
    }

    #[test]
    fn a_transient_vm_is_neither_saved_nor_renamed_nor_given_a_display() {
        let transient = Situation {
            persistent: false,
            ..situation(VmState::Running)
        };
        for action in [
            VmAction::Save,
            VmAction::Rename,
            VmAction::AutostartOn,
            VmAction::AddDisplay,
        ] {
            assert_eq!(
                transient.check(action),
                Err(Forbidden::Transient),
                "{action}"
            );
        }
    }

    #[test]
    fn a_set_without_an_action_does_not_contain_it() {
        let set = ActionSet::all().without(VmAction::SendNmi);
        assert!(!set.contains(VmAction::SendNmi));
        assert!(set.contains(VmAction::EditText));
    }
}

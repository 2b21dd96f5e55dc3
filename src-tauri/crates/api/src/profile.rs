//! What may be done to a VM, told once for all VMs in the same situation.

use std::collections::HashMap;

use model::{Situation, VmAction};
use serde::Serialize;
use ts_rs::TS;

/// Why one action is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ActionReason {
    /// The action.
    pub action: VmAction,
    /// A sentence for the tooltip.
    pub reason: String,
}

/// The answer for all VMs in one situation. An action that is not listed is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ActionProfile {
    /// The number rows refer to.
    pub id: u32,
    /// The actions that are not allowed.
    pub forbidden: Vec<ActionReason>,
}

/// Gives each distinct situation a number. An estate of thousands of VMs has a few dozen.
#[derive(Debug, Default)]
pub struct Profiles {
    ids: HashMap<Situation, u32>,
    profiles: Vec<ActionProfile>,
}

impl Profiles {
    /// The number of this situation.
    pub fn id_of(&mut self, situation: Situation) -> u32 {
        *self.ids.entry(situation).or_insert_with(|| {
            let id = u32::try_from(self.profiles.len()).expect("situations are few");
            let forbidden = VmAction::ALL
                .iter()
                .filter_map(|action| {
                    let reason = situation.check(*action).err()?.to_string();
                    Some(ActionReason {
                        action: *action,
                        reason,
                    })
                })
                .collect();
            self.profiles.push(ActionProfile { id, forbidden });
            id
        })
    }

    /// All profiles numbered `from` and above: what a reader that knows the first ones lacks.
    pub fn since(&self, from: usize) -> &[ActionProfile] {
        self.profiles.get(from..).unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.profiles.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.profiles.is_empty()
    }
}

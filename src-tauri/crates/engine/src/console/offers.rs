//! Displays that a VM could be given.

use model::{DisplayKind, VmId};

use super::looking;
use crate::engine::Engine;
use crate::error::Result;
use crate::history::{Diff, diff};

/// A display that a VM could be given, and how its definition would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayOffer {
    /// The protocol.
    pub kind: DisplayKind,
    /// What would change.
    pub change: Diff,
}

impl Engine {
    /// The displays that a VM could be given, one of each protocol that it lacks and its host knows.
    /// The task [`model::VmCommand::AddDisplay`] does it.
    ///
    /// # Errors
    /// `vm_not_found`, `connection_lost`, `unsupported`, `permission_denied`.
    pub async fn display_offers(&self, vm: &VmId) -> Result<Vec<DisplayOffer>> {
        let reached = self.reached_to_change(vm)?;
        let offers = reached.session.display_offers(&vm.key).await;
        let offers = offers.map_err(|error| looking(error, &reached))?;
        let offers = offers.into_iter().map(|offer| DisplayOffer {
            kind: offer.kind,
            change: diff(&offer.before, &offer.after),
        });
        Ok(offers.collect())
    }
}

//! Table `vm`: every VM as last read.

use model::{Vm, VmId};

use crate::definition::NewDefinition;

/// What has changed in the inventory; written as a whole or not at all. Removed are first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryBatch {
    /// VMs to add or replace. Their `note` is not looked at: [`crate::Store::set_note`] owns it.
    pub upserts: Vec<Vm>,
    /// VMs that are gone. Their definitions and notes are kept: they may come back.
    pub removed: Vec<VmId>,
    /// Definitions that were read.
    pub definitions: Vec<NewDefinition>,
}

//! What a VM's definition was and is: versions, differences, hardware.

use model::{HardwareGroup, VmId};
use store::{DefinitionVersion, StoredDefinition, VersionId};

use crate::engine::Engine;
use crate::error::Result;

/// What changed between two definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The parts, in order; together they are the whole text.
    pub parts: Vec<DiffPart>,
    /// Lines only in the newer one.
    pub added: u32,
    /// Lines only in the older one.
    pub removed: u32,
}

/// A part of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffPart {
    /// A run of lines that are the same and far from any change.
    Folded {
        /// How many.
        lines: u32,
    },
    /// A line.
    Line {
        /// Which side it is on.
        side: Side,
        /// Its number in the older text, from 1.
        old_line: Option<u32>,
        /// Its number in the newer text, from 1.
        new_line: Option<u32>,
        /// The line without its end.
        text: String,
    },
}

/// Which text a line of a difference is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In both.
    Both,
    /// Only in the older one.
    Old,
    /// Only in the newer one.
    New,
}

impl Engine {
    /// The kept versions of a VM's definition, newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn versions(&self, vm: &VmId) -> Result<Vec<DefinitionVersion>> {
        unimplemented!()
    }

    /// A kept definition, the newest when `version` is `None`; `None` when none was read yet.
    ///
    /// # Errors
    /// The store's.
    pub async fn definition(
        &self,
        vm: &VmId,
        version: Option<VersionId>,
    ) -> Result<Option<StoredDefinition>> {
        unimplemented!()
    }

    /// What changed from one version to another.
    ///
    /// # Errors
    /// `vm_not_found` when a version is not kept; the store's.
    pub async fn diff(&self, vm: &VmId, from: VersionId, to: VersionId) -> Result<Diff> {
        unimplemented!()
    }

    /// The hardware in the newest kept definition, in groups; empty when none was read yet.
    ///
    /// # Errors
    /// `vm_not_found`, `invalid_input`; the store's.
    pub async fn hardware(&self, vm: &VmId) -> Result<Vec<HardwareGroup>> {
        unimplemented!()
    }
}

//! Finding what a person named: a VM by `CONNECTION/NAME`, UUID or name, a connection by its name.

use model::VmId;

use crate::connections::ConnectionView;
use crate::engine::Engine;
use crate::error::Result;

impl Engine {
    /// The VM that `text` names: a [`VmId`], `CONNECTION/NAME`, a UUID, or a name that only one has.
    ///
    /// # Errors
    /// `vm_not_found`, `connection_not_found`, `ambiguous` with the candidates in the hint.
    pub fn find_vm(&self, text: &str) -> Result<VmId> {
        unimplemented!()
    }

    /// The connection with this name (or id), capitals aside.
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn find_connection(&self, text: &str) -> Result<ConnectionView> {
        unimplemented!()
    }
}

//! The inventory: every VM of every connection, as last read.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use model::{ConnectionStatus, Vm};

use crate::connections::ConnectionView;
use crate::prompts::PromptView;

/// The estate at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Number of the last change that is in it. Later events have higher ones.
    pub revision: u64,
    /// Every VM, in no order.
    pub vms: Vec<Arc<Vm>>,
    /// Every connection, by name.
    pub connections: Vec<ConnectionView>,
    /// The question to show now.
    pub prompt: Option<PromptView>,
}

/// How fresh a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// True now, as far as the host tells.
    Live,
    /// True then; what is now nobody knows.
    AsOf(Timestamp),
}

/// How fresh `vm` is, seen through `connection`. A list that was true at some time made every row
/// of it true, so rows need no event of their own when a connection is lost.
pub fn freshness(vm: &Vm, connection: &ConnectionView) -> Freshness {
    if connection.live {
        return Freshness::Live;
    }
    Freshness::AsOf(
        connection
            .status
            .as_of
            .map_or(vm.as_of, |list| list.max(vm.as_of)),
    )
}

//! This computer's surroundings: whether it slept, whether its network changed.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// What can be seen of the network from here.
pub trait Surroundings: Send + Sync {
    /// The addresses of this computer that others could reach.
    fn addresses(&self) -> BTreeSet<IpAddr>;
}

/// This computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThisComputer;

impl Surroundings for ThisComputer {
    fn addresses(&self) -> BTreeSet<IpAddr> {
        unimplemented!()
    }
}

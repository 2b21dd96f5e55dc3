//! Pure types and rules: what a VM, a host and a task are, and which action is allowed when.
//!
//! Architecture Invariant: no IO, no async runtime, no window and no hypervisor library. Whatever
//! is here can be tested with plain values.
#![forbid(unsafe_code)]

pub mod action;
pub mod address;
pub mod connection;
pub mod definition;
pub mod error;
pub mod ids;
pub mod query;
pub mod task;
pub mod units;
pub mod vm;

pub use action::{ActionSet, Capabilities, Forbidden, Situation, VmAction, VmCommand};
pub use connection::{
    Access, Connection, ConnectionPhase, ConnectionSettings, ConnectionStatus, Failure, HostInfo,
    KnownHost, LastSeen, Startup,
};
pub use definition::{Disk, Display, DisplayKind, HardwareGroup, HardwareItem, Nic, VmDetails};
pub use error::ErrorCode;
pub use ids::{ConnectionId, PromptId, TaskId, VmId, VmKey};
pub use task::{Origin, Task, TaskFailure, TaskStatus};
pub use units::ByteSize;
pub use vm::{ProviderKind, StateReason, Vm, VmState, VmSummary};

//! The local inventory in SQLite: what this computer knows of the estate, with its age.
//!
//! Architecture Invariant: the only crate that knows SQL. Callers see async calls on a [`Store`]
//! and plain types of crate model.
//!
//! ```text
//! Store (cheap clones) ──▶ writer thread ──▶ connection, read and write ──┐
//!                    └───▶ reader thread ──▶ connection, read only ───────┴─▶ inventory.sqlite3 (WAL)
//! ```
//!
//! One file of this crate per table: its step of the schema, its rows, its reads and writes.
#![forbid(unsafe_code)]

mod columns;
mod connection;
mod definition;
mod error;
mod host;
mod instance;
mod note;
mod open;
mod private;
mod salvage;
#[cfg(test)]
mod samples;
mod schema;
mod search;
mod setting;
mod store;
mod task;
mod vm;
mod worker;

pub use definition::{DefinitionVersion, NewDefinition, StoredDefinition, VersionId};
pub use error::{Result, StoreError};
pub use open::{Opened, SetAside, SetAsideReason};
pub use store::Store;
pub use task::TaskFilter;
pub use vm::InventoryBatch;

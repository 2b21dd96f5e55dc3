//! The owned way to a host: libvirt talks to a private end near us, and we carry what it says.
//!
//! ```text
//! libvirt ──▶ private socket ──▶ bridge ──▶ ssh channel, unix socket or TCP ──▶ daemon
//! ```
//!
//! We own it because libvirt's own keepalive crashes clients, and an open on a peer that never
//! answers hangs for ever. End-of-file is clean on every version: all calls in flight fail at once.
//! So a peer that is gone is one whose bridge we cut.
//!
//! Invariant: when a [`Bridge`] is dropped or cut, its sockets are closed and its processes end.

mod bridge;
mod channel;
mod folder;
mod login;
mod ssh;
mod stderr;
mod traffic;

pub(crate) mod remote;

pub(crate) use bridge::{Bridge, Far, Near};
pub(crate) use channel::Channel;
pub(crate) use folder::PrivateFolder;
pub(crate) use login::{Login, Logins};
pub(crate) use ssh::{SshProgram, SshTarget};
pub(crate) use stderr::{SshFailure, classify};
pub(crate) use traffic::Traffic;

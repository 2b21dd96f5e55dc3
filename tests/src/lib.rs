//! What several test targets and the benches share: a libvirt RPC proxy that adds delay and counts calls, a private
//! libvirtd, generated estates, and measurements of processes.
//!
//! Invariant: nothing here links the app. The benches look at it as a user's machine does, from outside.
//!
//! Empty on Windows: libvirtd, unix sockets and /proc are not there.
#![cfg(unix)]
#![forbid(unsafe_code)]

pub mod bench;
#[cfg(all(test, feature = "lab"))]
mod demo_estate;
pub mod display;
pub mod estate_gen;
pub mod lab;
pub mod libvirtd;
pub mod measure;
pub mod rpc_proxy;
pub mod user;
pub mod virsh;

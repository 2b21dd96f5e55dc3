//! The libvirt driver: sessions, tunnels, domains. The only crate that knows libvirt.
//!
//! ```text
//! driver ──▶ uri ──▶ way ──▶ tunnel (login, channel, bridge) ── askpass
//!    │                └──────▶ session ──▶ listing, domain, console, xml ──▶ crew ──▶ sys ──▶ libvirt
//!    └─────▶ doctor
//! ```
//!
//! Architecture Invariant: every call that may block runs on the crew; all unsafe code is in `sys`;
//! no error is understood by libvirt's text; whatever libvirt says of a VM is read, never guessed.
#![deny(unsafe_code)]

mod askpass;
mod calls;
mod clock;
mod console;
mod crew;
mod doctor;
mod domain;
mod error;
mod events;
mod host;
mod libvirt;
mod listing;
mod new_display;
mod numbered;
mod origin;
mod platform;
mod session;
#[expect(
    unsafe_code,
    reason = "calls into libvirt and the operating system, each with its proof"
)]
mod sys;
mod text;
mod tunnel;
mod uri;
mod way;
mod xml;

pub use askpass::askpass_main_if_requested;
pub use libvirt::LibvirtDriver;

//! The wire contract: what crosses from Rust to the window and to scripts.
#![forbid(unsafe_code)]

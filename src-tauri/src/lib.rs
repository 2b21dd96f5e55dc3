//! The Tauri shell: wiring and window.
#![forbid(unsafe_code)]

//! What the window and `innkeeperctl` share: where things are kept, how the engine is put together,
//! and its answers as wire values.
//!
//! Architecture Invariant: no use case lives here (those are the engine's) and nothing of a window
//! or a terminal (those are the shell's and the CLI's).
#![forbid(unsafe_code)]

mod compose;
mod console;
mod convert;
pub mod demo;
mod place;
mod rows;

pub use compose::{Opened, Role, open};
pub use console::{
    console_what, consoles, display_address, display_offers, file_of, file_stem, keyboard_layouts,
    number, opened_console, pace, screenshot, some_viewer, text_check, traffic, typing, viewer,
};
pub use convert::{
    api_error, connection, diff, doctor_step, hardware, history, prompt, question_answer, ssh_host,
};
pub use place::{Place, log_to_stderr};
pub use rows::{Rows, row};

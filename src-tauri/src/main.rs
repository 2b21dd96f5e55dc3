//! The desktop app.
// a release build on Windows opens no console window beside its own
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    innkeeper::run()
}

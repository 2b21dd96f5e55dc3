//! innkeeperctl: the engine and the inventory without a window.
#![forbid(unsafe_code)]
fn main() {}

//! Build, test and release commands.
#![forbid(unsafe_code)]
fn main() {}

//! The local inventory in SQLite. The only crate that knows SQL.
#![forbid(unsafe_code)]

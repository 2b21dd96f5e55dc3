//! The contract every VM driver fulfils, its test suite, and the fake driver that is its reference.
#![forbid(unsafe_code)]

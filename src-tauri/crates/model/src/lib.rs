//! Pure types and rules: what a VM, a host and a task are, and which action is allowed when.
#![forbid(unsafe_code)]

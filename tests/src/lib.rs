//! What several test targets share.
#![forbid(unsafe_code)]

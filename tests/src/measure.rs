//! What a bench measures and how it says so: processes, percentiles, and rows that stand beside their reference.
//!
//! Invariant: a figure without a reference from the same run or an absolute target cannot be reported.

pub mod percentile;
pub mod process;
pub mod report;

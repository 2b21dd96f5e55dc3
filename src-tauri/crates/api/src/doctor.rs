//! The connection doctor's steps.

use serde::Serialize;
use ts_rs::TS;

/// One thing to do about a failed step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RemedyDto {
    /// What to do.
    pub text: String,
    /// The command that does it.
    pub command: Option<String>,
}

/// A step and how it came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DoctorStepDto {
    /// Stable name: `login_works`.
    pub kind: String,
    /// What it is called.
    pub title: String,
    /// `running`, `passed`, `failed` or `not_reached`.
    #[ts(type = "\"running\" | \"passed\" | \"failed\" | \"not_reached\"")]
    pub outcome: &'static str,
    /// What was found, or what is wrong.
    pub detail: String,
    /// Why it failed.
    pub why: Option<String>,
    /// What to do.
    pub remedies: Vec<RemedyDto>,
    /// ssh's or libvirt's own words.
    pub output: Option<String>,
    /// How long it took.
    pub duration_ms: u32,
}

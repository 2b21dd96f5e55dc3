//! Settings the engine acts on, and facts about this app. The window's own layout is not here: the
//! window keeps it by tauri-plugin-store.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Settings the engine acts on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// How long a guest may take to shut down before force off is offered, in seconds.
    pub shutdown_timeout_s: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            shutdown_timeout_s: 120,
        }
    }
}

/// Facts about this app that do not change while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AppInfo {
    /// Its version.
    pub version: String,
    /// `linux`, `macos` or `windows`.
    pub platform: String,
    /// Where everything is kept.
    pub data_dir: String,
    /// Whether the page is to say what it has painted and when.
    pub trace_timing: bool,
    /// Whether this is the demo estate.
    pub demo: bool,
    /// What the user should know at once.
    pub notices: Vec<crate::event::NoticeDto>,
}

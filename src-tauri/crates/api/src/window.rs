//! Several windows: the main one, and consoles in windows of their own.

use model::VmId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A page of the main window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// A VM's page.
    Vm,
    /// A VM's console.
    Console,
    /// The question that a VM's host waits for, over whatever is shown.
    Question,
}

/// What the main window is to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShowPage {
    /// Which page.
    pub kind: PageKind,
    /// Of which VM.
    #[ts(type = "string")]
    pub id: VmId,
}

/// A console's own window closes.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CloseWindow {
    /// Whether its console goes on as a tab of the main window.
    pub to_tab: bool,
}

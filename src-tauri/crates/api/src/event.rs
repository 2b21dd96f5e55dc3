//! What Rust tells the window without being asked.

use serde::Serialize;
use ts_rs::TS;

use crate::connection::{ConnectionDto, PromptDto};
use crate::console::TypingDto;
use crate::doctor::DoctorStepDto;
use crate::inventory::InventoryBatch;
use crate::task::TaskDto;
use crate::window::ShowPage;

/// Something the user should know: the inventory was set aside, say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NoticeDto {
    /// `store_damaged`, `store_newer`, `store_full`, …
    pub kind: String,
    /// What happened, as a sentence.
    pub message: String,
    /// A file it is about.
    pub path: Option<String>,
}

/// The page hears messages from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Listening {
    /// How many were sent before. Another number than a snapshot's means that it lacks some.
    #[ts(type = "number")]
    pub messages: u64,
}

/// One message to the page.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AppEvent {
    /// Rows changed.
    Inventory(InventoryBatch),
    /// Rows look different though nothing was read: their host was connected, lost or renamed.
    Rows {
        /// The revision these rows are of. One below the page's own is older than its snapshot: drop it.
        #[ts(type = "number")]
        revision: u64,
        /// Rows to replace; the revision stays.
        upserted: Vec<crate::inventory::VmDto>,
        /// Profiles that no earlier message carried.
        profiles: Vec<crate::profile::ActionProfile>,
    },
    /// Connections changed.
    Connections {
        /// Connections to add or replace.
        upserted: Vec<ConnectionDto>,
        /// Connections to remove.
        #[ts(type = "string[]")]
        removed: Vec<model::ConnectionId>,
    },
    /// Tasks were made or went on.
    Tasks {
        /// The tasks as they are now.
        tasks: Vec<TaskDto>,
    },
    /// The question to show, or none any more.
    Prompt {
        /// The question.
        prompt: Option<PromptDto>,
    },
    /// The doctor went on.
    Doctor {
        /// Which round.
        run: String,
        /// The step, replacing an earlier one of its kind; `null` when the round is over.
        step: Option<DoctorStepDto>,
    },
    /// A text is being typed into a VM.
    Typing(TypingDto),
    /// Something the user should know.
    Notice(NoticeDto),
    /// These VMs have their console in a window of its own. Only the main window is told.
    ConsoleWindows {
        /// Which.
        #[ts(type = "string[]")]
        ids: Vec<model::VmId>,
    },
    /// Another window asks for a page of the main one.
    Show(ShowPage),
    /// Another window has kept something that this one shows as well: the theme, how consoles are liked.
    Kept {
        /// Under which name.
        name: String,
        /// What; `null` when it is kept no more.
        #[ts(type = "unknown")]
        value: serde_json::Value,
    },
    /// Messages were lost: read a snapshot.
    Resync,
}

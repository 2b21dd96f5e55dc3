//! Use cases without a window: connections, inventory, tasks, prompts.
//!
//! ```text
//!            commands                                   events
//!   shell ──────────────▶ Engine ─┬─ directory ── one session per connection ──▶ driver
//!   innkeeperctl                  ├─ inventory ◀── observations ──┘    │
//!                                 ├─ tasks ────── operations ──────────┘
//!                                 ├─ consoles ─── pipes ───────────────┘
//!                                 └─ prompts, doctor, history, sync
//!                                        │
//!                                   store (SQLite)          bus ──▶ whoever subscribed
//! ```
//!
//! Architecture Invariant: each piece of state has one owner here, and others send it messages:
//! rows belong to [`inventory`], a connection's phase to its [`session`], a task's status to
//! [`tasks`]. No globals; clock, ids and surroundings are passed in, so that everything is tested
//! with a fake driver and paused time.
//!
//! Architecture Invariant: no state is ever told that was not read from the host.
#![forbid(unsafe_code)]

pub mod bus;
pub mod clock;
pub mod connections;
pub mod console;
pub mod doctor;
pub mod engine;
pub mod error;
pub mod find;
pub mod history;
pub mod inventory;
pub mod prompts;
pub mod session;
pub mod surroundings;
pub mod sync;
pub mod tasks;

pub use bus::{EngineEvent, Notice, Subscription};
pub use clock::{Clock, Ids, RandomIds, SystemClock};
pub use connections::{ConnectionView, ImportReport, LocalLibvirt, SshHost};
pub use console::{
    Client, ConsoleEnd, ConsoleId, ConsoleKind, ConsoleWhat, DisplayOffer, KeyboardLayout,
    OpenedConsole, Pace, Picture, TextCheck, Traffic, TypingProgress, TypingRun, Viewer, VisitId,
};
pub use doctor::{DoctorRun, DoctorTarget};
pub use engine::{Asking, Definitions, Engine, EngineConfig};
pub use error::{EngineError, Result};
pub use inventory::Snapshot;
pub use prompts::PromptView;
pub use sync::SyncReport;
pub use tasks::Cancelled;

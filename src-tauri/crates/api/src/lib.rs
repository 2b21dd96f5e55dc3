//! The wire contract: what crosses from Rust to the window and to scripts.
//!
//! Everything here is a plain value with a stable spelling. TypeScript is generated from it
//! (`cargo xtask typegen`) and CI compares the generated files with the committed ones.
//!
//! Architecture Invariant: no behaviour beyond turning model values into wire values. Texts from
//! hosts cross as texts; only a row's long texts are cut, and the row says so.
#![forbid(unsafe_code)]

pub mod command;
pub mod computer;
mod connection;
pub mod console;
mod definition;
mod doctor;
mod error;
mod event;
mod inventory;
mod packed;
mod profile;
mod settings;
mod task;
mod text;
mod window;

pub use computer::{
    ClipboardText, CopyPicture, OneViewer, OpenViewer, SaveLog, ViewerDto, WrittenFile,
};
pub use connection::{
    CheckResult, ConnectionCounts, ConnectionDto, HostDto, ImportReport, LocalLibvirt, PromptDto,
    PromptKind, SshHost,
};
pub use console::{
    ConsoleKind, ConsoleTraffic, ConsolesDto, DisplayDto, DisplayOfferDto, DisplayProtocol,
    KeyboardLayout, LineCarrier, LineDto, OpenedConsole, ScreenshotDto, TextCheck, TypingDto,
    TypingRun,
};
pub use definition::{
    DefinitionVersionDto, DiffDto, DiffHunk, DiffLine, DiffMark, HardwareDto, HardwareGroupDto,
    HardwareItemDto,
};
pub use doctor::{DoctorStepDto, RemedyDto};
pub use error::{ApiError, Severity};
pub use event::{AppEvent, Listening, NoticeDto};
pub use inventory::{DiskDto, InventoryBatch, InventorySnapshot, RowContext, TextLimit, VmDto};
pub use packed::{Column, PackedVms};
pub use profile::{ActionProfile, ActionReason, Profiles};
pub use settings::{AppInfo, Settings};
pub use task::TaskDto;
pub use text::millis;
pub use window::{CloseWindow, PageKind, ShowPage};

//! The table of commands: what the window may ask, with what, and what it gets. The shell
//! implements each under the same name (a test compares) and TypeScript is generated from it.

use model::{ConnectionId, ConnectionSettings, PromptId, TaskId, VmCommand, VmId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::console::{CheckText, OneConsole, OpenConsole, PressKeys, TypeText};
use crate::{
    AppInfo, CheckResult, ClipboardText, CloseWindow, ConnectionDto, ConsoleTraffic, ConsolesDto,
    CopyPicture, DefinitionVersionDto, DiffDto, DisplayOfferDto, HardwareDto, ImportReport,
    InventorySnapshot, KeyboardLayout, Listening, LocalLibvirt, OneViewer, OpenViewer,
    OpenedConsole, PromptDto, SaveLog, ScreenshotDto, Settings, ShowPage, SshHost, TaskDto,
    TextCheck, TypingRun, ViewerDto, VmDto, WrittenFile,
};

/// Nothing to say.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// One VM.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OneVm {
    /// Which.
    #[ts(type = "string")]
    pub id: VmId,
}

/// Several VMs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Vms {
    /// Which.
    #[ts(type = "string[]")]
    pub ids: Vec<VmId>,
}

/// A text to look for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Search {
    /// Any part of any text of a VM.
    pub text: String,
}

/// A definition to read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReadDefinition {
    /// Whose.
    #[ts(type = "string")]
    pub id: VmId,
    /// Which version; the newest when `null`.
    #[ts(type = "number | null")]
    pub version: Option<i64>,
}

/// Two versions to compare.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Compare {
    /// Whose.
    #[ts(type = "string")]
    pub id: VmId,
    /// The older.
    #[ts(type = "number")]
    pub from: i64,
    /// The newer.
    #[ts(type = "number")]
    pub to: i64,
}

/// A definition's text.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DefinitionText {
    /// The provider's text.
    pub text: String,
    /// When it was last seen, RFC 3339.
    pub as_of: String,
}

/// A note to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetNote {
    /// Whose.
    #[ts(type = "string")]
    pub id: VmId,
    /// The note; empty removes it.
    pub note: String,
}

/// A connection to add, change or check.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PutConnection {
    /// Which one to change; `null` for a new one.
    #[ts(type = "string | null")]
    pub id: Option<ConnectionId>,
    /// Its settings.
    pub settings: ConnectionSettings,
    /// Whether to connect at once.
    pub connect: bool,
}

/// One connection.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OneConnection {
    /// Which.
    #[ts(type = "string")]
    pub id: ConnectionId,
}

/// A set of connections as TOML.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectionsText {
    /// The TOML text.
    pub toml: String,
}

/// A doctor's round.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DoctorRun {
    /// Its number, as events carry it.
    pub run: String,
}

/// Something to do to VMs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RunCommand {
    /// To which.
    #[ts(type = "string[]")]
    pub ids: Vec<VmId>,
    /// What.
    pub command: VmCommand,
}

/// Some tasks.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Tasks {
    /// Which.
    #[ts(type = "string[]")]
    pub ids: Vec<TaskId>,
}

/// The answer to a question.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct AnswerPrompt {
    /// Which question.
    #[ts(type = "string")]
    pub id: PromptId,
    /// Whether it was closed.
    pub cancelled: bool,
    /// What was typed; `null` to trust a host key.
    pub text: Option<String>,
}

/// Something the page has painted: the first list, always; rows only while timings are traced.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Painted {
    /// The rows; empty for the first list.
    #[ts(type = "string[]")]
    pub ids: Vec<VmId>,
    /// When, in microseconds since 1970.
    #[ts(type = "number")]
    pub at_unix_us: u64,
}

/// What the page paints first, without the scripts that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FirstFrame {
    /// The rules of the style sheets that it needs.
    pub style: String,
    /// Its markup.
    pub body: String,
}

/// One command: its name, what it takes and what it gives.
pub struct CommandSpec {
    /// Name.
    pub name: &'static str,
    /// One line on what it does.
    pub doc: &'static str,
    /// TypeScript of the request.
    pub request: fn(&ts_rs::Config) -> String,
    /// TypeScript of the response.
    pub response: fn(&ts_rs::Config) -> String,
}

macro_rules! commands {
    ($($doc:literal $name:ident($request:ty) -> $response:ty;)*) => {
        /// All commands.
        pub const COMMANDS: &[CommandSpec] = &[$(CommandSpec {
            name: stringify!($name),
            doc: $doc,
            request: <$request as TS>::name,
            response: <$response as TS>::name,
        },)*];

        /// Shows every request and response type to `visitor`.
        pub fn visit_types(visitor: &mut impl ts_rs::TypeVisitor) {
            $(
                visitor.visit::<$request>();
                <$request as TS>::visit_dependencies(visitor);
                <$request as TS>::visit_generics(visitor);
                visitor.visit::<$response>();
                <$response as TS>::visit_dependencies(visitor);
                <$response as TS>::visit_generics(visitor);
            )*
        }
    };
}

commands! {
    "Facts about this app." app_info(Nothing) -> AppInfo;
    "Hears every message from now on, by the channel that is passed beside the request." page_listen(Nothing) -> Listening;
    "Says that something was painted: hosts are connected to after the first list, and benchmarks are told." page_painted(Painted) -> Nothing;
    "Keeps what the page paints first, for the next start to show before its scripts are read." frame_keep(FirstFrame) -> Nothing;
    "The settings." settings_get(Nothing) -> Settings;
    "Keeps settings." settings_set(Settings) -> Nothing;
    "The whole estate." inventory_snapshot(Nothing) -> InventorySnapshot;
    "VMs with this text anywhere, also in parts that rows leave out." inventory_search(Search) -> Vec<String>;
    "Says which rows are on screen, so that they are read first." inventory_visible(Vms) -> Nothing;
    "One VM with its texts whole." vm_get(OneVm) -> VmDto;
    "A VM's hardware; null before its definition was read." vm_hardware(OneVm) -> Option<HardwareDto>;
    "A VM's definition; null before it was read." vm_definition(ReadDefinition) -> Option<DefinitionText>;
    "The distinct definitions a VM had, newest first." vm_history(OneVm) -> Vec<DefinitionVersionDto>;
    "What changed between two of them." vm_diff(Compare) -> DiffDto;
    "Keeps a note on this computer." vm_set_note(SetNote) -> Nothing;
    "Whether these settings can be used." connection_check(PutConnection) -> CheckResult;
    "Adds or changes a connection." connection_put(PutConnection) -> ConnectionDto;
    "Removes a connection and what is known through it." connection_remove(OneConnection) -> Nothing;
    "Connects, or tries again at once." connection_connect(OneConnection) -> Nothing;
    "Disconnects, and stays so." connection_disconnect(OneConnection) -> Nothing;
    "Tries all lost connections again at once." connection_retry_all(Nothing) -> Nothing;
    "Reads a host again." connection_refresh(OneConnection) -> Nothing;
    "Begins a doctor's round; steps arrive as events." connection_diagnose(PutConnection) -> DoctorRun;
    "Ends a doctor's round." connection_diagnose_stop(DoctorRun) -> Nothing;
    "Imports connections." connection_import(ConnectionsText) -> ImportReport;
    "All connections as TOML." connection_export(Nothing) -> ConnectionsText;
    "Writes them to a file in the user's documents." connection_export_file(Nothing) -> WrittenFile;
    "The hosts of ~/.ssh/config." ssh_hosts(Nothing) -> Vec<SshHost>;
    "The libvirt on this computer, if there is one." local_libvirt(Nothing) -> Option<LocalLibvirt>;
    "Adds the demo estate." demo_add(Nothing) -> ImportReport;
    "Does something to VMs; one task each." task_run(RunCommand) -> Vec<TaskDto>;
    "Cancels tasks." task_cancel(Tasks) -> Nothing;
    "Asks again for what failed." task_retry(Tasks) -> Vec<TaskDto>;
    "The newest tasks." task_list(Nothing) -> Vec<TaskDto>;
    "The displays and lines of a running VM." console_list(OneVm) -> ConsolesDto;
    "The displays that a VM could be given." display_offers(OneVm) -> Vec<DisplayOfferDto>;
    "Opens a display or a line behind a WebSocket of its own." console_open(OpenConsole) -> OpenedConsole;
    "Closes a console." console_close(OneConsole) -> Nothing;
    "What a console has moved so far." console_traffic(OneConsole) -> ConsoleTraffic;
    "Presses keys of a name together." console_keys(PressKeys) -> Nothing;
    "Begins to type a text; how far it is arrives as events." console_type(TypeText) -> TypingRun;
    "Stops typing." console_type_cancel(TypingRun) -> Nothing;
    "Which characters of a text the layout cannot type." console_type_check(CheckText) -> TextCheck;
    "The layouts that texts can be typed in." console_layouts(Nothing) -> Vec<KeyboardLayout>;
    "A picture of a running VM's screen." vm_screenshot(OneVm) -> ScreenshotDto;
    "Writes such a picture to the user's pictures." vm_screenshot_save(OneVm) -> WrittenFile;
    "Writes what a line has said to the user's documents." line_log_save(SaveLog) -> WrittenFile;
    "Whether displays can be opened in remote-viewer." viewer_check(Nothing) -> ViewerDto;
    "Opens a display in remote-viewer; answers when it has come for it." viewer_open(OpenViewer) -> OneViewer;
    "Answers when such a viewer has ended." viewer_ended(OneViewer) -> Nothing;
    "Shows a file that this run has written in the system's file manager." file_show(WrittenFile) -> Nothing;
    "The text on the system's clipboard; empty when it holds something else." clipboard_read_text(Nothing) -> ClipboardText;
    "Puts text on the system's clipboard." clipboard_write_text(ClipboardText) -> Nothing;
    "Puts a picture on the system's clipboard." clipboard_write_picture(CopyPicture) -> Nothing;
    "Opens a VM's console in a window of its own, or brings that to the front." console_window_open(OneVm) -> Nothing;
    "Closes the own window that asks." console_window_close(CloseWindow) -> Nothing;
    "Brings the main window to the front with a page." main_window_show(ShowPage) -> Nothing;
    "Ends the app as closing its main window does." app_quit(Nothing) -> Nothing;
    "The question that waits, if any." prompt_current(Nothing) -> Option<PromptDto>;
    "Answers a question." prompt_answer(AnswerPrompt) -> Nothing;
}

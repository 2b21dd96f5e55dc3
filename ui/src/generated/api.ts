// Generated from crate api by `cargo xtask typegen`. Do not edit.

export type Access = "read_write" | "read_only";

export type ActionProfile = { 
/**
 * The number rows refer to.
 */
id: number, 
/**
 * The actions that are not allowed.
 */
forbidden: Array<ActionReason>, };

export type ActionReason = { 
/**
 * The action.
 */
action: VmAction, 
/**
 * A sentence for the tooltip.
 */
reason: string, };

export type AnswerPrompt = { 
/**
 * Which question.
 */
id: string, 
/**
 * Whether it was closed.
 */
cancelled: boolean, 
/**
 * What was typed; `null` to trust a host key.
 */
text: string | null, };

export type ApiError = { 
/**
 * Stable code.
 */
code: string, 
/**
 * What did not happen, to what, and why.
 */
message: string, 
/**
 * How loudly to say it.
 */
severity: Severity, 
/**
 * What to do.
 */
hint: string | null, 
/**
 * Whether the same may go well when tried again.
 */
retryable: boolean, 
/**
 * The provider's own words.
 */
detail: string | null, 
/**
 * Fields that are wrong, each with its sentence.
 */
fields: Array<WrongPart>, };

export type AppEvent = { "event": "inventory" } & InventoryBatch | { "event": "rows", 
/**
 * The revision these rows are of. One below the page's own is older than its snapshot: drop it.
 */
revision: number, 
/**
 * Rows to replace; the revision stays.
 */
upserted: Array<VmDto>, 
/**
 * Profiles that no earlier message carried.
 */
profiles: Array<ActionProfile>, } | { "event": "connections", 
/**
 * Connections to add or replace.
 */
upserted: Array<ConnectionDto>, 
/**
 * Connections to remove.
 */
removed: string[], } | { "event": "tasks", 
/**
 * The tasks as they are now.
 */
tasks: Array<TaskDto>, } | { "event": "prompt", 
/**
 * The question.
 */
prompt: PromptDto | null, } | { "event": "doctor", 
/**
 * Which round.
 */
run: string, 
/**
 * The step, replacing an earlier one of its kind; `null` when the round is over.
 */
step: DoctorStepDto | null, } | { "event": "typing" } & TypingDto | { "event": "notice" } & NoticeDto | { "event": "console_windows", 
/**
 * Which.
 */
ids: string[], } | { "event": "show" } & ShowPage | { "event": "kept", 
/**
 * Under which name.
 */
name: string, 
/**
 * What; `null` when it is kept no more.
 */
value: unknown, } | { "event": "resync" };

export type AppInfo = { 
/**
 * Its version.
 */
version: string, 
/**
 * `linux`, `macos` or `windows`.
 */
platform: string, 
/**
 * Where everything is kept.
 */
data_dir: string, 
/**
 * Whether the page is to say what it has painted and when.
 */
trace_timing: boolean, 
/**
 * Whether this is the demo estate.
 */
demo: boolean, 
/**
 * What the user should know at once.
 */
notices: Array<NoticeDto>, };

export type CheckResult = { 
/**
 * The URI taken apart, when it can be.
 */
parts: UriParts | null, 
/**
 * Everything that is wrong, by field.
 */
wrong: Array<WrongPart>, };

export type CheckText = { 
/**
 * The text.
 */
text: string, 
/**
 * The guest's keyboard layout.
 */
layout: string, };

export type ClipboardText = { 
/**
 * The text.
 */
text: string, };

export type CloseWindow = { 
/**
 * Whether its console goes on as a tab of the main window.
 */
to_tab: boolean, };

export type Column<T> = Array<T> | { 
/**
 * Each different value once.
 */
values: Array<T>, 
/**
 * A place in `values` for each row.
 */
at: Array<number>, };

export type Compare = { 
/**
 * Whose.
 */
id: string, 
/**
 * The older.
 */
from: number, 
/**
 * The newer.
 */
to: number, };

export type ConnectionDto = { 
/**
 * Identity.
 */
id: string, 
/**
 * Where it is on its way; called `state` in scripts.
 */
state: ConnectionPhase, 
/**
 * Since when, RFC 3339.
 */
since: string, 
/**
 * Why it is lost.
 */
error: Failure | null, 
/**
 * When it is tried again; `null` when it waits for the user.
 */
retry_at: string | null, 
/**
 * The question that holds it up.
 */
prompt: string | null, 
/**
 * While syncing: definitions read, and to be read.
 */
progress: [number, number] | null, 
/**
 * Round trip of the last ping.
 */
latency_ms: number | null, 
/**
 * Whether displays and lines of its VMs can be opened; false while it is not connected.
 */
consoles: boolean, 
/**
 * The host, as last read.
 */
host: HostDto | null, 
/**
 * When its list was last true.
 */
as_of: string | null, 
/**
 * Distinct among all connections; shown everywhere, used by scripts.
 */
name: string, 
/**
 * Where, in libvirt's URI form.
 */
uri: string, 
/**
 * Folder (site) it is shown in; empty for none.
 */
folder: string, 
/**
 * Whether changes may be made.
 */
access: Access, 
/**
 * When it is opened.
 */
startup: Startup, 
/**
 * Private key for ssh, when it is not ssh's own choice.
 */
key_file: string | null, 
/**
 * Path of libvirt's socket on the host, when it is not the usual one.
 */
remote_socket: string | null, };

export type ConnectionPhase = "disconnected" | "connecting" | "syncing" | "ready" | "lost";

export type ConnectionSettings = { 
/**
 * Distinct among all connections; shown everywhere, used by scripts.
 */
name: string, 
/**
 * Where, in libvirt's URI form.
 */
uri: string, 
/**
 * Folder (site) it is shown in; empty for none.
 */
folder: string, 
/**
 * Whether changes may be made.
 */
access: Access, 
/**
 * When it is opened.
 */
startup: Startup, 
/**
 * Private key for ssh, when it is not ssh's own choice.
 */
key_file: string | null, 
/**
 * Path of libvirt's socket on the host, when it is not the usual one.
 */
remote_socket: string | null, };

export type ConnectionsText = { 
/**
 * The TOML text.
 */
toml: string, };

export type ConsoleKind = "vnc" | "spice" | "line";

export type ConsoleTraffic = { 
/**
 * From the VM.
 */
received_bytes: number, 
/**
 * To the VM.
 */
sent_bytes: number, 
/**
 * Round trip of the host's last ping.
 */
latency_ms: number | null, };

export type ConsolesDto = { 
/**
 * Displays.
 */
displays: Array<DisplayDto>, 
/**
 * Lines.
 */
lines: Array<LineDto>, };

export type CopyPicture = { 
/**
 * A PNG file.
 */
base64: string, };

export type DefinitionText = { 
/**
 * The provider's text.
 */
text: string, 
/**
 * When it was last seen, RFC 3339.
 */
as_of: string, };

export type DefinitionVersionDto = { 
/**
 * Number, rising with time.
 */
id: number, 
/**
 * When it was first seen.
 */
first_seen: string, 
/**
 * When it was last seen.
 */
last_seen: string, 
/**
 * Length of its text.
 */
bytes: number, 
/**
 * Lines added since the version before it; `null` for the first.
 */
added: number | null, 
/**
 * Lines removed since the version before it.
 */
removed: number | null, };

export type DiffDto = { 
/**
 * The runs; none when nothing changed.
 */
hunks: Array<DiffHunk>, 
/**
 * Unchanged lines left out after the last.
 */
skipped_after: number, };

export type DiffHunk = { 
/**
 * Unchanged lines left out before it.
 */
skipped: number, 
/**
 * The lines.
 */
lines: Array<DiffLine>, };

export type DiffLine = { 
/**
 * What it is.
 */
mark: DiffMark, 
/**
 * Its number in the older text, from 1.
 */
old: number | null, 
/**
 * Its number in the newer text, from 1.
 */
new: number | null, 
/**
 * The line without its end.
 */
text: string, };

export type DiffMark = "same" | "add" | "del";

export type DiskDto = { 
/**
 * Name in the guest: `vda`.
 */
target: string, 
/**
 * Path, volume or address; `null` for an empty drive.
 */
source: string | null, };

export type DisplayDto = { 
/**
 * Its number, to open it by.
 */
index: number, 
/**
 * The protocol.
 */
kind: DisplayProtocol, 
/**
 * Where it listens on the host, to be shown; empty when nowhere.
 */
address: string, 
/**
 * Whether its bytes travel inside ssh.
 */
tunnelled: boolean, 
/**
 * Whether it wants a password; `null` when only the display itself knows.
 */
needs_password: boolean | null, };

export type DisplayKind = "vnc" | "spice";

export type DisplayOfferDto = { 
/**
 * The protocol.
 */
kind: DisplayProtocol, 
/**
 * How its definition would change.
 */
change: DiffDto, };

export type DisplayProtocol = "vnc" | "spice";

export type DoctorRun = { 
/**
 * Its number, as events carry it.
 */
run: string, };

export type DoctorStepDto = { 
/**
 * Stable name: `login_works`.
 */
kind: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * `running`, `passed`, `failed` or `not_reached`.
 */
outcome: "running" | "passed" | "failed" | "not_reached", 
/**
 * What was found, or what is wrong.
 */
detail: string, 
/**
 * Why it failed.
 */
why: string | null, 
/**
 * What to do.
 */
remedies: Array<RemedyDto>, 
/**
 * ssh's or libvirt's own words.
 */
output: string | null, 
/**
 * How long it took.
 */
duration_ms: number, };

export type Failure = { 
/**
 * What kind of failure.
 */
code: string, 
/**
 * What did not happen, to what, and why. Sentence case, ends with a full stop.
 */
message: string, 
/**
 * What to do.
 */
hint: string | null, 
/**
 * The provider's or ssh's own words.
 */
detail: string | null, };

export type FirstFrame = { 
/**
 * The rules of the style sheets that it needs.
 */
style: string, 
/**
 * Its markup.
 */
body: string, };

export type HardwareDto = { 
/**
 * When the definition was last read.
 */
as_of: string, 
/**
 * The groups.
 */
groups: Array<HardwareGroupDto>, };

export type HardwareGroupDto = { 
/**
 * Head of the group.
 */
title: string, 
/**
 * The devices.
 */
items: Array<HardwareItemDto>, };

export type HardwareItemDto = { 
/**
 * What it is called.
 */
name: string, 
/**
 * Label and value.
 */
facts: Array<[string, string]>, };

export type HostDto = { 
/**
 * Its own name.
 */
hostname: string, 
/**
 * `QEMU 7.2.22`.
 */
hypervisor: string, 
/**
 * libvirt's version there.
 */
libvirt: string, 
/**
 * Logical CPUs.
 */
cpus: number | null, 
/**
 * Memory in bytes.
 */
memory_bytes: number | null, 
/**
 * When it said so: as it was connected to last, RFC 3339.
 */
as_of: string, };

export type ImportReport = { 
/**
 * Names that are new.
 */
added: Array<string>, 
/**
 * Names whose settings changed.
 */
updated: Array<string>, 
/**
 * Names that were as in the file already.
 */
unchanged: Array<string>, };

export type InventoryBatch = { 
/**
 * This batch's number; a gap means that a snapshot is needed.
 */
revision: number, 
/**
 * Rows to add or replace.
 */
upserted: Array<VmDto>, 
/**
 * Rows to remove.
 */
removed: string[], 
/**
 * Profiles that no earlier message carried.
 */
profiles: Array<ActionProfile>, };

export type InventorySnapshot = { 
/**
 * Batches up to this one are contained.
 */
revision: number, 
/**
 * How many messages the page had been sent; see [`crate::Listening`].
 */
messages: number, 
/**
 * All VMs.
 */
vms: PackedVms, 
/**
 * All connections.
 */
connections: Array<ConnectionDto>, 
/**
 * All profiles rows refer to.
 */
profiles: Array<ActionProfile>, };

export type KeyboardLayout = { 
/**
 * `us`, `ch-de`.
 */
id: string, 
/**
 * For people.
 */
name: string, };

export type LineCarrier = "serial" | "console";

export type LineDto = { 
/**
 * The provider's name, to open it by.
 */
alias: string, 
/**
 * For people.
 */
label: string, 
/**
 * What carries it.
 */
kind: LineCarrier, 
/**
 * Why it cannot be opened; `null` when it can.
 */
unusable: string | null, };

export type Listening = { 
/**
 * How many were sent before. Another number than a snapshot's means that it lacks some.
 */
messages: number, };

export type LocalLibvirt = { 
/**
 * The URI that opens it.
 */
uri: string, };

export type Nothing = Record<symbol, never>;

export type NoticeDto = { 
/**
 * `store_damaged`, `store_newer`, `store_full`, …
 */
kind: string, 
/**
 * What happened, as a sentence.
 */
message: string, 
/**
 * A file it is about.
 */
path: string | null, };

export type OneConnection = { 
/**
 * Which.
 */
id: string, };

export type OneConsole = { 
/**
 * Which.
 */
console: string, };

export type OneViewer = { 
/**
 * Its number.
 */
viewer: string, };

export type OneVm = { 
/**
 * Which.
 */
id: string, };

export type OpenConsole = { 
/**
 * Whose.
 */
id: string, 
/**
 * What of it.
 */
what: OpenWhat, };

export type OpenViewer = { 
/**
 * Whose.
 */
id: string, 
/**
 * Its number.
 */
index: number, };

export type OpenWhat = { "kind": "display", 
/**
 * Its number.
 */
index: number, } | { "kind": "line", 
/**
 * The provider's name of it.
 */
alias: string, 
/**
 * Whether whoever has it open is cut off. Without it that fails with `conflict`.
 */
force: boolean, };

export type OpenedConsole = { 
/**
 * Its identity.
 */
console: string, 
/**
 * The WebSocket, good for one client within 30 seconds.
 */
url: string, 
/**
 * What comes through it.
 */
kind: ConsoleKind, 
/**
 * The display's password, where this connection may read it.
 */
password: string | null, };

export type Origin = "window" | "cli";

export type PackedVms = { 
/**
 * How many rows.
 */
count: number, 
/**
 * What an `id` has after the connection's.
 */
key: Column<string>, 
/**
 * `""` where it is the key.
 */
uuid: Column<string | null>, 
/**
 *`connection_id` of each row.
 */
connection_id: Column<string>, 
/**
 *`connection` of each row.
 */
connection: Column<string>, 
/**
 *`folder` of each row.
 */
folder: Column<string>, 
/**
 *`provider` of each row.
 */
provider: Column<string>, 
/**
 *`name` of each row.
 */
name: Column<string>, 
/**
 *`title` of each row.
 */
title: Column<string>, 
/**
 *`state` of each row.
 */
state: Column<VmDto["state"]>, 
/**
 *`vcpus` of each row.
 */
vcpus: Column<number | null>, 
/**
 *`memory_bytes` of each row.
 */
memory_bytes: Column<number | null>, 
/**
 *`os` of each row.
 */
os: Column<string | null>, 
/**
 *`ips` of each row.
 */
ips: Column<Array<string>>, 
/**
 *`macs` of each row.
 */
macs: Column<Array<string>>, 
/**
 *`disks` of each row.
 */
disks: Column<Array<DiskDto>>, 
/**
 *`autostart` of each row.
 */
autostart: Column<boolean | null>, 
/**
 *`persistent` of each row.
 */
persistent: Column<boolean>, 
/**
 *`tags` of each row.
 */
tags: Column<Array<string>>, 
/**
 *`as_of` of each row.
 */
as_of: Column<string>, 
/**
 *`stale` of each row.
 */
stale: Column<boolean>, 
/**
 *`reason` of each row.
 */
reason: Column<string | null>, 
/**
 *`description` of each row.
 */
description: Column<string>, 
/**
 *`note` of each row.
 */
note: Column<string>, 
/**
 *`has_snapshots` of each row.
 */
has_snapshots: Column<boolean | null>, 
/**
 *`has_agent` of each row.
 */
has_agent: Column<boolean>, 
/**
 *`details_as_of` of each row.
 */
details_as_of: Column<string | null>, 
/**
 *`profile` of each row.
 */
profile: Column<number>, 
/**
 *`cut` of each row.
 */
cut: Column<boolean>, };

export type PageKind = "vm" | "console" | "question";

export type Painted = { 
/**
 * The rows; empty for the first list.
 */
ids: string[], 
/**
 * When, in microseconds since 1970.
 */
at_unix_us: number, };

export type PressKeys = { 
/**
 * In which VM.
 */
id: string, 
/**
 * `ctrl-alt-delete`, `ctrl-alt-f1`, `sysrq-s`, …
 */
chord: string, };

export type PromptDto = { 
/**
 * Identity, for the answer.
 */
id: string, 
/**
 * The host it is about.
 */
connection: string, 
/**
 * What kind of answer.
 */
kind: PromptKind, 
/**
 * What is asked: ssh's text, the key's file, or the host as ssh names it.
 */
text: string, 
/**
 * For a host key: its type.
 */
key_type: string | null, 
/**
 * For a host key: its fingerprint.
 */
fingerprint: string | null, };

export type PromptKind = "new_host_key" | "password" | "passphrase" | "other";

export type PutConnection = { 
/**
 * Which one to change; `null` for a new one.
 */
id: string | null, 
/**
 * Its settings.
 */
settings: ConnectionSettings, 
/**
 * Whether to connect at once.
 */
connect: boolean, };

export type ReadDefinition = { 
/**
 * Whose.
 */
id: string, 
/**
 * Which version; the newest when `null`.
 */
version: number | null, };

export type RemedyDto = { 
/**
 * What to do.
 */
text: string, 
/**
 * The command that does it.
 */
command: string | null, };

export type RunCommand = { 
/**
 * To which.
 */
ids: string[], 
/**
 * What.
 */
command: VmCommand, };

export type SaveLog = { 
/**
 * Whose.
 */
id: string, 
/**
 * The line's name for people.
 */
line: string, 
/**
 * What it has said.
 */
base64: string, };

export type ScreenshotDto = { 
/**
 * `image/png`.
 */
mime: string, 
/**
 * The file.
 */
base64: string, };

export type Search = { 
/**
 * Any part of any text of a VM.
 */
text: string, };

export type SetNote = { 
/**
 * Whose.
 */
id: string, 
/**
 * The note; empty removes it.
 */
note: string, };

export type Settings = { 
/**
 * How long a guest may take to shut down before force off is offered, in seconds.
 */
shutdown_timeout_s: number, };

export type Severity = "silent" | "error";

export type ShowPage = { 
/**
 * Which page.
 */
kind: PageKind, 
/**
 * Of which VM.
 */
id: string, };

export type SshHost = { 
/**
 * The alias, which is what ssh is called with.
 */
alias: string, 
/**
 * The host behind it.
 */
host_name: string | null, 
/**
 * Login.
 */
user: string | null, 
/**
 * Port.
 */
port: number | null, 
/**
 * The name of a connection that already uses it.
 */
used_by: string | null, };

export type Startup = "automatic" | "manual";

export type TaskDto = { 
/**
 * Identity.
 */
id: string, 
/**
 * The VM, as `CONNECTION/NAME` when it was asked for.
 */
vm: string, 
/**
 * What is to happen.
 */
action: VmAction, 
/**
 * Where it is on its way.
 */
status: TaskStatus, 
/**
 * Why it failed.
 */
error: Failure | null, 
/**
 * From start to end; `null` while it runs.
 */
duration_ms: number | null, 
/**
 * The verb to show.
 */
label: string, 
/**
 * The VM's identity.
 */
vm_id: string, 
/**
 * The VM's name when it was asked for.
 */
vm_name: string, 
/**
 * The connection's name when it was asked for.
 */
connection: string, 
/**
 * Tasks asked for together share this.
 */
batch: string | null, 
/**
 * What was asked, with its arguments.
 */
command: VmCommand, 
/**
 * Who asked.
 */
origin: Origin, 
/**
 * The login that asked.
 */
asked_by: string, 
/**
 * What it is doing, in words.
 */
step: string | null, 
/**
 * Done so far, 0 to 1, when that is truly known.
 */
fraction: number | null, 
/**
 * When it was asked for.
 */
created_at: string, 
/**
 * When it began.
 */
started_at: string | null, 
/**
 * When it ended.
 */
ended_at: string | null, };

export type TaskStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted";

export type Tasks = { 
/**
 * Which.
 */
ids: string[], };

export type TextCheck = { 
/**
 * Characters that the layout has no keys for, each once.
 */
unmappable: Array<string>, 
/**
 * How often a key is pressed for the others.
 */
keys: number, };

export type TypeText = { 
/**
 * In which VM.
 */
id: string, 
/**
 * The text.
 */
text: string, 
/**
 * The guest's keyboard layout.
 */
layout: string, 
/**
 * From one key to the next.
 */
pace_ms: number, };

export type TypingDto = { 
/**
 * Which text.
 */
run: string, 
/**
 * Keys pressed.
 */
done: number, 
/**
 * Keys to press.
 */
total: number, 
/**
 * Why it ended early; `cancelled` when it was stopped.
 */
error: ApiError | null, 
/**
 * Whether this is its last message.
 */
ended: boolean, };

export type TypingRun = { 
/**
 * Its number, as events carry it.
 */
run: string, };

export type UriParts = { 
/**
 * `qemu`, `test`, …
 */
driver: string, 
/**
 * `ssh`, `unix`, …; `None` when the URI leaves it to libvirt.
 */
transport: string | null, 
/**
 * Login on the host.
 */
user: string | null, 
/**
 * Host name or address; `None` for this computer.
 */
host: string | null, 
/**
 * Port, if given.
 */
port: number | null, 
/**
 * `/system`, `/session`, or a file.
 */
path: string, };

export type ViewerDto = { 
/**
 * Why VNC displays cannot; `null` when they can.
 */
vnc: string | null, 
/**
 * Why SPICE displays cannot; `null` when they can.
 */
spice: string | null, };

export type VmAction = "start" | "shut_down" | "reboot" | "reset" | "force_off" | "pause" | "resume" | "save" | "discard_saved" | "autostart_on" | "autostart_off" | "rename" | "edit_text" | "add_display" | "send_nmi";

export type VmCommand = { "do": "start" } | { "do": "shut_down" } | { "do": "reboot" } | { "do": "reset" } | { "do": "force_off" } | { "do": "pause" } | { "do": "resume" } | { "do": "save" } | { "do": "discard_saved" } | { "do": "set_autostart", 
/**
 * Whether the host starts it at boot.
 */
enabled: boolean, } | { "do": "rename", 
/**
 * The new name.
 */
name: string, } | { "do": "edit_text", 
/**
 * New title, empty to remove it.
 */
title: string | null, 
/**
 * New description, empty to remove it.
 */
description: string | null, 
/**
 * All tags it is to have.
 */
tags: Array<string> | null, } | { "do": "add_display", 
/**
 * The protocol.
 */
kind: DisplayKind, } | { "do": "send_nmi" };

export type VmDto = { 
/**
 * Identity: `CONNECTION-ID/KEY`.
 */
id: string, 
/**
 * Name of the connection it is seen through.
 */
connection: string, 
/**
 * Folder of that connection.
 */
folder: string, 
/**
 * Who runs it.
 */
provider: string, 
/**
 * Its name.
 */
name: string, 
/**
 * One line beside the name.
 */
title: string, 
/**
 * The provider's UUID.
 */
uuid: string | null, 
/**
 * State as last observed.
 */
state: "running" | "paused" | "shut_off" | "saved" | "crashed" | "unknown", 
/**
 * vCPUs.
 */
vcpus: number | null, 
/**
 * Memory in bytes.
 */
memory_bytes: number | null, 
/**
 * Guest operating system.
 */
os: string | null, 
/**
 * Guest addresses.
 */
ips: Array<string>, 
/**
 * Hardware addresses.
 */
macs: Array<string>, 
/**
 * Disks.
 */
disks: Array<DiskDto>, 
/**
 * Whether the host starts it at boot.
 */
autostart: boolean | null, 
/**
 * Whether its definition outlives a shut down.
 */
persistent: boolean, 
/**
 * Tags.
 */
tags: Array<string>, 
/**
 * When this was last true, RFC 3339.
 */
as_of: string, 
/**
 * Whether it may have changed since: true unless the host is connected and was read.
 */
stale: boolean, 
/**
 * The connection's identity.
 */
connection_id: string, 
/**
 * Why it is in its state, where that matters.
 */
reason: string | null, 
/**
 * Free text from the host.
 */
description: string, 
/**
 * The user's own note.
 */
note: string, 
/**
 * Whether it has snapshots.
 */
has_snapshots: boolean | null, 
/**
 * Whether a guest agent's channel is defined.
 */
has_agent: boolean, 
/**
 * When the definition was last read; `null` before the first time.
 */
details_as_of: string | null, 
/**
 * Number of the profile that says which actions are allowed.
 */
profile: number, 
/**
 * Whether name, title, description or note was cut to the limit of rows.
 */
cut: boolean, };

export type Vms = { 
/**
 * Which.
 */
ids: string[], };

export type WrittenFile = { 
/**
 * Its path.
 */
path: string, };

export type WrongPart = { 
/**
 * Which: `name`, `uri`, `driver`, `transport`, `user`, `host`, `port`, `path`, `parameter`, …
 */
part: string, 
/**
 * What is wrong and what is allowed, as a sentence.
 */
message: string, };

/** What may be asked of Rust: request and response of each command. */
export interface Commands {
  /** Facts about this app. */
  app_info: { request: Nothing; response: AppInfo };
  /** Hears every message from now on, by the channel that is passed beside the request. */
  page_listen: { request: Nothing; response: Listening };
  /** Says that something was painted: hosts are connected to after the first list, and benchmarks are told. */
  page_painted: { request: Painted; response: Nothing };
  /** Keeps what the page paints first, for the next start to show before its scripts are read. */
  frame_keep: { request: FirstFrame; response: Nothing };
  /** The settings. */
  settings_get: { request: Nothing; response: Settings };
  /** Keeps settings. */
  settings_set: { request: Settings; response: Nothing };
  /** The whole estate. */
  inventory_snapshot: { request: Nothing; response: InventorySnapshot };
  /** VMs with this text anywhere, also in parts that rows leave out. */
  inventory_search: { request: Search; response: Array<string> };
  /** Says which rows are on screen, so that they are read first. */
  inventory_visible: { request: Vms; response: Nothing };
  /** One VM with its texts whole. */
  vm_get: { request: OneVm; response: VmDto };
  /** A VM's hardware; null before its definition was read. */
  vm_hardware: { request: OneVm; response: HardwareDto | null };
  /** A VM's definition; null before it was read. */
  vm_definition: { request: ReadDefinition; response: DefinitionText | null };
  /** The distinct definitions a VM had, newest first. */
  vm_history: { request: OneVm; response: Array<DefinitionVersionDto> };
  /** What changed between two of them. */
  vm_diff: { request: Compare; response: DiffDto };
  /** Keeps a note on this computer. */
  vm_set_note: { request: SetNote; response: Nothing };
  /** Whether these settings can be used. */
  connection_check: { request: PutConnection; response: CheckResult };
  /** Adds or changes a connection. */
  connection_put: { request: PutConnection; response: ConnectionDto };
  /** Removes a connection and what is known through it. */
  connection_remove: { request: OneConnection; response: Nothing };
  /** Connects, or tries again at once. */
  connection_connect: { request: OneConnection; response: Nothing };
  /** Disconnects, and stays so. */
  connection_disconnect: { request: OneConnection; response: Nothing };
  /** Tries all lost connections again at once. */
  connection_retry_all: { request: Nothing; response: Nothing };
  /** Reads a host again. */
  connection_refresh: { request: OneConnection; response: Nothing };
  /** Begins a doctor's round; steps arrive as events. */
  connection_diagnose: { request: PutConnection; response: DoctorRun };
  /** Ends a doctor's round. */
  connection_diagnose_stop: { request: DoctorRun; response: Nothing };
  /** Imports connections. */
  connection_import: { request: ConnectionsText; response: ImportReport };
  /** All connections as TOML. */
  connection_export: { request: Nothing; response: ConnectionsText };
  /** Writes them to a file in the user's documents. */
  connection_export_file: { request: Nothing; response: WrittenFile };
  /** The hosts of ~/.ssh/config. */
  ssh_hosts: { request: Nothing; response: Array<SshHost> };
  /** The libvirt on this computer, if there is one. */
  local_libvirt: { request: Nothing; response: LocalLibvirt | null };
  /** Adds the demo estate. */
  demo_add: { request: Nothing; response: ImportReport };
  /** Does something to VMs; one task each. */
  task_run: { request: RunCommand; response: Array<TaskDto> };
  /** Cancels tasks. */
  task_cancel: { request: Tasks; response: Nothing };
  /** Asks again for what failed. */
  task_retry: { request: Tasks; response: Array<TaskDto> };
  /** The newest tasks. */
  task_list: { request: Nothing; response: Array<TaskDto> };
  /** The displays and lines of a running VM. */
  console_list: { request: OneVm; response: ConsolesDto };
  /** The displays that a VM could be given. */
  display_offers: { request: OneVm; response: Array<DisplayOfferDto> };
  /** Opens a display or a line behind a WebSocket of its own. */
  console_open: { request: OpenConsole; response: OpenedConsole };
  /** Closes a console. */
  console_close: { request: OneConsole; response: Nothing };
  /** What a console has moved so far. */
  console_traffic: { request: OneConsole; response: ConsoleTraffic };
  /** Presses keys of a name together. */
  console_keys: { request: PressKeys; response: Nothing };
  /** Begins to type a text; how far it is arrives as events. */
  console_type: { request: TypeText; response: TypingRun };
  /** Stops typing. */
  console_type_cancel: { request: TypingRun; response: Nothing };
  /** Which characters of a text the layout cannot type. */
  console_type_check: { request: CheckText; response: TextCheck };
  /** The layouts that texts can be typed in. */
  console_layouts: { request: Nothing; response: Array<KeyboardLayout> };
  /** A picture of a running VM's screen. */
  vm_screenshot: { request: OneVm; response: ScreenshotDto };
  /** Writes such a picture to the user's pictures. */
  vm_screenshot_save: { request: OneVm; response: WrittenFile };
  /** Writes what a line has said to the user's documents. */
  line_log_save: { request: SaveLog; response: WrittenFile };
  /** Whether displays can be opened in remote-viewer. */
  viewer_check: { request: Nothing; response: ViewerDto };
  /** Opens a display in remote-viewer; answers when it has come for it. */
  viewer_open: { request: OpenViewer; response: OneViewer };
  /** Answers when such a viewer has ended. */
  viewer_ended: { request: OneViewer; response: Nothing };
  /** Shows a file that this run has written in the system's file manager. */
  file_show: { request: WrittenFile; response: Nothing };
  /** The text on the system's clipboard; empty when it holds something else. */
  clipboard_read_text: { request: Nothing; response: ClipboardText };
  /** Puts text on the system's clipboard. */
  clipboard_write_text: { request: ClipboardText; response: Nothing };
  /** Puts a picture on the system's clipboard. */
  clipboard_write_picture: { request: CopyPicture; response: Nothing };
  /** Opens a VM's console in a window of its own, or brings that to the front. */
  console_window_open: { request: OneVm; response: Nothing };
  /** Closes the own window that asks. */
  console_window_close: { request: CloseWindow; response: Nothing };
  /** Brings the main window to the front with a page. */
  main_window_show: { request: ShowPage; response: Nothing };
  /** Ends the app as closing its main window does. */
  app_quit: { request: Nothing; response: Nothing };
  /** The question that waits, if any. */
  prompt_current: { request: Nothing; response: PromptDto | null };
  /** Answers a question. */
  prompt_answer: { request: AnswerPrompt; response: Nothing };
}

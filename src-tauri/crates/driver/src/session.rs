//! An open session with one host.

use async_trait::async_trait;
use model::action::Capabilities;
use model::{DisplayKind, ErrorCode, HostInfo, ProviderKind, VmDetails, VmKey, VmSummary};
use tokio::sync::mpsc;

use crate::console::{Chord, Consoles, KeySet, Pipe, Screenshot, Takeover};
use crate::error::{DriverError, Result};

/// What of a VM has changed: how much must be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// State, persistence, autostart or existence: read the summary.
    State,
    /// The definition too.
    Definition,
}

/// A hint that something has changed. Never says what it is now: that is read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DriverEvent {
    /// Something about one VM, possibly that it exists no more, or one never heard of.
    Vm {
        /// Which.
        key: VmKey,
        /// How much of it.
        aspect: Aspect,
    },
    /// Events were lost: everything must be read again.
    Overflow,
}

/// Where a session's events arrive.
pub type EventReceiver = mpsc::Receiver<DriverEvent>;

/// A VM's definition as the provider writes it, and as we read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The provider's text; for libvirt the inactive XML of a persistent VM, else the live one.
    pub text: String,
    /// What it says.
    pub details: VmDetails,
}

/// A display that a VM can be given, and its definition without and with it. Secrets are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayOffer {
    /// The protocol.
    pub kind: DisplayKind,
    /// The definition as it is.
    pub before: String,
    /// The definition as it would be.
    pub after: String,
}

/// The way a guest is asked to shut down or reboot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShutdownVia {
    /// The guest agent: sure, but only where one runs.
    Agent,
    /// The power button.
    Acpi,
}

/// One call that changes something. The engine composes what users ask for out of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Power on or restore.
    Start,
    /// Ask the guest; returns when asked, not when down.
    ShutDown(ShutdownVia),
    /// Ask the guest; returns when asked.
    Reboot(ShutdownVia),
    /// Reset button.
    Reset,
    /// Plug.
    ForceOff,
    /// Stop CPUs.
    Pause,
    /// Run CPUs.
    Resume,
    /// Write memory out and stop.
    Save,
    /// Throw saved memory away.
    DiscardSaved,
    /// Start at the host's boot, or not.
    SetAutostart(bool),
    /// New name.
    Rename(String),
    /// New title; empty removes it.
    SetTitle(String),
    /// New description; empty removes it.
    SetDescription(String),
    /// All tags it is to have.
    SetTags(Vec<String>),
    /// A display from the next start on, as [`DriverSession::display_offers`] told.
    AddDisplay(DisplayKind),
    /// Non-maskable interrupt.
    SendNmi,
}

/// An open session with one host. All calls may be made at the same time; the session bounds how
/// many of them are under way. When the peer is gone every call fails with `connection_lost`.
///
/// A call whose future is dropped goes on at the host: it cannot be taken back.
#[async_trait]
pub trait DriverSession: Send + Sync {
    /// Who runs the VMs there.
    fn provider(&self) -> ProviderKind;

    /// What can be done there.
    fn capabilities(&self) -> Capabilities;

    /// What the host says of itself, as read while connecting.
    fn host(&self) -> HostInfo;

    /// Requests sent to the host so far, those of connecting included.
    fn calls(&self) -> u64;

    /// The events since the session was opened. Registered before `connect` returned, so that what
    /// changes after a list is never missed. `None` the second time.
    fn take_events(&self) -> Option<EventReceiver>;

    /// Every VM there is: the first truth, in a number of calls that does not grow with VMs.
    ///
    /// # Errors
    /// `connection_lost`, `permission_denied`, `timeout_still_running`.
    async fn list(&self) -> Result<Vec<VmSummary>>;

    /// One VM, or `None` when it is gone.
    ///
    /// # Errors
    /// As [`DriverSession::list`].
    async fn summary(&self, key: &VmKey) -> Result<Option<VmSummary>>;

    /// One VM's definition, or `None` when it is gone.
    ///
    /// # Errors
    /// As [`DriverSession::list`]; `internal` for a text that is no definition.
    async fn definition(&self, key: &VmKey) -> Result<Option<Definition>>;

    /// Addresses of a running guest from its agent or from leases, sorted; empty when there is
    /// nobody to ask. Never slow: what would block is left out.
    ///
    /// # Errors
    /// As [`DriverSession::list`].
    async fn addresses(&self, key: &VmKey) -> Result<Vec<String>>;

    /// Does one thing to one VM.
    ///
    /// # Errors
    /// `vm_not_found`, `invalid_state`, `unsupported`, `name_in_use`, `permission_denied`,
    /// `insufficient_resources`, `storage_full`, `connection_lost`, `timeout_still_running`.
    async fn perform(&self, key: &VmKey, operation: Operation) -> Result<()>;

    /// The displays and lines of a running VM, as they are now.
    ///
    /// # Errors
    /// `vm_not_found`, `invalid_state` when it does not run, `unsupported`, and as
    /// [`DriverSession::list`].
    async fn consoles(&self, _key: &VmKey) -> Result<Consoles> {
        Err(no_consoles())
    }

    /// Opens one of the displays that [`DriverSession::consoles`] told. Each call is a connection of
    /// its own.
    ///
    /// # Errors
    /// As [`DriverSession::consoles`]; `permission_denied`, `connection_refused` when nothing
    /// answers there, `unsupported` when it cannot be reached from here, with what to do.
    async fn open_display(&self, _key: &VmKey, _index: u8) -> Result<Pipe> {
        Err(no_consoles())
    }

    /// Opens one of the lines that [`DriverSession::consoles`] told.
    ///
    /// # Errors
    /// As [`DriverSession::consoles`]; `conflict` when it is open elsewhere, `permission_denied`,
    /// `invalid_input` for an alias that is not there.
    async fn open_line(&self, _key: &VmKey, _alias: &str, _takeover: Takeover) -> Result<Pipe> {
        Err(no_consoles())
    }

    /// The displays that the VM's host could give it: one of each protocol that it lacks. They
    /// listen to nobody but the host itself.
    ///
    /// # Errors
    /// `vm_not_found`, `unsupported`, `permission_denied`, and as [`DriverSession::list`].
    async fn display_offers(&self, _key: &VmKey) -> Result<Vec<DisplayOffer>> {
        Err(DriverError::new(
            ErrorCode::Unsupported,
            "This kind of host gives its VMs no displays.",
        ))
    }

    /// A picture of one screen of a running VM, screens counted from 0.
    ///
    /// # Errors
    /// As [`DriverSession::consoles`]; `permission_denied`.
    async fn screenshot(&self, _key: &VmKey, _screen: u32) -> Result<Screenshot> {
        Err(no_consoles())
    }

    /// Presses keys together, holds them and lets them go. Returns when the host has taken them.
    ///
    /// # Errors
    /// As [`DriverSession::consoles`]; `permission_denied`, `invalid_input` for no keys or more than
    /// [`Chord::MOST_KEYS`].
    async fn send_keys(&self, _key: &VmKey, _set: KeySet, _chord: Chord) -> Result<()> {
        Err(no_consoles())
    }

    /// A cheap round trip.
    ///
    /// # Errors
    /// `connection_lost`, `timeout_still_running`.
    async fn ping(&self) -> Result<()>;

    /// Waits until the session is closed by the peer or by [`DriverSession::close`], and says why.
    async fn closed(&self) -> DriverError;

    /// Closes at once: calls in flight fail, nothing is waited for.
    async fn close(&self);
}

fn no_consoles() -> DriverError {
    DriverError::new(
        ErrorCode::Unsupported,
        "This kind of host has no consoles to open.",
    )
}

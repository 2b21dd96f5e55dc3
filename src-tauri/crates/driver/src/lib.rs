//! The contract every VM driver fulfils.
//!
//! ```text
//! VmDriver ──connect──▶ DriverSession ──list / summary / definition / perform──▶ truth
//!    │                       └──events──▶ hints, never truth
//!    └──diagnose──▶ doctor steps
//! ```
//!
//! Architecture Invariant: a driver observes and acts. It keeps no inventory, retries nothing by
//! itself, decides no policy and never reports a state that it has not read.
#![forbid(unsafe_code)]

pub mod console;
#[cfg(feature = "contract")]
pub mod contract;
mod doctor;
mod error;
pub mod fake;
mod prompt;
mod registry;
mod session;

use async_trait::async_trait;
use model::address::{UriParts, WrongPart};
use model::{ConnectionId, ConnectionSettings, HardwareGroup, VmDetails};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub use console::{
    Chord, Consoles, DisplayInfo, DisplayKind, DisplayPlace, KeySet, LineInfo, LineKind, Pipe,
    PipeIo, Screenshot, Takeover,
};
pub use doctor::{Outcome, Remedy, Step, StepKind, StepSink};
pub use error::{DriverError, Result};
pub use prompt::{Answer, NoPrompts, Prompter, Question, Secret};
pub use registry::Drivers;
pub use session::{
    Aspect, Definition, DisplayOffer, DriverEvent, DriverSession, EventReceiver, Operation,
    ShutdownVia,
};

/// Where to connect, as the user configured it.
#[derive(Debug, Clone)]
pub struct ConnectTarget {
    /// Which connection this is; logins are shared within it.
    pub id: ConnectionId,
    /// The user's settings.
    pub settings: ConnectionSettings,
}

/// What a connect may use.
#[derive(Clone)]
pub struct ConnectContext {
    /// Answers questions that come up on the way.
    pub prompter: Arc<dyn Prompter>,
    /// Ends the attempt at once; whatever was opened is closed.
    pub cancel: CancellationToken,
    /// How long the host may take, questions to the user not counted.
    pub deadline: Duration,
}

/// A kind of provider: how to get to its hosts.
#[async_trait]
pub trait VmDriver: Send + Sync {
    /// Whether this driver serves URIs of this scheme (`qemu+ssh`), the part before `:`.
    fn serves(&self, scheme: &str) -> bool;

    /// Takes a URI apart without touching the network.
    ///
    /// # Errors
    /// The part that is wrong.
    fn check_uri(&self, uri: &str) -> std::result::Result<UriParts, WrongPart>;

    /// Opens a session. Ends within the context's deadline whatever the host does.
    ///
    /// # Errors
    /// `connection_refused`, `connection_lost` (no answer in time), `auth_failed`,
    /// `auth_cancelled`, `host_key_changed`, `permission_denied`, `daemon_not_running`,
    /// `unsupported`, `invalid_input`, `cancelled`.
    async fn connect(
        &self,
        target: &ConnectTarget,
        context: &ConnectContext,
    ) -> Result<Arc<dyn DriverSession>>;

    /// Finds out step by step why a connection works or does not. Every step of the driver's list
    /// reaches the sink, also those that were not reached.
    async fn diagnose(
        &self,
        target: &ConnectTarget,
        context: &ConnectContext,
        sink: &mut dyn StepSink,
    );

    /// Parses a stored definition. Unknown parts are passed over, never an error.
    ///
    /// # Errors
    /// `invalid_input` when the text is not a definition at all; the message says where.
    fn parse_definition(&self, text: &str) -> Result<VmDetails>;

    /// The hardware in a stored definition, in groups to show. Same errors as
    /// [`VmDriver::parse_definition`].
    ///
    /// # Errors
    /// `invalid_input`.
    fn hardware(&self, text: &str) -> Result<Vec<HardwareGroup>>;
}

//! Consoles: a VM's displays and lines behind a socket of this computer, keys, pictures.
//!
//! ```text
//!   page ⇄ WebSocket on 127.0.0.1 ⇄ [pump] ⇄ driver's pipe ⇄ VM
//!   remote-viewer ⇄ private socket ⇄ [viewer] ⇄ driver's pipe ⇄ VM
//!                    │
//!   [desk]: which consoles are open, and the door their clients come in by
//! ```
//!
//! Architecture Invariant: nothing listens while no console is open, and a console takes one client
//! for all its life: the one that knows its token.
//!
//! Architecture Invariant: tokens, passwords and typed texts are in no log and no `Debug`.

mod chords;
mod desk;
mod handshake;
mod layout;
mod offers;
mod pump;
mod screenshot;
mod token;
mod typing;
mod viewer;

use std::fmt;
use std::sync::Arc;

use driver::{Consoles, DisplayKind, DriverSession, Pipe, Secret, Takeover};
use model::{Access, ConnectionPhase, ErrorCode, Forbidden, Vm, VmId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use desk::Desk;
pub use handshake::Client;
pub use layout::{KeyboardLayout, TextCheck};
pub use offers::DisplayOffer;
pub use pump::{ConsoleEnd, Traffic};
pub use screenshot::Picture;
pub(crate) use screenshot::Pictures;
pub(crate) use typing::Typists;
pub use typing::{Pace, TypingProgress, TypingRun};
pub use viewer::{Viewer, VisitId};

use crate::engine::Engine;
use crate::error::{EngineError, Result};

/// One console that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConsoleId(pub Uuid);

/// What of a VM is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsoleWhat {
    /// A display, or one channel of a display that has several.
    Display {
        /// Its number among the VM's displays.
        index: u8,
    },
    /// A line.
    Line {
        /// The provider's name of it.
        alias: String,
        /// What happens to whoever has it open.
        takeover: Takeover,
    },
}

/// What comes through a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsoleKind {
    /// A display's protocol.
    Display(DisplayKind),
    /// Text.
    Line,
}

/// A console that waits for its client.
#[derive(Clone)]
pub struct OpenedConsole {
    /// Its identity.
    pub id: ConsoleId,
    /// The WebSocket: one client, within 30 seconds. Secret.
    pub url: String,
    /// What comes through it.
    pub kind: ConsoleKind,
    /// The display's password, where this connection may read it.
    pub password: Option<Secret>,
}

impl fmt::Debug for OpenedConsole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedConsole")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// A VM, and the open session of its host.
struct Reached {
    vm: Arc<Vm>,
    session: Arc<dyn DriverSession>,
}

impl Reached {
    fn name(&self) -> &str {
        &self.vm.summary.name
    }

    async fn pipe(&self, what: &ConsoleWhat) -> driver::Result<Pipe> {
        let key = &self.vm.id.key;
        match what {
            ConsoleWhat::Display { index } => self.session.open_display(key, *index).await,
            ConsoleWhat::Line { alias, takeover } => {
                self.session.open_line(key, alias, *takeover).await
            }
        }
    }
}

impl Engine {
    /// The displays and lines of a running VM, as they are now.
    ///
    /// # Errors
    /// `vm_not_found`, `connection_lost`, `invalid_state` when it does not run, `unsupported`.
    pub async fn consoles(&self, vm: &VmId) -> Result<Consoles> {
        let reached = self.reached(vm)?;
        let consoles = reached.session.consoles(&vm.key).await;
        consoles.map_err(|error| looking(error, &reached))
    }

    /// Opens a display or a line behind a WebSocket of its own. Closed again when nobody comes for
    /// it within 30 seconds, when its client leaves, and when the VM ends.
    ///
    /// # Errors
    /// As [`Engine::consoles`]; `permission_denied`, `connection_refused`, `conflict` for a line that
    /// is open elsewhere, `invalid_input` for one that is not there.
    pub async fn open_console(
        &self,
        vm: &VmId,
        what: ConsoleWhat,
        client: Client,
    ) -> Result<OpenedConsole> {
        let reached = self.reached_to_change(vm)?;
        let opened = async {
            match &what {
                ConsoleWhat::Display { index } => {
                    // at once, since each is a round trip or more
                    let (consoles, pipe) =
                        tokio::try_join!(reached.session.consoles(&vm.key), reached.pipe(&what))?;
                    let display = consoles.displays.into_iter().find(|d| d.index == *index);
                    let display = display.ok_or_else(|| {
                        driver::DriverError::new(ErrorCode::Conflict, "Its displays have changed.")
                    })?;
                    Ok((pipe, ConsoleKind::Display(display.kind), display.password))
                }
                ConsoleWhat::Line { .. } => {
                    Ok((reached.pipe(&what).await?, ConsoleKind::Line, None))
                }
            }
        };
        let (pipe, kind, password) = opened.await.map_err(|error| looking(error, &reached))?;
        let ids = &self.shared.ids;
        let (id, token) = (ConsoleId(ids.uuid()), token::Token::new(&**ids));
        let url = self.shared.consoles.admit(id, token, client, vm, pipe)?;
        Ok(OpenedConsole {
            id,
            url,
            kind,
            password,
        })
    }

    /// A line itself, for a terminal in this process.
    ///
    /// # Errors
    /// As [`Engine::open_console`].
    pub async fn attach_line(&self, vm: &VmId, alias: &str, takeover: Takeover) -> Result<Pipe> {
        let reached = self.reached_to_change(vm)?;
        let alias = alias.to_owned();
        let pipe = reached.pipe(&ConsoleWhat::Line { alias, takeover }).await;
        pipe.map_err(|error| looking(error, &reached))
    }

    /// Closes a console; one that is closed already stays so. Returns when its display or line is let go of.
    pub async fn close_console(&self, id: ConsoleId) {
        self.shared.consoles.close(id).await;
    }

    /// What a console has moved so far.
    ///
    /// # Errors
    /// `invalid_state` when it is closed.
    pub fn console_traffic(&self, id: ConsoleId) -> Result<Traffic> {
        let (vm, mut traffic) =
            self.shared.consoles.traffic(id).ok_or_else(|| {
                EngineError::new(ErrorCode::InvalidState, "This console is closed.")
            })?;
        traffic.latency_ms = self
            .connection(vm.connection)
            .and_then(|view| view.status.latency_ms);
        Ok(traffic)
    }

    /// Waits until a console has ended, and says why.
    pub async fn console_ended(&self, id: ConsoleId) -> ConsoleEnd {
        self.shared.consoles.ended(id).await
    }

    fn reached(&self, id: &VmId) -> Result<Reached> {
        let gone = || EngineError::new(ErrorCode::VmNotFound, "The VM is gone.");
        let vm = self.vm(id).ok_or_else(gone)?;
        let state = self.shared.directory.handle(id.connection)?.state();
        let state = state.borrow();
        match (state.view.status.phase, &state.session) {
            (ConnectionPhase::Ready | ConnectionPhase::Syncing, Some(session)) => Ok(Reached {
                vm,
                session: Arc::clone(session),
            }),
            _ => Err(EngineError::forbidden(Forbidden::NotConnected)
                .attempted(format_args!("look at {}", vm.summary.name))),
        }
    }

    /// The same where keys reach the guest: not through a connection that changes nothing.
    fn reached_to_change(&self, id: &VmId) -> Result<Reached> {
        let reached = self.reached(id)?;
        let view = self.shared.directory.handle(id.connection)?.view();
        match view.connection.settings.access {
            Access::ReadWrite => Ok(reached),
            Access::ReadOnly => Err(EngineError::forbidden(Forbidden::ReadOnly)
                .attempted(format_args!("look into {}", reached.name()))),
        }
    }
}

fn looking(error: driver::DriverError, reached: &Reached) -> EngineError {
    EngineError::from(error).attempted(format_args!("open the console of {}", reached.name()))
}

//! One session for each connection: the way to Ready and back. The diagram is in [`machine`].
//!
//! [`machine`], [`reads`], [`liveness`] and [`addresses`] decide and never wait; `run` does what
//! they decide. Its loop waits for nothing but the next thing to happen, so a host that hangs holds
//! up nobody, not even its own Disconnect button.

mod addresses;
mod backlog;
mod backoff;
mod liveness;
mod machine;
mod open;
mod reads;
mod run;

pub(crate) use reads::AT_A_TIME;
pub(crate) use run::NOTHING;

use std::sync::Arc;

use driver::{Aspect, DriverSession, Drivers};
use model::{Connection, LastSeen, PromptId, VmKey};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::Bus;
use crate::clock::{Clock, Ids};
use crate::connections::ConnectionView;
use crate::engine::Definitions;
use crate::error::Result;
use crate::inventory::Inventory;
use crate::prompts::PromptDesk;

/// What every session uses.
#[derive(Clone)]
pub(crate) struct SessionParts {
    pub drivers: Drivers,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub bus: Bus,
    pub inventory: Inventory,
    pub prompts: PromptDesk,
    pub definitions: Definitions,
}

/// What a session is asked for.
pub(crate) enum Command {
    Connect,
    Disconnect,
    Retry,
    /// The computer woke up, or its network changed.
    Wake,
    /// These are on the screen, from the top.
    Visible(Vec<VmKey>),
    /// Open it if need be, and say when it is ready or why it is not.
    Ready(oneshot::Sender<Result<()>>),
    /// Read everything again.
    Refresh,
    /// The user configured it anew.
    Update(Box<Connection>),
    /// Another process has seen the host since.
    SeenElsewhere(Box<LastSeen>),
    /// Read a VM now, and say when the truth is in the inventory.
    Reread(VmKey, Aspect, oneshot::Sender<()>),
    /// This question holds the attempt up.
    HeldUp(Option<PromptId>),
}

/// A session as it is now.
#[derive(Clone)]
pub(crate) struct SessionState {
    pub view: ConnectionView,
    /// The open session, to act through.
    pub session: Option<Arc<dyn DriverSession>>,
}

/// A handle on a connection's session. The session ends with [`SessionHandle::end`].
#[derive(Clone)]
pub(crate) struct SessionHandle {
    commands: mpsc::UnboundedSender<Command>,
    state: watch::Receiver<SessionState>,
    ending: CancellationToken,
    ended: TaskTracker,
}

impl SessionHandle {
    /// Starts the session of a connection, closed.
    pub fn start(parts: SessionParts, view: ConnectionView) -> Self {
        let (commands, inbox) = mpsc::unbounded_channel();
        let (sender, state) = watch::channel(SessionState {
            view,
            session: None,
        });
        let (ending, ended) = (CancellationToken::new(), TaskTracker::new());
        let run = run::Run::new(parts, sender, commands.clone());
        ended.spawn(run.run(inbox, ending.clone()));
        ended.close();
        Self {
            commands,
            state,
            ending,
            ended,
        }
    }

    pub fn send(&self, command: Command) {
        // after the end nobody acts on it
        let _ = self.commands.send(command);
    }

    pub fn view(&self) -> ConnectionView {
        self.state.borrow().view.clone()
    }

    pub fn state(&self) -> watch::Receiver<SessionState> {
        self.state.clone()
    }

    /// Reads a VM now; returns when the truth is in the inventory, or the session has ended.
    pub async fn reread(&self, key: VmKey, aspect: Aspect) {
        let (reply, done) = oneshot::channel();
        self.send(Command::Reread(key, aspect, reply));
        let _ = done.await;
    }

    /// Opens the session if need be; returns when it is ready.
    ///
    /// # Errors
    /// Why it was lost.
    pub async fn ready(&self) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Ready(reply));
        answer.await.unwrap_or_else(|_| Err(run::closed()))
    }

    /// Begins to close the session.
    pub fn begin_end(&self) {
        self.ending.cancel();
    }

    /// Closes the session and waits until it has ended.
    pub async fn end(&self) {
        self.ending.cancel();
        self.ended.wait().await;
    }
}

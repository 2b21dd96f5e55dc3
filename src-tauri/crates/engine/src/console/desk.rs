//! Which consoles are open, and the door their clients come in by.
//!
//! ```text
//!   admit ──▶ waiting ──client──▶ pumping ──▶ ended (gone from here)
//!                │ 30 s, close                 ▲
//!                └─────────────────────────────┘
//! ```
//!
//! Invariant: the door is open exactly while there is a console.

use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use driver::Pipe;
use model::{ErrorCode, VmId};
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::ConsoleId;
use super::handshake::{self, Client, Refusal, Request};
use super::pump::{ConsoleEnd, Meter, Traffic, config, pump};
use super::token::Token;
use super::viewer::VisitId;
use crate::error::{EngineError, Result};

/// How long a console waits for its client.
const UNUSED: Duration = Duration::from_secs(30);
/// How long a client may take to say what it wants.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How many may be at it at the same time.
const HANDSHAKES: usize = 64;
/// From a failed accept to the next: this process has no more files, say.
const BREATH: Duration = Duration::from_millis(100);

type Socket = WebSocketStream<TcpStream>;

/// The desk. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Desk {
    open: Arc<Mutex<Open>>,
    ending: CancellationToken,
    tracker: TaskTracker,
}

#[derive(Default)]
struct Open {
    consoles: HashMap<ConsoleId, Console>,
    visits: HashMap<VisitId, watch::Receiver<()>>,
    door: Option<Door>,
}

struct Door {
    port: u16,
    _shut: DropGuard,
}

struct Console {
    vm: VmId,
    token: Token,
    client: Client,
    /// Taken by the one client.
    waiting: Option<oneshot::Sender<Socket>>,
    meter: Arc<Meter>,
    closing: CancellationToken,
    end: watch::Receiver<Option<ConsoleEnd>>,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            open: Arc::default(),
            ending: CancellationToken::new(),
            tracker: TaskTracker::new(),
        }
    }

    /// Keeps a console for its client. Returns the address it is to come to.
    pub(super) fn admit(
        &self,
        id: ConsoleId,
        token: Token,
        client: Client,
        vm: &VmId,
        pipe: Pipe,
    ) -> Result<String> {
        if self.ending.is_cancelled() {
            return Err(EngineError::new(
                ErrorCode::Cancelled,
                "Innkeeper is closing.",
            ));
        }
        let (waiting, arrival) = oneshot::channel();
        let (told, end) = watch::channel(None);
        let meter = Arc::<Meter>::default();
        let closing = self.ending.child_token();
        let mut open = self.lock();
        let port = match &open.door {
            Some(door) => door.port,
            None => {
                let door = self.door()?;
                open.door.insert(door).port
            }
        };
        let url = format!("ws://127.0.0.1:{port}/{}", token.expose());
        let console = Console {
            vm: vm.clone(),
            token,
            client,
            waiting: Some(waiting),
            meter: Arc::clone(&meter),
            closing: closing.clone(),
            end,
        };
        open.consoles.insert(id, console);
        drop(open);
        let desk = self.clone();
        self.tracker.spawn(async move {
            let end = live(pipe, arrival, &meter, &closing).await;
            tracing::debug!(console = %id.0, ?end, "a console ended");
            desk.remove(id);
            told.send_replace(Some(end));
        });
        Ok(url)
    }

    /// Closes a console and waits until it has ended: who opens the same line next finds it free.
    pub async fn close(&self, id: ConsoleId) {
        if let Some(console) = self.lock().consoles.get_mut(&id) {
            console.waiting = None;
            console.closing.cancel();
        }
        self.ended(id).await;
    }

    pub fn traffic(&self, id: ConsoleId) -> Option<(VmId, Traffic)> {
        let open = self.lock();
        let console = open.consoles.get(&id)?;
        Some((console.vm.clone(), console.meter.read()))
    }

    /// Serves a viewer until it is done or everything is closed.
    pub(super) fn visit(&self, id: VisitId, work: impl Future<Output = ()> + Send + 'static) {
        let (visiting, end) = watch::channel(());
        self.lock().visits.insert(id, end);
        let desk = self.clone();
        self.tracker.spawn(async move {
            tokio::select! {
                () = desk.ending.cancelled() => {}
                () = work => {}
            }
            desk.lock().visits.remove(&id);
            drop(visiting);
        });
    }

    /// Waits for the end of a visit; one that is not here has ended.
    pub(super) async fn visit_ended(&self, id: VisitId) {
        let end = self.lock().visits.get(&id).cloned();
        if let Some(mut end) = end {
            // nothing is ever said: it fails when whoever could is gone
            let _ = end.changed().await;
        }
    }

    /// Waits for the end of a console; one that is not here has been closed.
    pub async fn ended(&self, id: ConsoleId) -> ConsoleEnd {
        let end = self
            .lock()
            .consoles
            .get(&id)
            .map(|console| console.end.clone());
        let Some(mut end) = end else {
            return ConsoleEnd::Closed;
        };
        let ended = end.wait_for(Option::is_some).await;
        ended
            .ok()
            .and_then(|end| *end)
            .unwrap_or(ConsoleEnd::Closed)
    }

    /// Closes all consoles and waits until their clients are told.
    pub async fn end(&self) {
        self.ending.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, id: ConsoleId) {
        let mut open = self.lock();
        open.consoles.remove(&id);
        if open.consoles.is_empty() {
            open.door = None;
        }
    }

    /// Opens the door.
    fn door(&self) -> Result<Door> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| {
            listener.set_nonblocking(true)?;
            let port = listener.local_addr()?.port();
            Ok((tokio::net::TcpListener::from_std(listener)?, port))
        });
        let (listener, port) = listener.map_err(|error| {
            EngineError::new(
                ErrorCode::Internal,
                format!("This computer gives no port for consoles: {error}."),
            )
        })?;
        let shut = self.ending.child_token();
        let (desk, until) = (self.clone(), shut.clone());
        self.tracker.spawn(async move {
            tokio::select! {
                () = until.cancelled() => {}
                () = desk.watch(listener, port) => {}
            }
        });
        Ok(Door {
            port,
            _shut: shut.drop_guard(),
        })
    }

    /// Lets clients in for as long as it is polled.
    async fn watch(self, listener: tokio::net::TcpListener, port: u16) {
        let mut arriving = JoinSet::new();
        loop {
            let stream = tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        tracing::warn!(%error, "no client of a console can be let in");
                        tokio::time::sleep(BREATH).await;
                        continue;
                    }
                },
                Some(_) = arriving.join_next() => continue,
            };
            // else whoever holds all places is waited out
            if arriving.len() < HANDSHAKES {
                let desk = self.clone();
                let arrival = async move { desk.arrive(stream, port).await };
                arriving.spawn(tokio::time::timeout(HANDSHAKE, arrival));
            }
        }
    }

    async fn arrive(&self, mut stream: TcpStream, port: u16) {
        // small messages are keys and pointers: they must not wait for more
        let _ = stream.set_nodelay(true);
        let request = match handshake::read(&mut stream).await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(why) => return refuse(stream, why).await,
        };
        let Some(place) = self.claim(&request, port) else {
            tracing::warn!("a client of a console was refused: wrong token or origin");
            return refuse(stream, Refusal::Forbidden).await;
        };
        if handshake::accept(&mut stream, &request).await.is_ok() {
            let (rest, config) = (request.rest, Some(config()));
            let socket = Socket::from_partially_read(stream, rest, Role::Server, config).await;
            // closed in between: then the client sees its end
            let _ = place.send(socket);
        }
    }

    /// The place of the console that this client is right for. Every token that waits is looked at.
    fn claim(&self, request: &Request, port: u16) -> Option<oneshot::Sender<Socket>> {
        let mut open = self.lock();
        let mut right = None;
        for console in open.consoles.values_mut() {
            if console.waiting.is_some() && console.token.is(&request.token) {
                right = Some(console);
            }
        }
        let console = right?;
        if !console
            .client
            .may_come_from(request.origin.as_deref(), port)
        {
            return None;
        }
        console.waiting.take()
    }
}

async fn refuse(mut stream: TcpStream, why: Refusal) {
    // it may have left already
    let _ = handshake::refuse(&mut stream, why).await;
}

async fn live(
    pipe: Pipe,
    arrival: oneshot::Receiver<Socket>,
    meter: &Meter,
    closing: &CancellationToken,
) -> ConsoleEnd {
    let socket = tokio::select! {
        biased;
        () = closing.cancelled() => return ConsoleEnd::Closed,
        () = tokio::time::sleep(UNUSED) => return ConsoleEnd::Unused,
        socket = arrival => socket,
    };
    match socket {
        Ok(socket) => pump(socket, pipe, meter, closing).await,
        // it left within its handshake
        Err(_) => ConsoleEnd::Left,
    }
}

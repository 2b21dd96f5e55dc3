//! Which connections there are: one session for each, found by id or name.
//!
//! Invariant: names are distinct, capitals aside; edits happen one after another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{Connection, ConnectionId, ConnectionStatus, ErrorCode, LastSeen, VmId, VmKey};
use tokio::sync::OwnedMutexGuard;

use super::ConnectionView;
use crate::bus::EngineEvent;
use crate::engine::Engine;
use crate::error::{EngineError, Result};
use crate::session::{Command, NOTHING, SessionHandle, SessionParts};

/// Which connections there are.
#[derive(Clone)]
pub(crate) struct Directory {
    parts: SessionParts,
    sessions: Arc<Mutex<HashMap<ConnectionId, SessionHandle>>>,
    editing: Arc<tokio::sync::Mutex<()>>,
}

impl Directory {
    pub fn new(parts: SessionParts) -> Self {
        Self {
            parts,
            sessions: Arc::default(),
            editing: Arc::default(),
        }
    }

    /// Holds off other edits until it is dropped.
    pub async fn edit(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.editing).lock_owned().await
    }

    /// Starts the session of a connection that was seen before or not, or tells it of its new
    /// settings.
    pub fn put(&self, connection: Connection, seen: LastSeen) -> ConnectionView {
        let mut sessions = self.lock();
        if let Some(session) = sessions.get(&connection.id) {
            let view = ConnectionView {
                connection: connection.clone(),
                ..session.view()
            };
            session.send(Command::Update(Box::new(connection)));
            return view;
        }
        let mut status = ConnectionStatus::disconnected(self.parts.clock.now());
        status.learn(seen);
        let view = ConnectionView {
            status,
            connection,
            capabilities: NOTHING,
            provider: None,
            live: false,
        };
        let id = view.connection.id;
        sessions.insert(id, SessionHandle::start(self.parts.clone(), view.clone()));
        view
    }

    /// Takes a connection out. Its session is the caller's to end.
    pub fn take(&self, id: ConnectionId) -> Option<SessionHandle> {
        self.lock().remove(&id)
    }

    pub fn handle(&self, id: ConnectionId) -> Result<SessionHandle> {
        self.lock().get(&id).cloned().ok_or_else(|| {
            EngineError::new(ErrorCode::ConnectionNotFound, "The connection is gone.")
        })
    }

    pub fn handles(&self) -> Vec<SessionHandle> {
        self.lock().values().cloned().collect()
    }

    pub fn view(&self, id: ConnectionId) -> Option<ConnectionView> {
        self.lock().get(&id).map(SessionHandle::view)
    }

    /// All connections, by name.
    pub fn views(&self) -> Vec<ConnectionView> {
        let mut views: Vec<ConnectionView> =
            self.lock().values().map(SessionHandle::view).collect();
        views.sort_by_cached_key(|view| view.connection.settings.name.to_lowercase());
        views
    }

    /// The connection with this name, capitals aside.
    pub fn named(&self, name: &str) -> Option<ConnectionView> {
        let name = name.to_lowercase();
        let mut views = self.views().into_iter();
        views.find(|view| view.connection.settings.name.to_lowercase() == name)
    }

    /// Tells each session which of its rows are on the screen.
    pub fn set_visible(&self, vms: Vec<VmId>) {
        let mut visible: HashMap<ConnectionId, Vec<VmKey>> = HashMap::new();
        for vm in vms {
            visible.entry(vm.connection).or_default().push(vm.key);
        }
        for (id, session) in &*self.lock() {
            session.send(Command::Visible(visible.remove(id).unwrap_or_default()));
        }
    }

    /// Ends all sessions.
    pub async fn end(&self) {
        let sessions: Vec<SessionHandle> =
            self.lock().drain().map(|(_, session)| session).collect();
        for session in &sessions {
            session.begin_end();
        }
        for session in sessions {
            session.end().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectionId, SessionHandle>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Takes a stored connection over, and tells of it.
    pub(super) fn take_over(&self, connection: Connection, seen: LastSeen) -> ConnectionView {
        let view = self.shared.directory.put(connection, seen);
        self.shared.bus.tell(EngineEvent::Connections {
            changed: vec![view.clone()],
            removed: Vec::new(),
        });
        view
    }

    /// Lets go of a connection that is in the store no more.
    pub(super) async fn drop_connection(&self, id: ConnectionId) {
        let Some(session) = self.shared.directory.take(id) else {
            return;
        };
        session.end().await;
        self.shared.inventory.forget(id).await;
        self.shared.bus.tell(EngineEvent::Connections {
            changed: Vec::new(),
            removed: vec![id],
        });
    }

    /// Takes over what another process changed in the store: connections, and rows of hosts that
    /// are not live here.
    pub(crate) async fn take_over_changes(&self) -> Result<()> {
        let _editing = self.shared.directory.edit().await;
        let stored = self.shared.store.connections().await?;
        let mut last_seen = self.shared.store.last_seen().await?;
        for view in self.shared.directory.views() {
            let id = view.connection.id;
            if !stored.iter().any(|connection| connection.id == id) {
                self.drop_connection(id).await;
            }
        }
        for connection in stored {
            let known = self.shared.directory.view(connection.id);
            let seen = last_seen.remove(&connection.id).unwrap_or_default();
            match known {
                Some(view) if view.connection == connection => {
                    let session = self.shared.directory.handle(connection.id)?;
                    session.send(Command::SeenElsewhere(Box::new(seen)));
                }
                Some(_) | None => drop(self.take_over(connection, seen)),
            }
        }
        let views = self.shared.directory.views().into_iter();
        let open = views.filter(is_open);
        self.shared
            .inventory
            .reload(open.map(|view| view.connection.id).collect());
        Ok(())
    }
}

fn is_open(view: &ConnectionView) -> bool {
    use model::ConnectionPhase as P;
    matches!(view.status.phase, P::Syncing | P::Ready)
}

//! The configured connections: which there are, and how each is doing.
//!
//! The directory owns which there are; how each is doing belongs to its session.

mod check;
mod demo;
mod directory;
mod exchange;
mod local;
mod ssh_config;

use model::address::{UriParts, WrongPart};
use model::{
    Capabilities, Connection, ConnectionId, ConnectionPhase, ConnectionSettings, ConnectionStatus,
    ErrorCode, LastSeen, ProviderKind,
};

pub(crate) use directory::Directory;
pub use local::{LocalLibvirt, local_libvirt};
pub use ssh_config::{SshHost, ssh_hosts};

use crate::engine::Engine;
use crate::error::{EngineError, Result};
use crate::session::Command;

/// A connection as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionView {
    /// What the user configured.
    pub connection: Connection,
    /// How it is doing.
    pub status: ConnectionStatus,
    /// What can be done there; nothing until it was connected to.
    pub capabilities: Capabilities,
    /// Who runs the VMs there; `None` until it was connected to since the app started.
    pub provider: Option<ProviderKind>,
    /// Whether its rows are true now: open, and read since it was opened.
    pub live: bool,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Names of connections that are new.
    pub added: Vec<String>,
    /// Names of connections that were changed.
    pub updated: Vec<String>,
    /// Names of connections that were so already.
    pub unchanged: Vec<String>,
}

impl Engine {
    /// All connections, by name.
    pub fn connections(&self) -> Vec<ConnectionView> {
        self.shared.directory.views()
    }

    /// One connection.
    pub fn connection(&self, id: ConnectionId) -> Option<ConnectionView> {
        self.shared.directory.view(id)
    }

    /// Takes a URI apart, without touching the network.
    ///
    /// # Errors
    /// The part that is wrong.
    pub fn check_uri(&self, uri: &str) -> std::result::Result<UriParts, WrongPart> {
        self.shared.drivers.check_uri(uri)
    }

    /// What is wrong with a filled-in form; `existing` is the connection it changes.
    pub fn check_connection(
        &self,
        settings: &ConnectionSettings,
        existing: Option<ConnectionId>,
    ) -> Vec<WrongPart> {
        let settings = check::trimmed(settings.clone());
        let mut wrong = check::wrong_parts(&settings, &self.shared.drivers);
        if let Some(taken) = self.name_taken(&settings.name, existing) {
            wrong.push(taken);
        }
        wrong
    }

    /// Adds a connection. It connects when asked to, or with [`Engine::connect_automatic`].
    ///
    /// # Errors
    /// `invalid_input` with the wrong fields, `name_in_use`; the store's.
    pub async fn add_connection(&self, settings: ConnectionSettings) -> Result<ConnectionView> {
        let _editing = self.shared.directory.edit().await;
        let settings = self.checked(settings, None)?;
        self.put(Connection {
            id: self.new_connection_id(),
            settings,
        })
        .await
    }

    /// Changes a connection. An open session is opened anew when the way to the host has changed.
    ///
    /// # Errors
    /// `connection_not_found`, and as [`Engine::add_connection`].
    pub async fn update_connection(
        &self,
        id: ConnectionId,
        settings: ConnectionSettings,
    ) -> Result<ConnectionView> {
        let _editing = self.shared.directory.edit().await;
        self.shared.directory.handle(id)?;
        let settings = self.checked(settings, Some(id))?;
        self.put(Connection { id, settings }).await
    }

    /// Removes a connection, its rows, and what was kept of them.
    ///
    /// # Errors
    /// `connection_not_found`; the store's.
    pub async fn remove_connection(&self, id: ConnectionId) -> Result<()> {
        let _editing = self.shared.directory.edit().await;
        let name = self
            .shared
            .directory
            .handle(id)?
            .view()
            .connection
            .settings
            .name;
        self.shared
            .store
            .remove_connection(id)
            .await
            .map_err(|error| EngineError::from(error).attempted(format_args!("remove {name}")))?;
        self.drop_connection(id).await;
        Ok(())
    }

    /// The name of the connection whose URI leads to `host`, as an ssh alias or name.
    pub fn connection_using_host(&self, host: &str) -> Option<String> {
        self.connections().into_iter().find_map(|view| {
            let settings = view.connection.settings;
            let parts = self.check_uri(&settings.uri).ok()?;
            (parts.host.as_deref() == Some(host)).then_some(settings.name)
        })
    }

    /// Opens every connection that starts by itself.
    pub fn connect_automatic(&self) {
        for session in self.shared.directory.handles() {
            if session.view().connection.settings.startup == model::Startup::Automatic {
                session.send(Command::Connect);
            }
        }
    }

    /// Opens a connection, and keeps it open until [`Engine::disconnect`].
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn connect(&self, id: ConnectionId) -> Result<()> {
        self.shared.directory.handle(id)?.send(Command::Connect);
        Ok(())
    }

    /// Closes a connection and leaves it closed.
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn disconnect(&self, id: ConnectionId) -> Result<()> {
        self.shared.directory.handle(id)?.send(Command::Disconnect);
        Ok(())
    }

    /// Tries a lost connection now.
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn retry_now(&self, id: ConnectionId) -> Result<()> {
        self.shared.directory.handle(id)?.send(Command::Retry);
        Ok(())
    }

    /// Tries every lost connection now. Those that the user closed stay closed.
    pub fn retry_all(&self) {
        for session in self.shared.directory.handles() {
            if session.view().status.phase == ConnectionPhase::Lost {
                session.send(Command::Retry);
            }
        }
    }

    /// Reads everything of an open connection again.
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn refresh(&self, id: ConnectionId) -> Result<()> {
        self.shared.directory.handle(id)?.send(Command::Refresh);
        Ok(())
    }

    /// Opens a connection if need be and waits until it is ready, or lost for the first time.
    ///
    /// # Errors
    /// `connection_not_found`; why it was lost.
    pub async fn ready(&self, id: ConnectionId) -> Result<ConnectionView> {
        let session = self.shared.directory.handle(id)?;
        session.ready().await?;
        Ok(session.view())
    }

    fn checked(
        &self,
        settings: ConnectionSettings,
        existing: Option<ConnectionId>,
    ) -> Result<ConnectionSettings> {
        let settings = check::trimmed(settings);
        let wrong = check::wrong_parts(&settings, &self.shared.drivers);
        if !wrong.is_empty() {
            return Err(EngineError::wrong_parts(wrong));
        }
        match self.name_taken(&settings.name, existing) {
            None => Ok(settings),
            Some(taken) => Err(EngineError {
                code: ErrorCode::NameInUse,
                ..EngineError::wrong_parts(vec![taken])
            }),
        }
    }

    fn name_taken(&self, name: &str, existing: Option<ConnectionId>) -> Option<WrongPart> {
        let other = self.shared.directory.named(name)?;
        (Some(other.connection.id) != existing).then(|| {
            let name = &other.connection.settings.name;
            WrongPart::new("name", format!("Another connection is called ‘{name}’."))
        })
    }

    fn new_connection_id(&self) -> ConnectionId {
        ConnectionId::from_uuid(self.shared.ids.uuid())
    }

    /// Keeps a connection that was checked, and starts or tells its session.
    async fn put(&self, connection: Connection) -> Result<ConnectionView> {
        let name = connection.settings.name.clone();
        self.shared
            .store
            .put_connection(connection.clone())
            .await
            .map_err(|error| EngineError::from(error).attempted(format_args!("keep {name}")))?;
        Ok(self.take_over(connection, LastSeen::default()))
    }
}

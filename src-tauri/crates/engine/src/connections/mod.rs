//! The configured connections: which there are, and how each is doing.

use std::path::Path;

use model::address::{UriParts, WrongPart};
use model::{
    Capabilities, Connection, ConnectionId, ConnectionSettings, ConnectionStatus, ProviderKind,
};

use crate::engine::Engine;
use crate::error::Result;

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

/// A host of the user's ssh configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshHost {
    /// What the user calls it, and what ssh takes.
    pub alias: String,
    /// Where it is, if the file says.
    pub host: Option<String>,
    /// Login there, if the file says.
    pub user: Option<String>,
    /// Port, if the file says.
    pub port: Option<u16>,
}

/// A libvirt of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalLibvirt {
    /// `qemu:///system` or `qemu:///session`.
    pub uri: String,
    /// The socket that was found.
    pub socket: std::path::PathBuf,
}

/// The hosts in `~/.ssh/config` and what it includes, patterns left out, in the file's order.
/// Empty when there is no such file.
pub async fn ssh_hosts(home: &Path) -> Vec<SshHost> {
    unimplemented!()
}

/// The libvirt daemons of this computer that have a socket.
pub fn local_libvirt() -> Vec<LocalLibvirt> {
    unimplemented!()
}

impl Engine {
    /// All connections, by name.
    pub fn connections(&self) -> Vec<ConnectionView> {
        unimplemented!()
    }

    /// One connection.
    pub fn connection(&self, id: ConnectionId) -> Option<ConnectionView> {
        unimplemented!()
    }

    /// Takes a URI apart, without touching the network.
    ///
    /// # Errors
    /// The part that is wrong.
    pub fn check_uri(&self, uri: &str) -> std::result::Result<UriParts, WrongPart> {
        unimplemented!()
    }

    /// What is wrong with a filled-in form; `existing` is the connection it changes.
    pub fn check_connection(
        &self,
        settings: &ConnectionSettings,
        existing: Option<ConnectionId>,
    ) -> Vec<WrongPart> {
        unimplemented!()
    }

    /// Adds a connection. It connects when asked to, or with [`Engine::connect_automatic`].
    ///
    /// # Errors
    /// `invalid_input` with the wrong fields, `name_in_use`; the store's.
    pub async fn add_connection(&self, settings: ConnectionSettings) -> Result<ConnectionView> {
        unimplemented!()
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
        unimplemented!()
    }

    /// Removes a connection, its rows, and what was kept of them.
    ///
    /// # Errors
    /// `connection_not_found`; the store's.
    pub async fn remove_connection(&self, id: ConnectionId) -> Result<()> {
        unimplemented!()
    }

    /// Adds or changes the connections that a TOML text lists (docs/connections.template.toml):
    /// all of them, or none when anything is wrong. A connection is known by its name.
    ///
    /// # Errors
    /// `invalid_input` naming the line, or the connection and the field.
    pub async fn import_connections(&self, text: &str) -> Result<ImportReport> {
        unimplemented!()
    }

    /// All connections as a TOML text that [`Engine::import_connections`] takes. Nothing in it is secret.
    pub fn export_connections(&self) -> String {
        unimplemented!()
    }

    /// Writes the demo estate's files into `dir` (created if missing; existing files are replaced)
    /// and imports its `demo.toml`, in which `{dir}` stands for that folder.
    ///
    /// # Errors
    /// `storage_full`, `internal` when files cannot be written; as [`Engine::import_connections`].
    pub async fn add_demo(&self, dir: &Path, files: &[(&str, &str)]) -> Result<ImportReport> {
        unimplemented!()
    }

    /// Opens every connection that starts by itself.
    pub fn connect_automatic(&self) {
        unimplemented!()
    }

    /// Opens a connection, and keeps it open until [`Engine::disconnect`].
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn connect(&self, id: ConnectionId) -> Result<()> {
        unimplemented!()
    }

    /// Closes a connection and leaves it closed.
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn disconnect(&self, id: ConnectionId) -> Result<()> {
        unimplemented!()
    }

    /// Tries a lost connection now.
    ///
    /// # Errors
    /// `connection_not_found`.
    pub fn retry_now(&self, id: ConnectionId) -> Result<()> {
        unimplemented!()
    }

    /// Opens a connection if need be and waits until it is ready, or lost for the first time.
    ///
    /// # Errors
    /// `connection_not_found`; why it was lost.
    pub async fn ready(&self, id: ConnectionId) -> Result<ConnectionView> {
        unimplemented!()
    }
}

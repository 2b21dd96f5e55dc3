//! The driver: what it serves, and how it gets to a host.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use driver::{
    ConnectContext, ConnectTarget, DriverError, DriverSession, Result, StepSink, VmDriver,
};
use model::address::{UriParts, WrongPart};
use model::{ErrorCode, HardwareGroup, VmDetails};

use crate::askpass::AskpassProgram;
use crate::crew::Crew;
use crate::origin::Origin;
use crate::tunnel::{Logins, PrivateFolder, SshProgram};
use crate::uri::LibvirtUri;
use crate::{doctor, sys, xml};

/// Drives hypervisors through libvirt. Clones share everything.
#[derive(Clone)]
pub struct LibvirtDriver {
    pub(crate) crew: Crew,
    pub(crate) ssh: SshProgram,
    pub(crate) askpass: AskpassProgram,
    pub(crate) logins: Arc<Logins>,
    pub(crate) certificates: CertificateFolders,
    /// Made when the first bridge needs it.
    folder: Arc<Mutex<Option<Arc<PrivateFolder>>>>,
}

/// Where certificates of displays are looked for.
#[derive(Debug, Clone)]
pub(crate) struct CertificateFolders {
    /// Holds `.pki` and `.spicec`.
    pub(crate) home: Option<PathBuf>,
    /// Holds `CA` and `libvirt`.
    pub(crate) system: Option<PathBuf>,
}

impl CertificateFolders {
    fn of_this_user() -> Self {
        Self {
            home: std::env::home_dir(),
            system: Some("/etc/pki".into()),
        }
    }
}

impl LibvirtDriver {
    /// A driver that runs the user's ssh, or the program and configuration that `INNKEEPER_SSH` and
    /// `INNKEEPER_SSH_CONFIG` name. ssh's questions come through this program itself: its `main`
    /// begins with [`crate::askpass_main_if_requested`].
    pub fn new() -> Self {
        let own = std::env::current_exe().unwrap_or_default();
        Self {
            crew: Crew::default(),
            ssh: SshProgram::from_environment(),
            askpass: AskpassProgram(own),
            logins: Arc::default(),
            certificates: CertificateFolders::of_this_user(),
            folder: Arc::default(),
        }
    }

    /// The same with another ssh, and with a configuration in place of the user's.
    #[must_use]
    pub fn with_ssh(mut self, program: impl Into<PathBuf>, config: Option<PathBuf>) -> Self {
        self.ssh = SshProgram {
            program: program.into(),
            config,
        };
        self
    }

    /// The same with the certificates below another home folder, and none of this computer's.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.certificates = CertificateFolders {
            home: Some(home.into()),
            system: None,
        };
        self
    }

    /// The folder for sockets of this process.
    pub(crate) fn folder(&self) -> Result<Arc<PrivateFolder>> {
        let mut folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &*folder {
            return Ok(Arc::clone(folder));
        }
        let made = PrivateFolder::create().map_err(|error| {
            DriverError::new(
                ErrorCode::Internal,
                "No folder for private sockets can be made.",
            )
            .with_detail(error.to_string())
        })?;
        Ok(Arc::clone(folder.insert(Arc::new(made))))
    }

    /// The URI of a target, with what the form says beside it.
    pub(crate) fn address(target: &ConnectTarget) -> std::result::Result<LibvirtUri, WrongPart> {
        let mut uri = LibvirtUri::parse(&target.settings.uri)?;
        let socket = target
            .settings
            .remote_socket
            .as_deref()
            .filter(|path| !path.is_empty());
        if let Some(socket) = socket {
            uri = uri.with_parameter("socket", socket);
        }
        Ok(uri)
    }

    async fn open(
        &self,
        target: &ConnectTarget,
        context: &ConnectContext,
    ) -> Result<Arc<dyn DriverSession>> {
        let uri = Self::address(target)
            .map_err(|wrong| DriverError::new(ErrorCode::InvalidInput, wrong.message))?;
        let origin = Origin {
            libvirt: self.clone(),
            target: target.clone(),
            uri,
            context: context.clone(),
        };
        Ok(origin.session().await?)
    }
}

impl Default for LibvirtDriver {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl VmDriver for LibvirtDriver {
    fn serves(&self, scheme: &str) -> bool {
        let driver = scheme.split('+').next().unwrap_or_default();
        crate::uri::Driver::named(driver).is_some()
    }

    fn check_uri(&self, uri: &str) -> std::result::Result<UriParts, WrongPart> {
        LibvirtUri::parse(uri).map(|uri| uri.parts())
    }

    async fn connect(
        &self,
        target: &ConnectTarget,
        context: &ConnectContext,
    ) -> Result<Arc<dyn DriverSession>> {
        sys::start_event_loop();
        tokio::select! {
            biased;
            () = context.cancel.cancelled() => Err(DriverError::cancelled()),
            opened = self.open(target, context) => opened,
        }
    }

    async fn diagnose(
        &self,
        target: &ConnectTarget,
        context: &ConnectContext,
        sink: &mut dyn StepSink,
    ) {
        sys::start_event_loop();
        doctor::diagnose(self, target, context, sink).await;
    }

    fn parse_definition(&self, text: &str) -> Result<VmDetails> {
        xml::details(text)
    }

    fn hardware(&self, text: &str) -> Result<Vec<HardwareGroup>> {
        xml::hardware(text)
    }
}

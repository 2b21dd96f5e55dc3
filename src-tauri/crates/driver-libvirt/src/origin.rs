//! How a session is opened, and another connection beside it.

use std::sync::Arc;

use driver::{ConnectContext, ConnectTarget, DriverError, Result};

use crate::clock;
use crate::libvirt::LibvirtDriver;
use crate::session::{LibvirtSession, Parts};
use crate::uri::LibvirtUri;
use crate::way::{Way, open_libvirt};

/// Everything that opening takes.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) libvirt: LibvirtDriver,
    pub(crate) target: ConnectTarget,
    pub(crate) uri: LibvirtUri,
    pub(crate) context: ConnectContext,
}

impl Origin {
    /// A session, within the context's deadline.
    pub(crate) async fn session(&self) -> Result<Arc<LibvirtSession>> {
        self.timed(async |context| {
            LibvirtSession::begin(self.parts(context).await?, self.clone()).await
        })
        .await
    }

    /// A connection, within the context's deadline.
    pub(crate) async fn connection(&self) -> Result<Parts> {
        self.timed(async |context| self.parts(context).await).await
    }

    async fn parts(&self, context: &ConnectContext) -> Result<Parts> {
        let way = Way::prepare(&self.libvirt, &self.target, &self.uri, context).await?;
        open_libvirt(&self.libvirt, &self.target, &self.uri, way, context).await
    }

    /// Opens with a clock that stands still while the user is asked.
    async fn timed<T>(&self, open: impl AsyncFnOnce(&ConnectContext) -> Result<T>) -> Result<T> {
        let limit = self.context.deadline;
        let (deadline, prompter) = clock::deadline(limit, Arc::clone(&self.context.prompter));
        let pausing = ConnectContext {
            prompter,
            ..self.context.clone()
        };
        tokio::select! {
            opened = open(&pausing) => opened,
            () = deadline.passed() => Err(DriverError::connection_lost(format!(
                "No answer for {} s.",
                limit.as_secs()
            ))),
        }
    }
}

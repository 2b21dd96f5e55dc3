//! A line as a pipe.
//!
//! Invariant: when a pipe is dropped its line is closed at the host, on a thread that may wait; who
//! opens the same line next waits for that.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use driver::{DriverError, Pipe, Result, Takeover};
use model::ErrorCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use virt::domain::Domain;
use virt::error::ErrorNumber;

use super::pipe::pipe;
use super::side::Side;
use crate::calls::PATIENCE;
use crate::crew::{Crew, Lane};
use crate::error;
use crate::sys::{self, Line, LineMode, checked};
use crate::uri::Driver;

/// What is known of a line that was opened before.
#[derive(Clone, Default)]
pub(crate) struct Use {
    /// Its pipe was dropped.
    pub(crate) left: CancellationToken,
    /// The host has closed it.
    pub(crate) freed: CancellationToken,
}

/// Which line, and how it is opened.
pub(crate) struct Wanted {
    pub(crate) vm: Uuid,
    pub(crate) alias: String,
    pub(crate) takeover: Takeover,
    pub(crate) driver: Driver,
}

/// Opens a line on a connection of its own.
pub(crate) async fn open(side: Arc<Side>, crew: Crew, wanted: Wanted, used: Use) -> Result<Pipe> {
    let brake = Box::new(side.brake());
    let mode = match (wanted.takeover, wanted.driver) {
        (Takeover::Force, _) => LineMode::Force,
        // the only one that tells users apart
        (Takeover::Refuse, Driver::Qemu) => LineMode::Safe,
        (Takeover::Refuse, _) => LineMode::Plain,
    };
    let opened = side.calls.call(Lane::Long, PATIENCE, move |connection| {
        let domain = checked(Domain::lookup_by_uuid(connection.safe(), wanted.vm))
            .map_err(|e| error::of_call(&e))?;
        Line::open(connection, &domain, &wanted.alias, mode, brake).map_err(|e| refused(&e))
    });
    let line = opened.await?;
    let calls = Arc::clone(&side.calls);
    let inner = LineIo {
        line: Some(line),
        side: Some(side),
        crew,
        used,
    };
    Ok(pipe(inner, &calls))
}

/// libvirt has one number for a line that is in use and for little else that can happen here.
fn refused(failed: &sys::LibvirtError) -> DriverError {
    let error = error::of_call(failed);
    if failed.code != ErrorNumber::OperationFailed {
        return error;
    }
    DriverError {
        detail: error.detail,
        ..DriverError::new(ErrorCode::Conflict, "The line is in use elsewhere.")
    }
}

/// Bytes of a line; a read of nothing is its end, whatever ended it.
struct LineIo {
    /// `None` once it is being closed.
    line: Option<Line>,
    /// Kept for as long as the line is open: its last user closes the connection.
    side: Option<Arc<Side>>,
    crew: Crew,
    used: Use,
}

impl LineIo {
    fn line(&self) -> &Line {
        self.line.as_ref().expect("only dropping takes it")
    }
}

impl AsyncRead for LineIo {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let read = self.line().poll_read(context, |bytes| {
            let count = bytes.len().min(buffer.remaining());
            buffer.put_slice(&bytes[..count]);
            count
        });
        if let Err(error) = ready!(read) {
            // a VM that stops looks like this too
            tracing::debug!(message = error.message, "a line's stream ended");
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for LineIo {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(self.line().poll_write(context, bytes));
        Poll::Ready(match written {
            Ok(count) if count > 0 || bytes.is_empty() => Ok(count),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        })
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line().poll_sent(context).map(Ok)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}

impl Drop for LineIo {
    fn drop(&mut self) {
        self.used.left.cancel();
        let (line, side, freed) = (self.line.take(), self.side.take(), self.used.freed.clone());
        self.crew.run(move || {
            let freed = freed.drop_guard();
            if let Some(line) = line {
                line.close();
            }
            drop(freed);
            drop(side);
        });
    }
}

//! What all pipes have in common: they end with their connection, and the end is explained.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use driver::console::{broken, explained};
use driver::{DriverError, Pipe, PipeIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::calls::{Calls, gone};
use crate::sys::checked;

/// Makes a pipe that ends with `calls`, and says whether the VM ended it or the way broke: what
/// ended does not tell, but a host that still answers does.
pub(crate) fn pipe(inner: impl PipeIo + 'static, calls: &Arc<Calls>) -> Pipe {
    pipe_with(inner, calls, ())
}

/// The same, of what ends when `keep` is dropped.
pub(crate) fn pipe_with(
    inner: impl PipeIo + 'static,
    calls: &Arc<Calls>,
    keep: impl Send + 'static,
) -> Pipe {
    let ended = Box::pin(calls.ended());
    let calls = Arc::downgrade(calls);
    let inner = Cut {
        inner,
        ended: Some(ended),
    };
    explained(
        inner,
        Box::pin(async move {
            let _keep = keep;
            why(calls).await
        }),
    )
}

async fn why(calls: Weak<Calls>) -> io::Result<()> {
    let Some(calls) = calls.upgrade() else {
        return Err(broken(gone().message));
    };
    let answer = calls.quick(|c| checked(c.safe().get_lib_version())).await;
    answer.map(drop).map_err(|error| broken(error.message))
}

/// Ends when its connection does, after what has come already.
struct Cut<T> {
    inner: T,
    /// `None`: it has ended.
    ended: Option<Pin<Box<dyn Future<Output = DriverError> + Send>>>,
}

impl<T: PipeIo> AsyncRead for Cut<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let read = Pin::new(&mut this.inner).poll_read(context, buffer);
        if read.is_ready() {
            return read;
        }
        if let Some(ended) = &mut this.ended
            && ended.as_mut().poll(context).is_pending()
        {
            return Poll::Pending;
        }
        this.ended = None;
        Poll::Ready(Ok(()))
    }
}

impl<T: PipeIo> AsyncWrite for Cut<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

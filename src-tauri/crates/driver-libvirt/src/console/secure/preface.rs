//! The page's half of a handshake that was held with the host before the page came.
//!
//! Invariant: the page hears what it would hear from a plain server, and what it answers to that goes
//! nowhere; every byte after it goes through.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use driver::{Pipe, PipeIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A pipe that says something first, and expects an answer to it.
pub(super) struct Preface<T> {
    say: Vec<u8>,
    expect: &'static [u8],
    inner: T,
}

impl<T: PipeIo + 'static> Preface<T> {
    pub(super) fn pipe(say: Vec<u8>, expect: &'static [u8], inner: T) -> Pipe {
        Box::new(Self { say, expect, inner })
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Preface<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.say.is_empty() {
            return Pin::new(&mut this.inner).poll_read(context, buffer);
        }
        let count = this.say.len().min(buffer.remaining());
        buffer.put_slice(&this.say[..count]);
        this.say.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Preface<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.expect.is_empty() {
            return Pin::new(&mut this.inner).poll_write(context, bytes);
        }
        let (now, later) = this.expect.split_at(bytes.len().min(this.expect.len()));
        if !bytes.starts_with(now) {
            let why = "the viewer speaks another version of RFB than the host was told";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, why)));
        }
        this.expect = later;
        Poll::Ready(Ok(now.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

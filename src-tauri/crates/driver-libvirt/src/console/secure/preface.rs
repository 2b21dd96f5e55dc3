//! The page's half of a handshake that was held with the host before the page came.
//!
//! Invariant: the page hears what it would hear from a plain server, and what it answers to that goes
//! nowhere; every byte after it goes through. As a server it waits for the page's version before it says
//! more than its own: noVNC does not look again at what comes together with it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use driver::{Pipe, PipeIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// As long as a version of RFB is.
const VERSION: usize = 12;
/// More than a host says before it has heard the page.
const AHEAD: usize = 64;

/// A pipe that says something first, and expects an answer to it.
pub(super) struct Preface<T> {
    say: Vec<u8>,
    expect: &'static [u8],
    /// So many bytes after that may be any, and go nowhere as well.
    ignore: usize,
    /// Until the page has said its version.
    held: Option<Held>,
    inner: T,
}

/// What is left of two versions, and who waits for them.
struct Held {
    ours: usize,
    theirs: usize,
    reader: Option<Waker>,
    /// What the host has said out of turn.
    ahead: usize,
}

impl Held {
    /// The host's end, with which nobody waits for a page's version. What it says until then, a
    /// verdict for one, is kept for later.
    fn end_of<T: AsyncRead + Unpin>(
        &mut self,
        inner: &mut T,
        say: &mut Vec<u8>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let mut piece = [0; AHEAD];
        while self.ahead < AHEAD {
            let mut piece = ReadBuf::new(&mut piece[self.ahead..]);
            let read = ready!(Pin::new(&mut *inner).poll_read(context, &mut piece));
            if read.is_err() || piece.filled().is_empty() {
                return Poll::Ready(read);
            }
            say.extend_from_slice(piece.filled());
            self.ahead += piece.filled().len();
        }
        Poll::Pending
    }
}

impl<T: PipeIo + 'static> Preface<T> {
    pub(super) fn pipe(say: Vec<u8>, expect: &'static [u8], inner: T) -> Pipe {
        Self::pipe_ignoring(say, expect, 0, inner)
    }

    /// The same for a page whose next `ignore` bytes after those have been answered for it.
    pub(super) fn pipe_ignoring(
        say: Vec<u8>,
        expect: &'static [u8],
        ignore: usize,
        inner: T,
    ) -> Pipe {
        let held = (!expect.is_empty()).then_some(Held {
            ours: VERSION,
            theirs: VERSION,
            reader: None,
            ahead: 0,
        });
        Box::new(Self {
            say,
            expect,
            ignore,
            held,
            inner,
        })
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
        let mut count = this.say.len().min(buffer.remaining());
        if let Some(held) = &mut this.held {
            count = count.min(held.ours);
            if count == 0 && buffer.remaining() > 0 {
                held.reader = Some(context.waker().clone());
                return held.end_of(&mut this.inner, &mut this.say, context);
            }
            held.ours -= count;
        }
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
            if this.ignore == 0 || bytes.is_empty() {
                return Pin::new(&mut this.inner).poll_write(context, bytes);
            }
            let count = this.ignore.min(bytes.len());
            this.ignore -= count;
            return Poll::Ready(Ok(count));
        }
        let (now, later) = this.expect.split_at(bytes.len().min(this.expect.len()));
        if !bytes.starts_with(now) {
            let why = "the viewer speaks another version of RFB than the host was told";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, why)));
        }
        this.expect = later;
        if let Some(held) = &mut this.held {
            held.theirs = held.theirs.saturating_sub(now.len());
            if held.theirs == 0
                && let Some(reader) = this.held.take().and_then(|held| held.reader)
            {
                reader.wake();
            }
        }
        Poll::Ready(Ok(now.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn a_server_says_no_more_than_its_version_before_it_has_heard_the_pages() {
        let (inner, mut host) = tokio::io::duplex(64);
        let say = b"RFB 003.008\n\x01\x01".to_vec();
        let (mut from, mut to) = tokio::io::split(Preface::pipe(say, b"RFB 003.008\n", inner));
        let mut said = [0; 64];
        assert_eq!(from.read(&mut said).await.expect("open"), 12);
        let mut types = [0; 2];
        let mut more = std::pin::pin!(from.read_exact(&mut types));
        tokio::select! {
            biased;
            _ = &mut more => panic!("not before it has heard"),
            () = std::future::ready(()) => {}
        }
        // whoever waits is told
        let (heard, answered) = tokio::join!(more, to.write_all(b"RFB 003.008\n"));
        answered.expect("as expected");
        heard.expect("open");
        assert_eq!(types, [1, 1]);
        drop((from, to));
        let gone = host.read(&mut said).await.expect("closed");
        assert_eq!(gone, 0, "what was expected goes nowhere");
    }

    #[tokio::test]
    async fn a_host_that_ends_before_the_page_has_answered_has_ended() {
        for early in [&b""[..], b"early"] {
            let (inner, mut host) = tokio::io::duplex(64);
            let say = b"RFB 003.008\n\x01\x01".to_vec();
            let mut from = Preface::pipe(say, b"RFB 003.008\n", inner);
            let mut said = [0; 64];
            assert_eq!(from.read(&mut said).await.expect("open"), 12);
            host.write_all(early).await.expect("open");
            drop(host);
            assert_eq!(from.read(&mut said).await.expect("an end"), 0);
        }
    }

    #[tokio::test]
    async fn what_a_host_says_out_of_turn_comes_in_its_place() {
        let (inner, mut host) = tokio::io::duplex(256);
        let say = b"RFB 003.008\n\x01\x01".to_vec();
        let (mut from, mut to) = tokio::io::split(Preface::pipe(say, b"RFB 003.008\n", inner));
        let early = [7; 200];
        host.write_all(&early).await.expect("open");
        drop(host);
        let mut said = vec![0; 12];
        from.read_exact(&mut said).await.expect("open");
        let mut rest = Vec::new();
        let reading = from.read_to_end(&mut rest);
        let (read, answered) = tokio::join!(reading, to.write_all(b"RFB 003.008\n"));
        answered.expect("as expected");
        read.expect("an end");
        assert_eq!(rest, [&[1, 1][..], &early].concat());
    }
}

//! libvirt's streams: a line in both directions, and a file that is read to its end.
//!
//! ```text
//! reader ◀── incoming (bounded) ◀── recv ─┐
//!                                         ├─ callback, on the event loop's thread
//! writer ──▶ outgoing (bounded) ──▶ send ─┘
//! ```
//!
//! Crate `virt` gives "would block" as a length of -2 and panics in `Drop` when a free fails; hence
//! our own. Invariants: the callback is taken off before the stream is freed; events are asked for
//! only while there is room for them or something to send, so that an idle line costs nothing; the
//! lock of a line may be held while libvirt's is taken, never the other way round, since libvirt
//! calls back with none of its own held.

use std::collections::VecDeque;
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use virt::domain::Domain;
use virt_sys as c;

use super::{Connection, LibvirtError, Result, copied, lock};

/// What `virStreamRecv` and `virStreamSend` answer instead of blocking.
const WOULD_BLOCK: libc::c_int = -2;
/// As much as a line holds that nobody has read, or that the host has not taken.
const HELD: usize = 256 << 10;
/// As much as one callback reads before others have their turn.
const TURN: usize = 256 << 10;
const PIECE: usize = 64 << 10;

const READABLE: libc::c_int = c::VIR_STREAM_EVENT_READABLE as libc::c_int;
const WRITABLE: libc::c_int = c::VIR_STREAM_EVENT_WRITABLE as libc::c_int;

/// A reference to a stream, which is freed with it.
struct Handle(c::virStreamPtr);

// SAFETY: libvirt's streams are reference-counted objects with a lock of their own, made for use by
// several threads.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Handle {
    fn new(connection: &Connection, flags: c::virStreamFlags) -> Result<Self> {
        // SAFETY: the connection is open.
        let pointer = unsafe { c::virStreamNew(connection.pointer(), flags as libc::c_uint) };
        if pointer.is_null() {
            return Err(LibvirtError::last());
        }
        Ok(Self(pointer))
    }

    /// The count, or `WOULD_BLOCK`; 0 at the end.
    fn receive(&self, into: &mut [u8]) -> Result<libc::c_int> {
        // SAFETY: the buffer holds that many bytes; the stream is alive for as long as self.
        let count = unsafe { c::virStreamRecv(self.0, into.as_mut_ptr().cast(), into.len()) };
        if count == -1 {
            return Err(LibvirtError::last());
        }
        Ok(count)
    }

    fn send(&self, bytes: &[u8]) -> Result<libc::c_int> {
        // SAFETY: as in `receive`; libvirt copies the bytes.
        let count = unsafe { c::virStreamSend(self.0, bytes.as_ptr().cast(), bytes.len()) };
        if count == -1 {
            return Err(LibvirtError::last());
        }
        Ok(count)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: our one reference, given back once. One that is not finished is aborted by the
        // host when the connection goes.
        unsafe { c::virStreamFree(self.0) };
    }
}

/// How a line that is in use elsewhere is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineMode {
    /// Not at all. Only where the hypervisor keeps users apart.
    Safe,
    /// As the hypervisor pleases.
    Plain,
    /// Its user is cut off.
    Force,
}

impl LineMode {
    fn flags(self) -> c::virDomainConsoleFlags {
        match self {
            Self::Safe => c::VIR_DOMAIN_CONSOLE_SAFE,
            Self::Plain => 0,
            Self::Force => c::VIR_DOMAIN_CONSOLE_FORCE,
        }
    }
}

/// An open line. Dropping it frees the stream but asks the host nothing: [`Line::close`] does.
pub(crate) struct Line {
    handle: Handle,
    shared: Arc<Shared>,
}

struct Shared(Mutex<Buffers>);

/// Told when the reader is behind, and when it has caught up.
pub(crate) type Clogged = Box<dyn Fn(bool) + Send + Sync>;

struct Buffers {
    incoming: VecDeque<u8>,
    outgoing: VecDeque<u8>,
    reader: Option<Waker>,
    writer: Option<Waker>,
    /// How the host ended it; nothing comes or goes any more.
    end: Option<Result<()>>,
    /// The events that libvirt is asked for.
    asked: libc::c_int,
    clogged: bool,
    tell: Clogged,
}

impl Line {
    /// Opens a domain's line by its alias; blocks.
    pub(crate) fn open(
        connection: &Connection,
        domain: &Domain,
        alias: &str,
        mode: LineMode,
        tell: Clogged,
    ) -> Result<Self> {
        let handle = Handle::new(connection, c::VIR_STREAM_NONBLOCK)?;
        // an alias was read from XML, which holds no NUL
        let alias = CString::new(alias).unwrap_or_default();
        // SAFETY: domain and stream belong to the same open connection; the alias is NUL-terminated.
        let opened = unsafe {
            c::virDomainOpenConsole(domain.as_ptr(), alias.as_ptr(), handle.0, mode.flags() as _)
        };
        if opened < 0 {
            return Err(LibvirtError::last());
        }
        let shared = Arc::new(Shared(Mutex::new(Buffers {
            incoming: VecDeque::new(),
            outgoing: VecDeque::new(),
            reader: None,
            writer: None,
            end: None,
            asked: READABLE,
            clogged: false,
            tell,
        })));
        let opaque = Arc::into_raw(Arc::clone(&shared)).cast_mut();
        // SAFETY: opaque lives until libvirt calls `forget`, which it does exactly once if it takes
        // the callback.
        let added = unsafe {
            c::virStreamEventAddCallback(
                handle.0,
                READABLE,
                Some(callback),
                opaque.cast(),
                Some(forget),
            )
        };
        if added < 0 {
            let error = LibvirtError::last();
            // SAFETY: libvirt did not take it.
            drop(unsafe { Arc::from_raw(opaque) });
            return Err(error);
        }
        Ok(Self { handle, shared })
    }

    /// Reads some bytes; none at the end. Never blocks.
    pub(crate) fn poll_read(
        &self,
        context: &Context<'_>,
        mut into: impl FnMut(&[u8]) -> usize,
    ) -> Poll<Result<()>> {
        let mut buffers = lock(&self.shared.0);
        if buffers.incoming.is_empty() {
            if let Some(end) = &buffers.end {
                return Poll::Ready(end.clone());
            }
            buffers.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let taken = into(buffers.incoming.as_slices().0);
        buffers.incoming.drain(..taken);
        if buffers.clogged && buffers.incoming.len() <= HELD / 2 {
            buffers.clog(false);
            buffers.ask(&self.handle);
        }
        Poll::Ready(Ok(()))
    }

    /// Takes bytes to send, as many as there is room for. Never blocks.
    pub(crate) fn poll_write(&self, context: &Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let mut buffers = lock(&self.shared.0);
        if let Some(end) = &buffers.end {
            return Poll::Ready(end.clone().map(|()| 0));
        }
        let taken = bytes.len().min(HELD - buffers.outgoing.len().min(HELD));
        if taken == 0 && !bytes.is_empty() {
            buffers.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        buffers.outgoing.extend(&bytes[..taken]);
        buffers.ask(&self.handle);
        Poll::Ready(Ok(taken))
    }

    /// Waits until libvirt has taken everything. Never blocks.
    pub(crate) fn poll_sent(&self, context: &Context<'_>) -> Poll<()> {
        let mut buffers = lock(&self.shared.0);
        if buffers.outgoing.is_empty() || buffers.end.is_some() {
            return Poll::Ready(());
        }
        buffers.writer = Some(context.waker().clone());
        Poll::Pending
    }

    /// Closes it at the host, so that it is free for others when this returns; blocks.
    pub(crate) fn close(self) {
        lock(&self.shared.0).stop(Ok(()));
        // SAFETY: the stream is alive; afterwards libvirt calls back no more, and frees what it was
        // given when no callback runs.
        unsafe { c::virStreamEventRemoveCallback(self.handle.0) };
        // SAFETY: the stream is alive. One that the host has ended already has nothing to abort.
        unsafe { c::virStreamAbort(self.handle.0) };
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        lock(&self.shared.0).stop(Ok(()));
        // SAFETY: as in `close`; a callback that is off already is an error that changes nothing.
        unsafe { c::virStreamEventRemoveCallback(self.handle.0) };
    }
}

impl Buffers {
    /// Asks libvirt for the events that there is use for, if they are others than before.
    fn ask(&mut self, handle: &Handle) {
        self.ask_by(handle.0);
    }

    fn ask_by(&mut self, stream: c::virStreamPtr) {
        let mut wanted = 0;
        if self.end.is_none() {
            if !self.clogged {
                wanted |= READABLE;
            }
            if !self.outgoing.is_empty() {
                wanted |= WRITABLE;
            }
        }
        if wanted == self.asked {
            return;
        }
        self.asked = wanted;
        // SAFETY: whoever calls holds the stream, or is called back with it.
        unsafe { c::virStreamEventUpdateCallback(stream, wanted) };
    }

    fn clog(&mut self, clogged: bool) {
        if self.clogged != clogged {
            self.clogged = clogged;
            (self.tell)(clogged);
        }
    }

    /// Ends both directions. What has come can still be read.
    fn stop(&mut self, end: Result<()>) {
        if self.end.is_none() {
            self.end = Some(end);
        }
        self.outgoing.clear();
        self.clog(false);
        for waker in [self.reader.take(), self.writer.take()]
            .into_iter()
            .flatten()
        {
            waker.wake();
        }
    }

    fn receive(&mut self, stream: &Handle, piece: &mut [u8]) {
        let mut read = 0;
        while self.end.is_none() && read < TURN {
            if self.incoming.len() >= HELD {
                self.clog(true);
                break;
            }
            match stream.receive(piece) {
                Ok(WOULD_BLOCK) => break,
                Ok(0) => self.stop(Ok(())),
                Ok(count) => {
                    let count = usize::try_from(count).unwrap_or_default();
                    self.incoming.extend(&piece[..count]);
                    read += count;
                }
                Err(error) => self.stop(Err(error)),
            }
        }
        if read > 0
            && let Some(reader) = self.reader.take()
        {
            reader.wake();
        }
    }

    fn send(&mut self, stream: &Handle) {
        let mut sent = false;
        while self.end.is_none() && !self.outgoing.is_empty() {
            let front = self.outgoing.as_slices().0;
            match stream.send(&front[..front.len().min(PIECE)]) {
                Ok(count) if count > 0 => {
                    let count = usize::try_from(count).unwrap_or_default();
                    self.outgoing.drain(..count);
                    sent = true;
                }
                // libvirt calls again when it can
                Ok(_) => break,
                Err(error) => self.stop(Err(error)),
            }
        }
        if sent && let Some(writer) = self.writer.take() {
            writer.wake();
        }
    }
}

/// Called by libvirt on the event loop's thread, with none of its locks held.
unsafe extern "C" fn callback(
    stream: c::virStreamPtr,
    events: libc::c_int,
    opaque: *mut libc::c_void,
) {
    // SAFETY: opaque is the pointer of an Arc that libvirt keeps until after this call.
    let shared = unsafe { &*opaque.cast::<Shared>() };
    // the stream is libvirt's for the time of this call: lent, not ours to free
    let stream = std::mem::ManuallyDrop::new(Handle(stream));
    let turn = || {
        let mut piece = vec![0; PIECE];
        let mut buffers = lock(&shared.0);
        if events & !WRITABLE != 0 {
            buffers.receive(&stream, &mut piece);
        }
        if events & WRITABLE != 0 {
            buffers.send(&stream);
        }
        buffers.ask_by(stream.0);
    };
    // a panic must not unwind into C
    let _ = catch_unwind(AssertUnwindSafe(turn));
}

/// Called by libvirt when it needs the callback no more.
unsafe extern "C" fn forget(opaque: *mut libc::c_void) {
    // SAFETY: opaque came from `Arc::into_raw` in `Line::open`, and comes back once.
    let shared = unsafe { Arc::from_raw(opaque.cast_const().cast::<Shared>()) };
    let _ = catch_unwind(AssertUnwindSafe(|| drop(shared)));
}

/// A picture of one of a domain's screens, with its MIME type; blocks. `None` when it is larger
/// than `most` bytes.
pub(crate) fn screenshot(
    connection: &Connection,
    domain: &Domain,
    screen: u32,
    most: usize,
) -> Result<Option<(String, Vec<u8>)>> {
    let stream = Handle::new(connection, 0)?;
    // SAFETY: domain and stream belong to the same open connection.
    let mime = unsafe { c::virDomainScreenshot(domain.as_ptr(), stream.0, screen, 0) };
    if mime.is_null() {
        return Err(LibvirtError::last());
    }
    // SAFETY: a NUL-terminated string that is ours.
    let kind = unsafe { copied(mime) }.unwrap_or_default();
    // SAFETY: libvirt allocated it with malloc and leaves it to us.
    unsafe { libc::free(mime.cast()) };
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE];
    let whole = loop {
        match stream.receive(&mut piece) {
            Ok(count) if count > 0 => {
                bytes.extend_from_slice(&piece[..usize::try_from(count).unwrap_or_default()]);
                if bytes.len() > most {
                    break Ok(false);
                }
            }
            Ok(_) => break Ok(true),
            Err(error) => break Err(error),
        }
    };
    match whole {
        Ok(true) => {
            // SAFETY: the stream is alive and at its end.
            unsafe { c::virStreamFinish(stream.0) };
            Ok(Some((kind, bytes)))
        }
        Ok(false) | Err(_) => {
            // SAFETY: the stream is alive.
            unsafe { c::virStreamAbort(stream.0) };
            whole.map(|_| None)
        }
    }
}

/// Presses keys together; returns when the hypervisor has taken them.
pub(crate) fn send_keys(
    domain: &Domain,
    set: c::virKeycodeSet,
    hold_ms: u32,
    keys: &[u16],
) -> Result<()> {
    let mut keys: Vec<libc::c_uint> = keys.iter().map(|key| (*key).into()).collect();
    let count = libc::c_int::try_from(keys.len()).unwrap_or(libc::c_int::MAX);
    // SAFETY: an array of that many keys, which libvirt only reads.
    let sent = unsafe {
        c::virDomainSendKey(
            domain.as_ptr(),
            set as libc::c_uint,
            hold_ms,
            keys.as_mut_ptr(),
            count,
            0,
        )
    };
    if sent < 0 {
        return Err(LibvirtError::last());
    }
    Ok(())
}

/// What a display asks of a client whom libvirt itself brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// What it asks of everybody.
    Kept,
    /// Nothing.
    Open,
}

/// A connection of our own to a domain's display, whether or not it listens anywhere. Only over a
/// local connection of libvirt's own, which can carry descriptors.
#[cfg(unix)]
pub(crate) fn open_graphics(
    domain: &Domain,
    index: u8,
    gate: Gate,
) -> Result<std::os::fd::OwnedFd> {
    use std::os::fd::FromRawFd;
    let flags = match gate {
        Gate::Kept => 0,
        Gate::Open => c::VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH,
    };
    // SAFETY: the handle is valid for as long as domain lives.
    let fd = unsafe { c::virDomainOpenGraphicsFD(domain.as_ptr(), index.into(), flags) };
    if fd < 0 {
        return Err(LibvirtError::last());
    }
    // SAFETY: a fresh descriptor that is ours alone.
    Ok(unsafe { std::os::fd::OwnedFd::from_raw_fd(fd) })
}

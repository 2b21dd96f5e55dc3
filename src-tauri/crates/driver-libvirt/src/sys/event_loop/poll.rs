//! The loop over poll(2).
//!
//! Any thread may add, change and remove handles and timers; only the loop's thread calls back and
//! frees. Hence: a removed entry is freed by the loop after the round in which it may still have
//! been called. The table's lock is a leaf: nothing is called while it is held.

use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use virt_sys as c;

type HandleCallback =
    unsafe extern "C" fn(libc::c_int, libc::c_int, libc::c_int, *mut libc::c_void);
type TimerCallback = unsafe extern "C" fn(libc::c_int, *mut libc::c_void);

/// libvirt's pointer, given back to libvirt and never looked into.
#[derive(Clone, Copy)]
struct Opaque(*mut libc::c_void);
// SAFETY: libvirt hands it to an event loop precisely so that the loop's thread passes it back.
unsafe impl Send for Opaque {}

struct Handle {
    watch: libc::c_int,
    fd: libc::c_int,
    events: libc::c_int,
    callback: HandleCallback,
    opaque: Opaque,
    free: c::virFreeCallback,
}

struct Timer {
    id: libc::c_int,
    /// `None`: switched off.
    every: Option<Duration>,
    due: Instant,
    callback: TimerCallback,
    opaque: Opaque,
    free: c::virFreeCallback,
}

#[derive(Default)]
struct Table {
    last_id: libc::c_int,
    handles: Vec<Handle>,
    timers: Vec<Timer>,
    removed: Vec<(c::virFreeCallback, Opaque)>,
}

struct Loop {
    table: Mutex<Table>,
    waker: UnixStream,
}

static LOOP: OnceLock<Loop> = OnceLock::new();

impl Loop {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the wait. A full pipe has a wake-up in it already.
    fn wake(&self) {
        let _ = (&self.waker).write(&[0]);
    }
}

pub(super) fn start() {
    let (sleeper, waker) = UnixStream::pair().expect("two descriptors while the program starts");
    for end in [&sleeper, &waker] {
        end.set_nonblocking(true)
            .expect("a socket can be made non-blocking");
    }
    let shared = LOOP.get_or_init(|| Loop {
        table: Mutex::default(),
        waker,
    });
    // SAFETY: called once, before any connection is opened, with functions that live for ever.
    unsafe {
        c::virEventRegisterImpl(
            Some(add_handle),
            Some(update_handle),
            Some(remove_handle),
            Some(add_timer),
            Some(update_timer),
            Some(remove_timer),
        );
    }
    std::thread::Builder::new()
        .name("libvirt-events".into())
        .spawn(move || {
            loop {
                turn(shared, &sleeper);
            }
        })
        .expect("a thread can be started while the program starts");
}

fn turn(shared: &Loop, mut sleeper: &UnixStream) {
    let (mut polled, watches, wait) = plan(shared, sleeper);
    // SAFETY: polled is a valid array of that length for the whole call.
    let ready = unsafe { libc::poll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, wait) };
    if polled[0].revents != 0 {
        let mut bytes = [0; 64];
        while matches!(sleeper.read(&mut bytes), Ok(count) if count == bytes.len()) {}
    }
    if ready > 0 {
        for (slot, watch) in polled[1..].iter().zip(watches) {
            if slot.revents != 0 {
                call_handle(shared, watch, from_poll(slot.revents));
            }
        }
    }
    call_timers(shared);
    let removed = std::mem::take(&mut shared.table().removed);
    for (free, opaque) in removed {
        if let Some(free) = free {
            // SAFETY: the entry was removed and no callback of it runs, since only this thread
            // calls back; freed once.
            unsafe { free(opaque.0) };
        }
    }
}

fn plan(shared: &Loop, sleeper: &UnixStream) -> (Vec<libc::pollfd>, Vec<libc::c_int>, libc::c_int) {
    let table = shared.table();
    let mut polled = vec![libc::pollfd {
        fd: sleeper.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    }];
    let mut watches = Vec::with_capacity(table.handles.len());
    for handle in table.handles.iter().filter(|h| h.events != 0) {
        polled.push(libc::pollfd {
            fd: handle.fd,
            events: to_poll(handle.events),
            revents: 0,
        });
        watches.push(handle.watch);
    }
    if !table.removed.is_empty() {
        return (polled, watches, 0);
    }
    let now = Instant::now();
    let next = table
        .timers
        .iter()
        .filter(|t| t.every.is_some())
        .map(|t| t.due)
        .min();
    let wait = next.map_or(-1, |due| {
        let left = due.saturating_duration_since(now);
        // rounded up, or the last millisecond is spent spinning
        i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
    });
    (polled, watches, wait)
}

fn call_handle(shared: &Loop, watch: libc::c_int, events: libc::c_int) {
    let found = {
        let table = shared.table();
        let handle = table.handles.iter().find(|h| h.watch == watch);
        handle.map(|h| (h.callback, h.fd, events & (h.events | ALWAYS), h.opaque))
    };
    if let Some((callback, fd, events, opaque)) = found
        && events != 0
    {
        // SAFETY: opaque is freed only by this thread, after this round.
        unsafe { callback(watch, fd, events, opaque.0) };
    }
}

fn call_timers(shared: &Loop) {
    let now = Instant::now();
    let due: Vec<(libc::c_int, TimerCallback, Opaque)> = {
        let mut table = shared.table();
        let due = table
            .timers
            .iter_mut()
            .filter(|t| t.every.is_some() && t.due <= now);
        due.map(|timer| {
            timer.due = now + timer.every.unwrap_or_default();
            (timer.id, timer.callback, timer.opaque)
        })
        .collect()
    };
    for (id, callback, opaque) in due {
        let still_on = shared
            .table()
            .timers
            .iter()
            .any(|t| t.id == id && t.every.is_some());
        if still_on {
            // SAFETY: opaque is freed only by this thread, after this round.
            unsafe { callback(id, opaque.0) };
        }
    }
}

const READABLE: libc::c_int = c::VIR_EVENT_HANDLE_READABLE as libc::c_int;
const WRITABLE: libc::c_int = c::VIR_EVENT_HANDLE_WRITABLE as libc::c_int;
/// Reported whether or not they were asked for.
const ALWAYS: libc::c_int = (c::VIR_EVENT_HANDLE_ERROR | c::VIR_EVENT_HANDLE_HANGUP) as libc::c_int;

fn to_poll(events: libc::c_int) -> libc::c_short {
    let mut poll = 0;
    if events & READABLE != 0 {
        poll |= libc::POLLIN;
    }
    if events & WRITABLE != 0 {
        poll |= libc::POLLOUT;
    }
    poll
}

fn from_poll(poll: libc::c_short) -> libc::c_int {
    let mut events = 0;
    if poll & libc::POLLIN != 0 {
        events |= READABLE;
    }
    if poll & libc::POLLOUT != 0 {
        events |= WRITABLE;
    }
    // a descriptor that is closed under us counts as an error, or the loop would spin on it
    if poll & (libc::POLLERR | libc::POLLNVAL) != 0 {
        events |= c::VIR_EVENT_HANDLE_ERROR as libc::c_int;
    }
    if poll & libc::POLLHUP != 0 {
        events |= c::VIR_EVENT_HANDLE_HANGUP as libc::c_int;
    }
    events
}

/// The loop, for libvirt's calls: they come only after `start` has registered them.
fn shared() -> Option<&'static Loop> {
    LOOP.get()
}

unsafe extern "C" fn add_handle(
    fd: libc::c_int,
    events: libc::c_int,
    callback: c::virEventHandleCallback,
    opaque: *mut libc::c_void,
    free: c::virFreeCallback,
) -> libc::c_int {
    let (Some(shared), Some(callback)) = (shared(), callback) else {
        return -1;
    };
    let watch = {
        let mut table = shared.table();
        table.last_id += 1;
        let watch = table.last_id;
        let opaque = Opaque(opaque);
        table.handles.push(Handle {
            watch,
            fd,
            events,
            callback,
            opaque,
            free,
        });
        watch
    };
    shared.wake();
    watch
}

unsafe extern "C" fn update_handle(watch: libc::c_int, events: libc::c_int) {
    let Some(shared) = shared() else { return };
    let changed = {
        let mut table = shared.table();
        match table.handles.iter_mut().find(|h| h.watch == watch) {
            Some(handle) if handle.events != events => {
                handle.events = events;
                true
            }
            _ => false,
        }
    };
    if changed {
        shared.wake();
    }
}

unsafe extern "C" fn remove_handle(watch: libc::c_int) -> libc::c_int {
    let Some(shared) = shared() else { return -1 };
    {
        let mut table = shared.table();
        let Some(at) = table.handles.iter().position(|h| h.watch == watch) else {
            return -1;
        };
        let handle = table.handles.swap_remove(at);
        table.removed.push((handle.free, handle.opaque));
    }
    shared.wake();
    0
}

fn every(milliseconds: libc::c_int) -> Option<Duration> {
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}

unsafe extern "C" fn add_timer(
    milliseconds: libc::c_int,
    callback: c::virEventTimeoutCallback,
    opaque: *mut libc::c_void,
    free: c::virFreeCallback,
) -> libc::c_int {
    let (Some(shared), Some(callback)) = (shared(), callback) else {
        return -1;
    };
    let every = every(milliseconds);
    let id = {
        let mut table = shared.table();
        table.last_id += 1;
        let id = table.last_id;
        let due = Instant::now() + every.unwrap_or_default();
        let opaque = Opaque(opaque);
        table.timers.push(Timer {
            id,
            every,
            due,
            callback,
            opaque,
            free,
        });
        id
    };
    shared.wake();
    id
}

unsafe extern "C" fn update_timer(id: libc::c_int, milliseconds: libc::c_int) {
    let Some(shared) = shared() else { return };
    {
        let mut table = shared.table();
        let Some(timer) = table.timers.iter_mut().find(|t| t.id == id) else {
            return;
        };
        timer.every = every(milliseconds);
        timer.due = Instant::now() + timer.every.unwrap_or_default();
    }
    shared.wake();
}

unsafe extern "C" fn remove_timer(id: libc::c_int) -> libc::c_int {
    let Some(shared) = shared() else { return -1 };
    {
        let mut table = shared.table();
        let Some(at) = table.timers.iter().position(|t| t.id == id) else {
            return -1;
        };
        let timer = table.timers.swap_remove(at);
        table.removed.push((timer.free, timer.opaque));
    }
    shared.wake();
    0
}

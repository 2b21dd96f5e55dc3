//! The only unsafe code of the project: what crate `virt` lacks or gets wrong, over `virt-sys`.
//!
//! Invariants: every handle is freed once, by its owner's `Drop`; callbacks copy what they were
//! given and hand it on, take no lock of ours that is held elsewhere for long, make no remote call
//! and never unwind into C. What libvirt returns is copied before it is freed.
//!
//! [`Connection`] wraps `virt::connect::Connect` (which does not close itself) and lends it out for
//! the calls that are sound there.

mod auth;
mod event_loop;
mod events;
mod process;
mod records;
mod stream;

use std::ffi::{CStr, CString};
use std::ptr;
use std::sync::Mutex;

use virt::connect::Connect;
use virt::domain::Domain;
use virt::error::{ErrorDomain, ErrorNumber};
use virt_sys as c;

pub(crate) use auth::{Credential, CredentialKind};
pub(crate) use event_loop::start as start_event_loop;
pub(crate) use events::{EventKind, EventSink};
#[cfg(windows)]
pub(crate) use process::owner_of_loopback_peer;
pub(crate) use process::tie_to_this_process;
pub(crate) use records::{AddressSource, StateRecord};
#[cfg(unix)]
pub(crate) use stream::open_graphics;
pub(crate) use stream::{Gate, Line, LineMode, screenshot, send_keys};

/// libvirt's account of a failed call, copied from the thread that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LibvirtError {
    pub(crate) code: ErrorNumber,
    pub(crate) domain: ErrorDomain,
    /// errno for `ErrorNumber::SystemError`, as the host numbers it.
    pub(crate) os_error: i32,
    pub(crate) message: String,
}

/// The result of a call.
pub(crate) type Result<T> = std::result::Result<T, LibvirtError>;

impl LibvirtError {
    /// The error of the last call on this thread.
    pub(crate) fn last() -> Self {
        let error = virt::error::Error::last_error();
        // SAFETY: virGetLastError returns NULL or a pointer to this thread's error, valid until the
        // next libvirt call on this thread; one integer is copied out before that.
        let os_error = unsafe { c::virGetLastError().as_ref().map_or(0, |e| e.int1) };
        Self {
            code: error.code(),
            domain: error.domain(),
            os_error,
            message: error.message().to_owned(),
        }
    }
}

/// Takes the error of a safe wrapper's call. The wrapper's own copy lacks errno, so it is read
/// again from this thread, where it still stands.
pub(crate) fn checked<T>(result: std::result::Result<T, virt::error::Error>) -> Result<T> {
    result.map_err(|_| LibvirtError::last())
}

/// Whether a connection may change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    ReadWrite,
    ReadOnly,
}

/// An open connection. Dropping it makes remote calls: do that on a pool thread, after its tunnel
/// was cut.
pub(crate) struct Connection {
    inner: Connect,
    callbacks: Mutex<Vec<libc::c_int>>,
    close_callback: Mutex<bool>,
}

impl Connection {
    /// Opens `uri`; blocks for as long as the host takes. `answer` is asked for credentials;
    /// `None` from it ends the attempt with `AuthCancelled`.
    pub(crate) fn open(
        uri: &str,
        mode: Mode,
        answer: &mut dyn FnMut(&Credential) -> Option<String>,
    ) -> Result<Self> {
        // a URI that was checked holds no NUL
        let uri = CString::new(uri).unwrap_or_default();
        let mut kinds = CredentialKind::codes();
        let mut asker = auth::Asker::new(answer);
        let mut auth = c::virConnectAuth {
            credtype: kinds.as_mut_ptr(),
            ncredtype: kinds.len() as libc::c_uint,
            cb: Some(auth::callback),
            cbdata: (&raw mut asker).cast(),
        };
        let flags = match mode {
            Mode::ReadWrite => 0,
            Mode::ReadOnly => c::VIR_CONNECT_RO,
        };
        // SAFETY: uri is NUL-terminated; auth and all it points to outlive the call, which is the
        // only time at which libvirt uses them.
        let pointer = unsafe { c::virConnectOpenAuth(uri.as_ptr(), &raw mut auth, flags as _) };
        if pointer.is_null() {
            return Err(LibvirtError::last());
        }
        Ok(Self {
            // SAFETY: a fresh, non-null connection whose one reference this wrapper owns.
            inner: unsafe { Connect::from_ptr(pointer) },
            callbacks: Mutex::new(Vec::new()),
            close_callback: Mutex::new(false),
        })
    }

    /// The safe wrapper, for the calls that are sound there.
    pub(crate) fn safe(&self) -> &Connect {
        &self.inner
    }

    fn pointer(&self) -> c::virConnectPtr {
        self.inner.as_ptr()
    }

    /// Hears about the end of the connection from libvirt itself, where no tunnel tells it.
    pub(crate) fn on_close(&self, told: Box<dyn Fn() + Send + Sync>) -> Result<()> {
        events::register_close(self.pointer(), told)?;
        *lock(&self.close_callback) = true;
        Ok(())
    }

    /// Starts to hear events of one kind about all domains.
    pub(crate) fn on_event(&self, kind: EventKind, sink: EventSink) -> Result<()> {
        let id = events::register(self.pointer(), kind, sink)?;
        lock(&self.callbacks).push(id);
        Ok(())
    }

    /// State and reason of every domain, active or not, in one call that never asks a hypervisor
    /// process.
    pub(crate) fn all_states(&self) -> Result<Vec<StateRecord>> {
        records::all_states(self.pointer())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // callbacks hold references: unless they are taken off first, closing closes nothing
        for id in lock(&self.callbacks).drain(..) {
            events::deregister(self.pointer(), id);
        }
        if *lock(&self.close_callback) {
            events::deregister_close(self.pointer());
        }
        // a close that fails has nobody left to tell
        let _ = self.inner.close();
    }
}

/// Addresses of a domain's interfaces, by the name of the interface.
pub(crate) fn addresses(
    domain: &Domain,
    source: AddressSource,
) -> Result<Vec<(String, Vec<String>)>> {
    records::addresses(domain.as_ptr(), source)
}

/// Injects a non-maskable interrupt.
pub(crate) fn inject_nmi(domain: &Domain) -> Result<()> {
    // SAFETY: the handle is valid for as long as domain lives.
    match unsafe { c::virDomainInjectNMI(domain.as_ptr(), 0) } {
        -1 => Err(LibvirtError::last()),
        _ => Ok(()),
    }
}

/// How many snapshots a domain has.
pub(crate) fn snapshot_count(domain: &Domain) -> Result<u32> {
    // SAFETY: the handle is valid for as long as domain lives.
    let count = unsafe { c::virDomainSnapshotNum(domain.as_ptr(), 0) };
    u32::try_from(count).map_err(|_| LibvirtError::last())
}

/// Stops libvirt from printing errors to stderr. Once per process, before the first call.
pub(crate) fn silence_error_printer() {
    virt::error::clear_error_callback();
}

/// Copies a C string, `None` for NULL.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated string that is valid for the call.
unsafe fn copied(text: *const libc::c_char) -> Option<String> {
    if ptr::eq(text, ptr::null()) {
        return None;
    }
    // SAFETY: not NULL, and NUL-terminated as the caller promises.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_string_lossy().into_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // nothing panics while it holds one of these
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

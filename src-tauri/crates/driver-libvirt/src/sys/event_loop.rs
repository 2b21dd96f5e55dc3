//! libvirt's event loop: one per process, on one thread, started before the first open and never
//! stopped.
//!
//! On unix the loop is our own. libvirt's default one runs GLib's *default* main context, which in
//! a GTK program belongs to the window: whichever thread holds it dispatches the other's sources,
//! so libvirt's callbacks would run on the window's thread, or the window's on ours. Windows has no
//! such sharing and takes the default.

use std::sync::OnceLock;

static STARTED: OnceLock<()> = OnceLock::new();

/// Starts the loop, once per process however often it is called.
pub(crate) fn start() {
    STARTED.get_or_init(|| {
        super::silence_error_printer();
        platform::start();
    });
}

#[cfg(unix)]
#[path = "event_loop/poll.rs"]
mod platform;

#[cfg(windows)]
mod platform {
    use virt_sys as c;

    pub(super) fn start() {
        // SAFETY: called once, before any connection is opened.
        unsafe { c::virEventRegisterDefaultImpl() };
        // A loop without any source would wait without end, and a source added from another
        // thread might not wake it; a slow timer that does nothing bounds the wait.
        // SAFETY: the callback ignores its arguments and lives as long as the program.
        unsafe { c::virEventAddTimeout(1000, Some(nothing), std::ptr::null_mut(), None) };
        std::thread::Builder::new()
            .name("libvirt-events".into())
            .spawn(|| {
                loop {
                    // SAFETY: the default implementation is registered; one thread runs it.
                    unsafe { c::virEventRunDefaultImpl() };
                }
            })
            .expect("a thread can be started while the program starts");
    }

    unsafe extern "C" fn nothing(_: libc::c_int, _: *mut libc::c_void) {}
}

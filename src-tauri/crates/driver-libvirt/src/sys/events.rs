//! Event registration. A callback copies the domain's UUID and the kind of event, and hands both to
//! its sink; nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

use uuid::Uuid;
use virt_sys as c;

use super::{LibvirtError, Result};

/// Kinds of events that say that something must be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// Started, stopped, paused, resumed, crashed, …
    Lifecycle,
    /// Defined, redefined, renamed or undefined; comes with [`EventKind::Lifecycle`].
    Defined,
    /// Title, description or metadata changed.
    Metadata,
    /// A device was attached.
    DeviceAdded,
    /// A device was detached.
    DeviceRemoved,
    /// The agent in the guest came or went.
    Agent,
    /// A medium was changed.
    Tray,
    /// The guest rebooted.
    Reboot,
}

/// Takes events. Runs on any thread that is inside libvirt, so it must neither block nor call
/// libvirt.
pub(crate) type EventSink = Arc<dyn Fn(Uuid, EventKind) + Send + Sync>;

struct Opaque {
    kind: EventKind,
    sink: EventSink,
}

type Generic = c::virConnectDomainEventGenericCallback;

pub(super) fn register(
    connection: c::virConnectPtr,
    kind: EventKind,
    sink: EventSink,
) -> Result<libc::c_int> {
    let (id, callback) = entry(kind);
    let opaque = Box::into_raw(Box::new(Opaque { kind, sink }));
    // SAFETY: the connection is open; the callback fits the event id; opaque lives until libvirt
    // calls `free_opaque`, which it does exactly once if the registration succeeds.
    let registered = unsafe {
        c::virConnectDomainEventRegisterAny(
            connection,
            ptr::null_mut(),
            id as libc::c_int,
            callback,
            opaque.cast(),
            Some(free_opaque),
        )
    };
    if registered == -1 {
        let error = LibvirtError::last();
        // SAFETY: libvirt did not take it.
        drop(unsafe { Box::from_raw(opaque) });
        return Err(error);
    }
    Ok(registered)
}

pub(super) fn deregister(connection: c::virConnectPtr, id: libc::c_int) {
    // SAFETY: the connection is open and the id came from it. On a dead connection the local part
    // is still done, which is what frees the sink.
    unsafe { c::virConnectDomainEventDeregisterAny(connection, id) };
}

/// The event's number and the callback that fits its signature.
fn entry(kind: EventKind) -> (c::virDomainEventID, Generic) {
    match kind {
        EventKind::Lifecycle | EventKind::Defined => (
            c::VIR_DOMAIN_EVENT_ID_LIFECYCLE,
            as_generic(on_lifecycle as *const ()),
        ),
        EventKind::Metadata => (
            c::VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
            as_generic(on_metadata as *const ()),
        ),
        EventKind::DeviceAdded => (
            c::VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,
            as_generic(on_device as *const ()),
        ),
        EventKind::DeviceRemoved => (
            c::VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
            as_generic(on_device as *const ()),
        ),
        EventKind::Agent => (
            c::VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
            as_generic(on_agent as *const ()),
        ),
        EventKind::Tray => (
            c::VIR_DOMAIN_EVENT_ID_TRAY_CHANGE,
            as_generic(on_tray as *const ()),
        ),
        EventKind::Reboot => (c::VIR_DOMAIN_EVENT_ID_REBOOT, Some(on_generic)),
    }
}

fn as_generic(callback: *const ()) -> Generic {
    // SAFETY: libvirt takes every callback as the generic type and calls it with the signature that
    // belongs to the event id; `entry` pairs them.
    Some(unsafe {
        std::mem::transmute::<
            *const (),
            unsafe extern "C" fn(c::virConnectPtr, c::virDomainPtr, *mut libc::c_void),
        >(callback)
    })
}

unsafe extern "C" fn on_lifecycle(
    _: c::virConnectPtr,
    domain: c::virDomainPtr,
    event: libc::c_int,
    _detail: libc::c_int,
    opaque: *mut libc::c_void,
) -> libc::c_int {
    let kind = match event as c::virDomainEventType {
        c::VIR_DOMAIN_EVENT_DEFINED | c::VIR_DOMAIN_EVENT_UNDEFINED => Some(EventKind::Defined),
        _ => None,
    };
    // SAFETY: libvirt passes what `register` gave it.
    unsafe { hand_on(domain, opaque, kind) };
    0
}

unsafe extern "C" fn on_generic(
    _: c::virConnectPtr,
    domain: c::virDomainPtr,
    opaque: *mut libc::c_void,
) {
    // SAFETY: libvirt passes what `register` gave it.
    unsafe { hand_on(domain, opaque, None) };
}

unsafe extern "C" fn on_metadata(
    _: c::virConnectPtr,
    domain: c::virDomainPtr,
    _kind: libc::c_int,
    _uri: *const libc::c_char,
    opaque: *mut libc::c_void,
) {
    // SAFETY: libvirt passes what `register` gave it.
    unsafe { hand_on(domain, opaque, None) };
}

unsafe extern "C" fn on_device(
    _: c::virConnectPtr,
    domain: c::virDomainPtr,
    _alias: *const libc::c_char,
    opaque: *mut libc::c_void,
) {
    // SAFETY: libvirt passes what `register` gave it.
    unsafe { hand_on(domain, opaque, None) };
}

unsafe extern "C" fn on_agent(
    _: c::virConnectPtr,
    domain: c::virDomainPtr,
    _state: libc::c_int,
    _reason: libc::c_int,
    opaque: *mut libc::c_void,
) {
    // SAFETY: libvirt passes what `register` gave it.
    unsafe { hand_on(domain, opaque, None) };
}

unsafe extern "C" fn on_tray(
    _: c::virConnectPtr,
    domain: c::virDomainPtr,
    _alias: *const libc::c_char,
    _reason: libc::c_int,
    opaque: *mut libc::c_void,
) {
    // SAFETY: libvirt passes what `register` gave it.
    unsafe { hand_on(domain, opaque, None) };
}

/// # Safety
/// `domain` is a handle that is valid for this call, `opaque` an [`Opaque`] that is still owned by
/// the registration.
unsafe fn hand_on(domain: c::virDomainPtr, opaque: *mut libc::c_void, kind: Option<EventKind>) {
    let mut bytes = [0_u8; 16];
    // SAFETY: a local copy out of the handle into a buffer of VIR_UUID_BUFLEN bytes.
    if unsafe { c::virDomainGetUUID(domain, bytes.as_mut_ptr()) } == -1 {
        return;
    }
    // SAFETY: as the caller promises; only shared references are made of it.
    let opaque = unsafe { &*opaque.cast::<Opaque>() };
    let kind = kind.unwrap_or(opaque.kind);
    // a sink that panics loses its event, not the process
    let _ = catch_unwind(AssertUnwindSafe(|| {
        (opaque.sink)(Uuid::from_bytes(bytes), kind)
    }));
}

unsafe extern "C" fn free_opaque(opaque: *mut libc::c_void) {
    // SAFETY: called once by libvirt with the box that `register` gave it.
    let opaque = unsafe { Box::from_raw(opaque.cast::<Opaque>()) };
    let _ = catch_unwind(AssertUnwindSafe(|| drop(opaque)));
}

type Told = Box<dyn Fn() + Send + Sync>;

pub(super) fn register_close(connection: c::virConnectPtr, told: Told) -> Result<()> {
    let opaque = Box::into_raw(Box::new(told));
    // SAFETY: the connection is open; opaque lives until `free_told`, called once on success.
    let code = unsafe {
        c::virConnectRegisterCloseCallback(
            connection,
            Some(on_close),
            opaque.cast(),
            Some(free_told),
        )
    };
    if code == -1 {
        let error = LibvirtError::last();
        // SAFETY: libvirt did not take it.
        drop(unsafe { Box::from_raw(opaque) });
        return Err(error);
    }
    Ok(())
}

pub(super) fn deregister_close(connection: c::virConnectPtr) {
    // SAFETY: the connection is open and `on_close` was registered on it.
    unsafe { c::virConnectUnregisterCloseCallback(connection, Some(on_close)) };
}

unsafe extern "C" fn on_close(
    _: c::virConnectPtr,
    _reason: libc::c_int,
    opaque: *mut libc::c_void,
) {
    // SAFETY: the box that `register_close` gave, owned by the registration.
    let told = unsafe { &*opaque.cast::<Told>() };
    let _ = catch_unwind(AssertUnwindSafe(told));
}

unsafe extern "C" fn free_told(opaque: *mut libc::c_void) {
    // SAFETY: called once by libvirt with the box that `register_close` gave it.
    let told = unsafe { Box::from_raw(opaque.cast::<Told>()) };
    let _ = catch_unwind(AssertUnwindSafe(|| drop(told)));
}

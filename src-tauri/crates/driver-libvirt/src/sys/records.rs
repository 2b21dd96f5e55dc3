//! Lists that libvirt allocates: copied out, then freed whole.

use std::ptr;
use std::sync::Arc;

use uuid::Uuid;
use virt::domain::Domain;
use virt_sys as c;

use super::{LibvirtError, Result, copied};

/// What the cheap bulk call tells of one domain.
#[derive(Debug, Clone)]
pub(crate) struct StateRecord {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    pub(crate) state: i32,
    pub(crate) reason: i32,
    /// A handle of its own, so that later calls need no look-up.
    pub(crate) domain: Arc<Domain>,
}

pub(super) fn all_states(connection: c::virConnectPtr) -> Result<Vec<StateRecord>> {
    let mut list: *mut c::virDomainStatsRecordPtr = ptr::null_mut();
    let flags = c::VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;
    // SAFETY: the connection is open; list receives an array that is freed below.
    let count = unsafe {
        c::virConnectGetAllDomainStats(
            connection,
            c::VIR_DOMAIN_STATS_STATE,
            &raw mut list,
            flags as libc::c_uint,
        )
    };
    let Ok(count) = usize::try_from(count) else {
        return Err(LibvirtError::last());
    };
    let mut records = Vec::with_capacity(count);
    for index in 0..count {
        // SAFETY: libvirt returned `count` valid records, each with a domain and its parameters.
        let record = unsafe { &**list.add(index) };
        // SAFETY: the record's domain is valid until the list is freed.
        if let Some(identity) = unsafe { identity(record.dom) } {
            let (uuid, name, domain) = identity;
            // SAFETY: the record owns nparams parameters.
            let parameters = unsafe { slice(record.params, record.nparams) };
            records.push(StateRecord {
                uuid,
                name,
                state: integer(parameters, "state.state").unwrap_or(0),
                reason: integer(parameters, "state.reason").unwrap_or(0),
                domain,
            });
        }
    }
    // SAFETY: the array came from virConnectGetAllDomainStats and is freed once, with all its
    // records; what we kept has references of its own.
    unsafe { c::virDomainStatsRecordListFree(list) };
    Ok(records)
}

/// # Safety
/// `domain` is a valid handle.
unsafe fn identity(domain: c::virDomainPtr) -> Option<(Uuid, String, Arc<Domain>)> {
    let mut bytes = [0_u8; 16];
    // SAFETY: the handle is valid, the buffer holds VIR_UUID_BUFLEN bytes. A local call.
    if unsafe { c::virDomainGetUUID(domain, bytes.as_mut_ptr()) } == -1 {
        return None;
    }
    // SAFETY: the handle is valid; its name is copied while it is. A local call.
    let name = unsafe { copied(c::virDomainGetName(domain)) }?;
    // SAFETY: takes one more reference, which the wrapper gives back when it is dropped.
    let owned = unsafe {
        if c::virDomainRef(domain) == -1 {
            return None;
        }
        Domain::from_ptr(domain)
    };
    Some((Uuid::from_bytes(bytes), name, Arc::new(owned)))
}

/// # Safety
/// `first` points to `count` valid items, or count is not positive.
unsafe fn slice<'a, T>(first: *const T, count: libc::c_int) -> &'a [T] {
    match usize::try_from(count) {
        // SAFETY: as the caller promises.
        Ok(count) if count > 0 && !first.is_null() => unsafe {
            std::slice::from_raw_parts(first, count)
        },
        _ => &[],
    }
}

fn integer(parameters: &[c::virTypedParameter], wanted: &str) -> Option<i32> {
    let named = |field: &[libc::c_char]| {
        let name = field.iter().take_while(|c| **c != 0).map(|c| *c as u8);
        name.eq(wanted.bytes())
    };
    let found = parameters.iter().find(|p| named(&p.field))?;
    match found.type_ as c::virTypedParameterType {
        // SAFETY: the type says which member of the union is set.
        c::VIR_TYPED_PARAM_INT => Some(unsafe { found.value.i }),
        // SAFETY: as above.
        c::VIR_TYPED_PARAM_UINT => i32::try_from(unsafe { found.value.ui }).ok(),
        _ => None,
    }
}

/// Who is asked for a guest's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressSource {
    /// The DHCP server of libvirt's own networks.
    Lease,
    /// The agent in the guest.
    Agent,
}

pub(super) fn addresses(
    domain: c::virDomainPtr,
    source: AddressSource,
) -> Result<Vec<(String, Vec<String>)>> {
    let source = match source {
        AddressSource::Lease => c::VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE,
        AddressSource::Agent => c::VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT,
    };
    let mut list: *mut c::virDomainInterfacePtr = ptr::null_mut();
    // SAFETY: the handle is valid; list receives an array that is freed below.
    let count =
        unsafe { c::virDomainInterfaceAddresses(domain, &raw mut list, source as libc::c_uint, 0) };
    let Ok(count) = usize::try_from(count) else {
        return Err(LibvirtError::last());
    };
    let mut interfaces = Vec::with_capacity(count);
    for index in 0..count {
        // SAFETY: libvirt returned `count` valid interfaces that are ours to free.
        let interface = unsafe { *list.add(index) };
        // SAFETY: valid until it is freed below.
        let record = unsafe { &*interface };
        // SAFETY: NULL or NUL-terminated, and copied before it is freed.
        let name = unsafe { copied(record.name) }.unwrap_or_default();
        // SAFETY: the interface owns naddrs addresses.
        let addresses = unsafe { slice(record.addrs, record.naddrs as libc::c_int) };
        let addresses = addresses
            .iter()
            // SAFETY: NULL or NUL-terminated, and copied before it is freed.
            .filter_map(|address| unsafe { copied(address.addr) })
            .collect();
        interfaces.push((name, addresses));
        // SAFETY: freed once, after everything was copied.
        unsafe { c::virDomainInterfaceFree(interface) };
    }
    // SAFETY: the array itself is plain malloc memory, ours since the call.
    unsafe { libc::free(list.cast()) };
    Ok(interfaces)
}

//! Gives a domain a display. Everything here blocks and runs on the crew's threads.
//!
//! Invariant: what is written is libvirt's own text of the persistent definition, secrets included,
//! with a display put in; what is shown of it has no secrets.

use driver::{DisplayKind, DisplayOffer, DriverError};
use model::ErrorCode;
use virt::domain::Domain;
use virt_sys as c;

use crate::error;
use crate::sys::{Connection, LibvirtError, checked};
use crate::xml::{self, Showing};

/// One of each protocol that the host knows and the domain lacks.
pub(crate) fn offers(
    connection: &Connection,
    domain: &Domain,
) -> Result<Vec<DisplayOffer>, DriverError> {
    let before = read(domain, 0).map_err(|e| error::of_call(&e))?;
    let host = host(connection, &before)?;
    let mut offers = Vec::new();
    for kind in host.kinds.iter().copied() {
        if let Some(after) = xml::with_display(&before, kind, &host).map_err(internal)? {
            let before = before.clone();
            offers.push(DisplayOffer {
                kind,
                before,
                after,
            });
        }
    }
    Ok(offers)
}

/// Writes the definition with the display.
pub(crate) fn add(
    connection: &Connection,
    domain: &Domain,
    kind: DisplayKind,
) -> Result<(), DriverError> {
    if !checked(domain.is_persistent()).map_err(|e| error::of_call(&e))? {
        return Err(DriverError::new(
            ErrorCode::InvalidState,
            "The VM is transient: its definition ends when it stops.",
        ));
    }
    let before = read(domain, c::VIR_DOMAIN_XML_SECURE).map_err(|e| error::of_call(&e))?;
    let host = host(connection, &before)?;
    if !host.kinds.contains(&kind) {
        return Err(DriverError::new(
            ErrorCode::Unsupported,
            "The host has no displays of this kind.",
        ));
    }
    let after = xml::with_display(&before, kind, &host).map_err(internal)?;
    let after = after.ok_or_else(|| {
        DriverError::new(
            ErrorCode::InvalidState,
            "The VM has a display of this kind already.",
        )
    })?;
    let defined = checked(Domain::define_xml(connection.safe(), &after));
    defined.map(drop).map_err(|e| error::of_call(&e))
}

fn read(domain: &Domain, flags: u32) -> Result<String, LibvirtError> {
    checked(domain.get_xml_desc(c::VIR_DOMAIN_XML_INACTIVE | flags))
}

/// What the host can show such a VM with.
fn host(connection: &Connection, definition: &str) -> Result<Showing, DriverError> {
    let machine = xml::machine(definition).map_err(internal)?;
    let told = checked(connection.safe().get_domain_capabilities(
        machine.emulator.as_deref(),
        machine.arch.as_deref(),
        machine.machine.as_deref(),
        machine.hypervisor.as_deref(),
        0,
    ));
    match told {
        Ok(told) => Ok(xml::showing(&told)),
        Err(failed) => match error::of_call(&failed) {
            lost if lost.code == ErrorCode::ConnectionLost => Err(lost),
            // hypervisors that are not asked this, or not about this machine
            _ => Ok(Showing::default()),
        },
    }
}

/// libvirt's own text that is no definition is nobody's input.
fn internal(error: DriverError) -> DriverError {
    match error.code {
        ErrorCode::InvalidInput => DriverError {
            code: ErrorCode::Internal,
            ..error
        },
        _ => error,
    }
}

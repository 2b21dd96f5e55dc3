//! One domain: what libvirt's numbers mean, and what each operation calls.
//!
//! Everything here blocks and runs on the crew's threads.

use driver::{DriverError, Operation, ShutdownVia};
use model::action::Capabilities;
use model::{ActionSet, ErrorCode, StateReason, VmAction, VmState};
use virt::domain::Domain;
use virt_sys as c;

use crate::crew::Lane;
use crate::sys::{self, Connection, LibvirtError, checked};
use crate::uri::Driver;
use crate::xml;
use crate::{error, new_display};

/// What can be done through a driver of libvirt, from its table of calls.
pub(crate) fn capabilities(driver: Driver) -> Capabilities {
    use VmAction as A;
    let actions = match driver {
        Driver::Qemu => ActionSet::all(),
        Driver::Test => ActionSet::all().without(A::SendNmi),
        Driver::Xen => ActionSet::all()
            .without(A::Reset)
            .without(A::SendNmi)
            .without(A::Rename),
        Driver::Lxc => ActionSet::all()
            .without(A::Reset)
            .without(A::SendNmi)
            .without(A::Rename)
            .without(A::Save)
            .without(A::DiscardSaved)
            .without(A::AddDisplay),
        Driver::Vz => ActionSet::all()
            .without(A::SendNmi)
            .without(A::Rename)
            .without(A::EditText)
            .without(A::AddDisplay),
        Driver::Bhyve => [
            A::Start,
            A::ShutDown,
            A::Reboot,
            A::ForceOff,
            A::AutostartOn,
            A::AutostartOff,
        ]
        .into_iter()
        .collect(),
    };
    Capabilities {
        actions,
        events: true,
        addresses: matches!(driver, Driver::Qemu | Driver::Test),
        agent: driver == Driver::Qemu,
        // of the test driver's there are pictures, but nothing to open
        consoles: matches!(driver, Driver::Qemu | Driver::Xen | Driver::Lxc),
    }
}

/// State and reason as libvirt numbers them, in our words.
pub(crate) fn state_of(state: i32, reason: i32, saved: bool) -> (VmState, Option<StateReason>) {
    let Ok(state) = c::virDomainState::try_from(state) else {
        return (VmState::Unknown, None);
    };
    let reason = c::virDomainPausedReason::try_from(reason).unwrap_or(0);
    match state {
        c::VIR_DOMAIN_RUNNING | c::VIR_DOMAIN_BLOCKED => (VmState::Running, None),
        c::VIR_DOMAIN_SHUTDOWN => (VmState::Running, Some(StateReason::ShuttingDown)),
        c::VIR_DOMAIN_PAUSED => (
            VmState::Paused,
            match reason {
                c::VIR_DOMAIN_PAUSED_IOERROR => Some(StateReason::IoError),
                c::VIR_DOMAIN_PAUSED_WATCHDOG => Some(StateReason::Watchdog),
                c::VIR_DOMAIN_PAUSED_MIGRATION => Some(StateReason::Migration),
                c::VIR_DOMAIN_PAUSED_CRASHED => Some(StateReason::Panicked),
                _ => None,
            },
        ),
        c::VIR_DOMAIN_PMSUSPENDED => (VmState::Paused, Some(StateReason::SuspendedByGuest)),
        c::VIR_DOMAIN_SHUTOFF if saved => (VmState::Saved, None),
        c::VIR_DOMAIN_SHUTOFF => (
            VmState::ShutOff,
            match reason {
                c::VIR_DOMAIN_SHUTOFF_FAILED | c::VIR_DOMAIN_SHUTOFF_CRASHED => {
                    Some(StateReason::Failed)
                }
                _ => None,
            },
        ),
        c::VIR_DOMAIN_CRASHED => (
            VmState::Crashed,
            (reason == c::VIR_DOMAIN_CRASHED_PANICKED).then_some(StateReason::Panicked),
        ),
        _ => (VmState::Unknown, None),
    }
}

/// How long an operation may be under way before it blocks others.
pub(crate) fn lane_of(operation: &Operation) -> Lane {
    match operation {
        // memory is written or read; an agent answers when it pleases
        Operation::Start
        | Operation::Save
        | Operation::ShutDown(ShutdownVia::Agent)
        | Operation::Reboot(ShutdownVia::Agent) => Lane::Long,
        Operation::ShutDown(ShutdownVia::Acpi)
        | Operation::Reboot(ShutdownVia::Acpi)
        | Operation::Reset
        | Operation::ForceOff
        | Operation::Pause
        | Operation::Resume
        | Operation::DiscardSaved
        | Operation::SetAutostart(_)
        | Operation::Rename(_)
        | Operation::SetTitle(_)
        | Operation::SetDescription(_)
        | Operation::SetTags(_)
        | Operation::AddDisplay(_)
        | Operation::SendNmi => Lane::Quick,
    }
}

/// Refuses what libvirt would refuse with a text, or what would not survive the way there.
pub(crate) fn check(operation: &Operation) -> Result<(), DriverError> {
    let wrong = |what: &str| Err(DriverError::new(ErrorCode::InvalidInput, what));
    match operation {
        Operation::Rename(name) if name.trim().is_empty() => wrong("The name is empty."),
        Operation::Rename(name) if name.contains('/') || name.chars().any(char::is_control) => {
            wrong("A name holds no / and no control characters.")
        }
        Operation::SetTitle(title) if title.contains(['\n', '\r']) => wrong("A title is one line."),
        Operation::SetTags(tags) if tags.iter().any(|tag| tag.trim().is_empty()) => {
            wrong("A tag is not empty.")
        }
        Operation::SetTitle(text) | Operation::SetDescription(text) if !xml::can_hold(text) => {
            wrong("The text holds control characters.")
        }
        Operation::SetTags(tags) if !tags.iter().all(|tag| xml::can_hold(tag)) => {
            wrong("A tag holds control characters.")
        }
        _ => Ok(()),
    }
}

/// Does one thing to a domain.
pub(crate) fn perform(
    connection: &Connection,
    domain: &Domain,
    operation: &Operation,
    driver: Driver,
) -> Result<(), DriverError> {
    let done = match operation {
        Operation::Start => checked(domain.create()).map(drop),
        Operation::ShutDown(via) => {
            checked(domain.shutdown_flags(shutdown_flags(driver, *via))).map(drop)
        }
        Operation::Reboot(via) => checked(domain.reboot(shutdown_flags(driver, *via))),
        Operation::Reset => checked(domain.reset()).map(drop),
        Operation::ForceOff => checked(domain.destroy()),
        Operation::Pause => checked(domain.suspend()).map(drop),
        Operation::Resume => checked(domain.resume()).map(drop),
        Operation::Save => checked(domain.managed_save(0)).map(drop),
        Operation::DiscardSaved => checked(domain.managed_save_remove(0)).map(drop),
        Operation::SetAutostart(on) => checked(domain.set_autostart(*on)).map(drop),
        Operation::Rename(name) => return rename(connection, domain, name),
        Operation::SetTitle(title) => {
            set_metadata(domain, c::VIR_DOMAIN_METADATA_TITLE, given(title), None)
        }
        Operation::SetDescription(text) => set_metadata(
            domain,
            c::VIR_DOMAIN_METADATA_DESCRIPTION,
            given(text),
            None,
        ),
        Operation::SetTags(tags) => set_tags(domain, tags),
        Operation::AddDisplay(kind) => return new_display::add(connection, domain, *kind),
        Operation::SendNmi => sys::inject_nmi(domain),
    };
    done.map_err(|e| error::of_call(&e))
}

/// Only QEMU can be told which way; the others know one.
fn shutdown_flags(driver: Driver, via: ShutdownVia) -> c::virDomainShutdownFlagValues {
    match (driver, via) {
        (Driver::Qemu, ShutdownVia::Agent) => c::VIR_DOMAIN_SHUTDOWN_GUEST_AGENT,
        (Driver::Qemu, ShutdownVia::Acpi) => c::VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN,
        (Driver::Xen | Driver::Lxc | Driver::Bhyve | Driver::Test | Driver::Vz, _) => {
            c::VIR_DOMAIN_SHUTDOWN_DEFAULT
        }
    }
}

fn rename(connection: &Connection, domain: &Domain, name: &str) -> Result<(), DriverError> {
    let Err(failed) = checked(domain.rename(name, 0)) else {
        return Ok(());
    };
    let told = error::of_call(&failed);
    // libvirt gives a name in use the same code as a wrong state
    let taken = || Domain::lookup_by_name(connection.safe(), name).is_ok();
    match told.code {
        ErrorCode::InvalidState if taken() => Err(DriverError {
            code: ErrorCode::NameInUse,
            message: "Another VM on the host has this name.".into(),
            ..told
        }),
        _ => Err(told),
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn set_tags(domain: &Domain, tags: &[String]) -> Result<(), LibvirtError> {
    let element = xml::tags_element(tags.iter().map(|tag| tag.trim()));
    let element = Some(element.as_str()).filter(|_| !tags.is_empty());
    set_metadata(
        domain,
        c::VIR_DOMAIN_METADATA_ELEMENT,
        element,
        Some(xml::TAGS_NAMESPACE),
    )
}

/// Sets or removes one piece of metadata, now and for every later start.
fn set_metadata(
    domain: &Domain,
    kind: c::virDomainMetadataType,
    value: Option<&str>,
    namespace: Option<&str>,
) -> Result<(), LibvirtError> {
    let kind = kind as i32;
    let key = namespace.map(|_| xml::TAGS_PREFIX);
    let mut flags = 0;
    if checked(domain.is_persistent())? {
        flags |= c::VIR_DOMAIN_AFFECT_CONFIG;
    }
    if checked(domain.is_active())? {
        flags |= c::VIR_DOMAIN_AFFECT_LIVE;
    }
    match checked(domain.set_metadata(kind, value, key, namespace, flags)) {
        // removing what is not there
        Err(e) if value.is_none() && e.code == virt::error::ErrorNumber::NoDomainMetadata => Ok(()),
        result => result.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libvirts_numbers_in_our_words() {
        use StateReason as R;
        let rows = [
            ((1, 1, false), (VmState::Running, None)),
            ((2, 0, false), (VmState::Running, None)),
            ((4, 1, false), (VmState::Running, Some(R::ShuttingDown))),
            ((3, 1, false), (VmState::Paused, None)),
            ((3, 5, false), (VmState::Paused, Some(R::IoError))),
            ((3, 6, false), (VmState::Paused, Some(R::Watchdog))),
            ((3, 10, false), (VmState::Paused, Some(R::Panicked))),
            ((7, 0, false), (VmState::Paused, Some(R::SuspendedByGuest))),
            ((5, 1, false), (VmState::ShutOff, None)),
            ((5, 6, false), (VmState::ShutOff, Some(R::Failed))),
            ((5, 5, true), (VmState::Saved, None)),
            // a file that was left over does not make a running VM a saved one
            ((1, 3, true), (VmState::Running, None)),
            ((6, 1, false), (VmState::Crashed, Some(R::Panicked))),
            ((0, 0, false), (VmState::Unknown, None)),
            ((99, 0, false), (VmState::Unknown, None)),
            ((-1, -1, false), (VmState::Unknown, None)),
        ];
        for ((state, reason, saved), expected) in rows {
            assert_eq!(
                state_of(state, reason, saved),
                expected,
                "{state}, {reason}, {saved}"
            );
        }
    }

    #[test]
    fn what_libvirt_would_mangle_is_refused_first() {
        let long = "x".repeat(1 << 20);
        for (operation, fine) in [
            (Operation::Rename("web-01".into()), true),
            (Operation::Rename("<b>\"fun\"</b> 🦀".into()), false),
            (Operation::Rename(" ".into()), false),
            (Operation::Rename("a\nb".into()), false),
            (Operation::SetTitle("one line".into()), true),
            (Operation::SetTitle("two\nlines".into()), false),
            (Operation::SetTitle("nul\0".into()), false),
            (Operation::SetDescription("two\nlines".into()), true),
            (Operation::SetDescription(long), true),
            (Operation::SetTags(vec!["prod".into(), "<i>".into()]), true),
            (Operation::SetTags(vec![" ".into()]), false),
            (Operation::SetTags(vec!["bell\u{7}".into()]), false),
        ] {
            assert_eq!(check(&operation).is_ok(), fine, "{operation:?}");
        }
    }
}

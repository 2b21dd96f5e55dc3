//! What a failed libvirt call means, from its code and origin. Never from its text.
//!
//! Invariant: every error of libvirt becomes a [`DriverError`] here and nowhere else, so that no
//! other module depends on libvirt's numbers.

use driver::DriverError;
use model::ErrorCode;
use virt::error::{ErrorDomain as From, ErrorNumber as No};

use crate::sys::LibvirtError;
use crate::text;

/// Operating system errors that libvirt passes on, by their number on the host. The same on Linux,
/// macOS and the BSDs.
mod errno {
    pub(super) const ENOENT: i32 = 2;
    pub(super) const EACCES: i32 = 13;
    pub(super) const ENOSPC: i32 = 28;
    pub(super) const ECONNREFUSED: [i32; 3] = [111, 61, 10061];
}

/// What a failed call on an open connection means.
pub(crate) fn of_call(error: &LibvirtError) -> DriverError {
    told(call_code(error), error)
}

/// What a failed open means. A socket that cannot be reached is no lost connection yet.
pub(crate) fn of_open(error: &LibvirtError) -> DriverError {
    let code = match (error.code, error.os_error) {
        (No::SystemError, errno::EACCES) => ErrorCode::PermissionDenied,
        (No::SystemError, errno::ENOENT) => ErrorCode::DaemonNotRunning,
        (No::SystemError, os) if errno::ECONNREFUSED.contains(&os) => ErrorCode::ConnectionRefused,
        (No::SystemError, _) => ErrorCode::ConnectionRefused,
        _ => call_code(error),
    };
    told(code, error)
}

fn call_code(error: &LibvirtError) -> ErrorCode {
    match (error.code, error.domain) {
        (No::InternalError | No::SystemError, From::Rpc) | (No::Rpc | No::InvalidConn, _) => {
            ErrorCode::ConnectionLost
        }
        (No::SystemError, _) if error.os_error == errno::ENOSPC => ErrorCode::StorageFull,
        (No::SystemError, _) if error.os_error == errno::EACCES => ErrorCode::PermissionDenied,
        (No::NoDomain, _) => ErrorCode::VmNotFound,
        (No::DomExist, _) => ErrorCode::NameInUse,
        (No::OperationInvalid | No::AgentUnresponsive | No::AgentUnsynced, _) => {
            ErrorCode::InvalidState
        }
        (
            No::NoSupport
            | No::OperationUnsupported
            | No::ConfigUnsupported
            | No::ArgumentUnsupported
            | No::NoConnect
            | No::DeviceMissing,
            _,
        ) => ErrorCode::Unsupported,
        // polkit: the login went well, but this user may not use libvirt
        (No::AuthFailed, From::Polkit) | (No::AuthUnavailable, _) => ErrorCode::PermissionDenied,
        (No::OperationDenied | No::AccessDenied, _) => ErrorCode::PermissionDenied,
        (No::AuthFailed, _) => ErrorCode::AuthFailed,
        (No::AuthCancelled, _) => ErrorCode::AuthCancelled,
        (
            No::InvalidArg
            | No::XmlError
            | No::XmlDetail
            | No::XmlInvalidSchema
            | No::ParseFailed
            | No::ConfSyntax,
            _,
        ) => ErrorCode::InvalidInput,
        // the test driver has no other number for a wrong state
        (No::InternalError, From::Test) => ErrorCode::InvalidState,
        (No::NoMemory, _) => ErrorCode::InsufficientResources,
        (No::OperationAborted, _) => ErrorCode::Cancelled,
        // somebody else's job holds the VM; nothing was done
        (No::OperationTimeout | No::ResourceBusy | No::BlockCopyActive, _) => ErrorCode::Conflict,
        _ => ErrorCode::Internal,
    }
}

fn told(code: ErrorCode, error: &LibvirtError) -> DriverError {
    let detail = format!("{} ({:?}, {:?})", error.message, error.code, error.domain);
    let told = match code {
        ErrorCode::VmNotFound => DriverError::new(code, "The VM is not there any more."),
        ErrorCode::ConnectionLost => DriverError::new(code, "The host closed the connection."),
        ErrorCode::PermissionDenied => {
            DriverError::new(code, text::sentence(&error.message)).with_hint(PERMISSION_HINT)
        }
        ErrorCode::Conflict => {
            DriverError::new(code, "Another operation holds the VM; nothing was changed.")
        }
        _ => DriverError::new(code, text::sentence(&error.message)),
    };
    told.with_detail(detail)
}

/// The usual cure, also said by the doctor.
pub(crate) const PERMISSION_HINT: &str =
    "Add this user to the group libvirt on the host, then log in again.";

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: No, domain: From, os_error: i32) -> LibvirtError {
        LibvirtError {
            code,
            domain,
            os_error,
            message: "what libvirt says".into(),
        }
    }

    #[test]
    fn numbers_decide_the_code() {
        let rows = [
            (No::InternalError, From::Rpc, 0, ErrorCode::ConnectionLost),
            (No::SystemError, From::Rpc, 32, ErrorCode::ConnectionLost),
            (No::InternalError, From::Qemu, 0, ErrorCode::Internal),
            (No::NoDomain, From::Qemu, 0, ErrorCode::VmNotFound),
            (No::DomExist, From::Test, 0, ErrorCode::NameInUse),
            (
                No::OperationInvalid,
                From::Domain,
                0,
                ErrorCode::InvalidState,
            ),
            (
                No::OperationDenied,
                From::Qemu,
                0,
                ErrorCode::PermissionDenied,
            ),
            (No::AuthFailed, From::Polkit, 0, ErrorCode::PermissionDenied),
            (No::AuthFailed, From::Rpc, 0, ErrorCode::AuthFailed),
            (No::NoSupport, From::Test, 0, ErrorCode::Unsupported),
            (No::SystemError, From::Qemu, 28, ErrorCode::StorageFull),
            (No::OperationTimeout, From::Qemu, 0, ErrorCode::Conflict),
            (No::XmlError, From::Domain, 0, ErrorCode::InvalidInput),
        ];
        for (code, domain, os, expected) in rows {
            let told = of_call(&error(code, domain, os));
            assert_eq!(told.code, expected, "{code:?} from {domain:?}, errno {os}");
            let detail = told.detail.expect("libvirt's own words are kept");
            assert!(detail.contains("what libvirt says"), "{detail}");
        }
    }

    #[test]
    fn a_socket_that_cannot_be_opened_is_not_a_lost_connection() {
        let rows = [
            (2, ErrorCode::DaemonNotRunning),
            (13, ErrorCode::PermissionDenied),
            (111, ErrorCode::ConnectionRefused),
        ];
        for (os, expected) in rows {
            let told = of_open(&error(No::SystemError, From::Rpc, os));
            assert_eq!(told.code, expected, "errno {os}");
        }
    }
}

//! What to do about a failure, by its code.

use driver::{ConnectTarget, DriverError};
use model::ErrorCode as E;

use super::Finding;

/// The finding for an error of a connect.
pub(super) fn of_error(error: &DriverError, target: &ConnectTarget) -> Finding {
    let finding = Finding::new(error.message.clone(), why(error.code)).saying(error.detail.clone());
    let finding = match error.code {
        E::PermissionDenied => with_group(finding, target),
        E::DaemonNotRunning => finding
            .run_this(
                "Start libvirt on the host:",
                "systemctl enable --now libvirtd.socket",
            )
            .run_this(
                "If it is not installed (Debian, Ubuntu):",
                "apt install libvirt-daemon-system netcat-openbsd",
            )
            .run_this(
                "See why it does not run:",
                "systemctl status libvirtd virtqemud",
            ),
        E::HostKeyChanged => finding
            .try_this("Ask whoever runs the host whether it was installed anew.")
            .run_this(
                "Compare the fingerprint on the host itself:",
                "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
            ),
        E::AuthFailed => finding.try_this("Check the user name, and which keys ssh offers."),
        E::AuthCancelled => finding.try_this("Run the doctor again and answer the question."),
        E::ConnectionLost => {
            finding.try_this("The host may be overloaded or stopped: look at it, then try again.")
        }
        _ => finding,
    };
    match &error.hint {
        Some(hint) if finding.remedies.is_empty() => finding.try_this(hint.clone()),
        _ => finding,
    }
}

/// The finding for a user who may read but not change.
pub(super) fn only_reads(error: &DriverError, target: &ConnectTarget) -> Finding {
    with_group(
        Finding::new(
            "This user may read what libvirt holds, but not change it.",
            why(E::PermissionDenied),
        ),
        target,
    )
    .saying(error.detail.clone())
    .try_this("Or set the connection to read-only.")
}

fn with_group(finding: Finding, target: &ConnectTarget) -> Finding {
    let user = crate::libvirt::LibvirtDriver::address(target)
        .ok()
        .and_then(|uri| uri.user);
    let user = user.unwrap_or_else(|| "$USER".to_owned());
    finding.run_this(
        "Add this user to the group libvirt on the host, then log in again:",
        format!("usermod -aG libvirt {user}"),
    )
}

fn why(code: E) -> &'static str {
    match code {
        E::PermissionDenied => {
            "libvirt's socket on the host is open to the group libvirt, and this user is not in it."
        }
        E::DaemonNotRunning => "No daemon of libvirt listens there.",
        E::HostKeyChanged => {
            "The host was installed anew, another one has its address, or somebody is in between."
        }
        E::AuthFailed => "The host refuses this login.",
        E::AuthCancelled => "A question was closed without an answer.",
        E::ConnectionRefused => "The host, or the port on it, cannot be reached.",
        E::ConnectionLost => "The host stopped answering.",
        E::Unsupported => "Something that is needed is missing.",
        E::InvalidInput => "A setting cannot be used.",
        E::VmNotFound
        | E::NameInUse
        | E::InvalidState
        | E::InsufficientResources
        | E::StorageFull
        | E::TimeoutStillRunning
        | E::Cancelled
        | E::Conflict
        | E::Ambiguous
        | E::ConnectionNotFound
        | E::Internal => "libvirt reports an error.",
    }
}

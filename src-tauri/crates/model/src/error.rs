//! The kinds of failure that somebody acts on. Whoever adds one names who does.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// Why something failed, in a form that code and people can act on. Stable: scripts match it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// All codes.
            pub const ALL: &[ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(ErrorCode::$variant => $text,)*
                }
            }
        }

        impl FromStr for ErrorCode {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text {
                    $($text => Ok(ErrorCode::$variant),)*
                    _ => Err(()),
                }
            }
        }
    };
}

codes! {
    /// The peer stopped answering or closed: the session reconnects.
    ConnectionLost = "connection_lost",
    /// Nothing listens there, or the name does not resolve: the doctor is offered.
    ConnectionRefused = "connection_refused",
    /// The host does not accept this login: not retried until the user acts.
    AuthFailed = "auth_failed",
    /// The user closed the question: not retried, not toasted.
    AuthCancelled = "auth_cancelled",
    /// The host shows another key than the known one: never retried, never repaired.
    HostKeyChanged = "host_key_changed",
    /// This user may not do that: the doctor says which group is missing.
    PermissionDenied = "permission_denied",
    /// Logged in, but libvirt does not answer there: the doctor says how to start it.
    DaemonNotRunning = "daemon_not_running",
    /// The VM is gone: its row goes too.
    VmNotFound = "vm_not_found",
    /// Another object has this name: shown on the name field.
    NameInUse = "name_in_use",
    /// The VM's state does not allow it: the state is read again.
    InvalidState = "invalid_state",
    /// This driver or host cannot do that.
    Unsupported = "unsupported",
    /// What was given cannot be used; the message names the field.
    InvalidInput = "invalid_input",
    /// Not enough memory, CPUs or the like on the host.
    InsufficientResources = "insufficient_resources",
    /// No space left on the host, or on this computer.
    StorageFull = "storage_full",
    /// We stopped waiting, the host has not: the task says so and goes on watching.
    TimeoutStillRunning = "timeout_still_running",
    /// The user cancelled: never toasted.
    Cancelled = "cancelled",
    /// Somebody else changed it in between: read again, compare.
    Conflict = "conflict",
    /// Several objects fit the name: a longer one is needed.
    Ambiguous = "ambiguous",
    /// No connection has this name.
    ConnectionNotFound = "connection_not_found",
    /// A fault of ours or of the host that has no name of its own.
    Internal = "internal",
}

impl ErrorCode {
    /// Whether trying the same again may go well without anybody changing anything.
    pub const fn is_retryable(self) -> bool {
        use ErrorCode as E;
        match self {
            E::ConnectionLost
            | E::ConnectionRefused
            | E::DaemonNotRunning
            | E::TimeoutStillRunning
            | E::InsufficientResources
            | E::StorageFull
            | E::Conflict
            | E::Internal => true,
            E::AuthFailed
            | E::AuthCancelled
            | E::HostKeyChanged
            | E::PermissionDenied
            | E::VmNotFound
            | E::NameInUse
            | E::InvalidState
            | E::Unsupported
            | E::InvalidInput
            | E::Cancelled
            | E::Ambiguous
            | E::ConnectionNotFound => false,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_one_spelling_on_every_border() {
        for code in ErrorCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            let json = serde_json::to_string(code).expect("a code is a string");
            assert_eq!(json, format!("\"{code}\""), "serde and as_str must agree");
        }
    }
}

//! What differs between operating systems, under the same names on each.
//!
//! | name | what |
//! |---|---|
//! | `ssh_program` | the user's own ssh |
//! | `PrivateListener` | where libvirt and ssh's questions reach us, and nobody else does |
//! | `connect_private` | the other end of it, for the helper that ssh starts |
//! | `shares_logins` | whether one login carries several channels |
//! | `end_left_over_login` | a login that outlived a killed program |
//! | `set_private` | keeps other users out of a folder |

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(windows)]
pub(crate) use windows::*;

/// Who may be at the other end of a private connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// libvirt's client, which runs inside this program.
    ThisProcess,
    /// A program of the same user, which shows a token.
    SameUser,
}

/// Where a private listener is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PrivateAddress {
    /// A unix socket.
    #[cfg_attr(
        windows,
        expect(dead_code, reason = "no daemon and no helper has one there")
    )]
    Socket(std::path::PathBuf),
    /// A port of 127.0.0.1.
    Port(u16),
}

impl std::fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Socket(path) => path.display().fmt(f),
            Self::Port(port) => port.fmt(f),
        }
    }
}

//! May this process install packages? As root, by a sudo that asks nothing, or not at all.

use crate::process;

/// How a command becomes root's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privilege {
    /// We are root.
    Root,
    /// `sudo -n` works.
    Sudo,
    /// Somebody has to type a password, so we do not try.
    None,
}

/// What this process may do.
pub fn detect() -> Privilege {
    if process::answer(&mut process::words("id -u")).is_some_and(|id| id.trim() == "0") {
        return Privilege::Root;
    }
    match process::answer(&mut process::words("sudo -n true")) {
        Some(_) => Privilege::Sudo,
        None => Privilege::None,
    }
}

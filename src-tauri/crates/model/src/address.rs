//! What a typed host address means, before any driver looks at it.

use serde::{Deserialize, Serialize};

/// A part of an address or form that is wrong, so that the field can say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WrongPart {
    /// Which: `name`, `uri`, `driver`, `transport`, `user`, `host`, `port`, `path`, `parameter`, …
    pub part: String,
    /// What is wrong and what is allowed, as a sentence.
    pub message: String,
}

impl WrongPart {
    /// `part` is wrong as `message` says.
    pub fn new(part: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            part: part.into(),
            message: message.into(),
        }
    }
}

/// A URI taken apart, for showing and for checking as one types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UriParts {
    /// `qemu`, `test`, …
    pub driver: String,
    /// `ssh`, `unix`, …; `None` when the URI leaves it to libvirt.
    pub transport: Option<String>,
    /// Login on the host.
    pub user: Option<String>,
    /// Host name or address; `None` for this computer.
    pub host: Option<String>,
    /// Port, if given.
    pub port: Option<u16>,
    /// `/system`, `/session`, or a file.
    pub path: String,
}

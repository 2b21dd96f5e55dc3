//! Identities. Each is a type of its own, so that one is never passed where another is meant.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// A text that is not an identity of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a {kind}: {text:?}")]
pub struct ParseIdError {
    kind: &'static str,
    text: String,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The identity with this number. New numbers come from whoever creates the object.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The number.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|_| ParseIdError { kind: $kind, text: text.to_owned() })
            }
        }
    };
}

uuid_id!(
    /// One configured connection. Its name may change, this does not.
    ConnectionId,
    "connection id"
);
uuid_id!(
    /// One task, kept for as long as the history is.
    TaskId,
    "task id"
);
uuid_id!(
    /// One question that waits for the user's answer.
    PromptId,
    "prompt id"
);

/// The provider's own stable key of a VM: libvirt's UUID, a cloud's instance id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VmKey(Arc<str>);

impl VmKey {
    /// The key with this text, as the provider writes it.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text, as the provider writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One VM as one connection shows it, written `CONNECTION-ID/KEY`. Two connections to the same
/// host show two of them: each has its own truth and its own age.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VmId {
    /// The connection it is seen through.
    pub connection: ConnectionId,
    /// Its key there.
    pub key: VmKey,
}

impl VmId {
    /// The VM with this key on this connection.
    pub const fn new(connection: ConnectionId, key: VmKey) -> Self {
        Self { connection, key }
    }
}

impl fmt::Display for VmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.connection, self.key)
    }
}

impl FromStr for VmId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let wrong = || ParseIdError {
            kind: "VM id",
            text: text.to_owned(),
        };
        let (connection, key) = text.split_once('/').ok_or_else(wrong)?;
        if key.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            connection: connection.parse().map_err(|_| wrong())?,
            key: VmKey::new(key),
        })
    }
}

impl Serialize for VmId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VmId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vm_id_survives_the_wire_and_names_what_is_wrong() {
        let connection = ConnectionId::from_uuid(Uuid::from_u128(7));
        let id = VmId::new(connection, VmKey::new("i-0abc/with-slash"));
        let json = serde_json::to_string(&id).expect("an id is a string");
        assert_eq!(
            serde_json::from_str::<VmId>(&json).expect("what we wrote"),
            id
        );
        for text in ["", "no-slash", "not-a-uuid/key", &format!("{connection}/")] {
            let error = text.parse::<VmId>().expect_err(text);
            assert_eq!(error.to_string(), format!("not a VM id: {text:?}"));
        }
    }
}

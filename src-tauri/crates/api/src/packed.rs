//! Many rows on the way to the page: by column, and what repeats once.
//!
//! A page that starts waits for nothing but its rows. Written row by row, half of what it waits for is the
//! names of keys, and most of the other half is said again and again: the host, the time, that there is no tag.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;
use model::{ConnectionId, ProviderKind, StateReason, VmState};
use serde::Serialize;
use ts_rs::TS;

use crate::inventory::{DiskDto, VmDto};

/// One value for each row.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(untagged)]
pub enum Column<T> {
    /// As they are.
    Each(Vec<T>),
    /// Those there are, and for each row which one it has.
    Of {
        /// Each different value once.
        values: Vec<T>,
        /// A place in `values` for each row.
        at: Vec<u32>,
    },
}

impl<T: Clone + Eq + Hash> Column<T> {
    fn new(rows: &[VmDto], field: impl Fn(&VmDto) -> T) -> Self {
        let mut places: HashMap<T, u32> = HashMap::new();
        let mut values = Vec::new();
        let mut at = Vec::with_capacity(rows.len());
        for row in rows {
            let value = field(row);
            let next = u32::try_from(values.len()).expect("rows are far fewer than 2^32");
            let place = *places.entry(value).or_insert_with_key(|value| {
                values.push(value.clone());
                next
            });
            at.push(place);
        }
        // a list of places pays only where values repeat
        if values.len() * 2 > rows.len() {
            return Self::Each(
                at.iter()
                    .map(|place| values[*place as usize].clone())
                    .collect(),
            );
        }
        Self::Of { values, at }
    }
}

macro_rules! packed {
    ($($field:ident: $type:ty $(as $ts:literal)?;)*) => {
        /// Rows by column, of which the page makes [`VmDto`]s: columns are named and mean as there.
        #[derive(Debug, Clone, PartialEq, Serialize, TS)]
        pub struct PackedVms {
            /// How many rows.
            pub count: u32,
            /// What an `id` has after the connection's.
            pub key: Column<String>,
            /// `""` where it is the key.
            pub uuid: Column<Option<String>>,
            $(
                #[doc = concat!("`", stringify!($field), "` of each row.")]
                $(#[ts(type = $ts)])?
                pub $field: Column<$type>,
            )*
        }

        impl PackedVms {
            /// The same rows by column.
            pub fn new(rows: &[VmDto]) -> Self {
                Self {
                    count: u32::try_from(rows.len()).expect("rows are far fewer than 2^32"),
                    key: Column::new(rows, |row| row.id.key.to_string()),
                    uuid: Column::new(rows, |row| {
                        let uuid = row.uuid.as_ref()?;
                        let is_key = *uuid == row.id.key.to_string();
                        Some(if is_key { String::new() } else { uuid.clone() })
                    }),
                    $($field: Column::new(rows, |row| row.$field.clone()),)*
                }
            }
        }
    };
}

packed! {
    connection_id: ConnectionId as "Column<string>";
    connection: String;
    folder: String;
    provider: ProviderKind as "Column<string>";
    name: String;
    title: String;
    state: VmState as "Column<VmDto[\"state\"]>";
    vcpus: Option<u32>;
    memory_bytes: Option<u64> as "Column<number | null>";
    os: Option<String>;
    ips: Vec<String>;
    macs: Vec<String>;
    disks: Vec<DiskDto>;
    autostart: Option<bool>;
    persistent: bool;
    tags: Vec<String>;
    as_of: Timestamp as "Column<string>";
    stale: bool;
    reason: Option<StateReason> as "Column<string | null>";
    description: String;
    note: String;
    has_snapshots: Option<bool>;
    has_agent: bool;
    details_as_of: Option<Timestamp> as "Column<string | null>";
    profile: u32;
    cut: bool;
}

#[cfg(test)]
mod tests {
    use model::{Vm, VmId, VmKey, VmSummary};
    use serde_json::{Value, json};

    use super::*;
    use crate::{RowContext, TextLimit};

    fn row(key: &str, uuid: Option<&str>) -> VmDto {
        let vm = Vm::first_seen(
            VmId::new(
                "00000000-0000-0000-0000-000000000007"
                    .parse()
                    .expect("a UUID"),
                VmKey::new(key),
            ),
            ProviderKind::Test,
            VmSummary {
                key: VmKey::new(key),
                name: key.to_owned(),
                state: VmState::ShutOff,
                reason: None,
                persistent: true,
                autostart: None,
                has_snapshots: None,
            },
            Timestamp::UNIX_EPOCH,
        );
        let mut row = VmDto::new(
            &vm,
            RowContext {
                connection: "atlas",
                folder: "",
                stale: true,
                as_of: Timestamp::UNIX_EPOCH,
                profile: 3,
                limit: TextLimit::Row,
            },
        );
        row.uuid = uuid.map(str::to_owned);
        row
    }

    #[test]
    fn what_repeats_is_sent_once_and_what_differs_as_it_is() {
        let rows = [row("a", Some("a")), row("b", Some("u")), row("c", None)];
        let packed: Value = serde_json::to_value(PackedVms::new(&rows)).expect("plain data");
        assert_eq!(packed["count"], 3);
        assert_eq!(packed["key"], json!(["a", "b", "c"]));
        assert_eq!(packed["uuid"], json!(["", "u", null]));
        assert_eq!(
            packed["connection"],
            json!({"values": ["atlas"], "at": [0, 0, 0]})
        );
    }

    /// A field that is added to rows and forgotten here would be missing after every start.
    #[test]
    fn every_field_of_a_row_has_a_column() {
        let rows = [row("a", None)];
        let packed = serde_json::to_value(PackedVms::new(&rows)).expect("plain data");
        let plain = serde_json::to_value(&rows[0]).expect("plain data");
        for name in plain.as_object().expect("an object").keys() {
            assert!(name == "id" || packed.get(name).is_some(), "{name}");
        }
    }
}

//! Quantities with their unit in the type.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A size in bytes. Shown in binary units, since memory and disks are bought in them.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ByteSize(u64);

impl ByteSize {
    /// A size of `bytes` bytes.
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// A size of `kib` KiB, libvirt's default unit for memory. Saturates.
    pub const fn kib(kib: u64) -> Self {
        Self(kib.saturating_mul(1024))
    }

    /// The number of bytes.
    pub const fn as_bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
        let mut unit = 0;
        let mut value = self.0 as f64;
        while value >= 1024.0 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        let rounded = (value * 10.0).round() / 10.0;
        write!(f, "{rounded} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_an_admin_says_them() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (8 << 30, "8 GiB"),
            (1536 << 20, "1.5 GiB"),
            (u64::MAX, "16777216 TiB"),
        ] {
            assert_eq!(ByteSize::bytes(bytes).to_string(), text);
        }
        assert_eq!(ByteSize::kib(u64::MAX), ByteSize::bytes(u64::MAX));
    }
}

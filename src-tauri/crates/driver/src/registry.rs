//! The drivers an app was built with.

use std::sync::Arc;

use model::address::{UriParts, WrongPart};

use crate::VmDriver;

/// The drivers an app was built with, asked in order.
#[derive(Clone, Default)]
pub struct Drivers(Vec<Arc<dyn VmDriver>>);

impl Drivers {
    /// These drivers.
    pub fn new(drivers: Vec<Arc<dyn VmDriver>>) -> Self {
        Self(drivers)
    }

    /// The driver that serves `uri`.
    ///
    /// # Errors
    /// The part of the URI that is wrong: no scheme, or one that no driver serves.
    pub fn for_uri(&self, uri: &str) -> Result<Arc<dyn VmDriver>, WrongPart> {
        let scheme = uri
            .split_once(':')
            .map(|(scheme, _)| scheme)
            .unwrap_or_default();
        if scheme.is_empty() {
            return Err(WrongPart::new(
                "driver",
                "A URI begins with its driver, such as qemu+ssh://root@host/system.",
            ));
        }
        self.0.iter().find(|driver| driver.serves(scheme)).cloned().ok_or_else(|| {
            WrongPart::new(
                "driver",
                format!(
                    "No driver is called ‘{scheme}’. There are qemu, xen, lxc, bhyve, vz and test."
                ),
            )
        })
    }

    /// Takes `uri` apart with the driver that serves it.
    ///
    /// # Errors
    /// The part that is wrong.
    pub fn check_uri(&self, uri: &str) -> Result<UriParts, WrongPart> {
        self.for_uri(uri)?.check_uri(uri)
    }
}

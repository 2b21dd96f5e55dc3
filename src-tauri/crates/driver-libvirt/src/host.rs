//! What a host says of itself.

use driver::Result;
use model::{ByteSize, HostInfo};

use crate::calls::Calls;
use crate::sys::checked;
use crate::uri::Driver;

/// Reads name, versions, CPUs and memory; four calls at the same time.
pub(crate) async fn read(calls: &Calls, driver: Driver) -> Result<HostInfo> {
    let (hostname, hypervisor, libvirt, size) = tokio::try_join!(
        calls.quick(|c| checked(c.safe().get_hostname())),
        // some hypervisors have no version to tell
        calls.quick(|c| Ok(checked(c.safe().get_hyp_version()).unwrap_or(0))),
        calls.quick(|c| checked(c.safe().get_lib_version())),
        // nor has each a machine of its own below it
        calls.quick(|c| Ok(checked(c.safe().get_node_info()).ok())),
    )?;
    let kind = driver.hypervisor();
    Ok(HostInfo {
        hostname,
        hypervisor: match hypervisor {
            0 => kind.to_owned(),
            version => format!("{kind} {}", dotted(version.into())),
        },
        libvirt: dotted(libvirt.into()),
        cpus: size.as_ref().map(|info| info.cpus),
        memory: size.map(|info| ByteSize::kib(info.memory)),
    })
}

/// libvirt's way to number versions: 9000000 is 9.0.0.
fn dotted(version: u64) -> String {
    format!(
        "{}.{}.{}",
        version / 1_000_000,
        version / 1000 % 1000,
        version % 1000
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_read_as_on_the_package() {
        assert_eq!(super::dotted(9_000_000), "9.0.0");
        assert_eq!(super::dotted(7_002_022), "7.2.22");
    }
}

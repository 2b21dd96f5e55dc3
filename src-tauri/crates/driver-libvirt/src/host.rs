//! What a host says of itself.

use driver::Result;
use model::{ByteSize, HostInfo};

use crate::session::Calls;
use crate::sys::checked;

/// Reads name, hypervisor and versions; three calls at the same time.
pub(crate) async fn read(calls: &Calls) -> Result<HostInfo> {
    let (hostname, hypervisor, libvirt) = tokio::try_join!(
        calls.quick(|c| checked(c.safe().get_hostname())),
        // the type is known without a call once the connection is open
        calls.quick(|c| {
            let kind = checked(c.safe().get_type())?;
            let version = c.hypervisor_version().unwrap_or(0);
            Ok(match version {
                0 => kind,
                version => format!("{kind} {}", dotted(version)),
            })
        }),
        calls.quick(|c| checked(c.safe().get_lib_version())),
    )?;
    Ok(HostInfo {
        hostname,
        hypervisor,
        libvirt: dotted(libvirt.into()),
        ..HostInfo::default()
    })
}

/// Reads CPUs and memory.
pub(crate) async fn read_size(calls: &Calls) -> Result<(u32, ByteSize)> {
    let info = calls.quick(|c| checked(c.safe().get_node_info())).await?;
    Ok((info.cpus, ByteSize::kib(info.memory)))
}

/// libvirt's way to number versions: 9000000 is 9.0.0.
pub(crate) fn dotted(version: u64) -> String {
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

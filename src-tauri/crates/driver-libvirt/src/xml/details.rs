//! What rows, search and charts need of a definition.

use driver::DriverError;
use model::{ByteSize, Disk, Display, Nic, VmDetails};
use roxmltree::Node;

use super::{
    TAGS_NAMESPACE, at, attribute, child, child_text, children, os_names, text, with_domain,
};

/// Parses a definition.
pub(crate) fn details(xml: &str) -> Result<VmDetails, DriverError> {
    with_domain(xml, of_domain)
}

fn of_domain(domain: Node<'_, '_>) -> VmDetails {
    let devices = child(domain, "devices");
    let device_list = |name| devices.into_iter().flat_map(move |d| children(d, name));
    let vcpu = child(domain, "vcpu");
    let vcpus_max = vcpu.and_then(|v| text(v).parse().ok());
    let memory_max = size(domain, "maxMemory").or_else(|| size(domain, "memory"));
    VmDetails {
        title: child_text(domain, "title").unwrap_or_default(),
        description: child_text(domain, "description").unwrap_or_default(),
        tags: tags(domain),
        uuid: child_text(domain, "uuid"),
        vcpus: vcpu
            .and_then(|v| v.attribute("current"))
            .and_then(|current| current.trim().parse().ok())
            .or(vcpus_max),
        vcpus_max,
        memory: size(domain, "currentMemory").or_else(|| size(domain, "memory")),
        memory_max,
        os: os(domain),
        disks: device_list("disk").map(disk).collect(),
        nics: device_list("interface").map(nic).collect(),
        displays: device_list("graphics")
            .filter_map(|g| g.attribute("type"))
            .map(|kind| Display {
                kind: kind.to_owned(),
            })
            .collect(),
        has_agent_channel: device_list("channel")
            .any(|c| attribute(c, &["target"], "name") == Some("org.qemu.guest_agent.0")),
    }
}

fn tags(domain: Node<'_, '_>) -> Vec<String> {
    let ours = child(domain, "metadata")
        .into_iter()
        .flat_map(|metadata| metadata.children())
        .filter(|n| n.tag_name().namespace() == Some(TAGS_NAMESPACE));
    let mut tags: Vec<String> = ours
        .flat_map(|tags| children(tags, "tag"))
        .map(text)
        .filter(|tag| !tag.is_empty())
        .collect();
    tags.sort();
    tags.dedup();
    tags
}

/// An amount of memory with its unit; libvirt's default is KiB.
fn size(domain: Node<'_, '_>, name: &str) -> Option<ByteSize> {
    let node = child(domain, name)?;
    let amount: u64 = text(node).parse().ok()?;
    let factor: u64 = match node.attribute("unit").unwrap_or("KiB") {
        "b" | "bytes" => 1,
        "KB" => 1000,
        "k" | "K" | "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "M" | "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "G" | "GiB" => 1 << 30,
        "TB" => 1_000_000_000_000,
        "T" | "TiB" => 1 << 40,
        _ => return None,
    };
    Some(ByteSize::bytes(amount.saturating_mul(factor)))
}

fn os(domain: Node<'_, '_>) -> Option<String> {
    let libosinfo = child(domain, "metadata").and_then(|metadata| {
        let info = child(metadata, "libosinfo")?;
        attribute(info, &["os"], "id")
    });
    match libosinfo {
        Some(id) => Some(os_names::readable(id)),
        None => match child_text(at(domain, &["os"])?, "type")?.as_str() {
            "exe" => Some("Linux container".to_owned()),
            _ => None,
        },
    }
}

fn disk(disk: Node<'_, '_>) -> Disk {
    Disk {
        target: attribute(disk, &["target"], "dev")
            .unwrap_or_default()
            .to_owned(),
        source: disk_source(disk),
        device: disk.attribute("device").unwrap_or("disk").to_owned(),
    }
}

/// Where a disk's content comes from, in one line.
pub(super) fn disk_source(disk: Node<'_, '_>) -> Option<String> {
    let source = child(disk, "source")?;
    let own = |name| source.attribute(name).filter(|v| !v.is_empty());
    match disk.attribute("type").unwrap_or("file") {
        "volume" => Some(format!("{}/{}", own("pool")?, own("volume")?)),
        "network" => {
            let host = attribute(source, &["host"], "name")
                .map(|host| format!("//{host}"))
                .unwrap_or_default();
            let name = own("name").unwrap_or_default();
            let slash = if host.is_empty() || name.is_empty() {
                ""
            } else {
                "/"
            };
            Some(format!("{}:{host}{slash}{name}", own("protocol")?))
        }
        "nvme" => Some(format!(
            "nvme:{}/{}",
            pci_address(child(source, "address")?),
            own("namespace").unwrap_or("1")
        )),
        _ => ["file", "dev", "dir", "path", "name", "uuid"]
            .into_iter()
            .find_map(own)
            .map(str::to_owned),
    }
}

/// `0000:03:00.0`.
pub(super) fn pci_address(address: Node<'_, '_>) -> String {
    let part = |name, width: usize| {
        let value = address.attribute(name).unwrap_or("0x0");
        let digits = value.strip_prefix("0x").unwrap_or(value);
        format!("{digits:0>width$}")
    };
    format!(
        "{}:{}:{}.{}",
        part("domain", 4),
        part("bus", 2),
        part("slot", 2),
        part("function", 1)
    )
}

fn nic(interface: Node<'_, '_>) -> Nic {
    Nic {
        mac: attribute(interface, &["mac"], "address").map(str::to_ascii_lowercase),
        source: nic_source(interface),
        model: attribute(interface, &["model"], "type").map(str::to_owned),
    }
}

/// What a network interface is plugged into.
pub(super) fn nic_source(interface: Node<'_, '_>) -> Option<String> {
    let source = child(interface, "source");
    let named = source.and_then(|source| {
        [
            "network",
            "bridge",
            "dev",
            "portgroup",
            "path",
            "name",
            "address",
        ]
        .into_iter()
        .find_map(|name| source.attribute(name))
    });
    match named {
        Some(name) => Some(name.to_owned()),
        None => match source.and_then(|source| child(source, "address")) {
            Some(address) => Some(pci_address(address)),
            None => interface.attribute("type").map(str::to_owned),
        },
    }
}

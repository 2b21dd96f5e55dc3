//! The hardware in a definition, in groups to show. Devices that have no words of their own here
//! are shown with whatever attributes they have, so that nothing is hidden.

use driver::DriverError;
use model::{HardwareGroup, HardwareItem};
use roxmltree::Node;

use super::details::{disk_source, nic_source, pci_address};
use super::{at, attribute, child, child_text, children, text, with_domain};

/// Values longer than this are cut; the XML tab has them whole.
const LONGEST_VALUE: usize = 1000;

/// Parses the hardware of a definition.
pub(crate) fn hardware(xml: &str) -> Result<Vec<HardwareGroup>, DriverError> {
    with_domain(xml, groups)
}

fn groups(domain: Node<'_, '_>) -> Vec<HardwareGroup> {
    let devices: Vec<Node<'_, '_>> = child(domain, "devices")
        .into_iter()
        .flat_map(|devices| devices.children().filter(Node::is_element))
        .collect();
    let mut groups = vec![
        group(
            "Processor and memory",
            vec![processor(domain), memory(domain)],
        ),
        group("Firmware and boot", vec![firmware(domain)]),
    ];
    let mut shown = vec!["emulator"];
    for (title, names, item) in DEVICES {
        let of_kind = devices
            .iter()
            .filter(|d| names.contains(&d.tag_name().name()));
        groups.push(group(title, of_kind.map(|d| item(*d)).collect()));
        shown.extend(*names);
    }
    let rest = devices
        .iter()
        .filter(|d| !shown.contains(&d.tag_name().name()));
    groups.push(group("Other devices", rest.map(|d| generic(*d)).collect()));
    groups.retain(|group| !group.items.is_empty());
    groups
}

type ItemOf = fn(Node<'_, '_>) -> HardwareItem;

const DEVICES: &[(&str, &[&str], ItemOf)] = &[
    ("Disks", &["disk"], disk),
    ("Network interfaces", &["interface"], interface),
    ("Displays", &["graphics", "video"], display),
    (
        "Serial ports and channels",
        &["serial", "parallel", "console", "channel"],
        port,
    ),
    ("Shared folders", &["filesystem"], filesystem),
    ("Host devices", &["hostdev", "redirdev"], host_device),
    ("Trusted platform module", &["tpm"], generic),
    ("Input and sound", &["input", "sound", "audio"], generic),
    ("Controllers", &["controller", "hub", "iommu"], controller),
];

fn group(title: &str, items: Vec<HardwareItem>) -> HardwareGroup {
    let items = items
        .into_iter()
        .filter(|item| !item.facts.is_empty())
        .collect();
    HardwareGroup {
        title: title.to_owned(),
        items,
    }
}

/// Collects the facts that a definition has.
struct Facts(Vec<(String, String)>);

impl Facts {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn and(mut self, label: &str, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value.map(Into::into).filter(|v| !v.is_empty()) {
            let value = match super::super::text::cut(&value, LONGEST_VALUE) {
                short if short.len() == value.len() => value,
                short => format!("{short}…"),
            };
            self.0.push((label.to_owned(), value));
        }
        self
    }

    fn named(self, name: impl Into<String>) -> HardwareItem {
        HardwareItem {
            name: name.into(),
            facts: self.0,
        }
    }
}

/// `yes` where an element without content says so by being there.
fn yes_if(there: bool) -> Option<&'static str> {
    there.then_some("yes")
}

fn processor(domain: Node<'_, '_>) -> HardwareItem {
    let vcpu = child(domain, "vcpu");
    let cpu = child(domain, "cpu");
    let topology = cpu.and_then(|c| child(c, "topology"));
    let count = |name| topology.and_then(|t| t.attribute(name)).unwrap_or("1");
    let max = vcpu.map(text);
    Facts::new()
        .and(
            "vCPUs",
            vcpu.and_then(|v| v.attribute("current"))
                .map(str::to_owned)
                .or(max.clone()),
        )
        .and("Most vCPUs", max)
        .and("CPU mode", cpu.and_then(|c| c.attribute("mode")))
        .and("CPU model", cpu.and_then(|c| child_text(c, "model")))
        .and(
            "Topology",
            topology.map(|_| {
                format!(
                    "{} sockets, {} cores, {} threads",
                    count("sockets"),
                    count("cores"),
                    count("threads")
                )
            }),
        )
        .and(
            "Placement",
            vcpu.and_then(|v| v.attribute("cpuset"))
                .map(|s| format!("CPUs {s}")),
        )
        .named("Processor")
}

fn memory(domain: Node<'_, '_>) -> HardwareItem {
    let amount = |name: &str| {
        child(domain, name).map(|n| format!("{} {}", text(n), n.attribute("unit").unwrap_or("KiB")))
    };
    Facts::new()
        .and(
            "Memory",
            amount("currentMemory").or_else(|| amount("memory")),
        )
        .and(
            "Most memory",
            amount("maxMemory").or_else(|| amount("memory")),
        )
        .and(
            "Huge pages",
            yes_if(at(domain, &["memoryBacking", "hugepages"]).is_some()),
        )
        .and(
            "Locked",
            yes_if(at(domain, &["memoryBacking", "locked"]).is_some()),
        )
        .named("Memory")
}

fn firmware(domain: Node<'_, '_>) -> HardwareItem {
    let os = child(domain, "os");
    let loader = os.and_then(|o| child(o, "loader"));
    let kind = match os.and_then(|o| o.attribute("firmware")) {
        Some("efi") => Some("UEFI"),
        Some("bios") => Some("BIOS"),
        Some(other) => Some(other),
        None if loader.and_then(|l| l.attribute("type")) == Some("pflash") => Some("UEFI"),
        None => None,
    };
    let boot: Vec<&str> = os
        .into_iter()
        .flat_map(|o| children(o, "boot"))
        .filter_map(|b| b.attribute("dev"))
        .collect();
    Facts::new()
        .and(
            "Machine",
            os.and_then(|o| attribute(o, &["type"], "machine")),
        )
        .and(
            "Architecture",
            os.and_then(|o| attribute(o, &["type"], "arch")),
        )
        .and("Hypervisor", domain.attribute("type"))
        .and("Firmware", kind)
        .and("Loader", loader.map(text))
        .and("Secure boot", loader.and_then(|l| l.attribute("secure")))
        .and("Boots from", Some(boot.join(", ")))
        .and("Kernel", os.and_then(|o| child_text(o, "kernel")))
        .and("Initial RAM disk", os.and_then(|o| child_text(o, "initrd")))
        .and(
            "Kernel arguments",
            os.and_then(|o| child_text(o, "cmdline")),
        )
        .and(
            "Emulator",
            child(domain, "devices").and_then(|d| child_text(d, "emulator")),
        )
        .named("Machine")
}

fn disk(disk: Node<'_, '_>) -> HardwareItem {
    let driver = |name| attribute(disk, &["driver"], name);
    Facts::new()
        .and("Kind", disk.attribute("device").or(Some("disk")))
        .and("Source", disk_source(disk))
        .and("Format", driver("type"))
        .and("Bus", attribute(disk, &["target"], "bus"))
        .and("Cache", driver("cache"))
        .and("Discard", driver("discard"))
        .and("IO mode", driver("io"))
        .and("Serial number", child_text(disk, "serial"))
        .and("Boot order", attribute(disk, &["boot"], "order"))
        .and("Read-only", yes_if(child(disk, "readonly").is_some()))
        .and("Shared", yes_if(child(disk, "shareable").is_some()))
        .named(attribute(disk, &["target"], "dev").unwrap_or("disk"))
}

fn interface(interface: Node<'_, '_>) -> HardwareItem {
    let mac = attribute(interface, &["mac"], "address").map(str::to_ascii_lowercase);
    let vlan: Vec<&str> = child(interface, "vlan")
        .into_iter()
        .flat_map(|v| children(v, "tag"))
        .filter_map(|t| t.attribute("id"))
        .collect();
    Facts::new()
        .and("Kind", interface.attribute("type"))
        .and("Plugged into", nic_source(interface))
        .and("Model", attribute(interface, &["model"], "type"))
        .and("Link", attribute(interface, &["link"], "state"))
        .and("VLAN", Some(vlan.join(", ")))
        .and("MTU", attribute(interface, &["mtu"], "size"))
        .and("Filter", attribute(interface, &["filterref"], "filter"))
        .and("Boot order", attribute(interface, &["boot"], "order"))
        .named(mac.unwrap_or_else(|| "interface".to_owned()))
}

fn display(device: Node<'_, '_>) -> HardwareItem {
    if device.tag_name().name() == "video" {
        let model = |name| attribute(device, &["model"], name);
        return Facts::new()
            .and("Model", model("type"))
            .and("Heads", model("heads"))
            .and(
                "Video memory",
                model("vram").map(|kib| format!("{kib} KiB")),
            )
            .and(
                "3D",
                attribute(device, &["model", "acceleration"], "accel3d"),
            )
            .named("Video");
    }
    let port = device.attribute("port").filter(|p| *p != "-1");
    Facts::new()
        .and(
            "Port",
            port.or_else(|| device.attribute("autoport").map(|_| "automatic")),
        )
        .and(
            "TLS port",
            device.attribute("tlsPort").filter(|p| *p != "-1"),
        )
        .and(
            "Listens on",
            attribute(device, &["listen"], "address").or(device.attribute("listen")),
        )
        .and(
            "Socket",
            attribute(device, &["listen"], "socket").or(device.attribute("socket")),
        )
        .and("Keyboard", device.attribute("keymap"))
        .named(
            device
                .attribute("type")
                .unwrap_or("graphics")
                .to_ascii_uppercase(),
        )
}

fn port(device: Node<'_, '_>) -> HardwareItem {
    let tag = device.tag_name().name();
    let target = |name| attribute(device, &["target"], name);
    let name = target("name").map_or_else(
        || {
            format!("{tag} {}", target("port").unwrap_or_default())
                .trim()
                .to_owned()
        },
        str::to_owned,
    );
    Facts::new()
        .and("Kind", Some(tag))
        .and("Backed by", device.attribute("type"))
        .and("Path", attribute(device, &["source"], "path"))
        .and("Target", target("type"))
        .and("Log", attribute(device, &["log"], "file"))
        .named(name)
}

fn filesystem(device: Node<'_, '_>) -> HardwareItem {
    let source = |name| attribute(device, &["source"], name);
    Facts::new()
        .and("Kind", device.attribute("type"))
        .and(
            "Source",
            source("dir").or(source("file")).or(source("name")),
        )
        .and("Driver", attribute(device, &["driver"], "type"))
        .and("Access", device.attribute("accessmode"))
        .and("Read-only", yes_if(child(device, "readonly").is_some()))
        .named(attribute(device, &["target"], "dir").unwrap_or("folder"))
}

fn host_device(device: Node<'_, '_>) -> HardwareItem {
    let source = child(device, "source");
    let kind = device
        .attribute("type")
        .or(device.attribute("bus"))
        .unwrap_or("device");
    let id = |name: &str| source.and_then(|s| attribute(s, &[name], "id"));
    let address = source.and_then(|s| child(s, "address"));
    let name = match (kind, address, id("vendor"), id("product")) {
        ("pci", Some(address), _, _) => pci_address(address),
        (_, _, Some(vendor), Some(product)) => format!("{vendor}:{product}"),
        _ => kind.to_owned(),
    };
    Facts::new()
        .and("Kind", Some(kind))
        .and("Managed", device.attribute("managed"))
        .and("Mode", device.attribute("mode"))
        .and("Boot order", attribute(device, &["boot"], "order"))
        .named(name)
}

fn controller(device: Node<'_, '_>) -> HardwareItem {
    let name = format!(
        "{} {}",
        device.attribute("type").unwrap_or(device.tag_name().name()),
        device.attribute("index").unwrap_or_default()
    );
    Facts::new()
        .and("Model", device.attribute("model"))
        .and("Ports", device.attribute("ports"))
        .and("Kind", Some(device.tag_name().name()))
        .named(name.trim())
}

/// Whatever attributes a device and its children have, without addresses on the guest's buses.
fn generic(device: Node<'_, '_>) -> HardwareItem {
    let mut facts = Facts::new();
    for node in device.descendants().filter(Node::is_element) {
        let tag = node.tag_name().name();
        if matches!(tag, "address" | "alias") {
            continue;
        }
        let own = node == device;
        for attribute in node.attributes() {
            let label = match (own, attribute.name()) {
                (true, name) => name.to_owned(),
                (false, name) => format!("{tag} {name}"),
            };
            facts = facts.and(&capital(&label), Some(attribute.value()));
        }
        if !own {
            facts = facts.and(&capital(tag), Some(text(node)));
        }
    }
    if facts.0.is_empty() {
        facts = facts.and("Kind", Some(device.tag_name().name()));
    }
    facts.named(device.tag_name().name())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

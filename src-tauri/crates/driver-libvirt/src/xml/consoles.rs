//! Displays and lines out of a live definition.

use driver::{
    Consoles, DisplayInfo, DisplayKind, DisplayPlace, DriverError, LineInfo, LineKind, Secret,
};
use roxmltree::Node;

use super::{attribute, child, children, with_domain};
use crate::text::cut;

/// More lines than any VM has use for; what follows is the host's mischief.
const MOST_LINES: usize = 64;
/// As long as a name may be that is shown.
const LONGEST: usize = 200;

/// Whether a definition was read with its secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    Included,
    Withheld,
}

/// What can be looked at; `None` for a VM that does not run. `tunnelled` is left for who knows it.
pub(crate) fn consoles(text: &str, secrets: Secrets) -> Result<Option<Consoles>, DriverError> {
    with_domain(text, |domain| {
        // libvirt numbers the domains that run, and no others
        domain.attribute("id")?;
        let devices = child(domain, "devices");
        Some(Consoles {
            displays: devices.map(|d| displays(d, secrets)).unwrap_or_default(),
            lines: devices.map(lines).unwrap_or_default(),
            tunnelled: false,
        })
    })
}

fn displays(devices: Node<'_, '_>, secrets: Secrets) -> Vec<DisplayInfo> {
    children(devices, "graphics")
        .enumerate()
        .filter_map(|(at, graphics)| {
            let kind = match graphics.attribute("type")? {
                "vnc" => DisplayKind::Vnc,
                "spice" => DisplayKind::Spice,
                // windows on the host itself, and what has no protocol
                _ => return None,
            };
            let password = graphics.attribute("passwd");
            Some(DisplayInfo {
                index: u8::try_from(at).ok()?,
                kind,
                place: place(graphics),
                // without the secrets libvirt writes asterisks
                password: password
                    .filter(|_| secrets == Secrets::Included)
                    .map(Secret::new),
                // one that is not in the definition may still be the host's default
                needs_password: password.map(|_| true),
            })
        })
        .collect()
}

fn place(graphics: Node<'_, '_>) -> DisplayPlace {
    let listen = child(graphics, "listen");
    let socket = attribute(graphics, &["listen"], "socket").or(graphics.attribute("socket"));
    match (listen.and_then(|listen| listen.attribute("type")), socket) {
        (Some("none"), _) => return DisplayPlace::Closed,
        (Some("socket") | None, Some(path)) => return DisplayPlace::Socket(path.to_owned()),
        (Some("socket"), None) => return DisplayPlace::Closed,
        _ => {}
    }
    // -1: to be chosen when it starts
    let port = |name| {
        graphics
            .attribute(name)?
            .parse()
            .ok()
            .filter(|p| *p > 0_u16)
    };
    let tls_port = port("tlsPort");
    // a channel that is asked for without TLS would be refused, and TLS serves them all
    let port = port("port").filter(|_| tls_port.is_none() || !demands_tls(graphics));
    if port.is_none() && tls_port.is_none() {
        return match graphics.attribute("autoport") {
            Some("yes") => DisplayPlace::Starting,
            _ => DisplayPlace::Closed,
        };
    }
    let address = attribute(graphics, &["listen"], "address").or(graphics.attribute("listen"));
    DisplayPlace::Tcp {
        address: cut(address.unwrap_or("127.0.0.1"), LONGEST).to_owned(),
        port,
        tls_port,
    }
}

/// Whether SPICE takes some of its channels inside TLS only.
fn demands_tls(graphics: Node<'_, '_>) -> bool {
    graphics.attribute("defaultMode") == Some("secure")
        || children(graphics, "channel").any(|channel| channel.attribute("mode") == Some("secure"))
}

fn lines(devices: Node<'_, '_>) -> Vec<LineInfo> {
    let mut lines: Vec<LineInfo> = Vec::new();
    let serials = children(devices, "serial").map(|node| (LineKind::Serial, node));
    let consoles = children(devices, "console").map(|node| (LineKind::Console, node));
    for (kind, node) in serials.chain(consoles).take(MOST_LINES) {
        let Some(alias) = attribute(node, &["alias"], "name") else {
            continue;
        };
        // the first console is the first serial line under another name
        if lines.iter().any(|line| line.alias == alias) {
            continue;
        }
        let target = |name| attribute(node, &["target"], name);
        let port = cut(target("port").unwrap_or("0"), LONGEST);
        let (name, usual) = match kind {
            LineKind::Serial => ("Serial", "isa-serial"),
            LineKind::Console => ("Console", "serial"),
        };
        let backend = cut(node.attribute("type").unwrap_or_default(), LONGEST);
        lines.push(LineInfo {
            alias: alias.to_owned(),
            kind,
            target: format!("{} {port}", cut(target("type").unwrap_or(usual), LONGEST)),
            label: format!("{name} {port}"),
            unusable: (backend != "pty").then(|| {
                format!(
                    "It leads to a ‘{backend}’ on the host; libvirt opens only what leads to a \
                     ‘pty’."
                )
            }),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(devices: &str, secrets: Secrets) -> Consoles {
        let text = format!("<domain type='kvm' id='3'><devices>{devices}</devices></domain>");
        consoles(&text, secrets)
            .expect("a domain")
            .expect("it runs")
    }

    fn place_of(graphics: &str) -> DisplayPlace {
        read(graphics, Secrets::Withheld).displays[0].place.clone()
    }

    fn tcp(address: &str, port: Option<u16>, tls_port: Option<u16>) -> DisplayPlace {
        DisplayPlace::Tcp {
            address: address.to_owned(),
            port,
            tls_port,
        }
    }

    #[test]
    fn where_a_display_listens() {
        let rows = [
            (
                "<graphics type='vnc' port='5901' autoport='yes' listen='0.0.0.0'>\
                 <listen type='address' address='0.0.0.0'/></graphics>",
                tcp("0.0.0.0", Some(5901), None),
            ),
            (
                "<graphics type='spice' port='5902' tlsPort='5903'>\
                 <listen type='network' network='lan' address='10.0.0.7'/></graphics>",
                tcp("10.0.0.7", Some(5902), Some(5903)),
            ),
            (
                "<graphics type='spice' port='-1' tlsPort='5903'><listen type='address'/></graphics>",
                tcp("127.0.0.1", None, Some(5903)),
            ),
            (
                "<graphics type='spice' port='5902' tlsPort='5903' defaultMode='secure'/>",
                tcp("127.0.0.1", None, Some(5903)),
            ),
            (
                "<graphics type='spice' port='5902' tlsPort='5903'>\
                 <channel name='main' mode='any'/><channel name='inputs' mode='secure'/></graphics>",
                tcp("127.0.0.1", None, Some(5903)),
            ),
            (
                "<graphics type='vnc' port='-1' autoport='yes'/>",
                DisplayPlace::Starting,
            ),
            (
                "<graphics type='vnc' socket='/v.sock'>\
                 <listen type='socket' socket='/v.sock'/></graphics>",
                DisplayPlace::Socket("/v.sock".to_owned()),
            ),
            (
                "<graphics type='spice'><listen type='none'/></graphics>",
                DisplayPlace::Closed,
            ),
            ("<graphics type='vnc' port='99999'/>", DisplayPlace::Closed),
        ];
        for (graphics, place) in rows {
            assert_eq!(place_of(graphics), place, "{graphics}");
        }
    }

    #[test]
    fn the_index_counts_displays_that_cannot_be_shown_too() {
        let read = read(
            "<graphics type='egl-headless'/><graphics type='spice' port='5900'/>",
            Secrets::Withheld,
        );
        let indexes: Vec<u8> = read.displays.iter().map(|display| display.index).collect();
        assert_eq!(indexes, [1]);
    }

    #[test]
    fn a_password_is_one_only_where_secrets_were_read() {
        let with = "<graphics type='vnc' port='5900' passwd='*****'/>";
        let display = &read(with, Secrets::Withheld).displays[0];
        assert_eq!(
            (&display.password, display.needs_password),
            (&None, Some(true))
        );
        let with = "<graphics type='vnc' port='5900' passwd='s&lt;cret'/>";
        let display = &read(with, Secrets::Included).displays[0];
        assert_eq!(display.password, Some(Secret::new("s<cret")));
        let without = &read("<graphics type='vnc' port='5900'/>", Secrets::Included);
        assert_eq!(
            without.displays[0].needs_password, None,
            "the host may have a default"
        );
    }

    #[test]
    fn each_line_once_with_its_reason() {
        let lines = read(
            "<serial type='pty'><target type='isa-serial' port='0'/><alias name='serial0'/></serial>\
             <serial type='file'><target port='1'/><alias name='serial1'/></serial>\
             <console type='pty'><target type='serial' port='0'/><alias name='serial0'/></console>\
             <console type='pty'><target type='virtio' port='1'/><alias name='console1'/></console>\
             <console type='pty'><target type='virtio' port='2'/></console>",
            Secrets::Withheld,
        )
        .lines;
        let told: Vec<String> = lines
            .iter()
            .map(|l| {
                format!(
                    "{} {} {} {}",
                    l.alias,
                    l.label,
                    l.target,
                    l.unusable.is_none()
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "serial0 Serial 0 isa-serial 0 true",
                "serial1 Serial 1 isa-serial 1 false",
                "console1 Console 1 virtio 1 true"
            ]
        );
    }

    #[test]
    fn a_vm_without_a_number_does_not_run() {
        let off = "<domain type='kvm'><devices><graphics type='vnc' port='-1'/></devices></domain>";
        assert_eq!(consoles(off, Secrets::Included), Ok(None));
    }
}

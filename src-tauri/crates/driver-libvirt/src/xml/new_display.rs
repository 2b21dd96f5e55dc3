//! A display more in a definition: what the host offers, and the definition with it.
//!
//! Invariant: what is put in is text between two elements; not a byte of the rest is written anew.

use std::ops::Range;

use driver::{DisplayKind, DriverError};
use model::ErrorCode;
use roxmltree::Node;

use super::{attribute, child, child_text, children, with_domain};

/// What a host can show VMs of one kind with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Showing {
    /// Protocols of displays.
    pub(crate) kinds: Vec<DisplayKind>,
    /// Models of video cards.
    pub(crate) videos: Vec<String>,
}

impl Default for Showing {
    /// What every host can.
    fn default() -> Self {
        Self {
            kinds: vec![DisplayKind::Vnc],
            videos: vec!["vga".to_owned()],
        }
    }
}

/// What decides what a host offers a VM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Machine {
    pub(crate) emulator: Option<String>,
    pub(crate) arch: Option<String>,
    pub(crate) machine: Option<String>,
    pub(crate) hypervisor: Option<String>,
}

/// The machine of a definition.
pub(crate) fn machine(definition: &str) -> Result<Machine, DriverError> {
    with_domain(definition, |domain| {
        let of = |path: &[&str], name| attribute(domain, path, name).map(str::to_owned);
        Machine {
            emulator: child(domain, "devices").and_then(|devices| child_text(devices, "emulator")),
            arch: of(&["os", "type"], "arch"),
            machine: of(&["os", "type"], "machine"),
            hypervisor: of(&[], "type"),
        }
    })
}

/// Reads a host's domain capabilities; what they do not tell is what every host can.
pub(crate) fn showing(capabilities: &str) -> Showing {
    let usual = Showing::default();
    let Ok(document) = roxmltree::Document::parse(capabilities) else {
        return usual;
    };
    let Some(devices) = child(document.root_element(), "devices") else {
        return usual;
    };
    let values = |device: &'static str, name: &str| -> Option<Vec<String>> {
        let device = child(devices, device)?;
        if device.attribute("supported") == Some("no") {
            return Some(Vec::new());
        }
        let of_that_name = |list: &Node<'_, '_>| list.attribute("name") == Some(name);
        let list = children(device, "enum").find(of_that_name)?;
        Some(children(list, "value").map(super::text).collect())
    };
    let kinds = values("graphics", "type").map(|names| {
        [DisplayKind::Vnc, DisplayKind::Spice]
            .into_iter()
            .filter(|kind| names.iter().any(|name| name == kind.as_str()))
            .collect()
    });
    Showing {
        kinds: kinds.unwrap_or(usual.kinds),
        videos: values("video", "modelType").unwrap_or(usual.videos),
    }
}

/// The definition with a display; `None` when it has one of this kind.
pub(crate) fn with_display(
    definition: &str,
    kind: DisplayKind,
    host: &Showing,
) -> Result<Option<String>, DriverError> {
    let edits = with_domain(definition, |domain| {
        let devices = child(domain, "devices")?;
        let has = |graphics: Node<'_, '_>| graphics.attribute("type") == Some(kind.as_str());
        if children(devices, "graphics").any(has) {
            return Some(None);
        }
        Some(Some(edits(devices, kind, host)))
    })?;
    let edits = edits.ok_or_else(|| {
        DriverError::new(
            ErrorCode::Unsupported,
            "The definition has no <devices> that a display could be put into.",
        )
    })?;
    Ok(edits.map(|edits| applied(definition, edits)))
}

/// Text in the place of other text.
struct Edit {
    place: Range<usize>,
    text: String,
}

fn edits(devices: Node<'_, '_>, kind: DisplayKind, host: &Showing) -> Vec<Edit> {
    let mut elements = vec![format!(
        "<graphics type='{}' port='-1' autoport='yes' listen='127.0.0.1'>\n      \
         <listen type='address' address='127.0.0.1'/>\n    </graphics>",
        kind.as_str()
    )];
    let mut edits = Vec::new();
    let is_none = |video: &Node<'_, '_>| attribute(*video, &["model"], "type") == Some("none");
    if let Some(model) = video(kind, host)
        && children(devices, "video").all(|video| is_none(&video))
    {
        // one that shows nothing suffers no other beside it
        edits.extend(children(devices, "video").map(|video| Edit {
            place: video.range(),
            text: String::new(),
        }));
        elements.push(format!(
            "<video>\n      <model type='{model}'/>\n    </video>"
        ));
    }
    let usb = children(devices, "controller")
        .filter(|controller| controller.attribute("type") == Some("usb"))
        .any(|controller| controller.attribute("model") != Some("none"));
    let tablet = children(devices, "input").any(|input| input.attribute("type") == Some("tablet"));
    if usb && !tablet {
        // without it the guest's pointer is not where the user's is
        elements.push("<input type='tablet' bus='usb'/>".to_owned());
    }
    let agent =
        children(devices, "channel").any(|channel| channel.attribute("type") == Some("spicevmc"));
    if kind == DisplayKind::Spice && !agent {
        elements.push(
            "<channel type='spicevmc'>\n      \
             <target type='virtio' name='com.redhat.spice.0'/>\n    </channel>"
                .to_owned(),
        );
    }
    let text: String = elements
        .iter()
        .map(|element| format!("\n    {element}"))
        .collect();
    edits.push(match devices.children().rfind(Node::is_element) {
        Some(last) => Edit {
            place: last.range().end..last.range().end,
            text,
        },
        None => Edit {
            place: devices.range(),
            text: format!("<devices>{text}\n  </devices>"),
        },
    });
    edits
}

/// The card that most guests make something of.
fn video(kind: DisplayKind, host: &Showing) -> Option<&str> {
    let best: &[&str] = match kind {
        DisplayKind::Vnc => &["virtio", "vga", "bochs", "cirrus", "ramfb"],
        DisplayKind::Spice => &["qxl", "virtio", "vga", "bochs", "cirrus", "ramfb"],
    };
    best.iter()
        .copied()
        .find(|model| host.videos.iter().any(|other| other == model))
}

fn applied(definition: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.place.start);
    let mut text = String::with_capacity(definition.len() + 1024);
    let mut at = 0;
    for edit in edits {
        text.push_str(&definition[at..edit.place.start]);
        text.push_str(&edit.text);
        at = edit.place.end;
    }
    text.push_str(&definition[at..]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPABILITIES: &str = "<domainCapabilities><devices>\
        <graphics supported='yes'><enum name='type'><value>sdl</value><value>vnc</value>\
        <value>spice</value></enum></graphics>\
        <video supported='yes'><enum name='modelType'><value>vga</value><value>qxl</value></enum>\
        </video></devices></domainCapabilities>";

    fn added(devices: &str, kind: DisplayKind) -> Option<String> {
        let before = format!("<domain><devices>{devices}</devices><!-- kept --></domain>");
        let after = with_display(&before, kind, &showing(CAPABILITIES)).expect("a domain");
        let after = after?;
        let (kept, rest) = after.split_once("\n    <graphics").expect("a display");
        assert!(before.starts_with(kept), "{after}");
        assert!(
            rest.ends_with("</devices><!-- kept --></domain>"),
            "{after}"
        );
        Some(rest.to_owned())
    }

    #[test]
    fn a_display_comes_with_what_it_needs_and_no_more() {
        let none = "<emulator>/q&amp;emu</emulator>";
        let vnc = added(none, DisplayKind::Vnc).expect("it has none");
        assert!(vnc.contains("type='vnc'") && vnc.contains("address='127.0.0.1'"));
        assert!(vnc.contains("<model type='vga'/>"), "{vnc}");
        assert!(
            !vnc.contains("tablet") && !vnc.contains("spicevmc"),
            "{vnc}"
        );

        let spice = added(none, DisplayKind::Spice).expect("it has none");
        assert!(spice.contains("<model type='qxl'/>") && spice.contains("spicevmc"));

        let rich = "<controller type='usb' model='qemu-xhci'/><video><model type='cirrus'/></video>\
                    <channel type='spicevmc'/><graphics type='vnc'/>";
        let spice = added(rich, DisplayKind::Spice).expect("it has another");
        assert!(spice.contains("tablet"), "a pointer for its USB: {spice}");
        assert!(!spice.contains("<video>") && !spice.contains("spicevmc"));
        assert_eq!(added(rich, DisplayKind::Vnc), None, "it has that one");

        let tablet = "<controller type='usb'/><input type='tablet' bus='virtio'/>";
        assert!(
            !added(tablet, DisplayKind::Vnc)
                .expect("none")
                .contains("<input")
        );
        let no_usb = "<controller type='usb' model='none'/>";
        assert!(
            !added(no_usb, DisplayKind::Vnc)
                .expect("none")
                .contains("<input")
        );
    }

    #[test]
    fn a_card_that_shows_nothing_makes_room() {
        let before =
            "<domain><devices><video><model type='none'/></video><rng/></devices></domain>";
        let after = with_display(before, DisplayKind::Vnc, &Showing::default());
        let after = after.expect("a domain").expect("it has none");
        assert!(
            !after.contains("'none'") && after.contains("<rng/>"),
            "{after}"
        );
        assert!(after.contains("<model type='vga'/>"), "{after}");
    }

    #[test]
    fn a_vm_of_which_nothing_is_told_gets_one_too() {
        for before in [
            "<domain><devices/></domain>",
            "<domain><devices>\n </devices></domain>",
        ] {
            let after = with_display(before, DisplayKind::Vnc, &Showing::default());
            let after = after.expect("a domain").expect("it has none");
            assert!(
                machine(&after).is_ok() && after.contains("<graphics"),
                "{after}"
            );
        }
    }

    #[test]
    fn what_a_host_does_not_offer_is_not_offered() {
        let without_spice = CAPABILITIES.replace("<value>spice</value>", "");
        assert_eq!(showing(&without_spice).kinds, [DisplayKind::Vnc]);
        let headless =
            CAPABILITIES.replace("<graphics supported='yes'>", "<graphics supported='no'>");
        assert!(showing(&headless).kinds.is_empty());
        for nothing_told in [
            "",
            "<x/>",
            "<domainCapabilities><devices/></domainCapabilities>",
        ] {
            assert_eq!(showing(nothing_told), Showing::default());
        }
    }

    #[test]
    fn the_machine_that_is_asked_about() {
        let text = "<domain type='kvm'><os><type arch='aarch64' machine='virt'>hvm</type></os>\
                    <devices><emulator>/usr/bin/qemu</emulator></devices></domain>";
        let told = machine(text).expect("a domain");
        let own = |text: &str| Some(text.to_owned());
        assert_eq!(told.emulator, own("/usr/bin/qemu"));
        assert_eq!((told.arch, told.machine), (own("aarch64"), own("virt")));
        assert_eq!(told.hypervisor, own("kvm"));
        assert_eq!(machine("<domain/>"), Ok(Machine::default()));
        assert!(with_display("<domain/>", DisplayKind::Vnc, &Showing::default()).is_err());
    }
}

//! Whether libvirt's test driver may be asked for a VM's addresses.
//!
//! Up to at least libvirt 9.0 that driver reads the first address of each network it meets, and takes
//! the whole process down where a network has none.

use virt::connect::Connect;
use virt::domain::Domain;
use virt::network::Network;

/// Whether every network that the VM is plugged into has an address.
pub(crate) fn networks_are_numbered(connection: &Connect, domain: &Domain) -> bool {
    let Ok(definition) = domain.get_xml_desc(0) else {
        return false;
    };
    networks_of(&definition).is_some_and(|names| {
        names.iter().all(|name| {
            Network::lookup_by_name(connection, name)
                .and_then(|network| network.get_xml_desc(0))
                .is_ok_and(|text| has_address(&text))
        })
    })
}

/// Names of the networks in a domain's definition; `None` for a text that is none.
fn networks_of(definition: &str) -> Option<Vec<String>> {
    let document = roxmltree::Document::parse(definition).ok()?;
    let names = document
        .descendants()
        .filter(|node| node.has_tag_name("interface") && node.attribute("type") == Some("network"))
        .flat_map(|interface| interface.children())
        .filter(|node| node.has_tag_name("source"))
        .filter_map(|source| source.attribute("network"))
        .map(str::to_owned);
    Some(names.collect())
}

fn has_address(definition: &str) -> bool {
    roxmltree::Document::parse(definition).is_ok_and(|document| {
        document
            .root_element()
            .children()
            .any(|node| node.has_tag_name("ip"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_without_an_address_is_told_from_one_with() {
        let vm = "<domain><devices><interface type='network'><source network='a'/></interface>\
                  <interface type='bridge'><source bridge='br0'/></interface></devices></domain>";
        assert_eq!(networks_of(vm), Some(vec!["a".to_owned()]));
        assert_eq!(networks_of("no definition"), None);
        assert!(has_address("<network><ip address='10.0.0.1'/></network>"));
        assert!(!has_address("<network><dns><ip/></dns></network>"));
    }
}

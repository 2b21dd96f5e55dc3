//! Names for libvirt's wire numbers, so that a count says `connect_list_all_domains` and not `273`.
//!
//! Invariant: numbers are libvirt's wire format and never change meaning; one that has no name here is shown as a number.

use std::fmt;

/// Which of libvirt's protocols a message belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Program {
    /// The hypervisor API, nearly all traffic.
    Remote,
    /// QEMU-only calls.
    Qemu,
    /// LXC-only calls.
    Lxc,
    /// The daemon's own administration.
    Admin,
    /// Keepalive pings.
    Keepalive,
    /// One this proxy does not know.
    Other(u32),
}

impl From<u32> for Program {
    fn from(wire: u32) -> Self {
        match wire {
            0x2000_8086 => Self::Remote,
            0x2000_8087 => Self::Qemu,
            0x2000_8088 => Self::Lxc,
            0x0690_0690 => Self::Admin,
            0x6b65_6570 => Self::Keepalive,
            other => Self::Other(other),
        }
    }
}

/// A procedure of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Procedure {
    /// The protocol.
    pub program: Program,
    /// Its number there.
    pub number: i32,
}

impl Procedure {
    /// A procedure of the hypervisor API.
    #[must_use]
    pub const fn remote(number: i32) -> Self {
        Self {
            program: Program::Remote,
            number,
        }
    }

    /// libvirt's name in lower case, for the procedures that a test or a bench talks about.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        if self.program != Program::Remote {
            return None;
        }
        NAMES
            .binary_search_by_key(&self.number, |(number, _)| *number)
            .ok()
            .map(|at| NAMES[at].1)
    }

    /// The procedure of the hypervisor API that has this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(number, _)| Self::remote(*number))
    }
}

impl fmt::Display for Procedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name(), self.program) {
            (Some(name), _) => f.write_str(name),
            (None, Program::Remote) => write!(f, "remote#{}", self.number),
            (None, Program::Qemu) => write!(f, "qemu#{}", self.number),
            (None, Program::Lxc) => write!(f, "lxc#{}", self.number),
            (None, Program::Admin) => write!(f, "admin#{}", self.number),
            (None, Program::Keepalive) => write!(f, "keepalive#{}", self.number),
            (None, Program::Other(wire)) => write!(f, "{wire:#x}#{}", self.number),
        }
    }
}

/// Sorted by number: `name` searches it.
const NAMES: &[(i32, &str)] = &[
    (1, "connect_open"),
    (2, "connect_close"),
    (3, "connect_get_type"),
    (4, "connect_get_version"),
    (5, "connect_get_max_vcpus"),
    (6, "node_get_info"),
    (7, "connect_get_capabilities"),
    (9, "domain_create"),
    (10, "domain_create_xml"),
    (11, "domain_define_xml"),
    (12, "domain_destroy"),
    (14, "domain_get_xml_desc"),
    (15, "domain_get_autostart"),
    (16, "domain_get_info"),
    (21, "connect_list_defined_domains"),
    (22, "domain_lookup_by_id"),
    (23, "domain_lookup_by_name"),
    (24, "domain_lookup_by_uuid"),
    (25, "connect_num_of_defined_domains"),
    (27, "domain_reboot"),
    (28, "domain_resume"),
    (29, "domain_set_autostart"),
    (33, "domain_shutdown"),
    (34, "domain_suspend"),
    (35, "domain_undefine"),
    (37, "connect_list_domains"),
    (43, "network_get_xml_desc"),
    (44, "network_get_autostart"),
    (46, "network_lookup_by_name"),
    (47, "network_lookup_by_uuid"),
    (51, "connect_num_of_domains"),
    (59, "connect_get_hostname"),
    (60, "connect_supports_feature"),
    (66, "auth_list"),
    (70, "auth_polkit"),
    (84, "storage_pool_lookup_by_name"),
    (87, "storage_pool_get_info"),
    (88, "storage_pool_get_xml_desc"),
    (98, "storage_vol_get_info"),
    (99, "storage_vol_get_xml_desc"),
    (105, "connect_domain_event_register"),
    (107, "domain_event_lifecycle"),
    (110, "connect_get_uri"),
    (149, "connect_is_secure"),
    (150, "domain_is_active"),
    (151, "domain_is_persistent"),
    (152, "network_is_active"),
    (156, "interface_is_active"),
    (157, "connect_get_lib_version"),
    (159, "domain_memory_stats"),
    (163, "domain_get_job_info"),
    (167, "connect_domain_event_register_any"),
    (182, "domain_managed_save"),
    (183, "domain_has_managed_save_image"),
    (184, "domain_managed_save_remove"),
    (185, "domain_snapshot_create_xml"),
    (186, "domain_snapshot_get_xml_desc"),
    (196, "domain_create_with_flags"),
    (201, "domain_open_console"),
    (203, "connect_get_sysinfo"),
    (208, "storage_vol_upload"),
    (209, "storage_vol_download"),
    (210, "domain_inject_nmi"),
    (211, "domain_screenshot"),
    (212, "domain_get_state"),
    (227, "node_get_cpu_stats"),
    (228, "node_get_memory_stats"),
    (231, "domain_undefine_flags"),
    (234, "domain_destroy_flags"),
    (245, "domain_reset"),
    (258, "domain_shutdown_flags"),
    (262, "domain_get_cpu_stats"),
    (264, "domain_set_metadata"),
    (265, "domain_get_metadata"),
    (273, "connect_list_all_domains"),
    (274, "domain_list_all_snapshots"),
    (277, "domain_get_hostname"),
    (281, "connect_list_all_storage_pools"),
    (282, "storage_pool_list_all_volumes"),
    (283, "connect_list_all_networks"),
    (284, "connect_list_all_interfaces"),
    (285, "connect_list_all_node_devices"),
    (298, "domain_get_job_stats"),
    (313, "connect_network_event_register_any"),
    (314, "connect_network_event_deregister_any"),
    (316, "connect_domain_event_callback_register_any"),
    (317, "connect_domain_event_callback_deregister_any"),
    (318, "domain_event_callback_lifecycle"),
    (341, "network_get_dhcp_leases"),
    (342, "connect_get_domain_capabilities"),
    (344, "connect_get_all_domain_stats"),
    (349, "domain_get_fsinfo"),
    (353, "domain_interface_addresses"),
    (358, "domain_rename"),
    (360, "connect_register_close_callback"),
    (361, "connect_unregister_close_callback"),
    (368, "connect_storage_pool_event_register_any"),
    (369, "connect_storage_pool_event_deregister_any"),
    (413, "domain_list_all_checkpoints"),
    (418, "domain_get_guest_info"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_go_both_ways() {
        assert!(
            NAMES.is_sorted_by_key(|(number, _)| *number),
            "name() searches by number"
        );
        for (number, name) in NAMES {
            let procedure = Procedure::remote(*number);
            assert_eq!(procedure.name(), Some(*name));
            assert_eq!(
                Procedure::named(name),
                Some(procedure),
                "{name} stands once"
            );
        }
    }

    #[test]
    fn what_has_no_name_is_shown_with_its_program_and_number() {
        let cases = [
            (Procedure::remote(273), "connect_list_all_domains"),
            (Procedure::remote(9999), "remote#9999"),
            (
                Procedure {
                    program: Program::Qemu,
                    number: 1,
                },
                "qemu#1",
            ),
            (
                Procedure {
                    program: Program::Other(0xbeef),
                    number: 273,
                },
                "0xbeef#273",
            ),
        ];
        for (procedure, shown) in cases {
            assert_eq!(procedure.to_string(), shown);
        }
    }
}

//! Estates of any size, the same each time: for libvirt's test driver from a file, or to be defined in a running daemon.
//!
//! Invariant: VM number `i` of an estate depends on `i` and the [`Mix`] alone, so a test can name the VM it waits for.

use std::fmt::Write as _;

/// Which states the VMs are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// Every VM runs.
    Running,
    /// In twenty: 13 running, 5 shut off, 1 paused, 1 saved or crashed in turn.
    Varied,
}

/// A state a generated VM can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratedState {
    /// Running.
    Running,
    /// Paused.
    Paused,
    /// Shut off, nothing saved.
    ShutOff,
    /// Shut off with a managed save image.
    Saved,
    /// Crashed and kept for inspection.
    Crashed,
}

/// An estate to generate.
#[derive(Clone, Copy, Debug)]
pub struct Estate {
    /// How many VMs.
    pub vms: u32,
    /// Their states.
    pub mix: Mix,
}

/// One VM of an estate.
#[derive(Clone, Copy, Debug)]
pub struct GeneratedVm {
    index: u32,
    state: GeneratedState,
}

impl Estate {
    /// The VMs, by index.
    pub fn iter(self) -> impl Iterator<Item = GeneratedVm> {
        (0..self.vms).map(move |index| self.vm(index))
    }

    /// VM number `index`, counted from 0.
    #[must_use]
    pub fn vm(self, index: u32) -> GeneratedVm {
        let state = match self.mix {
            Mix::Running => GeneratedState::Running,
            Mix::Varied => match index % 20 {
                0..=12 => GeneratedState::Running,
                13..=17 => GeneratedState::ShutOff,
                18 => GeneratedState::Paused,
                _ if index % 40 == 19 => GeneratedState::Saved,
                _ => GeneratedState::Crashed,
            },
        };
        GeneratedVm { index, state }
    }

    /// How many VMs are in `state`.
    #[must_use]
    pub fn count(self, state: GeneratedState) -> usize {
        self.iter().filter(|vm| vm.state == state).count()
    }

    /// The estate as a file for `test:///…`.
    #[must_use]
    pub fn file_xml(self) -> String {
        let mut xml = String::from(NODE);
        for vm in self.iter() {
            vm.write_domain(&mut xml);
        }
        xml.push_str("</node>\n");
        xml
    }
}

const NODE: &str = "<node>
<cpu><mhz>2800</mhz><model>EPYC-Milan</model><nodes>2</nodes><sockets>1</sockets><cores>32</cores><threads>2</threads></cpu>
<memory>1073741824</memory>
<network><name>default</name><uuid>e57a7e00-0001-4000-8000-000000000001</uuid><forward mode='nat'/><bridge name='virbr0'/>
<ip address='192.168.0.1' netmask='255.255.0.0'><dhcp><range start='192.168.1.1' end='192.168.254.254'/></dhcp></ip></network>
<pool type='dir'><name>images</name><uuid>e57a7e00-0002-4000-8000-000000000001</uuid><target><path>/var/lib/libvirt/images</path></target></pool>
";

const ROLES: [&str; 10] = [
    "web", "db", "cache", "queue", "build", "mail", "vpn", "desktop", "worker", "backup",
];
const SYSTEMS: [&str; 5] = [
    "http://debian.org/debian/12",
    "http://ubuntu.com/ubuntu/22.04",
    "http://rockylinux.org/rocky/9",
    "http://microsoft.com/win/2k22",
    "http://freebsd.org/freebsd/13.1",
];

impl GeneratedVm {
    /// Its name, sortable by index.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}-{:05}", self.role(), self.index)
    }

    /// Its UUID.
    #[must_use]
    pub fn uuid(self) -> String {
        format!("e57a7e00-0000-4000-8000-{:012x}", self.index)
    }

    /// The state it is generated in.
    #[must_use]
    pub fn state(self) -> GeneratedState {
        self.state
    }

    /// Its domain XML.
    #[must_use]
    pub fn domain_xml(self) -> String {
        let mut xml = String::new();
        self.write_domain(&mut xml);
        xml
    }

    /// virsh commands that bring it into its state once it is defined. No client can make a VM crash: a crashed one stays
    /// shut off.
    #[must_use]
    pub fn state_commands(self) -> &'static [&'static str] {
        match self.state {
            GeneratedState::Running => &["start"],
            GeneratedState::Paused => &["start", "suspend"],
            GeneratedState::Saved => &["start", "managedsave"],
            GeneratedState::ShutOff | GeneratedState::Crashed => &[],
        }
    }

    fn role(self) -> &'static str {
        ROLES[self.index as usize % ROLES.len()]
    }

    fn write_domain(self, xml: &mut String) {
        let i = self.index;
        let (name, uuid, role) = (self.name(), self.uuid(), self.role());
        let os = SYSTEMS[i as usize % SYSTEMS.len()];
        let memory_gib = 1 << (i % 5);
        let vcpus = 1 << (i % 4);
        let mac = format!(
            "52:54:00:{:02x}:{:02x}:{:02x}",
            i >> 16 & 0xff,
            i >> 8 & 0xff,
            i & 0xff
        );
        let (saved, runstate) = match self.state {
            GeneratedState::Running => ("", 1),
            GeneratedState::Paused => ("", 3),
            GeneratedState::ShutOff => ("", 5),
            GeneratedState::Saved => ("<test:hasmanagedsave/>", 5),
            GeneratedState::Crashed => ("", 6),
        };
        write!(
            xml,
            "<domain type='kvm' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
<name>{name}</name><uuid>{uuid}</uuid><title>The {role} machine number {i}</title>
<description>Generated. Rack {rack}, owner team-{team}.</description>
<metadata>
<innkeeper:tags xmlns:innkeeper='https://innkeeper.dev/xmlns/tags/1'><innkeeper:tag>{role}</innkeeper:tag><innkeeper:tag>team-{team}</innkeeper:tag></innkeeper:tags>
<libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='{os}'/></libosinfo:libosinfo>
</metadata>
<memory unit='GiB'>{memory_gib}</memory><vcpu>{vcpus}</vcpu>
<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><boot dev='hd'/></os>
<features><acpi/><apic/></features><cpu mode='host-passthrough'/>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/{name}.qcow2'/><target dev='vda' bus='virtio'/></disk>
<interface type='network'><mac address='{mac}'/><source network='default'/><model type='virtio'/></interface>
<console type='pty'/><graphics type='vnc' port='-1' autoport='yes'/><video><model type='virtio'/></video>
</devices>{saved}<test:runstate>{runstate}</test:runstate></domain>
",
            rack = i % 40,
            team = i % 7,
        )
        .expect("a String takes every write");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_uuids_and_macs_stand_once_in_ten_thousand() {
        let estate = Estate {
            vms: 10_000,
            mix: Mix::Varied,
        };
        let names: BTreeSet<_> = estate.iter().map(GeneratedVm::name).collect();
        let uuids: BTreeSet<_> = estate.iter().map(GeneratedVm::uuid).collect();
        let xml = estate.file_xml();
        let macs: BTreeSet<_> = xml
            .split("<mac address='")
            .skip(1)
            .map(|rest| &rest[..17])
            .collect();
        assert_eq!(
            (names.len(), uuids.len(), macs.len()),
            (10_000, 10_000, 10_000)
        );
    }

    #[test]
    fn a_varied_estate_has_every_state_and_a_running_one_has_one() {
        use GeneratedState::{Crashed, Paused, Running, Saved, ShutOff};
        let varied = Estate {
            vms: 1_000,
            mix: Mix::Varied,
        };
        let counts = [Running, ShutOff, Paused, Saved, Crashed].map(|state| varied.count(state));
        assert_eq!(counts, [650, 250, 50, 25, 25]);
        assert_eq!(
            Estate {
                vms: 1_000,
                mix: Mix::Running
            }
            .count(Running),
            1_000
        );
    }
}

#[cfg(all(test, feature = "lab"))]
mod lab_tests {
    use super::*;
    use crate::virsh;

    /// libvirt itself is the judge of what was generated.
    #[tokio::test]
    async fn libvirt_reads_a_generated_estate_in_the_states_it_was_given() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = dir.path().join("estate.xml");
        let estate = Estate {
            vms: 1_000,
            mix: Mix::Varied,
        };
        std::fs::write(&file, estate.file_xml()).expect("a writable folder");
        let uri = format!("test://{}", file.display());
        let cases = [
            ("--state-running", GeneratedState::Running),
            ("--state-paused", GeneratedState::Paused),
            ("--with-managed-save", GeneratedState::Saved),
            ("--state-other", GeneratedState::Crashed),
        ];
        for (filter, state) in cases {
            let names = virsh::run(&uri, &["list", "--all", "--name", filter])
                .await
                .expect("virsh answers");
            assert_eq!(
                virsh::lines(&names).count(),
                estate.count(state),
                "{filter}"
            );
        }
        let xml = virsh::run(&uri, &["dumpxml", &estate.vm(7).name()])
            .await
            .expect("virsh answers");
        for kept in [
            "<innkeeper:tag>desktop</innkeeper:tag>",
            &estate.vm(7).uuid(),
            "libosinfo:os id=",
        ] {
            assert!(xml.contains(kept), "{kept} is gone from {xml}");
        }
    }
}

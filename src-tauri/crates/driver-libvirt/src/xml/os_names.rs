//! libosinfo's identifiers as people say them.

/// The product part of an identifier, and its name. Product and version stand at the end of the
/// identifier: `http://debian.org/debian/12`.
const PRODUCTS: &[(&str, &str)] = &[
    ("almalinux", "AlmaLinux"),
    ("alpinelinux", "Alpine Linux"),
    ("altlinux", "ALT Linux"),
    ("android-x86", "Android-x86"),
    ("archlinux", "Arch Linux"),
    ("centos", "CentOS"),
    ("centos-stream", "CentOS Stream"),
    ("cirros", "CirrOS"),
    ("debian", "Debian"),
    ("elementary", "elementary OS"),
    ("endlessos", "Endless OS"),
    ("eurolinux", "EuroLinux"),
    ("fedora", "Fedora"),
    ("fedora-coreos", "Fedora CoreOS"),
    ("freebsd", "FreeBSD"),
    ("gentoo", "Gentoo"),
    ("guix", "Guix System"),
    ("haiku", "Haiku"),
    ("linux", "Linux"),
    ("linuxmint", "Linux Mint"),
    ("macosx", "macOS"),
    ("mageia", "Mageia"),
    ("manjaro", "Manjaro"),
    ("netbsd", "NetBSD"),
    ("nixos", "NixOS"),
    ("ol", "Oracle Linux"),
    ("openbsd", "OpenBSD"),
    ("opensuse", "openSUSE Leap"),
    ("opensuse-factory", "openSUSE Factory"),
    ("opensuse-tumbleweed", "openSUSE Tumbleweed"),
    ("rhel", "Red Hat Enterprise Linux"),
    ("rhel-atomic-host", "RHEL Atomic Host"),
    ("rocky", "Rocky Linux"),
    ("sle", "SUSE Linux Enterprise"),
    ("sles", "SUSE Linux Enterprise Server"),
    ("silverblue", "Fedora Silverblue"),
    ("slackware", "Slackware"),
    ("solaris", "Solaris"),
    ("ubuntu", "Ubuntu"),
    ("void", "Void Linux"),
];

/// Windows versions under other names than their product's.
const WINDOWS: &[(&str, &str)] = &[
    ("xp", "Windows XP"),
    ("vista", "Windows Vista"),
    ("2k", "Windows 2000"),
    ("2k3", "Windows Server 2003"),
    ("2k3r2", "Windows Server 2003 R2"),
    ("2k8", "Windows Server 2008"),
    ("2k8r2", "Windows Server 2008 R2"),
    ("2k12", "Windows Server 2012"),
    ("2k12r2", "Windows Server 2012 R2"),
    ("2k16", "Windows Server 2016"),
    ("2k19", "Windows Server 2019"),
    ("2k22", "Windows Server 2022"),
    ("2k25", "Windows Server 2025"),
];

/// `http://debian.org/debian/12` as `Debian 12`; an identifier that is not known as it is.
pub(super) fn readable(id: &str) -> String {
    let mut parts = id.rsplit('/');
    let (Some(version), Some(product)) = (parts.next(), parts.next()) else {
        return id.to_owned();
    };
    if product == "win" {
        let named = WINDOWS.iter().find(|(v, _)| *v == version);
        return named.map_or_else(
            || format!("Windows {version}"),
            |(_, name)| (*name).to_owned(),
        );
    }
    let Some((_, name)) = PRODUCTS.iter().find(|(p, _)| *p == product) else {
        return id.to_owned();
    };
    match version {
        "rolling" | "unknown" | "tumbleweed" => (*name).to_owned(),
        _ => format!("{name} {version}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_read_as_people_say_them() {
        for (id, name) in [
            ("http://debian.org/debian/12", "Debian 12"),
            ("http://ubuntu.com/ubuntu/24.04", "Ubuntu 24.04"),
            ("http://redhat.com/rhel/9.4", "Red Hat Enterprise Linux 9.4"),
            ("http://microsoft.com/win/11", "Windows 11"),
            ("http://microsoft.com/win/2k22", "Windows Server 2022"),
            ("http://archlinux.org/archlinux/rolling", "Arch Linux"),
            ("http://example.org/myos/3", "http://example.org/myos/3"),
            ("", ""),
        ] {
            assert_eq!(readable(id), name, "{id:?}");
        }
    }
}

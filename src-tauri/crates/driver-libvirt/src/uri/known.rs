//! The drivers, transports, paths and parameters that a libvirt URI may name.

use std::fmt;

use model::ProviderKind;
use model::address::WrongPart;

use super::wrong;

macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $type { $($variant,)* }

        impl $type {
            const NAMES: &[(&str, $type)] = &[$(($text, $type::$variant),)*];

            pub(crate) fn named(text: &str) -> Option<Self> {
                Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
            }

            pub(super) fn list() -> String {
                let names: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
                names.join(", ")
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($type::$variant => $text,)* })
            }
        }
    };
}

named! {
    /// A hypervisor as libvirt names it in its URIs.
    Driver {
        Qemu = "qemu",
        Xen = "xen",
        Lxc = "lxc",
        Bhyve = "bhyve",
        Test = "test",
        Vz = "vz",
    }
}

named! {
    /// The way to the daemon.
    Transport {
        Ssh = "ssh",
        Unix = "unix",
        Tcp = "tcp",
        Tls = "tls",
        Libssh = "libssh",
        Libssh2 = "libssh2",
        Ext = "ext",
    }
}

impl Driver {
    /// Whether it runs inside the client library when no host is named.
    pub(crate) fn is_embedded(self) -> bool {
        match self {
            Driver::Test => true,
            Driver::Qemu | Driver::Xen | Driver::Lxc | Driver::Bhyve | Driver::Vz => false,
        }
    }

    /// The daemon of this driver where libvirt is split into several.
    pub(crate) fn modular_daemon(self) -> &'static str {
        match self {
            Driver::Qemu => "virtqemud",
            Driver::Xen => "virtxend",
            Driver::Lxc => "virtlxcd",
            Driver::Bhyve => "virtbhyved",
            Driver::Vz => "virtvzd",
            // has none; the name only has to be one that no socket has
            Driver::Test => "virttestd",
        }
    }

    /// What libvirt calls the hypervisor. Known without asking, which would be a call.
    pub(crate) fn hypervisor(self) -> &'static str {
        match self {
            Driver::Qemu => "QEMU",
            Driver::Xen => "Xen",
            Driver::Lxc => "LXC",
            Driver::Bhyve => "bhyve",
            Driver::Vz => "Virtuozzo",
            Driver::Test => "Test driver",
        }
    }

    pub(crate) fn provider(self) -> ProviderKind {
        match self {
            Driver::Qemu => ProviderKind::Qemu,
            Driver::Xen => ProviderKind::Xen,
            Driver::Lxc => ProviderKind::Lxc,
            Driver::Bhyve => ProviderKind::Bhyve,
            Driver::Vz => ProviderKind::Vz,
            Driver::Test => ProviderKind::Test,
        }
    }

    fn paths(self) -> &'static [&'static str] {
        match self {
            Driver::Qemu => &["/system", "/session"],
            Driver::Xen | Driver::Lxc => &["/system", "/"],
            Driver::Bhyve | Driver::Vz => &["/system"],
            Driver::Test => &["/default"],
        }
    }
}

impl Transport {
    pub(crate) fn needs_host(self) -> bool {
        match self {
            Transport::Ssh
            | Transport::Tcp
            | Transport::Tls
            | Transport::Libssh
            | Transport::Libssh2 => true,
            Transport::Unix | Transport::Ext => false,
        }
    }
}

pub(super) fn check_path(driver: Driver, remote: bool, path: &str) -> Result<(), WrongPart> {
    if driver.paths().contains(&path) {
        return Ok(());
    }
    if driver == Driver::Test {
        if path.len() > 1 && path.starts_with('/') {
            return Ok(());
        }
        return wrong(
            "path",
            "The path of the test driver is /default or the full path of an XML file.",
        );
    }
    if path.is_empty() && matches!(driver, Driver::Xen | Driver::Lxc) {
        return Ok(());
    }
    let allowed = driver.paths().join(" or ");
    if path.is_empty() && !remote {
        return wrong(
            "path",
            format!("The path is missing; for this computer write {driver}:///system."),
        );
    }
    wrong(
        "path",
        format!("The path of {driver} is {allowed}, not {path:?}."),
    )
}

/// What ssh itself takes for a login name: nothing that is an option or shell syntax, since a
/// ProxyCommand or Match may pass it to a shell.
pub(super) fn check_user(user: &str) -> Result<(), WrongPart> {
    if user.is_empty() {
        return wrong("user", "The login name before the @ is missing.");
    }
    if user.starts_with('-') {
        return wrong("user", "A login name does not start with -.");
    }
    match user.chars().find(|c| "'`\";&<>|(){}$:\\ \t".contains(*c)) {
        Some(':') => wrong(
            "user",
            "A password does not belong into a URI; it is asked for when it is needed.",
        ),
        Some(bad) => wrong("user", format!("A login name holds no {bad:?}.")),
        None => Ok(()),
    }
}

pub(super) fn check_host(host: &str) -> Result<(), WrongPart> {
    if host.starts_with('-') {
        return wrong("host", "A host name does not start with -.");
    }
    let allowed = |c: char| c.is_alphanumeric() || "-._:%".contains(c);
    match host.chars().find(|c| !allowed(*c)) {
        Some(bad) => wrong("host", format!("A host name holds no {bad:?}.")),
        None => Ok(()),
    }
}

/// Where a parameter may stand. From <https://libvirt.org/uri.html#remote-uris>.
const PARAMETERS: &[(&str, &[Transport])] = {
    use Transport::{Ext, Libssh, Libssh2, Ssh, Tcp, Tls, Unix};
    &[
        ("name", &[Ssh, Unix, Tcp, Tls, Libssh, Libssh2, Ext]),
        ("mode", &[Ssh, Unix, Libssh, Libssh2]),
        ("proxy", &[Ssh, Libssh, Libssh2]),
        ("command", &[Ssh, Ext]),
        ("socket", &[Ssh, Unix, Libssh, Libssh2]),
        ("netcat", &[Ssh, Libssh, Libssh2]),
        ("keyfile", &[Ssh, Libssh, Libssh2]),
        ("no_verify", &[Ssh, Tls]),
        ("no_sanity", &[Tls]),
        ("no_tty", &[Ssh]),
        ("pkipath", &[Tls]),
        ("tls_priority", &[Tls]),
        ("known_hosts", &[Libssh, Libssh2]),
        ("known_hosts_verify", &[Libssh, Libssh2]),
        ("sshauth", &[Libssh, Libssh2]),
    ]
};

pub(super) fn check_parameter(
    transport: Option<Transport>,
    name: &str,
    value: &str,
) -> Result<(), WrongPart> {
    let Some((_, transports)) = PARAMETERS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = PARAMETERS.iter().map(|(known, _)| *known).collect();
        return wrong(
            "parameter",
            format!("{name:?} is none of the parameters {}.", known.join(", ")),
        );
    };
    match transport {
        Some(t) if !transports.contains(&t) => {
            return wrong(
                "parameter",
                format!("{name} has no meaning with the transport {t}."),
            );
        }
        None => {
            return wrong(
                "parameter",
                format!("{name} has no meaning without a host."),
            );
        }
        Some(_) => {}
    }
    let one_of = |allowed: &[&str]| {
        if allowed.contains(&value) {
            Ok(())
        } else {
            wrong(
                "parameter",
                format!("{name} is {}, not {value:?}.", allowed.join(" or ")),
            )
        }
    };
    match name {
        "no_verify" if transport == Some(Transport::Ssh) && value != "0" => wrong(
            "parameter",
            "no_verify would accept any host key. Leave it out: a new host key is shown and asked \
             about once.",
        ),
        "no_verify" | "no_sanity" | "no_tty" => one_of(&["0", "1"]),
        "mode" => one_of(&["auto", "legacy", "direct"]),
        "proxy" => one_of(&["auto", "netcat", "native"]),
        "socket" | "keyfile" | "command" | "pkipath" if !is_absolute(value) => wrong(
            "parameter",
            format!("{name} is a full path; {value:?} is not."),
        ),
        "netcat" if value.starts_with('-') || value.contains(char::is_whitespace) => wrong(
            "parameter",
            "netcat is the name or path of one program, without options.",
        ),
        _ => Ok(()),
    }
}

/// A path on the host or on this computer, which may run Windows.
fn is_absolute(path: &str) -> bool {
    let drive = path.as_bytes();
    path.starts_with('/')
        || path.starts_with("~/")
        || (drive.len() > 2 && drive[0].is_ascii_alphabetic() && drive[1] == b':')
}

//! The libvirt of this computer.

use std::path::{Path, PathBuf};

/// A libvirt of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalLibvirt {
    /// `qemu:///system` or `qemu:///session`.
    pub uri: String,
    /// The socket that was found.
    pub socket: PathBuf,
}

const SYSTEM: [&str; 3] = [
    "/run/libvirt/libvirt-sock",
    "/run/libvirt/virtqemud-sock",
    "/var/run/libvirt/libvirt-sock",
];
const SESSION: [&str; 2] = ["libvirt/libvirt-sock", "libvirt/virtqemud-sock"];

/// The libvirt daemons of this computer that have a socket: the system's first.
pub fn local_libvirt() -> Vec<LocalLibvirt> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    look(runtime.as_deref(), |path| path.exists())
}

fn look(runtime: Option<&Path>, exists: impl Fn(&Path) -> bool) -> Vec<LocalLibvirt> {
    let first = |uri: &str, mut sockets: Vec<PathBuf>| {
        sockets.retain(|socket| exists(socket));
        sockets.into_iter().next().map(|socket| LocalLibvirt {
            uri: uri.to_owned(),
            socket,
        })
    };
    let system = first("qemu:///system", SYSTEM.map(PathBuf::from).to_vec());
    let session = runtime.and_then(|runtime| {
        first(
            "qemu:///session",
            SESSION.map(|name| runtime.join(name)).to_vec(),
        )
    });
    system.into_iter().chain(session).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_a_socket_is_offered_and_each_once() {
        let runtime = Path::new("/run/user/7");
        let there = ["/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"];
        let found = look(Some(runtime), |path| {
            there.iter().any(|there| path == Path::new(there))
        });
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].uri, "qemu:///system");
        let found = look(Some(runtime), |path| path.starts_with(runtime));
        assert_eq!(found[0].uri, "qemu:///session");
        assert!(look(None, |_| false).is_empty());
    }
}

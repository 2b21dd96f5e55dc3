//! What runs on the host: virt-ssh-helper, else a program that joins libvirt's socket.
//!
//! One line of POSIX shell, since nothing is installed there. Its exit codes say why it failed, so
//! that no text of a remote program has to be understood.

use std::net::{IpAddr, SocketAddr};

use driver::DriverError;
use model::ErrorCode;

use crate::error::PERMISSION_HINT;
use crate::sys::Mode;
use crate::uri::LibvirtUri;

/// Neither virt-ssh-helper nor nc nor socat is there.
const NO_HELPER: i32 = 97;
/// libvirt has no socket there.
const NO_SOCKET: i32 = 98;
/// There is a socket, but this user may not use it.
const NO_PERMISSION: i32 = 99;
/// There is a socket, but nobody answers at it.
const NO_ANSWER: i32 = 96;

/// What the probe finds, one word a line.
pub(crate) const HELPER: &str = "helper";

/// The command that joins libvirt's stream, for ssh's last argument.
pub(crate) fn join_command(uri: &LibvirtUri, mode: Mode) -> String {
    wrapped(&script(uri, mode, Purpose::Join))
}

/// A command that says what it would join with, without doing so: `helper PROGRAM` and
/// `socket PATH`. Same exit codes.
pub(crate) fn probe_command(uri: &LibvirtUri, mode: Mode) -> String {
    wrapped(&script(uri, mode, Purpose::Probe))
}

/// A command that does nothing, to see whether commands run.
pub(crate) const NOTHING: &str = "exit 0";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Join,
    Probe,
}

fn script(uri: &LibvirtUri, mode: Mode, purpose: Purpose) -> String {
    let sockets: Vec<String> = sockets(uri, mode)
        .iter()
        .map(|path| quoted_path(path))
        .collect();
    // sets s to the first socket that is there and may be used; else ends with the reason
    let find_socket = format!(
        "s=; c={NO_SOCKET}; for p in {}; do if [ -S \"$p\" ]; then \
         if [ -w \"$p\" ]; then s=$p; break; else c={NO_PERMISSION}; fi; \
         elif [ -d \"${{p%/*}}\" ] && [ ! -x \"${{p%/*}}\" ]; then c={NO_PERMISSION}; fi; done; ",
        sockets.join(" ")
    );
    let helper = if uses_helper(uri) {
        let read_only = if mode == Mode::ReadOnly { "-r " } else { "" };
        let run = match purpose {
            // not exec: when it fails, we say why
            Purpose::Join => format!(
                "LC_ALL=C virt-ssh-helper {read_only}{} && exit 0; {find_socket}\
                 [ -n \"$s\" ] && exit {NO_ANSWER}; exit $c",
                quoted(&uri.far_end())
            ),
            Purpose::Probe => format!("echo {HELPER} virt-ssh-helper; {find_socket}exit 0"),
        };
        format!("if command -v virt-ssh-helper >/dev/null 2>&1; then {run}; fi; ")
    } else {
        String::new()
    };
    let (nc, socat) = match purpose {
        Purpose::Join => (
            format!("{NC_ENDS}\"$n\" $q -U \"$s\" && exit 0"),
            "socat - \"UNIX-CONNECT:$s\" && exit 0".to_owned(),
        ),
        Purpose::Probe => (
            format!("echo {HELPER} \"$n\"; exit 0"),
            format!("echo {HELPER} socat; exit 0"),
        ),
    };
    let no_socket = match purpose {
        Purpose::Join => "[ -n \"$s\" ] || exit $c; ",
        // a missing socket is the next step's finding
        Purpose::Probe => "",
    };
    let joined = joined(uri, &nc, &socat);
    format!("{helper}{find_socket}{no_socket}{joined}")
}

/// Runs `nc` with the first netcat there is in `$n`, else `socat`; both exit when they succeed.
fn joined(uri: &LibvirtUri, nc: &str, socat: &str) -> String {
    let netcats = uri
        .parameter("netcat")
        .map_or("nc ncat netcat".to_owned(), quoted);
    format!(
        "for n in {netcats}; do \
         if command -v \"$n\" >/dev/null 2>&1; then {nc}; exit {NO_ANSWER}; fi; done; \
         if command -v socat >/dev/null 2>&1; then {socat}; exit {NO_ANSWER}; fi; exit {NO_HELPER}"
    )
}

/// The command that joins a display's unix socket on the host. Same exit codes.
pub(crate) fn join_socket_command(uri: &LibvirtUri, path: &str) -> String {
    let joined = joined(
        uri,
        &format!("{NC_ENDS}\"$n\" $q -U \"$s\" && exit 0"),
        "socat - \"UNIX-CONNECT:$s\" && exit 0",
    );
    wrapped(&format!(
        "s={}; if [ ! -S \"$s\" ]; then d=${{s%/*}}; [ -x \"$d\" ] || exit {NO_PERMISSION}; \
         exit {NO_SOCKET}; fi; [ -w \"$s\" ] || exit {NO_PERMISSION}; {joined}",
        quoted(path)
    ))
}

/// The command that joins a display's port, where ssh is not allowed to. Same exit codes.
pub(crate) fn join_port_command(uri: &LibvirtUri, address: IpAddr, port: u16) -> String {
    let nc = format!("{NC_ENDS}\"$n\" $q {address} {port} && exit 0");
    let socat = format!("socat - TCP:{} && exit 0", SocketAddr::new(address, port));
    wrapped(&joined(uri, &nc, &socat))
}

/// OpenBSD's nc stays after the end of its input without -q0, others do not know -q.
const NC_ENDS: &str = "q=; if \"$n\" -q 2>&1 | grep \"requires an argument\" >/dev/null 2>&1; \
                       then q=-q0; fi; ";

/// An explicit socket or program is the user's word; the helper finds the socket itself.
fn uses_helper(uri: &LibvirtUri) -> bool {
    uri.parameter("socket").is_none()
        && uri.parameter("netcat").is_none()
        && uri.parameter("proxy") != Some("netcat")
}

/// Where the daemon's socket may be, likeliest first. The daemon of one driver is preferred to the
/// one for all, as libvirt does.
pub(crate) fn sockets(uri: &LibvirtUri, mode: Mode) -> Vec<String> {
    if let Some(socket) = uri.parameter("socket") {
        return vec![socket.to_owned()];
    }
    let suffix = match mode {
        Mode::ReadWrite => "sock",
        Mode::ReadOnly => "sock-ro",
    };
    let modular = format!("{}-{suffix}", uri.driver.modular_daemon());
    let monolithic = format!("libvirt-{suffix}");
    if uri.path == "/session" {
        // a session has one socket for both
        let modular = format!("{}-sock", uri.driver.modular_daemon());
        return [modular.as_str(), "libvirt-sock"]
            .map(|name| format!("$XDG_RUNTIME_DIR/libvirt/{name}"))
            .to_vec();
    }
    let names = match uri.parameter("mode") {
        Some("direct") => vec![modular],
        Some("legacy") => vec![monolithic],
        _ => vec![modular, monolithic],
    };
    names
        .iter()
        .map(|name| format!("/var/run/libvirt/{name}"))
        .collect()
}

/// A path for the script; only `$XDG_RUNTIME_DIR` at its front stays open.
fn quoted_path(path: &str) -> String {
    match path.strip_prefix("$XDG_RUNTIME_DIR") {
        Some(rest) => format!(
            "\"${{XDG_RUNTIME_DIR:-/run/user/$(id -u)}}\"{}",
            quoted(rest)
        ),
        None => quoted(path),
    }
}

/// The script for a login shell of any kind: sh, fish, csh.
fn wrapped(script: &str) -> String {
    format!("sh -c {}", quoted(script))
}

/// One word, whatever it holds.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What an exit code of the script means.
pub(crate) fn told(exit: i32, host: &str, stderr: &str) -> Option<DriverError> {
    let (code, message, hint) = match exit {
        NO_HELPER => (
            ErrorCode::DaemonNotRunning,
            format!("{host} has neither virt-ssh-helper nor nc."),
            "Install libvirt's clients or netcat-openbsd on the host.",
        ),
        NO_SOCKET => (
            ErrorCode::DaemonNotRunning,
            format!("libvirt does not run on {host}, or is not installed."),
            "Start it on the host: systemctl start libvirtd.socket",
        ),
        NO_PERMISSION => (
            ErrorCode::PermissionDenied,
            format!("This user may not open libvirt's socket on {host}."),
            PERMISSION_HINT,
        ),
        NO_ANSWER => (
            ErrorCode::DaemonNotRunning,
            format!("libvirt does not answer on {host}."),
            "Start it on the host: systemctl restart libvirtd",
        ),
        127 => (
            ErrorCode::DaemonNotRunning,
            format!("{host} has no shell that could run libvirt's helper."),
            "Check the login shell of this user on the host.",
        ),
        _ => return None,
    };
    let error = DriverError::new(code, message).with_hint(hint);
    Some(if stderr.is_empty() {
        error
    } else {
        error.with_detail(stderr)
    })
}

/// What an exit code means for the script that joins a display.
pub(crate) fn told_of_display(exit: i32, host: &str, stderr: &str) -> Option<DriverError> {
    let (code, message, hint) = match exit {
        NO_HELPER => (
            ErrorCode::Unsupported,
            format!("{host} has neither nc nor socat, by which the display could be joined."),
            "Install netcat-openbsd or socat on the host.",
        ),
        NO_SOCKET => (
            ErrorCode::ConnectionRefused,
            format!("The display's socket is not there on {host}."),
            "The VM may have stopped; open the console again when it runs.",
        ),
        NO_PERMISSION => (
            ErrorCode::PermissionDenied,
            format!("This user may not open the display's socket on {host}."),
            "Log in as a user who may, or let the display listen on 127.0.0.1.",
        ),
        NO_ANSWER | 127 => (
            ErrorCode::ConnectionRefused,
            format!("The display does not answer on {host}."),
            "The VM may have stopped; open the console again when it runs.",
        ),
        _ => return None,
    };
    let error = DriverError::new(code, message).with_hint(hint);
    Some(if stderr.is_empty() {
        error
    } else {
        error.with_detail(stderr)
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    fn uri(text: &str) -> LibvirtUri {
        LibvirtUri::parse(text).expect("a good URI")
    }

    /// Runs the script as a host would, with nothing but `programs` on its PATH.
    fn run(command: &str, folder: &std::path::Path) -> (Option<i32>, String) {
        let output = Command::new("/bin/sh")
            .args(["-c", command])
            .env_clear()
            .env("PATH", folder.join("bin"))
            .env("XDG_RUNTIME_DIR", folder)
            .output()
            .expect("sh is there");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    }

    fn host(programs: &[(&str, &str)]) -> tempfile::TempDir {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).expect("a folder");
        for program in ["sh", "grep", "id"] {
            let there = ["/bin", "/usr/bin"].map(|d| std::path::Path::new(d).join(program));
            let found = there
                .iter()
                .find(|p| p.exists())
                .expect("every unix has it");
            symlink(found, bin.join(program)).expect("a link");
        }
        for (name, script) in programs {
            let path = bin.join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a file");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("ours");
        }
        folder
    }

    #[test]
    fn the_helper_is_preferred_and_gets_the_far_end() {
        let host = host(&[("virt-ssh-helper", "echo \"$@\""), ("nc", "echo nc")]);
        let command = join_command(&uri("qemu+ssh://root@h/system"), Mode::ReadOnly);
        assert_eq!(
            run(&command, host.path()),
            (Some(0), "-r qemu:///system\n".into())
        );
    }

    #[test]
    fn without_a_helper_nc_joins_the_socket_whatever_its_name() {
        let host = host(&[("nc", "case $1 in -q) exit 1;; esac; echo \"nc $*\"")]);
        let socket = host.path().join("it's \"$(odd)\".sock");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        let text = format!("qemu+ssh://h/system?socket={}", socket.display());
        let text = text.replace(' ', "%20").replace('"', "%22");
        let command = join_command(&uri(&text), Mode::ReadWrite);
        let said = format!("nc -U {}\n", socket.display());
        assert_eq!(run(&command, host.path()), (Some(0), said));
    }

    #[test]
    fn what_is_missing_is_said_by_the_exit_code() {
        let session = uri("qemu+ssh://h/session");
        let bare = host(&[]);
        let join = join_command(&session, Mode::ReadWrite);
        assert_eq!(
            run(&join, bare.path()).0,
            Some(NO_SOCKET),
            "no libvirt at all"
        );
        std::fs::create_dir(bare.path().join("libvirt")).expect("a folder");
        let socket = bare.path().join("libvirt/libvirt-sock");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        assert_eq!(
            run(&join, bare.path()).0,
            Some(NO_HELPER),
            "nothing to join with"
        );
        let failing = host(&[("virt-ssh-helper", "exit 1")]);
        assert_eq!(
            run(&join, failing.path()).0,
            Some(NO_SOCKET),
            "the helper finds no daemon"
        );
        for code in [NO_HELPER, NO_SOCKET, NO_PERMISSION, NO_ANSWER] {
            assert!(
                told(code, "h", "").is_some_and(|e| e.hint.is_some()),
                "{code}"
            );
        }
        assert_eq!(
            told(255, "h", ""),
            None,
            "ssh's own failure is no word of the script"
        );
    }

    #[test]
    fn a_display_is_joined_or_the_exit_code_says_why_not() {
        let uri = uri("qemu+ssh://h/system");
        let host = host(&[("nc", "case $1 in -q) exit 1;; esac; echo \"nc $*\"")]);
        let socket = host.path().join("it's \"$(odd)\".sock");
        let join = join_socket_command(&uri, &socket.display().to_string());
        assert_eq!(run(&join, host.path()).0, Some(NO_SOCKET));
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        let said = format!("nc -U {}\n", socket.display());
        assert_eq!(run(&join, host.path()), (Some(0), said));
        let port = join_port_command(&uri, "::1".parse().expect("an address"), 5901);
        assert_eq!(run(&port, host.path()), (Some(0), "nc ::1 5901\n".into()));
        for code in [NO_HELPER, NO_SOCKET, NO_PERMISSION, NO_ANSWER] {
            assert!(told_of_display(code, "h", "").is_some_and(|e| e.hint.is_some()));
        }
    }

    #[test]
    fn the_probe_names_the_program() {
        let session = uri("qemu+ssh://h/session");
        let host = host(&[("ncat", "exit 1")]);
        let probe = probe_command(&session, Mode::ReadWrite);
        assert_eq!(run(&probe, host.path()), (Some(0), "helper ncat\n".into()));
    }
}

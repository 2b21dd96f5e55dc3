//! One table of what is accepted, one of what is wrong and where.

use super::*;

#[test]
fn uris_are_taken_apart_and_written_again() {
    // text, transport in effect, user, host, port, path
    type Row<'a> = (&'a str, Option<Transport>, &'a str, &'a str, u16, &'a str);
    let rows: &[Row] = &[
        (
            "qemu:///system",
            Some(Transport::Unix),
            "",
            "",
            0,
            "/system",
        ),
        (
            "qemu:///session",
            Some(Transport::Unix),
            "",
            "",
            0,
            "/session",
        ),
        (
            "qemu+unix:///system?socket=/run/x.sock",
            Some(Transport::Unix),
            "",
            "",
            0,
            "/system",
        ),
        (
            "qemu+ssh://root@kvm1/system",
            Some(Transport::Ssh),
            "root",
            "kvm1",
            0,
            "/system",
        ),
        (
            "qemu+ssh://kvm1.example.org:2222/system",
            Some(Transport::Ssh),
            "",
            "kvm1.example.org",
            2222,
            "/system",
        ),
        (
            "qemu+ssh://dom%40corp@kvm1/session",
            Some(Transport::Ssh),
            "dom@corp",
            "kvm1",
            0,
            "/session",
        ),
        (
            "qemu+ssh://[fe80::1%25eth0]:22/system",
            Some(Transport::Ssh),
            "",
            "fe80::1%eth0",
            22,
            "/system",
        ),
        (
            "qemu://kvm1/system",
            Some(Transport::Tls),
            "",
            "kvm1",
            0,
            "/system",
        ),
        (
            "qemu+tcp://10.0.0.7:16509/system",
            Some(Transport::Tcp),
            "",
            "10.0.0.7",
            16509,
            "/system",
        ),
        (
            "qemu+tls://kvm1/system?pkipath=/etc/pki&no_verify=1",
            Some(Transport::Tls),
            "",
            "kvm1",
            0,
            "/system",
        ),
        (
            "qemu+libssh2://a@kvm1/system?known_hosts=/x&sshauth=agent",
            Some(Transport::Libssh2),
            "a",
            "kvm1",
            0,
            "/system",
        ),
        (
            "qemu+libssh://kvm1/system",
            Some(Transport::Libssh),
            "",
            "kvm1",
            0,
            "/system",
        ),
        (
            "qemu+ext:///system?command=/opt/way",
            Some(Transport::Ext),
            "",
            "",
            0,
            "/system",
        ),
        ("xen:///", Some(Transport::Unix), "", "", 0, "/"),
        ("xen+ssh://dom0/", Some(Transport::Ssh), "", "dom0", 0, "/"),
        (
            "lxc+ssh://kvm1/system",
            Some(Transport::Ssh),
            "",
            "kvm1",
            0,
            "/system",
        ),
        (
            "bhyve+ssh://bsd/system",
            Some(Transport::Ssh),
            "",
            "bsd",
            0,
            "/system",
        ),
        (
            "vz+ssh://vz7/system",
            Some(Transport::Ssh),
            "",
            "vz7",
            0,
            "/system",
        ),
        ("test:///default", None, "", "", 0, "/default"),
        (
            "test:///tmp/with%20space.xml",
            None,
            "",
            "",
            0,
            "/tmp/with space.xml",
        ),
        (
            "test+ssh://kvm1/default",
            Some(Transport::Ssh),
            "",
            "kvm1",
            0,
            "/default",
        ),
        (
            "qemu+ssh://kvm1/system?name=qemu:///session&command=/usr/bin/ssh&netcat=ncat",
            Some(Transport::Ssh),
            "",
            "kvm1",
            0,
            "/system",
        ),
    ];
    for (text, transport, user, host, port, path) in rows {
        let uri = LibvirtUri::parse(text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        assert_eq!(uri.effective_transport(), *transport, "{text}");
        assert_eq!(uri.user.as_deref().unwrap_or(""), *user, "{text}");
        assert_eq!(uri.host.as_deref().unwrap_or(""), *host, "{text}");
        assert_eq!(uri.port.unwrap_or(0), *port, "{text}");
        assert_eq!(uri.path, *path, "{text}");
        let again = LibvirtUri::parse(&uri.to_string()).expect("what we wrote is a URI");
        assert_eq!(again, uri, "{text} became {uri}");
    }
}

#[test]
fn the_wrong_part_is_named() {
    let rows: &[(&str, &str, &str)] = &[
        ("", "uri", "qemu+ssh://"),
        ("kvm1", "uri", "form"),
        ("root@kvm1:22", "uri", "form"),
        ("qemu+ssh://kvm 1/system", "uri", "percent"),
        ("qemu:///system#x", "uri", "#fragment"),
        (
            "kvm+ssh://h/system",
            "driver",
            "\"kvm\" is none of the drivers qemu, xen",
        ),
        ("+ssh://h/system", "driver", "\"\""),
        ("qemu+rsh://h/system", "transport", "\"rsh\""),
        ("qemu+://h/system", "transport", "\"\""),
        ("qemu+ssh:///system", "host", "needs a host"),
        ("qemu+tcp:///system", "host", "needs a host"),
        ("qemu+unix://kvm1/system", "host", "this computer"),
        (
            "qemu+ssh://-oProxyCommand=x/system",
            "host",
            "does not start with -",
        ),
        ("qemu+ssh://h;reboot/system", "host", "';'"),
        ("qemu+ssh://$(x)/system", "host", "'$'"),
        ("qemu+ssh://fe80::1/system", "host", "brackets"),
        ("qemu+ssh://[fe80::zz]/system", "host", "no IPv6 address"),
        ("qemu+ssh://[::1/system", "host", "without its ]"),
        ("qemu+ssh://a@/system", "host", "missing"),
        ("qemu+ssh://@h/system", "user", "missing"),
        ("qemu+ssh://-l@h/system", "user", "does not start"),
        ("qemu+ssh://a:secret@h/system", "user", "password"),
        ("qemu+ssh://a`b`@h/system", "user", "'`'"),
        ("qemu+ssh://h:0/system", "port", "1 to 65535"),
        ("qemu+ssh://h:ssh/system", "port", "\"ssh\""),
        ("qemu+ssh://h:65536/system", "port", "65536"),
        ("qemu+ssh://h:+22/system", "port", "+22"),
        ("qemu+ssh://h/sytem", "path", "/system or /session"),
        ("qemu+ssh://h", "path", "/system or /session"),
        ("qemu://", "path", "qemu:///system"),
        ("test:///", "path", "XML file"),
        ("qemu+ssh://h/%zz", "path", "hexadecimal"),
        ("qemu+ssh://h/system?%ff=1", "parameter", "UTF-8"),
        ("qemu+ssh://h/system?socket=%00", "parameter", "Control"),
        ("qemu+ssh://h/system?sock=/x", "parameter", "\"sock\""),
        ("qemu+ssh://h/system?socket=x", "parameter", "full path"),
        (
            "qemu+ssh://h/system?socket=/a&socket=/b",
            "parameter",
            "twice",
        ),
        (
            "qemu+ssh://h/system?no_verify=1",
            "parameter",
            "any host key",
        ),
        (
            "qemu+ssh://h/system?pkipath=/x",
            "parameter",
            "no meaning with the transport ssh",
        ),
        ("qemu+tls://h/system?no_verify=yes", "parameter", "0 or 1"),
        ("qemu+ssh://h/system?netcat=nc -e", "uri", "percent"),
        (
            "qemu+ssh://h/system?netcat=nc%20-e",
            "parameter",
            "without options",
        ),
        ("qemu+ext:///system", "parameter", "command="),
        ("test:///default?socket=/x", "parameter", "without a host"),
    ];
    for (text, part, says) in rows {
        let error = LibvirtUri::parse(text).expect_err(text);
        assert_eq!(error.part, *part, "{text}: {error:?}");
        assert!(error.message.contains(says), "{text}: {:?}", error.message);
        assert!(
            error.message.ends_with(['.', '…']),
            "{text}: {:?}",
            error.message
        );
    }
}

#[test]
fn a_bridged_uri_keeps_the_far_end_and_drops_the_way() {
    let text = "qemu+ssh://root@kvm1:2222/session?name=qemu:///x&keyfile=/k&command=/s";
    let uri = LibvirtUri::parse(text).expect("a good URI");
    assert_eq!(
        uri.over_unix_socket("/run/user/1000/a b.sock"),
        "qemu+unix:///session?name=qemu:///x&socket=/run/user/1000/a%20b.sock"
    );
    assert_eq!(
        uri.over_loopback(4711),
        "qemu+tcp://127.0.0.1:4711/session?name=qemu:///x"
    );
    assert_eq!(uri.far_end(), "qemu:///x");
    let plain = LibvirtUri::parse("xen+ssh://dom0/").expect("a good URI");
    assert_eq!(plain.far_end(), "xen:///");
}

//! Displays, lines, pictures and keys over real ssh, libvirtd and QEMU, through the libvirt driver.
#![cfg(feature = "lab")]

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use driver::{
    Chord, ConnectTarget, DisplayPlace, DriverSession, KeySet, Operation, Pipe, Takeover, VmDriver,
    contract,
};
use driver_libvirt::LibvirtDriver;
use innkeeper_tests::display::spice_link;
use innkeeper_tests::lab::Lab;
use model::{Access, ConnectionId, ConnectionSettings, ErrorCode, VmKey};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A VM that draws a picture at once and needs no guest.
const BARE: [&str; 3] = ["mem=16", "machine=pc", "boot=hd"];
/// How long a guest under emulation may take for anything. Only a broken one takes that long.
const PATIENCE: Duration = Duration::from_secs(120);

async fn connect(lab: &Lab, uri: &str, access: Access) -> Result<Arc<dyn DriverSession>> {
    let driver = LibvirtDriver::new().with_ssh("ssh", Some(lab.ssh_config()));
    let target = ConnectTarget {
        id: ConnectionId::from_uuid(uuid::Uuid::from_u128(3)),
        settings: ConnectionSettings {
            access,
            ..ConnectionSettings::new("lab", uri)
        },
    };
    let context = contract::context(Duration::from_secs(20));
    Ok(driver.connect(&target, &context).await?)
}

/// Starts a VM whose `<graphics>` is this one.
fn started(lab: &Lab, vm: &str, graphics: &str) -> Result<VmKey> {
    lab.start_with("a", vm, graphics).map(VmKey::new)
}

fn key_of(lab: &Lab, vm: &str) -> Result<VmKey> {
    Ok(VmKey::new(lab.virsh("a", &["domuuid", vm])?))
}

/// How many logins there are at the host.
fn logins(lab: &Lab) -> Result<u32> {
    Ok(lab
        .run(&["exec", "a", "pgrep", "-c", "-f", "^sshd: root"])?
        .parse()?)
}

async fn greets(pipe: &mut Pipe) -> Result<()> {
    let mut greeting = [0; 12];
    tokio::time::timeout(PATIENCE, pipe.read_exact(&mut greeting)).await??;
    ensure!(greeting.starts_with(b"RFB 003."), "{greeting:?}");
    Ok(())
}

/// Reads until `word` has come, and gives everything up to its end.
async fn until(pipe: &mut Pipe, word: &str) -> Result<String> {
    let mut said = Vec::new();
    let reading = async {
        while !said.ends_with(word.as_bytes()) {
            said.push(pipe.read_u8().await?);
        }
        std::io::Result::Ok(())
    };
    let read = tokio::time::timeout(PATIENCE, reading).await;
    let text = String::from_utf8_lossy(&said).into_owned();
    read.with_context(|| format!("no {word:?} in {text:?}"))??;
    Ok(text)
}

/// Reads to the end, and says which it was.
async fn end(pipe: &mut Pipe) -> Result<std::io::Result<Vec<u8>>> {
    let mut rest = Vec::new();
    let read = tokio::time::timeout(PATIENCE, pipe.read_to_end(&mut rest)).await;
    Ok(read.context("it does not end")?.map(|_| rest))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_seen_and_talked_to_over_one_login() -> Result<()> {
    let lab = Lab::up("console", &["a"])?;
    lab.run(&["guest"])?;
    lab.define("a", &["box", "mem=96", "tb=32"])?;
    lab.virsh("a", &["start", "box"])?;
    let session = connect(&lab, &lab.ssh("a"), Access::ReadWrite).await?;
    let key = key_of(&lab, "box")?;
    let before = logins(&lab)?;
    let consoles = session.consoles(&key).await?;
    assert!(consoles.tunnelled);
    let lines: Vec<&str> = consoles.lines.iter().map(|l| l.label.as_str()).collect();
    assert_eq!(
        lines,
        ["Serial 0"],
        "a line that has two names is told once"
    );

    // the screen
    let mut display = session.open_display(&key, 0).await?;
    greets(&mut display).await?;
    let picture = session.screenshot(&key, 0).await?;
    assert_eq!(picture.mime, "image/png", "as this QEMU writes");
    let (width, height) = size_of_png(&picture.bytes);
    assert!(
        width >= 640 && height >= 350,
        "{width}×{height} is a screen"
    );

    // the line, which somebody else uses then
    lab.guest_ready("a", "box")?;
    let mut line = session.open_line(&key, "serial0", Takeover::Refuse).await?;
    line.write_all(b"\r").await?;
    until(&mut line, "# ").await?;
    line.write_all(b"echo in$((40+2))out\r").await?;
    until(&mut line, "in42out").await?;
    assert_eq!(logins(&lab)?, before, "one login for all");
    let other = connect(&lab, &lab.ssh("a"), Access::ReadWrite).await?;
    let refused = other.open_line(&key, "serial0", Takeover::Refuse).await;
    let error = refused.err().context("the line is in use")?;
    assert_eq!(error.code, ErrorCode::Conflict, "{error:?}");
    let mut taken = other.open_line(&key, "serial0", Takeover::Force).await?;
    // an error or not: what matters is that it ends
    let _ = end(&mut line).await?;
    taken.write_all(b"echo over$((1+1))\r").await?;
    until(&mut taken, "over2").await?;
    drop(taken);
    other.close().await;

    // keys reach the guest's own console, which tells it on the line
    let mut line = session.open_line(&key, "serial0", Takeover::Force).await?;
    for keys in keys("echo k >/dev/ttyS0\n") {
        let hold = Duration::from_millis(50);
        session
            .send_keys(&key, KeySet::Linux, Chord { keys, hold })
            .await?;
        // QEMU drops what comes while a key is held
        tokio::time::sleep(hold * 2).await;
    }
    until(&mut line, "k\r\n").await?;

    // power loss of the guest ends both, and says that it was the guest
    session.perform(&key, Operation::ForceOff).await?;
    for pipe in [&mut display, &mut line] {
        let ended = end(pipe).await?;
        assert!(ended.is_ok(), "the VM ended it: {ended:?}");
    }
    Ok(())
}

/// The size of a PNG file that is whole.
fn size_of_png(file: &[u8]) -> (u32, u32) {
    assert!(file.starts_with(b"\x89PNG\r\n\x1a\n") && &file[12..16] == b"IHDR");
    assert_eq!(file[file.len() - 8..][..4], *b"IEND", "the end came too");
    let number = |at: usize| {
        file[at..at + 4]
            .iter()
            .fold(0, |n, b| n << 8 | u32::from(*b))
    };
    (number(16), number(20))
}

/// The keys of a text on a US keyboard, as far as it is needed here.
fn keys(text: &str) -> Vec<Vec<u16>> {
    const SHIFT: u16 = 42;
    let key = |c| match c {
        'e' => vec![18],
        'c' => vec![46],
        'h' => vec![35],
        'o' => vec![24],
        'k' => vec![37],
        'd' => vec![32],
        'v' => vec![47],
        't' => vec![20],
        'y' => vec![21],
        'S' => vec![SHIFT, 31],
        '0' => vec![11],
        '>' => vec![SHIFT, 52],
        '/' => vec![53],
        ' ' => vec![57],
        '\n' => vec![28],
        other => panic!("no key for {other:?}"),
    };
    text.chars().map(key).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_reader_stops_the_writer_and_loses_nothing() -> Result<()> {
    const LINES: usize = 700_000;
    let lab = Lab::up("much", &["a"])?;
    lab.run(&["guest"])?;
    lab.define("a", &["box", "mem=96", "tb=32"])?;
    let virtio = "<console type='pty'><target type='virtio' port='1'/></console>";
    lab.redefine("a", "box", |xml| {
        xml.replace("<memballoon", &format!("{virtio}<memballoon"))
    })?;
    lab.virsh("a", &["start", "box"])?;
    let session = connect(&lab, &lab.ssh("a"), Access::ReadWrite).await?;
    let key = key_of(&lab, "box")?;
    lab.guest_ready("a", "box")?;
    let mut fast = session.open_line(&key, "serial0", Takeover::Refuse).await?;
    fast.write_all(b"stty -echo -onlcr; PS1=; echo go\r")
        .await?;
    until(&mut fast, "\ngo\n").await?;
    let shell = format!("sh -c 'echo $$ >/tmp/p; exec seq {LINES}'; echo done\r");
    fast.write_all(shell.as_bytes()).await?;

    // nobody reads: the guest's writer stands still, and says how far it has come
    let mut slow = session
        .open_line(&key, "console1", Takeover::Refuse)
        .await?;
    let stuck = "w() { awk '/wchar/{print $2}' /proc/$(cat /tmp/p)/io; }; \
                 until n=$(w); sleep 2; [ \"$n\" ] && [ \"$(w)\" = \"$n\" ]; do :; done; \
                 echo stuck=$n=\r";
    slow.write_all(stuck.as_bytes()).await?;
    until(&mut slow, "\nstuck=").await?;
    let written = until(&mut slow, "=").await?;
    let total: usize = (1..=LINES).map(|n| n.to_string().len() + 1).sum();
    let written: usize = written.trim_end_matches('=').parse()?;
    assert!(
        written < total,
        "{written} of {total} bytes were held somewhere"
    );

    let said = until(&mut fast, "done\n").await?;
    let mut expected = 1;
    for number in said.lines().take_while(|line| *line != "done") {
        assert_eq!(number.parse(), Ok(expected), "no byte is lost");
        expected += 1;
    }
    assert_eq!(expected, LINES + 1, "all of it came");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn displays_wherever_they_listen() -> Result<()> {
    let lab = Lab::up("where", &["a"])?;
    let socket = started(
        &lab,
        "socket",
        "<graphics type='vnc'><listen type='socket'/></graphics>",
    )?;
    let everywhere = started(
        &lab,
        "everywhere",
        "<graphics type='vnc' autoport='yes' listen='0.0.0.0' passwd='s&lt;cret'></graphics>",
    )?;
    let nowhere = started(
        &lab,
        "nowhere",
        "<graphics type='vnc'><listen type='none'/></graphics>",
    )?;
    let session = connect(&lab, &lab.ssh("a"), Access::ReadWrite).await?;
    for key in [&socket, &everywhere] {
        greets(&mut session.open_display(key, 0).await?).await?;
    }
    let shown = session.consoles(&everywhere).await?;
    let password = shown.displays[0]
        .password
        .as_ref()
        .map(|p| p.expose().to_owned());
    assert_eq!(password.as_deref(), Some("s<cret"));
    let told = session.consoles(&socket).await?;
    assert!(matches!(told.displays[0].place, DisplayPlace::Socket(_)));
    let refused = session.open_display(&nowhere, 0).await.err();
    let error = refused.context("ssh carries no descriptors")?;
    assert_eq!(error.code, ErrorCode::Unsupported, "{error:?}");
    assert!(error.hint.is_some());

    // SPICE speaks when it is spoken to
    lab.define("a", &[&["spice", "gfx=spice"], &BARE[..]].concat())?;
    lab.virsh("a", &["start", "spice"])?;
    let mut spice = session.open_display(&key_of(&lab, "spice")?, 0).await?;
    spice.write_all(&spice_link()).await?;
    let mut answer = [0; 4];
    tokio::time::timeout(PATIENCE, spice.read_exact(&mut answer)).await??;
    assert_eq!(&answer, b"REDQ");

    // on the host itself libvirt hands out what listens nowhere
    let local = connect(&lab, &lab.run(&["uri", "a", "unix"])?, Access::ReadWrite).await?;
    for key in [&socket, &everywhere, &nowhere] {
        greets(&mut local.open_display(key, 0).await?).await?;
    }

    // without a tunnel only what listens to others is reached
    let plain = connect(&lab, &lab.run(&["uri", "a", "tcp"])?, Access::ReadWrite).await?;
    greets(&mut plain.open_display(&everywhere, 0).await?).await?;
    let error = plain.open_display(&socket, 0).await.err();
    assert_eq!(
        error.context("it is the host's")?.code,
        ErrorCode::Unsupported
    );

    // who may only read sees no secrets and opens no lines
    let reader = connect(&lab, &lab.ssh("a"), Access::ReadOnly).await?;
    let shown = reader.consoles(&everywhere).await?;
    assert_eq!(shown.displays[0].password, None);
    let line = reader
        .open_line(&everywhere, "serial0", Takeover::Force)
        .await;
    let error = line.err().context("read-only")?;
    assert_eq!(error.code, ErrorCode::PermissionDenied);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_lack_something_say_so_or_do_without() -> Result<()> {
    let lab = Lab::up("lack", &["a"])?;
    let socket = started(
        &lab,
        "socket",
        "<graphics type='vnc'><listen type='socket'/></graphics>",
    )?;
    let tcp = started(
        &lab,
        "tcp",
        "<graphics type='vnc' autoport='yes'></graphics>",
    )?;
    let config = lab.state().join("a/ssh/sshd_config");
    let text = std::fs::read_to_string(&config)?;
    std::fs::write(&config, format!("AllowTcpForwarding no\n{text}"))?;
    lab.run(&["sshd-restart", "a"])?;
    let session = connect(&lab, &lab.ssh("a"), Access::ReadWrite).await?;
    // nc carries what sshd does not
    greets(&mut session.open_display(&tcp, 0).await?).await?;
    lab.run(&["hide", "a", "nc"])?;
    let error = session.open_display(&socket, 0).await.err();
    let error = error.context("nothing to join it with")?;
    assert_eq!(error.code, ErrorCode::Unsupported, "{error:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_network_is_an_error_and_not_a_silence() -> Result<()> {
    let lab = Lab::up("cut", &["a"])?;
    let key = started(
        &lab,
        "tcp",
        "<graphics type='vnc' autoport='yes'></graphics>",
    )?;
    let session = connect(&lab, &lab.ssh("a"), Access::ReadWrite).await?;
    let mut display = session.open_display(&key, 0).await?;
    greets(&mut display).await?;
    let mut line = session.open_line(&key, "serial0", Takeover::Refuse).await?;
    lab.run(&["cut", "a"])?;
    for pipe in [&mut display, &mut line] {
        let error = end(pipe).await?.err().context("the way broke")?;
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error:?}");
    }
    let error = session.open_display(&key, 0).await.err();
    assert_eq!(error.context("no way")?.code, ErrorCode::ConnectionLost);
    // to let go of a line on a dead host takes nobody's time
    drop((display, line));
    session.close().await;
    Ok(())
}

//! Displays that demand TLS or a login, and displays that are added, of real QEMU, through the
//! libvirt driver.
#![cfg(feature = "lab")]

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use driver::{ConnectTarget, DisplayKind, DriverSession, Operation, Pipe, VmDriver, contract};
use driver_libvirt::LibvirtDriver;
use innkeeper_tests::display::spice_link;
use innkeeper_tests::lab::Lab;
use model::{ConnectionId, ConnectionSettings, ErrorCode, VmKey};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How long a host under emulation may take for anything. Only a broken one takes that long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a VM whose `<graphics>` is this one.
fn started(lab: &Lab, vm: &str, graphics: &str) -> Result<VmKey> {
    lab.start_with("a", vm, graphics).map(VmKey::new)
}

async fn connect(driver: &LibvirtDriver, uri: &str) -> Result<Arc<dyn DriverSession>> {
    let target = ConnectTarget {
        id: ConnectionId::from_uuid(uuid::Uuid::new_v4()),
        settings: ConnectionSettings::new("lab", uri),
    };
    let context = contract::context(Duration::from_secs(20));
    Ok(driver.connect(&target, &context).await?)
}

async fn hears<const N: usize>(pipe: &mut Pipe) -> Result<[u8; N]> {
    let mut heard = [0; N];
    tokio::time::timeout(PATIENCE, pipe.read_exact(&mut heard)).await??;
    Ok(heard)
}

async fn says(pipe: &mut Pipe, bytes: &[u8]) -> Result<()> {
    pipe.write_all(bytes).await?;
    Ok(pipe.flush().await?)
}

/// What the page does: it takes the only security type that is offered, and says which it is.
async fn security(pipe: &mut Pipe) -> Result<u8> {
    ensure!(&hears::<12>(pipe).await? == b"RFB 003.008\n");
    says(pipe, b"RFB 003.008\n").await?;
    let [count, security] = hears(pipe).await?;
    ensure!(count == 1, "one is offered, not {count}");
    says(pipe, &[security]).await?;
    Ok(security)
}

/// Reads the size of the screen, which is behind every door.
async fn is_shown(pipe: &mut Pipe) -> Result<()> {
    ensure!(hears(pipe).await? == [0; 4], "the host lets us in");
    says(pipe, &[1]).await?;
    let [w1, w0, h1, h0] = hears(pipe).await?;
    let size = [u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0])];
    ensure!(size[0] >= 640 && size[1] >= 350, "{size:?} is a screen");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn displays_inside_tls_are_shown_to_whom_their_host_has_proven_itself() -> Result<()> {
    let lab = Lab::up("tls", &["a"])?;
    lab.run(&["secure", "a"])?;
    let open = started(
        &lab,
        "open",
        "<graphics type='vnc' autoport='yes'></graphics>",
    )?;
    let locked = started(
        &lab,
        "locked",
        "<graphics type='vnc' autoport='yes' passwd='s3cret'></graphics>",
    )?;
    let spice = started(
        &lab,
        "spice",
        "<graphics type='spice' autoport='yes' defaultMode='secure'></graphics>",
    )?;
    let driver = LibvirtDriver::new().with_ssh("ssh", Some(lab.ssh_config()));
    let stranger = driver.clone().with_home(lab.state().join("nobody"));
    let trusting = driver.with_home(lab.state().join("home"));

    let session = connect(&trusting, &lab.ssh("a")).await?;
    let mut display = session.open_display(&open, 0).await?;
    ensure!(security(&mut display).await? == 1, "nothing is asked");
    is_shown(&mut display).await?;
    let mut display = session.open_display(&locked, 0).await?;
    ensure!(security(&mut display).await? == 2, "a password is asked");
    hears::<16>(&mut display).await.context("the challenge")?;
    for _channel in 0..2 {
        let mut display = session.open_display(&spice, 0).await?;
        says(&mut display, &spice_link()).await?;
        ensure!(&hears::<4>(&mut display).await? == b"REDQ");
    }
    // the VM's end is no error, although QEMU does not take leave
    let mut display = session.open_display(&open, 0).await?;
    lab.virsh("a", &["destroy", "open"])?;
    let mut rest = Vec::new();
    tokio::time::timeout(PATIENCE, display.read_to_end(&mut rest)).await??;
    lab.virsh("a", &["start", "open"])?;

    let strange = connect(&stranger, &lab.ssh("a")).await?;
    for vm in [&open, &spice] {
        let error = strange.open_display(vm, 0).await.err();
        let error = error.context("nobody vouches for it")?;
        assert_eq!(error.code, ErrorCode::Unsupported, "{error:?}");
        let hint = error.hint.context("where to put the authority")?;
        ensure!(hint.contains(".pem"), "{hint}");
    }

    // without a tunnel it is TLS alone that proves the host, here by its address
    let everywhere = started(
        &lab,
        "everywhere",
        "<graphics type='vnc' autoport='yes' listen='0.0.0.0'></graphics>",
    )?;
    let plain = connect(&trusting, &lab.run(&["uri", "a", "tcp"])?).await?;
    let mut display = plain.open_display(&everywhere, 0).await?;
    ensure!(security(&mut display).await? == 1);
    is_shown(&mut display).await?;

    // on the host itself libvirt leads past all that
    let local = connect(&stranger, &lab.run(&["uri", "a", "unix"])?).await?;
    let mut display = local.open_display(&open, 0).await?;
    ensure!(security(&mut display).await? == 1);
    is_shown(&mut display).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_and_a_password_open_a_display_that_demands_sasl() -> Result<()> {
    let lab = Lab::up("sasl", &["a"])?;
    lab.run(&["secure", "a", "sasl"])?;
    let vm = started(
        &lab,
        "box",
        "<graphics type='vnc' autoport='yes'></graphics>",
    )?;
    let driver = LibvirtDriver::new()
        .with_ssh("ssh", Some(lab.ssh_config()))
        .with_home(lab.state().join("home"));
    let session = connect(&driver, &lab.ssh("a")).await?;
    for (password, accepted) in [("lantern", true), ("candle", false)] {
        let mut display = session.open_display(&vm, 0).await?;
        ensure!(security(&mut display).await? == 19, "VeNCrypt");
        ensure!(hears(&mut display).await? == [0, 2]);
        says(&mut display, &[0, 2]).await?;
        ensure!(hears(&mut display).await? == [0, 1, 0, 0, 1, 0], "Plain");
        let length = u8::try_from(password.len())?;
        let login = [&[0, 0, 1, 0, 0, 0, 0, 6, 0, 0, 0, length][..], b"keeper"].concat();
        says(&mut display, &[&login, password.as_bytes()].concat()).await?;
        if accepted {
            is_shown(&mut display).await?;
        } else {
            ensure!(hears(&mut display).await? == [0, 0, 0, 1], "refused");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vm_without_a_display_gets_one_and_loses_nothing() -> Result<()> {
    let lab = Lab::up("add", &["a"])?;
    let vm = started(&lab, "blind", "")?;
    let theirs =
        "<metadata><theirs:own xmlns:theirs='urn:x' a='1'>&lt;kept&gt;</theirs:own></metadata>";
    let before = lab.virsh("a", &["dumpxml", "--inactive", "blind"])?;
    let file = lab.state().join("blind.xml");
    std::fs::write(
        &file,
        before.replace("</uuid>", &format!("</uuid>{theirs}")),
    )?;
    lab.virsh("a", &["define", &file.display().to_string()])?;
    let before = lab.virsh("a", &["dumpxml", "--inactive", "blind"])?;
    ensure!(before.contains("theirs:own") && !before.contains("<graphics"));

    let driver = LibvirtDriver::new().with_ssh("ssh", Some(lab.ssh_config()));
    let session = connect(&driver, &lab.ssh("a")).await?;
    let offers = session.display_offers(&vm).await?;
    let kinds: Vec<DisplayKind> = offers.iter().map(|offer| offer.kind).collect();
    assert_eq!(kinds, [DisplayKind::Vnc, DisplayKind::Spice]);
    session
        .perform(&vm, Operation::AddDisplay(DisplayKind::Vnc))
        .await?;
    let after = lab.virsh("a", &["dumpxml", "--inactive", "blind"])?;
    for line in before.lines() {
        ensure!(after.contains(line.trim()), "{line} is gone: {after}");
    }
    let live = session.consoles(&vm).await?;
    ensure!(live.displays.is_empty(), "it comes with the next start");
    lab.virsh("a", &["destroy", "blind"])?;
    lab.virsh("a", &["start", "blind"])?;
    let mut display = session.open_display(&vm, 0).await?;
    ensure!(security(&mut display).await? == 1);
    is_shown(&mut display).await?;

    // a password that is there stays, although what is shown has none
    let locked = started(
        &lab,
        "locked",
        "<graphics type='vnc' autoport='yes' passwd='s3cret'></graphics>",
    )?;
    let offers = session.display_offers(&locked).await?;
    ensure!(offers.iter().all(|offer| !offer.after.contains("s3cret")));
    session
        .perform(&locked, Operation::AddDisplay(DisplayKind::Spice))
        .await?;
    let kept = ["dumpxml", "--inactive", "--security-info", "locked"];
    ensure!(lab.virsh("a", &kept)?.contains("s3cret"));
    Ok(())
}

//! The VMs that `bench-console` looks at: each runs nothing but a few instructions of its boot sector.
//!
//! Invariant: they and their libvirtd live exactly as long as the [`Machine`].

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::libvirtd::PrivateLibvirtd;
use crate::virsh;

/// The VM with a pixel that changes a hundred times a second: QEMU looks less and less often at one that does not.
pub const MOVING: &str = "moving";
/// The VM with a display that stands still.
pub const STILL: &str = "still";
/// Their screens.
pub const PIXELS: (u16, u16) = (1600, 1200);
/// The VM that counts on its serial line as soon as it hears something.
pub const LINE: &str = "line";
/// As much as it says: four bytes a number, the lowest first.
pub const LINE_BYTES: usize = 50 << 20;

/// Asks the VGA BIOS for 1600 × 1200 pixels of 32 bits, and halts.
const DRAW: &[u8] = &[
    0xb8, 0x02, 0x4f, // mov ax, 4f02h
    0xbb, 0x47, 0x41, // mov bx, 4147h
    0xcd, 0x10, // int 10h
    0xfa, 0xf4, 0xeb, 0xfc, // cli, hlt, again
];

/// The same without halting for good: the timer ticks a hundred times a second, and each tick changes a pixel.
const CHANGE: &[u8] = &[
    0xb8, 0x02, 0x4f, 0xbb, 0x47, 0x01, 0xcd, 0x10, // as above, the memory in a window
    0xb0, 0x36, 0xe6, 0x43, // out 43h, 36h
    0xb0, 0x9c, 0xe6, 0x40, 0xb0, 0x2e, 0xe6, 0x40, // out 40h, 9ch; out 40h, 2eh
    0xb8, 0x00, 0xa0, 0x8e, 0xc0, // es = a000h
    0xfb, // sti
    0xf4, 0x26, 0xfe, 0x06, 0x00, 0x00, // next: hlt; inc byte es:[0]
    0xeb, 0xf8, // jmp next
];

/// Turns the first serial port's queue on, waits for a byte, counts, and halts.
const COUNT: &[u8] = &[
    0xfa, 0x66, 0x31, 0xdb, // cli; xor ebx, ebx
    0xba, 0xfa, 0x03, 0xb0, 0x01, 0xee, // out 3fah, 1
    0xb2, 0xfd, 0xec, 0xa8, 0x01, 0x74, 0xfb, // until in(3fdh) & 1
    0xb2, 0xf8, 0xec, // in 3f8h
    0xb2, 0xfd, 0xec, 0xa8, 0x20, 0x74, 0xfb, // next: until in(3fdh) & 20h
    0xb2, 0xf8, 0x66, 0x89, 0xd8, // mov eax, ebx
    0xee, 0x66, 0xc1, 0xe8, 0x08, // out 3f8h, al; shr eax, 8
    0xee, 0x66, 0xc1, 0xe8, 0x08, 0xee, 0x66, 0xc1, 0xe8, 0x08, 0xee, //
    0x66, 0x43, // inc ebx
    0x66, 0x81, 0xfb, 0x00, 0x00, 0xc8, 0x00, // cmp ebx, 50 MiB / 4
    0x75, 0xd9, // jne next
    0xf4, 0xeb, 0xfd, // hlt, again
];

/// A libvirtd of our own with those VMs that are on.
#[derive(Debug)]
pub struct Machine {
    daemon: PrivateLibvirtd,
    dir: tempfile::TempDir,
}

impl Machine {
    /// Starts it, all VMs off.
    pub async fn start() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let daemon = PrivateLibvirtd::start(dir.path()).await?;
        Ok(Self { daemon, dir })
    }

    /// Starts one of its VMs.
    pub async fn power_on(&self, vm: &str) -> Result<()> {
        let display = "<graphics type='vnc' port='-1' autoport='yes' websocket='-1' listen='127.0.0.1'/>\
                       <video><model type='vga' vram='16384'/></video>";
        let line = "<serial type='pty'><target port='0'/></serial>";
        match vm {
            MOVING => self.run(vm, CHANGE, display).await,
            STILL => self.run(vm, DRAW, display).await,
            LINE => self.run(vm, COUNT, line).await,
            other => bail!("no VM is called {other}"),
        }
    }

    /// Ends one of its VMs, so that it takes nothing from the others.
    pub async fn power_off(&self, vm: &str) -> Result<()> {
        virsh::run(&self.uri(), &["destroy", vm]).await.map(drop)
    }

    /// What clients connect to.
    pub fn uri(&self) -> String {
        let socket = self.daemon.socket();
        format!("qemu+unix:///session?socket={}", socket.display())
    }

    /// QEMU's own WebSocket to the display that moves.
    pub async fn websocket(&self) -> Result<String> {
        let live = virsh::run(&self.uri(), &["dumpxml", MOVING]).await?;
        let port = live
            .split_once("websocket='")
            .and_then(|(_, rest)| rest.split_once('\''))
            .context("QEMU has no WebSocket")?
            .0;
        Ok(format!("ws://127.0.0.1:{port}/"))
    }

    async fn run(&self, name: &str, boot: &[u8], devices: &str) -> Result<()> {
        let disk = self.dir.path().join(format!("{name}.img"));
        std::fs::write(&disk, sector(boot)?)?;
        self.hand_over(&disk)?;
        let xml = format!(
            "<domain type='qemu'><name>{name}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>\
             <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>\
             <features><acpi/></features><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>\
             <disk type='file' device='disk'><driver name='qemu' type='raw'/>\
             <source file='{}'/><target dev='hda' bus='ide'/></disk>{devices}\
             <memballoon model='none'/></devices></domain>",
            disk.display()
        );
        let file = self.dir.path().join(format!("{name}.xml"));
        std::fs::write(&file, xml)?;
        let file = file.display().to_string();
        virsh::run(&self.uri(), &["create", &file]).await.map(drop)
    }

    /// The daemon may run as somebody else than we do.
    fn hand_over(&self, file: &Path) -> Result<()> {
        use std::os::unix::fs::{MetadataExt as _, chown};
        let owner = std::fs::metadata(self.dir.path())?;
        Ok(chown(file, Some(owner.uid()), Some(owner.gid()))?)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for vm in [MOVING, STILL, LINE] {
            // a VM outlives its daemon unless it is ended; one that is gone already is fine
            let _ = Command::new("virsh")
                .args(["-q", "-c", &self.uri(), "destroy", vm])
                .output();
        }
    }
}

/// A disk of one megabyte that boots these instructions.
fn sector(boot: &[u8]) -> Result<Vec<u8>> {
    ensure!(boot.len() <= 510, "they do not fit into a boot sector");
    let mut disk = boot.to_vec();
    disk.resize(510, 0);
    disk.extend([0x55, 0xaa]);
    disk.resize(1 << 20, 0);
    Ok(disk)
}

//! System packages: which ones each purpose needs under each package manager, and getting them.
//!
//! The lists and the command line are pure, and tested; only `ensure` and `missing` touch the machine.

use anyhow::{Result, bail};

use crate::privilege::{self, Privilege};
use crate::process;

/// A package manager that we know the names of packages for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageTool {
    Apt,
    Dnf,
    Pacman,
    Zypper,
    Brew,
}

/// What packages are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Compile and run the app.
    Build,
    /// Drive its real window.
    Window,
    /// Real libvirt hosts in namespaces.
    Lab,
    /// Check the Windows build.
    Cross,
}

impl Purpose {
    /// Everything that `cargo xtask test` may want.
    pub const ALL: &[Self] = &[Self::Build, Self::Window, Self::Lab, Self::Cross];
}

impl PackageTool {
    const ALL: [(Self, &str); 5] = [
        (Self::Apt, "apt-get"),
        (Self::Dnf, "dnf"),
        (Self::Pacman, "pacman"),
        (Self::Zypper, "zypper"),
        (Self::Brew, "brew"),
    ];

    /// The one this machine uses.
    pub fn detect() -> Option<Self> {
        let found = |program: &str| {
            process::answer(&mut process::command(program, ["--version"])).is_some()
        };
        Self::ALL
            .into_iter()
            .find(|(_, program)| found(program))
            .map(|(tool, _)| tool)
    }

    /// What `purpose` needs; None where this manager's system cannot serve it.
    pub fn packages(self, purpose: Purpose) -> Option<&'static str> {
        use PackageTool::{Apt, Brew, Dnf, Pacman, Zypper};
        use Purpose::{Build, Cross, Lab, Window};
        match (self, purpose) {
            (Apt, Build) => Some(
                "build-essential file libssl-dev libvirt-dev libwebkit2gtk-4.1-dev librsvg2-dev openssh-client \
                 pkg-config",
            ),
            (Apt, Window) => {
                Some("dbus fonts-dejavu-core openbox webkit2gtk-driver xclip xdotool xvfb")
            }
            (Apt, Lab) => Some(
                "busybox-static cpio dnsmasq-base iproute2 iptables kmod libvirt-clients libvirt-daemon \
                 libvirt-daemon-driver-qemu netcat-openbsd openssh-server openssl ovmf procps python3 \
                 qemu-system-x86 qemu-utils sasl2-bin",
            ),
            (Apt, Cross) => Some(
                "binutils-mingw-w64-x86-64 g++-mingw-w64-x86-64-posix gcc-mingw-w64-x86-64-posix \
                 mingw-w64-x86-64-dev",
            ),
            // what packages provide, not what they are called: names differ between Fedora and openSUSE and change
            // with releases, programs and pkg-config's modules do not
            (Dnf | Zypper, Build) => Some(
                "/usr/bin/file /usr/bin/pkg-config /usr/bin/ssh gcc gcc-c++ make pkgconfig(librsvg-2.0) \
                 pkgconfig(libvirt) pkgconfig(openssl) pkgconfig(webkit2gtk-4.1)",
            ),
            (Dnf, Cross) => Some("mingw64-gcc mingw64-gcc-c++ mingw64-headers"),
            (Zypper, Cross) => Some("mingw64-cross-gcc mingw64-cross-gcc-c++"),
            (Pacman, Build) => {
                Some("base-devel file librsvg libvirt openssh openssl pkgconf webkit2gtk-4.1")
            }
            (Pacman, Cross) => Some("mingw-w64-gcc"),
            (Brew, Build) => Some("libvirt pkgconf"),
            // the lab's guest is made of Debian packages. Of WebKit's two builds the others give WebDriver to the one
            // for GTK 4, and Tauri's, for GTK 3, then takes no clicks; macOS has no WebDriver for it at all
            (Dnf | Pacman | Zypper | Brew, Lab | Window) | (Brew, Cross) => None,
        }
    }

    /// Asks which of some packages are there.
    fn query(self) -> &'static [&'static str] {
        match self {
            Self::Apt => &[
                "dpkg-query",
                "-W",
                "-f",
                "${db:Status-Status} ${Package}\\n",
            ],
            Self::Dnf | Self::Zypper => &[
                "rpm",
                "-q",
                "--qf",
                "installed %{NAME}\\n",
                "--whatprovides",
            ],
            Self::Pacman => &["pacman", "-T"],
            Self::Brew => &["brew", "list", "--versions"],
        }
    }

    /// Those of `wanted` that `query`'s answer does not show as installed.
    fn missing<'a>(self, wanted: &[&'a str], answer: &str) -> Vec<&'a str> {
        let has = |package: &str| match self {
            Self::Apt => answer
                .lines()
                .any(|line| line == format!("installed {package}")),
            // --whatprovides answers by provider, so it is asked one package at a time, see `absent`
            Self::Dnf | Self::Zypper => answer.lines().any(|line| line.starts_with("installed ")),
            // pacman -T prints what is not satisfied
            Self::Pacman => !answer.lines().any(|line| line == package),
            Self::Brew => answer
                .lines()
                .any(|line| line.split(' ').next() == Some(package)),
        };
        wanted
            .iter()
            .copied()
            .filter(|package| !has(package))
            .collect()
    }

    /// The one line that installs `packages`, for a shell of root's.
    pub fn install_line(self, packages: &[&str]) -> String {
        let quoted: Vec<String> = packages.iter().map(|name| quoted(name)).collect();
        let names = quoted.join(" ");
        match self {
            Self::Apt => apt_line(packages),
            Self::Dnf => format!("dnf install -y {names}"),
            Self::Pacman => format!("pacman -S --needed --noconfirm {names}"),
            Self::Zypper => format!("zypper --non-interactive install {names}"),
            Self::Brew => format!("brew install {names}"),
        }
    }
}

/// A shell would take the parentheses of `pkgconfig(libvirt)` for its own.
fn quoted(name: &str) -> String {
    if name.contains('(') {
        format!("'{name}'")
    } else {
        name.to_owned()
    }
}

/// Packages start their daemons on Debian unless this file says no; the lab starts its own, in its own namespaces.
const HOLD_DAEMONS: &str = "policy=/usr/sbin/policy-rc.d; [ -e $policy ] || { trap 'rm -f '$policy EXIT; \
    printf '#!/bin/sh\\nexit 101\\n' > $policy; chmod 755 $policy; }; ";

fn apt_line(packages: &[&str]) -> String {
    let qemu = packages.iter().any(|p| p.starts_with("qemu-"));
    let mut names: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|p| !p.starts_with("qemu-"))
        .collect();
    // qemu-utils from backports breaks the emulator of the release: ask for both in one version, the third word of
    // `apt-cache madison`
    let (hold, pin) = if qemu {
        names.extend(["qemu-system-x86=$3", "qemu-utils=$3"]);
        (
            HOLD_DAEMONS,
            "set -- $(apt-cache madison qemu-system-x86) && ",
        )
    } else if packages.contains(&"openssh-server") {
        (HOLD_DAEMONS, "")
    } else {
        ("", "")
    };
    let apt = "apt-get -q -o DPkg::Lock::Timeout=600";
    format!(
        "{hold}{apt} update && {pin}DEBIAN_FRONTEND=noninteractive {apt} install -y --no-install-recommends \
         --allow-downgrades {}",
        names.join(" ")
    )
}

/// Which of `wanted` this machine lacks.
fn absent<'a>(tool: PackageTool, wanted: &[&'a str]) -> Vec<&'a str> {
    let ask = |packages: &[&str]| {
        let (program, args) = tool
            .query()
            .split_first()
            .expect("a query names its program");
        let mut query = process::command(program, args.iter().chain(packages));
        // it exits non-zero when one is missing, and still answers for the rest
        query
            .output()
            .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
            .unwrap_or_default()
    };
    match tool {
        // rpm names the provider, not what was asked for
        PackageTool::Dnf | PackageTool::Zypper => wanted
            .iter()
            .flat_map(|p| tool.missing(&[p], &ask(&[p])))
            .collect(),
        _ => tool.missing(wanted, &ask(wanted)),
    }
}

/// Whether this system has packages for all of `purposes`.
pub fn serves(purposes: &[Purpose]) -> bool {
    PackageTool::detect().is_none_or(|tool| {
        purposes
            .iter()
            .all(|purpose| tool.packages(*purpose).is_some())
    })
}

/// Installs what is missing for `purposes`. Where it may not: prints the line that would, and fails.
pub fn ensure(purposes: &[Purpose]) -> Result<()> {
    if cfg!(windows) {
        return Ok(()); // docs/TESTING.md says what to install by hand
    }
    let Some(tool) = PackageTool::detect() else {
        bail!(
            "found none of apt-get, dnf, pacman, zypper and brew; docs/TESTING.md lists what is needed"
        );
    };
    let wanted: Vec<&str> = purposes
        .iter()
        .filter_map(|purpose| tool.packages(*purpose))
        .flat_map(str::split_whitespace)
        .collect();
    let missing = absent(tool, &wanted);
    if missing.is_empty() {
        return Ok(());
    }
    println!("xtask: missing system packages: {}", missing.join(" "));
    let line = tool.install_line(&missing);
    let mut install = match (tool, privilege::detect()) {
        // Homebrew refuses to run as root
        (PackageTool::Brew, _) | (_, Privilege::Root) => process::command("sh", ["-c", &line]),
        (_, Privilege::Sudo) => process::command("sudo", ["-n", "sh", "-c", &line]),
        (_, Privilege::None) => {
            println!("xtask: run this, then the same command again:");
            println!("  sudo sh -c '{}'", line.replace('\'', r"'\''"));
            bail!("not allowed to install packages");
        }
    };
    process::check(&mut install)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_can_build_and_linux_can_be_checked() {
        use PackageTool::{Apt, Brew, Dnf, Pacman, Zypper};
        for tool in [Apt, Dnf, Pacman, Zypper, Brew] {
            let build = tool
                .packages(Purpose::Build)
                .expect("the app builds everywhere");
            assert!(
                build.contains("libvirt"),
                "{tool:?} must bring libvirt: {build}"
            );
        }
        for tool in [Apt, Dnf, Pacman, Zypper] {
            assert!(
                tool.packages(Purpose::Cross).is_some(),
                "{tool:?} checks the Windows build"
            );
        }
        for purpose in Purpose::ALL {
            assert!(
                Apt.packages(*purpose).is_some(),
                "CI runs on Debian, {purpose:?} included"
            );
        }
    }

    #[test]
    fn running_the_app_needs_nothing_of_the_tests() {
        let build = PackageTool::Apt
            .packages(Purpose::Build)
            .expect("Debian builds");
        for package in ["xvfb", "qemu-system-x86", "gcc-mingw-w64-x86-64-posix"] {
            assert!(
                !build.split_whitespace().any(|p| p == package),
                "{package} is for tests"
            );
        }
    }

    #[test]
    fn what_is_missing_is_read_from_each_managers_answer() {
        let wanted = ["a", "b"];
        let cases = [
            (PackageTool::Apt, "installed a\nnot-installed b\n"),
            (PackageTool::Pacman, "b\n"),
            (PackageTool::Brew, "a 1.2 1.3\nbb 2.0\n"),
        ];
        for (tool, answer) in cases {
            assert_eq!(tool.missing(&wanted, answer), ["b"], "{tool:?}");
        }
        let rpm = PackageTool::Dnf;
        assert!(rpm.missing(&["a"], "installed another-name\n").is_empty());
        assert_eq!(rpm.missing(&["a"], "no package provides a\n"), ["a"]);
    }

    #[test]
    fn the_install_line_is_complete() {
        let line = |tool: PackageTool| tool.install_line(&["libvirt", "file"]);
        assert_eq!(line(PackageTool::Dnf), "dnf install -y libvirt file");
        assert_eq!(
            line(PackageTool::Pacman),
            "pacman -S --needed --noconfirm libvirt file"
        );
        assert_eq!(
            line(PackageTool::Zypper),
            "zypper --non-interactive install libvirt file"
        );
        assert_eq!(line(PackageTool::Brew), "brew install libvirt file");
        assert_eq!(
            PackageTool::Dnf.install_line(&["make", "pkgconfig(libvirt)"]),
            "dnf install -y make 'pkgconfig(libvirt)'"
        );
        let apt = line(PackageTool::Apt);
        assert!(
            apt.contains("apt-get -q -o DPkg::Lock::Timeout=600 update && "),
            "{apt}"
        );
        assert!(apt.ends_with(" libvirt file"), "{apt}");
        assert!(
            !apt.contains("policy-rc.d"),
            "no daemon comes with these: {apt}"
        );
    }

    #[test]
    fn debians_emulator_and_its_tools_are_of_one_version_and_start_no_daemon() {
        let apt = PackageTool::Apt.install_line(&["qemu-system-x86", "ovmf"]);
        assert!(
            apt.ends_with("ovmf qemu-system-x86=$3 qemu-utils=$3"),
            "{apt}"
        );
        assert!(apt.contains("policy-rc.d"), "{apt}");
    }
}

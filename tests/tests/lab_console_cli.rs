//! Consoles from a terminal: `innkeeperctl console`, `screenshot`, `type` and `display` over real ssh, libvirtd and
//! QEMU.
#![cfg(feature = "lab")]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use innkeeper_tests::display::Display;
use innkeeper_tests::lab::Lab;
use innkeeper_tests::user::User;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use serde_json::Value;

/// How long a guest under emulation may take for anything. Only a broken one takes that long.
const PATIENCE: Duration = Duration::from_secs(120);
/// A VM that draws a picture at once and needs no guest.
const BARE: [&str; 3] = ["mem=16", "machine=pc", "boot=hd"];
const LEAVE: &[u8] = b"\x1d";

/// A lab with one host, one VM called `box` that runs, and a user who knows the host.
fn running(test: &str, mkdom: &[&str]) -> Result<(Lab, User)> {
    let lab = Lab::up(test, &["a"])?;
    lab.run(&["guest"])?;
    lab.define("a", &[&["box"], mkdom].concat())?;
    lab.virsh("a", &["start", "box"])?;
    let user = User::of_lab(&lab)?;
    user.ok(&["connection", "add", "ams", &lab.ssh("a")])?;
    user.ok(&["sync"])?;
    Ok((lab, user))
}

fn with_guest(test: &str) -> Result<(Lab, User)> {
    let (lab, user) = running(test, &["mem=96", "tb=32"])?;
    lab.guest_ready("a", "box")?;
    Ok((lab, user))
}

/// A program with what it says, read as it comes.
struct Talk {
    child: Child,
    input: Option<Box<dyn Write>>,
    output: Receiver<Vec<u8>>,
    said: Vec<u8>,
}

impl Talk {
    fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().context("piped above")?;
        let output = child.stdout.take().context("piped above")?;
        Ok(Self {
            child,
            input: Some(Box::new(input)),
            output: pieces(output),
            said: Vec::new(),
        })
    }

    /// The same at a terminal, whose near end is returned.
    fn at_terminal(mut command: Command) -> Result<(Self, OwnedFd)> {
        let far = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&far)?;
        unlockpt(&far)?;
        let path = ptsname(&far, Vec::new())?.into_string()?;
        let near = std::fs::File::options().read(true).write(true).open(path)?;
        let child = command
            .stdin(near.try_clone()?)
            .stdout(near.try_clone()?)
            .stderr(near.try_clone()?)
            .spawn()?;
        let far = std::fs::File::from(far);
        let talk = Self {
            child,
            input: Some(Box::new(far.try_clone()?)),
            output: pieces(far),
            said: Vec::new(),
        };
        Ok((talk, near.into()))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<()> {
        let input = self.input.as_mut().context("it was closed")?;
        input.write_all(bytes)?;
        Ok(input.flush()?)
    }

    /// Waits until `words` were said, takes everything up to their end out, and gives it.
    fn until(&mut self, words: &str) -> Result<String> {
        let (began, mut looked) = (Instant::now(), 0);
        loop {
            let found = self.said[looked..]
                .windows(words.len())
                .position(|window| window == words.as_bytes());
            if let Some(at) = found {
                let end = looked + at + words.len();
                let taken: Vec<u8> = self.said.drain(..end).collect();
                return Ok(String::from_utf8_lossy(&taken).into_owned());
            }
            looked = (self.said.len() + 1).saturating_sub(words.len());
            let left = PATIENCE.saturating_sub(began.elapsed());
            let Ok(piece) = self.output.recv_timeout(left) else {
                let tail = self.said.len().saturating_sub(400);
                let said = String::from_utf8_lossy(&self.said[tail..]);
                bail!("no {words:?} after …{said:?}");
            };
            self.said.extend(piece);
        }
    }

    /// What a command in the guest prints.
    fn ask(&mut self, command: &str) -> Result<String> {
        // the echo of the line is not what it prints
        self.send(format!("{command}; echo; echo an''swered\r").as_bytes())?;
        self.until("\nanswered").map(|said| said.replace('\r', ""))
    }

    fn ended(mut self) -> Result<ExitStatus> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            ensure!(began.elapsed() < PATIENCE, "it does not end");
            // what it says meanwhile must not hold it up
            while self.output.recv_timeout(Duration::from_millis(20)).is_ok() {}
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pieces(mut output: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, pieces) = mpsc::sync_channel(4);
    // reading a pipe blocks; the channel gives it a deadline
    std::thread::spawn(move || {
        let mut piece = vec![0; 64 << 10];
        while let Ok(read @ 1..) = output.read(&mut piece) {
            if sender.send(piece[..read].to_vec()).is_err() {
                return;
            }
        }
    });
    pieces
}

/// A served display, and the line that says where.
struct Served {
    child: Child,
    line: Value,
}

impl Served {
    fn start(user: &User, more: &[&str]) -> Result<Self> {
        let arguments = [&["display", "box", "--json"], more].concat();
        let mut command = user.command(&arguments);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("piped above")?).read_line(&mut line)?;
        Ok(Self {
            child,
            line: serde_json::from_str(&line).with_context(|| format!("no document: {line}"))?,
        })
    }

    fn url(&self) -> Result<&str> {
        self.line["websocket"].as_str().context("no websocket")
    }

    fn address(&self) -> Result<SocketAddr> {
        let rest = self.url()?.strip_prefix("ws://").context("a WebSocket")?;
        Ok(rest.split('/').next().unwrap_or_default().parse()?)
    }

    /// The status that a client with this token and these headers gets.
    fn status(&self, token: &str, headers: &str) -> Result<String> {
        let mut stream = TcpStream::connect(self.address()?)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let request = format!(
            "GET /{token} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes())?;
        let mut status = String::new();
        BufReader::new(stream).read_line(&mut status)?;
        Ok(status.trim().to_owned())
    }

    fn ended(&mut self) -> Result<i32> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return status.code().context("killed");
            }
            std::thread::yield_now();
        }
        bail!("it goes on")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const REFUSED: &str = "HTTP/1.1 403 Forbidden";

#[tokio::test(flavor = "multi_thread")]
async fn a_display_is_served_to_the_one_client_that_knows_where() -> Result<()> {
    let (lab, user) = with_guest("cli-display")?;
    let mut served = Served::start(&user, &[])?;
    let line = served.line.clone();
    assert_eq!(line["kind"], "vnc");
    assert_eq!(line["tunnelled"], true);
    let address = line["address"].as_str().context("no address")?;
    assert!(address.starts_with("127.0.0.1:59"), "{address}");
    let token = served
        .url()?
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    assert!(token.len() >= 32, "128 bits at least");

    // others are sent away, and take nothing from the one who is meant
    let wrong: String = token.chars().rev().collect();
    assert_eq!(served.status(&wrong, "")?, REFUSED);
    assert_eq!(served.status("", "")?, REFUSED);
    let elsewhere = "Origin: https://example.org\r\n";
    assert_eq!(served.status(&token, elsewhere)?, REFUSED);
    let mut display = Display::open(served.url()?, Some("tauri://localhost")).await?;
    assert_eq!(display.name, "QEMU (box)");
    let whole = usize::from(display.width) * usize::from(display.height) * 4;
    assert_eq!(display.update(false).await?, whole, "the whole screen");
    assert_eq!(served.status(&token, "")?, REFUSED, "a second client");

    // keys reach the guest
    let mut line = Talk::start(user.command(&["console", "box"]))?;
    line.ask(":")?;
    let text = "echo via$((40+2))VNC >/dev/ttyS0\n";
    display.type_text(text).await?;
    line.until("via42VNC")?;

    // the VM's end is told, and nothing listens then
    lab.virsh("a", &["destroy", "box"])?;
    let (code, _) = tokio::time::timeout(PATIENCE, display.closed()).await??;
    assert_eq!(code, 1000, "the VM ended it");
    assert_eq!(served.ended()?, 0);
    TcpStream::connect(served.address()?).expect_err("nobody listens");
    assert!(line.ended()?.success());
    assert_eq!(user.fails(&["display", "box"])?, "invalid_state");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_network_is_told_to_the_client_and_by_the_exit_status() -> Result<()> {
    let (lab, user) = running("cli-cut", &BARE)?;
    let mut served = Served::start(&user, &["--index", "0"])?;
    let mut display = Display::open(served.url()?, None).await?;
    display.update(false).await?;
    lab.run(&["cut", "a"])?;
    let (code, reason) = tokio::time::timeout(PATIENCE, display.closed()).await??;
    assert_eq!((code, reason.as_str()), (1011, "connection_lost"));
    assert_eq!(served.ended()?, 1);
    Ok(())
}

#[test]
fn a_vm_without_a_display_or_a_line_says_what_it_lacks() -> Result<()> {
    let (_lab, user) = running("cli-none", &[&BARE[..], &["gfx=none"]].concat())?;
    assert_eq!(user.fails(&["display", "box"])?, "unsupported");
    assert_eq!(
        user.fails(&["display", "box", "--index", "3"])?,
        "invalid_input"
    );
    assert_eq!(
        user.fails(&["console", "box", "--line", "serial7"])?,
        "invalid_input"
    );
    let listed = user.ok(&["console", "box", "--list"])?;
    assert_eq!(listed["displays"], Value::Array(Vec::new()));
    assert_eq!(listed["lines"][0]["alias"], "serial0");
    Ok(())
}

#[test]
fn a_terminal_is_the_guests_until_ctrl_bracket_and_as_before_after_it() -> Result<()> {
    let (_lab, user) = with_guest("cli-line")?;
    let (mut terminal, near) = Talk::at_terminal(user.command(&["console", "box"]))?;
    let before = tcgetattr(&near)?;
    terminal.until("Ctrl+] leaves")?;
    assert!(!tcgetattr(&near)?.local_modes.contains(LocalModes::ECHO));
    assert!(terminal.ask("echo in$((40+2))out")?.contains("in42out"));

    // what floods the line is stopped by the guest's own Ctrl+C; the bench tells how soon
    terminal.send(b"yes\r")?;
    terminal.until("y\r\ny\r\ny\r\ny\r\n")?;
    terminal.send(b"\x03")?;
    terminal.until("^C")?;

    // one at a time, unless one is cut off
    assert_eq!(user.fails(&["console", "box"])?, "conflict");
    let mut other = Talk::start(user.command(&["console", "box", "--force"]))?;
    assert!(other.ask("echo other$((1+1))")?.contains("other2"));
    assert!(terminal.ended()?.success(), "it was cut off");
    let restored = tcgetattr(&near)?;
    assert_eq!(restored.local_modes, before.local_modes);
    drop(other);

    let (mut terminal, near) = Talk::at_terminal(user.command(&["console", "box", "--force"]))?;
    terminal.until("Ctrl+] leaves")?;
    terminal.send(LEAVE)?;
    assert!(terminal.ended()?.success());
    assert_eq!(tcgetattr(&near)?.local_modes, before.local_modes);

    // a signal restores it, too
    let (mut terminal, near) = Talk::at_terminal(user.command(&["console", "box", "--force"]))?;
    terminal.until("Ctrl+] leaves")?;
    signal(&terminal.child, rustix::process::Signal::TERM)?;
    assert!(terminal.ended()?.success());
    assert_eq!(tcgetattr(&near)?.local_modes, before.local_modes);
    Ok(())
}

fn signal(child: &Child, signal: rustix::process::Signal) -> Result<()> {
    let pid = rustix::process::Pid::from_raw(child.id().try_into()?).context("a process")?;
    Ok(rustix::process::kill_process(pid, signal)?)
}

#[test]
fn texts_arrive_in_the_guest_as_they_are_in_each_layout() -> Result<()> {
    let (_lab, user) = with_guest("cli-type")?;
    let mut line = Talk::start(user.command(&["console", "box"]))?;
    line.ask("stty -echo")?;
    let every: String = (b' '..=b'~').map(char::from).collect();
    for (layout, keymap, more) in [
        ("us", None, ""),
        (
            "de",
            Some("de-latin1"),
            "Grüße, Ärger & Öl für 5 § äöüß °² éèê ÂÎ",
        ),
        (
            "fr",
            Some("fr-latin9"),
            "où ça a été là-bas, où l'élève naïf s'y plaît ; çéàèù âêîôû ëïü £ §",
        ),
    ] {
        if let Some(keymap) = keymap {
            line.ask(&format!("loadkmap < /etc/keymaps/{keymap}"))?;
        }
        // on this key Linux' console has a dead accent, X the character: no text suits both
        let every = every.replace('`', if layout == "fr" { "" } else { "`" });
        let lines = format!("head -n 2 > /tmp/{layout}\n{every}\n{more}\n");
        let mut typing =
            user.command(&["type", "box", "--text", "-", "--layout", layout, "--json"]);
        let mut typing = typing
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut input = typing.stdin.take().context("piped above")?;
        input.write_all(lines.as_bytes())?;
        drop(input);
        let typed = typing.wait_with_output()?;
        ensure!(
            typed.status.success(),
            "{}",
            String::from_utf8_lossy(&typed.stdout)
        );
        let waits = format!("until [ $(wc -l < /tmp/{layout}) = 2 ]; do :; done");
        let came = line.ask(&format!("{waits}; echo beg''ins; cat /tmp/{layout}"))?;
        let (_, came) = came.split_once("begins\n").context("it begins")?;
        let came = came.trim_end_matches("\nanswered").trim_end_matches('\n');
        assert_eq!(came, format!("{every}\n{more}").trim_end(), "{layout}");
    }

    // what cannot be typed is named, and nothing is
    let printed = user.run(&["type", "box", "--text", "no €ñ here", "--layout", "us"])?;
    assert_eq!(printed.error_code(), "invalid_input");
    let message = printed.json["error"]["message"]
        .as_str()
        .unwrap_or_default();
    assert!(message.contains('€') && message.contains('ñ'), "{message}");
    assert_eq!(
        user.fails(&["type", "box", "--text", "a", "--layout", "xx"])?,
        "invalid_input"
    );
    assert_eq!(
        user.fails(&["type", "box", "--keys", "any"])?,
        "invalid_input"
    );

    // it stops between two keys when it is told to
    // a letter that is the same in all
    let long = "x".repeat(2_000);
    let mut slow = user.command(&["type", "box", "--text", &long, "--pace", "50", "--json"]);
    let mut slow = slow.stdout(Stdio::piped()).spawn()?;
    line.ask("until grep -q xxx /dev/vcs1; do :; done")?;
    signal(&slow, rustix::process::Signal::INT)?;
    let mut said = String::new();
    slow.stdout
        .take()
        .context("piped above")?
        .read_to_string(&mut said)?;
    let said: Value = serde_json::from_str(&said)?;
    assert_eq!(said["error"]["code"], "cancelled", "{said}");
    assert_eq!(slow.wait()?.code(), Some(1));
    Ok(())
}

#[test]
fn a_picture_of_the_screen_is_a_file() -> Result<()> {
    let (lab, user) = running("cli-picture", &BARE)?;
    let file = user.home().join("box.png");
    let path = file.display().to_string();
    let told = user.ok(&["screenshot", "box", &path])?;
    let png = std::fs::read(&file)?;
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let number = |at: usize| {
        png[at..at + 4]
            .iter()
            .fold(0_u64, |n, b| n << 8 | u64::from(*b))
    };
    assert_eq!(told["width"].as_u64(), Some(number(16)));
    assert_eq!(told["height"].as_u64(), Some(number(20)));
    assert_eq!(
        user.fails(&["screenshot", "box", "/nowhere/box.png"])?,
        "internal"
    );
    lab.virsh("a", &["destroy", "box"])?;
    assert_eq!(user.fails(&["screenshot", "box", &path])?, "invalid_state");
    Ok(())
}

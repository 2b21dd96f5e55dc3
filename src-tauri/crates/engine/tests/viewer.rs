//! remote-viewer: what it is told, who gets to the display, and what is left when it has gone. The viewer is
//! a script that says what it was given; the test itself connects as it would.
#![cfg(target_os = "linux")]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use driver::fake::FakeHost;
use driver::{DisplayKind, Secret};
use engine::{EngineError, Viewer, VisitId};
use model::ErrorCode;
use support::socket::running;
use support::{Bench, key, seconds};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::pipe;
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;

/// Says its arguments, the modes of folder and file, and the file; ends when it is told to.
const SAYS: &str = r#"#!/bin/sh
here=$(dirname "$0")
{ echo "$*"; stat -c %a "$(dirname "$2")" "$2"; cat "$2"; } > "$here/said"
read -r _ < "$here/end"
"#;

struct Script {
    folder: TempDir,
}

impl Script {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let script = Self { folder };
        let pipes = ["said", "end"].map(|name| script.path(name));
        let made = Command::new("mkfifo").args(pipes).status();
        assert!(made.expect("mkfifo").success());
        std::fs::write(script.path("remote-viewer"), text).expect("new");
        let executable = PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(script.path("remote-viewer"), executable).expect("ours");
        script
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self, bench: &Bench) -> JoinHandle<Result<VisitId, EngineError>> {
        let (engine, vm) = (bench.engine.clone(), bench.vm_id("ams", "web"));
        let viewer = Viewer::at(self.path("remote-viewer"));
        tokio::spawn(async move { engine.open_viewer(&vm, 0, &viewer).await })
    }

    async fn said(&self) -> Said {
        let mut said = String::new();
        let mut pipe = pipe::OpenOptions::new()
            .open_receiver(self.path("said"))
            .expect("a pipe");
        // nothing comes before the script has opened its end, either
        while said.is_empty() {
            pipe.readable().await.expect("open");
            pipe.read_to_string(&mut said).await.expect("text");
            tokio::task::yield_now().await;
        }
        let mut lines = said.lines().map(str::to_owned);
        let mut next = || lines.next().expect("all of it is said at once");
        let (arguments, folder, file) = (next(), next(), next());
        Said {
            arguments,
            modes: [folder, file],
            file: lines.collect(),
        }
    }

    fn end(&self) {
        std::fs::write(self.path("end"), "now\n").expect("the script reads it");
    }
}

struct Said {
    arguments: String,
    modes: [String; 2],
    file: Vec<String>,
}

impl Said {
    fn value(&self, key: &str) -> Option<&str> {
        self.file
            .iter()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
    }

    fn path(&self) -> &Path {
        Path::new(self.arguments.strip_prefix("-- ").expect("one file"))
    }

    fn port(&self) -> u16 {
        let port = self.value("port").expect("a port");
        port.parse().expect("a number")
    }
}

fn spice(host: &FakeHost, password: &str) {
    host.change(&key("web"), None, |vm| {
        let display = &mut vm.consoles.displays[0];
        display.kind = DisplayKind::Spice;
        display.password = Some(Secret::new(password));
    });
}

/// Waits for the private folder to go, and everything in it.
async fn cleared(bench: &Bench, said: &Said) {
    let folder = said.path().parent().expect("a private folder");
    bench.until("nothing is left", 1, || !folder.exists()).await;
}

#[tokio::test(start_paused = true)]
async fn a_vnc_viewer_gets_a_port_that_goes_with_it() {
    let (bench, _host) = running().await;
    let script = Script::new(SAYS);
    let opening = script.open(&bench);
    let said = script.said().await;
    assert_eq!(said.modes, ["700", "600"]);
    assert_eq!(said.value("type"), Some("vnc"));
    assert_eq!(said.value("host"), Some("127.0.0.1"));
    assert_eq!(said.value("title"), Some("web"));
    assert_eq!(said.value("password"), None);
    assert_eq!(said.value("delete-this-file"), Some("1"));

    let mut viewer = TcpStream::connect(("127.0.0.1", said.port()))
        .await
        .expect("it listens");
    let mut banner = [0; 12];
    viewer
        .read_exact(&mut banner)
        .await
        .expect("the display speaks");
    assert_eq!(&banner, b"RFB 003.008\n");
    let visit = opening.await.expect("no panic").expect("it has come");
    assert!(!said.path().exists(), "what has been read is not kept");
    let engine = bench.engine.clone();
    let ended = tokio::spawn(async move { engine.viewer_ended(visit).await });
    bench.settle().await;
    assert!(!ended.is_finished());

    // it connects again after the guest's display has closed, say
    drop(viewer);
    let mut viewer = TcpStream::connect(("127.0.0.1", said.port()))
        .await
        .expect("it listens");
    viewer
        .read_exact(&mut banner)
        .await
        .expect("a pipe of its own");

    script.end();
    drop(viewer);
    cleared(&bench, &said).await;
    let refused = TcpStream::connect(("127.0.0.1", said.port())).await;
    assert!(refused.is_err(), "nobody listens any more");
    ended.await.expect("whoever waits for its end is told");
    bench.engine.viewer_ended(visit).await;
}

#[tokio::test(start_paused = true)]
async fn a_spice_viewer_gets_a_socket_for_as_many_channels_as_it_wants() {
    let (bench, host) = running().await;
    spice(&host, "se cret");
    let script = Script::new(SAYS);
    let opening = script.open(&bench);
    let said = script.said().await;
    assert_eq!(said.modes, ["700", "600"]);
    assert_eq!(said.value("type"), Some("spice"));
    assert_eq!(said.value("password"), Some("se cret"));
    assert!(!said.arguments.contains("cret"), "{}", said.arguments);
    assert_eq!(said.value("port"), None, "no port that others could try");

    let path = said.value("unix-path").expect("a socket");
    let mut channels = Vec::new();
    for number in 0..6_u8 {
        let mut channel = UnixStream::connect(path).await.expect("it listens");
        channel.write_all(&[number; 100]).await.expect("open");
        channels.push(channel);
    }
    for (number, channel) in (0..).zip(&mut channels) {
        let mut echoed = [0; 100];
        channel.read_exact(&mut echoed).await.expect("open");
        assert_eq!(echoed, [number; 100], "channels are not mixed up");
    }
    opening.await.expect("no panic").expect("it has come");

    // a launcher that has handed over to another program ends before its channels do
    script.end();
    bench.pass(seconds(60)).await;
    channels[0].write_all(&[9; 100]).await.expect("open");
    channels[0]
        .read_exact(&mut [0; 100])
        .await
        .expect("still there");
    drop(channels);
    cleared(&bench, &said).await;
}

#[tokio::test(start_paused = true)]
async fn a_viewer_that_ends_at_once_is_said_to_have() {
    let (bench, _host) = running().await;
    let script = Script::new("#!/bin/sh\nexit 3\n");
    let error = script
        .open(&bench)
        .await
        .expect("no panic")
        .expect_err("it ended");
    assert_eq!(error.code, ErrorCode::Unsupported);
    assert!(
        error
            .message
            .starts_with("Cannot open web in remote-viewer: "),
        "{error}"
    );
    assert!(error.message.contains("exit status: 3"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_viewer_that_does_not_come_is_ended_and_nothing_is_left() {
    let (bench, host) = running().await;
    spice(&host, "secret");
    let script = Script::new(SAYS);
    let opening = script.open(&bench);
    let said = script.said().await;
    bench.pass(seconds(29)).await;
    assert!(!opening.is_finished() && said.path().exists());
    bench.pass(seconds(2)).await;
    let error = opening
        .await
        .expect("no panic")
        .expect_err("it did not come");
    assert_eq!(error.code, ErrorCode::TimeoutStillRunning);
    cleared(&bench, &said).await;
}

#[tokio::test(start_paused = true)]
async fn closing_ends_the_way_to_the_display() {
    let (bench, host) = running().await;
    spice(&host, "secret");
    let script = Script::new(SAYS);
    let opening = script.open(&bench);
    let said = script.said().await;
    let path = said.value("unix-path").expect("a socket");
    let mut channel = UnixStream::connect(path).await.expect("it listens");
    opening.await.expect("no panic").expect("it has come");
    bench.engine.close().await;
    assert_eq!(channel.read(&mut [0]).await.expect("an end"), 0);
    assert!(!said.path().parent().expect("a folder").exists());
    script.end();
}

#[tokio::test(start_paused = true)]
async fn nothing_is_started_for_what_cannot_be_shown() {
    let (bench, _host) = running().await;
    let script = Script::new("#!/bin/sh\ntouch \"$(dirname \"$0\")/started\"\n");
    let (viewer, vm) = (
        Viewer::at(script.path("remote-viewer")),
        bench.vm_id("ams", "web"),
    );
    let error = bench
        .engine
        .open_viewer(&vm, 7, &viewer)
        .await
        .expect_err("no such display");
    assert_eq!(error.code, ErrorCode::InvalidInput);

    let missing = Viewer::at(script.path("nothing"));
    let error = bench
        .engine
        .open_viewer(&vm, 0, &missing)
        .await
        .expect_err("no such program");
    assert_eq!(error.code, ErrorCode::Unsupported);

    assert!(!script.path("started").exists());
}

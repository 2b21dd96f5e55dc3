//! Consoles: who gets in, what comes through, and how it ends; with fake hosts and real sockets.

mod support;

use std::time::Duration;

use driver::Takeover;
use driver::fake::FakeHost;
use engine::{Client, ConsoleEnd, ConsoleWhat, OpenedConsole};
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use model::{ConnectionPhase, ErrorCode, VmState};
use support::{Bench, key, seconds};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

const PAGE: &str = "tauri://localhost";
const DISPLAY: ConsoleWhat = ConsoleWhat::Display { index: 0 };

type Socket = WebSocketStream<TcpStream>;

fn line(takeover: Takeover) -> ConsoleWhat {
    let alias = "serial0".to_owned();
    ConsoleWhat::Line { alias, takeover }
}

async fn running() -> (Bench, FakeHost) {
    Bench::ready(&[("web", VmState::Running)]).await
}

async fn open(bench: &Bench, what: ConsoleWhat) -> OpenedConsole {
    let vm = bench.vm_id("ams", "web");
    let opened = bench.engine.open_console(&vm, what, Client::Page).await;
    opened.expect("it can be opened")
}

fn port(url: &str) -> u16 {
    let port = url
        .strip_prefix("ws://127.0.0.1:")
        .expect("of this computer");
    let (port, _) = port.split_once('/').expect("a token");
    port.parse().expect("a port")
}

async fn dial(url: &str) -> std::io::Result<TcpStream> {
    TcpStream::connect(("127.0.0.1", port(url))).await
}

/// Comes for a console. The HTTP status when it is sent away.
async fn come(url: &str, origin: Option<&str>) -> Result<Socket, u16> {
    let mut request = url.into_client_request().expect("an address");
    if let Some(origin) = origin {
        let origin = origin.parse().expect("a header");
        request.headers_mut().insert("Origin", origin);
    }
    let stream = dial(url).await.expect("somebody listens");
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(WsError::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("neither taken nor refused: {error}"),
    }
}

async fn page(opened: &OpenedConsole) -> Socket {
    come(&opened.url, Some(PAGE)).await.expect("it is ours")
}

/// Bytes until there are `count` of them.
async fn bytes(socket: &mut Socket, count: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < count {
        match socket.next().await.expect("open").expect("no error") {
            Message::Binary(piece) => all.extend_from_slice(&piece),
            other => panic!("only bytes come, not {other:?}"),
        }
    }
    all
}

/// The code and the reason it is closed with.
async fn close(socket: &mut Socket) -> (u16, String) {
    loop {
        match socket.next().await.expect("a farewell").expect("no error") {
            Message::Close(Some(frame)) => return (frame.code.into(), frame.reason.to_string()),
            Message::Binary(_) => {}
            other => panic!("not expected: {other:?}"),
        }
    }
}

async fn nobody_listens(bench: &Bench, url: &str) {
    let port = port(url);
    let free = || std::net::TcpStream::connect(("127.0.0.1", port)).is_err();
    bench.until("nobody listens any more", 1, free).await;
}

#[tokio::test(start_paused = true)]
async fn a_display_comes_through_byte_for_byte_and_is_counted() {
    let (bench, _host) = running().await;
    let opened = open(&bench, DISPLAY).await;
    let mut socket = page(&opened).await;
    assert_eq!(bytes(&mut socket, 12).await, b"RFB 003.008\n");
    for part in [&b"RFB 003.0"[..], b"08\n"] {
        socket.send(Message::binary(part)).await.expect("open");
    }
    assert_eq!(bytes(&mut socket, 2).await, [1, 1]);
    let traffic = bench.engine.console_traffic(opened.id).expect("open");
    assert_eq!((traffic.received, traffic.sent), (14, 12));
}

#[tokio::test(start_paused = true)]
async fn a_line_takes_much_at_once_and_loses_no_byte() {
    let (bench, _host) = running().await;
    let mut socket = page(&open(&bench, line(Takeover::Refuse)).await).await;
    let sent: Vec<u8> = (0..3_000_000_u32)
        .map(|n| (n.wrapping_mul(7919) >> 8) as u8)
        .collect();
    let (mut sink, mut source) = socket.split();
    let typed = sent.clone();
    let typing = tokio::spawn(async move {
        for piece in typed.chunks(70_000) {
            sink.send(Message::binary(piece.to_vec()))
                .await
                .expect("open");
        }
        sink
    });
    let mut echoed = Vec::new();
    while echoed.len() < sent.len() {
        let piece = source.next().await.expect("open").expect("no error");
        echoed.extend_from_slice(&piece.into_data());
    }
    assert!(echoed == sent, "every byte, in order");
    let sink = typing.await.expect("no panic");
    socket = sink.reunite(source).expect("of the same socket");
    socket.send(Message::text("täxt")).await.expect("open");
    assert_eq!(bytes(&mut socket, 5).await, "täxt".as_bytes());
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_read_stops_the_sender_and_nothing_piles_up_here() {
    let (bench, _host) = running().await;
    let opened = open(&bench, line(Takeover::Refuse)).await;
    let mut socket = page(&opened).await;
    let piece = vec![7; 64 << 10];
    let mut taken: usize = 0;
    loop {
        let mut sending = Box::pin(socket.send(Message::binary(piece.clone())));
        let mut sent = None;
        for _ in 0..20 {
            sent = sending.as_mut().now_or_never();
            if sent.is_some() {
                break;
            }
            bench.settle().await;
        }
        match sent {
            Some(sent) => sent.expect("open"),
            None => break,
        }
        taken += piece.len();
        // what the system's own buffers for two ways hold, and no more
        assert!(
            taken < 64 << 20,
            "an echo that nobody reads is taken for ever"
        );
    }
    let traffic = bench.engine.console_traffic(opened.id).expect("open");
    assert!(traffic.sent < 32 << 20, "{traffic:?}");
    let heard = bytes(&mut socket, taken).await;
    assert!(
        heard.iter().all(|byte| *byte == 7),
        "and all of it comes back"
    );
}

#[tokio::test(start_paused = true)]
async fn a_console_has_one_client_and_only_the_right_one() {
    let (bench, _host) = running().await;
    let opened = open(&bench, DISPLAY).await;
    let wrong = format!("{}x", &opened.url[..opened.url.len() - 1]);
    for (url, origin, why) in [
        (wrong.as_str(), Some(PAGE), "another token"),
        (
            &format!("{}/", opened.url),
            Some(PAGE),
            "more than the token",
        ),
        (&opened.url[..opened.url.len() - 64], Some(PAGE), "no token"),
        (&opened.url, Some("https://evil.example"), "another page"),
        (&opened.url, Some("null"), "a page without a home"),
        (&opened.url, None, "no page"),
    ] {
        assert_eq!(come(url, origin).await.err(), Some(403), "{why}");
    }
    let mut socket = page(&opened).await;
    assert_eq!(
        come(&opened.url, Some(PAGE)).await.err(),
        Some(403),
        "a second client"
    );
    bytes(&mut socket, 12).await;
    socket.close(None).await.expect("open");
    assert_eq!(
        bench.engine.console_ended(opened.id).await,
        ConsoleEnd::Left
    );
    nobody_listens(&bench, &opened.url).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_opens_its_own_console_and_no_other() {
    let (bench, _host) = running().await;
    let (display, text) = (
        open(&bench, DISPLAY).await,
        open(&bench, line(Takeover::Refuse)).await,
    );
    assert_eq!(port(&display.url), port(&text.url), "one door");
    let mut text = page(&text).await;
    text.send(Message::binary("echo")).await.expect("open");
    assert_eq!(bytes(&mut text, 4).await, b"echo");
    let mut socket = page(&display).await;
    assert_eq!(bytes(&mut socket, 12).await, b"RFB 003.008\n");
    bench.engine.close_console(display.id);
    assert_eq!(close(&mut socket).await.0, 1001);
    text.send(Message::binary("more"))
        .await
        .expect("the other stays");
    assert_eq!(bytes(&mut text, 4).await, b"more");
}

#[tokio::test(start_paused = true)]
async fn a_program_needs_no_origin_but_no_other_page_passes_for_one() {
    let (bench, _host) = running().await;
    let vm = bench.vm_id("ams", "web");
    let opened = bench
        .engine
        .open_console(&vm, DISPLAY, Client::Program)
        .await;
    let opened = opened.expect("it can be opened");
    let refused = come(&opened.url, Some("https://evil.example")).await;
    assert_eq!(refused.err(), Some(403));
    assert!(come(&opened.url, None).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_binary_subprotocol_is_answered_when_it_is_asked_for() {
    let (bench, _host) = running().await;
    let opened = open(&bench, DISPLAY).await;
    let mut request = opened
        .url
        .as_str()
        .into_client_request()
        .expect("an address");
    for (name, value) in [("Origin", PAGE), ("Sec-WebSocket-Protocol", "binary")] {
        request
            .headers_mut()
            .insert(name, value.parse().expect("a header"));
    }
    let stream = dial(&opened.url).await.expect("somebody listens");
    let (_socket, answer) = tokio_tungstenite::client_async(request, stream)
        .await
        .expect("it is ours");
    assert_eq!(answer.headers()["sec-websocket-protocol"], "binary");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_comes_for_is_closed_and_its_line_is_free_again() {
    let (bench, _host) = running().await;
    let opened = open(&bench, line(Takeover::Refuse)).await;
    let vm = bench.vm_id("ams", "web");
    let again = line(Takeover::Refuse);
    let taken = bench.engine.open_console(&vm, again, Client::Page).await;
    assert_eq!(taken.expect_err("in use").code, ErrorCode::Conflict);
    let engine = bench.engine.clone();
    let ended = tokio::spawn(async move { engine.console_ended(opened.id).await });
    bench.pass(seconds(29)).await;
    assert!(
        bench.engine.console_traffic(opened.id).is_ok(),
        "still waited for"
    );
    bench.pass(seconds(2)).await;
    assert_eq!(ended.await.expect("no panic"), ConsoleEnd::Unused);
    let closed = bench.engine.console_traffic(opened.id);
    assert_eq!(closed.expect_err("closed").code, ErrorCode::InvalidState);
    nobody_listens(&bench, &opened.url).await;
    open(&bench, line(Takeover::Refuse)).await;
}

#[tokio::test(start_paused = true)]
async fn a_used_console_stays_open_however_long_nothing_moves() {
    let (bench, _host) = running().await;
    let mut socket = page(&open(&bench, line(Takeover::Refuse)).await).await;
    bench.pass(seconds(90)).await;
    socket.send(Message::binary("late")).await.expect("open");
    assert_eq!(bytes(&mut socket, 4).await, b"late");
}

#[tokio::test(start_paused = true)]
async fn whoever_talks_nonsense_is_sent_away_and_the_console_still_waits() {
    let (bench, _host) = running().await;
    let opened = open(&bench, DISPLAY).await;
    let head = "GET / HTTP/1.1\r\n";
    for (said, status) in [
        ("\u{16}\u{3}\u{1}\0\0\0".to_owned(), "400"),
        ("POST / HTTP/1.1\r\n\r\n".to_owned(), "405"),
        (format!("{head}\r\n"), "426"),
        (format!("{head}X: {}", "y".repeat(10_000)), "431"),
    ] {
        let mut stream = dial(&opened.url).await.expect("somebody listens");
        stream.write_all(said.as_bytes()).await.expect("it reads");
        let mut answer = vec![0; 12];
        stream.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(answer, format!("HTTP/1.1 {status}").as_bytes());
    }
    page(&opened).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_says_nothing_is_not_waited_for_and_keeps_nobody_out() {
    let (bench, _host) = running().await;
    let opened = open(&bench, DISPLAY).await;
    let mut silent = Vec::new();
    for _ in 0..10 {
        let mut stream = dial(&opened.url).await.expect("somebody listens");
        stream.write_all(b"GET /").await.expect("it reads");
        silent.push(stream);
    }
    bench.settle().await;
    let mut socket = page(&opened).await;
    assert_eq!(
        bytes(&mut socket, 12).await.len(),
        12,
        "beside the silent ones"
    );
    bench.pass(seconds(6)).await;
    for mut stream in silent {
        assert_eq!(
            stream.read(&mut [0; 1]).await.ok(),
            Some(0),
            "it was closed"
        );
    }
}

/// Frames as no browser makes them: each ends that client's console and nothing else.
#[tokio::test(start_paused = true)]
async fn a_client_that_breaks_the_protocol_is_dropped_and_takes_no_memory() {
    let (bench, host) = running().await;
    let mut chance = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        chance.to_le_bytes()
    };
    let mut frames: Vec<Vec<u8>> = vec![
        // not masked
        vec![0x82, 1, 7],
        // a message that claims to be larger than memory
        vec![
            0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4,
        ],
        // 16 MiB, more than a message may have
        vec![0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4],
        // reserved bits, an unknown kind, a huge ping, text that is none
        vec![0xf2, 0x80, 0, 0, 0, 0],
        vec![0x83, 0x80, 0, 0, 0, 0],
        vec![0x89, 0xfe, 0xff, 0xff, 0, 0, 0, 0],
        vec![0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
    ];
    // an unmasked frame at the end: however the rest is taken, this is wrong
    frames.extend((0..60).map(|_| [&random()[..], &random(), &[0x82, 1, 7]].concat()));
    for frame in frames {
        let opened = open(&bench, line(Takeover::Force)).await;
        let mut stream = page(&opened).await.into_inner();
        let ending = bench.engine.console_ended(opened.id);
        // it may have been dropped within the frame
        let _ = stream.write_all(&frame).await;
        let _ = stream.shutdown().await;
        assert_eq!(ending.await, ConsoleEnd::Left, "{frame:x?}");
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.len() < 4096, "{} bytes came back", rest.len());
    }
    assert!(host.vm(&key("web")).is_some());
    let mut socket = page(&open(&bench, line(Takeover::Refuse)).await).await;
    socket.send(Message::binary("fine")).await.expect("open");
    assert_eq!(bytes(&mut socket, 4).await, b"fine");
}

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered_while_nothing_else_moves() {
    let (bench, _host) = running().await;
    let mut socket = page(&open(&bench, line(Takeover::Refuse)).await).await;
    let ping = Message::Ping("are you there".into());
    socket.send(ping).await.expect("open");
    let answer = socket.next().await.expect("open").expect("no error");
    assert_eq!(answer, Message::Pong("are you there".into()));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_vm_and_a_lost_host_are_told_apart() {
    let (bench, host) = running().await;
    let opened = open(&bench, DISPLAY).await;
    let mut socket = page(&opened).await;
    host.change(&key("web"), None, |vm| vm.summary.state = VmState::ShutOff);
    assert_eq!(close(&mut socket).await, (1000, String::new()));
    assert_eq!(socket.next().now_or_never().flatten().map(drop), None);

    host.change(&key("web"), None, |vm| vm.summary.state = VmState::Running);
    let mut socket = page(&open(&bench, line(Takeover::Refuse)).await).await;
    socket.send(Message::binary("x")).await.expect("open");
    bytes(&mut socket, 1).await;
    host.cut();
    let lost = (1011, "connection_lost".to_owned());
    assert_eq!(close(&mut socket).await, lost);
    bench
        .until("it was noticed", 2, || {
            bench.phase("ams") != ConnectionPhase::Ready
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_line_is_taken_over_only_by_who_says_so() {
    let (bench, _host) = running().await;
    let first = open(&bench, line(Takeover::Refuse)).await;
    let mut socket = page(&first).await;
    let mut other = page(&open(&bench, line(Takeover::Force)).await).await;
    assert_eq!(close(&mut socket).await.0, 1000);
    other.send(Message::binary("mine")).await.expect("open");
    assert_eq!(bytes(&mut other, 4).await, b"mine");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_opened_says_why_and_leaves_no_door_open() {
    let (bench, host) = running().await;
    let vm = bench.vm_id("ams", "web");
    let error = |what| {
        let engine = bench.engine.clone();
        let vm = vm.clone();
        async move {
            let opened = engine.open_console(&vm, what, Client::Page).await;
            opened.map(drop).expect_err("it cannot be opened")
        }
    };
    let missing = error(ConsoleWhat::Display { index: 7 }).await;
    assert_eq!(missing.code, ErrorCode::InvalidInput);
    assert!(
        missing
            .message
            .starts_with("Cannot open the console of web"),
        "{missing}"
    );
    host.change(&key("web"), None, |vm| vm.summary.state = VmState::ShutOff);
    assert_eq!(error(DISPLAY).await.code, ErrorCode::InvalidState);
    host.cut();
    bench
        .until("it was noticed", 2, || {
            bench.phase("ams") != ConnectionPhase::Ready
        })
        .await;
    assert_eq!(error(DISPLAY).await.code, ErrorCode::ConnectionLost);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_engine_ends_its_consoles_and_the_door() {
    let (bench, _host) = running().await;
    let (used, waiting) = (
        open(&bench, DISPLAY).await,
        open(&bench, line(Takeover::Refuse)).await,
    );
    let mut socket = page(&used).await;
    let engine = bench.engine.clone();
    let closing = tokio::spawn(async move { engine.close().await });
    assert_eq!(close(&mut socket).await.0, 1001);
    assert!(socket.next().await.is_none(), "the farewell is complete");
    tokio::time::timeout(Duration::from_secs(50), closing)
        .await
        .expect("nothing hangs")
        .expect("no panic");
    assert!(dial(&waiting.url).await.is_err(), "nobody listens");
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_is_shown_by_debug() {
    let (bench, host) = running().await;
    host.change(&key("web"), None, |vm| {
        vm.consoles.displays[0].password = Some(driver::Secret::new("hunter2"));
    });
    let opened = open(&bench, DISPLAY).await;
    assert_eq!(
        opened.password.as_ref().map(|secret| secret.expose()),
        Some("hunter2")
    );
    let shown = format!("{opened:?}");
    let token = opened.url.rsplit('/').next().expect("a token");
    assert!(
        !shown.contains("hunter2") && !shown.contains(token),
        "{shown}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_picture_is_a_png_and_asked_two_at_a_time() {
    let (bench, host) = running().await;
    let vm = bench.vm_id("ams", "web");
    let picture = bench.engine.screenshot(&vm).await.expect("it runs");
    assert_eq!((picture.width, picture.height), (320, 200));
    assert!(picture.png.starts_with(b"\x89PNG"));
    host.set_delay(seconds(1));
    let asked: Vec<_> = (0..5)
        .map(|_| {
            let (engine, vm) = (bench.engine.clone(), vm.clone());
            tokio::spawn(async move { engine.screenshot(&vm).await })
        })
        .collect();
    let done = || asked.iter().filter(|picture| picture.is_finished()).count();
    let took = bench.until("all are taken", 10, || done() == 5).await;
    assert!(
        took >= seconds(3),
        "five, two at a time, a second each: {took:?}"
    );
}

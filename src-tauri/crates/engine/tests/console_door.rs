//! Consoles: who gets in, and who does not; with fake hosts and real sockets.

mod support;

use driver::Takeover;
use engine::{Client, ConsoleEnd};
use futures_util::{SinkExt as _, StreamExt as _};
use model::ErrorCode;
use support::socket::{
    DISPLAY, PAGE, bytes, close, come, dial, line, nobody_listens, open, page, port, running,
};
use support::{key, seconds};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

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
    let hearing = async {
        let (code, _) = close(&mut socket).await;
        assert!(socket.next().await.is_none(), "the farewell is complete");
        code
    };
    let ((), code) = tokio::join!(bench.engine.close_console(display.id), hearing);
    assert_eq!(code, 1001);
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

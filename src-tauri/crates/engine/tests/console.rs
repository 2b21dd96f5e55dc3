//! Consoles: what comes through them and how they end; with fake hosts and real sockets.

mod support;

use std::time::Duration;

use driver::Takeover;
use engine::{Client, ConsoleWhat};
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use model::{ConnectionPhase, ErrorCode, VmState};
use support::socket::{DISPLAY, bytes, close, dial, line, open, page, running};
use support::{key, seconds};
use tokio_tungstenite::tungstenite::Message;

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
async fn a_used_console_stays_open_however_long_nothing_moves() {
    let (bench, _host) = running().await;
    let mut socket = page(&open(&bench, line(Takeover::Refuse)).await).await;
    bench.pass(seconds(90)).await;
    socket.send(Message::binary("late")).await.expect("open");
    assert_eq!(bytes(&mut socket, 4).await, b"late");
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
async fn a_line_that_was_closed_is_free_for_whoever_is_next() {
    let (bench, _host) = running().await;
    let vm = bench.vm_id("ams", "web");
    let shown = open(&bench, line(Takeover::Refuse)).await;
    let socket = page(&shown).await;
    let again = bench
        .engine
        .open_console(&vm, line(Takeover::Refuse), Client::Page);
    let refused = again.await.map(drop).expect_err("one reader");
    assert_eq!(refused.code, ErrorCode::Conflict);
    // a page hangs up and says so at the same time
    drop(socket);
    bench.engine.close_console(shown.id).await;
    let next = open(&bench, line(Takeover::Refuse)).await;
    bench.engine.close_console(next.id).await;
    // closed before anybody came for it
    open(&bench, line(Takeover::Refuse)).await;
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

//! What a client may say, and all that it may not.

use uuid::Uuid;

use super::*;

const RIGHT: &str = "GET /secret HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
    Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: tauri://localhost\r\n\r\n";

async fn said(bytes: &[u8]) -> Result<Option<Request>, Refusal> {
    read(&mut &bytes[..]).await
}

#[tokio::test]
async fn the_right_request_is_read_whole_however_it_is_cut() {
    let text = RIGHT.replace("Origin", "Sec-WebSocket-Protocol: chat, binary\r\nOrigin") + "more";
    for pause in [1, 7, 300, text.len()] {
        let (mut near, mut far) = tokio::io::duplex(pause);
        let all = text.clone();
        let writing = tokio::spawn(async move { far.write_all(all.as_bytes()).await });
        let request = read(&mut near).await.ok().flatten().expect("it is right");
        assert_eq!(request.token, "secret");
        assert_eq!(request.origin.as_deref(), Some("tauri://localhost"));
        assert!(request.binary);
        let mut rest = String::from_utf8(request.rest).expect("text");
        near.read_to_string(&mut rest).await.expect("it ends");
        assert_eq!(rest, "more", "nothing is lost, in pieces of {pause}");
        writing.await.expect("no panic").expect("all was read");
    }
    assert!(
        said(&RIGHT.as_bytes()[..RIGHT.len() - 1]).await == Ok(None),
        "it left too early"
    );
}

#[tokio::test]
async fn the_answer_is_the_one_of_the_standard() {
    let request = said(RIGHT.as_bytes()).await.ok().flatten().expect("right");
    let mut answer = Vec::new();
    accept(&mut answer, &request)
        .await
        .expect("memory takes all");
    let answer = String::from_utf8(answer).expect("text");
    assert!(
        answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
        "{answer}"
    );
    assert!(!answer.contains("Protocol:"), "none was offered: {answer}");
}

#[tokio::test]
async fn wrong_requests_are_refused_each_for_its_reason() {
    let with = |from: &str, to: &str| RIGHT.replace(from, to);
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (text, refusal) in [
        (with("GET", "POST"), Refusal::Method),
        (with("GET", "CONNECT"), Refusal::Method),
        (with("HTTP/1.1", "HTTP/9"), Refusal::Malformed),
        (
            with("GET /secret", "GET http://elsewhere/secret"),
            Refusal::Malformed,
        ),
        (
            with("Upgrade: websocket", "Upgrade: h2c"),
            Refusal::NoWebSocket,
        ),
        (
            with("keep-alive, Upgrade", "keep-alive"),
            Refusal::NoWebSocket,
        ),
        (with("Version: 13", "Version: 8"), Refusal::NoWebSocket),
        (with(key, ""), Refusal::Malformed),
        (with(key, &key.repeat(2)), Refusal::Malformed),
        (with("ZQ==", "==ZQ"), Refusal::Malformed),
        (
            with("Origin: ", "Origin: https://evil.example\r\nOrigin: "),
            Refusal::Malformed,
        ),
        (
            format!("{}{}", "GET /", "a".repeat(1 << 20)),
            Refusal::TooLong,
        ),
        (
            with("Host", &format!("{}Host", "X: y\r\n".repeat(60))),
            Refusal::TooLong,
        ),
        (with("127.0.0.1", &"h".repeat(9000)), Refusal::TooLong),
        (
            "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0".to_owned(),
            Refusal::Malformed,
        ),
        ("RFB 003.008\n".to_owned(), Refusal::Malformed),
    ] {
        let shown: String = text.chars().take(60).collect();
        assert_eq!(said(text.as_bytes()).await.err(), Some(refusal), "{shown}");
    }
}

/// Bytes of chance, and right requests with bytes of chance in them.
#[tokio::test]
async fn no_bytes_make_it_panic_or_take_what_is_not_whole() {
    for round in 0..4000 {
        let chance: Vec<u8> = (0..40).flat_map(|_| Uuid::new_v4().into_bytes()).collect();
        let mut bytes = if round % 2 == 0 {
            chance.clone()
        } else {
            RIGHT.as_bytes().to_vec()
        };
        let hits = usize::from(chance[0] % 4) + 1;
        for hit in chance[1..].chunks(3).take(hits) {
            let at = (usize::from(hit[0]) << 8 | usize::from(hit[1])) % bytes.len();
            bytes[at] = hit[2];
        }
        if let Ok(Some(request)) = said(&bytes).await {
            assert!(bytes.starts_with(b"GET /"), "only a GET is taken");
            assert_eq!(request.key.len(), 24);
        }
    }
}

#[test]
fn a_page_must_be_ours_and_a_program_must_be_no_other_page() {
    for (origin, page, program) in [
        (Some("tauri://localhost"), true, true),
        (Some("http://tauri.localhost"), true, true),
        (Some("https://tauri.localhost"), true, true),
        (None, false, true),
        (Some("http://127.0.0.1:4711"), false, true),
        (Some("http://127.0.0.1:4712"), false, false),
        (Some("https://evil.example"), false, false),
        (Some("tauri://localhost.evil.example"), false, false),
        (Some("null"), false, false),
        (Some(""), false, false),
    ] {
        assert_eq!(Client::Page.may_come_from(origin, 4711), page, "{origin:?}");
        assert_eq!(
            Client::Program.may_come_from(origin, 4711),
            program,
            "{origin:?}"
        );
    }
}

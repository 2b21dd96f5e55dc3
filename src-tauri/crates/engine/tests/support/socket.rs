//! Consoles of a bench, and their clients.

use driver::Takeover;
use driver::fake::FakeHost;
use engine::{Client, ConsoleWhat, OpenedConsole};
use futures_util::StreamExt as _;
use model::VmState;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

use super::Bench;

pub const PAGE: &str = "tauri://localhost";
pub const DISPLAY: ConsoleWhat = ConsoleWhat::Display { index: 0 };

pub type Socket = WebSocketStream<TcpStream>;

pub fn line(takeover: Takeover) -> ConsoleWhat {
    let alias = "serial0".to_owned();
    ConsoleWhat::Line { alias, takeover }
}

pub async fn running() -> (Bench, FakeHost) {
    Bench::ready(&[("web", VmState::Running)]).await
}

pub async fn open(bench: &Bench, what: ConsoleWhat) -> OpenedConsole {
    let vm = bench.vm_id("ams", "web");
    let opened = bench.engine.open_console(&vm, what, Client::Page).await;
    opened.expect("it can be opened")
}

pub fn port(url: &str) -> u16 {
    let port = url
        .strip_prefix("ws://127.0.0.1:")
        .expect("of this computer");
    let (port, _) = port.split_once('/').expect("a token");
    port.parse().expect("a port")
}

pub async fn dial(url: &str) -> std::io::Result<TcpStream> {
    TcpStream::connect(("127.0.0.1", port(url))).await
}

/// Comes for a console. The HTTP status when it is sent away.
pub async fn come(url: &str, origin: Option<&str>) -> Result<Socket, u16> {
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

pub async fn page(opened: &OpenedConsole) -> Socket {
    come(&opened.url, Some(PAGE)).await.expect("it is ours")
}

/// Bytes until there are `count` of them.
pub async fn bytes(socket: &mut Socket, count: usize) -> Vec<u8> {
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
pub async fn close(socket: &mut Socket) -> (u16, String) {
    loop {
        match socket.next().await.expect("a farewell").expect("no error") {
            Message::Close(Some(frame)) => return (frame.code.into(), frame.reason.to_string()),
            Message::Binary(_) => {}
            other => panic!("not expected: {other:?}"),
        }
    }
}

pub async fn nobody_listens(bench: &Bench, url: &str) {
    let port = port(url);
    let free = || std::net::TcpStream::connect(("127.0.0.1", port)).is_err();
    bench.until("nobody listens any more", 1, free).await;
}

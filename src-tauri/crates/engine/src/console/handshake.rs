//! The first thing a client says: a WebSocket handshake, and whether it is taken.
//!
//! Invariant: reads at most [`LONGEST`] bytes, and whatever is not the one right request is refused
//! with a status and nothing more.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// As much as a handshake may be long.
const LONGEST: usize = 8 << 10;
/// As many headers as it may have.
const MOST_HEADERS: usize = 48;
/// The origins of our own page: as the web views of Linux and macOS, and of Windows, name it.
const PAGE: [&str; 3] = [
    "tauri://localhost",
    "http://tauri.localhost",
    "https://tauri.localhost",
];
/// The page from vite's server, in a build for development.
const DEVELOPMENT: &str = "http://localhost:1420";

/// Who may come for a console. Web pages say where they are from, and cannot lie about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// Our own page.
    Page,
    /// A program that the user runs: one that is no web page, or says it is ours.
    Program,
}

impl Client {
    /// Whether it may come from here. `port` is our own: no web page is ever served there, but
    /// programs like to name it.
    pub(super) fn may_come_from(self, origin: Option<&str>, port: u16) -> bool {
        let Some(origin) = origin else {
            return match self {
                Self::Page => false,
                Self::Program => true,
            };
        };
        let page = PAGE.contains(&origin) || (cfg!(debug_assertions) && origin == DEVELOPMENT);
        match self {
            Self::Page => page,
            Self::Program => page || origin == format!("http://127.0.0.1:{port}"),
        }
    }
}

/// What a client asked for, in a form that is right.
#[derive(PartialEq, Eq)]
pub(super) struct Request {
    /// The path without its slash.
    pub token: String,
    pub origin: Option<String>,
    key: String,
    /// Whether the subprotocol `binary` was offered.
    binary: bool,
    /// What came after the handshake already.
    pub rest: Vec<u8>,
}

/// Why a client is sent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Not HTTP, or not a handshake.
    Malformed,
    /// Another token than any that waits, or from elsewhere.
    Forbidden,
    /// Not a GET.
    Method,
    /// HTTP, but no WebSocket of version 13.
    NoWebSocket,
    /// Longer than a handshake may be.
    TooLong,
}

impl Refusal {
    fn status(self) -> &'static str {
        match self {
            Self::Malformed => "400 Bad Request",
            Self::Forbidden => "403 Forbidden",
            Self::Method => "405 Method Not Allowed",
            Self::NoWebSocket => {
                "426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
            }
            Self::TooLong => "431 Request Header Fields Too Large",
        }
    }
}

/// Reads a handshake. `None`: the client left before it was complete.
pub(super) async fn read(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<Option<Request>, Refusal> {
    let mut said = Vec::with_capacity(1 << 10);
    loop {
        if let Some(request) = parse(&said)? {
            return Ok(Some(request));
        }
        let room = LONGEST - said.len();
        if room == 0 {
            return Err(Refusal::TooLong);
        }
        let read = (&mut *stream).take(room as u64).read_buf(&mut said).await;
        match read {
            Ok(0) | Err(_) => return Ok(None),
            Ok(_) => {}
        }
    }
}

/// What was said so far; `None` when there is more to come.
fn parse(said: &[u8]) -> Result<Option<Request>, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let end = match request.parse(said) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Refusal::TooLong),
        Err(_) => return Err(Refusal::Malformed),
    };
    if request.method != Some("GET") {
        return Err(Refusal::Method);
    }
    let headers = Headers(request.headers);
    let upgrades = headers.lists("upgrade", "websocket") && headers.lists("connection", "upgrade");
    if !upgrades || headers.one("sec-websocket-version")? != Some("13") {
        return Err(Refusal::NoWebSocket);
    }
    let key = headers.one("sec-websocket-key")?.unwrap_or_default();
    // 16 bytes in base64
    let is_key = key.len() == 24
        && key.ends_with("==")
        && key[..22]
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
    let token = request.path.and_then(|path| path.strip_prefix('/'));
    match (is_key, token) {
        (true, Some(token)) => Ok(Some(Request {
            token: token.to_owned(),
            origin: headers.one("origin")?.map(str::to_owned),
            key: key.to_owned(),
            binary: headers.lists("sec-websocket-protocol", "binary"),
            rest: said[end..].to_vec(),
        })),
        _ => Err(Refusal::Malformed),
    }
}

struct Headers<'a>(&'a [httparse::Header<'a>]);

impl<'a> Headers<'a> {
    fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let named = move |header: &&httparse::Header<'_>| header.name.eq_ignore_ascii_case(name);
        self.0.iter().filter(named).map(|header| header.value)
    }

    /// The header that must not be there twice.
    fn one(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        let mut all = self.all(name);
        match (all.next(), all.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => std::str::from_utf8(value)
                .map(|value| Some(value.trim()))
                .map_err(|_| Refusal::Malformed),
            (Some(_), Some(_)) => Err(Refusal::Malformed),
        }
    }

    /// Whether `word` is in the list that the header is.
    fn lists(&self, name: &str, word: &str) -> bool {
        self.all(name)
            .flat_map(|value| value.split(|byte| *byte == b','))
            .any(|part| part.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    }
}

/// Takes the client: from here on both speak WebSocket.
pub(super) async fn accept(
    stream: &mut (impl AsyncWrite + Unpin),
    request: &Request,
) -> std::io::Result<()> {
    let protocol = if request.binary {
        "Sec-WebSocket-Protocol: binary\r\n"
    } else {
        ""
    };
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {}\r\n{protocol}\r\n",
        derive_accept_key(request.key.as_bytes())
    );
    stream.write_all(answer.as_bytes()).await
}

/// Sends the client away.
pub(super) async fn refuse(
    stream: &mut (impl AsyncWrite + Unpin),
    why: Refusal,
) -> std::io::Result<()> {
    let answer = format!(
        "HTTP/1.1 {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        why.status()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests;

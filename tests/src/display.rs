//! A display's client for tests and benches: RFB 3.8 over a WebSocket, as noVNC speaks it, with raw pixels;
//! of SPICE its first word.
//!
//! Invariant: every byte is accounted for: what was asked is read to its end before anything else is.

use std::collections::VecDeque;

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message};

const SHIFT: u32 = 0xffe1;
const ENTER: u32 = 0xff0d;
const RAW: i32 = 0;
/// The pseudo encoding of QEMU's key events; whoever lists it is answered at once.
const QEMU_KEYS: i32 = -258;
/// As much as a client reads at once.
const READ: usize = 256 << 10;

/// The first message to a SPICE server: version 2.2, its main channel, no capabilities.
pub fn spice_link() -> Vec<u8> {
    const LENGTH: u32 = 18;
    let mut message = b"REDQ".to_vec();
    for word in [2, 2, LENGTH, 0] {
        message.extend(u32::to_le_bytes(word));
    }
    message.extend([1, 0]);
    for word in [0, 0, LENGTH] {
        message.extend(u32::to_le_bytes(word));
    }
    message
}

/// An open display.
#[derive(Debug)]
pub struct Display {
    socket: WebSocketStream<TcpStream>,
    held: VecDeque<Bytes>,
    closed: Option<CloseFrame>,
    /// Pixels.
    pub width: u16,
    /// Pixels.
    pub height: u16,
    /// What the server calls it.
    pub name: String,
}

impl Display {
    /// Opens the display behind `url`; a page would say that it comes from `origin`.
    ///
    /// # Errors
    /// When the client is refused, or the server speaks anything but RFB without a password.
    pub async fn open(url: &str, origin: Option<&str>) -> Result<Self> {
        let mut request = url.into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("Sec-WebSocket-Protocol", HeaderValue::from_static("binary"));
        if let Some(origin) = origin {
            headers.insert("Origin", origin.parse()?);
        }
        let address = request.uri().authority().context("no address")?.to_string();
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ)
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        let mut display = Self {
            socket,
            held: VecDeque::new(),
            closed: None,
            width: 0,
            height: 0,
            name: String::new(),
        };
        display.greet().await?;
        Ok(display)
    }

    async fn greet(&mut self) -> Result<()> {
        let version = self.read(12).await?;
        ensure!(version.starts_with(b"RFB 003."), "{version:?} is no RFB");
        self.send(b"RFB 003.008\n").await?;
        let kinds = self.number(1).await?;
        let kinds = self.read(kinds).await?;
        ensure!(kinds.contains(&1), "it wants a password: {kinds:?}");
        self.send(&[1]).await?;
        ensure!(self.number(4).await? == 0, "refused");
        self.send(&[1]).await?;
        self.width = u16::try_from(self.number(2).await?)?;
        self.height = u16::try_from(self.number(2).await?)?;
        self.read(16).await?;
        let length = self.number(4).await?;
        self.name = String::from_utf8_lossy(&self.read(length).await?).into_owned();
        // 32 bits a pixel, so that sizes are known
        let format = [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];
        self.send(&[&[0, 0, 0, 0][..], &format].concat()).await?;
        self.encodings(&[RAW]).await
    }

    async fn encodings(&mut self, encodings: &[i32]) -> Result<()> {
        let count = u16::try_from(encodings.len())?.to_be_bytes();
        let mut message = [&[2, 0][..], &count].concat();
        message.extend(encodings.iter().flat_map(|encoding| encoding.to_be_bytes()));
        self.send(&message).await
    }

    /// Asks for the whole picture, or what of it has changed, reads one update, and says how many bytes of
    /// pixels it held.
    ///
    /// # Errors
    /// When the display ends, or sends anything but raw pixels.
    pub async fn update(&mut self, incremental: bool) -> Result<usize> {
        self.ask(incremental).await?;
        self.read_update().await
    }

    /// Asks for an update, and does not wait for it.
    ///
    /// # Errors
    /// When the display has ended.
    pub async fn ask(&mut self, incremental: bool) -> Result<()> {
        let (width, height) = (self.width.to_be_bytes(), self.height.to_be_bytes());
        let whole = [&[3, u8::from(incremental), 0, 0, 0, 0][..], &width, &height].concat();
        self.send(&whole).await
    }

    /// Reads one update.
    ///
    /// # Errors
    /// As [`Display::update`].
    pub async fn read_update(&mut self) -> Result<usize> {
        let kind = self.number(1).await?;
        ensure!(kind == 0, "message {kind} instead of an update");
        self.read(1).await?;
        let mut pixels = 0;
        for _ in 0..self.number(2).await? {
            self.read(4).await?;
            let size = self.number(2).await? * self.number(2).await? * 4;
            match i32::from_be_bytes(self.read(4).await?[..].try_into()?) {
                RAW => {
                    self.skip(size).await?;
                    pixels += size;
                }
                QEMU_KEYS => {}
                other => bail!("encoding {other} was not asked for"),
            }
        }
        Ok(pixels)
    }

    /// Asks what the display's server answers at once, and waits for the answer.
    ///
    /// # Errors
    /// When the display ends.
    pub async fn round_trip(&mut self) -> Result<()> {
        self.encodings(&[RAW, QEMU_KEYS]).await?;
        let pixels = self.read_update().await?;
        ensure!(pixels == 0, "an update that nobody asked for");
        Ok(())
    }

    /// Types US-ASCII on a US keyboard; a newline is Enter.
    ///
    /// # Errors
    /// When the display has ended.
    pub async fn type_text(&mut self, text: &str) -> Result<()> {
        for byte in text.bytes() {
            let shifted = byte.is_ascii_uppercase() || br#"~!@#$%^&*()_+{}|:"<>?"#.contains(&byte);
            let symbol = match byte {
                b'\n' => ENTER,
                other => u32::from(other),
            };
            if shifted {
                self.key(SHIFT, true).await?;
            }
            self.key(symbol, true).await?;
            self.key(symbol, false).await?;
            if shifted {
                self.key(SHIFT, false).await?;
            }
        }
        Ok(())
    }

    /// Presses a key by its X11 symbol, or lets it go.
    ///
    /// # Errors
    /// When the display has ended.
    pub async fn key(&mut self, symbol: u32, down: bool) -> Result<()> {
        let key = [&[4, u8::from(down), 0, 0][..], &symbol.to_be_bytes()].concat();
        self.send(&key).await
    }

    /// Reads until the server closes, and gives its words.
    ///
    /// # Errors
    /// When it breaks off without any.
    pub async fn closed(&mut self) -> Result<(u16, String)> {
        while self.closed.is_none() {
            self.receive().await?;
        }
        let frame = self.closed.as_ref().context("no close frame")?;
        Ok((frame.code.into(), frame.reason.to_string()))
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        let message = Message::Binary(Bytes::copy_from_slice(bytes));
        Ok(self.socket.send(message).await?)
    }

    async fn number(&mut self, bytes: usize) -> Result<usize> {
        let read = self.read(bytes).await?;
        Ok(read
            .iter()
            .fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    async fn read(&mut self, bytes: usize) -> Result<Vec<u8>> {
        let mut read = Vec::with_capacity(bytes);
        while read.len() < bytes {
            let piece = self.piece(bytes - read.len()).await?;
            read.extend_from_slice(&piece);
        }
        Ok(read)
    }

    async fn skip(&mut self, bytes: usize) -> Result<()> {
        let mut left = bytes;
        while left > 0 {
            left -= self.piece(left).await?.len();
        }
        Ok(())
    }

    /// The next bytes, at least one and at most `most`.
    async fn piece(&mut self, most: usize) -> Result<Bytes> {
        loop {
            match self.held.front_mut() {
                Some(front) if front.is_empty() => drop(self.held.pop_front()),
                Some(front) => return Ok(front.split_to(most.min(front.len()))),
                None => {
                    self.receive().await?;
                    if let Some(close) = &self.closed {
                        bail!("the display was closed: {} {}", close.code, close.reason);
                    }
                }
            }
        }
    }

    async fn receive(&mut self) -> Result<()> {
        match self
            .socket
            .next()
            .await
            .context("the display broke off")??
        {
            Message::Binary(bytes) => self.held.push_back(bytes),
            Message::Close(frame) => self.closed = Some(frame.context("closed without a word")?),
            Message::Text(text) => bail!("text instead of bytes: {text}"),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
        Ok(())
    }
}

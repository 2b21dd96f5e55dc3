//! Bytes between a WebSocket and a pipe.
//!
//! Invariant: each way holds one piece at a time, so whoever does not read stops the other; bytes
//! are neither lost nor kept.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use driver::Pipe;
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use model::ErrorCode;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as WsError, Message, Utf8Bytes};
use tokio_util::sync::CancellationToken;

/// From a VM at a time: a screen's worth of an update in few pieces.
const PIECE: usize = 128 << 10;
/// The longest message of a client: a clipboard.
const LONGEST_MESSAGE: usize = 4 << 20;
/// How long a client may take to say good-bye, and a broken pipe to say why.
const FAREWELL: Duration = Duration::from_secs(1);

/// How messages are read and written.
pub(super) fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(16 << 10)
        .write_buffer_size(0)
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE))
}

/// Why a console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleEnd {
    /// Its client left.
    Left,
    /// The VM ended it.
    VmEnded,
    /// The way to it broke.
    Failed(ErrorCode),
    /// It was closed here.
    Closed,
    /// Nobody came for it.
    Unused,
}

impl ConsoleEnd {
    /// What the client is told; `None` when there is none.
    fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::VmEnded => (CloseCode::Normal, ""),
            Self::Failed(code) => (CloseCode::Error, code.as_str()),
            Self::Closed => (CloseCode::Away, ""),
            Self::Left | Self::Unused => return None,
        };
        let reason = Utf8Bytes::from_static(reason);
        Some(CloseFrame { code, reason })
    }
}

/// What a console has moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes from the VM.
    pub received: u64,
    /// Bytes to the VM.
    pub sent: u64,
    /// Round trip of the host's last ping.
    pub latency_ms: Option<u32>,
}

/// The same while it moves.
#[derive(Debug, Default)]
pub(super) struct Meter {
    received: AtomicU64,
    sent: AtomicU64,
}

impl Meter {
    pub fn read(&self) -> Traffic {
        Traffic {
            received: self.received.load(Ordering::Relaxed),
            sent: self.sent.load(Ordering::Relaxed),
            latency_ms: None,
        }
    }
}

/// Moves bytes until one side ends, or `closing` is cancelled; tells the client why.
pub(super) async fn pump<S>(
    socket: WebSocketStream<S>,
    pipe: Pipe,
    meter: &Meter,
    closing: &CancellationToken,
) -> ConsoleEnd
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut sink, mut source) = socket.split();
    let (mut from_vm, mut to_vm) = tokio::io::split(pipe);
    let end = tokio::select! {
        end = outwards(&mut from_vm, &mut sink, meter) => end,
        end = inwards(&mut source, &mut to_vm, meter) => end,
        () = closing.cancelled() => ConsoleEnd::Closed,
    };
    // the VM's side is free at once, whatever the client does
    drop((from_vm, to_vm));
    if let Some(frame) = end.frame() {
        let farewell = async {
            sink.send(Message::Close(Some(frame))).await?;
            while source.next().await.is_some_and(|said| said.is_ok()) {}
            Ok::<_, WsError>(())
        };
        // it may have left already, or never read again
        let _ = tokio::time::timeout(FAREWELL, farewell).await;
    }
    end
}

async fn outwards(
    from_vm: &mut (impl AsyncRead + Unpin),
    sink: &mut (impl Sink<Message, Error = WsError> + Unpin),
    meter: &Meter,
) -> ConsoleEnd {
    let mut piece = BytesMut::new();
    loop {
        // taken back from the piece before, which has been sent
        piece.reserve(PIECE);
        let read = match from_vm.read_buf(&mut piece).await {
            Ok(0) => return ConsoleEnd::VmEnded,
            Ok(read) => read,
            Err(error) => return ConsoleEnd::Failed(code_of(&error)),
        };
        meter.received.fetch_add(read as u64, Ordering::Relaxed);
        let message = Message::Binary(piece.split().freeze());
        if sink.send(message).await.is_err() {
            return ConsoleEnd::Left;
        }
    }
}

async fn inwards(
    source: &mut (impl Stream<Item = Result<Message, WsError>> + Unpin),
    to_vm: &mut (impl AsyncWrite + Unpin),
    meter: &Meter,
) -> ConsoleEnd {
    loop {
        let bytes = match source.next().await {
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Text(text))) => text.into(),
            // answered by the next call
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return ConsoleEnd::Left,
        };
        let written = async {
            to_vm.write_all(&bytes).await?;
            to_vm.flush().await
        };
        if let Err(error) = written.await {
            // whoever reads is told better why, if it is told
            tokio::time::sleep(FAREWELL).await;
            return ConsoleEnd::Failed(code_of(&error));
        }
        meter.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
}

fn code_of(error: &io::Error) -> ErrorCode {
    match error.kind() {
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected
        | io::ErrorKind::TimedOut
        | io::ErrorKind::UnexpectedEof => ErrorCode::ConnectionLost,
        _ => ErrorCode::Internal,
    }
}

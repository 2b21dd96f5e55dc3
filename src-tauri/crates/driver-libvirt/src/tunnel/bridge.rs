//! Carries bytes between a private end near us and a host.
//!
//! Two one-way copies, because a child's standard input is closed only by dropping it: a copy that
//! waits for both directions would hang on it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use driver::DriverError;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use super::traffic::{Frames, STILL_HERE, Traffic};
use crate::platform::{Peer, PrivateAddress, PrivateListener};

/// How long the host may take to end its side after we have ended ours.
const GRACE: Duration = Duration::from_secs(2);

/// How often the server hears from us while what it sends is held; it waits for six times as long.
const SILENCE: Duration = Duration::from_secs(5);

type Source = Box<dyn AsyncRead + Send + Unpin>;
type Sink = Box<dyn AsyncWrite + Send + Unpin>;

/// The end near us.
pub(crate) enum Near {
    /// Only this process can reach it.
    Private(PrivateListener),
    /// A loopback port, for a target that any local program could reach as well, and whose client
    /// must not take the way for a secure one.
    Loopback(TcpListener),
}

impl Near {
    /// A private end in `folder`.
    pub(crate) fn private(folder: &Path, name: &str) -> io::Result<Self> {
        PrivateListener::bind(folder, name).map(Self::Private)
    }

    /// A loopback port.
    pub(crate) async fn loopback() -> io::Result<Self> {
        TcpListener::bind(("127.0.0.1", 0))
            .await
            .map(Self::Loopback)
    }

    fn address(&self) -> io::Result<PrivateAddress> {
        match self {
            Self::Private(listener) => Ok(listener.address()),
            Self::Loopback(listener) => Ok(PrivateAddress::Port(listener.local_addr()?.port())),
        }
    }

    async fn accept(&self) -> io::Result<(Source, Sink)> {
        Ok(match self {
            Self::Private(listener) => split(listener.accept(Peer::ThisProcess).await?),
            Self::Loopback(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                split(stream)
            }
        })
    }
}

/// The end at the host.
pub(crate) struct Far {
    source: Source,
    sink: Sink,
    channel: Option<Channel>,
}

impl Far {
    /// A socket.
    pub(crate) fn socket(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        let (source, sink) = split(stream);
        Self {
            source,
            sink,
            channel: None,
        }
    }

    /// A program's input and output. `None` when they were taken already.
    pub(crate) fn channel(mut channel: Channel) -> Option<Self> {
        let (source, sink) = channel.take_pipes()?;
        Some(Self {
            source: Box::new(source),
            sink: Box::new(sink),
            channel: Some(channel),
        })
    }
}

fn split(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> (Source, Sink) {
    let (source, sink) = tokio::io::split(stream);
    (Box::new(source), Box::new(sink))
}

/// A way that is being carried.
pub(crate) struct Bridge {
    address: PrivateAddress,
    traffic: Arc<Traffic>,
    cut: CancellationToken,
    held: watch::Sender<usize>,
    end: End,
}

impl Bridge {
    /// Waits at `near` for libvirt, once, and carries what it says to `far`.
    pub(crate) fn open(near: Near, far: Far) -> io::Result<Self> {
        let address = near.address()?;
        let traffic = Arc::new(Traffic::default());
        let cut = CancellationToken::new();
        let (said, end) = watch::channel(None);
        let held = watch::Sender::new(0);
        let carried = carry(
            near,
            far,
            Arc::clone(&traffic),
            cut.clone(),
            held.subscribe(),
        );
        tokio::spawn(async move {
            said.send_replace(Some(carried.await));
        });
        Ok(Self {
            address,
            traffic,
            cut,
            held,
            end: End(end),
        })
    }

    /// Where libvirt finds it.
    pub(crate) fn address(&self) -> &PrivateAddress {
        &self.address
    }

    pub(crate) fn traffic(&self) -> Arc<Traffic> {
        Arc::clone(&self.traffic)
    }

    /// Its end, for whoever waits for it.
    pub(crate) fn end(&self) -> End {
        self.end.clone()
    }

    /// Stops what comes from the host, or lets it come again; counted, so that several may hold it.
    /// libvirt would keep in memory whatever comes for a stream that nobody reads.
    pub(crate) fn hold(&self, hold: bool) {
        self.held.send_modify(|held| {
            *held = if hold {
                *held + 1
            } else {
                held.saturating_sub(1)
            };
        });
    }

    /// Ends it now: libvirt sees end-of-file, and every call in flight fails.
    pub(crate) fn cut(&self) {
        self.cut.cancel();
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.cut();
    }
}

/// The end of a bridge.
#[derive(Clone)]
pub(crate) struct End(watch::Receiver<Option<DriverError>>);

impl End {
    /// Waits for the end, and says why it came.
    pub(crate) async fn reason(mut self) -> DriverError {
        let said = self.0.wait_for(Option::is_some).await;
        said.ok()
            .and_then(|said| said.clone())
            .unwrap_or_else(closed_here)
    }
}

fn closed_here() -> DriverError {
    DriverError::connection_lost("The connection was closed here.")
}

async fn carry(
    near: Near,
    far: Far,
    traffic: Arc<Traffic>,
    cut: CancellationToken,
    held: watch::Receiver<usize>,
) -> DriverError {
    let accepted = tokio::select! {
        () = cut.cancelled() => return closed_here(),
        accepted = near.accept() => accepted,
    };
    // accept once: nobody else finds it
    drop(near);
    let (near_source, near_sink) = match accepted {
        Ok(ends) => ends,
        Err(error) => {
            return DriverError::connection_lost(crate::text::sentence(&error.to_string()));
        }
    };
    let Far {
        source,
        sink,
        channel,
    } = far;
    let ended_there = {
        let mut up = std::pin::pin!(copy_up(near_source, sink, &traffic, held.clone()));
        let mut down = std::pin::pin!(copy_down(source, near_sink, held));
        tokio::select! {
            () = cut.cancelled() => false,
            () = &mut down => true,
            end = &mut up => {
                tokio::select! {
                    () = cut.cancelled() => {}
                    () = &mut down => {}
                    () = tokio::time::sleep(GRACE) => {}
                }
                matches!(end, Stopped::Sink)
            }
        }
        // leaving the block closes the near end: libvirt sees the end before we look for its reason
    };
    if !ended_there {
        return closed_here();
    }
    match channel {
        Some(channel) => channel.why_it_ended().await,
        None => DriverError::connection_lost("The host closed the connection."),
    }
}

/// Which end of a copy stopped it.
enum Stopped {
    Source,
    Sink,
}

async fn copy_up(
    mut source: Source,
    mut sink: Sink,
    traffic: &Traffic,
    held: watch::Receiver<usize>,
) -> Stopped {
    let mut frames = Frames::default();
    let mut buffer = vec![0; 16 << 10];
    loop {
        let read = tokio::select! {
            biased;
            read = source.read(&mut buffer) => read,
            () = silence(held.clone()) => {
                // the server's questions are among what is held, so that libvirt cannot answer them
                if frames.is_between() && write(&mut sink, &STILL_HERE).await.is_err() {
                    return Stopped::Sink;
                }
                continue;
            }
        };
        let count = match read {
            Ok(count) if count > 0 => count,
            _ => return Stopped::Source,
        };
        frames.follow(&buffer[..count], traffic);
        if write(&mut sink, &buffer[..count]).await.is_err() {
            return Stopped::Sink;
        }
    }
    // dropping the sink is what closes a child's standard input
}

async fn write(sink: &mut Sink, bytes: &[u8]) -> io::Result<()> {
    sink.write_all(bytes).await?;
    sink.flush().await
}

/// Passes when what comes from the host has been held for a while.
async fn silence(mut held: watch::Receiver<usize>) {
    if held.wait_for(|held| *held > 0).await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(SILENCE).await;
}

async fn copy_down(mut source: Source, mut sink: Sink, mut held: watch::Receiver<usize>) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = match source.read(&mut buffer).await {
            Ok(count) if count > 0 => count,
            _ => return,
        };
        // a bridge that is gone is cut, which ends this copy
        let _ = held.wait_for(|held| *held == 0).await;
        if sink.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpStream;

    async fn near_end(bridge: &Bridge) -> TcpStream {
        let PrivateAddress::Port(port) = bridge.address() else {
            panic!("a loopback end has a port");
        };
        TcpStream::connect(("127.0.0.1", *port))
            .await
            .expect("it listens")
    }

    async fn bridged() -> (Bridge, TcpStream, tokio::io::DuplexStream) {
        let (far, host) = tokio::io::duplex(1024);
        let near = Near::loopback().await.expect("a free port");
        let bridge = Bridge::open(near, Far::socket(far)).expect("it has an address");
        let near = near_end(&bridge).await;
        (bridge, near, host)
    }

    #[tokio::test]
    async fn what_is_said_arrives_on_the_other_side() {
        let (_bridge, mut near, mut host) = bridged().await;
        near.write_all(b"ping").await.expect("open");
        let mut heard = [0; 4];
        host.read_exact(&mut heard).await.expect("open");
        assert_eq!(&heard, b"ping");
        host.write_all(b"pong").await.expect("open");
        near.read_exact(&mut heard).await.expect("open");
        assert_eq!(&heard, b"pong");
    }

    #[tokio::test]
    async fn what_is_held_comes_later_and_the_other_direction_goes_on() {
        let (bridge, mut near, mut host) = bridged().await;
        bridge.hold(true);
        bridge.hold(true);
        bridge.hold(false);
        host.write_all(b"23").await.expect("open");
        near.write_all(b"x").await.expect("open");
        assert_eq!(host.read_u8().await.ok(), Some(b'x'));
        bridge.hold(false);
        let mut rest = [0; 2];
        near.read_exact(&mut rest).await.expect("it was only held");
        assert_eq!(&rest, b"23");
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_whose_words_are_held_still_hears_from_us() {
        let (far, mut host) = tokio::io::duplex(1024);
        let (near, mut libvirt) = tokio::io::duplex(1024);
        let (hold, held) = watch::channel(1);
        let (source, _near_sink) = split(near);
        let (_far_source, sink) = split(far);
        let task = tokio::spawn(async move {
            copy_up(source, sink, &Traffic::default(), held).await;
        });
        let mut heard = [0; STILL_HERE.len()];
        host.read_exact(&mut heard).await.expect("open");
        assert_eq!(heard, STILL_HERE);
        hold.send_replace(0);
        libvirt.write_all(b"what libvirt says").await.expect("open");
        let mut heard = [0; 17];
        host.read_exact(&mut heard).await.expect("open");
        assert_eq!(&heard, b"what libvirt says", "and nothing of ours");
        task.abort();
    }

    #[tokio::test]
    async fn a_cut_ends_both_sides() {
        let (bridge, mut near, mut host) = bridged().await;
        // a host that never answers
        near.write_all(b"anybody there?").await.expect("open");
        bridge.cut();
        assert_eq!(
            near.read(&mut [0; 1]).await.unwrap_or(0),
            0,
            "libvirt sees end-of-file"
        );
        let mut rest = Vec::new();
        host.read_to_end(&mut rest)
            .await
            .expect("the host's side ends too");
    }

    #[tokio::test]
    async fn a_host_that_goes_away_is_said() {
        let (bridge, mut near, host) = bridged().await;
        near.write_all(b"x").await.expect("open");
        drop(host);
        let reason = bridge.end().reason().await;
        assert_eq!(reason.code, model::ErrorCode::ConnectionLost);
        assert_eq!(
            near.read(&mut [0; 1]).await.unwrap_or(0),
            0,
            "libvirt sees end-of-file"
        );
    }

    #[tokio::test]
    async fn only_the_first_finds_the_near_end() {
        let (bridge, mut near, _host) = bridged().await;
        near.write_all(b"x").await.expect("open");
        let PrivateAddress::Port(port) = *bridge.address() else {
            panic!("a loopback end has a port");
        };
        let mut second = match TcpStream::connect(("127.0.0.1", port)).await {
            Err(_) => return,
            // it was in the queue when the listener closed
            Ok(stream) => stream,
        };
        assert_eq!(
            second.read(&mut [0; 1]).await.unwrap_or(0),
            0,
            "nobody talks to it"
        );
    }
}

//! A proxy for libvirt's RPC protocol: a wide-area link, a call counter and a broken host, in one.
//!
//! ```text
//! client ─→ unix socket or loopback TCP ─→ [count, +RTT/2] ─→ upstream libvirtd
//!        ←─────────────────────────────── [count, +RTT/2] ←─
//!
//! flow:  Open ──freeze──→ Frozen ──open──→ Open        Cut: connections close, new ones are refused
//! ```
//!
//! Bytes are delayed, never changed. Limits: descriptors that libvirt passes over unix sockets (open graphics by fd) do not
//! cross, and TLS or SASL streams pass uncounted ([`Counts::opaque`]).
//!
//! Invariant: dropping the [`RpcProxy`] closes every connection it holds and removes its socket.

mod counts;
mod delay_line;
mod frame;
mod procedure;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::Instant,
};

pub use self::{
    counts::Counts,
    delay_line::Flow,
    frame::{FrameScanner, Header, MessageKind, NotRpc},
    procedure::{Procedure, Program},
};

/// Where the proxied daemon listens.
#[derive(Clone, Debug)]
pub enum Upstream {
    /// A unix socket.
    Unix(PathBuf),
    /// A TCP port.
    Tcp(SocketAddr),
}

/// Where the proxy listens.
#[derive(Clone, Debug)]
pub enum Listen {
    /// A unix socket at this path, which must not exist yet.
    Unix(PathBuf),
    /// A port of 127.0.0.1 that the system chooses; see [`RpcProxy::tcp_addr`].
    LoopbackTcp,
}

/// A running proxy. Needs the tokio runtime it was started on.
#[derive(Debug)]
pub struct RpcProxy {
    flow: watch::Sender<Flow>,
    counts: Arc<Mutex<Counts>>,
    accepting: JoinHandle<()>,
    socket: Option<PathBuf>,
    tcp_addr: Option<SocketAddr>,
}

impl RpcProxy {
    /// Listens, and forwards every connection to `upstream` with `rtt` added to each round trip.
    ///
    /// # Errors
    /// When the socket cannot be bound.
    pub async fn start(listen: Listen, upstream: Upstream, rtt: Duration) -> io::Result<Self> {
        let (flow, watched) = watch::channel(Flow::Open);
        let counts = Arc::new(Mutex::new(Counts::default()));
        let link = Link {
            upstream,
            one_way: rtt / 2,
            flow: watched,
            counts: Arc::clone(&counts),
        };
        let (door, socket, tcp_addr) = match listen {
            Listen::Unix(path) => (Door::Unix(UnixListener::bind(&path)?), Some(path), None),
            Listen::LoopbackTcp => {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
                let addr = listener.local_addr()?;
                (Door::Tcp(listener), None, Some(addr))
            }
        };
        let accepting = tokio::spawn(accept(door, link));
        Ok(Self {
            flow,
            counts,
            accepting,
            socket,
            tcp_addr,
        })
    }

    /// The unix socket, if it listens on one.
    #[must_use]
    pub fn socket(&self) -> Option<&Path> {
        self.socket.as_deref()
    }

    /// The loopback address, if it listens on one.
    #[must_use]
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        self.tcp_addr
    }

    /// Stops forwarding and keeps every connection open, as a host does that hangs.
    pub fn freeze(&self) {
        self.flow.send_replace(Flow::Frozen);
    }

    /// Closes every connection and refuses new ones, as a host does that is gone.
    pub fn cut(&self) {
        self.flow.send_replace(Flow::Cut);
    }

    /// Ends a freeze or a cut: what was held is forwarded, new connections are accepted.
    pub fn thaw(&self) {
        self.flow.send_replace(Flow::Open);
    }

    /// What has gone through so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        locked(&self.counts).clone()
    }
}

impl Drop for RpcProxy {
    fn drop(&mut self) {
        // the accept task owns the connections: they end with it
        self.accepting.abort();
        if let Some(socket) = &self.socket {
            // gone already when its folder was removed first
            let _ = std::fs::remove_file(socket);
        }
    }
}

/// What a connection needs to be forwarded.
#[derive(Clone)]
struct Link {
    upstream: Upstream,
    one_way: Duration,
    flow: watch::Receiver<Flow>,
    counts: Arc<Mutex<Counts>>,
}

enum Door {
    Unix(UnixListener),
    Tcp(TcpListener),
}

type Halves = (
    Box<dyn AsyncRead + Send + Unpin>,
    Box<dyn AsyncWrite + Send + Unpin>,
);

impl Door {
    async fn accept(&self) -> io::Result<Halves> {
        match self {
            Self::Unix(listener) => listener
                .accept()
                .await
                .map(|(stream, _)| unix_halves(stream)),
            Self::Tcp(listener) => listener
                .accept()
                .await
                .and_then(|(stream, _)| tcp_halves(stream)),
        }
    }
}

fn unix_halves(stream: UnixStream) -> Halves {
    let (read, write) = stream.into_split();
    (Box::new(read), Box::new(write))
}

fn tcp_halves(stream: TcpStream) -> io::Result<Halves> {
    // Nagle's delay would come on top of the delay that was asked for
    stream.set_nodelay(true)?;
    let (read, write) = stream.into_split();
    Ok((Box::new(read), Box::new(write)))
}

async fn accept(door: Door, link: Link) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = door.accept() => match accepted {
                Ok(client) if *link.flow.borrow() != Flow::Cut => {
                    locked(&link.counts).connections += 1;
                    connections.spawn(serve(client, link.clone()));
                }
                // refused, or the client was gone before it was accepted
                Ok(_) | Err(_) => (),
            },
            Some(_) = connections.join_next() => (),
        }
    }
}

async fn serve(client: Halves, mut link: Link) {
    let mut cut = link.flow.clone();
    let forwarded = async {
        delay_line::opened(&mut link.flow).await;
        forward(client, &link).await
    };
    tokio::select! {
        // a broken connection is what the two peers see; the proxy has nobody to tell
        _ = forwarded => (),
        _ = cut.wait_for(|flow| *flow == Flow::Cut) => (),
    }
}

async fn forward((from_client, to_client): Halves, link: &Link) -> io::Result<()> {
    let (from_server, to_server) = match &link.upstream {
        Upstream::Unix(path) => unix_halves(UnixStream::connect(path).await?),
        Upstream::Tcp(addr) => tcp_halves(TcpStream::connect(addr).await?)?,
    };
    let mut up = Observer::new(link, |counts| &mut counts.bytes_up);
    let mut down = Observer::new(link, |counts| &mut counts.bytes_down);
    let upward = delay_line::carry(
        from_client,
        to_server,
        link.one_way,
        link.flow.clone(),
        |bytes| up.see(bytes),
    );
    let downward = delay_line::carry(
        from_server,
        to_client,
        link.one_way,
        link.flow.clone(),
        |bytes| down.see(bytes),
    );
    tokio::try_join!(upward, downward).map(|_| ())
}

/// Counts one direction of one connection.
struct Observer<'a> {
    /// None once the bytes proved not to be RPC.
    scanner: Option<FrameScanner>,
    counts: &'a Mutex<Counts>,
    total: fn(&mut Counts) -> &mut u64,
}

impl<'a> Observer<'a> {
    fn new(link: &'a Link, total: fn(&mut Counts) -> &mut u64) -> Self {
        Self {
            scanner: Some(FrameScanner::default()),
            counts: &link.counts,
            total,
        }
    }

    fn see(&mut self, bytes: &[u8]) {
        let now = Instant::now();
        let mut counts = locked(self.counts);
        *(self.total)(&mut counts) += bytes.len() as u64;
        let Some(scanner) = &mut self.scanner else {
            return;
        };
        if scanner
            .feed(bytes, |header| counts.note(header, now))
            .is_err()
        {
            counts.opaque += 1;
            self.scanner = None;
        }
    }
}

fn locked(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().expect("no holder of the counts panics")
}

#[cfg(test)]
mod tests;

//! The proxy over real sockets, with a daemon that echoes.

use super::{frame::tests::message, *};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const REMOTE: u32 = 0x2000_8086;

/// A daemon that answers nothing but echoes bytes: enough to see both directions.
struct EchoDaemon {
    dir: tempfile::TempDir,
    _task: JoinHandle<()>,
}

impl EchoDaemon {
    fn start() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let listener = UnixListener::bind(dir.path().join("daemon")).expect("a free socket path");
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.into_split();
                    tokio::io::copy(&mut read, &mut write).await
                });
            }
        });
        Self { dir, _task: task }
    }

    async fn behind_proxy(&self, rtt: Duration) -> RpcProxy {
        let upstream = Upstream::Unix(self.dir.path().join("daemon"));
        let listen = Listen::Unix(self.dir.path().join("proxy"));
        RpcProxy::start(listen, upstream, rtt)
            .await
            .expect("a free socket path")
    }
}

async fn connect(proxy: &RpcProxy) -> UnixStream {
    UnixStream::connect(proxy.socket().expect("a unix proxy"))
        .await
        .expect("the proxy listens")
}

async fn round_trip(client: &mut UnixStream, bytes: &[u8]) {
    client.write_all(bytes).await.expect("the proxy reads");
    let mut back = vec![0; bytes.len()];
    client
        .read_exact(&mut back)
        .await
        .expect("the echo comes back");
    assert_eq!(back, bytes, "bytes are never changed");
}

#[tokio::test]
async fn calls_events_bytes_and_connections_are_counted() {
    let daemon = EchoDaemon::start();
    let proxy = daemon.behind_proxy(Duration::ZERO).await;
    let mut first = connect(&proxy).await;
    round_trip(&mut first, &message(REMOTE, 1, 0, 1, 8)).await;
    let before = proxy.counts();
    let mut second = connect(&proxy).await;
    let sent = [
        message(REMOTE, 273, 0, 2, 0),
        message(REMOTE, 14, 0, 3, 100),
        message(REMOTE, 14, 0, 4, 100),
    ]
    .concat();
    round_trip(&mut second, &sent).await;
    round_trip(&mut second, &message(REMOTE, 318, 2, 0, 4)).await;
    round_trip(&mut second, &message(0x6b65_6570, 1, 2, 0, 0)).await;

    let counts = proxy.counts().since(&before);
    // the echo sends every message back, so that each is seen once in each direction
    assert_eq!(counts.of("connect_open"), 0, "happened before");
    assert_eq!(counts.of("connect_list_all_domains"), 2);
    assert_eq!(counts.of("domain_get_xml_desc"), 4);
    assert_eq!(counts.total_calls(), 6);
    assert_eq!(counts.events.get(&Procedure::remote(318)), Some(&2));
    assert_eq!(counts.events.len(), 1, "keepalive is not an event");
    assert_eq!((counts.connections, counts.opaque), (1, 0));
    assert_eq!(
        (counts.bytes_up, counts.bytes_down),
        (sent.len() as u64 + 60, sent.len() as u64 + 60)
    );
    assert_eq!(
        counts.calls_line(),
        "4 × domain_get_xml_desc, 2 × connect_list_all_domains"
    );
}

#[tokio::test]
async fn other_protocols_pass_unharmed_and_are_said_to_be_uncounted() {
    let daemon = EchoDaemon::start();
    let proxy = daemon.behind_proxy(Duration::ZERO).await;
    let mut client = connect(&proxy).await;
    round_trip(&mut client, &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]).await;
    let counts = proxy.counts();
    assert_eq!((counts.opaque, counts.total_calls()), (2, 0));
}

#[tokio::test]
async fn a_round_trip_takes_the_rtt() {
    let daemon = EchoDaemon::start();
    let rtt = Duration::from_millis(40);
    let proxy = daemon.behind_proxy(rtt).await;
    let mut client = connect(&proxy).await;
    let start = Instant::now();
    round_trip(&mut client, b"\0\0\0\x1c").await;
    assert!(start.elapsed() >= rtt, "took {:?}", start.elapsed());
}

#[tokio::test]
async fn frozen_connections_hang_and_go_on_after_the_thaw() {
    let daemon = EchoDaemon::start();
    let proxy = daemon.behind_proxy(Duration::ZERO).await;
    let mut old = connect(&proxy).await;
    round_trip(&mut old, b"\0\0\0\x1c").await;
    proxy.freeze();
    let mut new = connect(&proxy).await;
    for client in [&mut old, &mut new] {
        client
            .write_all(b"held")
            .await
            .expect("a frozen host still has buffers");
        let answer = tokio::time::timeout(Duration::from_millis(50), client.read_u8()).await;
        assert!(answer.is_err(), "a frozen host neither answers nor closes");
    }
    proxy.thaw();
    for client in [&mut old, &mut new] {
        let mut back = [0; 4];
        client.read_exact(&mut back).await.expect("thawed");
        assert_eq!(&back, b"held");
    }
}

#[tokio::test]
async fn cut_closes_old_and_refuses_new_until_healed() {
    let daemon = EchoDaemon::start();
    let proxy = daemon.behind_proxy(Duration::ZERO).await;
    let mut old = connect(&proxy).await;
    round_trip(&mut old, b"\0\0\0\x1c").await;
    proxy.cut();
    assert_eq!(old.read(&mut [0; 1]).await.ok(), Some(0), "end of file");
    let mut refused = connect(&proxy).await;
    assert_eq!(refused.read(&mut [0; 1]).await.ok(), Some(0), "end of file");
    proxy.thaw();
    let mut healed = connect(&proxy).await;
    round_trip(&mut healed, b"\0\0\0\x1c").await;
}

#[tokio::test]
async fn a_frozen_host_can_still_be_cut() {
    let daemon = EchoDaemon::start();
    let proxy = daemon.behind_proxy(Duration::ZERO).await;
    let mut client = connect(&proxy).await;
    round_trip(&mut client, b"\0\0\0\x1c").await;
    proxy.freeze();
    proxy.cut();
    assert_eq!(client.read(&mut [0; 1]).await.ok(), Some(0), "end of file");
}

#[tokio::test]
async fn tcp_clients_reach_a_unix_daemon_and_dropping_the_proxy_closes_them() {
    let daemon = EchoDaemon::start();
    let upstream = Upstream::Unix(daemon.dir.path().join("daemon"));
    let proxy = RpcProxy::start(Listen::LoopbackTcp, upstream, Duration::ZERO)
        .await
        .expect("a free port");
    let mut client = TcpStream::connect(proxy.tcp_addr().expect("a tcp proxy"))
        .await
        .expect("it listens");
    client
        .write_all(b"\0\0\0\x1cx")
        .await
        .expect("the proxy reads");
    let mut back = [0; 5];
    client
        .read_exact(&mut back)
        .await
        .expect("the echo comes back");
    drop(proxy);
    assert_eq!(client.read(&mut [0; 1]).await.ok(), Some(0), "end of file");
}

#[tokio::test]
async fn a_daemon_that_is_not_there_is_end_of_file_for_the_client() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let upstream = Upstream::Unix(dir.path().join("nobody"));
    let listen = Listen::Unix(dir.path().join("proxy"));
    let proxy = RpcProxy::start(listen, upstream, Duration::ZERO)
        .await
        .expect("a free socket path");
    let mut client = connect(&proxy).await;
    assert_eq!(client.read(&mut [0; 1]).await.ok(), Some(0), "end of file");
}

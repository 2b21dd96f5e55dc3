//! Carries bytes one way, each a fixed time after it came in.
//!
//! ```text
//! source ─read→ (deadline, bytes) … (deadline, bytes) ─wait→ write→ sink
//!          '── what is "on the wire": any number in flight, order kept ──'
//! ```
//!
//! Invariant: the delay is added once to every byte, however many are in flight; a pipelined peer pays it once.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

/// What the line does with bytes now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Bytes pass.
    Open,
    /// Nothing passes and nothing closes: a host that hangs.
    Frozen,
    /// Connections are closed and new ones are refused: a host that is gone.
    Cut,
}

/// Chunks on the wire at a time; with [`CHUNK`] a bandwidth-delay product of 64 MiB.
const IN_FLIGHT: usize = 1024;
const CHUNK: usize = 64 * 1024;

/// Carries `source` to `sink` until end of file, then shuts `sink` down. Each chunk is shown to `seen` when it arrives,
/// before the delay.
///
/// # Errors
/// Whatever reading or writing fails with.
pub async fn carry(
    source: impl AsyncRead + Unpin,
    sink: impl AsyncWrite + Unpin,
    delay: Duration,
    flow: watch::Receiver<Flow>,
    seen: impl FnMut(&[u8]),
) -> io::Result<()> {
    let (to_wire, from_wire) = mpsc::channel(IN_FLIGHT);
    let reading = read_side(source, to_wire, delay, flow.clone(), seen);
    let writing = write_side(sink, from_wire, flow);
    tokio::try_join!(reading, writing).map(|_| ())
}

/// Returns once bytes may pass; never if the proxy is gone (its owner drops this future then).
pub async fn opened(flow: &mut watch::Receiver<Flow>) {
    if flow.wait_for(|flow| *flow == Flow::Open).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn read_side(
    mut source: impl AsyncRead + Unpin,
    wire: mpsc::Sender<(Instant, Vec<u8>)>,
    delay: Duration,
    mut flow: watch::Receiver<Flow>,
    mut seen: impl FnMut(&[u8]),
) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        opened(&mut flow).await;
        let read = source.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        seen(&buffer[..read]);
        let arrival = (Instant::now() + delay, buffer[..read].to_vec());
        if wire.send(arrival).await.is_err() {
            return Ok(());
        }
    }
}

async fn write_side(
    mut sink: impl AsyncWrite + Unpin,
    mut wire: mpsc::Receiver<(Instant, Vec<u8>)>,
    mut flow: watch::Receiver<Flow>,
) -> io::Result<()> {
    while let Some((due, bytes)) = wire.recv().await {
        sleep_until(due).await;
        opened(&mut flow).await;
        sink.write_all(&bytes).await?;
    }
    sink.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    const DELAY: Duration = Duration::from_millis(25);

    struct Line {
        near: tokio::io::DuplexStream,
        far: tokio::io::DuplexStream,
        flow: watch::Sender<Flow>,
    }

    fn line(delay: Duration) -> Line {
        let (near, source) = duplex(1 << 20);
        let (sink, far) = duplex(1 << 20);
        let (flow, seen_flow) = watch::channel(Flow::Open);
        tokio::spawn(async move { carry(source, sink, delay, seen_flow, |_| ()).await });
        Line { near, far, flow }
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_arrives_after_the_delay() {
        let mut line = line(DELAY);
        let sent = Instant::now();
        line.near.write_all(b"x").await.expect("the line reads");
        assert_eq!(line.far.read_u8().await.expect("the line writes"), b'x');
        assert_eq!(sent.elapsed(), DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn many_in_flight_pay_the_delay_once_and_keep_their_order() {
        let mut line = line(DELAY);
        let sent = Instant::now();
        for n in 0..100u8 {
            line.near.write_u8(n).await.expect("the line reads");
            tokio::task::yield_now().await; // a chunk of its own
        }
        for n in 0..100u8 {
            assert_eq!(line.far.read_u8().await.expect("the line writes"), n);
        }
        assert_eq!(sent.elapsed(), DELAY, "not 100 times the delay");
    }

    #[tokio::test(start_paused = true)]
    async fn frozen_holds_everything_and_thawing_delivers_it() {
        let mut line = line(DELAY);
        line.near.write_all(b"a").await.expect("the line reads");
        tokio::task::yield_now().await; // on the wire when the host freezes
        line.flow.send_replace(Flow::Frozen);
        line.near
            .write_all(b"b")
            .await
            .expect("buffered by the near side");
        let held = tokio::time::timeout(Duration::from_secs(3600), line.far.read_u8()).await;
        assert!(held.is_err(), "nothing may pass while frozen");
        line.flow.send_replace(Flow::Open);
        assert_eq!(line.far.read_u8().await.expect("thawed"), b'a');
        assert_eq!(line.far.read_u8().await.expect("thawed"), b'b');
    }

    #[tokio::test(start_paused = true)]
    async fn end_of_file_arrives_after_the_last_byte() {
        let mut line = line(DELAY);
        let sent = Instant::now();
        line.near.write_all(b"last").await.expect("the line reads");
        drop(line.near);
        let mut all = Vec::new();
        line.far
            .read_to_end(&mut all)
            .await
            .expect("closed in order");
        assert_eq!(all, b"last");
        assert_eq!(sent.elapsed(), DELAY);
    }
}

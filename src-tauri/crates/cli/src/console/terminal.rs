//! This process's terminal at the end of a VM's line.
//!
//! ```text
//!   keys ──thread──▶ channel ──▶ pipe to the VM          Ctrl+] ends it
//!   screen ◀─thread─ channel ◀── pipe from the VM        so does the VM, or a signal
//! ```
//!
//! Reading and writing a terminal block, so each has a thread of its own; the channels are short, so whoever
//! is slow stops the other side and nothing is lost.
//!
//! Invariant: the terminal is as it was before when this returns, on every path.

use std::io::{self, ErrorKind, IsTerminal as _, Read as _, Write as _};
use std::time::Duration;

use driver::Pipe;
use engine::EngineError;
use model::ErrorCode;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, oneshot};

use crate::{internal, signals};

/// Ctrl+].
const LEAVE: u8 = 0x1d;
/// Pieces that wait for whoever is slow.
const PIECES: usize = 8;
/// As much as is read at once.
const PIECE: usize = 16 << 10;
/// How long the last words of a guest may take to be shown.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Ctrl+], or a signal.
    Left,
    /// The VM was shut down, or somebody took the line over.
    Ended,
    /// The way to the host broke.
    Lost,
    /// Nobody reads what is written here.
    NoReader,
}

/// Keys go to the VM one by one as long as this lives.
struct Raw;

impl Raw {
    fn enter() -> io::Result<Self> {
        crossterm::terminal::enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // a terminal that is gone needs no mode
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

/// Attaches the terminal until one side ends. Input that is no terminal is sent as it is; its end ends
/// nothing, so that a log can be read with `< /dev/null`.
pub async fn attach(pipe: Pipe, what: &str) -> Result<(), EngineError> {
    let typed = io::stdin().is_terminal();
    // before the terminal changes: a signal between the two would leave it as it must not be
    let told = signals::told_to_end();
    let raw = if typed {
        let entered = Raw::enter();
        Some(entered.map_err(|error| internal(format!("The terminal cannot be used: {error}.")))?)
    } else {
        None
    };
    if typed {
        eprint!("Attached to {what}. Ctrl+] leaves.\r\n");
    }
    let (screen, shown) = screen();
    let relayed = relay(pipe, keyboard(), screen, typed.then_some(LEAVE));
    let end = tokio::select! {
        end = relayed => end,
        () = told => End::Left,
    };
    // what has come is shown, unless nobody takes it
    let _ = tokio::time::timeout(LAST_WORDS, shown).await;
    drop(raw);
    if typed {
        eprintln!();
    }
    match end {
        End::Left | End::NoReader => Ok(()),
        End::Ended => {
            if typed {
                eprintln!("The VM ended it, or somebody else took it over.");
            }
            Ok(())
        }
        End::Lost => Err(EngineError::new(
            ErrorCode::ConnectionLost,
            "The way to the VM's line broke.",
        )
        .with_hint("Attach again when the host answers.")),
    }
}

/// What is typed, until the process ends or its input does.
fn keyboard() -> mpsc::Receiver<Vec<u8>> {
    let (sender, keys) = mpsc::channel(PIECES);
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        let mut piece = vec![0; PIECE];
        loop {
            match input.read(&mut piece) {
                Ok(read) if read > 0 => {
                    if sender.blocking_send(piece[..read].to_vec()).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => return,
            }
        }
    });
    keys
}

/// Where to send what is to be shown, and what says that all of it is.
fn screen() -> (mpsc::Sender<Vec<u8>>, oneshot::Receiver<()>) {
    let (screen, mut pieces) = mpsc::channel::<Vec<u8>>(PIECES);
    let (done, shown) = oneshot::channel();
    std::thread::spawn(move || {
        let mut output = io::stdout().lock();
        while let Some(piece) = pieces.blocking_recv() {
            if output
                .write_all(&piece)
                .and_then(|()| output.flush())
                .is_err()
            {
                break;
            }
        }
        drop(pieces);
        // whoever waited may have stopped
        let _ = done.send(());
    });
    (screen, shown)
}

async fn relay(
    pipe: Pipe,
    keys: mpsc::Receiver<Vec<u8>>,
    screen: mpsc::Sender<Vec<u8>>,
    leave: Option<u8>,
) -> End {
    let (from_vm, to_vm) = tokio::io::split(pipe);
    tokio::select! {
        end = outwards(from_vm, screen) => end,
        end = inwards(keys, to_vm, leave) => end,
    }
}

async fn outwards(mut from_vm: impl AsyncRead + Unpin, screen: mpsc::Sender<Vec<u8>>) -> End {
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        match from_vm.read_buf(&mut piece).await {
            Ok(0) => return End::Ended,
            Ok(_) => {}
            Err(_) => return End::Lost,
        }
        if screen.send(piece).await.is_err() {
            return End::NoReader;
        }
    }
}

async fn inwards(
    mut keys: mpsc::Receiver<Vec<u8>>,
    mut to_vm: impl AsyncWrite + Unpin,
    leave: Option<u8>,
) -> End {
    while let Some(piece) = keys.recv().await {
        let end = leave.and_then(|key| piece.iter().position(|byte| *byte == key));
        let meant = &piece[..end.unwrap_or(piece.len())];
        let written = async {
            to_vm.write_all(meant).await?;
            to_vm.flush().await
        };
        if written.await.is_err() {
            break;
        }
        if end.is_some() {
            return End::Left;
        }
    }
    // the other way knows why the VM takes nothing any more, and goes on when only our input has ended
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Attached {
        vm: tokio::io::DuplexStream,
        keys: mpsc::Sender<Vec<u8>>,
        shown: mpsc::Receiver<Vec<u8>>,
        end: tokio::task::JoinHandle<End>,
    }

    fn attached(leave: Option<u8>) -> Attached {
        let (ours, vm) = tokio::io::duplex(64);
        let (keys, typed) = mpsc::channel(PIECES);
        let (screen, shown) = mpsc::channel(PIECES);
        let end = tokio::spawn(relay(Box::new(ours), typed, screen, leave));
        Attached {
            vm,
            keys,
            shown,
            end,
        }
    }

    #[tokio::test]
    async fn what_stands_before_the_leaving_key_is_sent_and_nothing_after_it() {
        let mut terminal = attached(Some(LEAVE));
        let typed = b"ls\r\x1dreboot\r".to_vec();
        terminal.keys.send(typed).await.expect("somebody reads");
        assert_eq!(terminal.end.await.expect("no panic"), End::Left);
        let mut sent = Vec::new();
        terminal.vm.read_to_end(&mut sent).await.expect("readable");
        assert_eq!(sent, b"ls\r");
    }

    #[tokio::test]
    async fn input_that_is_no_terminal_may_hold_any_byte_and_its_end_ends_nothing() {
        let mut terminal = attached(None);
        let typed = b"a\x1db".to_vec();
        terminal.keys.send(typed).await.expect("somebody reads");
        drop(terminal.keys);
        let mut sent = [0; 3];
        terminal.vm.read_exact(&mut sent).await.expect("readable");
        assert_eq!(&sent, b"a\x1db");
        terminal.vm.write_all(b"more").await.expect("attached");
        assert_eq!(terminal.shown.recv().await.as_deref(), Some(&b"more"[..]));
        drop(terminal.vm);
        assert_eq!(terminal.end.await.expect("no panic"), End::Ended);
    }

    #[tokio::test]
    async fn a_screen_that_nobody_reads_stops_the_guest_and_loses_nothing() {
        let mut terminal = attached(None);
        let said: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let (mut vm, expected) = (terminal.vm, said.clone());
        let guest = tokio::spawn(async move { vm.write_all(&said).await });
        let mut heard = Vec::new();
        while let Some(piece) = terminal.shown.recv().await {
            heard.extend(piece);
        }
        guest.await.expect("no panic").expect("all was taken");
        assert_eq!(heard, expected);
        assert_eq!(terminal.end.await.expect("no panic"), End::Ended);
    }
}

//! A login by SASL for a page that only knows name and password.
//!
//! ```text
//!   page ── VeNCrypt Plain ──▶ [ name, password ] ── SCRAM or PLAIN ──▶ host
//!    ◀──────────────── the host's verdict, and all that follows ────────────
//! ```
//!
//! Invariant: a password leaves as it is only inside TLS; what the host sends is bounded, as is the
//! work that it may ask for.

use std::io;
use std::sync::Arc;

use driver::console::explained;
use driver::{Pipe, Result, Secret};
use rsasl::prelude::{Mechname, SASLClient, SASLConfig, State};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

use super::trust::Host;
use super::{PATIENCE, ended, rfb, unsupported};

/// The longest of the host's messages: SCRAM's are some hundred bytes.
const LONGEST: u32 = 16 << 10;
/// The longest name or password.
const LONGEST_ANSWER: u32 = 1 << 10;
/// As much work as a host may ask for; it takes a tenth of a second.
const MOST_ROUNDS: u32 = 200_000;
/// More than any login takes.
const MOST_STEPS: usize = 8;
/// Bytes on their way to the page.
const PIECE: usize = 64 << 10;
/// The best first.
const SCRAM: [&str; 3] = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1"];
const PLAIN: &str = "PLAIN";

/// Whether others on the way could read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    Tls,
    Bare,
}

/// A server that is about to say which mechanisms it takes, as a pipe that asks for name and
/// password.
pub(super) async fn pipe(mut server: Pipe, cover: Cover, host: &Host) -> Result<Pipe> {
    let offered = said(&mut server).await.map_err(|e| ended(host, &e))?;
    let offered = String::from_utf8_lossy(&offered).into_owned();
    let mechanism = choose(&offered, cover).ok_or_else(|| {
        let shown = crate::text::cut(&offered, 200);
        unsupported(
            format!("The display on {host} demands a SASL login by {shown}."),
            "Innkeeper speaks SCRAM-SHA-512, -256 and -1, and PLAIN inside TLS: set mech_list in \
             /etc/sasl2/qemu.conf on the host, and vnc_tls in qemu.conf.",
        )
    })?;
    let (page, ours) = tokio::io::duplex(PIECE);
    let (tell, told) = oneshot::channel();
    let work = tokio::spawn(async move {
        // whoever does not listen has left
        let _ = tell.send(serve(ours, server, mechanism).await);
    });
    let work = AbortOnDropHandle::new(work);
    let why = async move {
        let why = told.await.unwrap_or(Ok(()));
        drop(work);
        why
    };
    Ok(explained(page, Box::pin(why)))
}

/// The best mechanism of a host's list.
fn choose(offered: &str, cover: Cover) -> Option<&'static str> {
    let takes = |name: &&str| {
        let mut names = offered.split([',', ' ', '\0']);
        names.any(|other| other.eq_ignore_ascii_case(name))
    };
    let plain = (cover == Cover::Tls).then_some(PLAIN);
    SCRAM.into_iter().chain(plain).find(takes)
}

async fn serve(mut page: DuplexStream, mut server: Pipe, mechanism: &str) -> io::Result<()> {
    let asked = tokio::select! {
        asked = ask(&mut page) => asked?,
        // people take their time, and the VM may end meanwhile; it has nothing else to say
        ended = server.read_u8() => return match ended {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            Ok(_) | Err(_) => Ok(()),
        },
    };
    let (name, password) = asked;
    let login = log_in(&mut server, mechanism, name, &password);
    let login = tokio::time::timeout(PATIENCE, login).await;
    match login.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
        Ok(()) => {}
        // the way broke: the reader is told so
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Err(error),
        Err(error) => {
            tracing::debug!(%error, "a SASL login failed");
            let why = "The host did not take this name and password.";
            page.write_all(&rfb::not_let_in(why)).await?;
            return Ok(());
        }
    }
    let (mut from_page, mut to_page) = tokio::io::split(page);
    let (from_server, mut to_server) = tokio::io::split(server);
    let mut from_server = tokio::io::BufReader::with_capacity(PIECE, from_server);
    let outwards = tokio::io::copy_buf(&mut from_server, &mut to_page);
    let inwards = async {
        if tokio::io::copy(&mut from_page, &mut to_server)
            .await
            .is_err()
        {
            // whoever reads is told better why, and what the host said last
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        copied = outwards => copied.map(drop),
        () = inwards => Ok(()),
    }
}

/// Asks the page, in the words of VeNCrypt's Plain.
async fn ask(page: &mut DuplexStream) -> io::Result<(String, Secret)> {
    let (say, expect) = rfb::name_and_password();
    let (version, rest) = say.split_at(rfb::VERSION.len());
    let (own_version, choices) = expect.split_at(rfb::VERSION.len());
    // noVNC looks at nothing that comes together with the version
    for (say, expect) in [(version, own_version), (rest, choices)] {
        page.write_all(say).await?;
        let mut answer = vec![0; expect.len()];
        page.read_exact(&mut answer).await?;
        if answer != expect {
            return Err(invalid("the viewer speaks another RFB"));
        }
    }
    let (name, password) = (page.read_u32().await?, page.read_u32().await?);
    if name > LONGEST_ANSWER || password > LONGEST_ANSWER {
        return Err(invalid("a name or password is too long"));
    }
    let name = text(page, name).await?;
    let password = Secret::new(text(page, password).await?);
    Ok((name, password))
}

async fn text(page: &mut DuplexStream, length: u32) -> io::Result<String> {
    let mut bytes = vec![0; length as usize];
    page.read_exact(&mut bytes).await?;
    String::from_utf8(bytes).map_err(|_| invalid("a name or password is no text"))
}

/// Logs in. Afterwards the server's verdict is what it sends next.
async fn log_in(
    server: &mut (impl AsyncRead + AsyncWrite + Unpin),
    mechanism: &str,
    name: String,
    password: &Secret,
) -> io::Result<()> {
    let config = SASLConfig::with_credentials(None, name, password.expose().to_owned())
        .map_err(|_| invalid("this name or password cannot be used"))?;
    let wanted = Mechname::parse(mechanism.as_bytes()).map_err(|_| invalid("no mechanism"))?;
    let mut session = SASLClient::new(Arc::clone(&config))
        .start_suggested(&[wanted])
        .map_err(|_| invalid("the mechanism cannot be begun"))?;
    let mut out = Vec::new();
    let mut state = session
        .step(None, &mut out)
        .map_err(|_| invalid("the mechanism cannot be begun"))?;
    put(server, mechanism.as_bytes(), Ending::Nothing).await?;
    put(server, &out, Ending::Zero).await?;
    server.flush().await?;
    for _ in 0..MOST_STEPS {
        let mut heard = said(server).await?;
        if heard.last() == Some(&0) {
            heard.pop();
        }
        let done = server.read_u8().await? != 0;
        check_work(&heard)?;
        out.clear();
        if let State::Running = state {
            let input = (!heard.is_empty() || !done).then_some(&heard[..]);
            // it proves here that it knows the password too
            state = session
                .step(input, &mut out)
                .map_err(|_| invalid("the host's answer is wrong"))?;
        }
        match (done, &state) {
            (true, State::Finished(_)) => return Ok(()),
            (true, State::Running) => return Err(invalid("the host ended too early")),
            (false, _) => {
                put(server, &out, Ending::Zero).await?;
                server.flush().await?;
            }
        }
    }
    Err(invalid("the login does not end"))
}

/// SCRAM lets the host say how often a password is hashed.
fn check_work(heard: &[u8]) -> io::Result<()> {
    let rounds = heard
        .split(|byte| *byte == b',')
        .find_map(|part| part.strip_prefix(b"i="));
    let Some(rounds) = rounds else { return Ok(()) };
    let rounds = std::str::from_utf8(rounds)
        .ok()
        .and_then(|r| r.parse::<u32>().ok());
    match rounds {
        Some(rounds) if rounds <= MOST_ROUNDS => Ok(()),
        _ => Err(invalid("the host asks for too much work")),
    }
}

/// A message of the host: its length and itself.
async fn said(server: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let length = server.read_u32().await?;
    if length > LONGEST {
        return Err(invalid("a SASL message is too long"));
    }
    let mut bytes = vec![0; length as usize];
    server.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// How a message on the wire ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Nothing,
    /// A zero that is counted; nothing at all for an empty message.
    Zero,
}

async fn put(
    server: &mut (impl AsyncWrite + Unpin),
    message: &[u8],
    ending: Ending,
) -> io::Result<()> {
    let mut bytes = message.to_vec();
    if ending == Ending::Zero && !bytes.is_empty() {
        bytes.push(0);
    }
    let length = u32::try_from(bytes.len()).map_err(|_| invalid("too long"))?;
    server.write_u32(length).await?;
    server.write_all(&bytes).await
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

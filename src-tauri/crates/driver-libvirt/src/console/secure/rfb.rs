//! The beginning of RFB with a VNC server: version, security types, VeNCrypt.
//!
//! ```text
//!   server   RFB 003.008   types        VeNCrypt 0.2   subtypes
//!   we             RFB 003.008    19            0.2           260 ──▶ TLS ──▶ the page
//! ```
//!
//! Invariant: nothing is read beyond what the handshake needs; every length is one byte or bounded.

use std::io;

use driver::{Pipe, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::preface::Preface;
use super::trust::{Host, Places};
use super::{ended, sasl, tls, unsupported};

pub(super) const VERSION: &[u8; 12] = b"RFB 003.008\n";
/// What the page does with these needs nothing from us: none, a password, RA2, Tight, XVP, Apple's,
/// Microsoft's.
const PLAIN: [u8; 7] = [1, 2, 6, 16, 22, 30, 113];
const NONE: u8 = 1;
/// No security, and that others may stay.
const ENTER: [u8; 2] = [NONE, 1];
const VENCRYPT: u8 = 19;
const SASL: u8 = 20;

/// What of VeNCrypt comes after its handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Nothing,
    Password,
    NameAndPassword,
    Sasl,
}

/// Whether a subtype is inside TLS with certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cover {
    Certificates,
    Bare,
}

/// What a VeNCrypt subtype means, where we can do it.
fn subtype(number: u32) -> Option<(Cover, Then)> {
    Some(match number {
        256 => (Cover::Bare, Then::NameAndPassword),
        260 => (Cover::Certificates, Then::Nothing),
        261 => (Cover::Certificates, Then::Password),
        262 => (Cover::Certificates, Then::NameAndPassword),
        263 => (Cover::Certificates, Then::Sasl),
        _ => return None,
    })
}

/// TLS without certificates, by which nobody knows whom they talk to.
fn is_anonymous(number: u32) -> bool {
    matches!(number, 257..=259 | 264)
}

/// What a server offers.
pub(in crate::console) enum Greeted {
    /// Something that the page itself can do.
    Plain(Pipe),
    /// Nothing of the kind.
    Secured(Demands),
}

/// A server that waits for us to choose among its security types.
pub(in crate::console) struct Demands {
    server: Pipe,
    types: Vec<u8>,
}

/// Enters a server that lets everybody in, as it is taken to do: it is answered with the first word, which far
/// away saves a round trip. `None`: it does not, and this connection to it is spent.
pub(super) async fn enter(mut server: Pipe) -> Option<Pipe> {
    let offered = async {
        server.write_all(&[&VERSION[..], &ENTER].concat()).await?;
        server.flush().await?;
        let mut version = [0; 12];
        server.read_exact(&mut version).await?;
        if version != *VERSION {
            return io::Result::Ok(Vec::new());
        }
        types(&mut server).await
    };
    let is_open = offered.await.is_ok_and(|types| types.contains(&NONE));
    is_open.then(|| entered(server))
}

/// Asks what a server offers. What it says that is no RFB of this version goes to the page as it is.
pub(super) async fn greet(mut server: Pipe, host: &Host) -> Result<Greeted> {
    let offered = async {
        let mut version = [0; 12];
        server.read_exact(&mut version).await?;
        if version != *VERSION {
            return io::Result::Ok(Err(version));
        }
        server.write_all(VERSION).await?;
        server.flush().await?;
        Ok(Ok(types(&mut server).await?))
    };
    let offered = offered.await.map_err(|error| ended(host, &error))?;
    let types = match offered {
        Ok(types) => types,
        Err(said) => return Ok(Greeted::Plain(Preface::pipe(said.to_vec(), b"", server))),
    };
    let plain: Vec<u8> = types
        .iter()
        .copied()
        .filter(|t| PLAIN.contains(t))
        .collect();
    // none at all: the reason follows, and the page shows it
    if plain.is_empty() && !types.is_empty() {
        return Ok(Greeted::Secured(Demands { server, types }));
    }
    if plain.contains(&NONE) {
        let entering = async {
            server.write_all(&ENTER).await?;
            server.flush().await
        };
        entering.await.map_err(|error| ended(host, &error))?;
        return Ok(Greeted::Plain(entered(server)));
    }
    Ok(Greeted::Plain(Preface::pipe(
        offering(&plain),
        VERSION,
        server,
    )))
}

/// The security types of a server that has heard our version.
async fn types(server: &mut Pipe) -> io::Result<Vec<u8>> {
    let count = server.read_u8().await?;
    let mut types = vec![0; count.into()];
    server.read_exact(&mut types).await?;
    Ok(types)
}

/// A server that was entered for the page: a page that answered by itself would wait a round trip for each.
fn entered(server: Pipe) -> Pipe {
    Preface::pipe_ignoring(offering(&[NONE]), b"RFB 003.008\n\x01", 1, server)
}

/// What a server says to the page that offers these types.
fn offering(types: &[u8]) -> Vec<u8> {
    let count = u8::try_from(types.len()).expect("they were counted by one byte");
    [&VERSION[..], &[count], types].concat()
}

/// A server that lets everybody in; its verdict follows.
fn open_to_all(server: Pipe, heard: &[u8]) -> Pipe {
    let say = [&offering(&[1]), heard].concat();
    Preface::pipe(say, b"RFB 003.008\n\x01", server)
}

/// A server that wants a password; its challenge follows.
fn wants_a_password(server: Pipe, heard: &[u8]) -> Pipe {
    let say = [&offering(&[2]), heard].concat();
    Preface::pipe(say, b"RFB 003.008\n\x02", server)
}

/// What a server says, and is answered, that wants a name and a password: VeNCrypt of version 0.2,
/// with Plain as its only subtype.
pub(super) fn name_and_password() -> (Vec<u8>, &'static [u8]) {
    let say = [&offering(&[VENCRYPT])[..], &[0, 2, 0, 1, 0, 0, 1, 0]].concat();
    (say, b"RFB 003.008\n\x13\x00\x02\x00\x00\x01\x00")
}

impl Demands {
    /// Does what is demanded. The pipe offers the page something plain.
    pub(super) async fn fulfil(mut self, places: &Places, host: &Host) -> Result<Pipe> {
        if self.types.contains(&VENCRYPT) {
            return self.vencrypt(places, host).await;
        }
        if self.types.contains(&SASL) {
            let chosen = self.server.write_all(&[SASL]).await;
            chosen.map_err(|error| ended(host, &error))?;
            return sasl::pipe(self.server, sasl::Cover::Bare, host).await;
        }
        Err(unsupported(
            format!(
                "The display on {host} demands a login of a kind that no viewer here speaks (RFB {:?}).",
                self.types
            ),
            "Let it take a password, or TLS with certificates.",
        ))
    }

    async fn vencrypt(mut self, places: &Places, host: &Host) -> Result<Pipe> {
        let subtypes = self.subtypes().await.map_err(|error| ended(host, &error))?;
        let found = subtypes
            .iter()
            .find_map(|number| Some((*number, subtype(*number)?)));
        let Some((number, (cover, then))) = found else {
            return Err(if subtypes.iter().copied().any(is_anonymous) {
                unsupported(
                    format!(
                        "The display on {host} demands TLS without certificates, by which a viewer \
                         cannot tell the host from an impostor."
                    ),
                    "Give its host certificates (vnc_tls_x509_cert_dir in qemu.conf).",
                )
            } else {
                unsupported(
                    format!("The display on {host} demands a kind of VeNCrypt that is unknown."),
                    "Let it take TLS with certificates (X509None, X509Vnc or X509SASL).",
                )
                .with_detail(format!("VeNCrypt {subtypes:?}"))
            });
        };
        let chosen = self.choose(number, cover).await;
        chosen.map_err(|error| ended(host, &error))?;
        let mut server = self.server;
        if cover == Cover::Certificates {
            server = Box::new(tls::wrap(server, places, host).await?);
        }
        if then == Then::NameAndPassword {
            let (say, expect) = name_and_password();
            return Ok(Preface::pipe(say, expect, server));
        }
        // it speaks next; in TLS 1.3 only this tells whether it accepts our certificate
        let mut heard = [0];
        let read = server.read_exact(&mut heard).await;
        read.map_err(|error| tls::failed(&error, places, host))?;
        Ok(match then {
            Then::Nothing => open_to_all(server, &heard),
            Then::Password => wants_a_password(server, &heard),
            Then::Sasl | Then::NameAndPassword => {
                let server = Preface::pipe(heard.to_vec(), b"", server);
                sasl::pipe(server, sasl::Cover::Tls, host).await?
            }
        })
    }

    async fn subtypes(&mut self) -> io::Result<Vec<u32>> {
        const AT_HAND: [u8; 2] = [0, 2];
        let server = &mut self.server;
        server.write_all(&[VENCRYPT]).await?;
        server.flush().await?;
        let mut version = [0; 2];
        server.read_exact(&mut version).await?;
        server.write_all(&AT_HAND).await?;
        server.flush().await?;
        if version < AT_HAND || server.read_u8().await? != 0 {
            return Err(io::Error::other("its VeNCrypt is older than 0.2"));
        }
        let count = server.read_u8().await?;
        let mut subtypes = Vec::with_capacity(count.into());
        for _ in 0..count {
            subtypes.push(server.read_u32().await?);
        }
        Ok(subtypes)
    }

    async fn choose(&mut self, subtype: u32, cover: Cover) -> io::Result<()> {
        self.server.write_u32(subtype).await?;
        self.server.flush().await?;
        // only before TLS it says whether it agrees
        if cover == Cover::Certificates && self.server.read_u8().await? != 1 {
            return Err(io::Error::other("it refused what it had offered"));
        }
        Ok(())
    }
}

/// What a login that failed is for the page.
pub(super) fn not_let_in(why: &str) -> Vec<u8> {
    let length = u32::try_from(why.len()).unwrap_or(0);
    [&1_u32.to_be_bytes(), &length.to_be_bytes(), why.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::testing::way;
    use super::*;

    #[tokio::test]
    async fn who_is_taken_to_let_everybody_in_is_answered_with_the_first_word() {
        let (client, mut server) = way();
        let host = tokio::spawn(async move {
            // all there before it has said anything
            server.hears(b"RFB 003.008\n\x01\x01").await;
            server
                .says(b"RFB 003.008\n\x02\x02\x01\0\0\0\0screen")
                .await;
            server
        });
        let mut page = enter(client).await.expect("it does");
        let _server = host.await.expect("the host's part");
        let mut heard = [0; 12];
        page.read_exact(&mut heard).await.expect("its version");
        page.write_all(b"RFB 003.008\n\x01\x01")
            .await
            .expect("taken");
        let mut heard = [0; 12];
        page.read_exact(&mut heard).await.expect("it says more");
        assert_eq!(&heard, b"\x01\x01\0\0\0\0screen");
    }

    #[tokio::test]
    async fn who_does_not_let_everybody_in_is_not_entered() {
        for said in [
            &b"RFB 003.008\n\x01\x02\0\0\0\x01"[..],
            b"RFB 003.008\n\0",
            b"RFB 003.003\n\0\0\0\x01",
            b"SSH-2.0-x\r\n...",
            b"RFB",
        ] {
            let (client, mut server) = way();
            server.says(said).await;
            drop(server);
            assert!(enter(client).await.is_none(), "{said:?}");
        }
    }
}

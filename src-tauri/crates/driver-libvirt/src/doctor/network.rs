//! Names and ports.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::{Finding, Found, Shown};

/// How long a port may take to answer.
const PATIENCE: Duration = Duration::from_secs(6);

/// What a name resolves to.
pub(super) struct Addresses(pub(super) Vec<SocketAddr>);

impl Shown for Addresses {
    fn shown(&self) -> String {
        let shown: Vec<String> = self.0.iter().take(4).map(|a| a.ip().to_string()).collect();
        shown.join(", ")
    }
}

/// Looks a name up.
pub(super) async fn resolve(host: &str, port: u16) -> Found<Addresses> {
    let looked_up = tokio::net::lookup_host((host, port)).await;
    let mut addresses: Vec<SocketAddr> = match looked_up {
        Ok(addresses) => addresses.collect(),
        Err(error) => return Err(unknown(host).saying(Some(error.to_string()))),
    };
    addresses.dedup();
    if addresses.is_empty() {
        return Err(unknown(host));
    }
    Ok(Addresses(addresses))
}

fn unknown(host: &str) -> Finding {
    Finding::new(
        format!("The name {host} has no address."),
        "Neither DNS nor the hosts file of this computer knows it.",
    )
    .try_this("Check the spelling, and whether a VPN has to be up.")
    .run_this("Ask the name servers:", format!("getent hosts {host}"))
}

/// What a server says before it is spoken to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Greeting {
    None,
    Ssh,
}

/// Opens the port, and reads the greeting.
pub(super) async fn answers(
    host: &str,
    addresses: &[SocketAddr],
    greeting: Greeting,
) -> Found<String> {
    let port = addresses.first().map_or(0, SocketAddr::port);
    let refused =
        |why: String| Finding::new(format!("Nothing answers on port {port} of {host}."), why);
    let opened = tokio::time::timeout(PATIENCE, TcpStream::connect(addresses)).await;
    let mut stream = match opened {
        Err(_) => {
            return Err(refused(
                "The host does not answer at all: it is off, or a firewall drops what is sent."
                    .into(),
            )
            .try_this("Check that the host runs and that a firewall lets this port through.")
            .run_this("See whether it is there:", format!("ping -c 3 {host}")));
        }
        Ok(Err(error)) => {
            let finding = match error.kind() {
                ErrorKind::ConnectionRefused => {
                    refused("The host is there, but no server listens on this port.".into())
                        .try_this("Check the port, and that the server runs on the host.")
                }
                _ => refused("No network leads there.".into()).try_this(
                    "Check the network of this computer, and whether a VPN has to be up.",
                ),
            };
            return Err(finding.saying(Some(error.to_string())));
        }
        Ok(Ok(stream)) => stream,
    };
    if greeting == Greeting::None {
        return Ok(format!("Port {port} answers."));
    }
    let mut said = [0; 255];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut said)).await;
    let said = match read {
        Ok(Ok(count)) => String::from_utf8_lossy(&said[..count]).into_owned(),
        _ => String::new(),
    };
    let line: String = said
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    if line.starts_with("SSH-") {
        return Ok(format!("Port {port}: {line}"));
    }
    Err(Finding::new(
        format!("What answers on port {port} of {host} is no ssh server."),
        if line.is_empty() {
            "It takes the connection and says nothing.".to_owned()
        } else {
            format!("It says {line:?}.")
        },
    )
    .try_this("Check the port. A server that says nothing may be overloaded or stopped."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    async fn port_that_says(words: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it listens");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.write_all(words.as_bytes()).await;
            }
        });
        address
    }

    #[tokio::test]
    async fn a_port_is_told_by_what_it_says() {
        let ssh = port_that_says("SSH-2.0-OpenSSH_9.2p1 Debian\r\n").await;
        let said = answers("h", &[ssh], Greeting::Ssh).await.ok();
        assert!(said.is_some_and(|s| s.ends_with("SSH-2.0-OpenSSH_9.2p1 Debian")));
        let other = port_that_says("220 mail\u{1b}[31m ESMTP\r\n").await;
        let finding = answers("h", &[other], Greeting::Ssh)
            .await
            .expect_err("no ssh server");
        assert!(finding.what.contains("no ssh server"), "{}", finding.what);
        assert!(
            !finding.why.contains('\u{1b}'),
            "terminal codes are not passed on"
        );
        let closed = SocketAddr::from(([127, 0, 0, 1], 1));
        let finding = answers("h", &[closed], Greeting::None)
            .await
            .expect_err("nobody there");
        assert!(finding.why.contains("no server listens"), "{}", finding.why);
    }
}

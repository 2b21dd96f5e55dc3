//! TLS around a pipe, and what a handshake that failed means.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use driver::{DriverError, Pipe, Result};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::{AlertDescription, CertificateError, Error};

use super::trust::{Host, Places};
use super::{ended, unsupported};

/// Shakes hands with a server that is to prove that it is `host`.
pub(super) async fn wrap(server: Pipe, places: &Places, host: &Host) -> Result<Wrapped> {
    let config = places.configuration(host).await?;
    let name = host.asked().ok_or_else(|| {
        unsupported(
            format!("The display demands TLS, and a certificate cannot name ‘{host}’."),
            "Connect by the host’s name.",
        )
    })?;
    let connected = TlsConnector::from(config).connect(name, server).await;
    connected
        .map(Wrapped)
        .map_err(|error| failed(&error, places, host))
}

/// What a failed handshake means, or a server that went away after it.
pub(super) fn failed(error: &io::Error, places: &Places, host: &Host) -> DriverError {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    let told = match tls {
        Some(Error::InvalidCertificate(wrong)) => distrusted(wrong, places, host),
        Some(Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::HandshakeFailure,
        )) => unsupported(
            format!("The display on {host} does not accept us without a certificate it knows."),
            format!("Put yours and its key into {}.", places.own_place()),
        ),
        Some(_) => unsupported(
            format!("The display on {host} and we find no common TLS."),
            "Its host may have certificates or protocols that are too old.",
        ),
        None => return ended(host, error),
    };
    told.with_detail(error.to_string())
}

fn distrusted(wrong: &CertificateError, places: &Places, host: &Host) -> DriverError {
    let expected = host.expected();
    match wrong {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            unsupported(
                format!("The certificate of the display on {host} is another host’s."),
                format!(
                    "It must carry {expected} as an alternative name (subjectAltName). Give the \
                     host such a certificate, or connect by the name that it has."
                ),
            )
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => unsupported(
            format!("The certificate of the display on {host} has expired."),
            "Give the host a new one.",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => unsupported(
            format!("The certificate of the display on {host} is not valid yet."),
            "Look at the clocks of the host and of this computer.",
        ),
        // or by one that has the name of one you trust, but another key
        CertificateError::UnknownIssuer | CertificateError::BadSignature => unsupported(
            format!("No authority that you trust has issued the certificate of {host}’s display."),
            format!(
                "Put the authority’s certificate into one of {}.",
                places.authority_places()
            ),
        ),
        _ => unsupported(
            format!("The certificate of the display on {host} cannot be trusted."),
            "Give the host a certificate of version 3 that its authority has signed.",
        ),
    }
}

/// A pipe inside TLS. Most VMs end without TLS's own goodbye: the pipe below knows whether it was
/// the VM's end or the way's.
pub(super) struct Wrapped(TlsStream<Pipe>);

impl AsyncRead for Wrapped {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(Pin::new(&mut self.get_mut().0).poll_read(context, buffer));
        Poll::Ready(match read {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            read => read,
        })
    }
}

impl AsyncWrite for Wrapped {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(context)
    }
}

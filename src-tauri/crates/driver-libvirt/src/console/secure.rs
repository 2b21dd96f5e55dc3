//! Displays that demand TLS: what arrives here as the host wants it leaves as the page speaks it.
//!
//! ```text
//!   SPICE   host ⇄ TLS ⇄ the same bytes
//!   VNC     host ⇄ [rfb: version, security, TLS] ⇄ [preface: version, security] ⇄ the page
//! ```
//!
//! Architecture Invariant: a certificate that no authority of the user's has issued, or that names
//! another host, ends the attempt. Nobody is asked to overlook it.

mod preface;
mod rfb;
mod sasl;
mod tls;
mod trust;

use std::fmt;
use std::time::Duration;

use driver::{DriverError, Pipe, Result};
use model::ErrorCode;

pub(super) use rfb::{Demands, Greeted};
pub(super) use trust::{Family, Host, Places};

/// How long a display may take for its part of a handshake. Only a broken one takes that long.
const PATIENCE: Duration = Duration::from_secs(15);

/// A VNC server that is taken to let everybody in; `None` when it does not.
pub(super) async fn enter(server: Pipe, host: &Host) -> Result<Option<Pipe>> {
    within(host, async { Ok(rfb::enter(server).await) }).await
}

/// What a VNC server offers.
pub(super) async fn greet(server: Pipe, host: &Host) -> Result<Greeted> {
    within(host, rfb::greet(server, host)).await
}

/// A VNC display that offers nothing plain, as one that does.
pub(super) async fn plain(demands: Demands, places: &Places, host: &Host) -> Result<Pipe> {
    within(host, demands.fulfil(places, host)).await
}

/// One channel of a SPICE display whose port speaks TLS.
pub(super) async fn spice(server: Pipe, places: &Places, host: &Host) -> Result<Pipe> {
    let wrapped = async {
        let wrapped = tls::wrap(server, places, host).await?;
        Ok(Box::new(wrapped) as Pipe)
    };
    within(host, wrapped).await
}

/// Does what takes a display no longer than it may.
pub(super) async fn within<T>(
    host: impl fmt::Display,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let timed = tokio::time::timeout(PATIENCE, work).await;
    timed.unwrap_or_else(|_| {
        let seconds = PATIENCE.as_secs();
        Err(DriverError::new(
            ErrorCode::ConnectionRefused,
            format!("The display on {host} did not answer within {seconds} seconds."),
        )
        .with_hint(
            "It may be busy, as while its VM is saved. If it stays so, try the VM's serial line, or reset the VM.",
        ))
    })
}

/// A display that cannot be opened until somebody changes something.
fn unsupported(message: String, hint: impl Into<String>) -> DriverError {
    DriverError::new(ErrorCode::Unsupported, message).with_hint(hint)
}

/// A server that went away in the middle of it.
fn ended(host: &Host, error: &std::io::Error) -> DriverError {
    if error.kind() == std::io::ErrorKind::ConnectionReset {
        return DriverError::connection_lost(crate::text::sentence(&error.to_string()));
    }
    DriverError::new(
        ErrorCode::ConnectionRefused,
        format!("The display on {host} closed before it could be shown."),
    )
    .with_detail(error.to_string())
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

//! Joins a display, wherever it listens.
//!
//! | connection | TCP display | unix socket display | listens nowhere |
//! |---|---|---|---|
//! | ssh | `ssh -W`, else nc on the host | nc or socat on the host | – |
//! | this computer | a descriptor by libvirt, else dialled | the same | a descriptor by libvirt |
//! | tcp, tls, libssh | dialled, unless it listens on loopback only | – | – |
//!
//! What demands TLS or a login is joined as it is first, then [`secure`] makes it plain. On this
//! computer libvirt hands out a descriptor that demands nothing: whoever may ask for it may do
//! anything to the VM.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use driver::{DisplayInfo, DisplayKind, DisplayPlace, DriverError, Pipe, Result};
use model::ErrorCode;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use uuid::Uuid;

use super::pipe::{pipe, pipe_with};
use super::secure::{self, Family, Greeted, Host, Places};
use crate::calls::{Calls, gone};
use crate::origin::Origin;
use crate::platform;
use crate::sys::{Gate, checked};
use crate::tunnel::{Channel, Login, SshTarget, remote};
use crate::uri::Transport;

/// How long libvirt may take to hand out a display; it waits while the VM is saved, for one.
#[cfg(unix)]
const BUSY: std::time::Duration = std::time::Duration::from_secs(5);

/// Which display of which VM.
pub(crate) struct Wanted {
    #[cfg_attr(
        windows,
        expect(dead_code, reason = "libvirt hands out no descriptors there")
    )]
    pub(crate) vm: Uuid,
    pub(crate) display: DisplayInfo,
}

/// What has been learned of a host's displays.
#[derive(Default)]
pub(crate) struct Manners {
    /// One of them let in nobody without being asked.
    reserved: AtomicBool,
}

impl Manners {
    fn are_reserved(&self) -> bool {
        self.reserved.load(Ordering::Relaxed)
    }
}

/// Opens a display. What comes out of the pipe is what the page speaks, whatever the host demands.
pub(crate) async fn open(
    origin: &Origin,
    calls: &Arc<Calls>,
    wanted: &Wanted,
    manners: &Manners,
) -> Result<Pipe> {
    let display = &wanted.display;
    let joined = joined(origin, calls, wanted).await?;
    match display.kind {
        DisplayKind::Spice
            if port(&display.place).is_some_and(|(_, speaks)| speaks == Speaks::Tls) =>
        {
            let host = host(origin, calls).await;
            secure::spice(joined, &places(origin, Family::Spice), &host).await
        }
        DisplayKind::Spice => Ok(joined),
        DisplayKind::Vnc => {
            // here there is nothing to gain
            let is_far = !is_here(origin);
            let joined = if is_far && display.password.is_none() && !manners.are_reserved() {
                let shown = Host::new(origin.uri.host.clone());
                if let Some(pipe) = secure::enter(joined, &shown).await? {
                    return Ok(pipe);
                }
                manners.reserved.store(true, Ordering::Relaxed);
                self::joined(origin, calls, wanted).await?
            } else {
                joined
            };
            vnc(origin, calls, wanted, joined).await
        }
    }
}

async fn vnc(origin: &Origin, calls: &Arc<Calls>, wanted: &Wanted, joined: Pipe) -> Result<Pipe> {
    let shown = Host::new(origin.uri.host.clone());
    let demands = match secure::greet(joined, &shown).await? {
        Greeted::Plain(pipe) => return Ok(pipe),
        Greeted::Secured(demands) => demands,
    };
    if is_here(origin)
        && let Ok(pipe) = by_descriptor(origin, calls, wanted, Gate::Open).await
        && let Ok(Greeted::Plain(pipe)) = secure::greet(pipe, &shown).await
    {
        return Ok(pipe);
    }
    let host = host(origin, calls).await;
    secure::plain(demands, &places(origin, Family::Vnc), &host).await
}

fn places(origin: &Origin, family: Family) -> Places {
    Places::below(&origin.libvirt.certificates, family)
}

/// Whose certificate is expected: the host of the connection, or what that host calls itself where
/// nobody in between could say something else.
async fn host(origin: &Origin, calls: &Calls) -> Host {
    let dialled = origin.uri.host.clone();
    let own = match origin.uri.effective_transport() {
        Some(Transport::Ssh | Transport::Unix) | None => {
            let asked = calls.quick(|c| checked(c.safe().get_hostname())).await;
            // it does without: the host of the connection is enough
            asked.ok()
        }
        Some(
            Transport::Tcp
            | Transport::Tls
            | Transport::Libssh
            | Transport::Libssh2
            | Transport::Ext,
        ) => None,
    };
    let local = is_here(origin).then(|| "localhost".to_owned());
    Host::new(dialled.into_iter().chain(own).chain(local))
}

fn is_here(origin: &Origin) -> bool {
    matches!(
        origin.uri.effective_transport(),
        Some(Transport::Unix) | None
    )
}

/// What a port of the host speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Plain,
    Tls,
}

/// The port to open.
fn port(place: &DisplayPlace) -> Option<(u16, Speaks)> {
    let DisplayPlace::Tcp { port, tls_port, .. } = place else {
        return None;
    };
    let plain = port.map(|port| (port, Speaks::Plain));
    plain.or(tls_port.map(|port| (port, Speaks::Tls)))
}

async fn joined(origin: &Origin, calls: &Arc<Calls>, wanted: &Wanted) -> Result<Pipe> {
    let display = &wanted.display;
    match origin.uri.effective_transport() {
        Some(Transport::Ssh) => over_ssh(origin, calls, display).await,
        Some(Transport::Unix) | None => here(origin, calls, wanted).await,
        Some(Transport::Tcp | Transport::Tls | Transport::Libssh | Transport::Libssh2) => {
            at_the_host(origin, calls, display).await
        }
        Some(Transport::Ext) => Err(unreachable_from_here()),
    }
}

async fn over_ssh(origin: &Origin, calls: &Arc<Calls>, display: &DisplayInfo) -> Result<Pipe> {
    let login = login(origin)?;
    match &display.place {
        DisplayPlace::Tcp { address, .. } => {
            let address = dialled(address)?;
            let (port, _) = port(&display.place).ok_or_else(nowhere)?;
            let channel = login.forward(address, port).await?;
            match settled(channel, display.kind, calls).await? {
                Ok(pipe) => Ok(pipe),
                Err(_) if calls.is_over() => Err(gone()),
                // an sshd that forwards nothing may still run a program
                Err(_) => {
                    let join = remote::join_port_command(&origin.uri, address, port);
                    settled(login.channel(&join).await?, display.kind, calls).await?
                }
            }
        }
        DisplayPlace::Socket(path) => {
            let join = remote::join_socket_command(&origin.uri, path);
            settled(login.channel(&join).await?, display.kind, calls).await?
        }
        DisplayPlace::Starting => Err(starting()),
        DisplayPlace::Closed => Err(nowhere()),
    }
}

/// The session's login: a second one is never made.
fn login(origin: &Origin) -> Result<Arc<Login>> {
    let Origin {
        libvirt,
        target,
        uri,
        context,
    } = origin;
    SshTarget::new(&libvirt.ssh, uri, &target.settings, context.deadline)
        .and_then(|ssh| libvirt.logins.shared(target.id, &ssh))
        .ok_or_else(gone)
}

/// A channel as a pipe, once it is known to work as far as that can be known: a VNC server speaks
/// first, a SPICE server does not. An outer error is one that no other channel would spare us.
async fn settled(
    mut channel: Channel,
    kind: DisplayKind,
    calls: &Arc<Calls>,
) -> Result<Result<Pipe>> {
    let (mut source, sink) = channel.take_pipes().ok_or_else(gone)?;
    let mut first = Vec::new();
    if kind == DisplayKind::Vnc {
        let mut piece = [0; 64];
        let host = channel.host().to_owned();
        let said = async { Ok(source.read(&mut piece).await) };
        let read = tokio::select! {
            read = secure::within(host, said) => read?,
            ended = calls.ended() => return Err(ended),
        };
        match read {
            Ok(count) if count > 0 => first.extend_from_slice(&piece[..count]),
            _ => {
                let (exit, said) = channel.end().await;
                let told = exit.and_then(|e| remote::told_of_display(e, channel.host(), &said));
                return Ok(Err(
                    told.unwrap_or_else(|| silent(channel.host()).with_detail(said))
                ));
            }
        }
    }
    let both = tokio::io::join(io::Cursor::new(first).chain(source), sink);
    // its process ends when it is dropped
    Ok(Ok(pipe_with(both, calls, channel)))
}

fn silent(host: &str) -> DriverError {
    DriverError::new(
        ErrorCode::ConnectionRefused,
        format!("The display does not answer on {host}."),
    )
}

/// A display of this computer: from libvirt, which cannot take one VM for another and needs no
/// listener, else where it listens.
async fn here(origin: &Origin, calls: &Arc<Calls>, wanted: &Wanted) -> Result<Pipe> {
    let place = &wanted.display.place;
    let port = port(place);
    let error = match port {
        // a descriptor leads past TLS, which a channel that demands it does not take
        Some((_, Speaks::Tls)) => unreachable_from_here(),
        _ => match by_descriptor(origin, calls, wanted, Gate::Kept).await {
            Ok(pipe) => return Ok(pipe),
            Err(error) => error,
        },
    };
    match place {
        DisplayPlace::Tcp { address, .. } => {
            let (port, _) = port.ok_or_else(nowhere)?;
            dial(dialled(address)?.to_string(), port, calls).await
        }
        DisplayPlace::Socket(path) => match platform::connect_socket(path.as_ref()).await {
            Ok(stream) => Ok(pipe(stream, calls)),
            Err(_) => Err(error),
        },
        DisplayPlace::Closed | DisplayPlace::Starting => Err(error),
    }
}

/// A display of another computer that is reached without a tunnel.
async fn at_the_host(origin: &Origin, calls: &Arc<Calls>, display: &DisplayInfo) -> Result<Pipe> {
    let address = match &display.place {
        DisplayPlace::Tcp { address, .. } => address,
        DisplayPlace::Starting => return Err(starting()),
        DisplayPlace::Socket(_) | DisplayPlace::Closed => return Err(unreachable_from_here()),
    };
    let (port, _) = port(&display.place).ok_or_else(nowhere)?;
    let host = match address.parse::<IpAddr>() {
        Ok(address) if address.is_loopback() => return Err(unreachable_from_here()),
        // everywhere: also where libvirt is reached
        Ok(address) if address.is_unspecified() => origin.uri.host.clone(),
        Ok(address) => Some(address.to_string()),
        Err(_) if address == "localhost" => return Err(unreachable_from_here()),
        Err(_) => origin.uri.host.clone(),
    };
    dial(host.ok_or_else(unreachable_from_here)?, port, calls).await
}

async fn dial(host: String, port: u16, calls: &Arc<Calls>) -> Result<Pipe> {
    let connect = async { Ok(TcpStream::connect((host.as_str(), port)).await) };
    let connected = tokio::select! {
        connected = secure::within(&host, connect) => connected?,
        ended = calls.ended() => return Err(ended),
    };
    let stream = connected.map_err(|error| silent(&host).with_detail(error.to_string()))?;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a display will lag");
    }
    Ok(pipe(stream, calls))
}

#[cfg(unix)]
async fn by_descriptor(
    origin: &Origin,
    calls: &Arc<Calls>,
    wanted: &Wanted,
    gate: Gate,
) -> Result<Pipe> {
    use crate::crew::{Lane, Pool};
    use crate::sys::{self, Connection};
    use crate::{error, way};
    // our bridge carries bytes but no descriptors: this goes by libvirt's own socket
    let uri = origin.uri.to_string();
    let mode = way::mode(&origin.target);
    let (vm, index) = (wanted.vm, wanted.display.index);
    let pool = Pool::new(origin.libvirt.crew.clone());
    let opened = pool.call(Lane::Long, BUSY, move || {
        let connection =
            Connection::open(&uri, mode, &mut |_| None).map_err(|e| error::of_open(&e))?;
        let domain = checked(virt::domain::Domain::lookup_by_uuid(connection.safe(), vm))
            .map_err(|e| error::of_call(&e))?;
        sys::open_graphics(&domain, index, gate).map_err(|e| error::of_call(&e))
    });
    let stream = platform::socket_of(opened.await??).map_err(|error| {
        DriverError::new(
            ErrorCode::Internal,
            "The display's descriptor is no socket.",
        )
        .with_detail(error.to_string())
    })?;
    Ok(pipe(stream, calls))
}

#[cfg(windows)]
async fn by_descriptor(_: &Origin, _: &Arc<Calls>, _: &Wanted, _: Gate) -> Result<Pipe> {
    Err(unreachable_from_here())
}

/// The address under which the host itself reaches a display.
fn dialled(address: &str) -> Result<IpAddr> {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) if v4.is_unspecified() => Ok(Ipv4Addr::LOCALHOST.into()),
        Ok(IpAddr::V6(v6)) if v6.is_unspecified() => Ok(Ipv6Addr::LOCALHOST.into()),
        Ok(address) => Ok(address),
        Err(_) if address == "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        Err(_) => Err(DriverError::new(
            ErrorCode::Unsupported,
            "The display listens at a name, which only the host can resolve.",
        )
        .with_hint("Let it listen at an address, such as 127.0.0.1.")),
    }
}

/// Worth another try: a refusal would stay for as long as the VM runs.
fn starting() -> DriverError {
    DriverError::new(
        ErrorCode::ConnectionRefused,
        "The VM is being started; its display is not there yet.",
    )
}

fn nowhere() -> DriverError {
    DriverError::new(
        ErrorCode::Unsupported,
        "This display listens nowhere, so it can be opened only on the host itself.",
    )
    .with_hint("Let it listen on 127.0.0.1; ssh carries it from there.")
}

fn unreachable_from_here() -> DriverError {
    DriverError::new(
        ErrorCode::Unsupported,
        "This display listens where only the host itself reaches it.",
    )
    .with_hint("Connect to the host over ssh (qemu+ssh://…): ssh carries the display.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_dials_its_own_display() {
        let rows = [
            ("0.0.0.0", Some("127.0.0.1")),
            ("::", Some("::1")),
            ("localhost", Some("127.0.0.1")),
            ("10.0.0.7", Some("10.0.0.7")),
            ("fe80::1", Some("fe80::1")),
            ("kvm1.example", None),
            ("-oProxyCommand=x", None),
        ];
        for (listens, expected) in rows {
            let dialled = dialled(listens).ok().map(|address| address.to_string());
            assert_eq!(dialled.as_deref(), expected, "{listens}");
        }
    }
}

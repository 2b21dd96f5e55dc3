//! libvirt's URIs: taken apart, checked with the wrong part named, and written again.
//!
//! `driver[+transport]://[user@][host][:port]/path[?parameter=value&…]`, see
//! <https://libvirt.org/uri.html>. Invariant: what has passed [`LibvirtUri::parse`] can be handed to
//! `ssh` and to a remote shell: no part of it can be taken for an option or for shell syntax.

use std::fmt;

use model::address::{UriParts, WrongPart};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

mod known;
#[cfg(test)]
mod tests;

pub(crate) use known::{Driver, Transport};

/// Characters with a meaning in a query, or none anywhere.
const IN_VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?');
/// Characters with a meaning outside a path.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?');
const IN_USER: &AsciiSet = &IN_PATH.add(b'/').add(b':').add(b'@');

/// A checked libvirt URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LibvirtUri {
    pub(crate) driver: Driver,
    /// `None`: libvirt decides (local without a host, TLS with one).
    pub(crate) transport: Option<Transport>,
    pub(crate) user: Option<String>,
    /// Without the brackets of an IPv6 address.
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    /// With its leading slash.
    pub(crate) path: String,
    /// In the order written, percent-decoded.
    pub(crate) parameters: Vec<(String, String)>,
}

fn wrong<T>(part: &str, message: impl Into<String>) -> Result<T, WrongPart> {
    Err(WrongPart::new(part, message))
}

impl LibvirtUri {
    /// Takes `text` apart and checks each part.
    pub(crate) fn parse(text: &str) -> Result<Self, WrongPart> {
        if text.is_empty() {
            return wrong("uri", "Type a URI such as qemu+ssh://root@host/system.");
        }
        if let Some(bad) = text.chars().find(|c| c.is_control() || c.is_whitespace()) {
            return wrong(
                "uri",
                format!("A URI holds no {bad:?}; write it percent-encoded."),
            );
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return wrong(
                "uri",
                "A URI has the form driver+transport://user@host:port/path, for example \
                 qemu+ssh://root@host/system.",
            );
        };
        let (driver, transport) = scheme_parts(scheme)?;
        if rest.contains('#') {
            return wrong("uri", "A libvirt URI has no #fragment.");
        }
        let (rest, query) = rest.split_once('?').map_or((rest, ""), |(r, q)| (r, q));
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (user, host, port) = authority_parts(authority)?;
        let uri = Self {
            driver,
            transport,
            user,
            host,
            port,
            path: decoded("path", path)?,
            parameters: query_parts(query)?,
        };
        uri.check()?;
        Ok(uri)
    }

    fn check(&self) -> Result<(), WrongPart> {
        let transport = self.effective_transport();
        match (&self.host, transport) {
            (None, Some(t)) if t.needs_host() => {
                return wrong(
                    "host",
                    format!(
                        "The transport {t} needs a host: {}+{t}://host/…",
                        self.driver
                    ),
                );
            }
            (Some(_), Some(Transport::Unix)) => {
                return wrong(
                    "host",
                    "The transport unix is for this computer; leave the host out, or use ssh.",
                );
            }
            _ => {}
        }
        if transport.is_none_or(|t| !t.needs_host()) {
            if self.user.is_some() {
                return wrong("user", "Without a host there is nobody to log in as.");
            }
            if self.port.is_some() {
                return wrong("port", "A port needs a host.");
            }
        }
        known::check_path(self.driver, self.host.is_some(), &self.path)?;
        for (name, value) in &self.parameters {
            known::check_parameter(transport, name, value)?;
        }
        if transport == Some(Transport::Ext) && self.parameter("command").is_none() {
            return wrong(
                "parameter",
                "The transport ext needs command=/path/of/the/command.",
            );
        }
        Ok(())
    }

    /// The transport that libvirt uses: with a host and nothing said, TLS; `None` only for what
    /// runs inside the client library.
    pub(crate) fn effective_transport(&self) -> Option<Transport> {
        match (self.transport, &self.host) {
            (Some(transport), _) => Some(transport),
            (None, Some(_)) => Some(Transport::Tls),
            (None, None) if self.driver.is_embedded() => None,
            (None, None) => Some(Transport::Unix),
        }
    }

    /// The value of a parameter that is given and not empty.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(n, v)| n == name && !v.is_empty())
            .map(|(_, v)| v.as_str())
    }

    /// The same with `name` set, in place of an older value.
    #[must_use]
    pub(crate) fn with_parameter(mut self, name: &str, value: &str) -> Self {
        self.parameters.retain(|(n, _)| n != name);
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The URI as the far end knows it, for a bridge whose near end is a unix socket.
    pub(crate) fn over_unix_socket(&self, socket: &str) -> String {
        let mut uri = self.rerouted(Transport::Unix);
        uri.parameters.push(("socket".into(), socket.into()));
        uri.to_string()
    }

    /// The URI as the far end knows it, for a bridge whose near end is a loopback port.
    pub(crate) fn over_loopback(&self, port: u16) -> String {
        let mut uri = self.rerouted(Transport::Tcp);
        uri.host = Some("127.0.0.1".into());
        uri.port = Some(port);
        uri.to_string()
    }

    fn rerouted(&self, transport: Transport) -> Self {
        Self {
            driver: self.driver,
            transport: Some(transport),
            user: None,
            host: None,
            port: None,
            path: self.path.clone(),
            // every other one is about the way, not about the far end
            parameters: (self.parameters.iter())
                .filter(|(name, _)| name == "name")
                .cloned()
                .collect(),
        }
    }

    /// `driver:///path`: what the daemon on the host calls itself.
    pub(crate) fn far_end(&self) -> String {
        if let Some(name) = self.parameter("name") {
            return name.to_owned();
        }
        format!(
            "{}://{}",
            self.driver,
            utf8_percent_encode(&self.path, IN_PATH)
        )
    }

    /// The parts, for a form.
    pub(crate) fn parts(&self) -> UriParts {
        UriParts {
            driver: self.driver.to_string(),
            transport: self.transport.map(|t| t.to_string()),
            user: self.user.clone(),
            host: self.host.clone(),
            port: self.port,
            path: self.path.clone(),
        }
    }
}

fn scheme_parts(scheme: &str) -> Result<(Driver, Option<Transport>), WrongPart> {
    let (driver, transport) = match scheme.split_once('+') {
        Some((driver, transport)) => (driver, Some(transport)),
        None => (scheme, None),
    };
    let Some(driver) = Driver::named(driver) else {
        return wrong(
            "driver",
            format!("{driver:?} is none of the drivers {}.", Driver::list()),
        );
    };
    let Some(name) = transport else {
        return Ok((driver, None));
    };
    match Transport::named(name) {
        Some(transport) => Ok((driver, Some(transport))),
        None => wrong(
            "transport",
            format!("{name:?} is none of the transports {}.", Transport::list()),
        ),
    }
}

type Authority = (Option<String>, Option<String>, Option<u16>);

fn authority_parts(authority: &str) -> Result<Authority, WrongPart> {
    let (user, rest) = match authority.rsplit_once('@') {
        Some((user, rest)) => (Some(decoded("user", user)?), rest),
        None => (None, authority),
    };
    if let Some(user) = &user {
        known::check_user(user)?;
    }
    let (host, port) = if let Some(inside) = rest.strip_prefix('[') {
        let Some((address, after)) = inside.split_once(']') else {
            return wrong("host", "The address has a [ without its ].");
        };
        if address
            .split('%')
            .next()
            .is_none_or(|a| a.parse::<std::net::Ipv6Addr>().is_err())
        {
            return wrong("host", format!("{address:?} is no IPv6 address."));
        }
        match after.strip_prefix(':') {
            Some(port) => (address, Some(port)),
            None if after.is_empty() => (address, None),
            None => return wrong("host", "Only :port may follow the ] of an address."),
        }
    } else {
        if rest.matches(':').count() > 1 {
            return wrong("host", "Write an IPv6 address in brackets: [fe80::1].");
        }
        match rest.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (rest, None),
        }
    };
    let port = match port {
        None => None,
        Some(text) => match text.parse::<u16>() {
            Ok(port) if port > 0 && text.bytes().all(|b| b.is_ascii_digit()) => Some(port),
            _ => {
                return wrong(
                    "port",
                    format!("{text:?} is no port; a port is a number from 1 to 65535."),
                );
            }
        },
    };
    let host = decoded("host", host)?;
    if host.is_empty() {
        if user.is_some() || port.is_some() {
            return wrong("host", "The host is missing.");
        }
        return Ok((None, None, None));
    }
    known::check_host(&host)?;
    Ok((user, Some(host), port))
}

fn query_parts(query: &str) -> Result<Vec<(String, String)>, WrongPart> {
    let mut parameters: Vec<(String, String)> = Vec::new();
    for pair in query.split(['&', ';']).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded("parameter", name)?;
        if parameters.iter().any(|(n, _)| *n == name) {
            return wrong("parameter", format!("{name} is given twice."));
        }
        parameters.push((name, decoded("parameter", value)?));
    }
    Ok(parameters)
}

fn decoded(part: &str, text: &str) -> Result<String, WrongPart> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let hex = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_hexdigit());
        if byte == b'%' && !(hex(bytes.next()) && hex(bytes.next())) {
            return wrong(part, "After a % stand two hexadecimal digits.");
        }
    }
    let text = match percent_decode_str(text).decode_utf8() {
        Ok(text) => text.into_owned(),
        Err(_) => return wrong(part, "The percent-encoded text is not UTF-8."),
    };
    if text.chars().any(char::is_control) {
        return wrong(part, "Control characters are not allowed.");
    }
    Ok(text)
}

impl fmt::Display for LibvirtUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.driver)?;
        if let Some(transport) = self.transport {
            write!(f, "+{transport}")?;
        }
        f.write_str("://")?;
        if let Some(user) = &self.user {
            write!(f, "{}@", utf8_percent_encode(user, IN_USER))?;
        }
        match &self.host {
            Some(host) if host.contains(':') => write!(f, "[{}]", host.replace('%', "%25"))?,
            Some(host) => f.write_str(host)?,
            None => {}
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write!(f, "{}", utf8_percent_encode(&self.path, IN_PATH))?;
        for (index, (name, value)) in self.parameters.iter().enumerate() {
            let mark = if index == 0 { '?' } else { '&' };
            write!(
                f,
                "{mark}{}={}",
                utf8_percent_encode(name, IN_VALUE),
                utf8_percent_encode(value, IN_VALUE)
            )?;
        }
        Ok(())
    }
}

//! Who vouches for a host's displays: the authorities that the user keeps for libvirt, VNC and SPICE
//! viewers, and the certificate that the user shows where a host asks for one.
//!
//! | | of this user | of this computer |
//! |---|---|---|
//! | authorities | `~/.pki/CA/cacert.pem`, `~/.pki/libvirt/cacert.pem` | `/etc/pki/CA/cacert.pem` |
//! | SPICE as well | `~/.spicec/spice_truststore.pem` | |
//! | own certificate | `~/.pki/libvirt`, `~/.pki/libvirt-vnc` | `/etc/pki/libvirt`, `/etc/pki/libvirt-vnc` |
//!
//! Invariant: without an authority there is no configuration to connect with.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use driver::{DriverError, Result};
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::unsupported;
use crate::libvirt::CertificateFolders;

/// Larger than any file of certificates that people keep.
const LARGEST_FILE: u64 = 4 << 20;

/// Whose display it is, by every name that its certificate may carry.
#[derive(Debug, Clone)]
pub(in crate::console) struct Host {
    shown: String,
    names: Vec<ServerName<'static>>,
}

impl Host {
    /// The first name is the one that is told to people. What is no name of a host is left out.
    pub(in crate::console) fn new(names: impl IntoIterator<Item = String>) -> Self {
        let mut known = Vec::new();
        let mut shown = None;
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            let bare = name.trim_start_matches('[').trim_end_matches(']');
            match ServerName::try_from(bare.to_owned()) {
                Ok(server) if !known.contains(&server) => known.push(server),
                _ => {}
            }
            shown.get_or_insert(name);
        }
        Self {
            shown: shown.unwrap_or_else(|| "this computer".to_owned()),
            names: known,
        }
    }

    /// The name that TLS asks for.
    pub(super) fn asked(&self) -> Option<ServerName<'static>> {
        self.names.first().cloned()
    }

    /// The names that a certificate may carry, for people.
    pub(super) fn expected(&self) -> String {
        let names: Vec<_> = self.names.iter().map(ServerName::to_str).collect();
        names.join(" or ")
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(crate::text::cut(&self.shown, 200))
    }
}

/// Which viewers' files count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Family {
    Vnc,
    Spice,
}

/// Where certificates are looked for.
#[derive(Debug, Clone)]
pub(in crate::console) struct Places {
    authorities: Vec<PathBuf>,
    /// A certificate and its key.
    own: Vec<(PathBuf, PathBuf)>,
}

impl Places {
    /// Where libvirt and the viewers look.
    pub(in crate::console) fn below(folders: &CertificateFolders, family: Family) -> Self {
        let (home, system) = (folders.home.as_deref(), folders.system.as_deref());
        let mut authorities = Vec::new();
        if let (Some(home), Family::Spice) = (home, family) {
            authorities.push(home.join(".spicec/spice_truststore.pem"));
        }
        let user = home.map(|home| home.join(".pki"));
        if let Some(user) = &user {
            authorities.extend(["CA/cacert.pem", "libvirt/cacert.pem"].map(|file| user.join(file)));
        }
        authorities.extend(system.map(|system| system.join("CA/cacert.pem")));
        let pairs = [
            ("libvirt/clientcert.pem", "libvirt/clientkey.pem"),
            ("libvirt/clientcert.pem", "libvirt/private/clientkey.pem"),
            (
                "libvirt-vnc/clientcert.pem",
                "libvirt-vnc/private/clientkey.pem",
            ),
        ];
        let folders = user.iter().map(PathBuf::as_path).chain(system);
        let own = folders.flat_map(|folder| {
            pairs.map(|(certificate, key)| (folder.join(certificate), folder.join(key)))
        });
        Self {
            own: own.collect(),
            authorities,
        }
    }

    /// How to connect to a host, believing only these authorities.
    pub(super) async fn configuration(&self, host: &Host) -> Result<Arc<ClientConfig>> {
        let roots = self.roots(host).await?;
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| broken(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(OneOfItsNames::new(roots, host, provider)?));
        Ok(Arc::new(match self.own_certificate().await {
            Some((chain, key)) => config
                .with_client_auth_cert(chain, key)
                .map_err(|error| broken(&error))?,
            None => config.with_no_client_auth(),
        }))
    }

    async fn roots(&self, host: &Host) -> Result<RootCertStore> {
        let mut roots = RootCertStore::empty();
        for path in &self.authorities {
            let Some(bytes) = read(path).await else {
                continue;
            };
            let (found, _) =
                roots.add_parsable_certificates(CertificateDer::pem_slice_iter(&bytes).flatten());
            if found == 0 {
                tracing::warn!(path = %path.display(), "holds no certificate");
            }
        }
        if roots.is_empty() {
            let where_to = self.authorities.first().map(|path| path.display());
            return Err(unsupported(
                format!(
                    "The display on {host} demands TLS, and there is no certificate authority to \
                     check it against."
                ),
                match where_to {
                    Some(path) => format!("Put the authority’s certificate into {path}."),
                    None => "There is no home folder to look into.".to_owned(),
                },
            ));
        }
        Ok(roots)
    }

    async fn own_certificate(
        &self,
    ) -> Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
        for (certificate, key) in &self.own {
            let (Some(chain), Some(key)) = (read(certificate).await, read(key).await) else {
                continue;
            };
            let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).flatten().collect();
            match PrivateKeyDer::from_pem_slice(&key) {
                Ok(key) if !chain.is_empty() => return Some((chain, key)),
                _ => {
                    tracing::warn!(path = %certificate.display(), "is no certificate with its key")
                }
            }
        }
        None
    }

    /// Where the user's own certificate would be found, for people.
    pub(super) fn own_place(&self) -> String {
        match self.own.first() {
            Some((certificate, key)) => format!("{} and {}", certificate.display(), key.display()),
            None => "the home folder".to_owned(),
        }
    }

    /// Where authorities are looked for, for people.
    pub(super) fn authority_places(&self) -> String {
        let paths: Vec<_> = self
            .authorities
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        paths.join(", ")
    }
}

async fn read(path: &Path) -> Option<Vec<u8>> {
    let about = tokio::fs::metadata(path).await.ok()?;
    if !about.is_file() || about.len() > LARGEST_FILE {
        return None;
    }
    let read = tokio::fs::read(path).await;
    read.inspect_err(|error| tracing::warn!(path = %path.display(), %error, "cannot be read"))
        .ok()
}

fn broken(error: &Error) -> DriverError {
    unsupported(
        "The certificates of this user cannot be used.".to_owned(),
        "Look at the files in ~/.pki.",
    )
    .with_detail(error.to_string())
}

/// Checks a certificate as usual, for any of the host's names.
#[derive(Debug)]
struct OneOfItsNames {
    inner: Arc<WebPkiServerVerifier>,
    names: Vec<ServerName<'static>>,
}

impl OneOfItsNames {
    fn new(roots: RootCertStore, host: &Host, provider: Arc<CryptoProvider>) -> Result<Self> {
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let inner = inner.map_err(|error| {
            unsupported(
                "The certificate authorities of this user cannot be used.".to_owned(),
                "Look at the files in ~/.pki.",
            )
            .with_detail(error.to_string())
        })?;
        Ok(Self {
            inner,
            names: host.names.clone(),
        })
    }
}

impl ServerCertVerifier for OneOfItsNames {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _asked: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, Error> {
        let mut first = None;
        for name in &self.names {
            let checked = self
                .inner
                .verify_server_cert(end_entity, intermediates, name, ocsp, now);
            match checked {
                Ok(verified) => return Ok(verified),
                Err(error) => first.get_or_insert(error),
            };
        }
        Err(first.unwrap_or(Error::InvalidCertificate(CertificateError::NotValidForName)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

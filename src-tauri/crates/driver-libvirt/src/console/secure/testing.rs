//! Authorities, certificates and a VNC server that says what a test tells it to.

use std::path::Path;
use std::sync::Arc;

use driver::Pipe;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

use super::trust::{Family, Host, Places};
use crate::libvirt::CertificateFolders;

/// An authority.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// Whether a server wants to see the client's certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Nothing,
    Certificate,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// A certificate with its key, as PEM.
    fn issue(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> (String, String) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let issued = params.signed_by(&key, &self.issuer).expect("signed");
        (issued.pem(), key.serialize_pem())
    }

    /// A server that proves to be `name`.
    pub(super) fn server(&self, name: &str, asks: Asks) -> TlsAcceptor {
        self.server_with(name, asks, |_| {})
    }

    pub(super) fn expired(&self, name: &str) -> TlsAcceptor {
        self.server_with(name, Asks::Nothing, |params| {
            params.not_after = rcgen::date_time_ymd(2001, 1, 1);
        })
    }

    fn server_with(
        &self,
        name: &str,
        asks: Asks,
        change: impl FnOnce(&mut CertificateParams),
    ) -> TlsAcceptor {
        let (certificate, key) = self.issue(name, change);
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions");
        let builder = match asks {
            Asks::Nothing => builder.with_no_client_auth(),
            Asks::Certificate => {
                let mut roots = RootCertStore::empty();
                let own = CertificateDer::from_pem_slice(self.pem.as_bytes()).expect("PEM");
                roots.add(own).expect("an authority");
                let checks = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(checks.build().expect("a verifier"))
            }
        };
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM")];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
        let config = builder.with_single_cert(chain, key).expect("they fit");
        TlsAcceptor::from(Arc::new(config))
    }

    /// Puts the authority where a user keeps it.
    pub(super) fn trusted_in(&self, home: &Path) {
        let folder = home.join(".pki/CA");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("cacert.pem"), &self.pem).expect("a file");
    }

    /// Gives the user a certificate of this authority.
    pub(super) fn knows_the_user_of(&self, home: &Path) {
        let folder = home.join(".pki/libvirt");
        std::fs::create_dir_all(&folder).expect("a folder");
        let (certificate, key) = self.issue("a-user", |_| {});
        std::fs::write(folder.join("clientcert.pem"), certificate).expect("a file");
        std::fs::write(folder.join("clientkey.pem"), key).expect("a file");
    }
}

/// A user's home folder, and where it makes us look.
pub(super) fn home() -> (TempDir, Places) {
    let home = tempfile::tempdir().expect("a folder");
    let folders = CertificateFolders {
        home: Some(home.path().to_owned()),
        system: None,
    };
    let places = Places::below(&folders, Family::Vnc);
    (home, places)
}

pub(super) fn host(names: &[&str]) -> Host {
    Host::new(names.iter().map(|name| (*name).to_owned()))
}

/// Both ends of a way to a server.
pub(super) fn way() -> (Pipe, Server) {
    let (ours, theirs) = tokio::io::duplex(64 << 10);
    (Box::new(ours), Server(theirs))
}

/// The far end.
pub(super) struct Server(pub(super) DuplexStream);

impl Server {
    /// Says RFB 3.8 and these types, and reads which one is chosen.
    pub(super) async fn offers(&mut self, types: &[u8]) -> u8 {
        self.says(b"RFB 003.008\n").await;
        self.hears(b"RFB 003.008\n").await;
        self.says(&[u8::try_from(types.len()).expect("few")]).await;
        self.says(types).await;
        self.0.read_u8().await.unwrap_or(0)
    }

    /// The same with VeNCrypt, up to TLS.
    pub(super) async fn offers_vencrypt(&mut self, subtypes: &[u32]) -> u32 {
        assert_eq!(self.offers(&[19]).await, 19);
        self.says(&[0, 2]).await;
        self.hears(&[0, 2]).await;
        self.says(&[0, u8::try_from(subtypes.len()).expect("few")])
            .await;
        for subtype in subtypes {
            self.says(&subtype.to_be_bytes()).await;
        }
        self.0.read_u32().await.unwrap_or(0)
    }

    /// Agrees, and goes on inside TLS; `None` when the client does not.
    pub(super) async fn begins_tls(
        mut self,
        acceptor: &TlsAcceptor,
    ) -> Option<TlsStream<DuplexStream>> {
        self.says(&[1]).await;
        acceptor.accept(self.0).await.ok()
    }

    pub(super) async fn says(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("the client listens");
    }

    pub(super) async fn hears(&mut self, expected: &[u8]) {
        let mut heard = vec![0; expected.len()];
        self.0
            .read_exact(&mut heard)
            .await
            .expect("the client says");
        assert_eq!(heard, expected);
    }
}

//! Which certificates a server shows, and whether this device trusts them.
//!
//! Checking is never switched off: the chain is judged by the TLS library against the device's own authorities, as for any
//! connection, and a chain that does not hold ends the handshake. What was shown is noted before it is judged, so that a
//! person can read why.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::resolve;
use crate::executing::Teller;
use crate::inventory::{when, x509};
use crate::verbs::failure::{Answer, Failure, done};

const PATIENCE: Duration = Duration::from_secs(10);

/// Judges as always, and remembers what was shown.
#[derive(Debug)]
struct Noting {
    judge: Arc<WebPkiServerVerifier>,
    shown: Mutex<Vec<Vec<u8>>>,
}

impl ServerCertVerifier for Noting {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        stapled: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = std::iter::once(end)
            .chain(between)
            .take(20)
            .map(|certificate| certificate.to_vec())
            .collect();
        drop(shown);
        self.judge.verify_server_cert(end, between, name, stapled, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}

/// Connects, shakes hands, and tells what was shown.
pub async fn check(host: &str, port: u16, name: Option<&str>, teller: &Teller) -> Answer {
    let address = SocketAddr::new(resolve(host).await?[0], port);
    let asked = name.unwrap_or(host).to_owned();
    let server = ServerName::try_from(asked.clone())
        .map_err(|_| Failure::new("name", format!("{asked} cannot be the name of a server")))?;
    let (noting, config) = prepared()?;
    let stream = timeout(PATIENCE, TcpStream::connect(address)).await;
    let stream = stream.map_err(|_| Failure::new("timeout", format!("{address} does not answer")))?;
    let stream = stream.map_err(|error| Failure::io(&address.to_string(), &error))?;
    let shaken = timeout(PATIENCE, TlsConnector::from(config).connect(server, stream)).await;
    let shaken = shaken.map_err(|_| Failure::new("timeout", format!("{address} does not speak TLS")))?;
    let shown = noting
        .shown
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let (version, cipher, trouble) = match &shaken {
        Ok(stream) => {
            let session = stream.get_ref().1;
            let version = session.protocol_version().map(|version| format!("{version:?}"));
            let cipher = session
                .negotiated_cipher_suite()
                .map(|suite| format!("{:?}", suite.suite()));
            (version, cipher, None)
        }
        Err(error) if shown.is_empty() => return Err(Failure::new("tls", format!("{address}: {error}"))),
        Err(error) => (None, None, Some(error.to_string())),
    };
    let now = when::now();
    let chain: Vec<serde_json::Value> = shown
        .iter()
        .filter_map(|der| x509::read(der))
        .map(|one| row(&one, now))
        .collect();
    let days = chain.iter().filter_map(|row| row["days_left"].as_i64()).min();
    teller.out(story(&asked, &chain, trouble.as_deref())).await;
    done(json!({
        "host": host,
        "port": port,
        "name": asked,
        "address": address.ip().to_string(),
        "trusted": trouble.is_none(),
        "trouble": trouble,
        "version": version,
        "cipher": cipher,
        "days_left": days,
        "chain": chain,
    }))
}

fn prepared() -> Result<(Arc<Noting>, Arc<ClientConfig>), Failure> {
    let provider = Arc::new(ring::default_provider());
    let noting = Arc::new(noting(&provider)?);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new("system", error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(noting.clone())
        .with_no_client_auth();
    Ok((noting, Arc::new(config)))
}

fn noting(provider: &Arc<CryptoProvider>) -> Result<Noting, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let judge = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build();
    let judge = judge
        .map_err(|_| Failure::new("no_authorities", "this device has no certificates of authorities"))?;
    Ok(Noting {
        judge,
        shown: Mutex::new(Vec::new()),
    })
}

fn row(certificate: &x509::Certificate, now: i64) -> serde_json::Value {
    json!({
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "names": certificate.names.iter().take(50).collect::<Vec<_>>(),
        "valid_from": certificate.not_before.saturating_mul(1000),
        "expires_at": certificate.not_after.saturating_mul(1000),
        "days_left": certificate.days_left(now),
    })
}

fn story(name: &str, chain: &[serde_json::Value], trouble: Option<&str>) -> String {
    let mut text = match trouble {
        None => format!("{name}: trusted\n"),
        Some(trouble) => format!("{name}: NOT trusted: {trouble}\n"),
    };
    for (at, row) in chain.iter().enumerate() {
        let (subject, issuer) = (
            row["subject"].as_str().unwrap_or(""),
            row["issuer"].as_str().unwrap_or(""),
        );
        text.push_str(&format!(
            "{at}: {subject}, by {issuer}, {} days left\n",
            row["days_left"]
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::program;
    use protocol::message::Outcome;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;
    use tokio_rustls::rustls::pki_types::pem::PemObject;

    /// A server with a certificate that nobody signed but itself; none where no such certificate can be made.
    async fn distrusted() -> Option<u16> {
        let folder = tempfile::tempdir().unwrap();
        let (key, file) = (folder.path().join("key"), folder.path().join("cert"));
        let (key_path, file_path) = (key.to_str().unwrap(), file.to_str().unwrap());
        let words = [
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "9",
            "-subj",
            "/CN=localhost",
        ];
        let rest = [
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            key_path,
            "-out",
            file_path,
        ];
        let arguments = [&words[..], &rest[..]].concat();
        program::run("openssl", &arguments, Duration::from_secs(30), 1000).ok()?;
        let chain = vec![CertificateDer::from_pem_file(&file).unwrap()];
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::from_pem_file(&key).unwrap())
            .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = TlsAcceptor::from(Arc::new(config)).accept(stream).await;
        });
        Some(port)
    }

    #[tokio::test]
    async fn a_chain_that_nobody_vouches_for_is_shown_and_not_trusted() {
        let Some(port) = distrusted().await else { return };
        let (teller, _told) = Teller::aside("tls");
        match check("127.0.0.1", port, Some("localhost"), &teller).await {
            Ok(Outcome::Done { summary, .. }) => {
                assert_eq!(summary["trusted"], false);
                assert_eq!(summary["chain"][0]["subject"], "localhost");
                assert!((7..=9).contains(&summary["days_left"].as_i64().unwrap()));
            }
            // A device without any authority can judge nothing.
            other => assert_eq!(other.unwrap_err().code, "no_authorities"),
        }
    }
}

//! From an address to an open WebSocket. Certificates are always checked: against the document's own authority where it
//! names one, and only that; else against the system's.

use super::Address;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config, tungstenite};

/// Any connection that carries a WebSocket.
pub trait Carrier: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Carrier for S {}

/// An open WebSocket, whatever carries it.
pub type Socket = WebSocketStream<Box<dyn Carrier>>;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum TryError {
    #[error("agents may not knock at this address")]
    Address,
    #[error("cannot be reached: {0}")]
    Reach(io::Error),
    #[error("an unsecured address must lie on this machine")]
    Elsewhere,
    #[error("there is no authority to check its certificate against: {0}")]
    Authority(String),
    #[error("the secure connection did not come about: {0}")]
    Tls(io::Error),
    #[error("it does not answer as a server should: {0}")]
    WebSocket(Box<tungstenite::Error>),
}

/// The authorities that count, read once and again after a certificate was not believed.
#[derive(Debug, Default)]
pub struct Roots {
    known: Option<Arc<ClientConfig>>,
}

impl Roots {
    fn config(&mut self, authority: Option<&str>) -> Result<Arc<ClientConfig>, TryError> {
        if let Some(known) = &self.known {
            return Ok(known.clone());
        }
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TryError::Authority(error.to_string()))?;
        let config = Arc::new(
            builder
                .with_root_certificates(roots(authority)?)
                .with_no_client_auth(),
        );
        self.known = Some(config.clone());
        Ok(config)
    }
}

fn roots(authority: Option<&str>) -> Result<RootCertStore, TryError> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = authority {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|error| TryError::Authority(error.to_string()))?;
            roots
                .add(certificate)
                .map_err(|error| TryError::Authority(error.to_string()))?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if roots.is_empty() {
        return Err(TryError::Authority("none was found on this device".to_owned()));
    }
    Ok(roots)
}

/// Opens the WebSocket at an address.
pub async fn open(address: &str, authority: Option<&str>, roots: &mut Roots) -> Result<Socket, TryError> {
    let address = Address::read(address).ok_or(TryError::Address)?;
    let stream = reach(&address).await?;
    stream.set_nodelay(true).map_err(TryError::Reach)?;
    let carrier: Box<dyn Carrier> = if address.is_tls {
        let connector = TlsConnector::from(roots.config(authority)?);
        let name = ServerName::try_from(address.host.clone()).map_err(|_| TryError::Address)?;
        let secured = connector.connect(name, stream).await;
        Box::new(secured.map_err(|error| {
            // The system's authorities may have been brought up to date meanwhile.
            roots.known = None;
            TryError::Tls(error)
        })?)
    } else {
        Box::new(stream)
    };
    let request = address.request.into_client_request();
    let request = request.map_err(|error| TryError::WebSocket(Box::new(error)))?;
    // Small buffers: a device at rest should not hold 256 KiB for the next message. What is written in pieces goes out together.
    let most = protocol::frame::FRAME_MOST;
    let config = WebSocketConfig::default()
        .read_buffer_size(8 * 1024)
        .write_buffer_size(protocol::frame::CHUNK)
        .max_write_buffer_size(2 * most)
        .max_message_size(Some(most))
        .max_frame_size(Some(most));
    match client_async_with_config(request, carrier, Some(config)).await {
        Ok((socket, _)) => Ok(socket),
        Err(error) => Err(TryError::WebSocket(Box::new(error))),
    }
}

async fn reach(address: &Address) -> Result<TcpStream, TryError> {
    let found = tokio::net::lookup_host((address.host.as_str(), address.port)).await;
    let found: Vec<SocketAddr> = found.map_err(TryError::Reach)?.collect();
    // What a name means is not ours to know before it is asked: `localhost` may lead elsewhere.
    if !address.is_tls && !found.iter().all(|one| one.ip().is_loopback()) {
        return Err(TryError::Elsewhere);
    }
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name leads nowhere");
    for one in found {
        match TcpStream::connect(one).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(TryError::Reach(last))
}

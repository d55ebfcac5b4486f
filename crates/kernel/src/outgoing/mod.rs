//! Requests to other machines: webhooks, chat robots. Whoever may set up an address must not thereby reach what only this machine
//! can reach (server-side request forgery, CWE-918).
//!
//! The name is resolved here, each address it gives is judged ([`reach`]), and the connection goes to one that was judged, so a name
//! that changes its address in between gains nothing. Redirects are not followed, proxies of the environment not used, and of an
//! answer no more is read than somebody wants to see.
//!
//! A host that never answers holds whoever waits for it. Jobs that send therefore take one of a few places first ([`Outgoing::place`])
//! and come back later when none is free: however many hosts are silent, most workers of the node stay free.

pub mod reach;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderValue, USER_AGENT};
use hyper::{Request, Response, Uri, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::config::Network;

/// From the first look for the name to the last byte of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Jobs of one node that may wait for other machines at the same time; a node has eight workers.
const PLACES: usize = 2;
/// Bytes of an answer that are read.
const ANSWER_MOST: usize = 16 * 1024;

/// Sends requests to other machines. Clones share what they trust.
#[derive(Clone)]
pub struct Outgoing {
    inner: Arc<Inner>,
}

struct Inner {
    allowed: Vec<Network>,
    tls: OnceLock<Arc<ClientConfig>>,
    places: Arc<Semaphore>,
}

/// One of the places for jobs that send; free again when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status, from 100 to 599.
    pub status: u16,
    /// The beginning of the body, made readable.
    pub body: String,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Not `http://` or `https://` with a host, or with a name and password in it.
    #[error("the address is not one of the web")]
    BadAddress,
    /// The host has no address.
    #[error("the name of the host was not found")]
    UnknownHost,
    /// All its addresses are internal ones that no setting opens.
    #[error("{0} is an internal address")]
    Internal(std::net::IpAddr),
    /// No connection, or it broke.
    #[error("the host does not answer: {0}")]
    Unreachable(String),
    /// No answer in time.
    #[error("the host took too long")]
    TooSlow,
}

impl Failure {
    /// The text that tells it to people.
    #[must_use]
    pub const fn text_key(&self) -> &'static str {
        match self {
            Self::BadAddress => "kernel-outgoing-bad-address",
            Self::UnknownHost => "kernel-outgoing-unknown-host",
            Self::Internal(_) => "kernel-outgoing-internal",
            Self::Unreachable(_) => "kernel-outgoing-unreachable",
            Self::TooSlow => "kernel-outgoing-too-slow",
        }
    }
}

/// An address that was read: everything needed to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    host: String,
    port: u16,
    is_tls: bool,
    uri: Uri,
}

impl Target {
    /// Reads an address.
    ///
    /// # Errors
    /// [`Failure::BadAddress`]
    pub fn read(text: &str) -> Result<Self, Failure> {
        let uri: Uri = text.trim().parse().map_err(|_| Failure::BadAddress)?;
        let is_tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(Failure::BadAddress),
        };
        let authority = uri.authority().ok_or(Failure::BadAddress)?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(Failure::BadAddress);
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        Ok(Self {
            host,
            port,
            is_tls,
            uri,
        })
    }

    /// Name or address of the host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the way is encrypted and the host proves its name.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        self.is_tls
    }

    fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }
}

impl Outgoing {
    /// Of internal addresses, only these networks are reached.
    #[must_use]
    pub fn new(allowed: Vec<Network>) -> Self {
        Self {
            inner: Arc::new(Inner {
                allowed,
                tls: OnceLock::new(),
                places: Arc::new(Semaphore::new(PLACES)),
            }),
        }
    }

    /// A place to send from, for a job; none while others hold them all. It is not waited for: that would hold a worker.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let permit = Arc::clone(&self.inner.places).try_acquire_owned().ok()?;
        Some(Place { _permit: permit })
    }

    /// Posts a body with headers. An answer of any status is an answer.
    ///
    /// # Errors
    /// Why none came.
    pub async fn post(
        &self,
        target: &Target,
        headers: &[(&'static str, String)],
        body: Bytes,
    ) -> Result<Answer, Failure> {
        tokio::time::timeout(PATIENCE, self.posted(target, headers, body))
            .await
            .map_err(|_| Failure::TooSlow)?
    }

    async fn posted(
        &self,
        target: &Target,
        headers: &[(&'static str, String)],
        body: Bytes,
    ) -> Result<Answer, Failure> {
        let request = request(target, headers, body)?;
        let stream = self.connect(target).await?;
        let response = if target.is_tls {
            let name = ServerName::try_from(target.host.clone()).map_err(|_| Failure::BadAddress)?;
            let connector = TlsConnector::from(self.tls()?);
            let stream = connector.connect(name, stream).await.map_err(unreachable)?;
            exchange(stream, request).await?
        } else {
            exchange(stream, request).await?
        };
        read(response).await
    }

    async fn connect(&self, target: &Target) -> Result<TcpStream, Failure> {
        let found = tokio::net::lookup_host((target.host.as_str(), target.port))
            .await
            .map_err(|_| Failure::UnknownHost)?;
        let mut refused = None;
        let mut open: Vec<SocketAddr> = Vec::new();
        for address in found {
            if reach::is_open(address.ip(), &self.inner.allowed) {
                open.push(address);
            } else {
                refused = Some(address.ip());
            }
        }
        let mut last = match refused {
            Some(address) => Failure::Internal(address),
            None => Failure::UnknownHost,
        };
        for address in open {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = unreachable(error),
            }
        }
        Err(last)
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, Failure> {
        if let Some(config) = self.inner.tls.get() {
            return Ok(Arc::clone(config));
        }
        let config = crate::tls::client_config().map_err(unreachable)?;
        Ok(Arc::clone(self.inner.tls.get_or_init(|| config)))
    }
}

fn request(
    target: &Target,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> Result<Request<Full<Bytes>>, Failure> {
    let authority = target.uri.authority().ok_or(Failure::BadAddress)?;
    let mut request = Request::post(target.path())
        .header(HOST, authority.as_str())
        .header(USER_AGENT, concat!("Mainstay/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_LENGTH, body.len());
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).map_err(|_| Failure::BadAddress)?;
        request = request.header(*name, value);
    }
    request.body(Full::new(body)).map_err(|_| Failure::BadAddress)
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(unreachable)?;
    // It ends with the answer's body, or when that is dropped.
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "an outgoing connection broke");
        }
    });
    sender.send_request(request).await.map_err(unreachable)
}

async fn read(response: Response<Incoming>) -> Result<Answer, Failure> {
    let status = response.status().as_u16();
    let mut body = Limited::new(response.into_body(), ANSWER_MOST);
    let mut beginning = Vec::new();
    // What is longer than anybody wants to read, or breaks off behind the status, is still an answer.
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(data) = frame.into_data() {
            beginning.extend_from_slice(&data);
        }
    }
    let body = String::from_utf8_lossy(&beginning).replace('\0', "\u{fffd}");
    Ok(Answer { status, body })
}

fn unreachable(error: impl std::fmt::Display) -> Failure {
    Failure::Unreachable(error.to_string())
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outgoing")
            .field("allowed", &self.inner.allowed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    fn host(text: &str) -> Option<(String, u16, bool)> {
        let target = Target::read(text).ok()?;
        Some((target.host, target.port, target.is_tls))
    }

    #[test]
    fn only_addresses_of_the_web_are_read() {
        assert_eq!(
            host("https://a.example/x?y=1"),
            Some(("a.example".to_owned(), 443, true))
        );
        assert_eq!(host("http://[::1]:8080/"), Some(("::1".to_owned(), 8080, false)));
        for bad in [
            "",
            "ftp://a.example/",
            "https:///x",
            "/x",
            "https://ann:secret@a.example/",
            "a.example",
            "file:///etc/passwd",
        ] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }

    /// A host that takes one request and gives this answer; gives back what it was sent.
    async fn host_answering(answer: &'static str) -> (SocketAddr, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            let mut piece = [0; 1024];
            while !heard.ends_with(b"hello") {
                let read = stream.read(&mut piece).await.unwrap();
                if read == 0 {
                    break;
                }
                heard.extend_from_slice(&piece[..read]);
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8(heard).unwrap()
        });
        (address, heard)
    }

    fn loopback() -> Vec<Network> {
        vec!["127.0.0.0/8".parse().unwrap()]
    }

    #[tokio::test]
    async fn a_request_arrives_with_its_headers_and_its_answer_comes_back() {
        let (address, heard) = host_answering("HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\ngood").await;
        let target = Target::read(&format!("http://{address}/hook?a=1")).unwrap();
        let headers = [("webhook-id", "msg_1".to_owned())];
        let answer = Outgoing::new(loopback())
            .post(&target, &headers, Bytes::from_static(b"hello"))
            .await
            .unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (202, "good"));
        let heard = heard.await.unwrap();
        assert!(heard.starts_with("POST /hook?a=1 HTTP/1.1\r\n"), "{heard}");
        assert!(heard.contains("webhook-id: msg_1\r\n"), "{heard}");
        assert!(heard.contains(&format!("host: {address}\r\n")), "{heard}");
    }

    #[test]
    fn places_are_few_and_free_again_when_they_are_left() {
        let outgoing = Outgoing::new(Vec::new());
        let held: Vec<_> = (0..PLACES).map(|_| outgoing.clone().place()).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(outgoing.place().is_none());
        drop(held);
        assert!(outgoing.place().is_some());
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_is_not_followed() {
        let redirect = "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n";
        let (address, _heard) = host_answering(redirect).await;
        let target = Target::read(&format!("http://{address}/")).unwrap();
        let answer = Outgoing::new(loopback())
            .post(&target, &[], Bytes::from_static(b"hello"))
            .await
            .unwrap();
        assert_eq!(answer.status, 302);
    }

    #[tokio::test]
    async fn an_internal_address_is_refused_however_it_is_written() {
        let (address, _heard) = host_answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
        let port = address.port();
        for host in [
            "127.0.0.1",
            "localhost",
            "2130706433",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
        ] {
            let target = Target::read(&format!("http://{host}:{port}/")).unwrap();
            let failure = Outgoing::new(Vec::new())
                .post(&target, &[], Bytes::from_static(b"hello"))
                .await
                .unwrap_err();
            assert!(
                matches!(failure, Failure::Internal(_) | Failure::UnknownHost),
                "{host}: {failure}"
            );
        }
    }

    #[tokio::test]
    async fn an_endless_answer_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        });
        let target = Target::read(&format!("http://{address}/")).unwrap();
        let answer = Outgoing::new(loopback())
            .post(&target, &[], Bytes::from_static(b"hello"))
            .await
            .unwrap();
        assert_eq!(answer.status, 200);
        assert!(answer.body.len() <= ANSWER_MOST);
    }
}

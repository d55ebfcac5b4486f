//! How one node reaches a device whose link another node has: a stream of bytes through that node.
//!
//! Acts need none of this: they are rows, and the node that has the link takes them up. Only what streams to a browser is bridged:
//! the browser's node opens a WebSocket to the other ([`open`]), which looks at who asks ([`passes`]) and hands the stream to whoever
//! serves its purpose ([`serve`]). The request is signed with a secret of the installation, names both nodes, and counts once and
//! for a minute; a browser can neither sign it nor leave out where it comes from. What streams is keys and screens of root, so each
//! piece is sealed with keys that come of that secret and this request: the wire between two nodes need not be trusted. Whether the
//! person at the other end may see what is streamed was asked by the node that opens it, which is as much part of the installation as
//! this one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use futures::{SinkExt as _, StreamExt as _};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use kernel::Kernel;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OnceCell, mpsc};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderValue, header};
use tokio_tungstenite::tungstenite::protocol::Role;
use web::App;

use super::node::Node;
use super::{door, hub, lease, node};
use crate::device::DeviceId;
use crate::screen::Screen;
use crate::session::{Kind as _, reaching};
use crate::share;
use crate::terminal::Terminal;

/// Where nodes knock at each other.
pub const PATH: &str = "/agent/v1/between";
/// Name of the secret.
const SECRET: &str = "fleet.between";
/// A request counts for so long, on clocks that differ a little.
const MINUTE: i64 = 60_000;
/// Requests remembered so that none counts twice.
const SEEN_MOST: usize = 20_000;
/// For the other node to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a quiet stream says that it is there, and when it is given up.
const PING: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_secs(45);
/// Pieces that wait in a stream each way.
const PIECES_MOST: usize = 64;
const PURPOSE_MOST: usize = 300;

/// One end of a stream between two nodes. Dropping both halves ends it; the end of the other side is the end of `rx`.
#[derive(Debug)]
pub struct Pipe {
    /// To the other side.
    pub tx: mpsc::Sender<Bytes>,
    /// From the other side.
    pub rx: mpsc::Receiver<Bytes>,
}

/// What this node knows for bridging; on the shelf.
#[derive(Debug, Default)]
struct Between {
    secret: OnceCell<[u8; 32]>,
    seen: Mutex<HashMap<String, Timestamp>>,
}

impl Between {
    /// False for what counted before.
    fn is_new(&self, nonce: &str, now: Timestamp) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SEEN_MOST {
            seen.retain(|_, at| now.since(*at) < 2 * MINUTE);
        }
        seen.len() < SEEN_MOST && seen.insert(nonce.to_owned(), now).is_none()
    }
}

async fn secret(kernel: &Kernel) -> Result<[u8; 32]> {
    let between = kernel.shelf.get::<Between>();
    let read = || async {
        let cx = kernel.cx_system("fleet.between");
        kernel
            .db
            .write(move |tx| kernel::secret::get(tx, &cx, SECRET))
            .await
    };
    between.secret.get_or_try_init(read).await.copied()
}

/// What is signed: who asks whom for what, when. A share stands in the place of the device when the purpose is to watch one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    from: String,
    to: String,
    device: String,
    purpose: String,
    at: i64,
    nonce: String,
}

const HEADERS: [&str; 7] = [
    "x-mainstay-from",
    "x-mainstay-to",
    "x-mainstay-device",
    "x-mainstay-purpose",
    "x-mainstay-at",
    "x-mainstay-nonce",
    "x-mainstay-signature",
];

impl Asked {
    /// No part holds a line break, for no header does.
    fn words(&self) -> String {
        let Self {
            from,
            to,
            device,
            purpose,
            at,
            nonce,
        } = self;
        format!("mainstay-between\n{from}\n{to}\n{device}\n{purpose}\n{at}\n{nonce}")
    }

    fn sign(&self, secret: &[u8; 32]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        BASE64URL_NOPAD.encode(hmac::sign(&key, self.words().as_bytes()).as_ref())
    }

    fn headers(&self, secret: &[u8; 32]) -> Option<[(&'static str, HeaderValue); 7]> {
        let values = [
            self.from.clone(),
            self.to.clone(),
            self.device.clone(),
            self.purpose.clone(),
            self.at.to_string(),
            self.nonce.clone(),
            self.sign(secret),
        ];
        let mut headers = HEADERS.map(|name| (name, HeaderValue::from_static("")));
        for ((_, header), value) in headers.iter_mut().zip(values) {
            *header = HeaderValue::from_str(&value).ok()?;
        }
        Some(headers)
    }

    fn read(headers: &HeaderMap) -> Option<(Self, Vec<u8>)> {
        let text = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            (value.len() <= PURPOSE_MOST).then(|| value.to_owned())
        };
        let asked = Self {
            from: text(HEADERS[0])?,
            to: text(HEADERS[1])?,
            device: text(HEADERS[2])?,
            purpose: text(HEADERS[3])?,
            at: text(HEADERS[4])?.parse().ok()?,
            nonce: text(HEADERS[5])?,
        };
        let signature = BASE64URL_NOPAD.decode(text(HEADERS[6])?.as_bytes()).ok()?;
        Some((asked, signature))
    }
}

/// A stream's two directions as one side sees them.
pub(super) struct Seals {
    out: Seal,
    back: Seal,
}

impl Seals {
    fn of(asked: &Asked, secret: &[u8; 32], side: Side) -> Option<Self> {
        let there = Seal::new(secret, "there", asked)?;
        let back = Seal::new(secret, "back", asked)?;
        Some(match side {
            Side::Asks => Self { out: there, back },
            Side::Answers => Self {
                out: back,
                back: there,
            },
        })
    }
}

/// Which end of a stream this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Asks,
    Answers,
}

/// One direction: pieces in their order, each sealed. No key is ever used twice, for no request is.
struct Seal {
    key: LessSafeKey,
    count: u64,
}

impl Seal {
    fn new(secret: &[u8; 32], direction: &str, asked: &Asked) -> Option<Self> {
        let from = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let words = format!("mainstay-between-{direction}\n{}", asked.words());
        let bytes = hmac::sign(&from, words.as_bytes());
        let key = UnboundKey::new(&CHACHA20_POLY1305, bytes.as_ref()).ok()?;
        Some(Self {
            key: LessSafeKey::new(key),
            count: 0,
        })
    }

    fn next(&mut self) -> Nonce {
        let mut bytes = [0; NONCE_LEN];
        bytes[..8].copy_from_slice(&self.count.to_be_bytes());
        self.count += 1;
        Nonce::assume_unique_for_key(bytes)
    }

    fn close(&mut self, piece: &[u8]) -> Option<Bytes> {
        let (nonce, mut sealed) = (self.next(), piece.to_vec());
        self.key
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed)
            .ok()?;
        Some(sealed.into())
    }

    /// None for what the other end did not send, or not at this place.
    fn open(&mut self, sealed: &[u8]) -> Option<Bytes> {
        let (nonce, mut piece) = (self.next(), sealed.to_vec());
        let length = self
            .key
            .open_in_place(nonce, Aad::empty(), &mut piece)
            .ok()?
            .len();
        piece.truncate(length);
        Some(piece.into())
    }
}

/// Whether a request is of another node, for this one, and new.
pub(super) async fn passes(kernel: &Kernel, headers: &HeaderMap) -> Option<(DeviceId, String, Seals)> {
    let is_browser = headers.contains_key(header::ORIGIN)
        || headers.contains_key(header::COOKIE)
        || headers.contains_key("sec-fetch-site");
    if is_browser {
        return None;
    }
    let (asked, signature) = Asked::read(headers)?;
    let secret = secret(kernel).await.ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    hmac::verify(&key, asked.words().as_bytes(), &signature).ok()?;
    let now = kernel.clock.now();
    let age = now.since(Timestamp::from_millis(asked.at));
    let is_ours = *asked.to == *kernel.node && age.abs() <= MINUTE;
    let is_new = is_ours && kernel.shelf.get::<Between>().is_new(&asked.nonce, now);
    let seals = Seals::of(&asked, &secret, Side::Answers).filter(|_| is_new)?;
    Some((asked.device.parse().ok()?, asked.purpose, seals))
}

/// Opens a stream to a device through the node that has its link.
///
/// # Errors
/// 409 `fleet.device.offline` when no node has it; 503 `fleet.node.away` when that node does not answer.
pub async fn open(kernel: &Kernel, device: DeviceId, purpose: &str) -> Result<Pipe> {
    let cx = kernel.cx_system("fleet.between");
    let find = move |tx: &mut kernel::db::Tx<'_>| match lease::holder(tx, &cx, device)? {
        Some((holder, _)) => node::find(tx, &cx, &holder),
        None => Ok(None),
    };
    let node = kernel.db.read(find).await?;
    let node = node.ok_or_else(|| Error::conflict("fleet.device.offline"))?;
    open_at(kernel, &node, device.to_string(), purpose).await
}

/// Opens a stream to something that a node keeps: a device, or a share.
///
/// # Errors
/// 503 `fleet.node.away` when that node does not answer.
pub(crate) async fn open_at(kernel: &Kernel, node: &Node, thing: String, purpose: &str) -> Result<Pipe> {
    let cx = kernel.cx_system("fleet.between");
    let asked = Asked {
        from: kernel.node.to_string(),
        to: node.node.clone(),
        device: thing,
        purpose: purpose.to_owned(),
        at: cx.now().millis(),
        nonce: BASE64URL_NOPAD.encode(&cx.random_bytes::<18>()),
    };
    let secret = secret(kernel).await?;
    let seals = Seals::of(&asked, &secret, Side::Asks).ok_or_else(|| away("no keys for a stream"))?;
    let connecting = connect(node, asked.headers(&secret));
    let socket = tokio::time::timeout(PATIENCE, connecting)
        .await
        .map_err(away)?
        .map_err(away)?;
    Ok(pump(socket, seals, waiting(purpose)))
}

fn away(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable("fleet.node.away").caused_by(error)
}

type Trouble = Box<dyn std::error::Error + Send + Sync>;

async fn connect(
    node: &Node,
    headers: Option<[(&'static str, HeaderValue); 7]>,
) -> std::result::Result<WebSocketStream<TcpStream>, Trouble> {
    let headers = headers.ok_or("a purpose that is no header")?;
    let mut request = format!("ws://{}{PATH}", node.address).into_client_request()?;
    for (name, value) in headers {
        request.headers_mut().insert(name, value);
    }
    let connection = TcpStream::connect(&node.address).await?;
    connection.set_nodelay(true)?;
    let (socket, _) =
        tokio_tungstenite::client_async_with_config(request, connection, Some(door::sizes())).await?;
    Ok(socket)
}

/// A node of the house has come in: its stream goes to whoever serves its purpose.
pub(super) async fn receive(app: App, device: DeviceId, purpose: String, seals: Seals, upgrade: OnUpgrade) {
    let Ok(upgraded) = upgrade.await else {
        return;
    };
    let pieces = waiting(&purpose);
    let connection = TokioIo::new(upgraded);
    let socket = WebSocketStream::from_raw_socket(connection, Role::Server, Some(door::sizes())).await;
    serve(app, device, purpose, pump(socket, seals, pieces)).await;
}

/// How many pieces may wait each way: those of a share are pictures, and large.
fn waiting(purpose: &str) -> usize {
    let is_share = purpose.split(':').next() == Some(share::PURPOSE);
    if is_share {
        share::WAITING_MOST
    } else {
        PIECES_MOST
    }
}

/// Hands a stream to whoever serves its purpose.
async fn serve(app: App, device: DeviceId, purpose: String, pipe: Pipe) {
    match purpose.split_once(':').unwrap_or((&purpose, "")) {
        ("channel", _) => channel(&app, device, pipe).await,
        (Terminal::NAME, rest) => reaching::bridged::<Terminal>(app, device, rest, pipe).await,
        (Screen::NAME, rest) => reaching::bridged::<Screen>(app, device, rest, pipe).await,
        (share::PURPOSE, rest) => share::bridged(app, rest, pipe).await,
        (other, _) => tracing::warn!(purpose = other, "a node asked for a stream that nobody serves"),
    }
}

/// A channel of the device, as it is: the first piece is its number.
async fn channel(app: &App, device: DeviceId, mut pipe: Pipe) {
    let Some(channel) = hub::of(app).open_channel(&device) else {
        return;
    };
    let number = Bytes::copy_from_slice(&channel.id().to_be_bytes());
    if pipe.tx.send(number).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            came = channel.recv() => match came {
                Some(bytes) => {
                    if pipe.tx.send(bytes).await.is_err() {
                        return;
                    }
                }
                None => return,
            },
            wanted = pipe.rx.recv() => match wanted {
                Some(bytes) => {
                    if channel.send(&bytes).await.is_err() {
                        return;
                    }
                }
                None => return,
            },
        }
    }
}

/// Moves pieces between a socket and a pipe until either ends.
fn pump<S>(socket: WebSocketStream<S>, seals: Seals, pieces: usize) -> Pipe
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (to_socket, mut outgoing) = mpsc::channel::<Bytes>(pieces);
    let (incoming, from_socket) = mpsc::channel::<Bytes>(pieces);
    let (mut sink, mut stream) = socket.split();
    let Seals { mut out, mut back } = seals;
    tokio::spawn(async move {
        let reading = async {
            let mut silent_at = Instant::now() + SILENCE;
            while let Ok(Some(Ok(message))) = tokio::time::timeout_at(silent_at, stream.next()).await {
                silent_at = Instant::now() + SILENCE;
                match message {
                    Message::Binary(bytes) => {
                        let Some(piece) = back.open(&bytes) else {
                            break;
                        };
                        if incoming.send(piece).await.is_err() {
                            break;
                        }
                    }
                    Message::Close(_) | Message::Text(_) => break,
                    Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
                }
            }
        };
        let writing = async {
            loop {
                let message = match tokio::time::timeout(PING, outgoing.recv()).await {
                    Ok(Some(bytes)) => match out.close(&bytes) {
                        Some(sealed) => Message::Binary(sealed),
                        None => break,
                    },
                    Ok(None) => break,
                    Err(_) => Message::Ping(Bytes::new()),
                };
                if sink.send(message).await.is_err() {
                    return;
                }
            }
            let _closed = sink.close().await;
        };
        tokio::select! {
            () = reading => {}
            () = writing => {}
        }
    });
    Pipe {
        tx: to_socket,
        rx: from_socket,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked {
            from: "node-a".to_owned(),
            to: "node-b".to_owned(),
            device: "01".to_owned(),
            purpose: "terminal:x".to_owned(),
            at: 7,
            nonce: "n".to_owned(),
        }
    }

    #[test]
    fn what_is_signed_reads_back_and_nothing_of_it_can_be_changed() {
        let secret = [7; 32];
        let mut headers = HeaderMap::new();
        for (name, value) in asked().headers(&secret).unwrap() {
            headers.insert(name, value);
        }
        let (read, signature) = Asked::read(&headers).unwrap();
        assert_eq!(read, asked());
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        assert!(hmac::verify(&key, read.words().as_bytes(), &signature).is_ok());
        for name in &HEADERS[..6] {
            let mut other = headers.clone();
            other.insert(*name, HeaderValue::from_static("8"));
            let (read, signature) = Asked::read(&other).unwrap();
            assert!(
                hmac::verify(&key, read.words().as_bytes(), &signature).is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_streams_is_read_by_the_other_end_alone_and_in_its_order() {
        let secret = [7; 32];
        let mut asks = Seals::of(&asked(), &secret, Side::Asks).unwrap();
        let mut answers = Seals::of(&asked(), &secret, Side::Answers).unwrap();
        let (one, two) = (asks.out.close(b"ls\r").unwrap(), asks.out.close(b"id\r").unwrap());
        assert!(!one.windows(2).any(|two| two == b"ls"));
        assert_eq!(answers.back.open(&one).unwrap(), &b"ls\r"[..]);
        // The same again, or what one end said turned back at it.
        assert_eq!(answers.back.open(&one), None);
        assert_eq!(asks.back.open(&two), None);
        let other = Asked {
            nonce: "m".to_owned(),
            ..asked()
        };
        let mut other = Seals::of(&other, &secret, Side::Answers).unwrap();
        assert_eq!(other.back.open(&one), None);
        let said = answers.out.close(b"file").unwrap();
        let mut spoilt = said.to_vec();
        spoilt[0] ^= 1;
        let mut asks = Seals::of(&asked(), &secret, Side::Asks).unwrap();
        assert_eq!(asks.back.open(&spoilt), None);
    }

    #[test]
    fn a_request_counts_once() {
        let (between, now) = (Between::default(), Timestamp::from_secs(1_772_445_600));
        assert!(between.is_new("a", now));
        assert!(!between.is_new("a", now));
        assert!(between.is_new("b", now));
    }
}

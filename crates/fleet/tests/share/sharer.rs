//! A browser that shares: it sends frames and reads words.

use std::net::SocketAddr;
use std::time::Duration;

use fleet::share::ShareId;
use futures::{SinkExt as _, StreamExt as _};
use rfb::area::Area;
use rfb::telling::{FENCE_BEFORE, FENCE_REQUEST, Update, fence};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// See the module's text.
pub struct Sharer {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    number: u32,
    pub id: Option<ShareId>,
    pub people: Vec<String>,
    /// Words that nobody has looked at yet.
    pub heard: Vec<Value>,
}

/// A plain JPEG of this size as far as its structure says, which nobody decodes here; `mark` tells one from another.
pub fn jpeg(width: u16, height: u16, mark: u8) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 16];
    bytes.extend(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    bytes.extend([0xFF, 0xDB, 0, 67, 0]);
    bytes.extend([1; 64]);
    bytes.extend([0xFF, 0xC0, 0, 11, 8]);
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([1, 1, 0x11, 0]);
    for class in [0x00, 0x10] {
        bytes.extend([0xFF, 0xC4, 0, 20, class, 1]);
        bytes.extend([0; 15]);
        bytes.push(0);
    }
    bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, mark & 0x7F, 0xFF, 0xD9]);
    bytes
}

/// A frame as the browser writes it.
pub fn frame(number: u32, is_whole: bool, size: (u16, u16), rectangles: &[(Area, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![u8::from(is_whole)];
    bytes.extend(number.to_be_bytes());
    let count = u16::try_from(rectangles.len()).unwrap();
    for side in [size.0, size.1, count] {
        bytes.extend(side.to_be_bytes());
    }
    for (area, jpeg) in rectangles {
        bytes.extend(area.write());
        bytes.extend(u32::try_from(jpeg.len()).unwrap().to_be_bytes());
        bytes.extend(jpeg);
    }
    bytes
}

/// What viewers are told of a frame with one rectangle.
pub fn told(number: u32, area: Area, jpeg: &[u8]) -> Vec<u8> {
    let mut update = Update::new();
    update.jpeg(area, jpeg);
    let mut bytes = update.finish();
    let number = u64::from(number).to_be_bytes();
    bytes.extend(fence(FENCE_REQUEST | FENCE_BEFORE, &number));
    bytes
}

impl Sharer {
    /// Opens the stream; an error is the status that it was answered with.
    pub async fn open(address: SocketAddr, ticket: i64, token: &str) -> Result<Self, u16> {
        Self::open_from(address, &format!("http://{address}"), ticket, token).await
    }

    pub async fn open_from(address: SocketAddr, origin: &str, ticket: i64, token: &str) -> Result<Self, u16> {
        let path = format!("ws://{address}/portal/requests/{ticket}/share/stream");
        let mut request = path.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", origin.parse().unwrap());
        headers.insert(
            "cookie",
            format!("{}={token}", web::SESSION_COOKIE).parse().unwrap(),
        );
        let socket = match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => socket,
            Err(Error::Http(answer)) => return Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        };
        Ok(Self {
            socket,
            number: 0,
            id: None,
            people: Vec::new(),
            heard: Vec::new(),
        })
    }

    /// The share that it opened.
    pub async fn opened(&mut self) -> ShareId {
        let word = self.hears("opened").await;
        let id = word["share"].as_str().unwrap().parse().unwrap();
        self.id = Some(id);
        id
    }

    /// Listens until a word of this kind comes.
    pub async fn hears(&mut self, kind: &str) -> Value {
        loop {
            if let Some(at) = self.heard.iter().position(|word| word["kind"] == kind) {
                return self.heard.remove(at);
            }
            self.listen(kind).await;
        }
    }

    /// Listens until these people look on.
    pub async fn watched_by(&mut self, wanted: &[&str]) {
        while self.people != wanted {
            self.listen("who looks on").await;
        }
    }

    async fn listen(&mut self, what: &str) {
        let next = tokio::time::timeout(Duration::from_secs(20), self.socket.next()).await;
        match next.unwrap_or_else(|_| panic!("never: {what}; heard: {:?}", self.heard)) {
            Some(Ok(Message::Text(text))) => {
                let word: Value = serde_json::from_str(&text).unwrap();
                if word["kind"] == "people" {
                    self.people = serde_json::from_value(word["people"].clone()).unwrap();
                } else {
                    self.heard.push(word);
                }
            }
            Some(Ok(_)) => {}
            other => panic!("over: {what}: {other:?}"),
        }
    }

    /// Sends a picture in one rectangle, and waits until it was taken in. The answer is what viewers are told.
    pub async fn shows(&mut self, is_whole: bool, size: (u16, u16), mark: u8) -> Vec<u8> {
        let area = Area::sized(size.0, size.1);
        self.shows_part(is_whole, size, area, mark).await
    }

    pub async fn shows_part(&mut self, is_whole: bool, size: (u16, u16), area: Area, mark: u8) -> Vec<u8> {
        self.number += 1;
        let jpeg = jpeg(area.width, area.height, mark);
        let told = told(self.number, area, &jpeg);
        let bytes = frame(self.number, is_whole, size, &[(area, jpeg)]);
        self.bytes(bytes).await;
        let answer = self.hears("ack").await;
        assert_eq!(answer["frame"], self.number);
        told
    }

    pub async fn bytes(&mut self, bytes: Vec<u8>) {
        self.socket.send(Message::Binary(bytes.into())).await.unwrap();
    }

    pub async fn stops(&mut self) {
        let word = Message::Text(r#"{"kind":"stop"}"#.into());
        self.socket.send(word).await.unwrap();
    }

    /// The connection is closed.
    pub async fn is_closed(&mut self) {
        let closed = async {
            while let Some(Ok(message)) = self.socket.next().await {
                if message.is_close() {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), closed)
            .await
            .unwrap();
    }
}

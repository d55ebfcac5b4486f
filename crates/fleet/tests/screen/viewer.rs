//! A browser in a session: it answers the greeting as viewers do, and remembers what it was told.

use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use rfb::saying::Said;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// See the module's text.
pub struct Window {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Told and not looked at yet.
    told: Vec<u8>,
    /// Greetings that were begun.
    began: usize,
    greeted: usize,
    pub size: (u16, u16),
    pub state: String,
    pub monitors: Vec<Value>,
    pub copied: String,
}

impl Window {
    pub async fn open(address: SocketAddr, path: &str, token: &str) -> Self {
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", format!("http://{address}").parse().unwrap());
        headers.insert(
            "cookie",
            format!("{}={token}", web::SESSION_COOKIE).parse().unwrap(),
        );
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Self {
            socket,
            told: Vec::new(),
            began: 0,
            greeted: 0,
            size: (0, 0),
            state: String::new(),
            monitors: Vec::new(),
            copied: String::new(),
        }
    }

    /// Listens until it knows what is wanted.
    pub async fn until(&mut self, what: &str, is_it: impl Fn(&Self) -> bool) {
        while !is_it(self) {
            self.listen(what).await;
        }
    }

    async fn listen(&mut self, what: &str) {
        let next = tokio::time::timeout(Duration::from_secs(20), self.socket.next()).await;
        match next.unwrap_or_else(|_| panic!("never: {what}; told: {:?}", self.told)) {
            Some(Ok(Message::Binary(bytes))) => self.told.extend(&bytes),
            Some(Ok(Message::Text(text))) => self.learn(&serde_json::from_str(&text).unwrap()).await,
            Some(Ok(_)) => {}
            other => panic!("over: {what}: {other:?}"),
        }
    }

    async fn learn(&mut self, word: &Value) {
        match word["kind"].as_str().unwrap() {
            "state" => word["state"].as_str().unwrap().clone_into(&mut self.state),
            "monitors" => self.monitors.clone_from(word["monitors"].as_array().unwrap()),
            "clipboard" => word["text"].as_str().unwrap().clone_into(&mut self.copied),
            "again" => {
                self.told.clear();
                self.began += 1;
                self.word(&json!({ "kind": "again" })).await;
            }
            _ => {}
        }
    }

    async fn takes(&mut self, wanted: &[u8]) {
        self.until("the greeting", |window| window.told.len() >= wanted.len())
            .await;
        assert_eq!(&self.told[..wanted.len()], wanted);
        self.told.drain(..wanted.len());
    }

    /// Answers the next greeting to its end.
    pub async fn greeted(&mut self) {
        let wanted = self.greeted + 1;
        self.until("a greeting", |window| window.began >= wanted).await;
        self.greeted = self.began;
        self.takes(b"RFB 003.008\n").await;
        self.bytes(b"RFB 003.008\n").await;
        self.takes(&[1, 1]).await;
        self.bytes(&[1]).await;
        self.takes(&[0; 4]).await;
        self.bytes(&[1]).await;
        self.until("the size", |window| window.told.len() >= 24).await;
        let side = |at: usize| u16::from_be_bytes([self.told[at], self.told[at + 1]]);
        self.size = (side(0), side(2));
        let name = usize::from(self.told[23]);
        self.told.drain(..24);
        self.until("the name", |window| window.told.len() > name).await;
        self.told.drain(..name);
        // Updates come by themselves.
        self.takes(&[150]).await;
    }

    /// What it is told next, after what was looked at before.
    pub async fn sees(&mut self, wanted: &[u8]) {
        self.takes(wanted).await;
    }

    pub async fn says(&mut self, said: &Said) {
        self.bytes(&said.write()).await;
    }

    pub async fn bytes(&mut self, bytes: &[u8]) {
        let message = Message::Binary(bytes.to_vec().into());
        self.socket.send(message).await.unwrap();
    }

    pub async fn word(&mut self, word: &Value) {
        let message = Message::Text(word.to_string().into());
        self.socket.send(message).await.unwrap();
    }

    /// Its connection is closed.
    pub async fn sent_away(&mut self) {
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

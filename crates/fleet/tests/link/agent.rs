//! An agent as the protocol describes it, in a hundred lines.

use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use protocol::enrolment::Document;
use protocol::frame::Frame;
use protocol::handshake::{self, Greeting};
use protocol::key::KeyPair;
use protocol::message::{self, Enrol, FromAgent, FromServer, Identity};
use protocol::websocket::fragments;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// An agent with an open link.
pub struct Agent {
    pub device: String,
    pub welcome: FromServer,
    pub socket: Socket,
}

/// A laptop of its own by its number.
pub fn laptop(number: u32) -> Identity {
    Identity {
        host: format!("laptop-{number}"),
        machine_id: format!("{number:032x}"),
        serial: format!("PF{number:06}X"),
        uuid: format!("4c4c4544-0000-1000-8000-{number:012x}"),
        macs: vec![format!("00:16:3e:00:{:02x}:{:02x}", number >> 8, number & 255)],
        vendor: "LENOVO".to_owned(),
        model: "ThinkPad T14".to_owned(),
        os: "Debian GNU/Linux".to_owned(),
        os_version: "13".to_owned(),
        arch: "x86_64".to_owned(),
    }
}

pub async fn open(address: SocketAddr) -> Socket {
    connect_async(format!("ws://{address}{}", protocol::PATH))
        .await
        .unwrap()
        .0
}

pub async fn say(socket: &mut Socket, message: &FromAgent) {
    frame(socket, &Frame::Control(message::write(message).unwrap())).await;
}

pub async fn frame(socket: &mut Socket, frame: &Frame) {
    // A server that has hung up is seen by who listens.
    for piece in fragments(frame.encode()) {
        let _sent = socket.send(piece).await;
    }
}

/// The next frame; none when the link is over.
pub async fn hear_frame(socket: &mut Socket) -> Option<Frame> {
    loop {
        let came = tokio::time::timeout(Duration::from_secs(30), socket.next()).await;
        match came.expect("the server says nothing") {
            Some(Ok(Message::Binary(bytes))) => return Some(Frame::decode(&bytes).unwrap()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => return None,
        }
    }
}

pub async fn hear(socket: &mut Socket) -> Option<FromServer> {
    match hear_frame(socket).await? {
        Frame::Control(json) => Some(message::read(&json).unwrap()),
        other => panic!("no message: {other:?}"),
    }
}

pub fn hello(key: &KeyPair, nonce: &str) -> FromAgent {
    FromAgent::Hello {
        version: protocol::VERSION,
        key: key.public(),
        nonce: nonce.to_owned(),
        agent_version: "1.0.0".to_owned(),
        boot: "b1".to_owned(),
    }
}

/// Greets, checks the server as an agent must, and proves itself; answers what the server says to that.
pub async fn greet(
    socket: &mut Socket,
    key: &KeyPair,
    document: &Document,
    enrol: Option<Enrol>,
) -> Option<FromServer> {
    let agent_nonce = handshake::nonce().unwrap();
    say(socket, &hello(key, &agent_nonce)).await;
    let challenge = hear(socket).await?;
    let FromServer::Challenge {
        nonce,
        key: server,
        signature,
        at,
    } = challenge
    else {
        return Some(challenge);
    };
    let greeting = Greeting {
        agent_nonce,
        agent: key.public(),
        server_nonce: nonce,
        server,
        at,
    };
    assert!(greeting.server_is_proved(&document.server_keys, &signature));
    let proof = FromAgent::Proof {
        signature: greeting.sign_as_agent(key),
        enrol: enrol.map(Box::new),
    };
    say(socket, &proof).await;
    hear(socket).await
}

impl Agent {
    /// Enrols; the code when it is refused.
    pub async fn enrol(
        address: SocketAddr,
        key: &KeyPair,
        document: &Document,
        identity: Identity,
    ) -> Result<Self, String> {
        let enrol = Enrol {
            token: document.token.clone(),
            identity,
        };
        Self::knock(address, key, document, Some(enrol)).await
    }

    /// Comes back.
    pub async fn link(address: SocketAddr, key: &KeyPair, document: &Document) -> Result<Self, String> {
        Self::knock(address, key, document, None).await
    }

    async fn knock(
        address: SocketAddr,
        key: &KeyPair,
        document: &Document,
        enrol: Option<Enrol>,
    ) -> Result<Self, String> {
        let mut socket = open(address).await;
        match greet(&mut socket, key, document, enrol).await {
            Some(welcome @ FromServer::Welcome { .. }) => {
                let FromServer::Welcome { device, .. } = &welcome else {
                    unreachable!();
                };
                Ok(Self {
                    device: device.clone(),
                    welcome,
                    socket,
                })
            }
            Some(FromServer::Refused { code, .. }) => Err(code),
            other => panic!("neither welcome nor refused: {other:?}"),
        }
    }

    pub fn id(&self) -> fleet::device::DeviceId {
        self.device.parse().unwrap()
    }

    pub async fn say(&mut self, message: &FromAgent) {
        say(&mut self.socket, message).await;
    }

    pub async fn hear(&mut self) -> Option<FromServer> {
        hear(&mut self.socket).await
    }

    /// Listens until the link is over.
    pub async fn until_over(&mut self) -> Vec<FromServer> {
        let mut said = Vec::new();
        while let Some(message) = self.hear().await {
            said.push(message);
        }
        said
    }
}

/// How the door answers a request that wants to be a WebSocket.
pub async fn status(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> u16 {
    use tungstenite::client::IntoClientRequest as _;
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        let name: axum::http::HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((_, response)) => response.status().as_u16(),
        Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
    }
}

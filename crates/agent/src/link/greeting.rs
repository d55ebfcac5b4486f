//! Both sides prove themselves: the server that it holds a pinned key, we that we hold ours.

use super::connect::Socket;
use super::{End, Settings};
use futures::{SinkExt, StreamExt};
use protocol::frame::Frame;
use protocol::handshake::{Greeting, nonce};
use protocol::message::{self, Enrol, FromAgent, FromServer};
use protocol::websocket::fragments;
use tokio_tungstenite::tungstenite::Message;

/// Greets the server; the answer is its `Welcome`.
pub async fn greet(socket: &mut Socket, settings: &Settings) -> Result<FromServer, End> {
    let agent_nonce = nonce().map_err(|error| End::Broken(error.to_string()))?;
    let hello = FromAgent::Hello {
        version: protocol::VERSION,
        key: settings.key.public(),
        nonce: agent_nonce.clone(),
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        boot: settings.boot.clone(),
    };
    say(socket, &hello).await?;
    let (server_nonce, server, signature, at) = match hear(socket).await? {
        FromServer::Challenge {
            nonce,
            key,
            signature,
            at,
        } => (nonce, key, signature, at),
        FromServer::Refused { code, text } => return Err(End::Refused { code, text }),
        _ => return Err(End::Broken("the server does not greet".to_owned())),
    };
    let greeting = Greeting {
        agent_nonce,
        agent: settings.key.public(),
        server_nonce,
        server,
        at,
    };
    if !greeting.server_is_proved(&settings.document.server_keys, &signature) {
        let text = "the server does not hold a key that this device trusts".to_owned();
        return Err(End::Refused {
            code: "server_key".to_owned(),
            text,
        });
    }
    let enrol = settings.enrol.clone().map(|identity| {
        Box::new(Enrol {
            token: settings.document.token.clone(),
            identity,
        })
    });
    let signature = greeting.sign_as_agent(&settings.key);
    say(socket, &FromAgent::Proof { signature, enrol }).await?;
    match hear(socket).await? {
        welcome @ FromServer::Welcome { .. } => Ok(welcome),
        FromServer::Refused { code, text } => Err(End::Refused { code, text }),
        _ => Err(End::Broken("the server does not welcome".to_owned())),
    }
}

async fn say(socket: &mut Socket, said: &FromAgent) -> Result<(), End> {
    let bytes = message::write(said).map_err(|error| End::Broken(error.to_string()))?;
    for piece in fragments(Frame::Control(bytes).encode()) {
        let sent = socket.send(piece).await;
        sent.map_err(|error| End::Broken(error.to_string()))?;
    }
    Ok(())
}

async fn hear(socket: &mut Socket) -> Result<FromServer, End> {
    loop {
        let heard = match socket.next().await {
            None | Some(Ok(Message::Close(_))) => {
                return Err(End::Broken("the server hung up while greeting".to_owned()));
            }
            Some(Err(error)) => return Err(End::Broken(error.to_string())),
            Some(Ok(heard)) => heard,
        };
        let Message::Binary(bytes) = heard else { continue };
        let Ok(Frame::Control(json)) = Frame::decode(&bytes) else {
            return Err(End::Broken("the server does not speak our language".to_owned()));
        };
        return message::read(&json).map_err(|error| End::Broken(error.to_string()));
    }
}

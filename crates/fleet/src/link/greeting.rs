//! The greeting: who knocks, and whether they may come in.
//!
//! Hello, Challenge, Proof, Welcome or Refused (see `protocol::handshake`): each side signs what both have said, so neither can be
//! played by somebody who stands between or who listened. Everything until Welcome must happen within [`PATIENCE`].

use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use protocol::VERSION;
use protocol::frame::Frame;
use protocol::handshake::{self, Greeting};
use protocol::key::PublicKey;
use protocol::message::{self, Admission, Enrol, FromAgent, FromServer};
use tokio_tungstenite::tungstenite::Message;
use web::App;

use super::door::Socket;
use super::keys;
use super::lease::{self, Epoch};
use crate::device::{self, Device, DeviceId, Source, State};
use crate::{assist, enrolment, inventory};

/// For the whole greeting.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often agents beat, give or take a fifth.
pub const BEAT_SECONDS: u32 = 60;

/// A device that proved who it is.
pub(super) struct Guest {
    pub socket: Socket,
    pub device: DeviceId,
    pub epoch: Epoch,
    pub admission: Admission,
    pub welcome: FromServer,
}

/// Greets whoever is at the door; none when they were sent away, told why as far as they may know.
pub(super) async fn greet(app: &App, mut socket: Socket, address: &Arc<str>) -> Option<Guest> {
    let greeted = tokio::time::timeout(PATIENCE, talk(app, &mut socket, address)).await;
    match greeted {
        Ok(Ok(Entry::Welcome(welcome))) => {
            socket.get_mut().open();
            Some(Guest {
                socket,
                device: welcome.device,
                epoch: welcome.epoch,
                admission: welcome.admission,
                welcome: welcome.message(),
            })
        }
        Ok(Ok(Entry::Refused(code))) => {
            refuse(&mut socket, code).await;
            None
        }
        Ok(Err(error)) => {
            tracing::warn!(error = %error, "a device could not be greeted");
            refuse(&mut socket, "busy").await;
            None
        }
        Err(_) => None,
    }
}

/// What comes of a greeting.
enum Entry {
    Welcome(Welcome),
    /// A stable code.
    Refused(&'static str),
}

struct Welcome {
    device: DeviceId,
    epoch: Epoch,
    admission: Admission,
    hashes: std::collections::BTreeMap<String, String>,
}

impl Welcome {
    fn message(self) -> FromServer {
        FromServer::Welcome {
            device: self.device.to_string(),
            state: self.admission,
            beat_seconds: BEAT_SECONDS,
            hashes: self.hashes,
            floor: None,
        }
    }
}

async fn talk(app: &App, socket: &mut Socket, address: &Arc<str>) -> Result<Entry> {
    let Some(FromAgent::Hello {
        version,
        key,
        nonce,
        agent_version,
        ..
    }) = hear(socket).await
    else {
        return Ok(Entry::Refused("greeting"));
    };
    if version != VERSION {
        return Ok(Entry::Refused("version"));
    }
    if !handshake::is_nonce(&nonce) {
        return Ok(Entry::Refused("greeting"));
    }
    let cx = app.cx_system("fleet.link");
    let reading = cx.clone();
    let ours = app.db.read(move |tx| keys::read(tx, &reading)).await?;
    // Without a key no document was ever made, so nobody can have come by one.
    let Ok(pair) = ours.signing() else {
        return Ok(Entry::Refused("unknown"));
    };
    let greeting = Greeting {
        agent_nonce: nonce,
        agent: key,
        server_nonce: handshake::nonce().map_err(kernel::Error::internal)?,
        server: pair.public(),
        at: cx.now().millis(),
    };
    let challenge = FromServer::Challenge {
        nonce: greeting.server_nonce.clone(),
        key: greeting.server,
        signature: greeting.sign_as_server(pair),
        at: greeting.at,
    };
    if !say(socket, &challenge).await {
        return Ok(Entry::Refused("gone"));
    }
    let Some(FromAgent::Proof { signature, enrol }) = hear(socket).await else {
        return Ok(Entry::Refused("greeting"));
    };
    if !greeting.agent_is_proved(&signature) {
        return Ok(Entry::Refused("proof"));
    }
    let stranger = Stranger {
        key,
        agent_version,
        enrol,
        address: Arc::clone(address),
        node: Arc::clone(&app.node),
    };
    app.db.write(move |tx| enter(tx, &cx, &stranger)).await
}

/// Whoever holds a key and wants in.
struct Stranger {
    key: PublicKey,
    agent_version: String,
    enrol: Option<Box<Enrol>>,
    address: Arc<str>,
    node: Arc<str>,
}

fn enter(tx: &mut Tx<'_>, cx: &Cx, stranger: &Stranger) -> Result<Entry> {
    let device = match (device::by_key(tx, &stranger.key)?, &stranger.enrol) {
        // Who is known needs no token, and using one up for nothing would only lock others out.
        (Some(device), _) => refreshed(tx, cx, device, stranger)?,
        (None, _) if assist::connecting::was_guest(tx, &stranger.key)? => {
            return Ok(Entry::Refused("retired"));
        }
        (None, None) => return Ok(Entry::Refused("unknown")),
        (None, Some(enrol)) => {
            let newcomer = enrolment::Newcomer {
                key: stranger.key,
                agent_version: &stranger.agent_version,
                address: &stranger.address,
            };
            match enrolment::redeem(tx, cx, enrol, &newcomer)? {
                Ok(device) => device,
                Err(code) => return Ok(Entry::Refused(code)),
            }
        }
    };
    let admission = match device.state {
        State::Admitted => Admission::Admitted,
        State::Pending => Admission::Pending,
        State::Retired => return Ok(Entry::Refused("retired")),
    };
    let hashes = if admission == Admission::Admitted {
        inventory::hashes(tx, device.id)?
    } else {
        std::collections::BTreeMap::new()
    };
    Ok(Entry::Welcome(Welcome {
        device: device.id,
        epoch: lease::take(tx, cx, device.id, &stranger.node)?,
        admission,
        hashes,
    }))
}

/// An agent that was replaced by a newer one says so with its next link.
fn refreshed(tx: &mut Tx<'_>, cx: &Cx, device: Device, stranger: &Stranger) -> Result<Device> {
    let version = protocol::text::line(&stranger.agent_version, 60);
    if device.state == State::Retired || version.is_empty() || device.agent_version == version {
        return Ok(device);
    }
    let identity = device.identity.clone();
    device::describe(tx, cx, &device, &identity, Source::Agent, None, &version)
}

async fn hear(socket: &mut Socket) -> Option<FromAgent> {
    loop {
        match socket.next().await? {
            Ok(Message::Binary(bytes)) => {
                let Ok(Frame::Control(json)) = Frame::decode(&bytes) else {
                    return None;
                };
                return message::read(&json).ok();
            }
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Ok(_) | Err(_) => return None,
        }
    }
}

async fn say(socket: &mut Socket, message: &FromServer) -> bool {
    let Ok(json) = message::write(message) else {
        return false;
    };
    let frame = Frame::Control(json).encode();
    socket.send(Message::Binary(frame.into())).await.is_ok()
}

async fn refuse(socket: &mut Socket, code: &'static str) {
    let message = FromServer::Refused {
        code: code.to_owned(),
        text: words(code).to_owned(),
    };
    let goodbye = async {
        if say(socket, &message).await {
            let _closed = socket.close(None).await;
        }
    };
    // A stranger who does not listen is not waited for.
    let _heard = tokio::time::timeout(Duration::from_secs(5), goodbye).await;
}

/// What the agent's log says; the codes are for programs.
fn words(code: &str) -> &'static str {
    match code {
        "version" => "this server speaks another version of the protocol; update the agent",
        "proof" => "the signature does not fit the key",
        "unknown" => "nobody knows this key; enrol with a document",
        "retired" => "this device was taken out of use; enrol again if that was a mistake",
        "enrolment_unknown" => "nobody made this enrolment document here",
        "enrolment_expired" => "the enrolment document has expired; ask for a new one",
        "enrolment_revoked" => "the enrolment document was revoked; ask for a new one",
        "enrolment_used_up" => "the enrolment document was used as often as it may be; ask for a new one",
        "enrolment_identity" => "the device says nothing of itself by which it could be named",
        "busy" => "the server cannot greet anybody now; come back later",
        _ => "this was no greeting",
    }
}

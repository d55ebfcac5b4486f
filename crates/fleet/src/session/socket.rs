//! A browser in a session, through a WebSocket.
//!
//! Binary messages are bytes of the session, both ways. Text messages are words, as JSON with a `kind`: `again`, `state`, `people`,
//! `here` to the browser; `join`, `watch` from it; the others are of one kind of session. A page of another site cannot open it: its
//! origin is checked, which browsers send with every WebSocket. Who it is, is asked again every minute.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use bytes::{BufMut as _, Bytes, BytesMut};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::stop::Stop;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::Instant;
use web::{App, Credentials, Page};

use super::reaching::{self, Visitor};
use super::room::{self, Phase, Room, Seat, Word};
use super::{Kind, Left, Piece, Row as _};
use crate::act::{self, ActId};
use crate::device::DeviceId;
use crate::link::between::Pipe;
use crate::link::lease;

/// What a browser may send at once: a paste.
pub(crate) const MESSAGE_MOST: usize = 64 * 1024;
pub(crate) const TRUST: Duration = Duration::from_secs(60);
pub(crate) const PING: Duration = Duration::from_secs(20);
/// A browser that takes nothing for so long is gone.
pub(crate) const SENDING: Duration = Duration::from_secs(30);
/// How often somebody who waits looks whether there is news.
pub(crate) const LOOK: Duration = Duration::from_secs(1);

/// A session and whether this reader may take part; an error when they may not even watch.
pub(crate) type Allowed<K> = fn(&mut Tx<'_>, &Cx, ActId) -> Result<(<K as Kind>::Session, bool)>;

/// What the address of a stream says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    join: Option<String>,
}

/// Opens the stream of a session to this browser.
///
/// # Errors
/// Another site's page, nobody who is signed in, or a session that they may not see.
pub(crate) async fn open<K: Kind>(
    app: App,
    page: Page,
    id: ActId,
    asked: Asked,
    headers: &HeaderMap,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    allowed: Allowed<K>,
) -> web::Result {
    web::own_origin(headers, app.base_url())?;
    let cx = page.cx.clone();
    let (Some(user), Some(token)) = (cx.user_id(), page.session_token()) else {
        return Err(Error::unauthenticated().into());
    };
    let credentials = Credentials::Session(token.to_owned());
    let (session, may) = app.db.read(move |tx| allowed(tx, &cx, id)).await?;
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(refused) => return Ok(refused.into_response()),
    };
    let visitor = Visitor {
        user,
        may_take_part: may,
        wishes_to: asked.join.is_some(),
    };
    let pipe = reaching::reach::<K>(&app, &session, &visitor).await?;
    let cx = page.cx.clone();
    let upgrade = upgrade
        .max_message_size(MESSAGE_MOST)
        .max_frame_size(MESSAGE_MOST);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let trust = Trust::<K> {
            app,
            cx,
            credentials,
            id,
            may,
            allowed,
        };
        pump(socket, pipe, trust).await;
    }))
}

/// Whoever is at the other end of a socket, asked again while it lasts.
pub(crate) trait Trusted: Send {
    /// The sign that this process ends.
    fn stop(&self) -> Stop;
    /// Whether the same may still be seen and done. A database that does not answer for a moment ends nothing.
    fn holds(&mut self) -> impl Future<Output = bool> + Send;
}

/// Who it is in a session with a device.
struct Trust<K: Kind> {
    app: App,
    cx: Cx,
    credentials: Credentials,
    id: ActId,
    may: bool,
    allowed: Allowed<K>,
}

impl<K: Kind> Trusted for Trust<K> {
    fn stop(&self) -> Stop {
        self.app.stop.clone()
    }

    async fn holds(&mut self) -> bool {
        match self.app.who_is(&self.credentials).await {
            Ok(Some(signed_in)) => self.cx.actor = Actor::User(signed_in.identity),
            Ok(None) => return false,
            Err(_) => return true,
        }
        let (cx, id, allowed) = (self.cx.clone(), self.id, self.allowed);
        match self.app.db.read(move |tx| allowed(tx, &cx, id)).await {
            Ok((_, may)) => may == self.may,
            Err(error) => error.kind() == kernel::error::Kind::Unavailable,
        }
    }
}

/// Between the browser and the room, wherever that is. Each direction waits for itself alone: were they one loop, two full queues would
/// wait for each other for ever.
pub(crate) async fn pump(socket: WebSocket, pipe: Pipe, trust: impl Trusted) {
    let (mut sink, stream) = socket.split();
    let Pipe { tx, rx } = pipe;
    tokio::select! {
        () = hear(stream, tx) => {}
        () = tell(&mut sink, rx, trust) => {}
    }
    let _closed = tokio::time::timeout(SENDING, sink.close()).await;
}

/// What the browser says, to the room.
async fn hear(mut stream: SplitStream<WebSocket>, tx: mpsc::Sender<Bytes>) {
    while let Some(Ok(message)) = stream.next().await {
        let piece = match &message {
            Message::Binary(bytes) => tagged(0, bytes),
            Message::Text(text) => tagged(1, text.as_bytes()),
            Message::Ping(_) | Message::Pong(_) => continue,
            Message::Close(_) => return,
        };
        if tx.send(piece).await.is_err() {
            return;
        }
    }
}

/// What the room says, to the browser, as long as the same may be seen and done and the browser reads.
async fn tell(
    sink: &mut SplitSink<WebSocket, Message>,
    mut rx: mpsc::Receiver<Bytes>,
    mut trust: impl Trusted,
) {
    let mut trust_until = Instant::now() + TRUST;
    let mut ping_at = Instant::now() + PING;
    let stop = trust.stop();
    loop {
        let message = tokio::select! {
            said = rx.recv() => match said.and_then(untagged) {
                Some(Piece::Bytes(bytes)) => Message::Binary(bytes),
                Some(Piece::Word(text)) => Message::Text(text.into()),
                None => return,
            },
            () = tokio::time::sleep_until(ping_at) => {
                ping_at = Instant::now() + PING;
                Message::Ping(Bytes::new())
            }
            () = tokio::time::sleep_until(trust_until) => {
                trust_until = Instant::now() + TRUST;
                if trust.holds().await {
                    continue;
                }
                return;
            }
            () = stop.stopped() => return,
        };
        match tokio::time::timeout(SENDING, sink.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return,
        }
    }
}

/// What is on its way between nodes: a byte for what it is, then what it holds.
pub(crate) fn tagged(tag: u8, bytes: &[u8]) -> Bytes {
    let mut piece = BytesMut::with_capacity(bytes.len() + 1);
    piece.put_u8(tag);
    piece.put_slice(bytes);
    piece.freeze()
}

pub(crate) fn untagged(mut piece: Bytes) -> Option<Piece> {
    let tag = piece.first().copied()?;
    let rest = piece.split_off(1);
    match tag {
        0 => Some(Piece::Bytes(rest)),
        _ => String::from_utf8(rest.to_vec()).ok().map(Piece::Word),
    }
}

/// What a browser asks for, whatever the kind of session.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Wish {
    Join,
    Watch,
}

/// Somebody in a room of this node, until they leave or it is over.
pub(super) async fn attend<K: Kind>(app: App, id: ActId, device: DeviceId, visitor: Visitor, pipe: Pipe) {
    let name = name_of(&app, visitor.user).await;
    let room = room::enter::<K>(&app, id);
    let takes_part = visitor.may_take_part && visitor.wishes_to;
    let seat = Seat { name, takes_part };
    let Some(number) = room.sit(seat) else {
        return;
    };
    let Pipe { tx, mut rx } = pipe;
    let mut guest = Guest {
        app,
        room,
        device,
        visitor,
        number,
        tx,
        eyes: K::Eyes::default(),
    };
    guest.note(takes_part).await;
    let _over = guest.stay(&mut rx).await;
    K::left(&guest.room, number, &mut guest.eyes);
    guest.room.stand_up(number);
    room::leave::<K>(&guest.app, id);
}

/// What a person is called.
pub(crate) async fn name_of(app: &App, user: UserId) -> String {
    let found = app
        .db
        .read(move |tx| people::user::store::cards(tx, &[user]))
        .await;
    let card = found.ok().and_then(|mut cards| cards.remove(&user));
    card.map(|card| card.name).unwrap_or_default()
}

struct Guest<K: Kind> {
    app: App,
    room: Arc<Room<K>>,
    device: DeviceId,
    visitor: Visitor,
    number: u64,
    tx: mpsc::Sender<Bytes>,
    eyes: K::Eyes,
}

type Visit = std::result::Result<(), Left>;

impl<K: Kind> Guest<K> {
    async fn stay(&mut self, rx: &mut mpsc::Receiver<Bytes>) -> Visit {
        let (shown, mut words) = K::listen(&self.room, &mut self.eyes);
        self.begin(shown).await?;
        loop {
            tokio::select! {
                word = words.recv() => match word {
                    Ok(word) => self.pass_on(word).await?,
                    // Fell behind: from the beginning.
                    Err(RecvError::Lagged(_)) => {
                        let (shown, again) = K::listen(&self.room, &mut self.eyes);
                        words = again;
                        self.begin(shown).await?;
                    }
                    Err(RecvError::Closed) => return Ok(()),
                },
                came = rx.recv() => {
                    let Some(piece) = came.and_then(untagged) else {
                        return Ok(());
                    };
                    self.heard(piece).await?;
                }
                () = tokio::time::sleep(LOOK), if self.waits() => self.look().await?,
            }
        }
    }

    fn waits(&self) -> bool {
        matches!(self.room.live().phase, Phase::Waiting | Phase::Away)
    }

    async fn begin(&mut self, shown: Vec<Piece>) -> Visit {
        self.say(&[Piece::word(&json!({ "kind": "again" }))]).await?;
        for word in [Word::State, Word::People] {
            self.pass_on(word).await?;
        }
        self.say(&shown).await
    }

    async fn say(&self, pieces: &[Piece]) -> Visit {
        for piece in pieces {
            let bytes = match piece {
                Piece::Bytes(bytes) => tagged(0, bytes),
                Piece::Word(text) => tagged(1, text.as_bytes()),
            };
            self.tx.send(bytes).await.map_err(|_| Left)?;
        }
        Ok(())
    }

    async fn pass_on(&mut self, told: Word<K>) -> Visit {
        let messages = match told {
            Word::Own(own) => K::tell(&self.room, self.number, &mut self.eyes, own),
            Word::State => {
                let live = self.room.live();
                vec![Piece::word(
                    &json!({ "kind": "state", "state": live.phase.as_str(), "reason": live.reason, "recorded": live.recorded }),
                )]
            }
            Word::People => {
                let live = self.room.live();
                let people: Vec<Seat> = live.people.values().cloned().collect();
                let (takes_part, leads) = (live.takes_part(self.number), live.leader() == Some(self.number));
                vec![
                    Piece::word(&json!({ "kind": "people", "people": people })),
                    Piece::word(&json!({ "kind": "here", "takes_part": takes_part, "leads": leads })),
                ]
            }
        };
        self.say(&messages).await
    }

    async fn heard(&mut self, piece: Piece) -> Visit {
        let text = match piece {
            Piece::Bytes(bytes) => {
                let answers = K::heard(&self.room, self.number, &mut self.eyes, &bytes)?;
                return self.say(&answers).await;
            }
            Piece::Word(text) => text,
        };
        match serde_json::from_str(&text) {
            Ok(Wish::Join) if self.visitor.may_take_part && !self.room.live().takes_part(self.number) => {
                self.room.take_part(self.number, true);
                self.note(true).await;
            }
            Ok(Wish::Join) => {}
            Ok(Wish::Watch) => {
                K::left(&self.room, self.number, &mut self.eyes);
                self.room.take_part(self.number, false);
            }
            Err(_) => K::wished(
                &self.app,
                &self.device,
                &self.room,
                self.number,
                &mut self.eyes,
                text.as_bytes(),
            ),
        }
        Ok(())
    }

    /// Keeps that they were there.
    async fn note(&self, took_part: bool) {
        let (id, user, at) = (self.room.id, self.visitor.user, self.app.clock.now());
        let noted = self
            .app
            .db
            .write(move |tx| K::was_there(tx, id, user, took_part, at))
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, act = %id, kind = K::NAME, "who is in a session could not be noted");
        }
    }

    /// While nothing is open: whether it was refused or is over, or is another node's by now.
    async fn look(&self) -> Visit {
        let (id, device, cx) = (self.room.id, self.device, self.app.cx_system("fleet.session"));
        let read = move |tx: &mut Tx<'_>| {
            let state = act::store::find(tx, id)?.map(|act| act.state);
            let is_over = K::find(tx, id)?.is_none_or(|session| session.is_over());
            let holder = lease::holder(tx, &cx, device)?;
            Ok((state, is_over, holder))
        };
        let Ok((state, is_over, holder)) = self.app.db.read(read).await else {
            return Ok(());
        };
        let is_served = self.room.live().attach.is_some();
        if !is_served && (is_over || state.is_none_or(act::State::is_over)) {
            self.room
                .change(Phase::Ended, state.map_or("", act::State::as_str));
            return Ok(());
        }
        if holder.is_some_and(|(node, _)| *node != *self.app.node) {
            // The browser knocks again and is led to that node.
            return Err(Left);
        }
        Ok(())
    }
}

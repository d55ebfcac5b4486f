//! A browser in a session: `GET /terminals/{id}/stream` as a WebSocket.
//!
//! Binary messages are bytes of the terminal, both ways. Text messages are words, as JSON with a `kind`: `here`, `people`, `state`,
//! `size`, `again` to the browser; `join`, `watch`, `size` from it. A page of another site cannot open it: its origin is checked, which
//! browsers send with every WebSocket. Who it is, is asked again every minute.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use bytes::{BufMut as _, Bytes, BytesMut};
use futures::{SinkExt as _, StreamExt as _};
use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use protocol::message::FromServer;
use protocol::recording::SIDE_MOST;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use web::{App, Credentials, Page, Path, Query};

use super::reaching::{self, Visitor};
use super::room::{self, Phase, Room, Seat, Word};
use super::{Session, load, may_take_part, store};
use crate::act::{self, ActId};
use crate::device::DeviceId;
use crate::link;
use crate::link::between::Pipe;
use crate::link::lease;

/// What a browser may send at once: a paste.
const MESSAGE_MOST: usize = 64 * 1024;
const TRUST: Duration = Duration::from_secs(60);
const PING: Duration = Duration::from_secs(20);
/// How often somebody who waits looks whether there is news.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
pub(super) struct Asked {
    join: Option<String>,
}

/// `GET /terminals/{id}/stream`
pub(super) async fn stream(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ActId>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> web::Result {
    web::own_origin(&headers, app.base_url())?;
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
    let pipe = reaching::reach(&app, &session, &visitor).await?;
    let cx = page.cx.clone();
    let upgrade = upgrade
        .max_message_size(MESSAGE_MOST)
        .max_frame_size(MESSAGE_MOST);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let trust = Trust {
            app,
            cx,
            credentials,
            id,
            may,
        };
        pump(socket, pipe, trust).await;
    }))
}

fn allowed(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<(Session, bool)> {
    let (_, session) = load(tx, cx, id)?;
    let may = may_take_part(tx, cx, &session)?;
    Ok((session, may))
}

/// Who it is, asked again while it lasts.
struct Trust {
    app: App,
    cx: Cx,
    credentials: Credentials,
    id: ActId,
    may: bool,
}

impl Trust {
    /// Whether the same may still be seen and done. A database that does not answer for a moment ends nothing.
    async fn holds(&mut self) -> bool {
        match self.app.who_is(&self.credentials).await {
            Ok(Some(signed_in)) => self.cx.actor = Actor::User(signed_in.identity),
            Ok(None) => return false,
            Err(_) => return true,
        }
        let (cx, id) = (self.cx.clone(), self.id);
        match self.app.db.read(move |tx| allowed(tx, &cx, id)).await {
            Ok((_, may)) => may == self.may,
            Err(error) => error.kind() == kernel::error::Kind::Unavailable,
        }
    }
}

/// Between the browser and the room, wherever that is.
async fn pump(socket: WebSocket, mut pipe: Pipe, mut trust: Trust) {
    let (mut sink, mut stream) = socket.split();
    let mut trust_until = Instant::now() + TRUST;
    let mut ping_at = Instant::now() + PING;
    let stop = trust.app.stop.clone();
    loop {
        tokio::select! {
            came = stream.next() => match came {
                Some(Ok(Message::Binary(bytes))) => {
                    if pipe.tx.send(tagged(0, &bytes)).await.is_err() {
                        break;
                    }
                }
                Some(Ok(Message::Text(text))) => {
                    if pipe.tx.send(tagged(1, text.as_bytes())).await.is_err() {
                        break;
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            },
            said = pipe.rx.recv() => {
                let Some(message) = said.and_then(untagged) else {
                    break;
                };
                if sink.send(message).await.is_err() {
                    break;
                }
            }
            () = tokio::time::sleep_until(ping_at) => {
                ping_at = Instant::now() + PING;
                if sink.send(Message::Ping(Bytes::new())).await.is_err() {
                    break;
                }
            }
            () = tokio::time::sleep_until(trust_until) => {
                trust_until = Instant::now() + TRUST;
                if !trust.holds().await {
                    break;
                }
            }
            () = stop.stopped() => break,
        }
    }
    let _closed = sink.close().await;
}

fn tagged(tag: u8, bytes: &[u8]) -> Bytes {
    let mut piece = BytesMut::with_capacity(bytes.len() + 1);
    piece.put_u8(tag);
    piece.put_slice(bytes);
    piece.freeze()
}

fn untagged(mut piece: Bytes) -> Option<Message> {
    let tag = piece.first().copied()?;
    let rest = piece.split_off(1);
    match tag {
        0 => Some(Message::Binary(rest)),
        _ => Some(Message::Text(String::from_utf8(rest.to_vec()).ok()?.into())),
    }
}

/// What a browser asks for.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Wish {
    Join,
    Watch,
    Size { columns: u16, rows: u16 },
}

/// Somebody in a room of this node, until they leave or it is over.
pub(super) async fn attend(app: App, id: ActId, device: DeviceId, visitor: Visitor, pipe: Pipe) {
    let name = name_of(&app, &visitor).await;
    let room = room::enter(&app, id);
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
    };
    guest.note(takes_part).await;
    let _over = guest.stay(&mut rx).await;
    guest.room.stand_up(number);
    room::leave(&guest.app, id);
}

async fn name_of(app: &App, visitor: &Visitor) -> String {
    let user = visitor.user;
    let found = app
        .db
        .read(move |tx| people::user::store::cards(tx, &[user]))
        .await;
    let card = found.ok().and_then(|mut cards| cards.remove(&user));
    card.map(|card| card.name).unwrap_or_default()
}

struct Guest {
    app: App,
    room: std::sync::Arc<Room>,
    device: DeviceId,
    visitor: Visitor,
    number: u64,
    tx: tokio::sync::mpsc::Sender<Bytes>,
}

/// The visit is over.
struct Left;

impl Guest {
    async fn stay(&mut self, rx: &mut tokio::sync::mpsc::Receiver<Bytes>) -> std::result::Result<(), Left> {
        let (shown, mut words) = self.room.listen();
        self.begin(shown).await?;
        loop {
            tokio::select! {
                word = words.recv() => match word {
                    Ok(word) => self.pass_on(word).await?,
                    // Fell behind: from the beginning.
                    Err(RecvError::Lagged(_)) => {
                        let (shown, again) = self.room.listen();
                        words = again;
                        self.begin(shown).await?;
                    }
                    Err(RecvError::Closed) => return Ok(()),
                },
                came = rx.recv() => {
                    let Some(mut piece) = came else {
                        return Ok(());
                    };
                    let tag = piece.first().copied().unwrap_or(0);
                    let rest = piece.split_off(piece.len().min(1));
                    self.heard(tag, rest).await;
                }
                () = tokio::time::sleep(LOOK), if self.waits() => self.look().await?,
            }
        }
    }

    fn waits(&self) -> bool {
        matches!(self.room.live().phase, Phase::Waiting | Phase::Away)
    }

    async fn begin(&self, shown: Bytes) -> std::result::Result<(), Left> {
        self.say(json!({ "kind": "again" })).await?;
        for word in [Word::State, Word::Size, Word::People] {
            self.pass_on(word).await?;
        }
        if shown.is_empty() {
            return Ok(());
        }
        self.tx.send(tagged(0, &shown)).await.map_err(|_| Left)
    }

    async fn say(&self, word: Value) -> std::result::Result<(), Left> {
        self.tx
            .send(tagged(1, word.to_string().as_bytes()))
            .await
            .map_err(|_| Left)
    }

    async fn pass_on(&self, word: Word) -> std::result::Result<(), Left> {
        match word {
            Word::Shown(bytes) => self.tx.send(tagged(0, &bytes)).await.map_err(|_| Left),
            Word::State => {
                let word = {
                    let live = self.room.live();
                    json!({ "kind": "state", "state": live.phase.as_str(), "reason": live.reason, "recorded": live.recorded })
                };
                self.say(word).await
            }
            Word::Size => {
                let (columns, rows) = {
                    let live = self.room.live();
                    (live.columns, live.rows)
                };
                self.say(json!({ "kind": "size", "columns": columns, "rows": rows }))
                    .await
            }
            Word::People => {
                let (people, here) = {
                    let live = self.room.live();
                    let takes_part = live.people.get(&self.number).is_some_and(|seat| seat.takes_part);
                    let people: Vec<Seat> = live.people.values().cloned().collect();
                    let leads = live.leader() == Some(self.number);
                    (
                        people,
                        json!({ "kind": "here", "takes_part": takes_part, "leads": leads }),
                    )
                };
                self.say(json!({ "kind": "people", "people": people })).await?;
                self.say(here).await
            }
        }
    }

    async fn heard(&self, tag: u8, bytes: Bytes) {
        if tag == 0 {
            let takes_part = self
                .room
                .live()
                .people
                .get(&self.number)
                .is_some_and(|seat| seat.takes_part);
            if takes_part {
                self.room.type_in(bytes);
            }
            return;
        }
        match serde_json::from_slice(&bytes) {
            Ok(Wish::Join) if self.visitor.may_take_part => {
                self.room.take_part(self.number, true);
                self.note(true).await;
            }
            Ok(Wish::Watch) => self.room.take_part(self.number, false),
            Ok(Wish::Size { columns, rows }) if self.room.live().leader() == Some(self.number) => {
                let message = FromServer::Resize {
                    session: self.room.id.to_string(),
                    columns: columns.clamp(2, SIDE_MOST),
                    rows: rows.clamp(1, SIDE_MOST),
                };
                link::of(&self.app).send(&self.device, &message);
            }
            _ => {}
        }
    }

    /// Keeps that they were there.
    async fn note(&self, took_part: bool) {
        let (id, user, at) = (self.room.id, self.visitor.user, self.app.clock.now());
        let noted = self
            .app
            .db
            .write(move |tx| store::was_there(tx, id, user, took_part, at))
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, act = %id, "who is in a terminal could not be noted");
        }
    }

    /// While nothing is open: whether it was refused or is over, or is another node's by now.
    async fn look(&self) -> std::result::Result<(), Left> {
        let (id, device, cx) = (self.room.id, self.device, self.app.cx_system("fleet.terminal"));
        let read = move |tx: &mut Tx<'_>| {
            let state = act::store::find(tx, id)?.map(|act| act.state);
            let is_over = store::find(tx, id)?.is_none_or(|session| session.is_over());
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

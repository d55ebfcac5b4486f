//! The browser that shares, through a WebSocket, and the recording: one task, so that neither outlives the other.
//!
//! Binary messages are frames ([`crate::share::frame`]). Text messages are words, as JSON with a `kind`: `opened`, `ack`, `whole`, `people`,
//! `refused`, `taken`, `ended` to the browser; `stop` from it. A frame is answered once it was taken in, and only then the browser sends the
//! next: so a slow line or a slow server makes fewer frames, never a queue. The answer is what drives the browser, too: a page that lies
//! behind others hears messages at once and its own clock once a second.

use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Kind};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use tokio::time::Instant;
use web::{App, Credentials, Page};

use crate::session::film::{Film, PIECE, PIECE_MOST, RECORDING_MOST};
use crate::session::socket::{PING, SENDING, TRUST};
use crate::share::frame::{Frame, MESSAGE_MOST};
use crate::share::room::{self, Place, Told, Turn};
use crate::share::{Kept, Share, State, ending, reason_key, starting, store};

/// What came is safe within this time.
const FLUSH: Duration = Duration::from_secs(2);
/// How often a share in which nothing moves says that it is kept.
const BEAT: Duration = Duration::from_secs(10);
/// Frames follow each other no faster; those in which nothing changed are slower.
const FRAME: Duration = Duration::from_millis(100);
const STILL: Duration = Duration::from_millis(200);
/// So many bytes a second are taken, and so much of that at once.
const RATE: f64 = 3.0 * 1024.0 * 1024.0;
const BURST: Duration = Duration::from_secs(2);
/// The whole picture costs everybody, and fills the recording: it is asked for no more often.
const WHOLE: Duration = Duration::from_secs(2);
/// A browser that says nothing for so long, not even that it is there, is gone.
const SILENCE: Duration = Duration::from_secs(45);
/// A database that does not answer is asked so often, a second apart, before the recording is given up.
const TRIES: u32 = 20;

/// Opens the stream by which somebody shares from their own ticket.
///
/// # Errors
/// Another site's page, nobody who is signed in, or a ticket that is not theirs.
pub async fn open(
    app: App,
    page: Page,
    number: i64,
    headers: &HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> web::Result {
    let cx = page.cx.clone();
    let Some(token) = page.session_token().filter(|_| cx.user_id().is_some()) else {
        return Err(Error::unauthenticated().into());
    };
    let credentials = Credentials::Session(token.to_owned());
    let reading = cx.clone();
    app.db
        .read(move |tx| starting::own_ticket(tx, &reading, number))
        .await?;
    web::own_origin(headers, app.base_url())?;
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade
            .max_message_size(MESSAGE_MOST)
            .max_frame_size(MESSAGE_MOST),
        Err(refused) => return Ok(refused.into_response()),
    };
    Ok(upgrade.on_upgrade(move |socket| async move {
        keep(app, cx, credentials, number, socket).await;
    }))
}

/// Why a browser is no longer listened to.
#[derive(Debug)]
enum Over {
    /// It went away, or this process ends; it may come back.
    Away,
    /// Another window or node has taken it up.
    Taken,
    /// It ended elsewhere, for this reason.
    Ended(String),
    /// It ends here, for this reason.
    Ends(&'static str),
}

async fn keep(app: App, cx: Cx, credentials: Credentials, number: i64, socket: WebSocket) {
    let (mut sink, stream) = socket.split();
    let (starting, node) = (cx.clone(), app.node.clone());
    let started = app
        .db
        .write(move |tx: &mut Tx<'_>| starting::start(tx, &starting, number, &node))
        .await;
    let share = match started {
        Ok(share) => share,
        Err(error) => {
            let text = error.message(cx.locale);
            let word = json!({ "kind": "refused", "text": text, "again": error.kind() == Kind::Unavailable });
            let _gone = say(&mut sink, &word).await;
            let _closed = tokio::time::timeout(SENDING, sink.close()).await;
            return;
        }
    };
    let place = room::keep(&app, share.id, share.keeper.generation);
    let (turn, told) = (place.room.turn(), place.room.listen());
    let began = Instant::now();
    let keeper = Keeper {
        base: share.kept.last_millis.max(cx.now().since(share.started_at)),
        film: Film::new(share.id.to_string()),
        now: share.kept,
        size: None,
        began,
        kept_at: began,
        answer: None,
        answered_at: began,
        paid_until: began,
        // It begins with one by itself.
        wants_whole: false,
        whole_at: began,
        app,
        cx,
        credentials,
        share,
        place,
        sink,
    };
    keeper.run(stream, turn, told).await;
}

/// See the module's text.
struct Keeper {
    app: App,
    cx: Cx,
    credentials: Credentials,
    share: Share,
    place: Place,
    sink: SplitSink<WebSocket, Message>,
    film: Film,
    /// How far the recording goes with what waits.
    now: Kept,
    /// Of the picture that this browser shows; none before its first whole one.
    size: Option<(u16, u16)>,
    /// The recording's clock when it was taken up, and when that was.
    base: i64,
    began: Instant,
    kept_at: Instant,
    /// The frame to be answered, and when.
    answer: Option<(u32, Instant)>,
    answered_at: Instant,
    /// Until then what came by now fills the rate.
    paid_until: Instant,
    wants_whole: bool,
    whole_at: Instant,
}

type Going = Result<(), Over>;

async fn say(sink: &mut SplitSink<WebSocket, Message>, word: &Value) -> Going {
    let message = Message::Text(word.to_string().into());
    match tokio::time::timeout(SENDING, sink.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Over::Away),
    }
}

impl Keeper {
    async fn run(
        mut self,
        stream: SplitStream<WebSocket>,
        turn: watch::Receiver<Turn>,
        told: broadcast::Receiver<Told>,
    ) {
        let over = self.stay(stream, turn, told).await;
        self.finish(over).await;
        let _closed = tokio::time::timeout(SENDING, self.sink.close()).await;
    }

    async fn stay(
        &mut self,
        mut stream: SplitStream<WebSocket>,
        mut turn: watch::Receiver<Turn>,
        mut told: broadcast::Receiver<Told>,
    ) -> Over {
        let stop = self.app.stop.clone();
        let (mut flush_at, mut ping_at, mut trust_at) =
            (self.began + FLUSH, self.began + PING, self.began + TRUST);
        let mut silent_at = self.began + SILENCE;
        let room = std::sync::Arc::clone(&self.place.room);
        if let Err(over) = self.greet().await {
            return over;
        }
        loop {
            let going = tokio::select! {
                biased;
                () = stop.stopped() => Err(Over::Away),
                over = lost(&mut turn, self.share.keeper.generation) => Err(over),
                () = tokio::time::sleep_until(flush_at) => {
                    flush_at = Instant::now() + FLUSH;
                    self.flush().await
                }
                () = tokio::time::sleep_until(trust_at) => {
                    trust_at = Instant::now() + TRUST;
                    self.trusts().await
                }
                () = tokio::time::sleep_until(ping_at) => {
                    ping_at = Instant::now() + PING;
                    self.ping().await
                }
                () = tokio::time::sleep_until(silent_at) => Err(Over::Away),
                () = until(self.answer.map(|(_, at)| at)) => self.answer().await,
                () = tokio::time::sleep_until(self.whole_at), if self.wants_whole => self.ask_whole().await,
                () = room.whole.notified(), if !self.wants_whole => {
                    self.wants_whole = true;
                    Ok(())
                }
                word = told.recv() => match word {
                    Ok(Told::People) | Err(RecvError::Lagged(_)) => self.tell_people().await,
                    Ok(_) => Ok(()),
                    Err(RecvError::Closed) => Err(Over::Away),
                },
                // Nothing is read before what came last was answered.
                came = stream.next(), if self.answer.is_none() => {
                    silent_at = Instant::now() + SILENCE;
                    self.came(came).await
                }
            };
            if let Err(over) = going {
                return over;
            }
        }
    }

    async fn greet(&mut self) -> Going {
        let word = json!({ "kind": "opened", "share": self.share.id.to_string() });
        say(&mut self.sink, &word).await?;
        self.tell_people().await
    }

    async fn tell_people(&mut self) -> Going {
        let people = self.place.room.live().names();
        say(&mut self.sink, &json!({ "kind": "people", "people": people })).await
    }

    async fn ping(&mut self) -> Going {
        let ping = self.sink.send(Message::Ping(Bytes::new()));
        match tokio::time::timeout(SENDING, ping).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Over::Away),
        }
    }

    async fn answer(&mut self) -> Going {
        let Some((number, _)) = self.answer.take() else {
            return Ok(());
        };
        self.answered_at = Instant::now();
        say(&mut self.sink, &json!({ "kind": "ack", "frame": number })).await
    }

    async fn ask_whole(&mut self) -> Going {
        self.wants_whole = false;
        self.whole_at = Instant::now() + WHOLE;
        say(&mut self.sink, &json!({ "kind": "whole" })).await
    }

    async fn came(&mut self, came: Option<Result<Message, axum::Error>>) -> Going {
        match came {
            Some(Ok(Message::Binary(bytes))) => self.frame(&bytes).await,
            Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                Ok(Word::Stop) => Err(Over::Ends("stopped_by_sharer")),
                Err(_) => Ok(()),
            },
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Over::Away),
        }
    }

    async fn frame(&mut self, bytes: &[u8]) -> Going {
        let frame = Frame::read(bytes).map_err(|_| Over::Ends("unreadable"))?;
        let now = Instant::now();
        let pause = if frame.is_empty() { STILL } else { FRAME };
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.paid_until = self.paid_until.max(now) + Duration::from_secs_f64(f64::from(size) / RATE);
        let paid_at = self.paid_until.checked_sub(BURST).unwrap_or(now);
        self.answer = Some((frame.number, paid_at.max(self.answered_at + pause)));
        if frame.is_whole {
            (self.size, self.wants_whole) = (Some(frame.size), false);
        } else if frame.is_empty() {
            return Ok(());
        } else if self.size != Some(frame.size) {
            // A part of a picture that nobody has seen.
            self.wants_whole = true;
            return Ok(());
        }
        self.show(&frame);
        if self.film.waiting.len() >= PIECE {
            self.flush().await?;
        }
        Ok(())
    }

    /// Tells viewers and the recording.
    fn show(&mut self, frame: &Frame<'_>) {
        let told = Bytes::from(frame.told());
        let elapsed = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.now.last_millis = self.now.last_millis.max(self.base.saturating_add(elapsed));
        self.film
            .beginning(self.now.size, frame.size, self.now.last_millis);
        self.film.message(&told, self.now.last_millis);
        self.now.size = frame.size;
        let room = &self.place.room;
        room.live().size = frame.size;
        room.tell(Told::Frame {
            is_whole: frame.is_whole,
            size: frame.size,
            bytes: told,
        });
    }

    /// Writes what waits, and says that it is kept. An error is that it is no longer, or not here.
    async fn flush(&mut self) -> Going {
        if self.film.waiting.is_empty() && self.kept_at.elapsed() < BEAT {
            return Ok(());
        }
        let mut tries = 0;
        loop {
            let (state, reason) = match self.write().await {
                Ok(Some(stands)) => stands,
                Ok(None) => return Err(Over::Taken),
                Err(error) if error.code() == "fleet.share.recording_full" => {
                    return Err(Over::Ends("recording_full"));
                }
                Err(error) => {
                    tries += 1;
                    if tries >= TRIES || self.app.stop.is_stopped() {
                        tracing::error!(%error, share = %self.share.id, "a share cannot be recorded any more");
                        return Err(Over::Ends("recording_failed"));
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            return match state {
                State::Ended => Err(Over::Ended(reason)),
                State::Waiting | State::Open => Ok(()),
            };
        }
    }

    async fn write(&mut self) -> kernel::Result<Option<(State, String)>> {
        let size = i64::try_from(self.film.waiting.len()).unwrap_or(i64::MAX);
        let bytes = self.now.bytes.saturating_add(size);
        if bytes > RECORDING_MOST {
            return Err(Error::too_large("fleet.share.recording_full"));
        }
        let piece = if size == 0 {
            None
        } else {
            let stored = self.app.files.put(self.film.waiting.clone(), PIECE_MOST).await?;
            Some(stored.hash)
        };
        let after = Kept {
            bytes,
            pieces: self.now.pieces + i64::from(piece.is_some()),
            ..self.now
        };
        let (id, keeper, at) = (self.share.id, self.share.keeper.clone(), self.app.clock.now());
        let stands = self
            .app
            .db
            .write(move |tx: &mut Tx<'_>| store::keep(tx, id, &keeper, &after, piece.as_deref(), at))
            .await?;
        self.film.waiting.clear();
        (self.now, self.kept_at) = (after, Instant::now());
        Ok(stands)
    }

    /// Whether the same person may still share from the same ticket. A database that does not answer for a moment ends nothing.
    async fn trusts(&mut self) -> Going {
        match self.app.who_is(&self.credentials).await {
            Ok(Some(signed_in)) => self.cx.actor = Actor::User(signed_in.identity),
            Ok(None) => return Err(Over::Away),
            Err(_) => return Ok(()),
        }
        let share = self.share.clone();
        match self.app.db.read(move |tx| ending::verdict(tx, &share)).await {
            Ok(Some(reason)) => Err(Over::Ends(reason)),
            Ok(None) | Err(_) => Ok(()),
        }
    }

    /// Writes what waits under whatever it ends with, and tells the browser.
    async fn finish(&mut self, over: Over) {
        let (id, keeper, at) = (self.share.id, self.share.keeper.clone(), self.app.clock.now());
        let over = match over {
            // What could not be written is not tried again.
            Over::Ends(reason @ ("recording_failed" | "recording_full")) => Over::Ends(reason),
            Over::Taken => Over::Taken,
            other => match self.write().await {
                Ok(None) => Over::Taken,
                Ok(Some(_)) | Err(_) => other,
            },
        };
        let (word, written) = match over {
            Over::Away => {
                let away = move |tx: &mut Tx<'_>| store::away(tx, id, &keeper, at).map(drop);
                (json!({ "kind": "away" }), self.app.db.write(away).await)
            }
            Over::Taken => (json!({ "kind": "taken" }), Ok(())),
            Over::Ended(reason) => (self.ended(&reason), Ok(())),
            Over::Ends(reason) => {
                let cx = self.app.cx_system("fleet.share");
                let cx = if reason == "stopped_by_sharer" {
                    self.cx.clone()
                } else {
                    cx
                };
                let end = move |tx: &mut Tx<'_>| ending::end(tx, &cx, id, reason).map(drop);
                (self.ended(reason), self.app.db.write(end).await)
            }
        };
        if let Err(error) = written {
            tracing::warn!(%error, share = %id, "how a share ended could not be written; it ends by the sweep");
        }
        let _gone = say(&mut self.sink, &word).await;
    }

    fn ended(&self, reason: &str) -> Value {
        json!({ "kind": "ended", "reason": reason, "text": self.cx.locale.t(&reason_key(reason)) })
    }
}

/// What a sharing browser says besides frames.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Word {
    Stop,
}

/// Waits until a share is no longer kept under this number.
async fn lost(turn: &mut watch::Receiver<Turn>, generation: i64) -> Over {
    let is_lost = |turn: &Turn| turn.over.is_some() || turn.generation > generation;
    match turn.wait_for(is_lost).await {
        Ok(turn) => turn.over.clone().map_or(Over::Taken, Over::Ended),
        Err(_) => Over::Away,
    }
}

/// Returns at this instant, or never.
async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

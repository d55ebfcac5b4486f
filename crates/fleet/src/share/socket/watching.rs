//! A viewer of a share, through a WebSocket: as the viewers of a device's screen, whose pages and player are the same, but nobody takes
//! part. The words are those of `session::socket`.

use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use bytes::Bytes;
use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::UserId;
use kernel::stop::Stop;
use rfb::saying::Said;
use rfb::telling;
use rfb::viewer::Viewer;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;
use tokio::time::Instant;
use web::{App, Credentials, Page};

use crate::link::between::{self, Pipe};
use crate::link::node;
use crate::session::socket::{self, LOOK, MESSAGE_MOST, Trusted, tagged, untagged};
use crate::session::{Left, Piece};
use crate::share::room::{self, Place, Told};
use crate::share::{CHUNK_MOST, PURPOSE, Share, ShareId, WAITING_MOST, seeing, store};

/// A viewer asks for the whole picture no more often than this of itself.
const WHOLE_EVERY: Duration = Duration::from_secs(10);

/// Opens the stream of a share to this browser.
///
/// # Errors
/// Another site's page, nobody who is signed in, or a share that they may not see.
pub(in crate::share) async fn open(
    app: App,
    page: Page,
    id: ShareId,
    headers: &HeaderMap,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> web::Result {
    web::own_origin(headers, app.base_url())?;
    let cx = page.cx.clone();
    let (Some(user), Some(token)) = (cx.user_id(), page.session_token()) else {
        return Err(Error::unauthenticated().into());
    };
    let credentials = Credentials::Session(token.to_owned());
    let reading = cx.clone();
    let share = app.db.read(move |tx| seeing::load(tx, &reading, id)).await?;
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade
            .max_message_size(MESSAGE_MOST)
            .max_frame_size(MESSAGE_MOST),
        Err(refused) => return Ok(refused.into_response()),
    };
    let pipe = reach(&app, &share, user).await?;
    Ok(upgrade.on_upgrade(move |browser| async move {
        let trust = Trust {
            app,
            cx,
            credentials,
            id,
        };
        socket::pump(browser, pipe, trust).await;
    }))
}

/// A way to a share's room: here, or through the node that keeps it.
async fn reach(app: &App, share: &Share, user: UserId) -> Result<Pipe> {
    let id = share.id;
    if share.state == crate::share::State::Open && *share.keeper.node != *app.node && !room::is_kept(app, id)
    {
        let (cx, name) = (app.cx_system("fleet.share"), share.keeper.node.clone());
        let node = app.db.read(move |tx| node::find(tx, &cx, &name)).await?;
        if let Some(node) = node {
            return between::open_at(app, &node, id.to_string(), &format!("{PURPOSE}:{id}:{user}")).await;
        }
    }
    let (to_room, from_browser) = mpsc::channel::<Bytes>(WAITING_MOST);
    let (to_browser, from_room) = mpsc::channel::<Bytes>(WAITING_MOST);
    let inside = Pipe {
        tx: to_browser,
        rx: from_browser,
    };
    tokio::spawn(attend(app.clone(), id, user, inside));
    Ok(Pipe {
        tx: to_room,
        rx: from_room,
    })
}

/// Another node brings somebody. It looked at what they may.
pub(crate) async fn bridged(app: App, purpose: &str, pipe: Pipe) {
    let Some((Ok(id), Ok(user))) = purpose
        .split_once(':')
        .map(|(id, user)| (id.parse::<ShareId>(), user.parse::<UserId>()))
    else {
        return;
    };
    if room::is_kept(&app, id) {
        attend(app, id, user, pipe).await;
    }
}

/// Who looks on, asked again while it lasts.
struct Trust {
    app: App,
    cx: Cx,
    credentials: Credentials,
    id: ShareId,
}

impl Trusted for Trust {
    fn stop(&self) -> Stop {
        self.app.stop.clone()
    }

    async fn holds(&mut self) -> bool {
        match self.app.who_is(&self.credentials).await {
            Ok(Some(signed_in)) => self.cx.actor = Actor::User(signed_in.identity),
            Ok(None) => return false,
            Err(_) => return true,
        }
        let (cx, id) = (self.cx.clone(), self.id);
        match self.app.db.read(move |tx| seeing::load(tx, &cx, id)).await {
            Ok(_) => true,
            Err(error) => error.kind() == Kind::Unavailable,
        }
    }
}

/// Somebody in the room of this node, until they leave or it is over.
async fn attend(app: App, id: ShareId, user: UserId, pipe: Pipe) {
    let name = socket::name_of(&app, user).await;
    let Some(place) = room::look_on(&app, id, name) else {
        return;
    };
    let at = app.clock.now();
    let noted = app
        .db
        .write(move |tx: &mut Tx<'_>| store::was_there(tx, id, user, at))
        .await;
    if let Err(error) = noted {
        tracing::warn!(%error, share = %id, "who looks at a share could not be noted");
    }
    let Pipe { tx, rx } = pipe;
    let guest = Guest {
        app,
        id,
        place,
        tx,
        eyes: Eyes::default(),
    };
    let _over = guest.stay(rx).await;
}

/// What is known of one viewer.
#[derive(Debug, Default)]
struct Eyes {
    viewer: Option<Viewer>,
    /// Of the picture that it was greeted with.
    size: (u16, u16),
    is_greeted: bool,
    /// It was told a whole picture since.
    has_begun: bool,
    asked_at: Option<Instant>,
    /// How often it was told to begin anew and has not said yet that it does: until then its bytes are of what it drops.
    dropping: u32,
}

struct Guest {
    app: App,
    id: ShareId,
    place: Place,
    tx: mpsc::Sender<Bytes>,
    eyes: Eyes,
}

/// What a viewer says in words.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Wish {
    Again,
}

type Visit = std::result::Result<(), Left>;

impl Guest {
    async fn stay(mut self, mut rx: mpsc::Receiver<Bytes>) -> Visit {
        let mut told = self.begin().await?;
        loop {
            tokio::select! {
                word = told.recv() => match word {
                    Ok(word) => self.pass_on(word).await?,
                    // Fell behind: what waited is gone, and it begins anew with a whole picture.
                    Err(RecvError::Lagged(_)) => told = self.begin().await?,
                    Err(RecvError::Closed) => return Ok(()),
                },
                came = rx.recv() => match came.and_then(untagged) {
                    Some(Piece::Bytes(bytes)) => self.heard(&bytes).await?,
                    Some(Piece::Word(text)) => {
                        if matches!(serde_json::from_str(&text), Ok(Wish::Again)) {
                            self.eyes.dropping = self.eyes.dropping.saturating_sub(1);
                        }
                    }
                    None => return Ok(()),
                },
                () = tokio::time::sleep(LOOK), if self.waits() => self.look().await?,
            }
        }
    }

    /// While nobody keeps it here.
    fn waits(&self) -> bool {
        self.place.room.live().state() == "away"
    }

    async fn begin(&mut self) -> std::result::Result<broadcast::Receiver<Told>, Left> {
        let (told, size) = {
            let live = self.place.room.live();
            (self.place.room.listen(), live.size)
        };
        self.eyes = Eyes {
            dropping: self.eyes.dropping + 1,
            ..Eyes::default()
        };
        self.say(Piece::word(&json!({ "kind": "again" }))).await?;
        for word in [Told::State, Told::People] {
            self.pass_on(word).await?;
        }
        self.say(Piece::word(
            &json!({ "kind": "here", "takes_part": false, "leads": false }),
        ))
        .await?;
        if size.0 > 0 {
            self.greet(size).await?;
        }
        Ok(told)
    }

    /// It begins, or begins anew at another size: it drops what it has.
    async fn greet(&mut self, size: (u16, u16)) -> Visit {
        let is_new = self.eyes.viewer.is_none();
        let mut viewer = Viewer::new(size.0, size.1, &self.id.to_string());
        let hello = Piece::Bytes(viewer.answer().into());
        self.eyes = Eyes {
            viewer: Some(viewer),
            size,
            dropping: self.eyes.dropping + u32::from(!is_new),
            ..Eyes::default()
        };
        if !is_new {
            self.say(Piece::word(&json!({ "kind": "again" }))).await?;
        }
        self.say(hello).await
    }

    async fn pass_on(&mut self, told: Told) -> Visit {
        match told {
            Told::State => {
                let word = {
                    let live = self.place.room.live();
                    let reason = live.over.clone().unwrap_or_default();
                    json!({ "kind": "state", "state": live.state(), "reason": reason, "recorded": true })
                };
                self.say(Piece::word(&word)).await
            }
            Told::People => {
                let names = self.place.room.live().names();
                let seat = |name: &String| json!({ "name": name, "takes_part": false });
                let people: Vec<_> = names.iter().map(seat).collect();
                self.say(Piece::word(&json!({ "kind": "people", "people": people })))
                    .await
            }
            Told::Frame {
                is_whole,
                size,
                bytes,
            } => self.frame(is_whole, size, bytes).await,
        }
    }

    async fn frame(&mut self, is_whole: bool, size: (u16, u16), bytes: Bytes) -> Visit {
        if self.eyes.viewer.is_none() || self.eyes.size != size {
            return self.greet(size).await;
        }
        self.eyes.has_begun |= is_whole && self.eyes.is_greeted;
        if self.eyes.has_begun {
            self.say(Piece::Bytes(bytes)).await
        } else {
            Ok(())
        }
    }

    async fn heard(&mut self, bytes: &[u8]) -> Visit {
        let dropping = self.eyes.dropping;
        let Some(viewer) = self.eyes.viewer.as_mut().filter(|_| dropping == 0) else {
            return Ok(());
        };
        let said = viewer.hear(bytes).map_err(|fault| {
            tracing::debug!(%fault, share = %self.id, "a viewer of a share was not understood");
            Left
        })?;
        let mut answer = viewer.answer();
        let is_open = viewer.is_open();
        let mut wants_whole = false;
        if is_open && !self.eyes.is_greeted {
            self.eyes.is_greeted = true;
            answer.extend(telling::continuous_over());
            wants_whole = true;
        }
        // Of all that it says only this matters here: keys and pointer reach nobody.
        let asks = said
            .iter()
            .any(|one| matches!(one, Said::Update { changes: false, .. }));
        let now = Instant::now();
        let may_ask = self.eyes.asked_at.is_none_or(|at| now >= at + WHOLE_EVERY);
        if wants_whole || (asks && may_ask) {
            self.eyes.asked_at = Some(now);
            self.place.room.whole.notify_one();
        }
        if answer.is_empty() {
            return Ok(());
        }
        self.say(Piece::Bytes(answer.into())).await
    }

    async fn say(&self, piece: Piece) -> Visit {
        let send = |piece: Bytes| async { self.tx.send(piece).await.map_err(|_| Left) };
        match piece {
            Piece::Word(text) => send(tagged(1, text.as_bytes())).await,
            Piece::Bytes(bytes) => {
                for part in bytes.chunks(CHUNK_MOST) {
                    send(tagged(0, part)).await?;
                }
                Ok(())
            }
        }
    }

    /// Whether it is over, or another node's by now.
    async fn look(&self) -> Visit {
        let (id, cx) = (self.id, self.app.cx_system("fleet.share"));
        let read = move |tx: &mut Tx<'_>| {
            let Some(share) = store::find(tx, id)? else {
                return Ok(None);
            };
            let is_alive = node::find(tx, &cx, &share.keeper.node)?.is_some();
            Ok(Some((share, is_alive)))
        };
        match self.app.db.read(read).await {
            Ok(Some((share, _))) if share.is_over() => room::over(&self.app, id, &share.reason),
            Ok(Some((share, is_alive))) => {
                let is_elsewhere =
                    share.state == crate::share::State::Open && *share.keeper.node != *self.app.node;
                if is_elsewhere && is_alive {
                    // The browser knocks again and is led to that node.
                    return Err(Left);
                }
            }
            Ok(None) => return Err(Left),
            Err(_) => {}
        }
        Ok(())
    }
}

//! One reader's stream: `GET /live`, optionally `?topics=ticket:1042,queue` to hear of these only.

use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{Stream, unfold};
use kernel::cx::{Actor, Cx};
use kernel::error::Error;
use kernel::time::Timestamp;
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::hub::Seat;
use crate::app::App;
use crate::authentication::Credentials;
use crate::extract::Query;
use crate::failure::Result;
use crate::page::Page;

const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a decision about a topic, and about who the reader is, holds.
const TRUST: Duration = Duration::from_secs(60);
const TRUST_MILLIS: i64 = 60_000;
const TOPICS_ASKED_AT_MOST: usize = 200;
/// Decisions remembered for one stream; beyond it all are made anew.
const DECISIONS_AT_MOST: usize = 2_000;
/// The topic that means: fetch everything again.
const EVERYTHING: &str = "*";

#[derive(Deserialize)]
pub(crate) struct Asked {
    topics: Option<String>,
}

/// `GET /live`
pub(crate) async fn open(
    State(app): State<App>,
    page: Page,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result {
    let (Some(user), Some(token)) = (page.cx.user_id(), page.session_token()) else {
        return Err(Error::unauthenticated().into());
    };
    let wanted = asked.topics.map(|topics| {
        let each = topics.split([',', ' ']).filter(|topic| !topic.is_empty());
        each.take(TOPICS_ASKED_AT_MOST)
            .map(str::to_owned)
            .collect::<HashSet<_>>()
    });
    let mut waiting = VecDeque::from([Event::default().comment("open").retry(Duration::from_secs(2))]);
    // Who comes back after a gap missed what was published meanwhile; names are not kept, so all is fetched again.
    if headers.contains_key("last-event-id") {
        waiting.push_back(change(&[EVERYTHING.to_owned()], page.cx.now()));
    }
    let listener = Listener {
        seat: app.live.join(user),
        credentials: Credentials::Session(token.to_owned()),
        cx: page.cx.clone(),
        wanted,
        decisions: HashMap::new(),
        identify_at: Instant::now() + TRUST,
        waiting,
        app,
    };
    let mut response = Sse::new(events(listener))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response();
    // nginx would hold the lines back otherwise.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

/// Everything one stream needs.
struct Listener {
    app: App,
    seat: Seat,
    credentials: Credentials,
    cx: Cx,
    wanted: Option<HashSet<String>>,
    decisions: HashMap<String, (bool, Timestamp)>,
    identify_at: Instant,
    waiting: VecDeque<Event>,
}

fn events(listener: Listener) -> impl Stream<Item = std::result::Result<Event, Infallible>> {
    unfold(listener, |mut listener| async move {
        listener.next().await.map(|event| (Ok(event), listener))
    })
}

impl Listener {
    /// The next event to send; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let (ended, stop) = (Arc::clone(&self.seat.ended), self.app.stop.clone());
            tokio::select! {
                () = ended.notified() => return None,
                // A server that waited for its streams to end by themselves would never end.
                () = stop.stopped() => return None,
                () = tokio::time::sleep_until(self.identify_at) => self.identify().await?,
                received = self.seat.receiver.recv() => match received {
                    Ok(topics) => self.hear(&topics).await,
                    Err(RecvError::Lagged(_)) => {
                        self.waiting.push_back(change(&[EVERYTHING.to_owned()], self.cx.now()));
                    }
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    /// Asks again who this is, so that the stream ends with the session and rights that were taken away are gone.
    async fn identify(&mut self) -> Option<()> {
        self.identify_at = Instant::now() + TRUST;
        match self.app.who_is(&self.credentials).await {
            Ok(Some(signed_in)) => {
                self.cx.actor = Actor::User(signed_in.identity);
                self.decisions.clear();
                Some(())
            }
            Ok(None) => None,
            // A database that does not answer for a moment ends no session.
            Err(_) => Some(()),
        }
    }

    async fn hear(&mut self, topics: &[String]) {
        let wanted = self.wanted.as_ref();
        let asked: Vec<String> = topics
            .iter()
            .filter(|topic| wanted.is_none_or(|wanted| wanted.contains(*topic)))
            .cloned()
            .collect();
        let allowed = self.allowed(asked).await;
        if !allowed.is_empty() {
            self.waiting.push_back(change(&allowed, self.cx.now()));
        }
    }

    /// Those topics that this reader may hear of.
    async fn allowed(&mut self, topics: Vec<String>) -> Vec<String> {
        let now = self.cx.now();
        if self.decisions.len() > DECISIONS_AT_MOST {
            self.decisions.clear();
        }
        let is_known = |topic: &String| {
            self.decisions
                .get(topic)
                .is_some_and(|(_, since)| (0..TRUST_MILLIS).contains(&now.since(*since)))
        };
        let unknown: Vec<String> = topics.iter().filter(|topic| !is_known(topic)).cloned().collect();
        if !unknown.is_empty() {
            for (topic, may) in self.decide(unknown).await {
                self.decisions.insert(topic, (may, now));
            }
        }
        topics
            .into_iter()
            .filter(|topic| self.decisions.get(topic).is_some_and(|(may, _)| *may))
            .collect()
    }

    /// What cannot be decided is not told.
    async fn decide(&self, topics: Vec<String>) -> Vec<(String, bool)> {
        let (app, cx) = (self.app.clone(), self.cx.clone());
        let decided = self.app.db.read(move |tx| {
            let mut decided = Vec::with_capacity(topics.len());
            for topic in &topics {
                let (prefix, rest) = topic.split_once(':').unwrap_or((topic, ""));
                let may = match app.topic(prefix) {
                    Some(kind) => (kind.may)(tx, &cx, rest)?,
                    None => false,
                };
                decided.push((topic.clone(), may));
            }
            Ok(decided)
        });
        decided.await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "live topics could not be decided");
            Vec::new()
        })
    }
}

fn change(topics: &[String], now: Timestamp) -> Event {
    Event::default()
        .event("change")
        .id(now.millis().to_string())
        .data(topics.join(" "))
}

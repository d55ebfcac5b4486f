//! Reading one ticket: the ticket with all that stands beside it, and its conversation with the events in between.
//!
//! Both know who reads: what the desk keeps to itself is not fetched for a requester, so no page can show it by mistake.
//! Both cost a fixed number of statements.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, Event};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::escalating::Escalation;
use super::state::{self, Step};
use super::value::State;
use super::{Ticket, access, merging, saving, store};
use crate::article::{self, Article};
use crate::service_level::clock::Clock;
use crate::verification::{Question, Resolution};
use crate::{escalation, events, service_level, verification};

/// A ticket with what stands beside it.
#[derive(Debug, Clone)]
pub struct View {
    pub ticket: Ticket,
    pub tags: Vec<String>,
    pub clocks: Vec<Clock>,
    /// The latest last; the requester sees the last one only.
    pub resolutions: Vec<Resolution>,
    /// The question that waits for its answer.
    pub question: Option<Question>,
    /// Empty for who may not read internals, as are the watchers.
    pub escalations: Vec<Escalation>,
    pub watchers: Vec<UserId>,
    /// Whether the reader sees what the desk keeps to itself.
    pub internal: bool,
    /// The ticket that this one became part of.
    pub merged_into: Option<i64>,
    /// The steps that the reader may take now.
    pub steps: Vec<Step>,
}

/// One line of the conversation.
#[derive(Debug, Clone)]
pub enum Entry {
    Article(Article),
    Event(Event),
}

impl Entry {
    /// When it was said or happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Entry::Article(article) => article.at,
            Entry::Event(event) => event.data["at"].as_i64().map_or(event.at, Timestamp::from_millis),
        }
    }
}

/// The conversation, oldest first.
#[derive(Debug, Clone)]
pub struct Timeline {
    pub entries: Vec<Entry>,
    /// Pass to [`timeline_before`] for what was said earlier; none when this is all.
    pub earlier: Option<i64>,
    /// The latest event that was read: what comes after it is news to the reader.
    pub last: i64,
}

/// Reads a ticket.
pub fn load(tx: &mut Tx, cx: &Cx, number: i64) -> Result<View> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    let internal = access::sees_internal(cx, &ticket);
    let mut resolutions = verification::store::resolutions(tx, number)?;
    if !internal {
        resolutions.drain(..resolutions.len().saturating_sub(1));
    }
    Ok(View {
        tags: store::tags(tx, number)?,
        clocks: service_level::store::clocks(tx, number)?,
        resolutions,
        // Only what is resolved is asked about: no look for the others.
        question: if ticket.state == State::Resolved {
            verification::store::open_question(tx, number)?
        } else {
            None
        },
        escalations: if internal {
            escalation::store::of_ticket(tx, number)?
        } else {
            Vec::new()
        },
        watchers: if internal {
            store::watchers(tx, number)?
        } else {
            Vec::new()
        },
        merged_into: if ticket.state == State::Closed {
            merging::store::target(tx, number)?
        } else {
            None
        },
        steps: steps(cx, &ticket),
        internal,
        ticket,
    })
}

fn steps(cx: &Cx, ticket: &Ticket) -> Vec<Step> {
    let needed = |step: &Step| match step {
        Step::Accept | Step::Refuse | Step::Silence => access::VERIFY,
        Step::Reopen => access::REOPEN,
        Step::Start | Step::Wait(_) | Step::Resume | Step::Resolve => access::RESOLVE,
        Step::Merge | Step::Approve | Step::Decline => access::CHANGE,
    };
    let mut steps = state::steps_from(ticket.state);
    steps.retain(|step| access::may(cx, needed(step), ticket));
    steps
}

const ARTICLES: i64 = 100;
const EVENTS: i64 = 1_000;

/// What was said in a ticket lately, without what happened in between: fewer statements than [`timeline`].
pub fn said(tx: &mut Tx, view: &View) -> Result<Vec<Article>> {
    articles(tx, view.ticket.number, view.internal, i64::MAX)
}

/// What was said on tickets that became part of this one is the desk's to read: their requesters wrote to it alone.
fn articles(tx: &mut Tx, number: i64, internal: bool, before: i64) -> Result<Vec<Article>> {
    let parts = if internal {
        merging::store::merged_into(tx, number)?
    } else {
        Vec::new()
    };
    if parts.is_empty() {
        return article::store::latest(tx, number, !internal, before, ARTICLES);
    }
    let tickets: Vec<i64> = parts.into_iter().chain([number]).collect();
    article::store::latest_of(tx, &tickets, before, ARTICLES)
}

/// Reads the latest part of a ticket's conversation.
pub fn timeline(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Timeline> {
    timeline_before(tx, cx, number, i64::MAX)
}

/// Reads the part of the conversation before an article.
pub fn timeline_before(tx: &mut Tx, cx: &Cx, number: i64, before: i64) -> Result<Timeline> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    let internal = access::sees_internal(cx, &ticket);
    let articles = articles(tx, number, internal, before)?;
    let complete = i64::try_from(articles.len()).unwrap_or(ARTICLES) < ARTICLES;
    let earlier = articles.first().filter(|_| !complete).map(|article| article.id);
    let since = if complete {
        None
    } else {
        articles.first().map(|article| article.at)
    };
    let until = if before == i64::MAX {
        None
    } else {
        articles.last().map(|article| article.at)
    };
    let mut entries: Vec<Entry> = articles.into_iter().map(Entry::Article).collect();
    let events = event::of_subject(tx, &ticket.subject(), 0, EVENTS)?;
    let last = match events.last() {
        Some(last) if i64::try_from(events.len()).is_ok_and(|count| count < EVENTS) => last.seq,
        Some(_) => event::last_of_subject(tx, &ticket.subject())?,
        None => 0,
    };
    for event in events {
        let entry = Entry::Event(shown(event, internal));
        let in_part =
            since.is_none_or(|since| entry.at() >= since) && until.is_none_or(|until| entry.at() <= until);
        if in_part && tells_more_than_its_article(&entry, internal) {
            entries.push(entry);
        }
    }
    // The sort is stable: of one instant, the word stands before what it changed.
    entries.sort_by_key(Entry::at);
    Ok(Timeline {
        entries,
        earlier,
        last,
    })
}

/// What others did since that a reply should know of: their words, another state.
const NEWS: &[&str] = &[
    events::TICKET_REPLIED,
    events::TICKET_NOTED,
    events::TICKET_CALLED,
    events::TICKET_WAITING,
    events::TICKET_RESOLVED,
    events::TICKET_CONFIRMED,
    events::TICKET_REFUSED,
    events::TICKET_REOPENED,
    events::TICKET_MERGED,
    events::TICKET_TOOK_OVER,
];

/// Refuses once, softly, when somebody else did something to the ticket after the event that the actor saw last.
pub fn warn_of_news(tx: &mut Tx, cx: &Cx, number: i64, seen: i64) -> Result<()> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    let own = cx.actor.key();
    let news = event::of_subject(tx, &ticket.subject(), seen, EVENTS)?;
    let is_news = |event: &Event| event.actor != own && NEWS.contains(&event.kind.as_str());
    if news.iter().any(is_news) {
        return Err(Error::invalid("desk.ticket.changed_since").field("body"));
    }
    Ok(())
}

/// An event that only repeats an article is not a line of its own, unless it changed the state.
fn tells_more_than_its_article(entry: &Entry, internal: bool) -> bool {
    let Entry::Event(event) = entry else { return true };
    let kind = event.kind.as_str();
    if !internal && !events::is_public(kind) {
        return false;
    }
    match kind {
        events::TICKET_OPENED | events::TICKET_NOTED => false,
        events::TICKET_REPLIED | events::TICKET_CALLED => !event.data["after"]["state"].is_null(),
        // Other slices bring the words of their line with them.
        _ => kind.starts_with("desk.") || event.data["line"].is_object(),
    }
}

/// A requester reads what happened, not how the desk reckoned: only state and owner remain of the values.
fn shown(mut event: Event, internal: bool) -> Event {
    if internal {
        return event;
    }
    let data = event.data;
    let of =
        |part: &str| serde_json::json!({ "state": data[part]["state"], "assignee": data[part]["assignee"] });
    event.data = serde_json::json!({
        "at": data["at"], "before": of("before"), "after": of("after"), "assignee": data["assignee"],
        "waiting_for": data["waiting_for"], "closes_at": data["closes_at"], "answered_by": data["answered_by"],
    });
    event.personal = None;
    event
}

//! A ticket as another desk recorded it: taken over as it stands, whatever way it went.
//!
//! Our rules of state and clock are not asked: the other desk had its own. Its events have kinds of their own, `desk.ticket.imported`
//! and `desk.ticket.recorded`, so that nobody who listens for what happens today hears of what happened then: no letter is written and no
//! rule starts. No service level holds for it until somebody changes it here, so the sweep never meets it.

use kernel::cx::Via;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::{Map, Value, json};

use super::Reckoned;
use super::life::{Life, Told};
use crate::article::{self, Article, ArticleKind};
use crate::events;
use crate::ticket::Ticket;
use crate::ticket::value::{Stage, Voice};
use crate::verification::Resolution;

/// A change that was recorded.
#[derive(Debug, Clone)]
pub struct Change {
    pub at: Timestamp,
    pub by: Option<UserId>,
    pub before: Map<String, Value>,
    pub after: Map<String, Value>,
}

/// Words that were recorded.
#[derive(Debug, Clone)]
pub struct Words {
    pub at: Timestamp,
    pub author: Option<UserId>,
    pub public: bool,
    pub body: String,
}

/// A ticket with its record.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// As it stands at the end. Its number is given here.
    pub ticket: Ticket,
    /// As it stood when it came in.
    pub first: Map<String, Value>,
    pub body: String,
    pub tags: Vec<String>,
    /// In the order of time.
    pub changes: Vec<Change>,
    pub words: Vec<Words>,
    pub solution: Option<String>,
    /// Where it comes from.
    pub source: String,
    pub foreign_id: String,
}

/// Makes them ready for [`super::insert`]; touches no database.
pub fn recorded(all: &[Recorded]) -> Result<Reckoned> {
    all.iter().map(life).collect::<Result<_>>().map(Reckoned)
}

fn life(recorded: &Recorded) -> Result<Life> {
    let mut ticket = recorded.ticket.clone();
    let requester = ticket.requester;
    let mut life = Life::empty(ticket.clone(), recorded.tags.clone());
    life.say(
        ticket.created_at,
        requester,
        Voice::Requester,
        ArticleKind::Report,
        &recorded.body,
    )?;
    for words in &recorded.words {
        let voice = if words.author == Some(requester) {
            Voice::Requester
        } else {
            Voice::Staff
        };
        if words.public && voice == Voice::Staff {
            ticket.first_response_at = ticket.first_response_at.or(Some(words.at));
        }
        if words.public {
            ticket.last_voice = voice;
        }
        life.articles.push(article_of(words, voice)?);
    }
    life.told.push(imported(recorded, &ticket));
    life.told.extend(recorded.changes.iter().map(told));
    if let (Some(solution), Some(at)) = (&recorded.solution, ticket.resolved_at.or(ticket.closed_at)) {
        let resolution = Resolution {
            id: 0,
            ticket: 0,
            solution: article::body("solution", solution)?,
            tested: ticket.state.stage() == Stage::Closed,
            untested_reason: None,
            by: ticket.assignee,
            failed: false,
            at,
        };
        life.resolutions.push((resolution, None));
    }
    life.ticket = ticket;
    Ok(life)
}

fn article_of(words: &Words, voice: Voice) -> Result<Article> {
    Ok(Article {
        id: 0,
        ticket: 0,
        kind: if words.public {
            ArticleKind::Reply
        } else {
            ArticleKind::Note
        },
        public: words.public,
        voice,
        author: words.author,
        body: article::body("body", &words.body)?,
        body_html: None,
        quoted: None,
        message_id: None,
        minutes: None,
        at: words.at,
        attachments: Vec::new(),
    })
}

fn imported(recorded: &Recorded, ticket: &Ticket) -> Told {
    let data = json!({
        "at": ticket.created_at.millis(),
        "after": recorded.first,
        "tags": recorded.tags,
        "source": recorded.source,
        "foreign_id": recorded.foreign_id,
    });
    Told {
        at: ticket.created_at,
        by: None,
        via: Via::Command,
        kind: events::TICKET_IMPORTED,
        data: data.as_object().cloned().unwrap_or_default(),
        personal: Some(json!({ "title": ticket.title })),
        article: Some(0),
        resolution: None,
    }
}

fn told(change: &Change) -> Told {
    let data = json!({ "at": change.at.millis(), "before": change.before, "after": change.after });
    Told {
        at: change.at,
        by: change.by,
        via: Via::Command,
        kind: events::TICKET_RECORDED,
        data: data.as_object().cloned().unwrap_or_default(),
        personal: None,
        article: None,
        resolution: None,
    }
}

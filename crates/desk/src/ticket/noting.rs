//! Internal notes: what the desk says to itself. The requester never sees them, not even that there are some.

use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;

use super::attaching::{self, NewAttachment};
use super::saving::{self, Told};
use super::value::Voice;
use super::{Ticket, access, mentioning, store};
use crate::article::{self, Article, ArticleKind};
use crate::events;

/// A word for the desk only.
#[derive(Debug, Clone, Default)]
pub struct Note {
    pub body: String,
    pub attachments: Vec<NewAttachment>,
    /// People who shall hear of it; they watch the ticket from now on.
    pub mentions: Vec<UserId>,
}

/// Adds a note and answers with the ticket and the article's id. A closed ticket takes notes too: what is found out later
/// belongs to it.
pub fn note(tx: &mut Tx, cx: &Cx, number: i64, note: Note) -> Result<(Ticket, i64)> {
    let ticket = saving::begin(tx, cx, number, access::NOTE)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::NOTE));
    }
    let article = Article {
        id: 0,
        ticket: number,
        kind: ArticleKind::Note,
        public: false,
        voice: Voice::Staff,
        author: cx.user_id(),
        body: article::body("body", &note.body)?,
        body_html: None,
        quoted: None,
        message_id: None,
        minutes: None,
        at: cx.now(),
        attachments: Vec::new(),
    };
    let id = article::store::insert(tx, &article)?;
    attaching::hang(tx, number, id, &note.attachments)?;
    let mut mentioned = note.mentions;
    // Words that the house writes down are not its own: who is named in a mail is not called.
    if matches!(cx.actor, Actor::User(_)) {
        mentioned.extend(mentioning::named(tx, &article.body)?);
    }
    mentioned.sort_unstable();
    mentioned.dedup();
    for person in &mentioned {
        store::add_watcher(tx, number, *person)?;
    }
    let mentions: Vec<String> = mentioned.iter().map(ToString::to_string).collect();
    let told = Told::new(events::TICKET_NOTED)
        .with("article", id)
        .with("mentions", mentions)
        .with("attachments", note.attachments.len());
    Ok((saving::finish(tx, cx, &ticket, ticket.clone(), told)?, id))
}

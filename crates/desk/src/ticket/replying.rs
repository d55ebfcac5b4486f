//! Replying: the public word, from either side.
//!
//! The desk's first reply is the first response and starts the work. The requester's reply brings a ticket that waited for
//! it back to work; on a resolved ticket it is no verdict (a "thank you" must not reopen it), but it shows as unanswered
//! and the silence that would close the ticket begins anew.

use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;

use super::attaching::{self, NewAttachment};
use super::saving::{self, Told};
use super::state::{self, Step};
use super::value::{Stage, State, Voice};
use super::{Ticket, access, verifying};
use crate::article::{self, Article, ArticleKind};
use crate::events;

/// A public word.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub body: String,
    pub body_html: Option<String>,
    pub quoted: Option<String>,
    /// Set for a mail that came in.
    pub message_id: Option<String>,
    pub attachments: Vec<NewAttachment>,
    /// Mail intake names the sender; nobody else may speak for others.
    pub author: Option<UserId>,
}

/// Adds a public word and answers with the ticket and the article's id.
pub fn reply(tx: &mut Tx, cx: &Cx, number: i64, reply: Reply) -> Result<(Ticket, i64)> {
    let before = saving::begin(tx, cx, number, access::REPLY)?;
    super::merging::refuse_merged(tx, &before)?;
    if before.state.stage() == Stage::Closed {
        return Err(Error::conflict("desk.ticket.closed").arg("number", number));
    }
    let (author, voice) = speaker(cx, &before, reply.author);
    let body = article::body("body", &reply.body)?;
    let by_mail = reply.message_id.is_some();
    let article = Article {
        id: 0,
        ticket: number,
        kind: if by_mail {
            ArticleKind::Mail
        } else {
            ArticleKind::Reply
        },
        public: true,
        voice,
        author,
        body,
        body_html: reply.body_html,
        quoted: reply.quoted,
        message_id: reply.message_id,
        minutes: None,
        at: cx.now(),
        attachments: Vec::new(),
    };
    let id = article::store::insert(tx, &article)?;
    attaching::hang(tx, number, id, &reply.attachments)?;
    let told = Told::new(events::TICKET_REPLIED)
        .with("article", id)
        .with("voice", voice.as_str())
        .with("attachments", reply.attachments.len());
    let after = spoken(tx, cx, &before, voice)?;
    let told = if voice == Voice::Staff { told.spoke() } else { told };
    Ok((saving::finish(tx, cx, &before, after, told)?, id))
}

/// The ticket after a public word from this side.
pub(crate) fn spoken(tx: &mut Tx, cx: &Cx, before: &Ticket, voice: Voice) -> Result<Ticket> {
    let mut after = before.clone();
    after.last_voice = voice;
    match (voice, before.state) {
        (Voice::Staff, current) => {
            after.first_response_at = after.first_response_at.or(Some(cx.now()));
            if current == State::New {
                after.state = state::next(current, Step::Start)?;
            }
        }
        (Voice::Requester, State::WaitingRequester) => {
            after.state = state::next(State::WaitingRequester, Step::Resume)?;
            after.waiting_reason = None;
        }
        (Voice::Requester, State::Resolved) => verifying::postpone(tx, cx, before.number)?,
        (Voice::Requester, _) => {}
    }
    Ok(after)
}

/// Who speaks, and from which side. The house speaks for the sender of a mail: its side is the requester's unless the
/// ticket is in the sender's own hands.
fn speaker(cx: &Cx, ticket: &Ticket, named: Option<UserId>) -> (Option<UserId>, Voice) {
    match (&cx.actor, named) {
        (Actor::System(_), Some(author)) if ticket.assignee == Some(author) && ticket.requester != author => {
            (Some(author), Voice::Staff)
        }
        (Actor::System(_), Some(author)) => (Some(author), Voice::Requester),
        _ => (cx.user_id(), access::voice(cx, ticket)),
    }
}

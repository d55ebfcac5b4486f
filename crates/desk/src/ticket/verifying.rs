//! The requester's answer: yes closes, no reopens with the same owner and counts as a failed fix.
//!
//! The answer comes from the portal, by the signed link of a mail, or is written down by the desk on the requester's
//! behalf; the record says which.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;

use super::saving::{self, Told};
use super::state::{self, Step};
use super::value::Voice;
use super::{Ticket, access, store};
use crate::article::{self, Article, ArticleKind};
use crate::events;
use crate::verification::{self, Answer, AnsweredBy, Question};

/// The answer to "does it work?".
#[derive(Debug, Clone, Default)]
pub struct Verify {
    pub accepted: bool,
    pub comment: Option<String>,
}

/// Takes the requester's answer, or the desk's word for it.
pub fn verify(tx: &mut Tx, cx: &Cx, number: i64, verify: Verify) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::VERIFY)?;
    let by = if cx.user_id() == Some(before.requester) {
        AnsweredBy::Requester
    } else {
        AnsweredBy::OnBehalf
    };
    // A colleague who may see the ticket is still not its requester: only the desk writes down another's answer.
    if by == AnsweredBy::OnBehalf && !access::sees_internal(cx, &before) {
        return Err(Error::forbidden().arg("permission", access::VERIFY));
    }
    state::next(
        before.state,
        if verify.accepted {
            Step::Accept
        } else {
            Step::Refuse
        },
    )?;
    let question = verification::store::open_question(tx, number)?.ok_or_else(Error::not_found)?;
    answered(tx, cx, before, &question, verify, by)
}

/// Writes down an answer that was found to be allowed.
pub(crate) fn answered(
    tx: &mut Tx,
    cx: &Cx,
    before: Ticket,
    question: &Question,
    verify: Verify,
    by: AnsweredBy,
) -> Result<Ticket> {
    let comment = super::changing::clean_text(verify.comment.as_deref());
    let mut after = before.clone();
    let answer = if verify.accepted {
        Answer::Accepted
    } else {
        Answer::Refused
    };
    let author = if by == AnsweredBy::OnBehalf {
        cx.user_id()
    } else {
        Some(before.requester)
    };
    let told = match answer {
        Answer::Accepted => {
            after.state = state::next(before.state, Step::Accept)?;
            after.closed_at = Some(cx.now());
            Told::new(events::TICKET_CONFIRMED)
        }
        _ => {
            after.state = state::next(before.state, Step::Refuse)?;
            after.resolved_at = None;
            after.reopen_count += 1;
            verification::store::mark_failed(tx, question.resolution)?;
            Told::new(events::TICKET_REFUSED)
        }
    };
    verification::store::answer(
        tx,
        question,
        answer,
        by,
        cx.user_id(),
        comment.as_deref(),
        cx.now(),
    )?;
    let mut told = told
        .with("question", question.id.to_string())
        .with("answered_by", by.as_str());
    if let Some(comment) = &comment {
        let article = say(tx, cx, &before, author, comment)?;
        after.last_voice = Voice::Requester;
        told = told.with("article", article).with_words("comment", comment);
    }
    saving::finish(tx, cx, &before, after, told)
}

/// The requester's words stand in the conversation, where the next reader looks for them.
fn say(tx: &mut Tx, cx: &Cx, ticket: &Ticket, author: Option<UserId>, comment: &str) -> Result<i64> {
    let article = Article {
        id: 0,
        ticket: ticket.number,
        kind: ArticleKind::Reply,
        public: true,
        voice: Voice::Requester,
        author,
        body: article::body("comment", comment)?,
        body_html: None,
        quoted: None,
        message_id: None,
        minutes: None,
        at: cx.now(),
        attachments: Vec::new(),
    };
    article::store::insert(tx, &article)
}

/// Lets the silence begin anew: the requester has said something, though not yes or no.
pub(crate) fn postpone(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    if let Some(question) = verification::store::open_question(tx, number)? {
        let closes_at = verification::silence_ends(tx, cx)?;
        verification::store::postpone(tx, &question, closes_at)?;
    }
    Ok(())
}

/// The ticket under its lock, for who comes with a signed link and without rights.
pub(crate) fn locked(tx: &mut Tx, number: i64) -> Result<Ticket> {
    tx.lock("desk.ticket", number)?;
    store::load(tx, number)?.ok_or_else(Error::not_found)
}

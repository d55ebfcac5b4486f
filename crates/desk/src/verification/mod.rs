//! The question to the requester, "does it work?", and the signed link that answers it.
//!
//! The link in a mail carries the ticket, what it is for, until when, and the question's random id, signed with a key of
//! the house. It opens one answer to one question: once answered, withdrawn, or asked anew, it is worth nothing. Looking
//! at it (GET) changes nothing, for mail programs look at links by themselves; answering is a POST.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::{Id, UserId};
use kernel::secret;
use kernel::setting;
use kernel::time::Timestamp;

use self::token::{Claim, Purpose};
use crate::neighbours;
use crate::service_level::Hours;
use crate::ticket::value::words;
use crate::ticket::verifying::{self, Verify};
use crate::ticket::{self, Ticket};

pub mod store;
pub(crate) mod token;

words!(
    /// What came of a question.
    Answer, "answer" {
        Accepted => "accepted",
        Refused => "refused",
        /// The stated time passed without a word.
        Silent => "silent",
        /// The desk took its resolution back.
        Withdrawn => "withdrawn",
    }
);

words!(
    /// How the answer came.
    AnsweredBy, "answered_by" {
        Requester => "requester",
        Link => "link",
        OnBehalf => "on_behalf",
        Nobody => "nobody",
    }
);

/// What solved a ticket, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    pub id: i64,
    pub ticket: i64,
    pub solution: String,
    pub tested: bool,
    pub untested_reason: Option<String>,
    pub by: Option<UserId>,
    /// True when the requester said no, or the ticket came back.
    pub failed: bool,
    pub at: Timestamp,
}

/// A question that was put to a requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub id: Id<Question>,
    pub ticket: i64,
    pub resolution: i64,
    pub asked_at: Timestamp,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// When silence closes the ticket.
    pub closes_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    pub answer: Option<Answer>,
    pub answered_by: Option<AnsweredBy>,
    pub by: Option<UserId>,
    pub comment: Option<String>,
}

/// How many working days a requester has; `desk.close_after_days` in the settings.
pub const CLOSE_AFTER_SETTING: &str = "desk.close_after_days";
pub(crate) const CLOSE_AFTER_DAYS: i64 = 5;
pub(crate) const LINK_DAYS: i64 = 60;
/// The key of the links; prepared at the start so that reading can use it.
pub const SECRET: &str = "desk.verification";

/// Puts the question that belongs to a resolution.
pub(crate) fn ask(tx: &mut Tx, cx: &Cx, ticket: i64, resolution: i64) -> Result<Question> {
    let now = cx.now();
    let question = Question {
        id: cx.new_id(),
        ticket,
        resolution,
        asked_at: now,
        expires_at: now.add_secs(LINK_DAYS * 86_400),
        closes_at: silence_ends(tx, cx)?,
        answered_at: None,
        answer: None,
        answered_by: None,
        by: None,
        comment: None,
    };
    store::insert(tx, &question)?;
    Ok(question)
}

/// When a silence that begins now counts as an answer: after the set number of working days of the desk's calendar.
pub(crate) fn silence_ends(tx: &mut Tx, cx: &Cx) -> Result<Timestamp> {
    let days = setting::get::<i64>(tx, CLOSE_AFTER_SETTING)?
        .unwrap_or(CLOSE_AFTER_DAYS)
        .clamp(1, 365);
    let hours = Hours::Calendar(neighbours::calendar(tx, "default")?);
    let end = hours.add(cx.now(), days * hours.day_millis())?;
    Ok(end.unwrap_or_else(|| cx.now().add_secs(days * 86_400)))
}

/// The signed token of the open question of a ticket, for the mail that asks it; none when nothing is asked.
pub fn link_token(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Option<String>> {
    let key = secret::get(tx, cx, SECRET)?;
    Ok(store::open_question(tx, number)?.map(|question| token::sign(&key, &claim_of(&question))))
}

/// What the holder of a link is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub ticket: Ticket,
    pub solution: String,
    pub question: Question,
}

/// Shows what a link asks; changes nothing.
pub fn peek(tx: &mut Tx, cx: &Cx, token: &str) -> Result<Asked> {
    let question = opened(tx, cx, token)?;
    let ticket = ticket::store::load(tx, question.ticket)?.ok_or_else(Error::not_found)?;
    let resolution = store::resolution(tx, question.resolution)?.ok_or_else(Error::not_found)?;
    Ok(Asked {
        ticket,
        solution: resolution.solution,
        question,
    })
}

/// Takes the answer that came by a link.
pub fn answer(tx: &mut Tx, cx: &Cx, token: &str, verify: Verify) -> Result<Ticket> {
    let number = opened(tx, cx, token)?.ticket;
    let ticket = verifying::locked(tx, number)?;
    // Under the lock once more: two clicks at the same moment are one answer.
    let question = opened(tx, cx, token)?;
    verifying::answered(tx, cx, ticket, &question, verify, AnsweredBy::Link)
}

/// The question that a token opens, if it is still open. A forged token and one of an unknown question look the same.
fn opened(tx: &mut Tx, cx: &Cx, token: &str) -> Result<Question> {
    let key = secret::get(tx, cx, SECRET)?;
    let claim = token::read(&key, Purpose::Verify, token).ok_or_else(Error::not_found)?;
    let question = store::question(tx, claim.question)?.filter(|question| question.ticket == claim.ticket);
    let question = question.ok_or_else(Error::not_found)?;
    match question.answer {
        Some(Answer::Withdrawn) => return Err(Error::conflict("desk.verification.withdrawn")),
        Some(_) => return Err(Error::conflict("desk.verification.answered").arg("number", claim.ticket)),
        None => {}
    }
    if claim.expires_at <= cx.now() {
        return Err(Error::new(Kind::Conflict, "desk.verification.expired").arg("number", claim.ticket));
    }
    Ok(question)
}

fn claim_of(question: &Question) -> Claim<Question> {
    Claim {
        purpose: Purpose::Verify,
        ticket: question.ticket,
        expires_at: question.expires_at,
        question: question.id,
    }
}

//! The question to the requester, "does it work?", and the signed link that answers it.
//!
//! The link in a mail carries the ticket, what it is for, until when, and the question's random id, signed with a key of
//! the house. It opens one answer to one question: once answered, withdrawn, or asked anew, it is worth nothing. Looking
//! at it (GET) changes nothing, for mail programs look at links by themselves; answering is a POST.

use hmac::{Hmac, KeyInit, Mac};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::{Id, UserId};
use kernel::secret;
use kernel::setting;
use kernel::time::Timestamp;
use sha2::Sha256;

use crate::neighbours;
use crate::service_level::Hours;
use crate::ticket::value::words;
use crate::ticket::verifying::{self, Verify};
use crate::ticket::{self, Ticket};

pub mod store;

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

/// What a link was made for. One today; a link made for one thing never opens another.
const PURPOSE: &str = "verify";

/// The signed token of the open question of a ticket, for the mail that asks it; none when nothing is asked.
pub fn link_token(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Option<String>> {
    let key = secret::get(tx, cx, SECRET)?;
    Ok(store::open_question(tx, number)?.map(|question| sign(&key, &question)))
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
    let claim = read(&key, token).ok_or_else(Error::not_found)?;
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

struct Claim {
    ticket: i64,
    expires_at: Timestamp,
    question: Id<Question>,
}

fn sign(key: &[u8; 32], question: &Question) -> String {
    let claim = format!(
        "{PURPOSE}.{}.{}.{}",
        question.ticket,
        question.expires_at.millis(),
        question.id
    );
    signed(key, &claim)
}

/// A claim with its signature. It begins with what it is for.
pub(crate) fn signed(key: &[u8; 32], claim: &str) -> String {
    let signature = data_encoding::BASE64URL_NOPAD.encode(&mac(key, claim).finalize().into_bytes());
    format!("{claim}.{signature}")
}

/// The claim of a token, when the desk signed it.
pub(crate) fn claim_of<'a>(key: &[u8; 32], token: &'a str) -> Option<&'a str> {
    let (claim, signature) = token.rsplit_once('.')?;
    let signature = data_encoding::BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    // Compares in constant time.
    mac(key, claim).verify_slice(&signature).ok()?;
    Some(claim)
}

fn read(key: &[u8; 32], token: &str) -> Option<Claim> {
    let claim = claim_of(key, token)?;
    let mut parts = claim.split('.');
    let (purpose, ticket, expires_at, question) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    (purpose == PURPOSE && parts.next().is_none()).then_some(())?;
    Some(Claim {
        ticket: ticket.parse().ok()?,
        expires_at: Timestamp::from_millis(expires_at.parse().ok()?),
        question: question.parse().ok()?,
    })
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes keys of any length; 32 bytes cannot be refused"
)]
fn mac(key: &[u8; 32], claim: &str) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of any length is taken");
    mac.update(claim.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        Question {
            id: Id::from_parts(1, &[7; 10]),
            ticket: 42,
            resolution: 1,
            asked_at: Timestamp::from_millis(0),
            expires_at: Timestamp::from_millis(1_000),
            closes_at: Timestamp::from_millis(500),
            answered_at: None,
            answer: None,
            answered_by: None,
            by: None,
            comment: None,
        }
    }

    #[test]
    fn a_token_opens_what_it_was_made_for() {
        let claim = read(&[1; 32], &sign(&[1; 32], &question())).unwrap();
        assert_eq!((claim.ticket, claim.question), (42, question().id));
    }

    #[test]
    fn a_token_signed_with_another_key_or_altered_by_a_letter_opens_nothing() {
        let token = sign(&[1; 32], &question());
        assert!(read(&[2; 32], &token).is_none());
        assert!(read(&[1; 32], &token.replacen(".42.", ".43.", 1)).is_none());
        for place in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[place] = if altered[place] == b'a' { b'b' } else { b'a' };
            let altered = String::from_utf8(altered).unwrap();
            if altered != token {
                assert!(read(&[1; 32], &altered).is_none(), "{altered}");
            }
        }
        assert!(read(&[1; 32], "").is_none());
    }
}

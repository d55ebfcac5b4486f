//! Satisfaction: what a requester thought of it, from one to five, asked once after each confirmation.
//!
//! It is asked on the page that takes the yes, in the letter that tells of the closing, and on the portal. The link is signed
//! like that of the confirmation, and like there looking at it changes nothing: mail programs look at links by themselves.
//! One tap on the page says it; a comment may follow; for seven days both can be changed. The score is the desk's to read;
//! the comment only for who may (`desk.rating_comments`), for it may be about a colleague. The sums by month, team, and
//! person are kept with every rating (`store.rs`) and read by `summary.rs`.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::id::{Id, TeamId, UserId};
use kernel::secret;
use kernel::time::Timestamp;

use crate::diagnosis::reading;
use crate::events;
use crate::figures::fact;
use crate::ticket::saving::Told;
use crate::ticket::value::State;
use crate::ticket::verifying;
use crate::ticket::{self, Ticket, access};
use crate::verification::token::{self, Claim, Purpose};
use crate::verification::{self, Answer, LINK_DAYS, Question, SECRET};

pub mod pages;
pub mod store;
pub mod summary;

/// The scores that can be given.
pub const SCORES: std::ops::RangeInclusive<i64> = 1..=5;
/// Longest comment, in characters.
pub const COMMENT_MAX: usize = 1_000;
/// For how long it can be changed.
pub const CHANGES_DAYS: i64 = 7;
const DAY: i64 = 86_400;

/// What a requester thought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    pub question: Id<Question>,
    pub ticket: i64,
    pub score: i64,
    pub comment: String,
    /// Under which it is counted.
    pub team: Option<TeamId>,
    pub person: Option<UserId>,
    /// 202603
    pub month: i64,
    pub rated_at: Timestamp,
    pub changed_at: Timestamp,
}

impl Rating {
    /// Until when it can be changed.
    #[must_use]
    pub fn changes_until(&self) -> Timestamp {
        self.rated_at.add_secs(CHANGES_DAYS * DAY)
    }
}

/// What is said with one tap, and what may follow.
#[derive(Debug, Clone, Default)]
pub struct Rate {
    pub score: i64,
    /// None leaves the comment as it is.
    pub comment: Option<String>,
}

/// What the holder of a link is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub ticket: Ticket,
    /// What was said already.
    pub rating: Option<Rating>,
}

/// The signed word of the link that asks about the last confirmation; none when there is nothing to ask.
pub fn token(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Option<String>> {
    let key = secret::get(tx, cx, SECRET)?;
    Ok(asked_about(tx, number)?.map(|(question, answered_at)| {
        let claim = Claim {
            purpose: Purpose::Rate,
            ticket: number,
            expires_at: answered_at.add_secs(LINK_DAYS * DAY),
            question: question.id,
        };
        token::sign(&key, &claim)
    }))
}

/// The question whose answer closed the ticket for good: the requester's yes, or silence.
fn asked_about(tx: &mut Tx, number: i64) -> Result<Option<(Question, Timestamp)>> {
    let question = verification::store::last_answered(tx, number)?;
    let closing = question.filter(|one| matches!(one.answer, Some(Answer::Accepted | Answer::Silent)));
    Ok(closing.and_then(|question| question.answered_at.map(|at| (question, at))))
}

/// Shows what a link asks; changes nothing.
pub fn peek(tx: &mut Tx, cx: &Cx, token: &str) -> Result<Asked> {
    let (question, ticket) = opened(tx, cx, token)?;
    let rating = store::of_question(tx, question.id)?;
    let asked = Asked { ticket, rating };
    changeable(cx, asked.rating.as_ref())?;
    Ok(asked)
}

/// Takes what came by a link.
pub fn rate(tx: &mut Tx, cx: &Cx, token: &str, rate: &Rate) -> Result<Rating> {
    let number = opened(tx, cx, token)?.1.number;
    verifying::locked(tx, number)?;
    // Under the lock once more: it may have come back meanwhile.
    let (question, ticket) = opened(tx, cx, token)?;
    keep(tx, cx, &ticket, &question, rate)
}

/// Takes what the signed-in requester says of an own ticket.
pub fn rate_own(tx: &mut Tx, cx: &Cx, number: i64, rate: &Rate) -> Result<Rating> {
    let ticket = verifying::locked(tx, number)?;
    if cx.user_id() != Some(ticket.requester) {
        return Err(Error::not_found());
    }
    let question = standing(tx, &ticket)?;
    keep(tx, cx, &ticket, &question, rate)
}

/// What the requester said of the last confirmation, and whether they may still say it; none when nothing is asked.
pub fn of_requester(tx: &mut Tx, cx: &Cx, ticket: &Ticket) -> Result<Option<(Option<Rating>, bool)>> {
    if cx.user_id() != Some(ticket.requester) || ticket.state != State::Closed {
        return Ok(None);
    }
    let Some((question, _)) = asked_about(tx, ticket.number)? else {
        return Ok(None);
    };
    let rating = store::of_question(tx, question.id)?;
    let open = changeable(cx, rating.as_ref()).is_ok();
    Ok(Some((rating, open)))
}

/// The ratings of a ticket, the latest first; comments only for who may read them.
pub fn of_ticket(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Vec<Rating>> {
    let ticket = reading::see(tx, cx, number)?;
    let mut ratings = store::of_ticket(tx, number)?;
    if !access::may(cx, access::RATING_COMMENTS, &ticket) {
        for rating in &mut ratings {
            rating.comment.clear();
        }
    }
    Ok(ratings)
}

/// The question that a link opens, and its ticket. A forged word and one of an unknown question look the same.
fn opened(tx: &mut Tx, cx: &Cx, token: &str) -> Result<(Question, Ticket)> {
    let key = secret::get(tx, cx, SECRET)?;
    let claim = token::read(&key, Purpose::Rate, token).ok_or_else(Error::not_found)?;
    let ticket = ticket::store::load(tx, claim.ticket)?.ok_or_else(Error::not_found)?;
    if claim.expires_at <= cx.now() {
        return Err(Error::new(Kind::Conflict, "desk.rating.expired").arg("number", claim.ticket));
    }
    let question = standing(tx, &ticket)?;
    if question.id != claim.question {
        return Err(came_back(&ticket));
    }
    Ok((question, ticket))
}

/// The question that can be rated now: the ticket is closed, and by its answer.
fn standing(tx: &mut Tx, ticket: &Ticket) -> Result<Question> {
    let asked = asked_about(tx, ticket.number)?;
    let (question, _) = asked.ok_or_else(|| came_back(ticket))?;
    if ticket.state != State::Closed {
        return Err(came_back(ticket));
    }
    Ok(question)
}

fn came_back(ticket: &Ticket) -> Error {
    Error::conflict("desk.rating.not_asked").arg("number", ticket.number)
}

fn changeable(cx: &Cx, rating: Option<&Rating>) -> Result<()> {
    match rating {
        Some(rating) if rating.changes_until() <= cx.now() => Err(Error::conflict("desk.rating.settled")
            .arg("number", rating.ticket)
            .arg("days", CHANGES_DAYS)),
        _ => Ok(()),
    }
}

fn keep(tx: &mut Tx, cx: &Cx, ticket: &Ticket, question: &Question, rate: &Rate) -> Result<Rating> {
    let before = store::of_question(tx, question.id)?;
    changeable(cx, before.as_ref())?;
    let comment = clean(rate)?;
    let now = cx.now();
    let rating = match before.clone() {
        Some(known) => Rating {
            score: rate.score,
            comment: comment.unwrap_or_else(|| known.comment.clone()),
            changed_at: now,
            ..known
        },
        None => Rating {
            question: question.id,
            ticket: ticket.number,
            score: rate.score,
            comment: comment.unwrap_or_default(),
            team: ticket.team,
            person: ticket.assignee,
            month: fact::day(now, &fact::zone(tx)?) / 100,
            rated_at: now,
            changed_at: now,
        },
    };
    let is_same = |known: &Rating| (known.score, &known.comment) == (rating.score, &rating.comment);
    if before.as_ref().is_some_and(is_same) {
        return Ok(rating);
    }
    if let Some(known) = &before {
        store::count(tx, known, -1)?;
    }
    store::save(tx, &rating)?;
    store::count(tx, &rating, 1)?;
    let mut told = Told::new(events::TICKET_RATED)
        .with("question", question.id.to_string())
        .with("score", rating.score);
    if let Some(known) = &before {
        told = told.with("score_before", known.score);
    }
    told.with_words("comment", &rating.comment)
        .append(tx, cx, ticket.subject())?;
    Ok(rating)
}

/// The comment as it may be stored; a score that does not exist is refused with it.
fn clean(rate: &Rate) -> Result<Option<String>> {
    let mut errors = Errors::new();
    if !SCORES.contains(&rate.score) {
        errors.push("score", "desk.rating.score_missing");
    }
    let comment = rate
        .comment
        .as_deref()
        .map(|text| text.replace("\r\n", "\n").replace('\0', "").trim().to_owned());
    if comment
        .as_ref()
        .is_some_and(|text| text.chars().count() > COMMENT_MAX)
    {
        let max = i64::try_from(COMMENT_MAX).unwrap_or(i64::MAX);
        errors.push_with(
            "comment",
            "desk.ticket.line_too_long",
            vec![("max".to_owned(), max.into())],
        );
    }
    errors.finish()?;
    Ok(comment)
}

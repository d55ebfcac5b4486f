//! The requester's word by a signed link: it solved it, or it did not.
//!
//! The link carries the ticket, until when it holds, and the answer's random name. It takes one word: once said, written, or
//! taken over by a person, it is worth nothing. Looking at it (GET) changes nothing, because mail programs look at links by
//! themselves; saying something is a POST.

use desk::assignment;
use desk::ticket::{self, Category, Priority, Reply, Resolve, Stage, Ticket, Verify};
use desk::verification;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::secret;
use knowledge::voting::{self, Place, Voter};
use knowledge::{Seen, reading};

use super::token::{self, Claim};
use super::{Answer, Outcome, handing, store, wording};
use crate::beside::using::{self, How};

/// The key of the links.
pub const SECRET: &str = "answers.said";
/// So long a link holds.
pub const LINK_DAYS: i64 = 60;
const REASON_MAX: usize = 1_000;
/// The latest assignments of a ticket that are looked at.
const ASSIGNMENTS: i64 = 20;

/// What the requester says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub solved: bool,
    /// Why it did not help, or what else there is to say.
    pub comment: String,
}

/// What the holder of a link is asked about.
#[derive(Debug, Clone)]
pub struct Asked {
    pub ticket: Ticket,
    pub answer: Answer,
    /// None when the article is gone.
    pub seen: Option<Seen>,
}

/// The signed word for an answer.
///
/// # Errors
/// The database's.
pub fn token(tx: &mut Tx, cx: &Cx, answer: &Answer) -> Result<String> {
    let key = secret::get(tx, cx, SECRET)?;
    Ok(token::sign(
        &key,
        &Claim {
            ticket: answer.ticket,
            expires_at: answer.answered_at.add_secs(LINK_DAYS * 86_400),
            question: answer.question,
        },
    ))
}

/// Where the requester says whether an answer on their ticket solved it; none when nothing is asked, or somebody else reads.
///
/// # Errors
/// The database's.
pub fn path(tx: &mut Tx, cx: &Cx, ticket: i64) -> Result<Option<String>> {
    let answer = store::of_ticket(tx, ticket)?
        .filter(|answer| answer.outcome.is_none() && cx.user_id() == Some(answer.requester));
    match answer {
        Some(answer) => Ok(Some(format!("{}{}", wording::SAID, token(tx, cx, &answer)?))),
        None => Ok(None),
    }
}

/// Shows what a link asks; changes nothing.
///
/// # Errors
/// 404 for a word that opens nothing, 409 for one that did once.
pub fn peek(tx: &mut Tx, cx: &Cx, word: &str) -> Result<Asked> {
    let answer = opened(tx, cx, word)?;
    let ticket = ticket::store::load(tx, answer.ticket)?.ok_or_else(Error::not_found)?;
    let seen = shown(tx, cx, &answer)?;
    Ok(Asked { ticket, answer, seen })
}

/// The article as the requester may read it, while it is published: the link gives no rights to it.
fn shown(tx: &mut Tx, cx: &Cx, answer: &Answer) -> Result<Option<Seen>> {
    let Some(requester) = people::user::store::find(tx, answer.requester)?.filter(|user| user.active) else {
        return Ok(None);
    };
    let reader = super::hearing::reader(tx, cx, &requester)?;
    match reading::see(tx, &reader, answer.article, Some(answer.locale)) {
        Ok(seen) => Ok((seen.article.state == knowledge::State::Published).then_some(seen)),
        Err(error) if is_refusal(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Takes the requester's word. `base` is the address of the house.
///
/// # Errors
/// As [`peek`]; 404 for somebody who is signed in and not the requester.
pub fn say(tx: &mut Tx, cx: &Cx, base: &str, word: &str, said: &Said) -> Result<Answer> {
    let number = opened(tx, cx, word)?.ticket;
    tx.lock("desk.ticket", number)?;
    // Under the lock once more: two clicks at the same moment are one word.
    let answer = opened(tx, cx, word)?;
    // Whoever of the desk sees the link in the conversation does not speak for the requester.
    if cx.user_id().is_some_and(|user| user != answer.requester) {
        return Err(Error::not_found());
    }
    // A signed link has no rights of its own; the house does what it was asked to.
    let house = Cx {
        actor: kernel::cx::Actor::System(super::hearing::NAME),
        ..cx.clone()
    };
    let comment: String = said.comment.trim().chars().take(REASON_MAX).collect();
    if said.solved {
        solved(tx, &house, base, &answer, &comment)?;
    } else {
        refused(tx, &house, &answer, &comment)?;
    }
    vote(tx, &house, &answer, said.solved, &comment)?;
    store::of_ticket(tx, number)?.ok_or_else(Error::not_found)
}

/// What they say counts for the article as any vote does. An article that is gone takes none.
fn vote(tx: &mut Tx, house: &Cx, answer: &Answer, solved: bool, comment: &str) -> Result<()> {
    let Some(ticket) = ticket::store::load(tx, answer.ticket)? else {
        return Ok(());
    };
    let voter = Voter::User(answer.requester);
    let reason = if solved { "" } else { comment };
    let place = Place::Robot;
    match voting::vote(
        tx,
        house,
        answer.article,
        &voter,
        solved,
        reason,
        place,
        &ticket.title,
    ) {
        Err(error) if error.kind() == kernel::error::Kind::NotFound => Ok(()),
        other => other.map(drop),
    }
}

fn solved(tx: &mut Tx, house: &Cx, base: &str, answer: &Answer, comment: &str) -> Result<()> {
    let number = answer.ticket;
    match using::record(tx, house, number, answer.article, How::Clerk) {
        Err(error) if is_refusal(&error) => {}
        other => drop(other?),
    }
    let title = handing::title(tx, house, answer.article, answer.locale)?;
    if !may_end(tx, number)? {
        return thanked(tx, house, answer, comment);
    }
    let resolve = Resolve {
        solution: wording::solution(answer.locale, base, answer.article, &title),
        // Whoever reported it tried it.
        tested: true,
        untested_reason: None,
    };
    match ticket::resolve(tx, house, number, resolve) {
        // A gate, a task, or a child asks for more than a yes.
        Err(error) if is_refusal(&error) => return thanked(tx, house, answer, comment),
        other => drop(other?),
    }
    if let Some(question) = verification::link_token(tx, house, number)? {
        let verify = Verify {
            accepted: true,
            comment: (!comment.is_empty()).then(|| comment.to_owned()),
        };
        verification::answer(tx, house, &question, verify)?;
    }
    handing::settle(tx, house, answer, Outcome::Solved, comment)
}

/// Whether a yes alone ends the ticket as it stands now. Whom the desk's rules chose at opening has not taken it yet.
fn may_end(tx: &mut Tx, number: i64) -> Result<bool> {
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(false);
    };
    if ticket.state != ticket::State::WaitingRequester
        || matches!(ticket.priority, Priority::P0 | Priority::P1)
        || ticket.category == Category::Security
        || !major::incident::store::around_ticket(tx, number, 1)?.is_empty()
    {
        return Ok(false);
    }
    let assignments = assignment::store::of_ticket(tx, number, ASSIGNMENTS)?;
    let is_taken = assignments
        .iter()
        .any(|one| one.by_hand && one.assignee.is_some() && one.assignee == ticket.assignee);
    Ok(!is_taken)
}

/// A yes that ends nothing: it is written down, and a person ends the ticket.
fn thanked(tx: &mut Tx, house: &Cx, answer: &Answer, comment: &str) -> Result<()> {
    handing::settle(tx, house, answer, Outcome::Solved, comment)?;
    handing::note(tx, house, answer, Outcome::Solved, comment)?;
    resume(tx, house, answer.ticket)
}

fn refused(tx: &mut Tx, house: &Cx, answer: &Answer, comment: &str) -> Result<()> {
    let number = answer.ticket;
    // Settled first: their words are then no second message.
    handing::settle(tx, house, answer, Outcome::Refused, comment)?;
    let stage = ticket::store::load(tx, number)?.map(|ticket| ticket.state.stage());
    if stage == Some(Stage::Resolved)
        && let Some(question) = verification::link_token(tx, house, number)?
    {
        // The desk asks whether it works: this is the answer, with their words, and the ticket comes back.
        let verify = Verify {
            accepted: false,
            comment: (!comment.is_empty()).then(|| comment.to_owned()),
        };
        verification::answer(tx, house, &question, verify)?;
        return handing::note(tx, house, answer, Outcome::Refused, comment);
    }
    handing::note(tx, house, answer, Outcome::Refused, comment)?;
    if !comment.is_empty() && stage.is_some_and(|stage| stage != Stage::Closed) {
        let reply = Reply {
            body: comment.to_owned(),
            author: Some(answer.requester),
            ..Reply::default()
        };
        ticket::reply(tx, house, number, reply)?;
    }
    resume(tx, house, number)
}

fn resume(tx: &mut Tx, house: &Cx, number: i64) -> Result<()> {
    let waits = ticket::store::load(tx, number)?
        .is_some_and(|ticket| ticket.state == ticket::State::WaitingRequester);
    if waits {
        ticket::resume(tx, house, number)?;
    }
    Ok(())
}

fn is_refusal(error: &Error) -> bool {
    use kernel::error::Kind;
    matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::NotFound)
}

/// The answer that a word opens, if nothing was said yet. A forged word and one of an unknown answer look the same.
fn opened(tx: &mut Tx, cx: &Cx, word: &str) -> Result<Answer> {
    let key = secret::get(tx, cx, SECRET)?;
    let claim = token::read(&key, word).ok_or_else(Error::not_found)?;
    let answer = store::of_ticket(tx, claim.ticket)?.filter(|answer| answer.question == claim.question);
    let answer = answer.ok_or_else(Error::not_found)?;
    match answer.outcome {
        Some(Outcome::Solved | Outcome::Refused) => {
            Err(Error::conflict("answers.clerk.said").arg("number", claim.ticket))
        }
        Some(_) => Err(Error::conflict("answers.clerk.taken").arg("number", claim.ticket)),
        None if claim.expires_at <= cx.now() => {
            Err(Error::conflict("answers.clerk.expired").arg("number", claim.ticket))
        }
        None => Ok(answer),
    }
}

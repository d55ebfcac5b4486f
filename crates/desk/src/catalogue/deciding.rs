//! Deciding on a request: on the page, or by the signed link of a mail.
//!
//! A link carries the ticket, until when it holds, and the random identifier of one person's approval, signed with the
//! desk's key. It decides once. Somebody else who is signed in cannot use it; what was tried is in the ticket's record.
//! Looking (GET) decides nothing.

use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{Id, UserId};
use kernel::secret;
use kernel::time::Timestamp;

use super::approval::{Decision, Progress};
use super::approving::{self, Approval, Waiting};
use super::asking::Request;
use super::{Definition, store};
use crate::article;
use crate::ticket::saving::Told;
use crate::ticket::value::State;
use crate::ticket::{self, Ticket, access};
use crate::verification::token::{self, Claim, Purpose};
use crate::{events, verification};

/// What somebody says.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    pub approved: bool,
    /// Must not be left out with a no.
    pub comment: String,
}

/// What is to be decided.
#[derive(Debug, Clone)]
pub struct Matter {
    pub approval: Approval,
    pub ticket: Ticket,
    pub request: Request,
    pub definition: Definition,
}

const COMMENT_MAX: usize = 500;
const LINK_DAYS: i64 = 60;
const LISTED: i64 = 100;

/// Takes back a request that still waits for approval: whoever asked, or who may change the ticket.
pub fn withdraw(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    tx.lock("desk.ticket", number)?;
    let found = ticket::store::load(tx, number)?.filter(|found| access::may(cx, access::READ, found));
    let ticket = found.ok_or_else(Error::not_found)?;
    if cx.user_id() != Some(ticket.requester) {
        access::check(cx, access::CHANGE, &ticket)?;
    }
    let (request, _) = store::request(tx, number)?.ok_or_else(Error::not_found)?;
    if ticket.state != State::WaitingApproval || request.approval != Progress::Waiting {
        return Err(Error::conflict("desk.approval.not_waiting").arg("number", number));
    }
    approving::withdraw(tx, cx, ticket, request.step)
}

/// What waits for the actor's word, the oldest first.
pub fn mine(tx: &mut Tx, cx: &Cx) -> Result<Vec<Waiting>> {
    cx.require(access::APPROVE)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    store::waiting_for(tx, person, LISTED)
}

/// How many there are, for the menu.
pub fn count_mine(tx: &mut Tx, cx: &Cx) -> Result<i64> {
    match cx.user_id() {
        Some(person) => store::count_waiting_for(tx, person, LISTED),
        None => Ok(0),
    }
}

/// One of the actor's own; another's does not exist for them.
pub fn matter(tx: &mut Tx, cx: &Cx, id: Id<Approval>) -> Result<Matter> {
    cx.require(access::APPROVE)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let approval = store::approval(tx, id)?.filter(|approval| approval.person == person);
    read(tx, approval.ok_or_else(Error::not_found)?)
}

fn read(tx: &mut Tx, approval: Approval) -> Result<Matter> {
    let ticket = ticket::store::load(tx, approval.ticket)?.ok_or_else(Error::not_found)?;
    let (request, definition) = store::request(tx, approval.ticket)?.ok_or_else(Error::not_found)?;
    Ok(Matter {
        approval,
        ticket,
        request,
        definition,
    })
}

/// Takes the actor's decision.
pub fn decide(tx: &mut Tx, cx: &Cx, id: Id<Approval>, verdict: &Verdict) -> Result<Ticket> {
    let found = matter(tx, cx, id)?;
    tx.lock("desk.ticket", found.ticket.number)?;
    // Under the lock once more: two answers at the same moment are one.
    let found = matter(tx, cx, id)?;
    still_open(&found)?;
    write_down(tx, cx, found, verdict, "page")
}

fn still_open(found: &Matter) -> Result<()> {
    let number = found.ticket.number;
    match found.approval.decision {
        Some(Decision::Withdrawn) => {
            return Err(Error::conflict("desk.approval.settled").arg("number", number));
        }
        Some(_) => return Err(Error::conflict("desk.approval.decided").arg("number", number)),
        None => {}
    }
    let waits = found.ticket.state == State::WaitingApproval
        && found.request.approval == Progress::Waiting
        && found.request.step == found.approval.step;
    if waits {
        Ok(())
    } else {
        Err(Error::conflict("desk.approval.settled").arg("number", number))
    }
}

fn write_down(tx: &mut Tx, cx: &Cx, found: Matter, verdict: &Verdict, via: &str) -> Result<Ticket> {
    let approval = &found.approval;
    if approval.person == found.ticket.requester || found.request.asked_by == Some(approval.person) {
        return Err(Error::forbidden().arg("permission", "desk.approval"));
    }
    let mut errors = Errors::new();
    let comment = article::line(&mut errors, "comment", &verdict.comment, COMMENT_MAX);
    if !verdict.approved && comment.is_empty() {
        errors.push("comment", "desk.approval.comment_missing");
    }
    errors.finish()?;
    let decision = if verdict.approved {
        Decision::Approved
    } else {
        Decision::Refused
    };
    let kept = Some(comment.as_str()).filter(|comment| !comment.is_empty());
    store::decide(tx, approval.id, decision, via, kept, cx.now())?;
    let mut told = Told::new(events::TICKET_APPROVAL_DECIDED)
        .with("approval", approval.id.to_string())
        .with("step", approval.step)
        .with("person", approval.person.to_string())
        .with("decision", decision.as_str())
        .with("decided_via", via)
        .with_words("comment", &comment);
    if let Some(absent) = approval.instead_of {
        told = told.with("instead_of", absent.to_string());
    }
    told.append(tx, cx, found.ticket.subject())?;
    let step = approval.step;
    approving::follow(tx, cx, found.ticket, &found.definition, (step, &comment))
}

/// The signed token for the open approval of this person on a ticket; none when nothing is asked of them.
pub fn link_token(tx: &mut Tx, cx: &Cx, number: i64, person: UserId) -> Result<Option<String>> {
    let all = store::approvals(tx, number)?;
    let open = all
        .iter()
        .find(|one| one.person == person && one.decision.is_none());
    let Some(open) = open else { return Ok(None) };
    let key = secret::get(tx, cx, verification::SECRET)?;
    let claim = Claim {
        purpose: Purpose::Approve,
        ticket: number,
        expires_at: open.asked_at.add_secs(LINK_DAYS * 86_400),
        question: open.id,
    };
    Ok(Some(token::sign(&key, &claim)))
}

/// Shows what a link asks; changes nothing. A forged link and one of nothing look the same.
pub fn peek(tx: &mut Tx, cx: &Cx, token: &str) -> Result<Matter> {
    let (found, expires_at) = opened(tx, cx, token)?;
    usable(tx, cx, &found, expires_at)?;
    Ok(found)
}

/// What came of a link: the ticket, or why it was not taken, which is written down.
pub type Taken = std::result::Result<Ticket, Error>;

/// Takes the decision that came by a link. A refused attempt stands in the ticket's record, so it is no error of this
/// transaction.
pub fn decide_by_link(tx: &mut Tx, cx: &Cx, token: &str, verdict: &Verdict) -> Result<Taken> {
    let (found, _) = opened(tx, cx, token)?;
    tx.lock("desk.ticket", found.ticket.number)?;
    let (found, expires_at) = opened(tx, cx, token)?;
    if let Err(error) = usable(tx, cx, &found, expires_at) {
        Told::new(events::TICKET_APPROVAL_LINK_REFUSED)
            .with("approval", found.approval.id.to_string())
            .with("why", error.code())
            .append(tx, cx, found.ticket.subject())?;
        return Ok(Err(error));
    }
    write_down(tx, cx, found, verdict, "link").map(Ok)
}

fn usable(tx: &mut Tx, cx: &Cx, found: &Matter, expires_at: Timestamp) -> Result<()> {
    let is_anothers = match &cx.actor {
        Actor::User(_) => cx.user_id() != Some(found.approval.person),
        Actor::System(_) | Actor::Anonymous => false,
    };
    if is_anothers {
        return Err(Error::conflict("desk.approval.not_yours"));
    }
    still_open(found)?;
    // Who has left decides nothing any more, also with a letter that they still have.
    let person = people::user::store::find(tx, found.approval.person)?;
    if person.is_none_or(|person| !person.active) {
        return Err(Error::conflict("desk.approval.settled").arg("number", found.ticket.number));
    }
    if expires_at <= cx.now() {
        return Err(Error::conflict("desk.approval.expired").arg("number", found.ticket.number));
    }
    Ok(())
}

fn opened(tx: &mut Tx, cx: &Cx, token: &str) -> Result<(Matter, Timestamp)> {
    let key = secret::get(tx, cx, verification::SECRET)?;
    let Some(claim) = token::read::<Approval>(&key, Purpose::Approve, token) else {
        tracing::warn!(request = %cx.request, "a forged approval link was refused");
        return Err(Error::not_found());
    };
    let approval = store::approval(tx, claim.question)?.filter(|approval| approval.ticket == claim.ticket);
    Ok((
        read(tx, approval.ok_or_else(Error::not_found)?)?,
        claim.expires_at,
    ))
}

//! Escalating: up a tier, by a person with a hand-off note or by a clock with one drawn from the record.
//!
//! What was tried, what is known, and where the boundary lies cannot be left out: the next tier must not begin from
//! nothing. A clock cannot write; it quotes what the desk wrote last and what the requester's report says.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::saving::{self, Told};
use super::value::{Stage, Tier};
use super::{Ticket, access, assigning};
use crate::assignment::{Choice, Outcome, Reason};
use crate::service_level::ClockKind;
use crate::{article, assignment, escalation, events, neighbours, triage};

/// What the next tier must know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    pub tried: String,
    pub known: String,
    /// Why it goes on: where this tier's means end.
    pub boundary: String,
}

/// Up to which tier, and to whom.
#[derive(Debug, Clone)]
pub struct Escalate {
    pub tier: Tier,
    pub handoff: Handoff,
    /// This team; else its own when somebody there stands high enough, else the best of the teams of that tier.
    pub team: Option<TeamId>,
    /// A person of the next tier; else one is chosen.
    pub assignee: Option<UserId>,
}

/// An escalation as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    pub id: i64,
    pub from: Tier,
    pub to: Tier,
    pub handoff: Handoff,
    /// The clock that did it; none when a person did.
    pub clock: Option<ClockKind>,
    pub by: Option<UserId>,
    /// Who has it now; none when nobody could be chosen.
    pub owner: Option<UserId>,
    pub at: Timestamp,
}

/// Hands a ticket up.
pub fn escalate(tx: &mut Tx, cx: &Cx, number: i64, escalate: Escalate) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::ESCALATE)?;
    match before.state.stage() {
        Stage::Closed => return Err(Error::conflict("desk.ticket.closed").arg("number", number)),
        Stage::Resolved => return Err(Error::conflict("desk.ticket.already_resolved")),
        Stage::Open => {}
    }
    let handoff = checked(&escalate.handoff)?;
    if escalate.tier <= before.tier {
        return Err(Error::invalid("desk.ticket.tier_not_above")
            .field("tier")
            .arg("tier", before.tier.level()));
    }
    let mut raised = before.clone();
    raised.tier = escalate.tier;
    raised.team = escalate.team.or(before.team);
    let choice = match escalate.assignee {
        Some(person) => {
            assigning::fit(tx, person)?;
            let reason = Reason::plain(Outcome::ByHand);
            Choice {
                team: raised.team,
                assignee: Some(person),
                by_hand: true,
                reason,
            }
        }
        None => next_owner(tx, cx, &raised, escalate.team.is_none())?,
    };
    raised.team = choice.team;
    raised.assignee = choice.assignee;
    let told = write_down(tx, cx, &before, &raised, &handoff, &choice, None)?;
    saving::finish(tx, cx, &before, raised, told)
}

fn checked(handoff: &Handoff) -> Result<Handoff> {
    let mut errors = Errors::new();
    let mut part = |name: &str, text: &str| {
        let field = format!("handoff.{name}");
        if text.trim().is_empty() {
            errors.push(field, format!("desk.handoff.{name}_missing"));
            return String::new();
        }
        article::body(&field, text).unwrap_or_else(|error| {
            errors.absorb(&error);
            String::new()
        })
    };
    let checked = Handoff {
        tried: part("tried", &handoff.tried),
        known: part("known", &handoff.known),
        boundary: part("boundary", &handoff.boundary),
    };
    errors.finish()?;
    Ok(checked)
}

/// The escalation of a clock: one tier up, the hand-off drawn from the record. The caller settles the ticket.
pub(crate) fn by_clock(
    tx: &mut Tx,
    cx: &Cx,
    ticket: &mut Ticket,
    clock: ClockKind,
    percent: i64,
) -> Result<()> {
    let Some(tier) = ticket.tier.above() else {
        return Ok(());
    };
    let handoff = from_record(tx, ticket, clock, percent)?;
    let before = ticket.clone();
    let mut raised = Ticket {
        tier,
        version: before.version + 1,
        updated_at: cx.now(),
        ..before.clone()
    };
    let mut choice = next_owner(tx, cx, &raised, true)?;
    if choice.assignee.is_none() {
        // Somebody below who knows the ticket is better than nobody above.
        choice.assignee = before.assignee;
    }
    raised.team = choice.team;
    raised.assignee = choice.assignee;
    let told = write_down(tx, cx, &before, &raised, &handoff, &choice, Some(clock))?.with("percent", percent);
    saving::append_change(tx, cx, &before, &raised, told)?;
    *ticket = raised;
    Ok(())
}

/// Somebody of the ticket's own team who stands high enough, or else the best of all teams of that tier; when there is
/// nobody, the ticket waits in its own team's queue.
fn next_owner(tx: &mut Tx, cx: &Cx, raised: &Ticket, may_change_team: bool) -> Result<Choice> {
    let route = triage::store::route(tx, raised.category)?;
    let own = assigning::automatic(tx, cx, raised, &route)?;
    if own.assignee.is_some() || !may_change_team {
        return Ok(own);
    }
    let mut best: Option<(i64, Choice)> = None;
    for team in neighbours::teams_of_tier(tx, raised.tier.level())? {
        let candidate = Ticket {
            team: Some(team),
            ..raised.clone()
        };
        let choice = assigning::automatic(tx, cx, &candidate, &route)?;
        let points = choice.reason.candidates.first().map_or(0, |first| first.total);
        if choice.assignee.is_some() && best.as_ref().is_none_or(|(most, _)| points > *most) {
            best = Some((points, choice));
        }
    }
    Ok(best.map_or(own, |(_, choice)| choice))
}

fn write_down(
    tx: &mut Tx,
    cx: &Cx,
    before: &Ticket,
    raised: &Ticket,
    handoff: &Handoff,
    choice: &Choice,
    clock: Option<ClockKind>,
) -> Result<Told> {
    let escalation = Escalation {
        id: 0,
        from: before.tier,
        to: raised.tier,
        handoff: handoff.clone(),
        clock,
        by: cx.user_id(),
        owner: raised.assignee,
        at: cx.now(),
    };
    let id = escalation::store::insert(tx, raised.number, &escalation)?;
    assignment::store::insert(tx, raised.number, choice, cx.now())?;
    Ok(Told::new(events::TICKET_ESCALATED)
        .with("escalation", id)
        .with("clock", clock.map(ClockKind::as_str))
        .with("outcome", choice.reason.outcome.as_str())
        .with_words("tried", &handoff.tried)
        .with_words("known", &handoff.known)
        .with_words("boundary", &handoff.boundary))
}

const QUOTED_ARTICLES: i64 = 3;
const QUOTED_LETTERS: usize = 500;

/// Quotes, no sentences of our own: the reader's language is not known here. The boundary is the clock's name and share,
/// which the page puts into words.
fn from_record(tx: &mut Tx, ticket: &Ticket, clock: ClockKind, percent: i64) -> Result<Handoff> {
    let mut tried = article::store::latest_of_staff(tx, ticket.number, QUOTED_ARTICLES)?;
    tried.reverse();
    let tried: Vec<String> = tried
        .iter()
        .map(|body| body.chars().take(QUOTED_LETTERS).collect())
        .collect();
    let environment = &ticket.environment;
    let known: Vec<&str> = [
        Some(ticket.title.as_str()),
        environment.device.as_deref(),
        environment.os.as_deref(),
        environment.application.as_deref(),
        environment.version.as_deref(),
        ticket.error_text.as_deref(),
        ticket.steps.as_deref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    Ok(Handoff {
        tried: tried.join("\n\n"),
        known: known.join("\n"),
        boundary: format!("{} {percent} %", clock.as_str()),
    })
}

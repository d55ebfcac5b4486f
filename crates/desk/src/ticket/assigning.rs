//! Assigning: to a team, to a person, to oneself, or to whom the reckoning chooses; always with the reason.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};

use super::saving::{self, Told};
use super::state::{self, Step};
use super::value::{Stage, State};
use super::{Ticket, access};
use crate::assignment::{self, Assignment, Choice, Demand, Outcome, Reason};
use crate::triage::{self, Route};
use crate::{events, neighbours, notice};

/// To whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assign {
    /// To this person, by hand.
    Person(UserId),
    /// To this person, in this team.
    PersonInTeam(UserId, TeamId),
    /// To a team's queue.
    Team(TeamId),
    /// To whom the reckoning chooses, in the ticket's own team or the one its category goes to.
    Automatically,
    /// To nobody: back into the team's queue.
    Nobody,
}

/// Assigns a ticket.
pub fn assign(tx: &mut Tx, cx: &Cx, number: i64, to: Assign) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::ASSIGN)?;
    still_open(&before)?;
    if let Assign::Person(person) | Assign::PersonInTeam(person, _) = to {
        fit(tx, person)?;
    }
    let by_hand = |team, assignee| Choice {
        team,
        assignee,
        by_hand: true,
        reason: Reason::plain(if assignee.is_none() {
            Outcome::TeamQueue
        } else {
            Outcome::ByHand
        }),
    };
    let choice = match to {
        Assign::Person(person) => by_hand(before.team, Some(person)),
        Assign::PersonInTeam(person, team) => by_hand(Some(team), Some(person)),
        Assign::Team(team) => by_hand(Some(team), None),
        Assign::Nobody => by_hand(before.team, None),
        Assign::Automatically => {
            let route = triage::store::route(tx, before.category)?;
            let team = before.team.or(route.team);
            automatic(
                tx,
                cx,
                &Ticket {
                    team,
                    ..before.clone()
                },
                &route,
            )?
        }
    };
    hand_over(tx, cx, &before, before.clone(), choice)
}

/// Takes a ticket oneself, and begins with it.
pub fn take(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    let before = saving::begin(tx, cx, number, access::ASSIGN)?;
    still_open(&before)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let mut after = before.clone();
    if before.state == State::New {
        after.state = state::next(before.state, Step::Start)?;
    }
    // A ticket that no team holds comes into the taker's own.
    let team = before.team.or_else(|| cx.team_ids().first().copied());
    let choice = Choice {
        team,
        assignee: Some(person),
        by_hand: true,
        reason: Reason::plain(Outcome::Taken),
    };
    hand_over(tx, cx, &before, after, choice)
}

/// How the present owner came to the ticket, and who had it before; the latest first.
pub fn why(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Vec<Assignment>> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    assignment::store::of_ticket(tx, number, 50)
}

/// What the reckoning would choose now; changes nothing. For the assignment menu.
pub fn suggest(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Choice> {
    let ticket = saving::see(tx, cx, number, access::ASSIGN)?;
    let route = triage::store::route(tx, ticket.category)?;
    let team = ticket.team.or(route.team);
    automatic(tx, cx, &Ticket { team, ..ticket }, &route)
}

fn still_open(ticket: &Ticket) -> Result<()> {
    if ticket.state.stage() == Stage::Closed {
        return Err(Error::conflict("desk.ticket.closed").arg("number", ticket.number));
    }
    if ticket.state == State::WaitingApproval {
        return Err(Error::conflict("desk.ticket.awaits_approval").arg("number", ticket.number));
    }
    Ok(())
}

/// Work is given to those who do it: what is in one's hands one may read, so naming an employee, or somebody who left,
/// would open the ticket to them. (Rosters, which choose by themselves, hold nobody else.)
pub(crate) fn fit(tx: &mut Tx, person: UserId) -> Result<()> {
    let Some(found) = people::user::store::find(tx, person)? else {
        return Ok(());
    };
    if found.active
        && notice::people::identity(tx, &found)?
            .grants
            .contains_key(access::RESOLVE)
    {
        return Ok(());
    }
    Err(Error::invalid("desk.ticket.assignee_unfit")
        .field("assignee")
        .arg("name", found.name))
}

pub(crate) fn hand_over(
    tx: &mut Tx,
    cx: &Cx,
    before: &Ticket,
    mut after: Ticket,
    choice: Choice,
) -> Result<Ticket> {
    after.team = choice.team;
    after.assignee = choice.assignee;
    assignment::store::insert(tx, before.number, &choice, cx.now())?;
    saving::finish(tx, cx, before, after, told(&choice))
}

/// What happens with a request that just came in; none when it goes to its team's queue without a word.
pub(crate) fn at_opening(
    tx: &mut Tx,
    cx: &Cx,
    ticket: &Ticket,
    route: &Route,
    named: Option<UserId>,
) -> Result<Option<Choice>> {
    let may_assign = cx.may(access::ASSIGN).is_some();
    if let Some(person) = named.filter(|_| may_assign) {
        fit(tx, person)?;
        let reason = Reason::plain(Outcome::ByHand);
        return Ok(Some(Choice {
            team: ticket.team,
            assignee: Some(person),
            by_hand: true,
            reason,
        }));
    }
    if !route.automatic || ticket.team.is_none() {
        return Ok(None);
    }
    automatic(tx, cx, ticket, route).map(Some)
}

/// Lets the reckoning choose for the ticket's team.
pub(crate) fn automatic(tx: &mut Tx, cx: &Cx, ticket: &Ticket, route: &Route) -> Result<Choice> {
    let Some(team) = ticket.team else {
        let reason = Reason::plain(Outcome::NoTeam);
        return Ok(Choice {
            team: None,
            assignee: None,
            by_hand: false,
            reason,
        });
    };
    let candidates: Vec<_> = neighbours::roster(tx, team, cx.now())?
        .into_iter()
        // Nobody solves what they reported themselves.
        .filter(|candidate| candidate.user != ticket.requester)
        .collect();
    let people: Vec<UserId> = candidates.iter().map(|candidate| candidate.user).collect();
    let loads = assignment::store::loads(tx, &people)?;
    let (assignee, reason) = assignment::choose(&Demand::of(ticket, route), &candidates, &loads, cx.now());
    Ok(Choice {
        team: Some(team),
        assignee,
        by_hand: false,
        reason,
    })
}

/// Writes down a choice that the caller has put on the ticket itself. That nobody could be chosen is kept with its
/// reason, but it is no assignment and no event tells of one.
pub(crate) fn record(tx: &mut Tx, cx: &Cx, ticket: &Ticket, choice: &Choice) -> Result<()> {
    assignment::store::insert(tx, ticket.number, choice, cx.now())?;
    if choice.assignee.is_none() {
        return Ok(());
    }
    told(choice)
        .with(
            "after",
            serde_json::json!({ "team": choice.team, "assignee": choice.assignee }),
        )
        .append(tx, cx, ticket.subject())?;
    Ok(())
}

fn told(choice: &Choice) -> Told {
    Told::new(events::TICKET_ASSIGNED)
        .with("team", serde_json::json!(choice.team))
        .with("assignee", serde_json::json!(choice.assignee))
        .with("by_hand", choice.by_hand)
        .with("outcome", choice.reason.outcome.as_str())
}

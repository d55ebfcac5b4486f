//! Who may see a ticket and who may act on it. Pure.
//!
//! A right has a scope: *own* is what one reported or has been given, *team* is what one's teams hold (and what no team
//! holds yet, for somebody must triage it), *all* is all. What one may not see does not exist: 404, not 403. Internal
//! notes need `desk.ticket.internal`; a requester never has it.

use kernel::cx::{Actor, Cx, Scope};
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};

use super::Ticket;
use super::value::Voice;

pub const OPEN: &str = "desk.ticket.open";
pub const READ: &str = "desk.ticket.read";
pub const INTERNAL: &str = "desk.ticket.internal";
pub const REPLY: &str = "desk.ticket.reply";
pub const NOTE: &str = "desk.ticket.note";
pub const CHANGE: &str = "desk.ticket.change";
pub const ASSIGN: &str = "desk.ticket.assign";
pub const ESCALATE: &str = "desk.ticket.escalate";
pub const RESOLVE: &str = "desk.ticket.resolve";
pub const VERIFY: &str = "desk.ticket.verify";
pub const REOPEN: &str = "desk.ticket.reopen";
/// Saying yes or no to what one was asked to approve; a right of its own so that a token's scopes reach it.
pub const APPROVE: &str = "desk.approve";
pub const SETTINGS: &str = "desk.settings";
pub const REPORT: &str = "desk.report";
pub const GATE_OVERRIDE: &str = "desk.gate_override";
pub const GLOSSARY: &str = "desk.glossary";
pub const RATING_COMMENTS: &str = "desk.rating_comments";

/// Whether a right of this scope reaches the ticket.
#[must_use]
pub fn covers(cx: &Cx, scope: Scope, ticket: &Ticket) -> bool {
    if scope == Scope::All {
        return true;
    }
    let own = cx
        .user_id()
        .is_some_and(|user| ticket.requester == user || ticket.assignee == Some(user));
    if own || scope == Scope::Own {
        return own;
    }
    ticket.team.is_none_or(|team| cx.team_ids().contains(&team))
}

/// Whether the actor has the right on this ticket.
#[must_use]
pub fn may(cx: &Cx, permission: &str, ticket: &Ticket) -> bool {
    cx.may(permission).is_some_and(|scope| covers(cx, scope, ticket))
}

/// Lets pass who may see the ticket and do this to it. Who may not see it learns nothing of it.
pub fn check(cx: &Cx, permission: &str, ticket: &Ticket) -> Result<()> {
    let scope = cx.require(READ)?;
    if !covers(cx, scope, ticket) {
        return Err(Error::not_found());
    }
    if permission != READ && !covers(cx, cx.require(permission)?, ticket) {
        return Err(Error::forbidden().arg("permission", permission));
    }
    Ok(())
}

/// Whether the actor may read what the desk keeps to itself about this ticket: notes, hand-offs, reasons.
#[must_use]
pub fn sees_internal(cx: &Cx, ticket: &Ticket) -> bool {
    sees_internal_of(cx, ticket.assignee, ticket.team)
}

/// [`sees_internal`] of a ticket that somebody has and that stands with a team: a row of a list knows no more.
#[must_use]
pub fn sees_internal_of(cx: &Cx, assignee: Option<UserId>, team: Option<TeamId>) -> bool {
    match cx.may(INTERNAL) {
        None => false,
        // Having reported a ticket oneself opens nothing: the desk may be speaking about its reporter.
        Some(Scope::Own) => false,
        Some(Scope::Team) => {
            cx.user_id().is_some_and(|user| assignee == Some(user))
                || team.is_none_or(|team| cx.team_ids().contains(&team))
        }
        Some(Scope::All) => true,
    }
}

/// Which side the actor speaks from on this ticket. A technician who reported it speaks as the requester.
#[must_use]
pub fn voice(cx: &Cx, ticket: &Ticket) -> Voice {
    let reported_it = cx.user_id() == Some(ticket.requester);
    match cx.actor {
        Actor::System(_) => Voice::Staff,
        _ if !reported_it && sees_internal(cx, ticket) => Voice::Staff,
        _ => Voice::Requester,
    }
}

#[cfg(test)]
mod tests {
    use kernel::error::Kind;

    use super::*;
    use crate::fixture::{Who, ticket};

    #[test]
    fn what_a_requester_did_not_report_does_not_exist_for_them() {
        let ann = Who::requester(1);
        let mut other = ticket(7);
        other.requester = Who::requester(2).user;
        assert_eq!(check(&ann.cx(), READ, &other).unwrap_err().kind(), Kind::NotFound);
        assert_eq!(
            check(&ann.cx(), REPLY, &other).unwrap_err().kind(),
            Kind::NotFound
        );
    }

    #[test]
    fn a_requester_may_answer_an_own_ticket_but_not_resolve_it() {
        let ann = Who::requester(1);
        let mut own = ticket(7);
        own.requester = ann.user;
        assert!(check(&ann.cx(), REPLY, &own).is_ok());
        assert_eq!(
            check(&ann.cx(), RESOLVE, &own).unwrap_err().kind(),
            Kind::Forbidden
        );
        assert!(!sees_internal(&ann.cx(), &own));
    }

    #[test]
    fn a_technician_sees_what_the_team_holds_and_what_nobody_holds() {
        let bob = Who::technician(1, 1);
        let mut found = ticket(7);
        found.team = Some(bob.teams[0]);
        assert!(check(&bob.cx(), RESOLVE, &found).is_ok());
        found.team = None;
        assert!(check(&bob.cx(), RESOLVE, &found).is_ok());
        found.team = Some(Who::technician(2, 2).teams[0]);
        assert_eq!(check(&bob.cx(), READ, &found).unwrap_err().kind(), Kind::NotFound);
    }

    #[test]
    fn a_technician_who_reported_a_ticket_reads_no_notes_on_it_in_another_teams_hands() {
        let bob = Who::technician(1, 1);
        let mut own = ticket(7);
        own.requester = bob.user;
        own.team = Some(Who::technician(2, 2).teams[0]);
        assert!(check(&bob.cx(), READ, &own).is_ok());
        assert!(!sees_internal(&bob.cx(), &own));
        assert_eq!(voice(&bob.cx(), &own), Voice::Requester);
    }
}

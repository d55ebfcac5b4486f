//! What a change did to one ticket, and what putting it back comes to. Pure.
//!
//! Fields that mean something together go back together: an owner with the team, a state with the reason it waited for.
//! A part is put back when it still is what the change made of it; else somebody changed it since, and it stays.

use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ticket::Ticket;
use crate::ticket::value::{Category, Impact, Priority, State, TicketType, Urgency, Voice, words};

words!(
    /// A part of a ticket that goes back as a whole.
    Part, "part" {
        Owner => "owner", State => "state", Priority => "priority", Type => "type", Category => "category",
        NextStep => "next_step", Tags => "tags",
    }
);

type Owner = (Option<TeamId>, Option<UserId>);
type Urgent = (Impact, Urgency, Priority, bool);
type Next = (Option<String>, Option<Timestamp>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Standing {
    state: State,
    waiting_reason: Option<String>,
    first_response_at: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    last_voice: Voice,
}

/// The values that a change of many tickets can touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Values {
    owner: Owner,
    standing: Standing,
    urgent: Urgent,
    ticket_type: TicketType,
    category: Category,
    next: Next,
    tags: Vec<String>,
}

impl Values {
    fn of(ticket: &Ticket, tags: &[String]) -> Values {
        Values {
            owner: (ticket.team, ticket.assignee),
            standing: Standing {
                state: ticket.state,
                waiting_reason: ticket.waiting_reason.clone(),
                first_response_at: ticket.first_response_at,
                resolved_at: ticket.resolved_at,
                last_voice: ticket.last_voice,
            },
            urgent: (
                ticket.impact,
                ticket.urgency,
                ticket.priority,
                ticket.priority_pinned,
            ),
            ticket_type: ticket.ticket_type,
            category: ticket.category,
            next: (ticket.next_step.clone(), ticket.next_step_at),
            tags: tags.to_vec(),
        }
    }

    fn differs(&self, other: &Values, part: Part) -> bool {
        match part {
            Part::Owner => self.owner != other.owner,
            Part::State => self.standing != other.standing,
            Part::Priority => self.urgent != other.urgent,
            Part::Type => self.ticket_type != other.ticket_type,
            Part::Category => self.category != other.category,
            Part::NextStep => self.next != other.next,
            Part::Tags => self.tags != other.tags,
        }
    }
}

/// Before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    before: Values,
    after: Values,
    /// Whether the actor watched it before, when that changed.
    pub watched: Option<bool>,
}

/// A ticket put back.
#[derive(Debug)]
pub struct Back {
    pub ticket: Ticket,
    pub tags: Vec<String>,
    /// What somebody changed since, and what therefore stays.
    pub kept: Vec<Part>,
    /// Whether anything goes back.
    pub any: bool,
}

impl Trace {
    /// None when nothing changed.
    pub fn between(
        before: (&Ticket, &[String]),
        after: (&Ticket, &[String]),
        watched: Option<bool>,
    ) -> Option<Trace> {
        let trace = Trace {
            before: Values::of(before.0, before.1),
            after: Values::of(after.0, after.1),
            watched,
        };
        (trace.before != trace.after || trace.watched.is_some()).then_some(trace)
    }

    /// Whether the change resolved the ticket: its requester was asked.
    #[must_use]
    pub fn resolved(&self) -> bool {
        self.after.standing.state == State::Resolved && self.before.standing.state != State::Resolved
    }

    /// Puts back what still is as the change left it.
    #[must_use]
    pub fn back(&self, ticket: &Ticket, tags: &[String]) -> Back {
        let now = Values::of(ticket, tags);
        let mut back = Back {
            ticket: ticket.clone(),
            tags: tags.to_vec(),
            kept: Vec::new(),
            any: false,
        };
        for part in Part::ALL
            .iter()
            .filter(|part| self.before.differs(&self.after, **part))
        {
            if now.differs(&self.after, *part) {
                // It may have been put back by hand already.
                if now.differs(&self.before, *part) {
                    back.kept.push(*part);
                }
                continue;
            }
            back.any = true;
            self.put_back(*part, &mut back);
        }
        back
    }

    fn put_back(&self, part: Part, back: &mut Back) {
        let (ticket, before) = (&mut back.ticket, self.before.clone());
        match part {
            Part::Owner => (ticket.team, ticket.assignee) = before.owner,
            Part::State => {
                ticket.state = before.standing.state;
                ticket.waiting_reason = before.standing.waiting_reason;
                ticket.first_response_at = before.standing.first_response_at;
                ticket.resolved_at = before.standing.resolved_at;
                ticket.last_voice = before.standing.last_voice;
            }
            Part::Priority => {
                (
                    ticket.impact,
                    ticket.urgency,
                    ticket.priority,
                    ticket.priority_pinned,
                ) = before.urgent;
            }
            Part::Type => ticket.ticket_type = before.ticket_type,
            Part::Category => ticket.category = before.category,
            Part::NextStep => (ticket.next_step, ticket.next_step_at) = before.next,
            Part::Tags => back.tags = before.tags,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{team, ticket};

    #[test]
    fn what_nobody_touched_goes_back_and_what_somebody_changed_stays() {
        let before = ticket(7);
        let mut after = before.clone();
        after.team = Some(team(2));
        after.category = Category::Network;
        let trace = Trace::between((&before, &[]), (&after, &["vip".to_owned()]), None).unwrap();
        let mut since = after.clone();
        since.category = Category::Security;
        let back = trace.back(&since, &["vip".to_owned()]);
        assert_eq!(
            (back.ticket.team, back.ticket.category),
            (None, Category::Security)
        );
        assert_eq!(back.kept, [Part::Category]);
        assert!(back.tags.is_empty() && back.any);
    }

    #[test]
    fn a_change_that_changed_nothing_leaves_no_trace() {
        let same = ticket(7);
        assert!(Trace::between((&same, &[]), (&same, &[]), None).is_none());
    }

    #[test]
    fn what_was_put_back_by_hand_is_neither_changed_nor_named() {
        let before = ticket(7);
        let mut after = before.clone();
        after.category = Category::Network;
        let trace = Trace::between((&before, &[]), (&after, &[]), None).unwrap();
        let back = trace.back(&before, &[]);
        assert!(!back.any && back.kept.is_empty());
    }
}

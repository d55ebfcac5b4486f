//! Who is told what when something happens to a ticket. Pure.
//!
//! Nobody is told of what they did themselves, and nobody twice by one event. The requester hears what D8 promises and no
//! inner workings; the owner hears what asks for the owner; managers hear of breaches that matter. What a requester said
//! by answering a link needs no letter back: the page has thanked them.

use kernel::event::Event;
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde_json::Value;

use super::Notice;
use crate::events;
use crate::ticket::Ticket;
use crate::ticket::value::{Priority, Stage, State};

/// What matters here of an event.
#[derive(Debug, Clone, Copy)]
pub struct Happened<'a> {
    pub kind: &'a str,
    pub actor: &'a str,
    pub via: &'a str,
    pub at: Timestamp,
    pub data: &'a Value,
}

impl<'a> From<&'a Event> for Happened<'a> {
    fn from(event: &'a Event) -> Happened<'a> {
        Happened {
            kind: &event.kind,
            actor: &event.actor,
            via: &event.via,
            at: event.at,
            data: &event.data,
        }
    }
}

/// An event with everybody who could be concerned.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    pub event: Happened<'a>,
    pub ticket: &'a Ticket,
    /// Who said the words that the event tells of.
    pub author: Option<UserId>,
    pub watchers: &'a [UserId],
    /// Those of the watchers and mentioned people who work at the desk.
    pub staff: &'a [UserId],
    /// Members of the ticket's team; of a task that opened, of the task's.
    pub team: &'a [UserId],
    pub managers: &'a [UserId],
}

/// One letter to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    pub notice: Notice,
    pub to: UserId,
}

/// Milliseconds within which an automatic assignment belongs to the opening: the "received" letter names the owner.
const AT_OPENING: i64 = 2_000;

/// The person of a stored actor.
#[must_use]
pub fn person_of(actor: &str) -> Option<UserId> {
    actor.strip_prefix("user:")?.parse().ok()
}

/// The person an event's data names.
#[must_use]
pub fn named(data: &Value, field: &str) -> Option<UserId> {
    data[field].as_str()?.parse().ok()
}

/// The team that an event concerns: that of the tasks it opens, else the ticket's.
#[must_use]
pub fn team_of(kind: &str, data: &Value, ticket: &Ticket) -> Option<TeamId> {
    match kind {
        events::TICKET_TASK_OPENED => data["team"].as_str()?.parse().ok(),
        _ => ticket.team,
    }
}

/// The letters of one event.
#[must_use]
pub fn plan(situation: &Situation) -> Vec<Planned> {
    let mut letters = Letters {
        situation,
        planned: Vec::new(),
    };
    match situation.event.kind {
        events::TICKET_OPENED => letters.opened(),
        events::TICKET_ASSIGNED => letters.assigned(),
        events::TICKET_REPLIED => letters.replied(),
        events::TICKET_NOTED => letters.noted(),
        events::TICKET_WAITING => letters.waiting(),
        events::TICKET_RESOLVED => letters.requester(Notice::Resolved),
        events::TICKET_CONFIRMED if situation.event.data["answered_by"] == "on_behalf" => {
            letters.requester(Notice::Closed)
        }
        events::TICKET_CLOSED_SILENT => letters.requester(Notice::Closed),
        events::TICKET_REFUSED => letters.came_back(),
        events::TICKET_REOPENED => {
            letters.came_back();
            letters.requester(Notice::Reopened);
        }
        events::TICKET_APPROVAL_ASKED | events::TICKET_APPROVAL_REMINDED => letters.approvers(),
        events::TICKET_APPROVED => letters.requester(Notice::Approved),
        events::TICKET_DECLINED => letters.requester(Notice::Declined),
        events::TICKET_TASK_OPENED => letters.team(Notice::TaskOpened),
        events::TICKET_TASKS_DONE => letters.owner_or_team(Notice::TasksDone, true),
        events::TICKET_ESCALATED => {
            letters.owner_or_team(Notice::EscalatedToYou, true);
            letters.moved();
        }
        events::CLOCK_WARNED => letters.clock(Notice::Warning),
        events::CLOCK_BREACHED => letters.clock(Notice::Breach),
        _ => {}
    }
    letters.planned
}

struct Letters<'a> {
    situation: &'a Situation<'a>,
    planned: Vec<Planned>,
}

impl Letters<'_> {
    fn add(&mut self, notice: Notice, to: UserId) {
        let acted = person_of(self.situation.event.actor) == Some(to) || self.situation.author == Some(to);
        if !acted && !self.planned.iter().any(|planned| planned.to == to) {
            self.planned.push(Planned { notice, to });
        }
    }

    fn requester(&mut self, notice: Notice) {
        self.add(notice, self.situation.ticket.requester);
    }

    fn owner(&mut self, notice: Notice) {
        if let Some(owner) = self.situation.ticket.assignee {
            self.add(notice, owner);
        }
    }

    /// The owner; when there is none the team, if it must know at once.
    fn owner_or_team(&mut self, notice: Notice, team_must_know: bool) {
        match self.situation.ticket.assignee {
            Some(owner) => self.add(notice, owner),
            None if team_must_know => self.team(notice),
            None => {}
        }
    }

    fn team(&mut self, notice: Notice) {
        for member in self.situation.team {
            self.add(notice, *member);
        }
    }

    fn is_urgent(&self) -> bool {
        matches!(self.situation.ticket.priority, Priority::P0 | Priority::P1)
    }

    fn opened(&mut self) {
        // A mail is answered by intake, which knows whether it may be. To have it acknowledged is the requester's right
        // also when the requester did it: it carries the number.
        if self.situation.event.via != "mail" {
            self.planned.push(Planned {
                notice: Notice::Received,
                to: self.situation.ticket.requester,
            });
        }
        if self.situation.ticket.assignee.is_none() && self.is_urgent() {
            self.owner_or_team(Notice::AssignedToYou, true);
        }
    }

    fn assigned(&mut self) {
        let Situation { event, ticket, .. } = *self.situation;
        let owner = named(event.data, "assignee");
        // It has moved on since: the event that moved it tells of it.
        if owner != ticket.assignee || ticket.state.stage() == Stage::Closed {
            return;
        }
        let at_opening =
            event.at.millis() - ticket.created_at.millis() < AT_OPENING && event.data["by_hand"] != true;
        match owner {
            Some(owner) => {
                self.add(Notice::AssignedToYou, owner);
                let is_new = event.data["after"]["assignee"].is_string();
                if is_new && !at_opening && ticket.state.stage() == Stage::Open {
                    self.requester(Notice::Assigned);
                }
            }
            None if !at_opening => {
                if self.is_urgent() {
                    self.owner_or_team(Notice::AssignedToYou, true);
                }
                // Into the queue of another team: that is where the requester's matter is now.
                if event.data["before"]["team"].is_string() && event.data["after"]["team"].is_string() {
                    self.moved();
                }
            }
            None => {}
        }
    }

    fn moved(&mut self) {
        if self.situation.ticket.state.stage() == Stage::Open {
            self.requester(Notice::Moved);
        }
    }

    fn replied(&mut self) {
        let said_by_desk = self.situation.event.data["voice"] == "staff";
        if said_by_desk {
            self.requester(Notice::Replied);
        } else {
            let urgent = self.is_urgent();
            self.owner_or_team(Notice::RequesterReplied, urgent);
            // A participant spoke: the requester reads it too.
            self.requester(Notice::Replied);
        }
        for watcher in self.situation.watchers {
            let works_here = self.situation.staff.contains(watcher);
            self.add(
                if works_here && !said_by_desk {
                    Notice::RequesterReplied
                } else {
                    Notice::Replied
                },
                *watcher,
            );
        }
    }

    fn noted(&mut self) {
        let mentions = self.situation.event.data["mentions"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for person in mentions.iter().filter_map(|person| person.as_str()?.parse().ok()) {
            if self.situation.staff.contains(&person) {
                self.add(Notice::Mentioned, person);
            }
        }
    }

    fn waiting(&mut self) {
        let asked = self.situation.event.data["waiting_for"] == "requester";
        if asked && self.situation.ticket.state == State::WaitingRequester {
            self.requester(Notice::Waiting);
        }
        let elsewhere = [State::WaitingSupplier, State::WaitingDevelopment];
        if !asked && elsewhere.contains(&self.situation.ticket.state) {
            self.requester(Notice::WaitingElsewhere);
        }
    }

    fn approvers(&mut self) {
        let people = self.situation.event.data["people"].as_array();
        let people = people.into_iter().flatten();
        for person in people.filter_map(|person| person.as_str()?.parse().ok()) {
            self.add(Notice::ApprovalAsked, person);
        }
    }

    fn came_back(&mut self) {
        self.owner_or_team(Notice::CameBack, true);
        for watcher in self
            .situation
            .watchers
            .iter()
            .filter(|watcher| self.situation.staff.contains(watcher))
        {
            self.add(Notice::CameBack, *watcher);
        }
    }

    fn clock(&mut self, notice: Notice) {
        let has = |action: &str| {
            self.situation.event.data["actions"]
                .as_array()
                .is_some_and(|actions| actions.iter().any(|one| one == action))
        };
        let (to_owner, to_managers) = (has("notify_owner"), has("notify_manager"));
        if to_owner {
            self.owner_or_team(notice, true);
        }
        if to_managers || (notice == Notice::Breach && self.is_urgent()) {
            for manager in self.situation.managers {
                self.add(notice, *manager);
            }
        }
        if !to_owner && !to_managers && notice == Notice::Breach {
            self.owner(notice);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{MONDAY, Who, ticket};

    struct Made {
        kind: &'static str,
        actor: String,
        via: &'static str,
        data: Value,
    }

    fn event(kind: &'static str, actor: UserId, data: Value) -> Made {
        Made {
            kind,
            actor: format!("user:{actor}"),
            via: "page",
            data,
        }
    }

    fn told(made: &Made, change: impl FnOnce(&mut Ticket)) -> Vec<(Notice, UserId)> {
        let mut ticket = ticket(7);
        ticket.created_at = MONDAY.add_secs(-3600);
        change(&mut ticket);
        let (watcher, member) = (Who::requester(9).user, Who::technician(8, 1).user);
        let manager = Who::manager().user;
        let situation = Situation {
            event: Happened {
                kind: made.kind,
                actor: &made.actor,
                via: made.via,
                at: MONDAY,
                data: &made.data,
            },
            ticket: &ticket,
            author: person_of(&made.actor),
            watchers: &[watcher],
            staff: &[],
            team: &[member],
            managers: &[manager],
        };
        plan(&situation)
            .into_iter()
            .map(|planned| (planned.notice, planned.to))
            .collect()
    }

    fn ann() -> UserId {
        Who::requester(1).user
    }

    fn bob() -> UserId {
        Who::technician(1, 1).user
    }

    #[test]
    fn a_reply_of_the_desk_goes_to_the_requester_and_participants_and_not_to_its_author() {
        let event = event(events::TICKET_REPLIED, bob(), json!({ "voice": "staff" }));
        let told = told(&event, |ticket| ticket.assignee = Some(bob()));
        assert_eq!(
            told,
            [
                (Notice::Replied, ann()),
                (Notice::Replied, Who::requester(9).user)
            ]
        );
    }

    #[test]
    fn a_reply_of_the_requester_goes_to_the_owner() {
        let event = event(events::TICKET_REPLIED, ann(), json!({ "voice": "requester" }));
        let told = told(&event, |ticket| ticket.assignee = Some(bob()));
        assert_eq!(told[0], (Notice::RequesterReplied, bob()));
        assert!(!told.iter().any(|(_, to)| *to == ann()));
    }

    #[test]
    fn a_mailed_request_is_not_acknowledged_twice() {
        let data = json!({ "after": {} });
        let by_mail = Made {
            via: "mail",
            ..event(events::TICKET_OPENED, ann(), data.clone())
        };
        assert!(told(&by_mail, |_| ()).is_empty());
        let by_page = event(events::TICKET_OPENED, ann(), data);
        assert_eq!(told(&by_page, |_| ()), [(Notice::Received, ann())]);
    }

    #[test]
    fn the_owner_at_the_opening_is_named_by_the_first_letter_alone() {
        let data = json!({ "assignee": bob(), "by_hand": false, "after": { "assignee": bob() } });
        let event = event(events::TICKET_ASSIGNED, ann(), data);
        let at_opening = told(&event, |ticket| {
            ticket.assignee = Some(bob());
            ticket.created_at = MONDAY;
        });
        assert_eq!(at_opening, [(Notice::AssignedToYou, bob())]);
        let later = told(&event, |ticket| {
            ticket.assignee = Some(bob());
            ticket.requester = Who::requester(3).user;
        });
        assert_eq!(
            later,
            [
                (Notice::AssignedToYou, bob()),
                (Notice::Assigned, Who::requester(3).user)
            ]
        );
    }

    #[test]
    fn an_urgent_ticket_that_nobody_has_is_told_to_its_team() {
        let event = event(events::TICKET_OPENED, ann(), json!({ "after": {} }));
        let told = told(&event, |ticket| ticket.priority = Priority::P0);
        assert!(
            told.contains(&(Notice::AssignedToYou, Who::technician(8, 1).user)),
            "{told:?}"
        );
    }

    #[test]
    fn managers_hear_of_urgent_breaches_and_not_of_small_ones() {
        let event = event(
            events::CLOCK_BREACHED,
            bob(),
            json!({ "actions": ["notify_owner"] }),
        );
        let owner = Who::technician(3, 1).user;
        let urgent = told(&event, |ticket| {
            (ticket.priority, ticket.assignee) = (Priority::P1, Some(owner))
        });
        assert_eq!(
            urgent,
            [(Notice::Breach, owner), (Notice::Breach, Who::manager().user)]
        );
        let small = told(&event, |ticket| ticket.assignee = Some(owner));
        assert_eq!(small, [(Notice::Breach, owner)]);
    }

    #[test]
    fn the_requester_hears_that_another_level_or_team_has_it_and_that_somebody_outside_is_waited_for() {
        let escalated = event(events::TICKET_ESCALATED, bob(), json!({ "after": { "tier": 2 } }));
        let owner = Who::technician(3, 1).user;
        assert_eq!(
            told(&escalated, |ticket| ticket.assignee = Some(owner)),
            [(Notice::EscalatedToYou, owner), (Notice::Moved, ann())]
        );
        let teams = json!({ "team": "A" });
        let queued = event(
            events::TICKET_ASSIGNED,
            bob(),
            json!({ "assignee": null, "by_hand": true, "before": teams, "after": teams }),
        );
        assert_eq!(told(&queued, |_| ()), [(Notice::Moved, ann())]);
        let waits = event(
            events::TICKET_WAITING,
            bob(),
            json!({ "waiting_for": "supplier" }),
        );
        assert_eq!(
            told(&waits, |ticket| ticket.state = State::WaitingSupplier),
            [(Notice::WaitingElsewhere, ann())]
        );
        assert!(told(&waits, |ticket| ticket.state = State::InProgress).is_empty());
    }

    #[test]
    fn a_note_is_told_only_to_staff_that_it_names() {
        let event = event(
            events::TICKET_NOTED,
            bob(),
            json!({ "mentions": [Who::requester(9).user] }),
        );
        assert!(told(&event, |_| ()).is_empty());
    }
}

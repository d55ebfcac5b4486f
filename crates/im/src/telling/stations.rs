//! Which events of a ticket are told by chat, and to whom. Pure.
//!
//! The same stations that the desk's letters have, for the requester and the owner alone: a chat is no place for watchers,
//! breaches, and teams. Nobody is told of what they did themselves.

use desk::events;
use desk::ticket::{State, Ticket};
use kernel::event::Event;
use kernel::id::UserId;

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Station {
    /// To the requester: we have it.
    Received,
    /// To the requester: this person has it.
    Assigned,
    /// To the requester: what the desk said.
    Replied,
    /// To the requester: we need something from you.
    Waiting,
    /// To the requester: does it work?
    Resolved,
    /// To the requester: it is closed.
    Closed,
    /// To the requester: we go on with it.
    Reopened,
    /// To the owner: it is yours.
    Yours,
    /// To the owner: the requester wrote.
    TheyReplied,
    /// To the owner: it came back.
    CameBack,
}

impl Station {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Received,
        Self::Assigned,
        Self::Replied,
        Self::Waiting,
        Self::Resolved,
        Self::Closed,
        Self::Reopened,
        Self::Yours,
        Self::TheyReplied,
        Self::CameBack,
    ];

    /// The word in the database and in text keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Assigned => "assigned",
            Self::Replied => "replied",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Yours => "yours",
            Self::TheyReplied => "they_replied",
            Self::CameBack => "came_back",
        }
    }

    /// Whether it is told to the owner, who reads the ticket on another page than the requester.
    #[must_use]
    pub const fn is_owners(self) -> bool {
        matches!(self, Self::Yours | Self::TheyReplied | Self::CameBack)
    }
}

/// Milliseconds within which an automatic assignment belongs to the opening: who opened it was told just now.
const AT_OPENING: i64 = 2_000;

/// Whether an event is told at all.
#[must_use]
pub fn is_told(kind: &str) -> bool {
    matches!(
        kind,
        events::TICKET_OPENED
            | events::TICKET_ASSIGNED
            | events::TICKET_REPLIED
            | events::TICKET_WAITING
            | events::TICKET_RESOLVED
            | events::TICKET_CONFIRMED
            | events::TICKET_CLOSED_SILENT
            | events::TICKET_REFUSED
            | events::TICKET_REOPENED
    )
}

/// Who is told what by an event. `author`: who said the words it tells of.
#[must_use]
pub fn of(event: &Event, ticket: &Ticket, author: Option<UserId>) -> Vec<(Station, UserId)> {
    let requester = |station| Some((station, ticket.requester));
    let owner = |station| ticket.assignee.map(|owner| (station, owner));
    let told = match event.kind.as_str() {
        events::TICKET_OPENED => vec![requester(Station::Received)],
        events::TICKET_ASSIGNED => assigned(event, ticket),
        events::TICKET_REPLIED if event.data["voice"] == "staff" => vec![requester(Station::Replied)],
        events::TICKET_REPLIED => vec![owner(Station::TheyReplied), requester(Station::Replied)],
        events::TICKET_WAITING if ticket.state == State::WaitingRequester => {
            vec![requester(Station::Waiting)]
        }
        events::TICKET_RESOLVED => vec![requester(Station::Resolved)],
        events::TICKET_CONFIRMED if event.data["answered_by"] == "on_behalf" => {
            vec![requester(Station::Closed)]
        }
        events::TICKET_CLOSED_SILENT => vec![requester(Station::Closed)],
        events::TICKET_REFUSED => vec![owner(Station::CameBack)],
        events::TICKET_REOPENED => vec![owner(Station::CameBack), requester(Station::Reopened)],
        _ => Vec::new(),
    };
    let actor = event
        .actor
        .strip_prefix("user:")
        .and_then(|id| id.parse::<UserId>().ok());
    let mut heard: Vec<(Station, UserId)> = Vec::new();
    for (station, user) in told.into_iter().flatten() {
        // To have a request acknowledged is the requester's right also when the requester made it.
        let is_own = station != Station::Received && (actor == Some(user) || author == Some(user));
        if !is_own && !heard.iter().any(|(_, known)| *known == user) {
            heard.push((station, user));
        }
    }
    heard
}

fn assigned(event: &Event, ticket: &Ticket) -> Vec<Option<(Station, UserId)>> {
    let named = event.data["assignee"]
        .as_str()
        .and_then(|id| id.parse::<UserId>().ok());
    // It has moved on since: the event that moved it tells of it.
    let Some(owner) = named.filter(|owner| Some(*owner) == ticket.assignee) else {
        return Vec::new();
    };
    let is_new = event.data["after"]["assignee"].is_string();
    let at_opening =
        event.at.millis() - ticket.created_at.millis() < AT_OPENING && event.data["by_hand"] != true;
    let requester = (is_new && !at_opening).then_some((Station::Assigned, ticket.requester));
    vec![Some((Station::Yours, owner)), requester]
}

//! What a ticket's rows say, put into our words: pure, and either whole or refused.
//!
//! People and teams stand here by address and name; who they are is found out when the ticket is written. How drafts are made
//! is in `drafting`.

use kernel::time::Timestamp;

use crate::ticket::Environment;
use crate::ticket::value::{Category, Channel, Impact, Priority, State, TicketType, Tier, Urgency};

/// A person as the file names one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    pub email: String,
    pub name: String,
    pub role: String,
    pub create: bool,
}

/// A team as the file names one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedTeam {
    pub name: String,
    pub tier: i64,
    pub create: bool,
}

/// How a ticket stands at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub state: State,
    pub ticket_type: TicketType,
    pub category: Category,
    pub impact: Impact,
    pub urgency: Urgency,
    pub priority: Priority,
    pub tier: Tier,
    pub team: Option<NamedTeam>,
    pub assignee: Option<Named>,
}

/// A change of how it stands.
#[derive(Debug, Clone)]
pub struct Step {
    pub at: Timestamp,
    pub by: Option<Named>,
    pub after: Standing,
}

/// Something that was said.
#[derive(Debug, Clone)]
pub struct Said {
    pub at: Timestamp,
    pub author: Option<Named>,
    pub public: bool,
    pub body: String,
}

/// What the other desk counted itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    pub met: Option<bool>,
    pub reassignments: Option<i64>,
    pub reopenings: Option<i64>,
}

/// A ticket as its rows tell it.
#[derive(Debug, Clone)]
pub struct Draft {
    pub foreign: String,
    pub line: u64,
    pub title: String,
    pub body: String,
    pub channel: Channel,
    pub requester: Named,
    pub organisation: Option<String>,
    pub environment: Environment,
    pub error_text: Option<String>,
    pub solution: Option<String>,
    pub tags: Vec<String>,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub pinned: bool,
    pub first: Standing,
    pub steps: Vec<Step>,
    pub said: Vec<Said>,
    pub stated: Stated,
}

impl Draft {
    /// How it stands at the end.
    #[must_use]
    pub fn last(&self) -> &Standing {
        self.steps.last().map_or(&self.first, |step| &step.after)
    }

    /// Everybody it names.
    pub fn people(&self) -> impl Iterator<Item = &Named> {
        let steps = self.steps.iter();
        let steps = steps.flat_map(|step| [step.by.as_ref(), step.after.assignee.as_ref()]);
        [Some(&self.requester), self.first.assignee.as_ref()]
            .into_iter()
            .chain(steps)
            .chain(self.said.iter().map(|said| said.author.as_ref()))
            .flatten()
    }

    /// The teams it names.
    pub fn teams(&self) -> impl Iterator<Item = &NamedTeam> {
        let steps = self.steps.iter().map(|step| step.after.team.as_ref());
        std::iter::once(self.first.team.as_ref()).chain(steps).flatten()
    }
}

//! Service levels: what was promised, by when, and which clocks watch over it.
//!
//! A [`Policy`] says for which tickets it holds, in whose hours its clocks run, in which states they pause, and what is
//! promised. The clocks themselves are a pure function of policy, hours, and history (`clock.rs`); what is stored is that
//! function's result (`keeping.rs`), found when due by an index (`sweeping.rs`) and proved by replay (`replaying.rs`).
//! This module knows no words: names and reasons are told apart here and written on the page.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::error::{Error, Errors, Result};
use kernel::i18n::Locale;
use serde::{Deserialize, Serialize};

use crate::ticket::Ticket;
use crate::ticket::value::{Category, Priority, State, TicketType, words};

pub mod clock;
pub mod explaining;
pub mod history;
pub mod hours;
pub mod keeping;
pub mod policies;
pub mod replaying;
pub mod store;
pub mod sweeping;

pub use clock::{Clock, ClockState};
pub use explaining::{Part, PartKind, explain};
pub use hours::Hours;
pub use policies::{policies, remove_policy, save_policy};
pub use replaying::{Difference, Report, replay_all};
pub use sweeping::sweep;

words!(
    /// What a clock watches over.
    ClockKind, "clock" {
        /// From the report to the first word of a person.
        FirstResponse => "first_response",
        /// From one word to the requester to the next.
        NextUpdate => "next_update",
        /// From the report to the solution.
        Solution => "solution",
    }
);

words!(
    /// In what a promise is counted. A working day is as long as the calendar's usual day, so three working days from
    /// Monday 10:00 end on Thursday 10:00: a promise does not shrink because a ticket came in the afternoon.
    Unit, "unit" { Minute => "minute", Hour => "hour", WorkingDay => "working_day" }
);

words!(
    /// What is done when a clock comes to a step.
    Action, "action" { NotifyOwner => "notify_owner", NotifyManager => "notify_manager", TierUp => "tier_up" }
);

/// At this much of the promised time, do these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub percent: i64,
    pub actions: Vec<Action>,
}

/// One promise of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub clock: ClockKind,
    pub amount: i64,
    pub unit: Unit,
    /// Below 100 a step warns, from 100 on it tells of a breach.
    #[serde(default)]
    pub steps: Vec<Step>,
}

impl Target {
    /// The promised time in milliseconds of these hours.
    #[must_use]
    pub fn millis(&self, hours: &Hours) -> i64 {
        let unit = match self.unit {
            Unit::Minute => 60_000,
            Unit::Hour => 3_600_000,
            Unit::WorkingDay => hours.day_millis(),
        };
        self.amount.saturating_mul(unit)
    }
}

/// For which tickets a policy holds; an empty list stands for any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Conditions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Priority>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<TicketType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
}

impl Conditions {
    /// Whether the ticket is one of those meant.
    #[must_use]
    pub fn hold(&self, ticket: &Ticket) -> bool {
        fn any<T: PartialEq>(wanted: &[T], is: &T) -> bool {
            wanted.is_empty() || wanted.contains(is)
        }
        any(&self.priorities, &ticket.priority)
            && any(&self.types, &ticket.ticket_type)
            && any(&self.categories, &ticket.category)
            && (self.sites.is_empty() || ticket.site.as_ref().is_some_and(|site| self.sites.contains(site)))
    }
}

/// What is promised to whom. In the database it is one immutable version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The name per language (`en`, `zh-CN`); one of them is enough.
    pub name: BTreeMap<String, String>,
    #[serde(default)]
    pub conditions: Conditions,
    /// `always`, `default`, or a calendar's id.
    pub calendar: String,
    /// The states in which the clocks stand.
    #[serde(default)]
    pub pauses: Vec<State>,
    pub targets: Vec<Target>,
}

/// A version of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub id: String,
    pub version: i64,
    /// Policies are tried in this order; the first that fits holds.
    pub place: i64,
    pub definition: Definition,
}

impl Policy {
    /// The name by which tickets and events mean this very version.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// The promise that this clock watches over.
    #[must_use]
    pub fn target(&self, kind: ClockKind) -> Option<&Target> {
        self.definition.targets.iter().find(|target| target.clock == kind)
    }

    /// The name for the reader.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &str {
        let names = &self.definition.name;
        names
            .get(locale.tag())
            .or_else(|| names.values().next())
            .map_or(self.id.as_str(), String::as_str)
    }
}

/// The policy that holds for a ticket: the first, in their order, whose conditions fit.
#[must_use]
pub fn choose<'a>(policies: &'a [Policy], ticket: &Ticket) -> Option<&'a Policy> {
    policies
        .iter()
        .find(|policy| policy.definition.conditions.hold(ticket))
}

const AMOUNT_MAX: i64 = 100_000;
const PERCENT_MAX: i64 = 1_000;

impl Definition {
    /// Refuses what could not be kept: every wrong field at once.
    pub fn check(&self) -> Result<()> {
        let mut errors = Errors::new();
        if self.name.values().all(|name| name.trim().is_empty()) {
            errors.push("name", "desk.policy.name_missing");
        }
        if self.targets.is_empty() {
            errors.push("targets", "desk.policy.no_target");
        }
        if self.pauses.iter().any(|state| !state.is_waiting()) {
            errors.push("pauses", "desk.policy.pause_not_waiting");
        }
        for (index, target) in self.targets.iter().enumerate() {
            let field = |name: &str| format!("targets[{index}].{name}");
            if target.amount < 1 || target.amount > AMOUNT_MAX {
                errors.push(field("amount"), "desk.policy.amount_out_of_range");
            }
            if self
                .targets
                .iter()
                .take(index)
                .any(|earlier| earlier.clock == target.clock)
            {
                errors.push(field("clock"), "desk.policy.clock_twice");
            }
            if target
                .steps
                .iter()
                .any(|step| step.percent < 1 || step.percent > PERCENT_MAX)
            {
                errors.push(field("steps"), "desk.policy.percent_out_of_range");
            }
            let mut percents: Vec<i64> = target.steps.iter().map(|step| step.percent).collect();
            percents.sort_unstable();
            if percents.windows(2).any(|pair| pair[0] == pair[1]) {
                errors.push(field("steps"), "desk.policy.percent_twice");
            }
        }
        errors.finish()
    }
}

/// The policies and hours that a history speaks of.
#[derive(Debug, Clone, Default)]
pub struct Book {
    pub pages: BTreeMap<String, Arc<(Policy, Hours)>>,
}

impl Book {
    /// The version of this name; a name that is not in the book is damage.
    pub fn get(&self, reference: &str) -> Result<(&Policy, &Hours)> {
        let page = self.pages.get(reference);
        let page = page.ok_or_else(|| {
            Error::internal(std::io::Error::other(format!(
                "no policy {reference} in the book"
            )))
        })?;
        Ok((&page.0, &page.1))
    }
}

//! The log of firings: which version of which rule, on what, what matched, what was done or refused, and why.

pub mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::RULES;
use crate::matching::Matched;
use crate::rule::word::words;
use crate::rule::{Action, RuleId};

words!(
    /// How a firing ended.
    Outcome, "outcome" {
        Done => "done", Refused => "refused", TooDeep => "too_deep", TicketLimit => "ticket_limit", RuleLimit => "rule_limit",
    }
);

/// What became of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// What was to be done; teams and people by id.
    pub action: Action,
    /// Whether it changed anything.
    pub changed: bool,
    /// Why it could not be done: a code of an error, and its words in both languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// Why an action could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The stable code.
    pub code: String,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Refusal {
    /// In the reader's words.
    #[must_use]
    pub fn message(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::ZhCn => &self.zh,
        }
    }
}

/// A firing as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// Its number.
    pub id: i64,
    /// The rule.
    pub rule: RuleId,
    /// Its version.
    pub version: i64,
    /// What it fired on, once.
    pub occasion: String,
    /// The event.
    pub seq: i64,
    /// The ticket.
    pub ticket: i64,
    /// 1 when no other rule had caused the event.
    pub depth: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// The conditions that held.
    pub matched: Vec<Matched>,
    /// What was done.
    pub deeds: Vec<Deed>,
    /// When.
    pub at: Timestamp,
}

/// The request by which events of a firing are known: the log links them by it.
#[must_use]
pub fn request(id: i64) -> String {
    format!("{REQUEST}{id}")
}

const REQUEST: &str = "rule-firing:";

/// The firing that caused an event.
#[must_use]
pub fn of_request(request: &str) -> Option<i64> {
    request.strip_prefix(REQUEST)?.parse().ok()
}

/// The firings of a rule before a number (`i64::MAX` for the latest), newest first.
pub fn of_rule(tx: &mut Tx<'_>, cx: &Cx, rule: RuleId, before: i64, limit: i64) -> Result<Vec<Firing>> {
    cx.require(RULES)?;
    store::of_rule(tx, rule, before, limit)
}

/// The firings on a ticket before a number, newest first, for who may read what the desk keeps to itself.
pub fn of_ticket(tx: &mut Tx<'_>, cx: &Cx, ticket: i64, before: i64, limit: i64) -> Result<Vec<Firing>> {
    // The ticket's own operation says who may know of it.
    if !desk::ticket::load(tx, cx, ticket)?.internal {
        return Err(kernel::Error::not_found());
    }
    store::of_ticket(tx, ticket, before, limit)
}

//! What the clerk may do: whether it is on, how sure it must be, and where it keeps out of it.

use desk::ticket::{Category, TicketType};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::event::{self, New};
use kernel::id::TeamId;
use kernel::setting;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events;

/// The setting that holds it.
pub const SETTING: &str = "answers.clerk";
/// Before there is enough past to measure by, it must be so sure, in hundredths.
pub const UNMEASURED: i64 = 90;
/// A lower threshold would answer as often wrongly as rightly.
pub const THRESHOLD_AT_LEAST: i64 = 50;
const SENDERS_AT_MOST: usize = 200;
const SENDER_MAX: usize = 200;

/// The policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    pub is_on: bool,
    /// In hundredths; none follows what was measured.
    pub threshold: Option<i64>,
    /// How many cases an article must have solved before it may be answered with.
    pub proven: i64,
    /// Categories it keeps out of, besides security.
    pub categories: Vec<Category>,
    pub types: Vec<TicketType>,
    /// Addresses (`ann@example.com`) and domains (`example.com`).
    pub senders: Vec<String>,
    pub teams: Vec<TeamId>,
    /// After so many days without a word a person looks at it.
    pub silent_days: i64,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            is_on: false,
            threshold: None,
            proven: 3,
            categories: vec![Category::Security],
            types: vec![TicketType::ChangeRequest],
            senders: Vec::new(),
            teams: Vec::new(),
            silent_days: 3,
        }
    }
}

/// The policy in force.
///
/// # Errors
/// The database's.
pub fn load(tx: &mut Tx) -> Result<Policy> {
    Ok(setting::get(tx, SETTING)?.unwrap_or_default())
}

/// Sets it.
///
/// # Errors
/// 403 for others; 422 naming the wrong fields.
pub fn save(tx: &mut Tx, cx: &Cx, wanted: &Policy) -> Result<Policy> {
    cx.require(crate::CLERK)?;
    let policy = checked(wanted)?;
    setting::put(tx, cx, SETTING, &policy)?;
    let new = New {
        kind: events::POLICY_SAVED,
        subject: format!("setting:{SETTING}"),
        data: json!({ "on": policy.is_on, "threshold": policy.threshold, "proven": policy.proven }),
        personal: None,
    };
    event::append(tx, cx, new)?;
    Ok(policy)
}

fn checked(wanted: &Policy) -> Result<Policy> {
    let mut errors = Errors::new();
    if wanted
        .threshold
        .is_some_and(|threshold| !(THRESHOLD_AT_LEAST..=100).contains(&threshold))
    {
        errors.push("threshold", "answers.clerk.threshold_out_of_range");
    }
    if !(1..=1_000).contains(&wanted.proven) {
        errors.push("proven", "answers.clerk.proven_out_of_range");
    }
    if !(1..=30).contains(&wanted.silent_days) {
        errors.push("silent_days", "answers.clerk.days_out_of_range");
    }
    let mut senders: Vec<String> = wanted
        .senders
        .iter()
        .map(|one| one.trim().trim_start_matches('@').to_lowercase())
        .filter(|one| !one.is_empty())
        .collect();
    senders.sort_unstable();
    senders.dedup();
    let is_odd = |one: &String| one.chars().count() > SENDER_MAX || one.contains(char::is_whitespace);
    if senders.len() > SENDERS_AT_MOST || senders.iter().any(is_odd) {
        errors.push("senders", "answers.clerk.senders_malformed");
    }
    errors.finish()?;
    Ok(Policy {
        senders,
        ..wanted.clone()
    })
}

impl Policy {
    /// Whether somebody with this address is left to people.
    #[must_use]
    pub fn leaves_out(&self, address: &str) -> bool {
        let address = address.trim().to_lowercase();
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.senders.iter().any(|one| {
            *one == address || *one == domain || (!one.contains('@') && domain.ends_with(&format!(".{one}")))
        })
    }

    /// From which confidence it answers, in thousandths: what was set by hand, else what was measured, else a high one;
    /// none when it was measured that no threshold is precise enough.
    #[must_use]
    pub fn threshold(&self, measured: Option<Option<i64>>) -> Option<i64> {
        match (self.threshold, measured) {
            (Some(by_hand), _) => Some(by_hand * 10),
            (None, Some(measured)) => measured,
            (None, None) => Some(UNMEASURED * 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_leaves_out_its_own_and_what_is_under_it_and_nothing_beside_it() {
        let policy = Policy {
            senders: vec!["bank.example".to_owned(), "boss@corp.example".to_owned()],
            ..Policy::default()
        };
        assert!(policy.leaves_out("Ann@Bank.Example"));
        assert!(policy.leaves_out("ann@mail.bank.example"));
        assert!(!policy.leaves_out("ann@notbank.example"));
        assert!(policy.leaves_out("boss@corp.example"));
        assert!(!policy.leaves_out("ann@corp.example"));
    }

    #[test]
    fn a_hand_set_threshold_wins_and_none_measured_means_silence() {
        let mut policy = Policy::default();
        assert_eq!(policy.threshold(None), Some(UNMEASURED * 10));
        assert_eq!(policy.threshold(Some(Some(770))), Some(770));
        assert_eq!(policy.threshold(Some(None)), None);
        policy.threshold = Some(60);
        assert_eq!(policy.threshold(Some(None)), Some(600));
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_field() {
        let wrong = Policy {
            threshold: Some(20),
            proven: 0,
            silent_days: 99,
            senders: vec!["two words".to_owned()],
            ..Policy::default()
        };
        let error = checked(&wrong).unwrap_err();
        assert_eq!(error.fields().len(), 4);
    }
}

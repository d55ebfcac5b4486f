//! The second person as the signer knows them: not a name that the web process says, but a code that only they can make.
//!
//! An approval is for one verb word for word, for one ticket, on the devices that are named, once each, and for an hour. What it
//! cannot show is on what screen the person read what they agreed to: a web process that was taken over can show something else. But
//! it gets nothing without a person who agrees to something just then, and not more than one thing for each code.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use protocol::grant::Grant;
use serde::{Deserialize, Serialize};

use super::code;
use super::policy::{Policy, Refusal};

const HOUR: i64 = 3_600_000;
/// Wrong codes of one person within [`PAUSE`].
const WRONG_MOST: usize = 5;
const PAUSE: i64 = 5 * 60_000;
/// Devices of one approval.
const DEVICES_MOST: usize = 1_000;
/// Approvals that wait at a time.
const APPROVALS_MOST: usize = 200;

/// What a second person agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Who agrees.
    pub person: String,
    /// Their code of this moment.
    pub code: String,
    /// The hash of the verb as JSON, word for word.
    pub act: String,
    /// For which ticket.
    pub subject: String,
    /// On which devices.
    pub devices: BTreeSet<String>,
}

#[derive(Debug)]
struct Approval {
    person: String,
    act: String,
    subject: String,
    devices: BTreeSet<String>,
    until: i64,
}

/// What was agreed to lately.
#[derive(Debug, Default)]
pub struct Approvals {
    given: VecDeque<Approval>,
    /// The last step of which somebody used a code.
    used: BTreeMap<String, i64>,
    wrong: BTreeMap<String, Vec<i64>>,
}

impl Approvals {
    /// Somebody agrees.
    ///
    /// # Errors
    /// `Unproved` for a wrong code and for who is no second person, `Rate` after too many wrong ones.
    pub fn give(&mut self, policy: &Policy, wish: Wish, now: i64) -> Result<(), Refusal> {
        if policy.approvers.is_empty() {
            // Nobody is named: the web process's word is all there is, and `persons` counts it as such.
            return Ok(());
        }
        let secret = policy
            .approvers
            .get(&wish.person)
            .and_then(|text| code::secret(text))
            .ok_or(Refusal::Unproved)?;
        let wrong = self.wrong.entry(wish.person.clone()).or_default();
        wrong.retain(|at| now - at < PAUSE);
        if wrong.len() >= WRONG_MOST {
            return Err(Refusal::Rate);
        }
        let last = self.used.get(&wish.person).copied();
        let Some(step) = code::step_of(&secret, &wish.code, now, last) else {
            wrong.push(now);
            return Err(Refusal::Unproved);
        };
        if wish.devices.is_empty() || wish.devices.len() > DEVICES_MOST {
            return Err(Refusal::FanOut);
        }
        self.used.insert(wish.person.clone(), step);
        self.given.retain(|one| one.until > now);
        if self.given.len() >= APPROVALS_MOST {
            self.given.pop_front();
        }
        self.given.push_back(Approval {
            person: wish.person,
            act: wish.act,
            subject: wish.subject,
            devices: wish.devices,
            until: now + HOUR,
        });
        Ok(())
    }

    /// Whether the second person whom a grant names has agreed to it.
    #[must_use]
    pub fn hold(&self, grant: &Grant, now: i64) -> bool {
        self.given.iter().any(|one| is_for(one, grant, now))
    }

    /// It was made use of: it counts no more for this device.
    pub fn spend(&mut self, grant: &Grant, now: i64) {
        if let Some(one) = self.given.iter_mut().find(|one| is_for(one, grant, now)) {
            one.devices.remove(&grant.device);
        }
    }
}

fn is_for(one: &Approval, grant: &Grant, now: i64) -> bool {
    one.until > now
        && grant.approved_by.as_ref() == Some(&one.person)
        && grant.act.as_ref() == Some(&one.act)
        && grant.subject == one.subject
        && one.devices.contains(&grant.device)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn policy() -> Policy {
        Policy {
            approvers: BTreeMap::from([("shen".to_owned(), SECRET.to_owned())]),
            ..Policy::default()
        }
    }

    fn code(at: i64) -> String {
        code::code_of(&code::secret(SECRET).unwrap(), at / 30_000)
    }

    fn wish(code: &str) -> Wish {
        Wish {
            person: "shen".to_owned(),
            code: code.to_owned(),
            act: "h".to_owned(),
            subject: "ticket:7".to_owned(),
            devices: BTreeSet::from(["d1".to_owned(), "d2".to_owned()]),
        }
    }

    fn grant(device: &str) -> Grant {
        Grant {
            id: "g".to_owned(),
            device: device.to_owned(),
            person: "amy".to_owned(),
            person_name: String::new(),
            subject: "ticket:7".to_owned(),
            verbs: Vec::new(),
            act: Some("h".to_owned()),
            issued_at: NOW,
            expires_at: NOW + HOUR,
            approved_by: Some("shen".to_owned()),
            fan_out: 2,
        }
    }

    #[test]
    fn an_approval_is_for_these_words_on_these_devices_once() {
        let (policy, mut approvals) = (policy(), Approvals::default());
        assert!(!approvals.hold(&grant("d1"), NOW), "a name alone is nothing");
        approvals.give(&policy, wish(&code(NOW)), NOW).unwrap();
        assert!(approvals.hold(&grant("d1"), NOW) && approvals.hold(&grant("d2"), NOW));
        assert!(!approvals.hold(&grant("d3"), NOW));
        assert!(!approvals.hold(&grant("d1"), NOW + HOUR));
        for change in [
            |grant: &mut Grant| grant.act = Some("other".to_owned()),
            |grant: &mut Grant| grant.subject = "ticket:8".to_owned(),
            |grant: &mut Grant| grant.approved_by = Some("noor".to_owned()),
            |grant: &mut Grant| grant.approved_by = None,
        ] {
            let mut other = grant("d1");
            change(&mut other);
            assert!(!approvals.hold(&other, NOW), "{other:?}");
        }
        approvals.spend(&grant("d1"), NOW);
        assert!(!approvals.hold(&grant("d1"), NOW) && approvals.hold(&grant("d2"), NOW));
    }

    #[test]
    fn a_code_counts_once_and_guessing_is_stopped() {
        let (policy, mut approvals) = (policy(), Approvals::default());
        approvals.give(&policy, wish(&code(NOW)), NOW).unwrap();
        assert_eq!(
            approvals.give(&policy, wish(&code(NOW)), NOW),
            Err(Refusal::Unproved)
        );
        for _ in 1..WRONG_MOST {
            assert_eq!(approvals.give(&policy, wish("000"), NOW), Err(Refusal::Unproved));
        }
        let later = NOW + 60_000;
        assert_eq!(
            approvals.give(&policy, wish(&code(later)), later),
            Err(Refusal::Rate)
        );
        let later = NOW + PAUSE;
        assert_eq!(approvals.give(&policy, wish(&code(later)), later), Ok(()));
        let stranger = Wish {
            person: "amy".to_owned(),
            ..wish(&code(later))
        };
        assert_eq!(approvals.give(&policy, stranger, later), Err(Refusal::Unproved));
    }
}

//! How long devices take the releases of the agent that are published.

use fleet::release::{Standing, Trust, store};
use kernel::Timestamp;

use super::Patient;
use super::finding::Finding;

/// Nothing is said while nothing was published.
pub async fn look(patient: &Patient) -> Option<Finding> {
    match patient.db.read(store::trust).await {
        Ok(trust) => trust.map(|trust| judge(&trust, patient.now)),
        Err(error) => Some(patient.unanswered("releases", &error)),
    }
}

fn judge(trust: &Trust, now: Timestamp) -> Finding {
    let finding = match trust.standing(now) {
        Standing::Good => Finding::ok("releases", "doctor-releases-ok"),
        Standing::Soon => Finding::warning("releases", "doctor-releases-soon"),
        Standing::Over => Finding::failed("releases", "doctor-releases-over"),
    };
    finding.with("at", trust.expires_at.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn signatures_that_run_out_within_a_fortnight_are_a_warning() {
        let now = Timestamp::from_secs(1_772_445_600);
        let state = |days: i64| {
            let trust = Trust {
                root: String::new(),
                root_version: 1,
                expires_at: now.add_secs(days * 86_400),
                published_at: now,
            };
            judge(&trust, now).state
        };
        assert_eq!(state(30), State::Ok);
        assert_eq!(state(13), State::Warning);
        assert_eq!(state(-1), State::Failed);
    }
}

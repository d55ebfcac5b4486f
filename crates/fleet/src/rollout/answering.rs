//! What the end of an act means to the rollout it is part of. Pure.
//!
//! A check says what it found by its code: 0 the change is there, 80 nothing of it is there, 81 something in between; any other code
//! is no finding, so that a shell that dies (1, 2, 126, 127 …) is never taken for one. Of all other steps 0 is well.

use ::rollout::{Answer, Found, Step};
use protocol::message::Outcome;

/// The change is there, whole.
pub const COMPLIANT: i32 = 0;
/// Nothing of the change is there.
pub const NEEDED: i32 = 80;
/// Something in between.
pub const BETWEEN: i32 = 81;

/// What the outcome of an act answers to its step. `epoch` is the number of the target's link when it was asked.
#[must_use]
pub fn answer(step: Step, outcome: &Outcome, epoch: u64) -> Answer {
    match outcome {
        Outcome::Done { code, .. } => done(step, code.unwrap_or(0)),
        // Neither was ever taken up by the device, and neither will be.
        // The same of a bundle that was replaced while its act waited: it is asked for again with the present one.
        Outcome::Failed { code, .. }
            if matches!(code.as_str(), "device_away" | "expired" | "bundle_replaced") =>
        {
            Answer::Away { epoch }
        }
        Outcome::Failed { code, .. } => Answer::Failed { code: code.clone() },
        // It was held back on this side, and its device never heard of it.
        Outcome::Refused { code } if matches!(code.as_str(), "stopped" | "ticket" | "person") => {
            Answer::Away { epoch }
        }
        Outcome::Refused { code } => Answer::Refused { code: code.clone() },
        Outcome::Lost { .. } => Answer::Lost,
        Outcome::Cancelled => Answer::Stopped,
    }
}

/// The same where the agent itself is replaced.
///
/// The bundle travels before anything is changed, so a link that is lost meanwhile, or another update that is at work, left the
/// device as it was: it is carried. Behind an apply the agent ends and begins again; a look that met with that is repeated, which
/// costs one of its tries and is no harm by itself.
#[must_use]
pub fn answer_of_agent(step: Step, outcome: &Outcome, epoch: u64) -> Answer {
    match (step, outcome) {
        (Step::DryRun | Step::Apply, Outcome::Failed { code, .. })
            if matches!(code.as_str(), "link_lost" | "update_busy" | "restarting") =>
        {
            Answer::Away { epoch }
        }
        (Step::Check | Step::Verify, Outcome::Failed { code, .. }) if code == "link_lost" => Answer::Lost,
        (_, Outcome::Failed { code, .. }) if code == "restarting" => Answer::Lost,
        (
            Step::Check,
            Outcome::Done {
                code: Some(BETWEEN), ..
            },
        ) => Answer::Lost,
        // The device's word about signatures; ours about grants has no text.
        (_, Outcome::Failed { code, text }) if code == "expired" && !text.is_empty() => Answer::Failed {
            code: "signatures_expired".to_owned(),
        },
        _ => answer(step, outcome, epoch),
    }
}

fn done(step: Step, code: i32) -> Answer {
    let found = |found| Answer::Found { found };
    match (step, code) {
        (Step::Check, COMPLIANT) => found(Found::Compliant),
        (Step::Check, NEEDED) => found(Found::Needed),
        (Step::Check, BETWEEN) => found(Found::Between),
        (Step::Check, _) => Answer::Failed {
            code: format!("exit_{code}"),
        },
        (_, 0) => Answer::Done,
        _ => Answer::Failed {
            code: format!("exit_{code}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(code: i32) -> Outcome {
        Outcome::Done {
            code: Some(code),
            summary: serde_json::Value::Null,
            hash: None,
        }
    }

    #[test]
    fn a_shell_that_died_has_found_nothing() {
        for code in [1, 2, 126, 127, 137, 255, -1] {
            let answer = answer(Step::Check, &ended(code), 3);
            assert!(matches!(answer, Answer::Failed { .. }), "{code}: {answer:?}");
        }
        for (code, found) in [(0, Found::Compliant), (80, Found::Needed), (81, Found::Between)] {
            assert_eq!(answer(Step::Check, &ended(code), 3), Answer::Found { found });
        }
    }

    #[test]
    fn the_codes_of_a_check_are_failures_of_any_other_step() {
        for step in [Step::DryRun, Step::Apply, Step::Verify, Step::RollBack] {
            assert_eq!(answer(step, &ended(0), 3), Answer::Done);
            for code in [80, 81, 1] {
                assert!(matches!(answer(step, &ended(code), 3), Answer::Failed { .. }));
            }
        }
    }

    #[test]
    fn a_link_is_lost_only_while_the_agent_itself_is_replaced() {
        let lost = Outcome::Failed {
            code: "link_lost".to_owned(),
            text: String::new(),
        };
        for step in [Step::DryRun, Step::Apply] {
            assert_eq!(answer_of_agent(step, &lost, 3), Answer::Away { epoch: 3 });
        }
        for step in [Step::Check, Step::Verify] {
            assert_eq!(answer_of_agent(step, &lost, 3), Answer::Lost);
        }
        let back = answer_of_agent(Step::RollBack, &lost, 3);
        assert!(matches!(back, Answer::Failed { .. }), "{back:?}");
        let failed = |code: &str, text: &str| Outcome::Failed {
            code: code.to_owned(),
            text: text.to_owned(),
        };
        let restarting = failed("restarting", "the agent is about to restart");
        for step in [Step::Check, Step::Verify, Step::RollBack] {
            assert_eq!(answer_of_agent(step, &restarting, 3), Answer::Lost);
        }
        let busy = failed("update_busy", "another step of an update is at work");
        assert_eq!(answer_of_agent(Step::Apply, &busy, 3), Answer::Away { epoch: 3 });
        assert_eq!(answer_of_agent(Step::Check, &ended(BETWEEN), 3), Answer::Lost);
        let signatures = answer_of_agent(Step::DryRun, &failed("expired", "its signatures have run out"), 3);
        assert!(matches!(signatures, Answer::Failed { .. }), "{signatures:?}");
        assert_eq!(
            answer_of_agent(Step::DryRun, &failed("expired", ""), 3),
            Answer::Away { epoch: 3 }
        );
        for step in Step::ALL {
            assert!(
                matches!(answer(step, &lost, 3), Answer::Failed { .. }),
                "{step:?}"
            );
        }
    }

    #[test]
    fn what_was_never_taken_up_is_no_failure() {
        let away = Outcome::Failed {
            code: "device_away".to_owned(),
            text: String::new(),
        };
        assert_eq!(answer(Step::Apply, &away, 3), Answer::Away { epoch: 3 });
        let failed = Outcome::Failed {
            code: "no_interpreter".to_owned(),
            text: String::new(),
        };
        assert!(matches!(answer(Step::Apply, &failed, 3), Answer::Failed { .. }));
        for code in ["stopped", "ticket", "person"] {
            let held_back = Outcome::Refused {
                code: code.to_owned(),
            };
            assert_eq!(answer(Step::RollBack, &held_back, 3), Answer::Away { epoch: 3 });
        }
        let lost = Outcome::Lost { text: String::new() };
        assert_eq!(answer(Step::Apply, &lost, 3), Answer::Lost);
    }
}

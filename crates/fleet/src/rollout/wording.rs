//! How rollouts are put into words: where one stands, what a target is like, why it halted, and what went wrong.

use ::rollout::state::Head;
use ::rollout::{Course, Failure, Phase, Reason, Status, Step, Target, Trace, Why, needs_second_person};
use kernel::Locale;
use kernel::i18n::{Arg, has_key};
use kernel::time::Timestamp;

use super::{Rollout, bar, phase_word, telling};
use crate::act;

/// The key of one word of a closed set: `fleet-rollout-status-rolled-back`.
pub fn key(set: &str, word: &str) -> String {
    format!("fleet-rollout-{set}-{}", word.replace('_', "-"))
}

/// How far a target is.
pub fn status(locale: Locale, status: Status) -> String {
    locale.t(&key("status", status.as_str()))
}

/// How far a target is, and at what.
pub fn status_at(locale: Locale, target: &Target) -> String {
    let name = status(locale, target.status);
    match target.status {
        Status::Running { step: at, attempt } if attempt > 1 => locale.t_with(
            "fleet-rollout-running-again",
            &[("step", step(locale, at).into()), ("attempt", attempt.into())],
        ),
        Status::Running { step: at, .. } => {
            locale.t_with("fleet-rollout-running-at", &[("step", step(locale, at).into())])
        }
        _ => name,
    }
}

/// The colour of a status; the word always stands in it.
pub const fn tone(status: Status) -> &'static str {
    match status {
        Status::Compliant | Status::Succeeded => "success",
        Status::Failed | Status::RollBackFailed | Status::Expired => "danger",
        Status::Offline { .. } | Status::Unknown { .. } => "warning",
        Status::Running { .. } => "accent",
        Status::RolledBack => "info",
        Status::Pending | Status::Cancelled => "muted",
    }
}

/// The name of a step.
pub fn step(locale: Locale, step: Step) -> String {
    locale.t(&key("step", step.as_str()))
}

/// What the rollout may have left on a target, where that is not clear from its status.
pub fn trace(locale: Locale, target: &Target) -> Option<String> {
    let word = match (target.trace, target.status) {
        (Trace::None, Status::Failed | Status::RollBackFailed | Status::Expired) => "none",
        (Trace::None, _) | (Trace::Applied, Status::Succeeded | Status::Running { .. }) => return None,
        (Trace::Unsure, _) => "unsure",
        (Trace::Applied, _) => "applied",
        (Trace::Undone, _) => "undone",
    };
    Some(locale.t(&key("trace", word)))
}

/// What went wrong with a target, and at which step.
pub fn failure(locale: Locale, failure: &Failure) -> String {
    locale.t_with(
        "fleet-rollout-failed-at",
        &[
            ("step", step(locale, failure.step).into()),
            ("why", why(locale, &failure.why).into()),
        ],
    )
}

/// The word for a cause in JSON and in keys.
pub const fn why_word(why: &Why) -> &'static str {
    match why {
        Why::Failed { .. } => "failed",
        Why::Refused { .. } => "refused",
        Why::Lost => "lost",
        Why::Stopped => "stopped",
        Why::Between => "between",
        Why::StillThere => "still_there",
        Why::Expired => "expired",
    }
}

fn why(locale: Locale, why: &Why) -> String {
    match why {
        Why::Failed { code } | Why::Refused { code } => code_words(locale, code),
        _ => locale.t(&key("why", why_word(why))),
    }
}

/// The words of a code: ours for an exit code and for what this slice knows, else those that acts have.
fn code_words(locale: Locale, code: &str) -> String {
    if let Some(number) = code.strip_prefix("exit_") {
        return locale.t_with("fleet-rollout-why-exit", &[("code", number.into())]);
    }
    let own = key("why", code);
    if has_key(locale, &own) {
        locale.t(&own)
    } else {
        act::telling::reason(locale, code, "")
    }
}

/// Where a rollout stands, in one word for its chip and its colour.
pub const fn standing(head: &Head) -> (&'static str, &'static str) {
    match (&head.course, head.phase) {
        (_, Phase::Done) => ("done", "success"),
        (_, Phase::Cancelled) => ("cancelled", "muted"),
        (_, Phase::Draft) if matches!(head.course, Course::Going) => ("draft", "muted"),
        (Course::Halted(_), _) => ("halted", "danger"),
        (Course::Cancelling(_), _) => ("cancelling", "warning"),
        (Course::Retrying, _) => ("retrying", "accent"),
        (Course::Going, phase) => (phase_word(phase), "accent"),
    }
}

/// The chip of a rollout in words: `Ring 2 of 3`.
pub fn chip(locale: Locale, rollout: &Rollout) -> String {
    let (word, _) = standing(&rollout.head);
    let numbers = match rollout.head.phase {
        Phase::Ring { ring } => (ring + 1, rollout.plan.rings.len()),
        _ => (0, 0),
    };
    locale.t_with(
        &key("standing", word),
        &[("number", numbers.0.into()), ("of", numbers.1.into())],
    )
}

/// How a rollout stands, in one sentence.
pub fn sentence(locale: Locale, rollout: &Rollout, now: Timestamp) -> String {
    let head = &rollout.head;
    let counts = bar::sum(head);
    let bad = counts.all() - counts.good() - counts.cancelled;
    let (word, _) = standing(head);
    let (word, more): (&str, Vec<(&str, Arg)>) = match (word, head.phase) {
        ("draft", _) => ("draft", vec![("count", rollout.plan.targets.into())]),
        ("dry_run", _) => (
            "dry_run",
            vec![(
                "count",
                rollout.plan.sample.min(rollout.plan.targets).max(1).into(),
            )],
        ),
        ("rehearsal", _) if needs_second_person(&rollout.plan) && head.approved.is_none() => {
            ("approval", Vec::new())
        }
        ("ring", Phase::Ring { ring }) => return ring_sentence(locale, rollout, ring, now),
        ("halted" | "cancelling", _) if counts.running > 0 => (word, vec![("count", counts.running.into())]),
        ("halted", _) => ("at_rest", Vec::new()),
        ("cancelling", _) => ("cancelling_waits", Vec::new()),
        ("done" | "cancelled", _) => (word, vec![("good", counts.good().into()), ("bad", bad.into())]),
        _ => (word, Vec::new()),
    };
    locale.t_with(&key("sentence", word), &more)
}

fn ring_sentence(locale: Locale, rollout: &Rollout, ring: usize, now: Timestamp) -> String {
    let name = ring_name(rollout, ring);
    let mut args: Vec<(&str, Arg)> = vec![
        ("name", name.into()),
        ("number", (ring + 1).into()),
        ("of", rollout.plan.rings.len().into()),
    ];
    let word = match bake_left(rollout, ring, now) {
        None => "ring",
        Some(_) if wants_probe(rollout, ring) => "ring_probe",
        Some(0) if bar::sum(&rollout.head).waiting() > 0 => {
            args.push(("count", bar::sum(&rollout.head).waiting().into()));
            "ring_awaits"
        }
        Some(0) => "ring_baked",
        Some(left) => {
            args.push(("time", kernel::i18n::format_duration(left, locale).into()));
            "ring_bakes"
        }
    };
    locale.t_with(&key("sentence", word), &args)
}

/// What people call a ring.
pub fn ring_name(rollout: &Rollout, ring: usize) -> String {
    rollout
        .plan
        .rings
        .get(ring)
        .map_or_else(String::new, |ring| ring.name.clone())
}

/// Whether this ring is finished and waits to be told that all is well.
pub fn wants_probe(rollout: &Rollout, ring: usize) -> bool {
    let needed = ::rollout::plan::Probing::Needed;
    let is_needed = rollout
        .plan
        .rings
        .get(ring)
        .is_some_and(|ring| ring.probe == needed);
    is_needed && !rollout.head.is_healthy && is_baking(rollout, ring)
}

fn is_baking(rollout: &Rollout, ring: usize) -> bool {
    rollout.head.phase == (Phase::Ring { ring })
        && rollout.head.bakes_since.is_some()
        && rollout.head.course == Course::Going
}

/// For how many seconds a ring is still only watched; none while it is not.
pub fn bake_left(rollout: &Rollout, ring: usize, now: Timestamp) -> Option<i64> {
    if !is_baking(rollout, ring) {
        return None;
    }
    let until = rollout
        .head
        .bakes_since?
        .saturating_add(rollout.plan.rings.get(ring)?.bake);
    Some((until.saturating_sub(now.millis()).max(0) + 999) / 1_000)
}

/// Why a rollout halted or is being ended. `by` is the name of whoever wanted it.
pub fn reason(locale: Locale, rollout: &Rollout, reason: &Reason, by: &str) -> String {
    let (word, ring) = telling::reason_word(reason);
    let text =
        telling::key_of(reason).map_or_else(|| telling::text_of(reason).to_owned(), |key| locale.t(key));
    let ring = ring.map_or_else(String::new, |ring| ring_name(rollout, ring));
    locale.t_with(
        &key("halt", word),
        &[("by", by.into()), ("text", text.into()), ("ring", ring.into())],
    )
}

#[cfg(test)]
mod tests {
    use ::rollout::plan::Unfit;
    use ::rollout::{Position, Refusal};
    use kernel::i18n::register;

    use super::*;

    /// Every kind of status.
    const STATUSES: [Status; 11] = [
        Status::Pending,
        Status::Offline { step: Step::Check },
        Status::Running {
            step: Step::Apply,
            attempt: 1,
        },
        Status::Unknown { step: Step::Check },
        Status::Compliant,
        Status::Succeeded,
        Status::Failed,
        Status::RolledBack,
        Status::RollBackFailed,
        Status::Expired,
        Status::Cancelled,
    ];

    fn has_words(keys: impl IntoIterator<Item = String>) {
        register(crate::LOCALES);
        for key in keys {
            for locale in Locale::ALL {
                assert!(has_key(locale, &key), "{locale}: {key}");
            }
        }
    }

    #[test]
    fn every_status_step_trace_and_cause_has_words() {
        has_words(STATUSES.map(|one| key("status", one.as_str())));
        has_words(Step::ALL.map(|one| key("step", one.as_str())));
        has_words(["none", "unsure", "applied", "undone"].map(|word| key("trace", word)));
        let causes = [
            Why::Lost,
            Why::Stopped,
            Why::Between,
            Why::StillThere,
            Why::Expired,
        ];
        has_words(causes.map(|one| key("why", why_word(&one))));
        // What the driver itself answers with.
        has_words(["no_step", "script_not_reviewed", "device", "no_agent"].map(|word| key("why", word)));
        let lacks = crate::release::bundling::Lack::ALL.map(crate::release::bundling::Lack::code);
        let others = ["bundle_missing", "bundle_replaced", "signatures_expired"];
        let codes = lacks.into_iter().chain(others);
        has_words(codes.map(|code| format!("fleet-reason-{}", code.replace('_', "-"))));
    }

    #[test]
    fn every_phase_and_course_has_words() {
        let words = [
            "draft",
            "dry_run",
            "rehearsal",
            "ring",
            "done",
            "cancelled",
            "halted",
            "cancelling",
            "retrying",
        ];
        has_words(words.map(|word| key("standing", word)));
        let sentences = [
            "draft",
            "dry_run",
            "approval",
            "rehearsal",
            "ring",
            "ring_bakes",
            "ring_baked",
            "ring_awaits",
            "ring_probe",
            "halted",
            "at_rest",
            "cancelling",
            "cancelling_waits",
            "retrying",
            "done",
            "cancelled",
        ];
        has_words(sentences.map(|word| key("sentence", word)));
    }

    #[test]
    fn every_reason_has_words_here_and_on_the_ticket() {
        let by = || ::rollout::Person("somebody".to_owned());
        let text = String::new;
        let target = Position(0);
        let reasons = [
            Reason::Person {
                by: by(),
                text: text(),
            },
            Reason::RingBudget { ring: 0 },
            Reason::Budget,
            Reason::Probe { text: text() },
            Reason::DryRun { target },
            Reason::Rehearsal { target },
            Reason::NothingToRehearse,
            Reason::NothingLearned { ring: 0 },
            Reason::Retried,
        ];
        let words = || reasons.iter().map(|one| telling::reason_word(one).0);
        has_words(words().map(|word| key("halt", word)));
        has_words(words().map(|word| key("line", word).replace("rollout-line", "line-rollout-halted")));
        has_words(["by-ticket", "by-stop", "by-planner"].map(|word| format!("fleet-rollout-{word}")));
        let lines = [
            "drafted",
            "approved",
            "excepted-dry-run",
            "excepted-way-back",
            "resumed",
            "retried",
            "cancelling",
            "started",
            "rehearsal",
            "ring",
            "done",
            "cancelled",
        ];
        has_words(lines.map(|word| format!("fleet-line-rollout-{word}")));
        has_words(
            super::super::events::ALL
                .iter()
                .map(|kind| format!("event-{}", kind.replace('.', "-"))),
        );
    }

    #[test]
    fn every_refusal_and_every_unfit_plan_has_words() {
        let refusals = [
            Refusal::Stale,
            Refusal::OtherPlan,
            Refusal::UnknownTarget,
            Refusal::UnknownCommand,
            Refusal::WrongAnswer,
            Refusal::Begun,
            Refusal::NotUnderWay,
            Refusal::NotHalted,
            Refusal::StillRunning,
            Refusal::NothingFailed,
            Refusal::NothingToApprove,
            Refusal::SamePerson,
            Refusal::Nobody,
            Refusal::NoReason,
            Refusal::NothingToExcept,
        ];
        let unfit = [
            Unfit::Targets,
            Unfit::Rings,
            Unfit::Empty(0),
            Unfit::InFlight,
            Unfit::Tries,
            Unfit::Sample,
            Unfit::Span,
        ];
        let own = [
            "fleet.rollout_title",
            "fleet.rollout_first",
            "fleet.rollout_no_devices",
            "fleet.rollout_value",
            "fleet.rollout_content",
        ];
        let codes = refusals.map(Refusal::code).into_iter();
        let codes = codes.chain(unfit.map(Unfit::code)).chain(own);
        has_words(codes.map(|code| format!("error-{}", code.replace('.', "-"))));
    }

    #[test]
    fn a_failure_says_what_where_and_why() {
        register(crate::LOCALES);
        let failed = Failure {
            step: Step::Apply,
            why: Why::Failed {
                code: "exit_1".to_owned(),
            },
        };
        assert_eq!(failure(Locale::En, &failed), "apply: exit code 1");
        let unknown = Failure {
            step: Step::Check,
            why: Why::Failed {
                code: "<b>odd</b>".to_owned(),
            },
        };
        assert_eq!(failure(Locale::En, &unknown), "check: <b>odd</b>");
    }

    #[test]
    fn a_target_that_failed_says_whether_something_may_be_left_on_it() {
        register(crate::LOCALES);
        let mut target = Target {
            status: Status::Failed,
            ..Target::default()
        };
        let untouched = trace(Locale::En, &target);
        target.trace = Trace::Applied;
        assert!(untouched.is_some() && trace(Locale::En, &target) != untouched);
        target.status = Status::Succeeded;
        assert_eq!(trace(Locale::En, &target), None);
    }
}

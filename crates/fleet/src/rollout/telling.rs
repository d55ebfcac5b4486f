//! What is told of a rollout: its lines on the ticket.

use ::rollout::{Gate, News, Phase, Reason, Resume};
use desk::ticket;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, New};
use serde_json::{Value, json};

use super::running::{BY_PLANNER, BY_STOP, BY_TICKET};
use super::{Rollout, events, phase_word};

fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    rollout: &Rollout,
    kind: &'static str,
    (key, args, more): (&str, Value, Value),
    words: Value,
) -> Result<()> {
    let mut data = json!({
        "rollout": rollout.id.to_string(),
        "line": { "icon": "layers", "key": key, "args": args, "href": rollout.href() },
    });
    if let (Some(data), Some(more)) = (data.as_object_mut(), more.as_object()) {
        data.extend(more.clone());
    }
    let mut personal = words;
    personal["title"] = json!(rollout.title);
    let new = New {
        kind,
        subject: ticket::subject(rollout.ticket),
        data,
        personal: Some(json!({ "line": personal })),
    };
    event::append(tx, cx, new).map(drop)
}

/// Somebody planned one.
pub(super) fn drafted(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout) -> Result<()> {
    let count = json!({ "count": rollout.plan.targets });
    let more = json!({ "targets": rollout.plan.targets });
    tell(
        tx,
        cx,
        rollout,
        events::DRAFTED,
        ("fleet-line-rollout-drafted", count, more),
        json!({}),
    )
}

/// A second person agreed.
pub(super) fn approved(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout) -> Result<()> {
    tell(
        tx,
        cx,
        rollout,
        events::APPROVED,
        ("fleet-line-rollout-approved", json!({}), json!({})),
        json!({}),
    )
}

/// Somebody goes without a proof.
pub(super) fn excepted(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout, gate: Gate, reason: &str) -> Result<()> {
    let (key, word) = match gate {
        Gate::DryRun => ("fleet-line-rollout-excepted-dry-run", "dry_run"),
        Gate::WayBack => ("fleet-line-rollout-excepted-way-back", "way_back"),
    };
    let more = json!({ "gate": word });
    tell(
        tx,
        cx,
        rollout,
        events::EXCEPTED,
        (key, json!({}), more),
        json!({ "reason": reason }),
    )
}

/// What the machine found worth an entry.
pub(super) fn news(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout, news: &[News]) -> Result<()> {
    for one in news {
        match one {
            News::Began(phase) => began(tx, cx, rollout, *phase)?,
            News::Halted(reason) => halted(tx, cx, rollout, reason)?,
            News::Resumed(how) => {
                let (key, word) = match how {
                    Resume::GoOn => ("fleet-line-rollout-resumed", "go_on"),
                    Resume::OnlyFailed => ("fleet-line-rollout-retried", "only_failed"),
                };
                let more = json!({ "how": word });
                tell(
                    tx,
                    cx,
                    rollout,
                    events::RESUMED,
                    (key, json!({}), more),
                    json!({}),
                )?;
            }
            News::Cancelling(reason) => {
                let words = json!({ "reason": words_of(reason) });
                let line = ("fleet-line-rollout-cancelling", json!({}), json!({}));
                tell(tx, cx, rollout, events::CANCELLING, line, words)?;
            }
            // The page shows them; on the ticket they would be noise.
            News::DryRunPassed | News::WayBackProved(_) | News::Bakes(_) | News::Settled(_) => {}
        }
    }
    Ok(())
}

fn began(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout, phase: Phase) -> Result<()> {
    let word = phase_word(phase);
    let (kind, key, args, more) = match phase {
        Phase::Draft => return Ok(()),
        Phase::DryRun => (
            events::STARTED,
            "fleet-line-rollout-started",
            json!({}),
            json!({}),
        ),
        Phase::Rehearsal => (
            events::PHASE,
            "fleet-line-rollout-rehearsal",
            json!({}),
            json!({ "phase": word }),
        ),
        Phase::Ring { ring } => (
            events::PHASE,
            "fleet-line-rollout-ring",
            json!({ "number": ring + 1, "of": rollout.plan.rings.len() }),
            json!({ "phase": word, "ring": ring }),
        ),
        Phase::Done | Phase::Cancelled => {
            let counts = rollout.head.counts.iter();
            let sum = counts.fold(::rollout::Counts::default(), |sum, ring| sum.plus(*ring));
            let (good, bad) = (sum.good(), sum.all() - sum.good() - sum.cancelled);
            let key = if phase == Phase::Done {
                "fleet-line-rollout-done"
            } else {
                "fleet-line-rollout-cancelled"
            };
            let more = json!({ "phase": word, "good": good, "bad": bad });
            (events::OVER, key, json!({ "good": good, "bad": bad }), more)
        }
    };
    tell(tx, cx, rollout, kind, (key, args, more), json!({}))
}

fn halted(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout, reason: &Reason) -> Result<()> {
    let (word, ring) = reason_word(reason);
    let key = format!("fleet-line-rollout-halted-{}", word.replace('_', "-"));
    let mut more = json!({ "reason": word });
    let mut args = json!({});
    if let Some(ring) = ring {
        more["ring"] = json!(ring);
        args["number"] = json!(ring + 1);
    }
    let words = json!({ "reason": words_of(reason) });
    tell(tx, cx, rollout, events::HALTED, (&key, args, more), words)
}

/// The word for a reason, and its ring.
#[must_use]
pub(super) const fn reason_word(reason: &Reason) -> (&'static str, Option<usize>) {
    match reason {
        Reason::Person { .. } => ("person", None),
        Reason::RingBudget { ring } => ("ring_budget", Some(*ring)),
        Reason::Budget => ("budget", None),
        Reason::Probe { .. } => ("probe", None),
        Reason::DryRun { .. } => ("dry_run", None),
        Reason::Rehearsal { .. } => ("rehearsal", None),
        Reason::NothingToRehearse => ("nothing_to_rehearse", None),
        Reason::NothingLearned { ring } => ("nothing_learned", Some(*ring)),
        Reason::Retried => ("retried", None),
    }
}

/// The text of a reason that the house itself gave.
#[must_use]
pub(super) fn key_of(reason: &Reason) -> Option<&'static str> {
    match text_of(reason) {
        BY_TICKET => Some("fleet-rollout-by-ticket"),
        BY_STOP => Some("fleet-rollout-by-stop"),
        BY_PLANNER => Some("fleet-rollout-by-planner"),
        _ => None,
    }
}

fn words_of(reason: &Reason) -> Value {
    match key_of(reason) {
        Some(key) => json!({ "text": key }),
        None => json!(text_of(reason)),
    }
}

/// What a person or a probe said.
#[must_use]
pub(super) fn text_of(reason: &Reason) -> &str {
    match reason {
        Reason::Person { text, .. } | Reason::Probe { text } => text,
        _ => "",
    }
}

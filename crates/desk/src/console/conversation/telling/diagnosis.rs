//! What the events of diagnosis, findings, close gates, and ratings say in words.

use super::Teller;
use crate::diagnosis::{EvidenceKind, Outcome, Question};
use crate::events;

/// The sign before the line.
pub(super) fn icon(kind: &str) -> &'static str {
    match kind {
        events::TICKET_DIAGNOSED => "stethoscope",
        events::TICKET_EVIDENCE_ADDED | events::TICKET_EVIDENCE_REMOVED => "paperclip",
        events::TICKET_CAUSE_NOTED | events::TICKET_CAUSE_REMOVED => "search",
        events::TICKET_RISK_NOTED | events::TICKET_RISK_REMOVED => "shield-alert",
        events::TICKET_GATE_OVERRIDDEN => "triangle-alert",
        events::TICKET_FINDING_WRITTEN => "lightbulb",
        events::TICKET_RATED => "star",
        _ => "pencil",
    }
}

/// The words of such an event; none of any other.
pub(super) fn tell(teller: &Teller<'_>) -> Vec<String> {
    let text = match teller.event.kind.as_str() {
        events::TICKET_DIAGNOSED => answered(teller),
        events::TICKET_EVIDENCE_ADDED => evidence(teller, "evidence-added"),
        events::TICKET_EVIDENCE_REMOVED => evidence(teller, "evidence-removed"),
        events::TICKET_CAUSE_NOTED => cause(teller, "cause"),
        events::TICKET_CAUSE_REMOVED => cause(teller, "cause-removed"),
        events::TICKET_RISK_NOTED => {
            let done = teller.event.data["done"].as_bool() == Some(true);
            let key = if done { "risk-done" } else { "risk" };
            teller.with(key, &[("step", teller.word("step"))])
        }
        events::TICKET_RISK_REMOVED => teller.with("risk-removed", &[("step", teller.word("step"))]),
        events::TICKET_GATE_OVERRIDDEN => {
            teller.with("gate-overridden", &[("reason", teller.word("reason"))])
        }
        events::TICKET_FINDING_WRITTEN => {
            let plain = teller.word("plain");
            let key = if plain.is_empty() {
                "finding"
            } else {
                "finding-plain"
            };
            teller.with(key, &[("plain", plain)])
        }
        // The comment is not for everybody who reads the record; the card beside it shows it to who may.
        events::TICKET_RATED => {
            teller.with("rated", &[("score", super::text_of(&teller.event.data["score"]))])
        }
        _ => return Vec::new(),
    };
    vec![text]
}

/// The name of a word that stands in the event's data.
fn name(teller: &Teller<'_>, field: &str, key: impl Fn(&str) -> Option<&'static str>) -> String {
    let word = teller.event.data[field].as_str();
    let key = word.and_then(key);
    key.map(|key| teller.cx.locale.t(key)).unwrap_or_default()
}

fn answered(teller: &Teller<'_>) -> String {
    let question = name(teller, "question", |word| {
        Question::parse(word).ok().map(Question::text_key)
    });
    let text = teller.word("text");
    let key = if text.is_empty() {
        "answer-withdrawn"
    } else {
        "answer"
    };
    teller.with(key, &[("question", question), ("text", text)])
}

fn evidence(teller: &Teller<'_>, key: &str) -> String {
    let kind = name(teller, "kind", |word| {
        EvidenceKind::parse(word).ok().map(EvidenceKind::text_key)
    });
    teller.with(key, &[("kind", kind), ("title", teller.word("title"))])
}

fn cause(teller: &Teller<'_>, key: &str) -> String {
    let outcome = name(teller, "outcome", |word| {
        Outcome::parse(word).ok().map(Outcome::text_key)
    });
    teller.with(key, &[("cause", teller.word("cause")), ("outcome", outcome)])
}

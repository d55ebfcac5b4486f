//! What the events of tasks say in words.

use super::Teller;
use crate::catalogue::{Texts, said};
use crate::events;

/// The sign before the line; none when the event is not about tasks.
pub(super) fn icon(kind: &str) -> Option<&'static str> {
    Some(match kind {
        events::TICKET_TASK_OPENED => "workflow",
        events::TICKET_TASK_TAKEN => "hand",
        events::TICKET_TASK_PUT_BACK => "rotate-ccw",
        events::TICKET_TASK_DONE => "check",
        events::TICKET_TASK_SKIPPED => "skip-forward",
        events::TICKET_TASKS_DONE => "check-check",
        _ => return None,
    })
}

/// The texts of an event about tasks.
pub(super) fn tell(teller: &Teller) -> Option<Vec<String>> {
    let key = match teller.event.kind.as_str() {
        events::TICKET_TASK_OPENED => "task-opened",
        events::TICKET_TASK_TAKEN => "task-taken",
        events::TICKET_TASK_PUT_BACK => "task-put-back",
        events::TICKET_TASK_DONE => "task-done",
        events::TICKET_TASK_SKIPPED if teller.event.data["withdrawn"].is_number() => "tasks-withdrawn",
        events::TICKET_TASK_SKIPPED => "task-skipped",
        events::TICKET_TASKS_DONE => "tasks-done",
        _ => return None,
    };
    let arguments = [
        ("titles", titles(teller)),
        ("team", teller.team(&teller.event.data["team"])),
        ("remark", teller.word("remark")),
    ];
    Some(vec![teller.with(key, &arguments)])
}

/// The titles that the event names, in the reader's language; none when they were erased.
fn titles(teller: &Teller) -> String {
    let locale = teller.cx.locale;
    let named = teller
        .event
        .personal
        .as_ref()
        .map(|words| words["titles"].clone());
    let named: Vec<Texts> = named
        .and_then(|titles| serde_json::from_value(titles).ok())
        .unwrap_or_default();
    let titles: Vec<&str> = named.iter().map(|texts| said(texts, locale)).collect();
    titles.join(&locale.t("desk-catalogue-between"))
}

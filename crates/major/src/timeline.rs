//! The timeline of an incident, composed from the record: its own events and those of its ticket that matter here.
//!
//! Nothing is kept for it; whatever was written down stands in it. It shows no words of the ticket, only what happened to it.

use std::collections::BTreeMap;

use desk::events as ticket_events;
use desk::ticket;
use kernel::Locale;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, Event};
use kernel::i18n::{Arg, InstantStyle, format_instant};
use kernel::id::UserId;
use kernel::time::Timestamp;

use crate::events;
use crate::incident::{Incident, Role, State};

/// Of both together; what came later is in the log of the ticket.
const EVENTS_MOST: i64 = 500;
/// Letters of somebody's words.
const WORDS_MOST: usize = 160;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// Who; nobody when the house did it.
    pub who: Option<String>,
    /// What happened, in the reader's language.
    pub text: String,
    /// Whether it is one of the few that stand out.
    pub stands_out: bool,
}

/// The lines, oldest first.
pub fn lines(tx: &mut Tx<'_>, incident: &Incident, locale: Locale) -> Result<Vec<Line>> {
    let subjects = [incident.subject(), ticket::subject(incident.ticket)];
    let mut found = event::of_subjects(tx, &subjects, EVENTS_MOST)?;
    found.sort_by_key(|event| (happened(event), event.seq));
    let names = names(tx, &found)?;
    let line = |event: &Event| {
        Some(Line {
            at: happened(event),
            who: person_in(&event.actor).and_then(|id| names.get(&id).cloned()),
            text: words(event, locale, &names)?,
            stands_out: matches!(
                event.kind.as_str(),
                events::DECLARED
                    | events::STATE_CHANGED
                    | events::RESOLVED
                    | events::UPDATED
                    | events::UPDATE_OVERDUE
            ),
        })
    };
    Ok(found.iter().filter_map(line).collect())
}

/// The lines as a text that people go on writing.
pub(crate) fn as_text(lines: &[Line], locale: Locale, time_zone: &str) -> String {
    let line = |line: &Line| {
        let at = format_instant(line.at, locale, time_zone, InstantStyle::Short);
        match &line.who {
            Some(who) => format!("{at}  {who}: {}", line.text),
            None => format!("{at}  {}", line.text),
        }
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn happened(event: &Event) -> Timestamp {
    event.data["at"].as_i64().map_or(event.at, Timestamp::from_millis)
}

fn person_in(actor: &str) -> Option<UserId> {
    actor.strip_prefix("user:")?.parse().ok()
}

/// Everybody who did something or was given something.
fn names(tx: &mut Tx<'_>, events: &[Event]) -> Result<BTreeMap<UserId, String>> {
    let mut people: Vec<UserId> = Vec::new();
    for event in events {
        people.extend(person_in(&event.actor));
        people.extend(
            ["person", "owner", "assignee"]
                .iter()
                .filter_map(|part| given(event, part)),
        );
    }
    let cards = people::user::store::cards(tx, &people)?;
    Ok(cards.into_iter().map(|(id, card)| (id, card.name)).collect())
}

fn given(event: &Event, part: &str) -> Option<UserId> {
    event.data[part].as_str()?.parse().ok()
}

/// What an event says; nothing for those that only matter elsewhere.
fn words(event: &Event, locale: Locale, names: &BTreeMap<UserId, String>) -> Option<String> {
    let name = |part| {
        given(event, part)
            .and_then(|id| names.get(&id))
            .map_or("–", String::as_str)
    };
    let number = |part: &str| event.data[part].as_i64().unwrap_or_default().to_string();
    let said = |part: &str| shortened(event, part);
    let say = |key: &str, arguments: &[(&str, Arg)]| Some(locale.t_with(key, arguments));
    let is_done = event.data["done"].as_bool().unwrap_or_default();
    match event.kind.as_str() {
        events::DECLARED => say("major-line-declared", &[("title", said("title").into())]),
        events::CHANGED => say("major-line-changed", &[("title", said("title").into())]),
        events::STATE_CHANGED => say("major-line-state", &[("state", state(event, locale).into())]),
        events::ROLE_ASSIGNED => {
            let role = event.data["role"].as_str().and_then(Role::known)?;
            say(
                "major-line-role",
                &[
                    ("role", locale.t(role.text_key()).into()),
                    ("name", name("person").into()),
                ],
            )
        }
        events::LINKED => say("major-line-linked", &[("number", number("ticket").into())]),
        events::UNLINKED => say("major-line-unlinked", &[("number", number("ticket").into())]),
        events::STEP_TICKED if is_done => {
            say("major-line-step-done", &[("step", step(event, locale).into())])
        }
        events::STEP_TICKED => say("major-line-step-undone", &[("step", step(event, locale).into())]),
        events::UPDATED => say("major-line-updated", &[("words", said("text").into())]),
        events::TOLD => {
            let reached =
                event.data["told"].as_i64().unwrap_or(0) + event.data["resolved"].as_i64().unwrap_or(0);
            let arguments = [
                ("count", Arg::Integer(reached)),
                ("skipped", number("skipped").into()),
            ];
            say("major-line-told", &arguments)
        }
        events::UPDATE_OVERDUE => say("major-line-overdue", &[("minutes", number("minutes").into())]),
        events::RESOLVED => say("major-line-resolved", &[]),
        events::REVIEW_OPENED => say("major-line-review-opened", &[]),
        events::REVIEW_CLOSED => say("major-line-review-closed", &[]),
        events::REVIEW_OVERDUE => say("major-line-review-late", &[]),
        events::ACTION_ADDED => say(
            "major-line-action",
            &[("what", said("what").into()), ("name", name("owner").into())],
        ),
        kind => ticket_words(kind, event, locale, name("assignee")),
    }
}

/// What happened to its ticket, as far as it matters here.
fn ticket_words(kind: &str, event: &Event, locale: Locale, assignee: &str) -> Option<String> {
    let key = match kind {
        ticket_events::TICKET_ASSIGNED => {
            let name = Arg::from(assignee);
            return Some(locale.t_with("major-line-ticket-assigned", &[("name", name)]));
        }
        ticket_events::TICKET_CHANGED => {
            let priority = Arg::from(event.data["after"]["priority"].as_str()?);
            return Some(locale.t_with("major-line-ticket-priority", &[("priority", priority)]));
        }
        ticket_events::TICKET_OPENED => "major-line-ticket-opened",
        ticket_events::TICKET_ESCALATED => "major-line-ticket-escalated",
        ticket_events::TICKET_WAITING => "major-line-ticket-waiting",
        ticket_events::TICKET_RESUMED => "major-line-ticket-resumed",
        ticket_events::TICKET_RESOLVED => "major-line-ticket-resolved",
        ticket_events::TICKET_CONFIRMED => "major-line-ticket-confirmed",
        ticket_events::TICKET_REFUSED => "major-line-ticket-refused",
        ticket_events::TICKET_REOPENED => "major-line-ticket-reopened",
        _ => return None,
    };
    Some(locale.t(key))
}

fn state(event: &Event, locale: Locale) -> String {
    let known = event.data["state"].as_str().and_then(State::known);
    known.map_or_else(String::new, |state| locale.t(state.text_key()))
}

/// The step in the reader's language.
fn step(event: &Event, locale: Locale) -> String {
    let part = match locale {
        Locale::En => "en",
        Locale::ZhCn => "zh",
    };
    let found = shortened(event, part);
    if found.is_empty() {
        shortened(event, "text")
    } else {
        found
    }
}

/// Somebody's words; a dash when they were erased.
fn shortened(event: &Event, part: &str) -> String {
    let Some(text) = event
        .personal
        .as_ref()
        .and_then(|personal| personal[part].as_str())
    else {
        return if part == "text" {
            "–".to_owned()
        } else {
            String::new()
        };
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= WORDS_MOST {
        return text;
    }
    format!("{}…", text.chars().take(WORDS_MOST).collect::<String>())
}

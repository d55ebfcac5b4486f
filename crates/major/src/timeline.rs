//! The timeline of an incident, composed from the record: its own events and those of its ticket that matter here.
//!
//! Nothing is kept for it; whatever was written down stands in it. It shows no words of the ticket, only what happened to it.

use std::collections::{BTreeMap, BTreeSet};

use desk::events as ticket_events;
use desk::ticket;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, Event};
use kernel::i18n::{Arg, InstantStyle, format_instant};
use kernel::id::UserId;
use kernel::time::Timestamp;

use crate::events;
use crate::incident::{self, Incident, Role, State};

/// Events read at a time, and how often, of the incident and of its ticket each.
const PIECE: i64 = 500;
const PIECES_MOST: usize = 10;
/// Lines shown.
const LINES_MOST: usize = 500;
/// Tickets linked by one person within a minute are one line.
const ONE_GO_MILLIS: i64 = 60_000;
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

/// The lines, oldest first. Tickets that the reader may not see are counted and not named; for a text that many read there
/// is no reader, and none is named.
pub fn lines(tx: &mut Tx<'_>, reader: Option<&Cx>, incident: &Incident, locale: Locale) -> Result<Vec<Line>> {
    let mut found = record(tx, &incident.subject())?;
    found.extend(record(tx, &ticket::subject(incident.ticket))?);
    found.sort_by_key(|event| (happened(event), event.seq));
    let folded = folded(&found);
    let telling = Telling {
        locale,
        names: names(tx, &found)?,
        seen: match reader {
            Some(cx) => incident::seeing::seen(tx, cx, &single_links(&folded))?,
            None => BTreeSet::new(),
        },
    };
    let lines = folded.iter().filter_map(|group| telling.line(group)).collect();
    Ok(shortened_to(lines, LINES_MOST))
}

/// Everything of one subject that matters here. Each is read by itself, so that much of one hides nothing of the other.
fn record(tx: &mut Tx<'_>, subject: &str) -> Result<Vec<Event>> {
    let (mut found, mut after) = (Vec::new(), 0);
    for _ in 0..PIECES_MOST {
        let piece = event::of_subject(tx, subject, after, PIECE)?;
        let is_last = i64::try_from(piece.len()).unwrap_or(i64::MAX) < PIECE;
        after = piece.last().map_or(after, |event| event.seq);
        found.extend(piece);
        if is_last {
            break;
        }
    }
    Ok(found)
}

/// Several events that are one line: tickets that the same person linked, or removed, in one go.
fn folded(events: &[Event]) -> Vec<&[Event]> {
    let belongs = |first: &Event, next: &Event| {
        let is_link = [events::LINKED, events::UNLINKED].contains(&first.kind.as_str());
        is_link
            && next.kind == first.kind
            && next.actor == first.actor
            && happened(next).since(happened(first)) < ONE_GO_MILLIS
    };
    let (mut groups, mut rest) = (Vec::new(), events);
    while let Some(first) = rest.first() {
        let length = rest
            .iter()
            .skip(1)
            .take_while(|next| belongs(first, next))
            .count()
            + 1;
        let (group, after) = rest.split_at(length);
        groups.push(group);
        rest = after;
    }
    groups
}

/// The tickets that would be named.
fn single_links(groups: &[&[Event]]) -> Vec<i64> {
    let single = groups.iter().filter_map(|group| match group {
        [one] if [events::LINKED, events::UNLINKED].contains(&one.kind.as_str()) => {
            one.data["ticket"].as_i64()
        }
        _ => None,
    });
    single.collect()
}

/// The latest lines, and of the older ones those that stand out.
fn shortened_to(lines: Vec<Line>, most: usize) -> Vec<Line> {
    let mut surplus = lines.len().saturating_sub(most);
    let mut stays = |line: &Line| {
        let goes = surplus > 0 && !line.stands_out;
        surplus -= usize::from(goes);
        !goes
    };
    lines.into_iter().filter(|line| stays(line)).collect()
}

/// The lines as a text that people go on writing: when it grows too long, those that stand out.
pub(crate) fn as_text(lines: &[Line], locale: Locale, time_zone: &str, most: usize) -> String {
    let line = |line: &Line| {
        let at = format_instant(line.at, locale, time_zone, InstantStyle::Short);
        match &line.who {
            Some(who) => format!("{at}  {who}: {}", line.text),
            None => format!("{at}  {}", line.text),
        }
    };
    let text = lines.iter().map(line).collect::<Vec<_>>().join("\n");
    if text.chars().count() <= most {
        return text;
    }
    let standing_out = lines.iter().filter(|line| line.stands_out);
    let text = standing_out.map(line).collect::<Vec<_>>().join("\n");
    text.chars().take(most).collect()
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

/// What the lines are told with.
struct Telling {
    locale: Locale,
    names: BTreeMap<UserId, String>,
    /// Tickets that may be named.
    seen: BTreeSet<i64>,
}

impl Telling {
    /// What happened in one go.
    fn line(&self, group: &[Event]) -> Option<Line> {
        let event = group.first()?;
        Some(Line {
            at: happened(event),
            who: person_in(&event.actor).and_then(|id| self.names.get(&id).cloned()),
            text: match event.kind.as_str() {
                events::LINKED => self.links("major-line-linked", group),
                events::UNLINKED => self.links("major-line-unlinked", group),
                _ => self.words(event)?,
            },
            stands_out: matches!(
                event.kind.as_str(),
                events::DECLARED
                    | events::STATE_CHANGED
                    | events::RESOLVED
                    | events::UPDATED
                    | events::UPDATE_OVERDUE
            ),
        })
    }

    fn links(&self, key: &str, group: &[Event]) -> String {
        let number = match group {
            [one] => one.data["ticket"].as_i64(),
            _ => None,
        };
        match number.filter(|number| self.seen.contains(number)) {
            Some(number) => self.locale.t_with(key, &[("number", number.to_string().into())]),
            None => {
                let count = Arg::Integer(i64::try_from(group.len()).unwrap_or(i64::MAX));
                self.locale.t_with(&format!("{key}-count"), &[("count", count)])
            }
        }
    }

    /// What an event says; nothing for those that only matter elsewhere.
    fn words(&self, event: &Event) -> Option<String> {
        let locale = self.locale;
        let name = |part| {
            let known = given(event, part).and_then(|id| self.names.get(&id));
            known.map_or("–", String::as_str)
        };
        let number = |part: &str| event.data[part].as_i64().unwrap_or_default();
        let is_so = |part: &str| event.data[part].as_bool().unwrap_or_default();
        let (key, arguments): (&str, Vec<(&str, Arg)>) = match event.kind.as_str() {
            events::DECLARED => (
                "major-line-declared",
                vec![("title", shortened(event, "title").into())],
            ),
            events::CHANGED => (
                "major-line-changed",
                vec![("title", shortened(event, "title").into())],
            ),
            events::STATE_CHANGED => ("major-line-state", vec![("state", state(event, locale).into())]),
            events::ROLE_ASSIGNED => {
                let role = event.data["role"].as_str().and_then(Role::known)?;
                let role = locale.t(role.text_key());
                (
                    "major-line-role",
                    vec![("role", role.into()), ("name", name("person").into())],
                )
            }
            events::STEP_TICKED if is_so("done") => {
                ("major-line-step-done", vec![("step", step(event, locale).into())])
            }
            events::STEP_TICKED => (
                "major-line-step-undone",
                vec![("step", step(event, locale).into())],
            ),
            events::UPDATED => (
                "major-line-updated",
                vec![("words", shortened(event, "text").into())],
            ),
            events::UPDATE_HIDDEN if is_so("hidden") => ("major-line-update-hidden", Vec::new()),
            events::UPDATE_HIDDEN => ("major-line-update-shown", Vec::new()),
            events::TOLD => {
                let reached = Arg::Integer(number("told") + number("resolved"));
                let skipped = number("skipped").to_string();
                (
                    "major-line-told",
                    vec![("count", reached), ("skipped", skipped.into())],
                )
            }
            events::UPDATE_OVERDUE => (
                "major-line-overdue",
                vec![("minutes", number("minutes").to_string().into())],
            ),
            events::RESOLVED => ("major-line-resolved", Vec::new()),
            events::REVIEW_OPENED => ("major-line-review-opened", Vec::new()),
            events::REVIEW_CLOSED => ("major-line-review-closed", Vec::new()),
            events::REVIEW_OVERDUE => ("major-line-review-late", Vec::new()),
            events::ACTION_ADDED => {
                let what = shortened(event, "what");
                (
                    "major-line-action",
                    vec![("what", what.into()), ("name", name("owner").into())],
                )
            }
            kind => return ticket_words(kind, event, locale, name("assignee")),
        };
        Some(locale.t_with(key, &arguments))
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

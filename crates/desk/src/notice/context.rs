//! The values that a template is filled with: everything about a ticket that a letter may say, in the reader's language
//! and time zone. Every name is always there, empty where it does not apply, so that a template can ask for any of them.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::Event;
use kernel::i18n::{InstantStyle, Locale, format_instant};
use kernel::id::UserId;
use kernel::time::Timestamp;
use minijinja::Value;

use super::people::{self, Reader};
use super::template::Context;
use super::{Notice, planning, store};
use crate::article::Article;
use crate::catalogue::task::TaskState;
use crate::catalogue::{deciding, said, task_store};
use crate::finding;
use crate::rating;
use crate::service_level::{self, ClockKind, ClockState};
use crate::ticket::Ticket;
use crate::ticket::value::State;
use crate::verification;

/// What a letter is about, loaded once for all its readers.
#[derive(Debug)]
pub(super) struct Matter {
    pub(super) ticket: Ticket,
    /// None for the acknowledgement that intake writes itself.
    pub(super) event: Option<Event>,
    /// The words that the event tells of.
    pub(super) article: Option<Article>,
    /// What was publicly said before them.
    pub(super) before: Option<Article>,
    pub(super) watchers: Vec<UserId>,
    pub(super) staff: Vec<UserId>,
}

impl Matter {
    /// Who said the words, else who did it.
    pub(super) fn author(&self) -> Option<UserId> {
        let acted = self
            .event
            .as_ref()
            .and_then(|event| planning::person_of(&event.actor));
        self.article.as_ref().and_then(|article| article.author).or(acted)
    }

    fn data(&self) -> &serde_json::Value {
        self.event
            .as_ref()
            .map_or(&serde_json::Value::Null, |event| &event.data)
    }

    /// Words of people in the event, while they have not been erased.
    fn words(&self, name: &str) -> &str {
        let personal = self.event.as_ref().and_then(|event| event.personal.as_ref());
        personal
            .and_then(|words| words[name].as_str())
            .unwrap_or_default()
    }
}

/// As much of a report as the owner's letter shows.
const REPORT_SHOWN: usize = 1_500;
/// As much of the last words as is quoted below an answer.
const QUOTED_LINES: usize = 40;

const EMPTY: [&str; 33] = [
    "recipient",
    "desk",
    "link",
    "title",
    "priority",
    "state",
    "tier",
    "requester",
    "assignee",
    "team",
    "author",
    "text",
    "quote",
    "expected",
    "solved_by",
    "reason",
    "solution",
    "cause",
    "next_news",
    "whom",
    "rate_link",
    "yes_link",
    "no_link",
    "closes",
    "clock",
    "deadline",
    "percent",
    "tried",
    "known",
    "boundary",
    "comment",
    "number",
    "tasks",
];
const NO: [&str; 5] = ["silent", "in_queue", "by_clock", "refused", "reminder"];

fn empty() -> Context {
    let texts = EMPTY.into_iter().map(|name| (name, Value::from("")));
    texts
        .chain(NO.into_iter().map(|name| (name, Value::from(false))))
        .collect()
}

/// Everything about a ticket, for one reader; none when the letter has nothing to say any more.
pub(super) fn of_ticket(
    tx: &mut Tx,
    cx: &Cx,
    matter: &Matter,
    notice: Notice,
    (reader, base_url): (&Reader, &str),
) -> Result<Option<Context>> {
    let ticket = &matter.ticket;
    let mut values = empty();
    let mut set = |name: &'static str, value: Value| values.insert(name, value);
    let people: Vec<UserId> = [Some(ticket.requester), ticket.assignee, matter.author()]
        .into_iter()
        .flatten()
        .collect();
    let names = people::names(tx, &people)?;
    let name = |user: Option<UserId>| {
        user.and_then(|user| names.get(&user))
            .cloned()
            .unwrap_or_default()
    };
    set("number", Value::from(ticket.number));
    set("title", Value::from(ticket.title.clone()));
    set("recipient", Value::from(reader.name.clone()));
    set("requester", Value::from(name(Some(ticket.requester))));
    set("assignee", Value::from(name(ticket.assignee)));
    set("author", Value::from(name(matter.author())));
    set("team", Value::from(people::team_name(tx, ticket.team)?));
    set("in_queue", Value::from(ticket.assignee.is_none()));
    set(
        "priority",
        Value::from(reader.locale.t(ticket.priority.text_key())),
    );
    set("state", Value::from(reader.locale.t(ticket.state.text_key())));
    set("tier", Value::from(ticket.tier.to_string()));
    set(
        "link",
        Value::from(link(
            base_url,
            ticket.number,
            is_for_desk(notice) || matter.staff.contains(&reader.user),
        )),
    );
    set("text", Value::from(text(tx, matter, notice)?));
    set("quote", Value::from(quote(tx, matter, reader)?));
    set(
        "reason",
        Value::from(ticket.waiting_reason.clone().unwrap_or_default()),
    );
    set(
        "silent",
        Value::from(
            matter
                .event
                .as_ref()
                .is_some_and(|event| event.kind == crate::events::TICKET_CLOSED_SILENT),
        ),
    );
    set(
        "refused",
        Value::from(
            matter
                .event
                .as_ref()
                .is_some_and(|event| event.kind == crate::events::TICKET_REFUSED),
        ),
    );
    let whom = match ticket.state {
        State::WaitingSupplier => reader.locale.t("desk-mail-whom-supplier"),
        State::WaitingDevelopment => reader.locale.t("desk-mail-whom-development"),
        _ => String::new(),
    };
    set("whom", Value::from(whom));
    promises(tx, cx, ticket, reader, &mut values)?;
    happened(matter, reader, &mut values);
    if notice == Notice::ApprovalAsked && !approval(tx, cx, matter, (reader, base_url), &mut values)? {
        return Ok(None);
    }
    if notice == Notice::TaskOpened && !tasks(tx, matter, (reader, base_url), &mut values)? {
        return Ok(None);
    }
    if notice == Notice::Closed
        && let Some(token) = rating::token(tx, cx, ticket.number)?
    {
        values.insert("rate_link", Value::from(format!("{base_url}/rate/{token}")));
    }
    if notice == Notice::Resolved && !asked(tx, cx, matter.ticket.number, base_url, &mut values)? {
        return Ok(None);
    }
    Ok(Some(values))
}

/// What the clocks promise and can still be kept, and when there is news: while others are waited for, when the desk asks them
/// again; else what the clock of the next update says.
fn promises(tx: &mut Tx, cx: &Cx, ticket: &Ticket, reader: &Reader, values: &mut Context) -> Result<()> {
    let is_ahead = |at: &Timestamp| *at > cx.now();
    for clock in service_level::store::clocks(tx, ticket.number)? {
        let name = match clock.kind {
            ClockKind::FirstResponse => "expected",
            ClockKind::Solution => "solved_by",
            ClockKind::NextUpdate => "next_news",
        };
        if let (ClockState::Running, Some(deadline)) = (clock.state, clock.deadline.filter(is_ahead)) {
            values.insert(name, Value::from(when(deadline, reader)));
        }
    }
    let asks_again = ticket.next_step_at.filter(is_ahead);
    if let Some(at) = asks_again.filter(|_| ticket.state.is_waiting()) {
        values.insert("next_news", Value::from(when(at, reader)));
    }
    Ok(())
}

/// What the event itself tells: of a clock, a hand-off, a refusal.
fn happened(matter: &Matter, reader: &Reader, values: &mut Context) {
    let data = matter.data();
    let clock = data["clock"]
        .as_str()
        .and_then(|clock| ClockKind::parse(clock).ok());
    let clock_words = clock
        .map(|clock| reader.locale.t(clock.text_key()))
        .unwrap_or_default();
    let percent = data["percent"].as_i64();
    let mut set = |name: &'static str, value: Value| values.insert(name, value);
    set("clock", Value::from(clock_words.clone()));
    set("percent", percent.map_or_else(|| Value::from(""), Value::from));
    let deadline = data["deadline"].as_str().and_then(instant);
    set(
        "deadline",
        Value::from(deadline.map(|at| when(at, reader)).unwrap_or_default()),
    );
    set(
        "closes",
        Value::from(
            data["closes_at"]
                .as_i64()
                .map(|at| when(Timestamp::from_millis(at), reader))
                .unwrap_or_default(),
        ),
    );
    set("tried", Value::from(matter.words("tried")));
    set("known", Value::from(matter.words("known")));
    let by_clock = clock.is_some() && !matter.words("boundary").is_empty();
    set("by_clock", Value::from(by_clock));
    let boundary = match (by_clock, percent) {
        (true, Some(percent)) => format!("{clock_words} {percent}%"),
        (true, None) => clock_words,
        (false, _) => matter.words("boundary").to_owned(),
    };
    set("boundary", Value::from(boundary));
    let comment = [matter.words("comment"), matter.words("reason")]
        .into_iter()
        .find(|words| !words.is_empty());
    set("comment", Value::from(comment.unwrap_or_default()));
}

/// The question to the requester; `false` when it was answered before the letter could ask it.
fn asked(tx: &mut Tx, cx: &Cx, number: i64, base_url: &str, values: &mut Context) -> Result<bool> {
    let Some(token) = verification::link_token(tx, cx, number)? else {
        return Ok(false);
    };
    let solution = verification::store::resolutions(tx, number)?
        .pop()
        .map(|resolution| resolution.solution);
    values.insert("solution", Value::from(solution.unwrap_or_default()));
    let cause = finding::plain(tx, number)?;
    values.insert("cause", Value::from(cause.unwrap_or_default()));
    values.insert(
        "yes_link",
        Value::from(format!("{base_url}/confirm/{token}?answer=yes")),
    );
    values.insert(
        "no_link",
        Value::from(format!("{base_url}/confirm/{token}?answer=no")),
    );
    Ok(true)
}

/// What an approver is asked; `false` when it was decided before the letter could ask.
fn approval(
    tx: &mut Tx,
    cx: &Cx,
    matter: &Matter,
    (reader, base_url): (&Reader, &str),
    values: &mut Context,
) -> Result<bool> {
    let Some(token) = deciding::link_token(tx, cx, matter.ticket.number, reader.user)? else {
        return Ok(false);
    };
    let mut set = |name: &'static str, value: String| values.insert(name, Value::from(value));
    set("yes_link", format!("{base_url}/approve/{token}?answer=yes"));
    set("no_link", format!("{base_url}/approve/{token}?answer=no"));
    set("link", format!("{base_url}/portal/approvals"));
    let is_reminder = matter
        .event
        .as_ref()
        .is_some_and(|event| event.kind == crate::events::TICKET_APPROVAL_REMINDED);
    values.insert("reminder", Value::from(is_reminder));
    Ok(true)
}

/// The tasks that a team can begin with; `false` when they were settled before the letter could tell of them.
fn tasks(
    tx: &mut Tx,
    matter: &Matter,
    (reader, base_url): (&Reader, &str),
    values: &mut Context,
) -> Result<bool> {
    let named = matter.data()["tasks"].as_array().into_iter().flatten();
    let mut lines = Vec::new();
    let mut link = format!("{base_url}/tasks");
    for id in named.filter_map(|id| id.as_str()?.parse().ok()) {
        let Some(task) = task_store::load(tx, id)?.filter(|task| task.state == TaskState::Open) else {
            continue;
        };
        link = if lines.is_empty() {
            format!("{base_url}/tasks/{id}")
        } else {
            format!("{base_url}/tasks")
        };
        let title = said(&task.title, reader.locale);
        let due = task.due_at.map(|at| {
            let at = when(at, reader).into();
            reader.locale.t_with("desk-mail-task-due", &[("at", at)])
        });
        lines.push(format!("- {title}{}", due.unwrap_or_default()));
    }
    if lines.is_empty() {
        return Ok(false);
    }
    values.insert("tasks", Value::from(lines.join("\n")));
    values.insert("link", Value::from(link));
    Ok(true)
}

fn text(tx: &mut Tx, matter: &Matter, notice: Notice) -> Result<String> {
    if let Some(article) = &matter.article {
        return Ok(article.body.clone());
    }
    if !matches!(notice, Notice::AssignedToYou | Notice::ApprovalAsked) {
        return Ok(String::new());
    }
    let report = store::first_words(tx, matter.ticket.number)?.unwrap_or_default();
    let mut shown: String = report.chars().take(REPORT_SHOWN).collect();
    if shown.len() < report.len() {
        shown.push('…');
    }
    Ok(shown)
}

/// The last words before these, as mail programs quote.
fn quote(tx: &mut Tx, matter: &Matter, reader: &Reader) -> Result<String> {
    let Some(before) = &matter.before else {
        return Ok(String::new());
    };
    let author = match before.author {
        Some(author) => people::names(tx, &[author])?.remove(&author).unwrap_or_default(),
        None => String::new(),
    };
    let at = format_instant(before.at, reader.locale, &reader.time_zone, InstantStyle::Full);
    let opening = reader
        .locale
        .t_with("desk-mail-quote", &[("at", at.into()), ("name", author.into())]);
    let mut lines: Vec<String> = before
        .body
        .lines()
        .take(QUOTED_LINES)
        .map(|line| format!("> {line}"))
        .collect();
    if before.body.lines().count() > QUOTED_LINES {
        lines.push("> …".to_owned());
    }
    Ok(format!("{opening}\n{}", lines.join("\n")))
}

/// Letters that only people of the desk get.
pub(super) fn is_for_desk(notice: Notice) -> bool {
    matches!(
        notice,
        Notice::AssignedToYou
            | Notice::RequesterReplied
            | Notice::Warning
            | Notice::Breach
            | Notice::EscalatedToYou
            | Notice::CameBack
            | Notice::Mentioned
            | Notice::TaskOpened
            | Notice::TasksDone
            | Notice::Forgotten
    )
}

pub(super) fn link(base_url: &str, number: i64, for_desk: bool) -> String {
    if for_desk {
        format!("{base_url}/tickets/{number}")
    } else {
        format!("{base_url}/portal/requests/{number}")
    }
}

pub(super) fn when(at: Timestamp, reader: &Reader) -> String {
    format_instant(at, reader.locale, &reader.time_zone, InstantStyle::Weekday)
}

fn instant(text: &str) -> Option<Timestamp> {
    serde_json::from_value(serde_json::Value::from(text)).ok()
}

/// Made-up values for the preview and for checking a template.
pub(super) fn sample(notice: Notice, locale: Locale) -> Context {
    let mut values = empty();
    let say = |key: &str| Value::from(locale.t(&format!("desk-mail-sample-{key}")));
    for name in EMPTY {
        let value = match name {
            "number" => Value::from(1042),
            "percent" => Value::from(75),
            "priority" => Value::from("P2"),
            "tier" => Value::from("L2"),
            "state" => Value::from(locale.t("desk-state-in_progress")),
            "clock" => Value::from(locale.t("desk-clock-solution")),
            "link" => Value::from(link("https://desk.example", 1042, is_for_desk(notice))),
            "yes_link" => Value::from("https://desk.example/confirm/token?answer=yes"),
            "no_link" => Value::from("https://desk.example/confirm/token?answer=no"),
            "rate_link" => Value::from("https://desk.example/rate/token"),
            "whom" => Value::from(locale.t("desk-mail-whom-supplier")),
            "expected" | "solved_by" | "closes" | "deadline" | "next_news" => say("instant"),
            "recipient" | "requester" => say("requester"),
            "assignee" | "author" => say("assignee"),
            _ => say(name),
        };
        values.insert(name, value);
    }
    if notice == Notice::Forgotten {
        let ticket = Value::from_pairs([
            ("number", Value::from(1042)),
            ("title", say("title")),
            ("priority", Value::from("P2")),
            ("assignee", Value::from("")),
            ("state", Value::from(locale.t("desk-state-in_progress"))),
            ("updated", say("instant")),
            ("link", Value::from("https://desk.example/tickets/1042")),
        ]);
        let silent = Value::from_pairs([
            ("number", Value::from(1042)),
            ("title", say("title")),
            ("priority", Value::from("P1")),
            ("promised", say("instant")),
            ("link", Value::from("https://desk.example/tickets/1042")),
        ]);
        values.insert("silent", Value::from_iter([silent]));
        values.insert("tickets", Value::from_iter([ticket]));
        values.insert("count", Value::from(1));
        values.insert("more", Value::from(false));
    }
    values
}

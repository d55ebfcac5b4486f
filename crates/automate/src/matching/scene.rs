//! Loads the facts of a ticket: its row, tags, words, requester, and hours, each with one statement.

use desk::article::{self, Article};
use desk::events;
use desk::service_level::Hours;
use desk::ticket::{self, Stage, Ticket};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, Event};
use kernel::time::Timestamp;

use super::facts::{Facts, Value};
use crate::rule::Field;

/// As much of a text as rules look at.
const TEXT_MAX: usize = 20_000;
const HISTORY_MAX: i64 = 1_000;

/// A ticket with what stands around it.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The ticket as it is.
    pub ticket: Ticket,
    /// Its events, oldest first.
    pub history: Vec<Event>,
    hours: Hours,
    facts: Facts,
}

/// Loads a ticket; none when there is no such one.
pub fn load(tx: &mut Tx<'_>, number: i64) -> Result<Option<Scene>> {
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(None);
    };
    let hours = Hours::Calendar(desk::neighbours::calendar(tx, "default")?);
    let mut facts = Facts::new((hours.day_millis() / MINUTE).max(1));
    row(&mut facts, &ticket);
    facts.set(Field::Tags, Value::Words(ticket::store::tags(tx, number)?));
    requester(tx, &mut facts, &ticket)?;
    let history = event::of_subject(tx, &ticket.subject(), 0, HISTORY_MAX)?;
    let report = history.iter().find(|event| event.kind == events::TICKET_OPENED);
    let report = report
        .map(|event| said(tx, event))
        .transpose()?
        .unwrap_or_default();
    facts.set(Field::Report, Value::Text(report));
    Ok(Some(Scene {
        ticket,
        history,
        hours,
        facts,
    }))
}

const MINUTE: i64 = 60_000;

impl Scene {
    /// The facts as they are now, without an event.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.facts.clone()
    }

    /// Completes facts of a moment: the event's words and changes, and all that is reckoned from the clock.
    ///
    /// `past` are the ticket's events up to that moment.
    pub fn complete(
        &self,
        facts: &mut Facts,
        event: Option<(&Event, &str)>,
        past: &[Event],
        now: Timestamp,
    ) -> Result<()> {
        let words = match event {
            Some((event, words)) => {
                facts.hear(event);
                words
            }
            None => "",
        };
        facts.set(Field::Said, Value::Text(words.to_owned()));
        let mut all = String::new();
        for field in [Field::Title, Field::Report, Field::Said] {
            if let Some(Value::Text(text)) = facts.get(field) {
                all.push_str(text);
                all.push('\n');
            }
        }
        facts.set(Field::Words, Value::Text(all));
        // The last that was given; a ticket that nobody rated has none, and no comparison with it holds.
        let mut heard = event.map(|(event, _)| event).into_iter().chain(past.iter().rev());
        let rated = heard.find(|event| event.kind == events::TICKET_RATED);
        if let Some(score) = rated.and_then(|event| event.data["score"].as_i64()) {
            facts.set(Field::Rating, Value::Number(score));
        }
        let is_open = match &self.hours {
            Hours::Always => true,
            Hours::Calendar(calendar) => calendar.is_open_millis(now.millis()).unwrap_or(false),
        };
        facts.set(Field::WorkingHours, Value::Flag(is_open));
        self.stretches(facts, past, now)
    }

    fn stretches(&self, facts: &mut Facts, past: &[Event], now: Timestamp) -> Result<()> {
        let state = past.iter().rev().find(|event| has(event, "state"));
        let owner = past.iter().rev().find(|event| has(event, "assignee"));
        let has_owner = matches!(facts.get(Field::Assignee), Some(Value::Words(words)) if !words.is_empty());
        let free_since = (!has_owner).then(|| owner.map_or(self.ticket.created_at, happened));
        let since = [
            (Field::Age, Some(self.ticket.created_at)),
            (
                Field::InState,
                Some(state.map_or(self.ticket.created_at, happened)),
            ),
            (
                Field::Quiet,
                Some(past.last().map_or(self.ticket.created_at, happened)),
            ),
            (Field::Unassigned, free_since),
        ];
        for (field, since) in since {
            if let Some(since) = since {
                let worked = self.hours.between(since.min(now), now)? / MINUTE;
                facts.set(field, Value::Number(worked));
            }
        }
        let resolved = matches!(facts.get(Field::State), Some(Value::Words(words)) if words.iter().any(|state| state == "resolved" || state == "closed"));
        let breached = past.iter().any(|event| event.kind == events::CLOCK_BREACHED);
        facts.set(Field::Overdue, Value::Flag(breached && !resolved));
        Ok(())
    }
}

fn has(event: &Event, name: &str) -> bool {
    event.data["after"].get(name).is_some()
}

/// When something happened, which is not always when it was written down.
#[must_use]
pub fn happened(event: &Event) -> Timestamp {
    event.data["at"].as_i64().map_or(event.at, Timestamp::from_millis)
}

/// The words that an event tells of.
pub fn said(tx: &mut Tx<'_>, event: &Event) -> Result<String> {
    let Some(article) = event.data["article"].as_i64() else {
        return Ok(String::new());
    };
    let body = article::store::load(tx, article)?.map(|article: Article| article.body);
    Ok(body.unwrap_or_default().chars().take(TEXT_MAX).collect())
}

/// Whether rules still look at a ticket by the hour.
#[must_use]
pub fn is_alive(ticket: &Ticket) -> bool {
    ticket.state.stage() != Stage::Closed
}

fn row(facts: &mut Facts, ticket: &Ticket) {
    let word = |text: &str| Value::Words(vec![text.to_owned()]);
    let maybe = |text: Option<String>| Value::Words(text.into_iter().collect());
    let text = |text: &Option<String>| Value::Text(text.clone().unwrap_or_default());
    let values = [
        (Field::Type, word(ticket.ticket_type.as_str())),
        (Field::Category, word(ticket.category.as_str())),
        (Field::Impact, word(ticket.impact.as_str())),
        (Field::Urgency, word(ticket.urgency.as_str())),
        (Field::Priority, word(ticket.priority.as_str())),
        (Field::State, word(ticket.state.as_str())),
        (Field::Channel, word(ticket.channel.as_str())),
        (Field::Tier, Value::Number(ticket.tier.level())),
        (Field::Complexity, Value::Number(ticket.complexity)),
        (Field::ReopenCount, Value::Number(ticket.reopen_count)),
        (Field::Team, maybe(ticket.team.map(|team| team.to_string()))),
        (
            Field::Assignee,
            maybe(ticket.assignee.map(|person| person.to_string())),
        ),
        (Field::Requester, word(&ticket.requester.to_string())),
        (Field::Site, maybe(ticket.site.clone())),
        (Field::Organisation, text(&ticket.organisation)),
        (Field::Title, Value::Text(ticket.title.clone())),
        (Field::Application, text(&ticket.environment.application)),
        (Field::Device, text(&ticket.environment.device)),
        (Field::Os, text(&ticket.environment.os)),
    ];
    for (field, value) in values {
        facts.set(field, value);
    }
}

fn requester(tx: &mut Tx<'_>, facts: &mut Facts, ticket: &Ticket) -> Result<()> {
    let teams = people::team::store::of_user(tx, ticket.requester)?;
    let teams = teams.into_iter().map(|team| team.to_string()).collect();
    facts.set(Field::RequesterTeam, Value::Words(teams));
    if let Some(person) = people::user::store::find(tx, ticket.requester)? {
        facts.set(Field::RequesterDepartment, Value::Text(person.department));
        facts.set(Field::RequesterJob, Value::Text(person.job_title));
        if let (Some(site), None) = (person.site, &ticket.site) {
            facts.set(Field::Site, Value::Words(vec![site]));
        }
    }
    Ok(())
}

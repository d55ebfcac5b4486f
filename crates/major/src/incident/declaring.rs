//! Declaring: a ticket becomes a major incident, with its commander, its plan, and the tickets that tell of the same.
//!
//! The ticket's priority rises to P0 by the desk's own change, and a note says why. Nothing else of the ticket changes: it is
//! worked on and resolved as ever.

use desk::ticket::{self, Category, Note, Priority, Stage, access};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::i18n::Arg;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Incident, Role, State, reaching, save, steering, store};
use crate::plan;
use crate::update::{self, Words};
use crate::{DECLARE, events};

/// Words are due so often unless somebody says otherwise.
pub const USUAL_MINUTES: i64 = 30;
pub(super) const MINUTES: std::ops::RangeInclusive<i64> = 5..=1_440;
pub(super) const TITLE_MOST: usize = 120;
pub(super) const IMPACT_MOST: usize = 1_000;
pub(super) const SERVICES_MOST: usize = 20;
const SERVICE_MOST: usize = 60;
/// Tickets linked in one go.
pub const LINKS_MOST: usize = 200;

/// What everybody may read of it, and how often they hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MajorIncidentFacts)]
pub struct Facts {
    /// What does not work, in words for everybody.
    pub title: String,
    /// What that does to people.
    #[serde(default)]
    pub impact: String,
    /// The services that are hit.
    #[serde(default)]
    pub services: Vec<String>,
    /// Words are due so often.
    #[serde(default = "usual")]
    pub update_minutes: i64,
    /// Whether the status page tells of it. When missing: yes, unless it is about security; a change leaves it as it is.
    #[serde(default)]
    pub on_status: Option<bool>,
}

const fn usual() -> i64 {
    USUAL_MINUTES
}

impl Facts {
    /// As they are kept.
    ///
    /// # Errors
    /// 422 with the fields that are wrong.
    pub fn checked(&self) -> Result<Self> {
        let mut errors = Errors::new();
        let title = line(&self.title);
        if title.is_empty() || title.chars().count() > TITLE_MOST {
            errors.push_with("title", "major.title_length", most(TITLE_MOST));
        }
        let impact = self.impact.trim().replace('\0', "");
        if impact.chars().count() > IMPACT_MOST {
            errors.push_with("impact", "major.impact_length", most(IMPACT_MOST));
        }
        let mut services: Vec<String> = self.services.iter().map(|name| line(name)).collect();
        services.retain(|name| !name.is_empty());
        services.dedup();
        if services.len() > SERVICES_MOST || services.iter().any(|name| name.chars().count() > SERVICE_MOST) {
            errors.push_with("services", "major.services_most", most(SERVICES_MOST));
        }
        if !MINUTES.contains(&self.update_minutes) {
            let range = vec![
                ("least".to_owned(), Arg::from(*MINUTES.start())),
                ("most".to_owned(), Arg::from(*MINUTES.end())),
            ];
            errors.push_with("update_minutes", "major.minutes_range", range);
        }
        errors.finish()?;
        Ok(Self {
            title,
            impact,
            services,
            update_minutes: self.update_minutes,
            on_status: self.on_status,
        })
    }
}

/// Names with commas between them, of either language.
#[must_use]
pub fn services_in(text: &str) -> Vec<String> {
    text.split([',', '，', '、', ';', '；', '\n'])
        .map(line)
        .filter(|name| !name.is_empty())
        .collect()
}

pub(super) fn line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('\0', "")
}

fn most(number: usize) -> Vec<(String, Arg)> {
    vec![("most".to_owned(), number.into())]
}

/// How a ticket becomes a major incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// What everybody may read.
    pub facts: Facts,
    /// Who commands; the one who declares unless somebody else is named.
    pub commander: Option<UserId>,
    /// The key of the plan to follow.
    pub plan: Option<String>,
    /// Other tickets that tell of the same.
    pub links: Vec<i64>,
    /// The first words to those affected.
    pub words: Option<Words>,
}

/// Makes a ticket a major incident.
///
/// # Errors
/// 404 for a ticket one may not see, 409 when it is one already or no longer open, 422 with the fields.
pub fn declare(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    number: i64,
    declaration: &Declaration,
) -> Result<Incident> {
    cx.require(DECLARE)?;
    tx.lock("major.declare", number)?;
    // Nobody links it elsewhere meanwhile.
    tx.lock("major.links", "all")?;
    too_many(&declaration.links)?;
    let ticket = open_ticket(tx, cx, number)?;
    let facts = declaration.facts.checked()?;
    let plan = chosen_plan(tx, declaration.plan.as_deref())?;
    let mut incident = drafted(cx, &ticket, &facts, plan.as_ref());
    store::insert(tx, &incident)?;
    for step in plan.iter().flat_map(|plan| &plan.steps) {
        store::add_step(tx, incident.id, step.role, &step.en, &step.zh)?;
    }
    raise(tx, cx, &ticket, &incident)?;
    let data = json!({
        "ticket": number, "priority_before": ticket.priority, "plan": incident.plan, "links": declaration.links.len(),
        "on_status": incident.on_status,
    });
    let title = json!({ "title": incident.title });
    save(tx, cx, &mut incident, events::DECLARED, data, Some(title))?;
    if let Some(commander) = declaration.commander.or(cx.user_id()) {
        steering::give(tx, cx, base, &incident, Role::Commander, commander)
            .map_err(|error| named(error, "commander"))?;
    }
    for other in &declaration.links {
        steering::join(tx, cx, &incident, *other).map_err(|error| named(error, "links"))?;
    }
    if let Some(words) = declaration.words.as_ref().filter(|words| !words.is_blank()) {
        let update = update::fresh(cx, &incident, words.checked()?);
        let acts = update::reply_to_all(tx, &incident)?;
        update::say(tx, cx, &mut incident, &update, &acts)?;
    }
    Ok(incident)
}

/// The ticket, when a major incident can be made of it by this person.
///
/// # Errors
/// As [`declare`].
pub fn open_ticket(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<ticket::Ticket> {
    cx.require(DECLARE)?;
    let view = ticket::load(tx, cx, number)?;
    if !view.internal {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    if store::of_ticket(tx, number)?.is_some() {
        return Err(Error::conflict("major.already_declared").arg("number", number));
    }
    if view.ticket.state.stage() != Stage::Open {
        return Err(Error::conflict("major.ticket_not_open").arg("number", number));
    }
    if let Some(other) = steering::open_incident_around(tx, number)? {
        return Err(Error::conflict("major.belongs_already")
            .arg("number", number)
            .arg("title", other.title));
    }
    Ok(view.ticket)
}

/// Whether everybody may know of it: not of a break-in, whose plan begins with keeping the circle small.
#[must_use]
pub fn is_for_everybody(category: Category, plan: Option<&plan::Plan>) -> bool {
    category != Category::Security && plan.is_none_or(|plan| plan.category != Some(Category::Security))
}

fn too_many(links: &[i64]) -> Result<()> {
    let Some(first) = links.get(LINKS_MOST) else {
        return Ok(());
    };
    Err(Error::invalid("major.links_most")
        .field("links")
        .arg("most", LINKS_MOST)
        .arg("number", *first))
}

fn chosen_plan(tx: &mut Tx<'_>, key: Option<&str>) -> Result<Option<plan::Plan>> {
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    let found = plan::find(tx, key)?;
    found
        .map(Some)
        .ok_or_else(|| Error::invalid("major.plan_unknown").field("plan"))
}

fn drafted(cx: &Cx, ticket: &ticket::Ticket, facts: &Facts, plan: Option<&plan::Plan>) -> Incident {
    let mut incident = Incident {
        id: cx.new_id(),
        ticket: ticket.number,
        title: facts.title.clone(),
        impact: facts.impact.clone(),
        services: facts.services.clone(),
        state: State::Declared,
        update_minutes: facts.update_minutes,
        next_update_at: None,
        remind_at: None,
        reminded: 0,
        plan: plan.map(|plan| plan.key.clone()),
        declared_by: cx.user_id(),
        declared_at: cx.now(),
        resolved_at: None,
        asks_last_words: false,
        on_status: facts
            .on_status
            .unwrap_or_else(|| is_for_everybody(ticket.category, plan)),
        version: 0,
    };
    incident.wind(cx.now());
    incident
}

/// Raises the priority to P0 and says so on the ticket.
fn raise(tx: &mut Tx<'_>, cx: &Cx, before: &ticket::Ticket, incident: &Incident) -> Result<()> {
    let cx = &reaching(cx);
    let title = incident.title.as_str();
    let body = if before.priority == Priority::P0 {
        cx.locale
            .t_with("major-note-declared", &[("title", Arg::from(title))])
    } else {
        let change = ticket::Change {
            priority: Some(ticket::changing::Pin::To(Priority::P0)),
            ..ticket::Change::default()
        };
        ticket::change(tx, cx, before.number, change)?;
        let arguments = [
            ("title", Arg::from(title)),
            ("priority", Arg::from(before.priority.as_str())),
        ];
        cx.locale.t_with("major-note-raised", &arguments)
    };
    let note = Note {
        body,
        ..Note::default()
    };
    ticket::note(tx, cx, before.number, note).map(drop)
}

/// What was said of one field of the room's forms, said of the field of this form.
fn named(error: Error, field: &'static str) -> Error {
    if error.kind() != Kind::Invalid {
        return error;
    }
    let Some(first) = error.fields().first() else {
        return error;
    };
    first.args.iter().fold(
        Error::invalid(first.code.clone()).field(field),
        |error, (name, value)| error.arg(name.clone(), value.clone()),
    )
}

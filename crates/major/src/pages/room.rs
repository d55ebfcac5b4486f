//! `/major/{id}`: the room. Three live pieces: the head, the record with what is said, and the side with roles, plan, and tickets.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::ticket::{self, Filter, TicketRow};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use web::{App, Choice, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{as_choices, people};
use crate::incident::{self, Holder, Incident, IncidentId, Role, State as How, Step, in_language};
use crate::timeline::{self, Line};
use crate::update::{self, Outcome, Telling, Update};
use crate::{LEAD, READ, plan, review};

/// Tickets shown; the others are counted.
const TICKETS_SHOWN: i64 = 200;
const TROUBLES_SHOWN: i64 = 20;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(READ);
    Routes::new()
        .page(Method::GET, "/major/{id}", needed, show)
        .page(Method::GET, "/major/{id}/head", needed, head)
        .page(Method::GET, "/major/{id}/record", needed, record)
        .page(Method::GET, "/major/{id}/side", needed, side)
}

/// What was said, and whom it reached.
pub(super) struct Said {
    pub update: Update,
    pub who: Option<String>,
    pub reached: i64,
    pub tickets: i64,
}

/// Everything in the room.
pub(super) struct Contents {
    pub incident: Incident,
    holders: Vec<Holder>,
    names: BTreeMap<UserId, String>,
    people: Vec<(UserId, String)>,
    plan: Option<String>,
    steps: Vec<Step>,
    said: Vec<Said>,
    lines: Vec<Line>,
    tickets: Vec<TicketRow>,
    /// Tickets that this reader may not see.
    hidden: i64,
    troubles: Vec<Telling>,
    /// Troubles with tickets that this reader may not see.
    hidden_troubles: i64,
    review: Option<review::Review>,
    may_act: bool,
    may_lead: bool,
}

impl Contents {
    pub(super) fn read(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<Self> {
        let incident = incident::load(tx, cx, id)?;
        let holders = incident::store::holders(tx, id)?;
        let steps = incident::store::steps(tx, id)?;
        let updates = update::store::of_incidents(tx, &[id])?;
        let mut known: Vec<UserId> = holders.iter().map(|holder| holder.person).collect();
        known.extend(steps.iter().filter_map(|step| step.done_by));
        known.extend(updates.iter().filter_map(|update| update.by));
        let cards = people::user::store::cards(tx, &known)?;
        let names: BTreeMap<UserId, String> = cards.into_iter().map(|(id, card)| (id, card.name)).collect();
        let (tickets, hidden) = tickets(tx, cx, &incident)?;
        let may_act = incident::may_act(cx, &holders);
        let commands = |one: &Holder| one.role == Role::Commander && Some(one.person) == cx.user_id();
        let may_lead = cx.may(LEAD).is_some() || holders.iter().any(commands);
        let plan = match &incident.plan {
            Some(key) => plan::find(tx, key)?.map(|plan| plan.name(cx.locale).to_owned()),
            None => None,
        };
        let (troubles, hidden_troubles) = troubles(tx, cx, id)?;
        Ok(Self {
            people: if may_lead { people(tx, cx)? } else { Vec::new() },
            said: said(tx, updates, &names)?,
            lines: timeline::lines(tx, Some(cx), &incident, cx.locale)?,
            troubles,
            hidden_troubles,
            review: review::store::find(tx, id)?,
            incident,
            holders,
            names,
            plan,
            steps,
            tickets,
            hidden,
            may_act,
            may_lead,
        })
    }
}

fn said(tx: &mut Tx<'_>, updates: Vec<Update>, names: &BTreeMap<UserId, String>) -> Result<Vec<Said>> {
    let ids: Vec<_> = updates.iter().map(|update| update.id).collect();
    let reached = update::store::reached(tx, &ids)?;
    let of = |update: Update| {
        let counts = reached.iter().find(|one| one.0 == update.id);
        Said {
            who: update.by.and_then(|by| names.get(&by).cloned()),
            reached: counts.map_or(0, |one| one.1),
            tickets: counts.map_or(0, |one| one.2),
            update,
        }
    };
    Ok(updates.into_iter().map(of).collect())
}

/// The tickets that belong to it, as far as this reader may see them, and how many more there are.
fn tickets(tx: &mut Tx<'_>, cx: &Cx, incident: &Incident) -> Result<(Vec<TicketRow>, i64)> {
    let links = incident::store::links(tx, incident.id)?;
    if links.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let all = i64::try_from(links.len()).unwrap_or(i64::MAX);
    let shown = links
        .into_iter()
        .take(usize::try_from(TICKETS_SHOWN).unwrap_or_default());
    let filter = Filter {
        numbers: Some(shown.collect()),
        ..Filter::default()
    };
    let mut rows = ticket::list(tx, cx, &filter, None, TICKETS_SHOWN)?.items;
    rows.sort_by_key(|row| row.number);
    let seen = i64::try_from(rows.len()).unwrap_or_default();
    Ok((rows, all - seen))
}

/// What did not reach whom, as far as this reader may see the tickets, and how much more there is.
fn troubles(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<(Vec<Telling>, i64)> {
    let late = cx.now().add_secs(-update::LATE_SECONDS);
    let mut troubles = update::store::troubles(tx, id, late, TROUBLES_SHOWN)?;
    let numbers: Vec<i64> = troubles.iter().map(|one| one.ticket).collect();
    let seen = incident::seeing::seen(tx, cx, &numbers)?;
    troubles.retain(|one| seen.contains(&one.ticket));
    let hidden = numbers.len() - troubles.len();
    Ok((troubles, i64::try_from(hidden).unwrap_or(i64::MAX)))
}

/// The forms in the room that can be refused.
#[derive(Default)]
pub(super) struct Forms {
    pub words: FormView,
    pub link: FormView,
    pub step: FormView,
    pub role: FormView,
}

#[derive(Template)]
#[template(path = "pages/views/room.html", blocks = ["room_head", "record", "side"])]
pub(super) struct Room {
    shell: Shell,
    room: Contents,
    forms: Forms,
    choices: Vec<Choice>,
}

impl Room {
    fn holder(&self, role: &Role) -> Option<&UserId> {
        let found = self.room.holders.iter().find(|holder| holder.role == *role);
        found.map(|holder| &holder.person)
    }

    fn is_holder(&self, role: &Role, choice: &Choice) -> bool {
        self.holder(role)
            .is_some_and(|person| person.to_string() == choice.value)
    }

    fn name(&self, person: &UserId) -> &str {
        self.room.names.get(person).map_or("–", String::as_str)
    }

    fn done_by(&self, step: &Step) -> &str {
        step.done_by.as_ref().map_or("–", |person| self.name(person))
    }

    fn text<'a>(&self, step: &'a Step) -> &'a str {
        in_language(self.shell.cx.locale, &step.en, &step.zh)
    }

    fn words<'a>(&self, said: &'a Said) -> &'a str {
        said.update.words.read(self.shell.cx.locale)
    }

    fn is_late(&self) -> bool {
        self.room.incident.is_late(self.shell.cx.now())
    }

    fn steps_done(&self) -> usize {
        self.room
            .steps
            .iter()
            .filter(|step| step.done_at.is_some())
            .count()
    }

    /// Told by a reply after all, or not at all, or not yet.
    fn trouble(&self, one: &Telling) -> String {
        let key = match one.outcome {
            Outcome::Skipped => "major-trouble-skipped",
            Outcome::Waiting if one.reason.is_none() => "major-trouble-waiting",
            _ => "major-trouble-not-resolved",
        };
        let number = one.ticket.to_string();
        self.shell.w(key, "number", number.as_str())
    }

    /// Why.
    fn reason(&self, one: &Telling) -> String {
        let locale = self.shell.cx.locale;
        one.reason
            .as_ref()
            .map_or_else(String::new, |reason| reason.words(locale))
    }

    fn hidden_troubles(&self) -> i64 {
        self.room.hidden_troubles
    }

    /// The tickets that belong to it.
    fn links(&self) -> i64 {
        i64::try_from(self.room.tickets.len())
            .unwrap_or(i64::MAX)
            .saturating_add(self.room.hidden)
    }

    /// Those and its own: so many requesters hear an update.
    fn hearing(&self) -> i64 {
        self.links().saturating_add(1)
    }

    fn hidden(&self) -> i64 {
        self.room.hidden
    }

    /// Where it can be moved to.
    fn other_states(&self) -> Vec<How> {
        let present = self.room.incident.state;
        How::OPEN.into_iter().filter(|state| *state != present).collect()
    }

    fn roles(&self) -> [Role; 5] {
        Role::ALL
    }
}

/// The room, with a form that was refused when there is one.
pub(super) async fn view(
    app: &App,
    page: &Page,
    id: IncidentId,
    refused: Option<Forms>,
) -> web::Result<Room> {
    let cx = page.cx.clone();
    let room = app.db.read(move |tx| Contents::read(tx, &cx, id)).await?;
    Ok(Room {
        shell: page.shell(app, room.incident.title.clone()).await?,
        choices: as_choices(&room.people),
        forms: refused.unwrap_or_default(),
        room,
    })
}

/// After an act that changes the side: that piece for a script, else the room.
pub(super) async fn changed_side(app: &App, page: &Page, id: IncidentId, key: &str) -> web::Result {
    if page.partial {
        return html(view(app, page, id, None).await?.as_side());
    }
    super::done(page, &format!("/major/{id}"), key)
}

/// After an act that changes what was said: that piece for a script, else the room.
pub(super) async fn changed_record(app: &App, page: &Page, id: IncidentId) -> web::Result {
    if page.partial {
        return html(view(app, page, id, None).await?.as_record());
    }
    super::done(page, &format!("/major/{id}"), "major-saved")
}

/// The room with what is wrong.
pub(super) async fn refused(app: &App, page: &Page, id: IncidentId, forms: Forms) -> web::Result {
    unprocessable(view(app, page, id, Some(forms)).await?)
}

/// `GET /major/{id}`
async fn show(State(app): State<App>, page: Page, Path(id): Path<IncidentId>) -> web::Result {
    html(view(&app, &page, id, None).await?)
}

/// `GET /major/{id}/head`
async fn head(State(app): State<App>, page: Page, Path(id): Path<IncidentId>) -> web::Result {
    html(view(&app, &page, id, None).await?.as_room_head())
}

/// `GET /major/{id}/record`
async fn record(State(app): State<App>, page: Page, Path(id): Path<IncidentId>) -> web::Result {
    html(view(&app, &page, id, None).await?.as_record())
}

/// `GET /major/{id}/side`
async fn side(State(app): State<App>, page: Page, Path(id): Path<IncidentId>) -> web::Result {
    html(view(&app, &page, id, None).await?.as_side())
}

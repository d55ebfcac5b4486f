//! What is done in the room: how far it is, who does what, which tickets belong to it, and the plan.

use desk::ticket::{self, Stage};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::UserId;
use serde_json::json;

use super::declaring::{Facts, line};
use super::{Incident, IncidentId, Role, State, begin, lead, reaching, save, store, subject, tell};
use crate::letters;
use crate::{READ, events, review, update};

const STEP_MOST: usize = 300;
const STEPS_MOST: usize = 100;
/// Tickets of one incident.
const TICKETS_MOST: usize = 1_000;

/// Changes what everybody may read.
///
/// # Errors
/// 403, 409 when it was changed meanwhile, 422 with the fields.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: IncidentId,
    facts: &Facts,
    read: Option<i64>,
) -> Result<Incident> {
    let mut incident = lead(tx, cx, id)?;
    if read.is_some_and(|read| read != incident.version) {
        return Err(Error::conflict("major.changed_meanwhile"));
    }
    let facts = facts.checked()?;
    let has_new_rhythm = facts.update_minutes != incident.update_minutes;
    (incident.title, incident.impact) = (facts.title, facts.impact);
    (incident.services, incident.update_minutes) = (facts.services, facts.update_minutes);
    incident.on_status = facts.on_status.unwrap_or(incident.on_status);
    if has_new_rhythm && incident.state.is_open() {
        let since = update::store::last(tx, id)?.map_or(incident.declared_at, |last| last.at);
        incident.wind(since);
    }
    let data = json!({ "update_minutes": incident.update_minutes, "on_status": incident.on_status });
    let title = json!({ "title": incident.title });
    save(tx, cx, &mut incident, events::CHANGED, data, Some(title))?;
    Ok(incident)
}

/// Says how far it is, or that it came back.
///
/// # Errors
/// 403, 409 for a way that does not exist.
pub fn move_to(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId, state: State) -> Result<Incident> {
    let mut incident = lead(tx, cx, id)?;
    if state == incident.state {
        return Ok(incident);
    }
    turn(tx, cx, &mut incident, state)?;
    Ok(incident)
}

/// [`move_to`] of an incident in hand.
pub(crate) fn turn(tx: &mut Tx<'_>, cx: &Cx, incident: &mut Incident, state: State) -> Result<()> {
    if !state.is_open() || incident.state == State::Reviewed {
        return Err(Error::conflict("major.no_such_way"));
    }
    let before = incident.state;
    incident.state = state;
    if !before.is_open() {
        (incident.resolved_at, incident.asks_last_words) = (None, false);
        incident.wind(cx.now());
        review::put_off(tx, incident.id)?;
        update::come_back(tx, cx, incident.id)?;
        reopen_own(tx, cx, incident.ticket)?;
    }
    let data = json!({ "state": state, "before": before });
    save(tx, cx, incident, events::STATE_CHANGED, data, None)
}

/// Its own ticket comes back with it. That takes the question to its requester back too: a late yes, or their silence, would
/// end the incident again.
fn reopen_own(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<()> {
    let own = ticket::store::load(tx, number)?;
    if own.is_none_or(|own| own.state.stage() == Stage::Open) {
        return Ok(());
    }
    let reason = cx.locale.t("major-reopened");
    match ticket::reopen(tx, &reaching(cx), number, &reason) {
        // It is part of another ticket by now, or was declined.
        Err(error) if error.kind() == Kind::Conflict => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// Gives a role to somebody, who is told, or to nobody.
///
/// # Errors
/// 403; 422 for somebody who does not work at the desk.
pub fn assign(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    id: IncidentId,
    role: Role,
    person: Option<UserId>,
) -> Result<Incident> {
    let incident = lead(tx, cx, id)?;
    let present = store::holders(tx, id)?
        .into_iter()
        .find(|holder| holder.role == role)
        .map(|holder| holder.person);
    if present == person {
        return Ok(incident);
    }
    match person {
        Some(person) => give(tx, cx, base, &incident, role, person)?,
        None if role == Role::Commander => {
            return Err(Error::invalid("major.commander_missing").field("person"));
        }
        None => {
            store::drop_role(tx, id, role)?;
            let data = json!({ "role": role, "person": null });
            tell(tx, cx, &incident.subject(), events::ROLE_ASSIGNED, data, None)?;
        }
    }
    Ok(incident)
}

pub(super) fn give(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    incident: &Incident,
    role: Role,
    person: UserId,
) -> Result<()> {
    if !works_here(tx, person)? {
        return Err(Error::invalid("major.person_unknown").field("person"));
    }
    store::put_role(tx, incident.id, role, person, cx.now())?;
    if role == Role::Commander {
        review::hand_to(tx, incident, person)?;
    }
    let data = json!({ "role": role, "person": person.to_string() });
    tell(tx, cx, &incident.subject(), events::ROLE_ASSIGNED, data, None)?;
    if cx.user_id() == Some(person) {
        return Ok(());
    }
    let words = letters::Words {
        subject: "major-mail-role-subject",
        text: "major-mail-role-text",
        about: incident.subject(),
        key: format!(
            "major.role:{}:{}:{}",
            incident.id,
            role.as_str(),
            cx.now().millis()
        ),
    };
    letters::send(tx, cx, &[person], &words, |locale, _| {
        vec![
            ("title", incident.title.clone()),
            ("role", locale.t(role.text_key())),
            ("purpose", locale.t(role.purpose_key())),
            ("link", letters::room(base, incident.id)),
        ]
    })
}

/// Whether this is somebody who may come into the room.
pub(crate) fn works_here(tx: &mut Tx<'_>, person: UserId) -> Result<bool> {
    let found = people::user::store::find(tx, person)?;
    if found.is_none_or(|person| !person.active) {
        return Ok(false);
    }
    let roles = people::role::store::of_user(tx, person)?;
    Ok(people::role::grants_of(tx, &roles)?.contains_key(READ))
}

/// The incident that goes on and that a ticket is of or belongs to.
pub(crate) fn open_incident_around(tx: &mut Tx<'_>, number: i64) -> Result<Option<Incident>> {
    let around = store::around_ticket(tx, number, 20)?;
    Ok(around.into_iter().find(|incident| incident.state.is_open()))
}

/// Adds a ticket; its requester is told what was said last.
///
/// # Errors
/// 403, 409 when it is over, 422 for a ticket that is not known or belongs elsewhere.
pub fn link(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId, number: i64) -> Result<Incident> {
    let incident = begin(tx, cx, id)?;
    if incident.state == State::Reviewed {
        return Err(Error::conflict("major.is_over"));
    }
    join(tx, cx, &incident, number)?;
    update::catch_up(tx, cx, &incident, number)?;
    Ok(incident)
}

pub(super) fn join(tx: &mut Tx<'_>, cx: &Cx, incident: &Incident, number: i64) -> Result<()> {
    let refused = |code: &'static str| Error::invalid(code).field("number").arg("number", number);
    if number == incident.ticket {
        return Err(refused("major.link_itself"));
    }
    tx.lock("major.links", "all")?;
    match ticket::load(tx, cx, number) {
        Ok(view) if !view.internal => return Err(refused("major.link_unknown")),
        Ok(_) => {}
        Err(error) if error.kind() == Kind::NotFound => return Err(refused("major.link_unknown")),
        Err(error) => return Err(error),
    }
    if open_incident_around(tx, number)?.is_some_and(|other| other.id != incident.id) {
        return Err(refused("major.link_taken"));
    }
    if store::links(tx, incident.id)?.len() >= TICKETS_MOST {
        return Err(refused("major.links_most").arg("most", TICKETS_MOST));
    }
    if store::add_link(tx, incident.id, number, cx.now())? {
        let data = json!({ "ticket": number });
        tell(tx, cx, &incident.subject(), events::LINKED, data, None)?;
    }
    Ok(())
}

/// Takes a ticket out.
///
/// # Errors
/// 403, 404.
pub fn unlink(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId, number: i64) -> Result<Incident> {
    let incident = begin(tx, cx, id)?;
    if !store::remove_link(tx, id, number)? {
        return Err(Error::not_found());
    }
    update::store::forget_waiting(tx, id, number)?;
    tell(
        tx,
        cx,
        &incident.subject(),
        events::UNLINKED,
        json!({ "ticket": number }),
        None,
    )?;
    Ok(incident)
}

/// Adds a step to the plan.
///
/// # Errors
/// 403; 422 when it is empty or too long.
pub fn add_step(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId, text: &str) -> Result<()> {
    begin(tx, cx, id)?;
    let text = line(text);
    if text.is_empty() || text.chars().count() > STEP_MOST {
        return Err(Error::invalid("major.step_length")
            .field("step")
            .arg("most", STEP_MOST));
    }
    if store::steps(tx, id)?.len() >= STEPS_MOST {
        return Err(Error::invalid("major.steps_most")
            .field("step")
            .arg("most", STEPS_MOST));
    }
    let step = store::add_step(tx, id, None, &text, &text)?;
    let personal = json!({ "text": text });
    tell(
        tx,
        cx,
        &subject(id),
        events::STEP_ADDED,
        json!({ "step": step }),
        Some(personal),
    )
}

/// Ticks a step, or takes the tick back.
///
/// # Errors
/// 403, 404.
pub fn tick(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId, step: i64, done: Done) -> Result<()> {
    begin(tx, cx, id)?;
    let steps = store::steps(tx, id)?;
    let found = steps
        .iter()
        .find(|one| one.id == step)
        .ok_or_else(Error::not_found)?;
    let is_done = done == Done::Yes;
    if found.done_at.is_some() == is_done {
        return Ok(());
    }
    let (by, at) = if is_done {
        (cx.user_id(), Some(cx.now()))
    } else {
        (None, None)
    };
    store::tick(tx, step, by, at)?;
    let data = json!({ "step": step, "done": is_done });
    let text = json!({ "text": super::in_language(cx.locale, &found.en, &found.zh), "en": found.en, "zh": found.zh });
    tell(tx, cx, &subject(id), events::STEP_TICKED, data, Some(text))
}

/// Whether something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was.
    Yes,
    /// Not after all.
    No,
}

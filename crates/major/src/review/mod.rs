//! The review: what happened, why, what went well and badly, and what follows from it, by whom and when.
//!
//! It is opened when an incident is over, with the timeline filled in from the record, and chased each day once it is late.
//! Closing it closes the incident. `acting` keeps its actions, `chasing` reminds, `store` is the SQL.

pub mod acting;
pub mod chasing;
pub mod store;

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::json;

use crate::incident::steering::Done;
use crate::incident::{self, Incident, IncidentId, Role, State as IncidentState};
use crate::{LEAD, READ, events, letters, timeline};

pub use acting::{Action, add_action, tick_action};

/// Working days until it is due.
const DAYS: i64 = 5;
const TEXT_MOST: usize = 20_000;

/// How far the review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for its owner.
    Open,
    /// People met; it is being written.
    Held,
    /// Done.
    Closed,
}

impl State {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Held => "held",
            Self::Closed => "closed",
        }
    }

    pub(crate) fn known(word: &str) -> Option<Self> {
        [Self::Open, Self::Held, Self::Closed]
            .into_iter()
            .find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Open => "major-review-open",
            Self::Held => "major-review-held",
            Self::Closed => "major-review-closed",
        }
    }
}

/// What people write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// When what was done.
    pub timeline: String,
    /// What happened.
    pub happened: String,
    /// Why.
    pub cause: String,
    /// What helped.
    pub went_well: String,
    /// What did not.
    pub went_badly: String,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Of which incident.
    pub incident: IncidentId,
    /// Who writes it.
    pub owner: Option<UserId>,
    /// How far it is.
    pub state: State,
    /// When it should be done.
    pub due_at: Timestamp,
    /// When its owner is reminded next.
    pub chase_at: Option<Timestamp>,
    /// What stands in it.
    pub draft: Draft,
    /// Until when the record was written into it.
    pub filled_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When people met.
    pub held_at: Option<Timestamp>,
    /// When it was done.
    pub closed_at: Option<Timestamp>,
    /// Grows with each change.
    pub version: i64,
}

impl Review {
    /// Whether it is late.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.state != State::Closed && self.due_at <= now
    }
}

/// Opens the review of an incident that is over; one that came back and ends again keeps what was written.
pub(crate) fn open(tx: &mut Tx<'_>, cx: &Cx, base: &str, incident: &Incident) -> Result<()> {
    let due_at = due(tx, cx.now())?;
    if let Some(mut review) = store::find(tx, incident.id)? {
        if review.state != State::Closed {
            (review.due_at, review.chase_at) = (due_at, Some(due_at));
            fill(tx, cx, incident, &mut review)?;
            store::update(tx, &review)?;
        }
        return Ok(());
    }
    let holders = incident::store::holders(tx, incident.id)?;
    let owner = holders
        .iter()
        .find(|one| one.role == Role::Commander)
        .map(|one| one.person);
    let mut review = Review {
        incident: incident.id,
        owner,
        state: State::Open,
        due_at,
        chase_at: Some(due_at),
        draft: Draft::default(),
        filled_at: Timestamp::default(),
        opened_at: cx.now(),
        held_at: None,
        closed_at: None,
        version: 0,
    };
    fill(tx, cx, incident, &mut review)?;
    store::insert(tx, &review)?;
    let data = json!({ "owner": owner.map(|owner| owner.to_string()), "due_at": due_at });
    incident::tell(tx, cx, &incident.subject(), events::REVIEW_OPENED, data, None)?;
    mail(
        tx,
        cx,
        base,
        incident,
        &review,
        owner.as_slice(),
        ("major-mail-review-subject", "major-mail-review-text"),
    )
}

/// Writes into it what happened since it was filled last, in the owner's language and zone. Many read it, so it names no
/// ticket but the incident's own.
fn fill(tx: &mut Tx<'_>, cx: &Cx, incident: &Incident, review: &mut Review) -> Result<()> {
    let owner = match review.owner {
        Some(owner) => people::user::store::find(tx, owner)?,
        None => None,
    };
    let locale = owner
        .as_ref()
        .and_then(|person| person.locale)
        .unwrap_or(cx.locale);
    let zone = owner.and_then(|person| person.shown_time_zone);
    let mut lines = timeline::lines(tx, None, incident, locale)?;
    lines.retain(|line| line.at > review.filled_at);
    let before = review.draft.timeline.trim_end();
    let free = TEXT_MOST.saturating_sub(before.chars().count() + 1);
    let after = timeline::as_text(&lines, locale, zone.as_deref().unwrap_or(&cx.time_zone), free);
    review.draft.timeline = format!("{before}\n{after}").trim().to_owned();
    review.filled_at = cx.now();
    review.version += 1;
    Ok(())
}

/// Who commands from now on owns the review, unless it is closed, and is chased for it again.
pub(crate) fn hand_to(tx: &mut Tx<'_>, incident: &Incident, person: UserId) -> Result<()> {
    let found = store::find(tx, incident.id)?;
    let Some(mut review) = found.filter(|review| review.state != State::Closed) else {
        return Ok(());
    };
    review.owner = Some(person);
    if !incident.state.is_open() {
        review.chase_at = review.chase_at.or(Some(review.due_at));
    }
    store::update(tx, &review)
}

/// Nobody is chased while the incident goes on again.
pub(crate) fn put_off(tx: &mut Tx<'_>, id: IncidentId) -> Result<()> {
    let Some(mut review) = store::find(tx, id)? else {
        return Ok(());
    };
    review.chase_at = None;
    store::update(tx, &review)
}

/// Five working days of the desk's calendar later.
fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Timestamp> {
    let calendar = desk::neighbours::calendar(tx, "default")?;
    let hours = desk::service_level::Hours::Calendar(calendar);
    let length = hours.day_millis().saturating_mul(DAYS);
    Ok(hours.add(now, length)?.unwrap_or(now.add_secs(7 * 86_400)))
}

/// Tells the owner, or whoever stands in.
fn mail(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    incident: &Incident,
    review: &Review,
    readers: &[UserId],
    (subject, text): (&'static str, &'static str),
) -> Result<()> {
    let words = letters::Words {
        subject,
        text,
        about: incident.subject(),
        key: format!("{subject}:{}:{}", incident.id, cx.now().millis()),
    };
    letters::send(tx, cx, readers, &words, |locale, zone| {
        vec![
            ("title", incident.title.clone()),
            ("due", day_of(review.due_at, locale, zone)),
            ("link", format!("{}/review", letters::room(base, incident.id))),
        ]
    })
}

fn day_of(at: Timestamp, locale: Locale, zone: &str) -> String {
    kernel::i18n::format_instant(at, locale, zone, kernel::i18n::InstantStyle::Date)
}

/// Reads the review of an incident.
///
/// # Errors
/// 403, 404.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<(Incident, Review, Vec<Action>)> {
    let incident = incident::load(tx, cx, id)?;
    let review = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    Ok((incident, review, store::actions(tx, id)?))
}

/// Whether the reader may write it: who leads, has a part in the incident, or owns the review.
#[must_use]
pub fn may_write(cx: &Cx, review: &Review, holders: &[incident::Holder]) -> bool {
    let is_owner = review.owner.is_some() && review.owner == cx.user_id();
    incident::may_act(cx, holders) || (is_owner && cx.may(READ).is_some())
}

fn begin(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<(Incident, Review)> {
    cx.require(READ)?;
    tx.lock("major.incident", id)?;
    let (incident, review, _) = load(tx, cx, id)?;
    if !may_write(cx, &review, &incident::store::holders(tx, id)?) {
        return Err(Error::forbidden().arg("permission", LEAD));
    }
    Ok((incident, review))
}

/// Writes it; `held` says that people met over it.
///
/// # Errors
/// 403, 404, 409 when it is closed or was changed meanwhile, 422 with the fields.
pub fn save(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: IncidentId,
    draft: &Draft,
    held: Done,
    read: Option<i64>,
) -> Result<Review> {
    let (incident, mut review) = begin(tx, cx, id)?;
    if review.state == State::Closed {
        return Err(Error::conflict("major.review_is_closed"));
    }
    if read.is_some_and(|read| read != review.version) {
        return Err(Error::conflict("major.changed_meanwhile"));
    }
    review.draft = checked(draft)?;
    (review.state, review.held_at) = match held {
        Done::Yes => (State::Held, review.held_at.or(Some(cx.now()))),
        Done::No => (State::Open, None),
    };
    review.version += 1;
    store::update(tx, &review)?;
    let data = json!({ "state": review.state.as_str(), "version": review.version });
    incident::tell(tx, cx, &incident.subject(), events::REVIEW_SAVED, data, None)?;
    Ok(review)
}

fn checked(draft: &Draft) -> Result<Draft> {
    let mut errors = Errors::new();
    let mut clean = |field: &str, text: &str| {
        let text = text.trim().replace('\0', "");
        if text.chars().count() > TEXT_MOST {
            errors.push_with(
                field,
                "major.words_too_long",
                vec![("most".to_owned(), TEXT_MOST.into())],
            );
        }
        text
    };
    let draft = Draft {
        timeline: clean("timeline", &draft.timeline),
        happened: clean("happened", &draft.happened),
        cause: clean("cause", &draft.cause),
        went_well: clean("went_well", &draft.went_well),
        went_badly: clean("went_badly", &draft.went_badly),
    };
    errors.finish()?;
    Ok(draft)
}

/// Closes it, and the incident with it.
///
/// # Errors
/// 403, 404, 409 while the incident goes on, 422 with what is missing.
pub fn close(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<()> {
    let (mut incident, mut review) = begin(tx, cx, id)?;
    if review.state == State::Closed {
        return Err(Error::conflict("major.review_is_closed"));
    }
    if incident.state != IncidentState::Resolved {
        return Err(Error::conflict("major.still_open"));
    }
    let mut errors = Errors::new();
    for (field, text) in [
        ("happened", &review.draft.happened),
        ("cause", &review.draft.cause),
    ] {
        if text.is_empty() {
            errors.push(field, "major.review_missing");
        }
    }
    errors.finish()?;
    review.state = State::Closed;
    review.held_at = review.held_at.or(Some(cx.now()));
    (review.closed_at, review.chase_at) = (Some(cx.now()), None);
    review.version += 1;
    store::update(tx, &review)?;
    incident.state = IncidentState::Reviewed;
    incident::save(tx, cx, &mut incident, events::REVIEW_CLOSED, json!({}), None)
}

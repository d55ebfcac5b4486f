//! Who works when: usual hours, shifts that replace them, absences; and the roster made of all three.
//!
//! The roster answers what an assignment asks: who of this team is there now, and when the others come.

pub(crate) mod api;
mod pages;
pub mod store;

use std::collections::BTreeMap;

use kernel::db::Tx;
use kernel::event::{self, New};
use kernel::id::{Id, TeamId, UserId};
use kernel::{Cx, Error, Result, Timestamp};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use web::Routes;

use crate::{events, skill, user};

/// Marks identifiers of shifts and absences.
#[derive(Debug)]
pub enum SpanKind {}
/// Identifier of a shift or an absence.
pub type SpanId = Id<SpanKind>;

/// A stretch of time of one person: a shift, or an absence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonSpan {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: SpanId,
    /// Whose.
    #[schema(value_type = String)]
    pub user: UserId,
    /// From (included).
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// To (excluded).
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// A word about it.
    pub note: String,
}

/// Two years, in milliseconds: longer is a slip in the year.
const LONGEST: i64 = 2 * 366 * 86_400_000;

/// Which of the two a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanOf {
    /// Hours that replace the usual ones.
    Shift,
    /// Not there.
    Absence,
}

impl SpanOf {
    /// The word in addresses and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Absence => "absence",
        }
    }
}

/// The pages and endpoints about shifts and absences.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

/// Somebody who could be given work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The person.
    pub user: UserId,
    /// Name on screen.
    pub name: String,
    /// 1 to 3.
    pub tier: i64,
    /// Skill to level (1 junior, 2 middle, 3 senior).
    pub skills: BTreeMap<String, i64>,
    /// Whether they work at that instant (not told from absence).
    pub on_shift: bool,
    /// Whether an absence covers that instant.
    pub absent: bool,
    /// When they next begin to work, when known.
    pub next_shift: Option<Timestamp>,
}

/// Notes a shift or an absence.
///
/// # Errors
/// Names the wrong field.
pub fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    of: SpanOf,
    user: UserId,
    (starts_at, ends_at): (Timestamp, Timestamp),
    note: &str,
) -> Result<SpanId> {
    let is_own_absence = of == SpanOf::Absence && cx.user_id() == Some(user);
    if cx.may("people.shift.manage").is_none() && !is_own_absence {
        return Err(Error::forbidden());
    }
    if ends_at <= starts_at {
        return Err(Error::invalid("people.shift.ends_before_it_starts").field("ends_at"));
    }
    if ends_at.since(starts_at) > LONGEST {
        return Err(Error::invalid("people.shift.too_long").field("ends_at"));
    }
    user::store::find(tx, user)?.ok_or_else(|| Error::invalid("people.user.unknown").field("user"))?;
    let id: SpanId = cx.new_id();
    store::insert(tx, of, id, user, (starts_at, ends_at), note.trim())?;
    let kind = if of == SpanOf::Shift {
        events::SHIFT_ADDED
    } else {
        events::ABSENCE_ADDED
    };
    let data = json!({ "starts_at": starts_at, "ends_at": ends_at });
    event::append(
        tx,
        cx,
        New {
            kind,
            subject: format!("user:{user}"),
            data,
            personal: None,
        },
    )?;
    Ok(id)
}

/// Takes a shift or an absence back.
///
/// # Errors
/// Not found.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, of: SpanOf, id: SpanId) -> Result<()> {
    let span = store::load(tx, of, id)?;
    if cx.may("people.shift.manage").is_none() && !(of == SpanOf::Absence && cx.user_id() == Some(span.user))
    {
        return Err(Error::not_found());
    }
    store::delete(tx, of, id)?;
    let kind = if of == SpanOf::Shift {
        events::SHIFT_REMOVED
    } else {
        events::ABSENCE_REMOVED
    };
    let data = json!({ "starts_at": span.starts_at, "ends_at": span.ends_at });
    event::append(
        tx,
        cx,
        New {
            kind,
            subject: format!("user:{}", span.user),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

/// Everybody of a team who works on tickets, with what they can do and whether they are there. Five statements
/// however large the team is, and mostly none: who they are is kept.
///
/// # Errors
/// The database's.
pub fn roster(tx: &mut Tx<'_>, team: TeamId, at: Timestamp) -> Result<Vec<Candidate>> {
    let hour = Timestamp::from_millis(at.millis().div_euclid(HOUR) * HOUR);
    let key = format!("people.roster:{team}:{}", hour.millis());
    let crew = tx.kept(&key, CREW_TABLES, |tx| Crew::load(tx, team, hour))?;
    crew.0
        .iter()
        .map(|(member, skills, shifts, absences)| {
            let presence = presence(at, member.calendar.as_ref(), shifts, absences);
            Ok(Candidate {
                user: member.user,
                name: member.name.clone(),
                tier: member.tier,
                skills: skills.clone(),
                on_shift: presence.on_shift,
                absent: presence.absent,
                next_shift: presence.next_shift,
            })
        })
        .collect()
}

const HOUR: i64 = 3_600_000;

/// What a roster is computed from.
const CREW_TABLES: &[&str] = &[
    "people_user",
    "people_member",
    "people_site",
    "people_calendar",
    "people_user_skill",
    "people_shift",
    "people_absence",
];

type Crewman = (
    store::Member,
    BTreeMap<String, i64>,
    Vec<PersonSpan>,
    Vec<PersonSpan>,
);

/// A team with its skills, and its shifts and absences from an hour on.
struct Crew(Vec<Crewman>);

impl Crew {
    fn load(tx: &mut Tx<'_>, team: TeamId, from: Timestamp) -> Result<Self> {
        let members = store::members_with_hours(tx, team)?;
        let mut skills = skill::store::of_team(tx, team)?;
        let absences = store::of_team(tx, SpanOf::Absence, team, from)?;
        let shifts = store::of_team(tx, SpanOf::Shift, team, from)?;
        let own = |spans: &[PersonSpan], user| -> Vec<PersonSpan> {
            let own = spans.iter().filter(|span| span.user == user);
            own.cloned().collect()
        };
        let crewman = |member: store::Member| {
            let user = member.user;
            let skills = skills.remove(&user).unwrap_or_default();
            (member, skills, own(&shifts, user), own(&absences, user))
        };
        Ok(Self(members.into_iter().map(crewman).collect()))
    }
}

struct Presence {
    on_shift: bool,
    absent: bool,
    next_shift: Option<Timestamp>,
}

/// Shifts of a person count besides their usual hours: a late shift does not undo the morning.
fn presence(
    at: Timestamp,
    hours: Option<&worktime::Calendar>,
    shifts: &[PersonSpan],
    absences: &[PersonSpan],
) -> Presence {
    let covers = |span: &PersonSpan| span.starts_at <= at && at < span.ends_at;
    let absent = absences.iter().any(covers);
    let (usual, opening) = match hours {
        None => (true, None),
        Some(calendar) => (
            calendar.is_open_millis(at.millis()).unwrap_or(false),
            calendar
                .next_opening_millis(at.millis())
                .ok()
                .map(Timestamp::from_millis),
        ),
    };
    let on_shift = usual || shifts.iter().any(covers);
    let next_own = shifts
        .iter()
        .map(|span| span.starts_at)
        .filter(|start| *start > at)
        .min();
    let back = absences
        .iter()
        .filter(|span| covers(span))
        .map(|span| span.ends_at)
        .max();
    let next_shift = match (on_shift && !absent, back) {
        (true, _) => None,
        (false, Some(back)) => Some(back),
        (false, None) => [next_own, opening].into_iter().flatten().min(),
    };
    Presence {
        on_shift,
        absent,
        next_shift,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse::<jiff_instant::Instant>().unwrap().0
    }

    /// Reads instants as people write them.
    mod jiff_instant {
        pub struct Instant(pub kernel::Timestamp);
        impl std::str::FromStr for Instant {
            type Err = serde_json::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                serde_json::from_value(serde_json::Value::String(text.to_owned())).map(Self)
            }
        }
    }

    fn span(from: &str, to: &str) -> PersonSpan {
        let user = UserId::from_parts(1, &[1; 10]);
        PersonSpan {
            id: SpanId::from_parts(1, &[2; 10]),
            user,
            starts_at: at(from),
            ends_at: at(to),
            note: String::new(),
        }
    }

    fn office() -> worktime::Calendar {
        worktime::Calendar::new(&worktime::Definition::weekdays("Asia/Shanghai", &["09:00-18:00"])).unwrap()
    }

    #[test]
    fn usual_hours_say_who_is_there_and_when_the_next_day_begins() {
        let noon = presence(at("2026-11-23T04:00:00Z"), Some(&office()), &[], &[]);
        assert!(noon.on_shift && !noon.absent && noon.next_shift.is_none());
        let night = presence(at("2026-11-23T14:00:00Z"), Some(&office()), &[], &[]);
        assert!(!night.on_shift);
        assert_eq!(night.next_shift, Some(at("2026-11-24T01:00:00Z")));
    }

    #[test]
    fn a_night_shift_counts_besides_the_usual_hours() {
        let shift = span("2026-11-23T12:00:00Z", "2026-11-23T20:00:00Z");
        assert!(presence(at("2026-11-23T14:00:00Z"), Some(&office()), &[shift], &[]).on_shift);
    }

    #[test]
    fn an_absence_ends_with_the_day_the_person_is_back() {
        let away = span("2026-11-20T00:00:00Z", "2026-11-30T01:00:00Z");
        let found = presence(at("2026-11-23T04:00:00Z"), Some(&office()), &[], &[away]);
        assert!(found.absent);
        assert_eq!(found.next_shift, Some(at("2026-11-30T01:00:00Z")));
    }
}

//! What counts: minutes of courses and sessions, summed for a person and a year, against the hours that the department wants.
//!
//! A year is the one of the person's own calendar. `sheet` writes the table as a file, `store` is the SQL.

pub mod sheet;
pub mod store;

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use kernel::setting;
use kernel::time::Timestamp;

use crate::course::CourseId;
use crate::session::SessionId;
use crate::{REPORT, SETTINGS, moment};

/// How many hours a year are wanted.
pub const SETTING: &str = "training.hours_a_year";
const USUAL: i64 = 40;
const MOST: i64 = 400;
/// Years that can be asked for.
const YEARS: std::ops::RangeInclusive<i64> = 2000..=2200;

/// The source of the minutes of a course.
#[must_use]
pub fn of_course(id: CourseId) -> String {
    format!("course:{id}")
}

/// The source of the minutes of a session.
#[must_use]
pub fn of_session(id: SessionId) -> String {
    format!("session:{id}")
}

/// How many hours a year are wanted.
pub fn wanted(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(setting::get(tx, SETTING)?.unwrap_or(USUAL))
}

/// Says how many hours a year are wanted.
///
/// # Errors
/// 403, 422.
pub fn set_wanted(tx: &mut Tx<'_>, cx: &Cx, hours: i64) -> Result<()> {
    cx.require(SETTINGS)?;
    if !(1..=MOST).contains(&hours) {
        return Err(Error::invalid("training.number_range")
            .field("hours")
            .arg("most", MOST));
    }
    setting::put(tx, cx, SETTING, &hours)
}

/// Lets minutes count, once for each source.
pub(crate) fn credit(
    tx: &mut Tx<'_>,
    cx: &Cx,
    person: UserId,
    source: &str,
    minutes: i64,
    at: Timestamp,
) -> Result<()> {
    if minutes <= 0 {
        return Ok(());
    }
    let zone = people::user::store::find(tx, person)?.and_then(|person| person.shown_time_zone);
    let year = moment::year(at, zone.as_deref().unwrap_or(&cx.time_zone));
    store::insert(tx, person, source, year, minutes, at)
}

/// Lets them no longer count.
pub(crate) fn take_back(tx: &mut Tx<'_>, person: UserId, source: &str) -> Result<()> {
    store::remove(tx, person, source)
}

/// What somebody has of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who.
    pub person: UserId,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Minutes that count.
    pub minutes: i64,
    /// Courses they have done, ever.
    pub done: i64,
    /// Courses they are to take by a day.
    pub open: i64,
    /// Of these, such whose day has passed.
    pub late: i64,
}

impl Line {
    /// How much of the hours that are wanted this is, 0 to 100.
    #[must_use]
    pub fn percent(&self, hours: i64) -> i64 {
        percent(self.minutes, hours)
    }
}

/// How much of the hours that are wanted some minutes are, 0 to 100. Pure.
#[must_use]
pub fn percent(minutes: i64, hours: i64) -> i64 {
    let wanted = hours.max(1).saturating_mul(60);
    (minutes.saturating_mul(100) / wanted).clamp(0, 100)
}

/// A year for people of the reader's, by name.
///
/// # Errors
/// 403, 404 for a team that is not the reader's to look into.
pub fn report(tx: &mut Tx<'_>, cx: &Cx, year: i64, team: Option<TeamId>) -> Result<Vec<Line>> {
    if !YEARS.contains(&year) {
        return Err(Error::not_found());
    }
    let people = people_of(tx, cx, year, team)?;
    let cards = people::user::store::cards(tx, &people)?;
    let minutes = store::sums(tx, year, &people)?;
    let today = moment::day(cx.now(), &cx.time_zone);
    let courses = store::courses(tx, &people, &today)?;
    let mut lines: Vec<Line> = cards
        .into_iter()
        .map(|(person, card)| {
            let (done, open, late) = courses.get(&person).copied().unwrap_or_default();
            Line {
                person,
                name: card.name,
                email: card.email,
                minutes: minutes.get(&person).copied().unwrap_or_default(),
                done,
                open,
                late,
            }
        })
        .collect();
    lines.sort_by(|one, other| one.name.cmp(&other.name).then(one.person.cmp(&other.person)));
    Ok(lines)
}

/// The teams whose people the reader may look at.
///
/// # Errors
/// 403.
pub fn teams(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<people::team::Team>> {
    let scope = cx.require(REPORT)?;
    let mut teams = people::team::store::list(tx)?;
    teams.retain(|team| scope == Scope::All || cx.team_ids().contains(&team.id));
    Ok(teams)
}

fn people_of(tx: &mut Tx<'_>, cx: &Cx, year: i64, team: Option<TeamId>) -> Result<Vec<UserId>> {
    let scope = cx.require(REPORT)?;
    if let Some(team) = team {
        if !teams(tx, cx)?.iter().any(|one| one.id == team) {
            return Err(Error::not_found());
        }
        return people::team::store::members(tx, team);
    }
    if scope == Scope::All {
        let staff = people::user::store::staff(tx)?;
        let mut people = store::credited(tx, year)?;
        people.extend(staff.into_iter().map(|card| card.id));
        return Ok(once(people));
    }
    let mut people = match cx.user_id() {
        Some(person) => store::led_by(tx, person)?,
        None => Vec::new(),
    };
    for team in cx.team_ids() {
        people.extend(people::team::store::members(tx, *team)?);
    }
    Ok(once(people))
}

fn once(mut people: Vec<UserId>) -> Vec<UserId> {
    people.sort_unstable();
    people.dedup();
    people
}

/// What somebody has of a year themselves.
///
/// # Errors
/// 403.
pub fn own(tx: &mut Tx<'_>, cx: &Cx) -> Result<i64> {
    cx.require(crate::LEARN)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let year = moment::year(cx.now(), &cx.time_zone);
    Ok(store::sums(tx, year, &[person])?
        .get(&person)
        .copied()
        .unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_enough_is_enough() {
        assert_eq!(percent(0, 40), 0);
        assert_eq!(percent(1_200, 40), 50);
        assert_eq!(percent(9_999, 40), 100);
        assert_eq!(percent(10, 0), 16, "hours are at least one");
    }
}

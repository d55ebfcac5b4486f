//! Every statement about people.

use std::collections::BTreeMap;

use kernel::Result;
use kernel::db::{Row, Tx, each_listed, params};
use kernel::id::UserId;
use kernel::{Locale, Timestamp};

use super::{Card, Profile, User, normal_email, phone_digits};

const COLUMNS: &str = "id, email, name, locale, time_zone, phone, organisation, department, job_title, site, place, tier,
 calendar, manager, active, totp_confirmed, password_hash IS NOT NULL AS has_password, created_at, last_sign_in_at,
 COALESCE(time_zone, (SELECT s.time_zone FROM people_site s WHERE s.id = people_user.site)) AS shown_time_zone";

fn user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        locale: row
            .get::<Option<String>>("locale")?
            .as_deref()
            .and_then(Locale::parse),
        time_zone: row.get("time_zone")?,
        shown_time_zone: row.get("shown_time_zone")?,
        phone: row.get("phone")?,
        organisation: row.get("organisation")?,
        department: row.get("department")?,
        job_title: row.get("job_title")?,
        site: row.get("site")?,
        place: row.get("place")?,
        tier: row.get("tier")?,
        calendar: row.get("calendar")?,
        manager: row.get("manager")?,
        active: row.get("active")?,
        second_factor: row.get("totp_confirmed")?,
        has_password: row.get("has_password")?,
        created_at: row.get("created_at")?,
        last_sign_in_at: row.get("last_sign_in_at")?,
    })
}

fn card(row: &Row<'_>) -> Result<Card> {
    Ok(Card {
        id: row.get("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        department: row.get("department")?,
        place: row.get("place")?,
        locale: row
            .get::<Option<String>>("locale")?
            .as_deref()
            .and_then(Locale::parse),
        tier: row.get("tier")?,
    })
}

const CARD: &str = "id, name, email, phone, department, place, locale, tier";

/// The person with this identifier.
///
/// # Errors
/// Not found, or the database's.
pub fn load(tx: &mut Tx<'_>, id: UserId) -> Result<User> {
    find(tx, id)?.ok_or_else(kernel::Error::not_found)
}

/// The person with this identifier, if there is one.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM people_user WHERE id = $1"),
        params![id],
        user,
    )
}

/// The person with this address, if there is one.
///
/// # Errors
/// The database's.
pub fn find_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM people_user WHERE email = $1"),
        params![normal_email(email)],
        user,
    )
}

/// People with this phone number, however it is written.
///
/// # Errors
/// The database's.
pub fn find_by_phone(tx: &mut Tx<'_>, number: &str) -> Result<Vec<Card>> {
    let digits = phone_digits(number);
    if digits.len() < 3 {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {CARD} FROM people_user WHERE phone_digits = $1 AND phone_digits <> '' AND active
         ORDER BY name LIMIT 20"
    );
    tx.query(&sql, params![digits], card)
}

/// Cards of several people in one statement; unknown ones are left out.
///
/// # Errors
/// The database's.
pub fn cards(tx: &mut Tx<'_>, ids: &[UserId]) -> Result<BTreeMap<UserId, Card>> {
    let mut wanted: Vec<UserId> = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let mut found = BTreeMap::new();
    // Fixed sizes keep the number of different statements small, so that they stay prepared.
    for part in wanted.chunks(50) {
        let size = [2, 6, 16, 50]
            .into_iter()
            .find(|size| *size >= part.len())
            .unwrap_or(50);
        let places: Vec<String> = (1..=size).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT {CARD} FROM people_user WHERE id IN ({})",
            places.join(", ")
        );
        let filled: Vec<kernel::db::Value> = (0..size)
            .map(|place| {
                part.get(place)
                    .or(part.last())
                    .map_or(kernel::db::Value::Null, Into::into)
            })
            .collect();
        for one in tx.query(&sql, &filled, card)? {
            found.insert(one.id, one);
        }
    }
    Ok(found)
}

/// Several people in few statements; unknown ones are left out.
///
/// # Errors
/// The database's.
pub fn find_many(tx: &mut Tx<'_>, ids: &[UserId]) -> Result<Vec<User>> {
    let mut found = Vec::with_capacity(ids.len());
    each_listed(ids, |list, values| {
        let sql = format!("SELECT {COLUMNS} FROM people_user WHERE id IN ({list}) LIMIT 1000");
        found.extend(tx.query(&sql, values, user)?);
        Ok(())
    })?;
    Ok(found)
}

/// The next identifiers after one, for going through all people.
///
/// # Errors
/// The database's.
pub fn ids_after(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT id FROM people_user WHERE id > $1 ORDER BY id LIMIT $2",
        params![after, limit],
        |row| row.get("id"),
    )
}

/// What a list of people shows and by what.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of a name or address.
    pub text: String,
    /// Only those who work on tickets.
    pub staff: bool,
    /// Also those who left.
    pub inactive: bool,
}

/// A page of people by name; `after` is the last name and identifier of the page before.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, after: Option<(&str, &str)>, limit: i64) -> Result<Vec<User>> {
    let like = format!("%{}%", filter.text.trim().to_lowercase().replace(['%', '_'], ""));
    let (name, id) = after.unwrap_or(("", ""));
    let sql = format!(
        "SELECT {COLUMNS} FROM people_user
         WHERE (name, id) > ($1, $2) AND (lower(name) LIKE $3 OR email LIKE $3)
           AND (active OR $4) AND (tier IS NOT NULL OR NOT $5)
         ORDER BY name, id LIMIT $6"
    );
    tx.query(
        &sql,
        params![name, id, like, filter.inactive, filter.staff, limit],
        user,
    )
}

/// People whose name or address holds the text, for completion; those who work on tickets first.
///
/// # Errors
/// The database's.
pub fn suggest(tx: &mut Tx<'_>, text: &str, limit: i64) -> Result<Vec<Card>> {
    let like = format!("%{}%", text.trim().to_lowercase().replace(['%', '_'], ""));
    let sql = format!(
        "SELECT {CARD} FROM people_user WHERE active AND (lower(name) LIKE $1 OR email LIKE $1)
         ORDER BY tier IS NULL, name LIMIT $2"
    );
    tx.query(&sql, params![like, limit], card)
}

/// Those who work on tickets.
///
/// # Errors
/// The database's.
pub fn staff(tx: &mut Tx<'_>) -> Result<Vec<Card>> {
    let sql = format!(
        "SELECT {CARD} FROM people_user WHERE tier IS NOT NULL AND active ORDER BY name, id LIMIT 500"
    );
    tx.query(&sql, &[], card)
}

/// Stores a new person.
///
/// # Errors
/// Conflict `kernel.db.unique` when the address is taken.
pub fn insert(tx: &mut Tx<'_>, id: UserId, profile: &Profile, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO people_user (id, email, name, locale, time_zone, phone, phone_digits, organisation, department,
           job_title, site, place, tier, calendar, created_at, updated_at, manager)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15,
           (SELECT m.id FROM people_user m WHERE m.email = $16))",
        params![
            id,
            normal_email(&profile.email),
            profile.name.trim(),
            filled(&profile.locale),
            filled(&profile.time_zone),
            profile.phone.trim(),
            phone_digits(&profile.phone),
            profile.organisation.trim(),
            profile.department.trim(),
            profile.job_title.trim(),
            filled(&profile.site),
            profile.place.trim(),
            profile.tier,
            filled(&profile.calendar),
            now,
            normal_email(&profile.manager)
        ],
    )?;
    Ok(())
}

/// Stores what a form says.
///
/// # Errors
/// Conflict `kernel.db.unique` when the address is taken.
pub fn update(tx: &mut Tx<'_>, id: UserId, profile: &Profile, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE people_user SET email = $2, name = $3, locale = $4, time_zone = $5, phone = $6, phone_digits = $7,
           organisation = $8, department = $9, job_title = $10, site = $11, place = $12, tier = $13, calendar = $14,
           updated_at = $15, manager = (SELECT m.id FROM people_user m WHERE m.email = $16) WHERE id = $1",
        params![
            id,
            normal_email(&profile.email),
            profile.name.trim(),
            filled(&profile.locale),
            filled(&profile.time_zone),
            profile.phone.trim(),
            phone_digits(&profile.phone),
            profile.organisation.trim(),
            profile.department.trim(),
            profile.job_title.trim(),
            filled(&profile.site),
            profile.place.trim(),
            profile.tier,
            filled(&profile.calendar),
            now,
            normal_email(&profile.manager)
        ],
    )?;
    Ok(())
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// Lets a person in or keeps them out.
///
/// # Errors
/// The database's.
pub fn set_active(tx: &mut Tx<'_>, id: UserId, active: bool, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE people_user SET active = $2, updated_at = $3 WHERE id = $1",
        params![id, active, now],
    )?;
    Ok(())
}

/// A person's language and time zone.
///
/// # Errors
/// The database's.
pub fn set_preferences(
    tx: &mut Tx<'_>,
    id: UserId,
    locale: Locale,
    zone: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE people_user SET locale = $2, time_zone = $3, updated_at = $4 WHERE id = $1",
        params![id, locale.tag(), zone, now],
    )?;
    Ok(())
}

/// A person's language.
///
/// # Errors
/// The database's.
pub fn set_locale(tx: &mut Tx<'_>, id: UserId, locale: Locale, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE people_user SET locale = $2, updated_at = $3 WHERE id = $1",
        params![id, locale.tag(), now],
    )?;
    Ok(())
}

/// How many people there are; for the start of an installation.
///
/// # Errors
/// The database's.
pub fn exists_any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx
        .query_opt("SELECT id FROM people_user LIMIT 1", &[], |_| Ok(()))?
        .is_some())
}

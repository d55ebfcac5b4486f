//! People: who they are, how they are reached, where they sit, and whether they work on tickets.
//!
//! Rules here are pure; SQL is in `store`. What a person may do is `role`'s, what they can do is `skill`'s.

pub mod adding;
pub(crate) mod api;
pub mod changing;
mod edit_pages;
mod pages;
pub(crate) mod palette;
pub(crate) mod searching;
pub mod store;

use kernel::error::Errors;
use kernel::id::{TeamId, UserId};
use kernel::{Locale, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Routes;

/// The pages about people.
pub fn routes() -> Routes {
    pages::routes().merge(edit_pages::routes()).merge(api::routes())
}

/// A person's record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: UserId,
    /// Mail address, lower case; unique.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// Language, when chosen.
    #[schema(value_type = Option<String>)]
    pub locale: Option<Locale>,
    /// IANA time zone, when chosen; else the site's.
    pub time_zone: Option<String>,
    /// The zone their times are shown in: the chosen one, else the site's; `None` means the installation's.
    pub shown_time_zone: Option<String>,
    /// As written.
    pub phone: String,
    /// Company or branch.
    pub organisation: String,
    /// Department.
    pub department: String,
    /// What they do.
    pub job_title: String,
    /// The site they work at.
    pub site: Option<String>,
    /// Building, floor, room, desk.
    pub place: String,
    /// 1 to 3 for those who work on tickets.
    pub tier: Option<i64>,
    /// Their usual hours; none: their site's.
    pub calendar: Option<String>,
    /// Who leads them: asked to approve what they want.
    #[schema(value_type = Option<String>)]
    pub manager: Option<UserId>,
    /// Whether they may sign in and be given work.
    pub active: bool,
    /// Whether a second factor is asked for.
    pub second_factor: bool,
    /// Whether they have a password at all.
    pub has_password: bool,
    /// When the record was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When they last signed in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_sign_in_at: Option<Timestamp>,
}

/// What a form, the command line, or the API says of a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Mail address.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// `en`, `zh-CN`, or empty.
    pub locale: String,
    /// IANA time zone or empty.
    pub time_zone: String,
    /// Phone number.
    pub phone: String,
    /// Company or branch.
    pub organisation: String,
    /// Department.
    pub department: String,
    /// What they do.
    pub job_title: String,
    /// Site identifier or empty.
    pub site: String,
    /// Building, floor, room.
    pub place: String,
    /// 1, 2, 3, or nothing.
    pub tier: Option<i64>,
    /// Calendar identifier or empty.
    pub calendar: String,
    /// Mail address of who leads them, or empty.
    pub manager: String,
    /// Roles by name.
    pub roles: Vec<String>,
    /// Teams by identifier.
    #[schema(value_type = Vec<String>)]
    pub teams: Vec<TeamId>,
}

/// The little that lists and side cards need of a person.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    /// Identifier.
    pub id: UserId,
    /// Name on screen.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Phone as written.
    pub phone: String,
    /// Department.
    pub department: String,
    /// Where they sit.
    pub place: String,
    /// Language, when chosen.
    pub locale: Option<Locale>,
    /// 1 to 3 for those who work on tickets.
    pub tier: Option<i64>,
}

/// An address as it is compared and stored: trimmed, lower case.
pub fn normal_email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether it can be an address: one `@`, something on both sides, no spaces or control characters. Whether it
/// exists only a mail can tell.
pub fn is_email(text: &str) -> bool {
    let bad = |letter: char| letter.is_whitespace() || letter.is_control() || "<>,;\"".contains(letter);
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && local.len() <= 64
        && !domain.is_empty()
        && text.len() <= 254
        && !text.chars().any(bad)
        && !local.contains('@')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

/// Digits of a phone number without the trunk zero and the country code of a caller at home, so that `+86 138…`,
/// `0138…`, and `138…` meet. At most the last eleven digits count.
pub fn phone_digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    digits
        .chars()
        .skip(digits.chars().count().saturating_sub(11))
        .collect()
}

/// A name made from an address when nobody told one: `li.na@example.com` gives `li.na`.
pub fn name_from_email(email: &str) -> String {
    email.split('@').next().unwrap_or(email).to_owned()
}

impl Profile {
    /// Checks what can be checked without the database.
    ///
    /// # Errors
    /// Names each wrong field.
    pub fn check(&self) -> kernel::Result<()> {
        let mut errors = Errors::new();
        if self.name.trim().is_empty() {
            errors.push("name", "people.user.name_missing");
        } else if self.name.chars().count() > 200 {
            errors.push("name", "people.user.name_too_long");
        }
        if !is_email(&normal_email(&self.email)) {
            errors.push("email", "people.user.email_malformed");
        }
        if !self.locale.is_empty() && Locale::parse(&self.locale).is_none() {
            errors.push("locale", "people.user.locale_unknown");
        }
        if !self.time_zone.is_empty() && !is_time_zone(&self.time_zone) {
            errors.push("time_zone", "people.time_zone_unknown");
        }
        if !self.manager.is_empty() && normal_email(&self.manager) == normal_email(&self.email) {
            errors.push("manager", "people.user.manager_itself");
        }
        if self.tier.is_some_and(|tier| !(1..=3).contains(&tier)) {
            errors.push("tier", "people.user.tier_unknown");
        }
        errors.finish()
    }
}

/// Whether the IANA database that is compiled in knows the zone.
pub fn is_time_zone(name: &str) -> bool {
    worktime::Calendar::new(&worktime::Definition::round_the_clock(name)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in [
            "li.na@example.com",
            "a@b",
            "用户@例子.公司",
            "x+tag@sub.example.com",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "a", "@b", "a@", "a b@c", "a@b@c", "<a@b>", "a@b,c@d", "a@.b", "a@b\n",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_number_is_found_however_it_was_written() {
        assert_eq!(phone_digits("+86 138-1234-5678"), phone_digits("138 1234 5678"));
        assert_eq!(
            phone_digits("0044 20 7946 0000"),
            phone_digits("+44 20 7946 0000")
        );
        assert_eq!(phone_digits("ext."), "");
    }

    #[test]
    fn every_wrong_field_of_a_profile_is_named() {
        let profile = Profile {
            email: "nobody".to_owned(),
            time_zone: "Mars/Base".to_owned(),
            locale: "xx".to_owned(),
            tier: Some(9),
            ..Profile::default()
        };
        let error = profile.check().unwrap_err();
        let mut fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["email", "locale", "name", "tier", "time_zone"]);
    }
}

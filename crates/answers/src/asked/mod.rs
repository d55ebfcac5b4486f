//! What people search for: kept for ninety days as it was typed, without a name, and summed up by month for two years.
//!
//! Only what somebody sent off counts as a search; typing alone does not. Texts that name somebody (an address, a long number) are
//! not kept at all, for nothing is missing there that an article could say.

pub mod store;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use web::Searched;

pub use store::{Asked, Summed};

/// Forgets what was asked long ago.
pub const FORGET: &str = "answers.asked_forget";

pub const HANDLER: JobHandler = JobHandler { kind: FORGET, run };
pub const SCHEDULE: Schedule = Schedule {
    name: FORGET,
    every: Every::DailyAt(3, 50, "UTC"),
    job: FORGET,
};

/// So long a search is kept as it was typed.
pub const DAYS: i64 = 90;
/// So long its sums are kept.
const MONTHS: i64 = 24;
/// So long the sum of what was asked only once is kept.
const ONCE_MONTHS: i64 = 3;
const TEXT_MAX: usize = 200;
const DAY: i64 = 86_400;
/// Longer runs of digits are somebody's number.
const DIGITS: usize = 6;

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        kernel
            .db
            .write(move |tx| {
                store::forget(
                    tx,
                    now.add_secs(-DAYS * DAY),
                    month(now.add_secs(-MONTHS * 31 * DAY)),
                    month(now.add_secs(-ONCE_MONTHS * 31 * DAY)),
                )
            })
            .await
    })
}

/// Keeps that somebody searched.
///
/// # Errors
/// The database's.
pub fn searched(tx: &mut Tx<'_>, cx: &Cx, searched: &Searched) -> Result<()> {
    let Some(key) = key(&searched.text) else {
        return Ok(());
    };
    // Filters may name somebody as well, so the whole text is looked at.
    if !privacy::pieces(&searched.text, &privacy::Known::default()).is_empty() {
        return Ok(());
    }
    let asked = Asked {
        id: searched.id.clone(),
        text: without_filters(&searched.text).chars().take(TEXT_MAX).collect(),
        key,
        place: searched.place.to_owned(),
        locale: cx.locale,
        found: i64::try_from(searched.found).unwrap_or(i64::MAX),
        opened: None,
        at: cx.now(),
    };
    if store::insert(tx, &asked)? {
        store::count(tx, month(asked.at), &asked)?;
    }
    Ok(())
}

/// Keeps that a hit of a search was opened; only the first one of each search counts.
///
/// # Errors
/// The database's.
pub fn found(tx: &mut Tx<'_>, _cx: &Cx, search: &str, kind: &str, key: &str) -> Result<()> {
    let Some(asked) = store::find(tx, search)?.filter(|asked| asked.opened.is_none()) else {
        return Ok(());
    };
    let opened: String = format!("{kind}:{key}").chars().take(TEXT_MAX).collect();
    store::set_opened(tx, search, &opened)?;
    store::count_opened(tx, month(asked.at), &asked.key)
}

/// The text by which a search is counted: folded, without typed filters and marks, its words in their order; none for one
/// that is not kept. Pure.
#[must_use]
pub fn key(text: &str) -> Option<String> {
    if text.contains('@') {
        return None;
    }
    let words = text.split_whitespace().filter(|word| !is_filter(word));
    let folded: Vec<String> = words
        .map(|word| {
            word.to_lowercase()
                .trim_matches(|letter: char| !letter.is_alphanumeric())
                .to_owned()
        })
        .filter(|word| !word.is_empty())
        .collect();
    let key: String = folded.join(" ").chars().take(TEXT_MAX).collect();
    let longest = key
        .split(|letter: char| !letter.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or(0);
    (key.chars().count() >= 2 && longest < DIGITS).then_some(key)
}

/// What was typed, without its filters. Pure.
fn without_filters(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().filter(|word| !is_filter(word)).collect();
    words.join(" ")
}

/// `type:incident`, `before:2026-10`.
fn is_filter(word: &str) -> bool {
    word.split_once(':').is_some_and(|(name, value)| {
        !value.is_empty()
            && name.len() > 1
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '_')
    })
}

/// The month of an instant in UTC: 202603.
#[must_use]
pub fn month(at: Timestamp) -> i64 {
    let (year, month, _) = civil(at.millis().div_euclid(DAY * 1000));
    year * 100 + month
}

/// Days since 1970 as a date (Howard Hinnant, "chrono-compatible low-level date algorithms").
#[must_use]
pub const fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_is_counted_once_however_it_is_typed() {
        assert_eq!(key("  VPN drops,  type:incident "), Some("vpn drops".to_owned()));
        assert_eq!(key("\"VPN\" drops?"), Some("vpn drops".to_owned()));
        assert_eq!(key("打印机 卡纸！"), Some("打印机 卡纸".to_owned()));
    }

    #[test]
    fn filters_are_no_part_of_the_text() {
        assert_eq!(
            without_filters(" Parking  permit? requester:ann "),
            "Parking permit?"
        );
    }

    #[test]
    fn what_names_somebody_is_not_kept() {
        assert_eq!(key("ann@example.com"), None);
        assert_eq!(key("call 13800138000"), None);
        assert_eq!(key("x"), None);
        assert_eq!(key("type:incident"), None);
        assert_eq!(key("error 0x8004"), Some("error 0x8004".to_owned()));
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        assert_eq!(month(Timestamp::from_secs(1_772_445_600)), 202_603);
        assert_eq!(month(Timestamp::from_secs(0)), 197_001);
        assert_eq!(civil(19_782), (2024, 2, 29));
    }
}

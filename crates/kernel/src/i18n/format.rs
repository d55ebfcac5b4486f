//! Instants, durations, sizes, and counts as people of each language write them.
//!
//! Patterns are code, not texts, because they are grammar of a date and not words; the words around them come
//! from `kernel.ftl`. Nothing here reads the clock: "ago" is always relative to a given instant.

use jiff::{Zoned, tz::TimeZone};

use super::Locale;
use crate::time::Timestamp;

/// How much of an instant is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstantStyle {
    /// `21 Nov 2026, 19:18` · `2026年11月21日 19:18`
    Full,
    /// `21 Nov, 19:18` · `11月21日 19:18`, for lists where the year is plain.
    Short,
    /// `21 Nov 2026` · `2026年11月21日`
    Date,
    /// `19:18`
    Time,
    /// `Sat, 21 Nov 2026, 19:18` · `2026年11月21日 周六 19:18`
    Weekday,
    /// `2026-11-21 19:18:05 CET`, for logs and the audit trail.
    Precise,
}

const ENGLISH_MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const ENGLISH_WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const CHINESE_WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// Writes an instant in a person's language and time zone. An unknown zone is shown as UTC and says so only in
/// the precise style: a page must not fail because a zone was renamed.
pub fn format_instant(at: Timestamp, locale: Locale, time_zone: &str, style: InstantStyle) -> String {
    let zoned = zoned(at, time_zone);
    let time = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
    match (style, locale) {
        (InstantStyle::Time, _) => time,
        (InstantStyle::Date, _) => date(&zoned, locale),
        (InstantStyle::Full, Locale::En) => format!("{}, {time}", date(&zoned, locale)),
        (InstantStyle::Full, Locale::ZhCn) => format!("{} {time}", date(&zoned, locale)),
        (InstantStyle::Short, Locale::En) => format!("{} {}, {time}", zoned.day(), english_month(&zoned)),
        (InstantStyle::Short, Locale::ZhCn) => format!("{}月{}日 {time}", zoned.month(), zoned.day()),
        (InstantStyle::Weekday, Locale::En) => {
            format!(
                "{}, {}, {time}",
                weekday(&zoned, &ENGLISH_WEEKDAYS),
                date(&zoned, locale)
            )
        }
        (InstantStyle::Weekday, Locale::ZhCn) => {
            format!(
                "{} {} {time}",
                date(&zoned, locale),
                weekday(&zoned, &CHINESE_WEEKDAYS)
            )
        }
        (InstantStyle::Precise, _) => zoned.strftime("%Y-%m-%d %H:%M:%S %Z").to_string(),
    }
}

/// Writes a calendar day that has no time zone, such as a holiday.
pub fn format_date(year: i16, month: i8, day: i8, locale: Locale) -> String {
    match locale {
        Locale::En => format!("{day} {} {year}", english_month_name(month)),
        Locale::ZhCn => format!("{year}年{month}月{day}日"),
    }
}

/// How far `at` lies from `now` in one unit: "5 minutes ago", "in 3 hours", "刚刚". Pages show it where the
/// browser cannot keep it fresh by itself.
pub fn format_relative(at: Timestamp, now: Timestamp, locale: Locale) -> String {
    let seconds = (now.millis() - at.millis()) / 1000;
    let distance = seconds.abs();
    if distance < 45 {
        return locale.t("kernel-relative-now");
    }
    let (unit, size) = match distance {
        ..3_570 => ("minute", 60),
        3_570..86_400 => ("hour", 3_600),
        86_400..2_592_000 => ("day", 86_400),
        2_592_000..31_536_000 => ("month", 2_592_000),
        _ => ("year", 31_536_000),
    };
    let count = ((distance + size / 2) / size).max(1);
    let direction = if seconds >= 0 { "past" } else { "future" };
    locale.t_with(
        &format!("kernel-relative-{unit}-{direction}"),
        &[("count", count.into())],
    )
}

/// A span of time by the wall clock: `2 h 05 min` · `2 小时 5 分`; days from 24 hours on; seconds below a minute.
pub fn format_duration(seconds: i64, locale: Locale) -> String {
    const DAY: u64 = 86_400;
    span(seconds, DAY, locale, "kernel-unit-day")
}

/// A span of working time: hours and minutes, and days only of the length that one working day has, for "1 day"
/// of work is eight hours and not twenty-four. `day_seconds` of 0 never shows days.
pub fn format_working_time(seconds: i64, day_seconds: i64, locale: Locale) -> String {
    let day = u64::try_from(day_seconds)
        .ok()
        .filter(|day| *day > 0)
        .unwrap_or(u64::MAX);
    span(seconds, day, locale, "kernel-unit-working-day")
}

/// A size in bytes with decimal units, as file managers show it: `1.4 MB`.
pub fn format_size(bytes: u64, locale: Locale) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return locale.t_with("kernel-unit-bytes", &[("count", bytes.into())]);
    }
    let mut tenths = bytes.saturating_add(50) / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths = (tenths + 500) / 1000;
        unit += 1;
    }
    let name = UNITS[unit];
    if tenths >= 1000 || tenths.is_multiple_of(10) {
        format!("{} {name}", (tenths + 5) / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

/// A count that stopped being counted at `limit`: `17`, `999+`.
pub fn format_count(count: u64, limit: u64) -> String {
    if count > limit {
        format!("{limit}+")
    } else {
        count.to_string()
    }
}

/// A time zone by name and present offset: `Asia/Shanghai (UTC+08:00)`.
pub fn format_time_zone(name: &str, now: Timestamp) -> String {
    format!("{name} (UTC{})", zoned(now, name).strftime("%:z"))
}

fn zoned(at: Timestamp, time_zone: &str) -> Zoned {
    at.jiff()
        .to_zoned(TimeZone::get(time_zone).unwrap_or(TimeZone::UTC))
}

fn date(zoned: &Zoned, locale: Locale) -> String {
    format_date(zoned.year(), zoned.month(), zoned.day(), locale)
}

fn english_month(zoned: &Zoned) -> &'static str {
    english_month_name(zoned.month())
}

fn english_month_name(month: i8) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|index| ENGLISH_MONTHS.get(index))
        .copied()
        .unwrap_or("?")
}

fn weekday(zoned: &Zoned, names: &[&'static str; 7]) -> &'static str {
    let index = zoned.weekday().to_monday_zero_offset();
    usize::try_from(index)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or("?")
}

fn span(seconds: i64, day: u64, locale: Locale, day_key: &str) -> String {
    let total = seconds.unsigned_abs();
    let days = total / day;
    let rest = total % day;
    let (hours, minutes) = (rest / 3600, rest / 60 % 60);
    let hour_text = |hours: u64| locale.t_with("kernel-unit-hour", &[("count", hours.into())]);
    let mut parts = Vec::new();
    if total < 60 {
        parts.push(locale.t_with("kernel-unit-second", &[("count", total.into())]));
    } else if days > 0 {
        parts.push(locale.t_with(day_key, &[("count", days.into())]));
        if hours > 0 {
            parts.push(hour_text(hours));
        } else if minutes > 0 {
            parts.push(minute_text(minutes, false, locale));
        }
    } else {
        if hours > 0 {
            parts.push(hour_text(hours));
        }
        if minutes > 0 {
            parts.push(minute_text(minutes, hours > 0, locale));
        }
    }
    let sign = if seconds < 0 { "−" } else { "" };
    format!("{sign}{}", parts.join(" "))
}

/// After hours English writes two digits, so that columns of durations line up; Chinese does not.
fn minute_text(minutes: u64, after_hours: bool, locale: Locale) -> String {
    let text = match (after_hours, locale) {
        (true, Locale::En) => format!("{minutes:02}"),
        _ => minutes.to_string(),
    };
    locale.t_with("kernel-unit-minute", &[("count", text.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let instant: jiff::Timestamp = text.parse().unwrap();
        Timestamp::from_millis(instant.as_millisecond())
    }

    #[test]
    fn an_instant_is_written_in_the_readers_zone_and_language() {
        let evening = at("2026-11-21T18:18:05Z");
        let show = |locale, zone, style| format_instant(evening, locale, zone, style);
        assert_eq!(
            show(Locale::En, "Europe/Berlin", InstantStyle::Full),
            "21 Nov 2026, 19:18"
        );
        assert_eq!(
            show(Locale::ZhCn, "Asia/Shanghai", InstantStyle::Full),
            "2026年11月22日 02:18"
        );
        assert_eq!(
            show(Locale::En, "Europe/Berlin", InstantStyle::Weekday),
            "Sat, 21 Nov 2026, 19:18"
        );
        assert_eq!(
            show(Locale::ZhCn, "Asia/Shanghai", InstantStyle::Weekday),
            "2026年11月22日 周日 02:18"
        );
        assert_eq!(
            show(Locale::ZhCn, "Asia/Shanghai", InstantStyle::Short),
            "11月22日 02:18"
        );
        assert_eq!(
            show(Locale::En, "Europe/Berlin", InstantStyle::Precise),
            "2026-11-21 19:18:05 CET"
        );
        assert_eq!(show(Locale::En, "Nowhere/Town", InstantStyle::Time), "18:18");
    }

    #[test]
    fn durations_read_naturally() {
        assert_eq!(format_duration(7_500, Locale::En), "2 h 05 min");
        assert_eq!(format_duration(7_500, Locale::ZhCn), "2 小时 5 分");
        assert_eq!(format_duration(7_200, Locale::En), "2 h");
        assert_eq!(format_duration(300, Locale::En), "5 min");
        assert_eq!(format_duration(42, Locale::ZhCn), "42 秒");
        assert_eq!(format_duration(90_000, Locale::En), "1 d 1 h");
        assert_eq!(format_duration(-300, Locale::En), "−5 min");
    }

    #[test]
    fn a_working_day_is_as_long_as_the_calendar_says() {
        assert_eq!(
            format_working_time(10 * 3600, 8 * 3600, Locale::ZhCn),
            "1 个工作日 2 小时"
        );
        assert_eq!(
            format_working_time(10 * 3600, 8 * 3600, Locale::En),
            "1 working day 2 h"
        );
        assert_eq!(format_working_time(26 * 3600 + 300, 0, Locale::En), "26 h 05 min");
    }

    #[test]
    fn distances_choose_one_unit() {
        let now = at("2026-11-21T12:00:00Z");
        let ago = |seconds: i64, locale| {
            format_relative(Timestamp::from_millis(now.millis() - seconds * 1000), now, locale)
        };
        assert_eq!(ago(10, Locale::En), "just now");
        assert_eq!(ago(60, Locale::En), "1 minute ago");
        assert_eq!(ago(3_599, Locale::En), "1 hour ago");
        assert_eq!(ago(7_200, Locale::ZhCn), "2 小时前");
        assert_eq!(ago(-7_200, Locale::En), "in 2 hours");
        assert_eq!(ago(-3 * 86_400, Locale::ZhCn), "3 天后");
        assert_eq!(ago(400 * 86_400, Locale::En), "1 year ago");
    }

    #[test]
    fn sizes_and_counts_are_short() {
        assert_eq!(format_size(0, Locale::En), "0 B");
        assert_eq!(format_size(999, Locale::ZhCn), "999 B");
        assert_eq!(format_size(1_400, Locale::En), "1.4 kB");
        assert_eq!(format_size(999_960, Locale::En), "1 MB");
        assert_eq!(format_size(25_000_000, Locale::En), "25 MB");
        assert_eq!(format_size(1_234_567_890, Locale::En), "1.2 GB");
        assert_eq!(format_count(999, 999), "999");
        assert_eq!(format_count(1_000, 999), "999+");
    }

    #[test]
    fn a_time_zone_shows_its_offset_of_the_day() {
        assert_eq!(
            format_time_zone("Europe/Berlin", at("2026-07-01T00:00:00Z")),
            "Europe/Berlin (UTC+02:00)"
        );
    }
}

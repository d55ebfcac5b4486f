//! Days and minutes of the world's calendar, without a calendar library: the agent only writes UTC.

/// `2026-11-22T23:45Z` of seconds since 1970.
#[must_use]
pub fn minute(seconds: i64) -> String {
    let (day, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, date) = civil(day);
    format!(
        "{year:04}-{month:02}-{date:02}T{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60
    )
}

/// `2026-11-22T23:45:59Z` of seconds since 1970.
#[must_use]
pub fn second(seconds: i64) -> String {
    let text = minute(seconds);
    format!("{}:{:02}Z", text.trim_end_matches('Z'), seconds.rem_euclid(60))
}

/// Seconds since 1970 of a moment in UTC.
#[must_use]
pub fn seconds(year: i64, month: i64, date: i64, hour: i64, minute: i64, second: i64) -> i64 {
    days(year, month, date) * 86_400 + hour * 3600 + minute * 60 + second
}

/// Now, in seconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or_default()
}

/// Days since 1970-01-01 of a date: Howard Hinnant, chrono-compatible low-level date algorithms.
fn days(year: i64, month: i64, date: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + date - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day, by the same source.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree_over_four_centuries() {
        for day in -30_000..120_000 {
            let (year, month, date) = civil(day);
            assert_eq!(days(year, month, date), day);
        }
        assert_eq!(second(1_795_391_159), "2026-11-22T23:45:59Z");
        assert_eq!(seconds(2000, 2, 29, 12, 0, 0), 951_825_600);
    }
}

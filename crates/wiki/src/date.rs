//! The dates of exports, as milliseconds since 1970. Pure.

/// `2026-03-01T07:30:00Z`, also with an offset or without a time.
#[must_use]
pub fn iso(text: &str) -> Option<i64> {
    let text = text.trim();
    let date = text.get(..10)?;
    let mut parts = date.split('-');
    let (year, month, day) = (
        number(parts.next()?)?,
        number(parts.next()?)?,
        number(parts.next()?)?,
    );
    let mut seconds = days(year, month, day)? * 86_400;
    let rest = text.get(10..)?;
    let Some(time) = rest.strip_prefix(['T', ' ']) else {
        return rest.is_empty().then_some(seconds * 1_000);
    };
    let clock = time.get(..8).or_else(|| time.get(..5))?;
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = parts.next().map_or(Some(0), number)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    seconds += hour * 3_600 + minute * 60 + second;
    Some((seconds - offset(time.get(clock.len()..)?)?) * 1_000)
}

/// `+08:00` as seconds.
fn offset(text: &str) -> Option<i64> {
    let text = text.trim_start_matches(|letter: char| letter == '.' || letter.is_ascii_digit());
    let sign = match text.chars().next() {
        None | Some('Z') => return Some(0),
        Some('+') => 1,
        Some('-') => -1,
        Some(_) => return None,
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = (digits.get(..2)?, digits.get(2..4).unwrap_or("0"));
    Some(sign * (number(hours)? * 3_600 + number(minutes)? * 60))
}

/// `Mar 03, 2026` and `3 March 2026`, as English pages write it.
#[must_use]
pub fn english(text: &str) -> Option<i64> {
    let (mut month, mut day, mut year) = (None, None, None);
    for word in text.split(|letter: char| !letter.is_alphanumeric()) {
        match (number(word), word.get(..3)) {
            (Some(value), _) if value > 31 => year = Some(value),
            (Some(value), _) => day = day.or(Some(value)),
            (None, Some(start)) => month = month.or_else(|| month_of(start)),
            (None, None) => {}
        }
    }
    Some(days(year?, month?, day?)? * 86_400_000)
}

fn month_of(start: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start = start.to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| *month == start)?;
    i64::try_from(place + 1).ok()
}

fn number(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Days from 1970 to a day of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1..=9_999).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_exports_are_instants() {
        assert_eq!(iso("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(iso("2026-03-01T07:30:00Z"), Some(1_772_350_200_000));
        assert_eq!(iso("2026-03-01T15:30:00.123+08:00"), Some(1_772_350_200_000));
        assert_eq!(iso("2026-03-01"), Some(1_772_323_200_000));
        assert_eq!(english("on Mar 01, 2026"), Some(1_772_323_200_000));
        assert_eq!(english("1 March 2026"), Some(1_772_323_200_000));
        assert_eq!(iso("yesterday"), None);
        assert_eq!(iso("2026-13-01"), None);
        assert_eq!(english("soon"), None);
    }
}

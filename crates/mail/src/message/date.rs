//! Dates of RFC 5322 section 3.3, the obsolete forms of section 4.3, and what else stands in Date fields.
//!
//! The parts are recognised by what they look like instead of by their place, so that missing seconds, missing
//! weekdays, and the order of `ctime` do no harm. A date that does not exist is no date.

/// Seconds since 1970.
pub(crate) fn parse(value: &str) -> Option<i64> {
    let mut parts = Parts::default();
    for word in without_comments(value)
        .split([' ', '\t', ','])
        .filter(|word| !word.is_empty())
        .take(16)
    {
        parts.take(word);
    }
    parts.seconds()
}

#[derive(Default)]
struct Parts {
    day: Option<i64>,
    month: Option<i64>,
    year: Option<i64>,
    time: Option<i64>,
    zone: Option<i64>,
}

impl Parts {
    fn take(&mut self, word: &str) {
        if word.contains(':') {
            self.time = self.time.or_else(|| time_of_day(word));
        } else if word.starts_with(['+', '-']) && self.time.is_some() {
            self.zone = self.zone.or_else(|| offset(word));
        } else if word.contains('-') || word.contains('/') {
            // `12-Jan-2024` and `2024-01-12`.
            let pieces: Vec<&str> = word.split(['-', '/']).collect();
            match pieces.as_slice() {
                [year, month, day] if year.len() == 4 && month.bytes().all(|byte| byte.is_ascii_digit()) => {
                    (self.year, self.month, self.day) =
                        (year.parse().ok(), month.parse().ok(), day.parse().ok());
                }
                _ => pieces.iter().for_each(|piece| self.take(piece)),
            }
        } else if word.bytes().all(|byte| byte.is_ascii_digit()) {
            self.number(word);
        } else if let Some(month) = month(word) {
            self.month = self.month.or(Some(month));
        } else if self.time.is_some() {
            self.zone = self.zone.or_else(|| named_zone(word));
        }
    }

    fn number(&mut self, word: &str) {
        let Ok(number) = word.parse::<i64>() else { return };
        if self.day.is_none() && word.len() <= 2 {
            self.day = Some(number);
        } else if self.year.is_none() {
            // RFC 5322 section 4.3: two digits below 50 are 20xx, other two and three digits count from 1900.
            self.year = match (word.len(), number) {
                (2, 0..=49) => Some(number + 2000),
                (2 | 3, _) => Some(number + 1900),
                (4, _) => Some(number),
                _ => None,
            };
        }
    }

    fn seconds(&self) -> Option<i64> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let is_real =
            (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=length).contains(&day);
        is_real.then(|| days(year, month, day) * 86_400 + self.time.unwrap_or(0) - self.zone.unwrap_or(0))
    }
}

/// Days since 1970-01-01 in the Gregorian calendar; the year is made to begin in March so that leap days come last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day - 1 - 719_468
}

fn time_of_day(word: &str) -> Option<i64> {
    let mut numbers = word.split([':', '.']).map(|piece| piece.parse::<i64>().ok());
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().flatten().unwrap_or(0);
    let is_real = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    is_real.then_some(hour * 3_600 + minute * 60 + second)
}

fn offset(word: &str) -> Option<i64> {
    let (sign, digits) = word.split_at(1);
    let digits = digits.get(..4)?;
    let number: i64 = digits.parse().ok()?;
    let seconds = number / 100 * 3_600 + number % 100 * 60;
    Some(if sign == "-" { -seconds } else { seconds })
}

fn month(word: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start = word.get(..3)?.to_ascii_lowercase();
    MONTHS
        .iter()
        .position(|month| *month == start)
        .map(|place| place as i64 + 1)
}

/// RFC 5322 section 4.3; the single letters of the military are as good as no zone.
fn named_zone(word: &str) -> Option<i64> {
    let hours = match word.to_ascii_uppercase().as_str() {
        "UT" | "UTC" | "GMT" | "Z" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "CET" | "MET" => 1,
        "CEST" | "MEST" => 2,
        "JST" => 9,
        _ => return None,
    };
    Some(hours * 3_600)
}

fn without_comments(value: &str) -> String {
    let mut depth = 0_usize;
    let mut output = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => output.push(letter),
            _ => {}
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dates_in_all_forms_are_read() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 +0000", Some(0)),
            ("Wed, 11 Feb 98 11:51 CST", Some(887_219_460)),
            ("Mon, 2 Apr 2012 18:22:10 +0400", Some(1_333_376_530)),
            ("2 Apr 2012 18:22:10 +0400 (MSK)", Some(1_333_376_530)),
            ("Mon Apr  2 14:22:10 2012", Some(1_333_376_530)),
            ("Thu, 29 Feb 2024 23:59:60 GMT", Some(1_709_251_200)),
            ("7 Apr 94 17:35:09 GMT", Some(765_740_109)),
            ("2024-01-02 10:11:12 +0800", Some(1_704_161_472)),
            ("Thu, 30 Feb 2023 10:00:00 +0000", None),
            ("Malformed Date.", None),
            ("", None),
        ] {
            assert_eq!(parse(text), seconds, "{text}");
        }
    }
}

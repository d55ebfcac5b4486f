//! Filters by typing: `type:incident from:me before:2026-10 printer`, and the same in Chinese with either colon.
//!
//! Pure. It cuts a line into filters and words and reads days; which names are filters is told by the caller, and what a value
//! means is not decided here. Whatever is no known filter is a plain word: nothing a person types is an error.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

use crate::Timestamp;

/// More filters than this are a pasted text, not a question.
const MOST_FILTERS: usize = 12;

/// A line, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// What is left to look for: the line without its filters.
    pub words: String,
    /// The filters in their order.
    pub filters: Vec<Filter>,
}

/// One filter of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Its name, in lower case: `type`, `类型`.
    pub name: String,
    /// Its values, any of which will do; commas part them. Never empty.
    pub values: Vec<String>,
    /// As it was typed, for showing it.
    pub written: String,
    /// The line without this filter, for taking it away.
    pub rest: String,
}

/// Reads a line; `is_filter` knows the names, in lower case.
#[must_use]
pub fn read(line: &str, is_filter: impl Fn(&str) -> bool) -> Typed {
    let mut typed = Typed::default();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (start, end) in pieces(line) {
        if spans.len() == MOST_FILTERS {
            break;
        }
        let piece = &line[start..end];
        let Some((name, value)) = piece.split_once([':', '：']) else {
            continue;
        };
        let name = name.to_lowercase();
        let values = values(value);
        if name.is_empty() || values.is_empty() || !is_filter(&name) {
            continue;
        }
        spans.push((start, end));
        typed.filters.push(Filter {
            name,
            values,
            written: piece.to_owned(),
            rest: tidy(&[&line[..start], &line[end..]]),
        });
    }
    let mut parts = Vec::with_capacity(spans.len() + 1);
    let mut at = 0;
    for (start, end) in &spans {
        parts.push(&line[at..*start]);
        at = *end;
    }
    parts.push(&line[at..]);
    // A line without filters stays as it is: a gap at its end says that the last word is finished.
    typed.words = if spans.is_empty() {
        line.to_owned()
    } else {
        tidy(&parts)
    };
    typed
}

/// The stretches between gaps; what stands in quotes is not cut.
fn pieces(line: &str) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let mut start = None;
    let mut is_quoted = false;
    for (at, character) in line.char_indices() {
        match character {
            '"' | '“' | '”' => {
                is_quoted = !is_quoted;
                start = start.or(Some(at));
            }
            gap if gap.is_whitespace() && !is_quoted => {
                if let Some(from) = start.take() {
                    pieces.push((from, at));
                }
            }
            _ => start = start.or(Some(at)),
        }
    }
    if let Some(from) = start {
        pieces.push((from, line.len()));
    }
    pieces
}

fn values(text: &str) -> Vec<String> {
    let unquoted = text.replace(['"', '“', '”'], "");
    let parts = unquoted.split([',', '，', '、']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn tidy(parts: &[&str]) -> String {
    let kept: Vec<&str> = parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect();
    kept.join(" ")
}

/// When a year, a month, or a day (`2026`, `2026-10`, `2026-10-01`; also with `/`, `.`, and 年月日) begins, and when the next
/// one does, in a time zone. `None` when it is no such thing.
#[must_use]
pub fn period(text: &str, time_zone: &str) -> Option<(Timestamp, Timestamp)> {
    let plain = text.trim().trim_end_matches(['年', '月', '日', '号']);
    let numbers: Vec<&str> = plain.split(['-', '/', '.', '年', '月']).collect();
    let is_number =
        |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if numbers.len() > 3 || !numbers.iter().all(is_number) || numbers[0].len() != 4 {
        return None;
    }
    let year: i16 = numbers[0].parse().ok()?;
    let number = |at: usize| numbers.get(at).map_or(Some(1), |part| part.parse::<i8>().ok());
    let first = Date::new(year, number(1)?, number(2)?).ok()?;
    let length: Span = match numbers.len() {
        1 => 1.year(),
        2 => 1.month(),
        _ => 1.day(),
    };
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let begins = |day: Date| -> Option<Timestamp> {
        let instant = day.to_zoned(zone.clone()).ok()?.timestamp();
        Some(Timestamp::from_millis(instant.as_millisecond()))
    };
    Some((begins(first)?, begins(first.checked_add(length).ok()?)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 6] = ["type", "from", "before", "类型", "来自", "早于"];

    fn typed(line: &str) -> Typed {
        read(line, |name| NAMES.contains(&name))
    }

    fn pairs(line: &str) -> Vec<(String, String)> {
        let filters = typed(line).filters.into_iter();
        filters
            .map(|filter| (filter.name, filter.values.join("|")))
            .collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn filters_are_taken_out_of_the_words() {
        let line = "type:incident printer from:me jam before:2026-10";
        assert_eq!(typed(line).words, "printer jam");
        assert_eq!(
            pairs(line),
            [
                pair("type", "incident"),
                pair("from", "me"),
                pair("before", "2026-10")
            ]
        );
        assert_eq!(
            typed(line).filters[1].rest,
            "type:incident printer jam before:2026-10"
        );
    }

    #[test]
    fn chinese_names_and_the_wide_colon_are_understood() {
        assert_eq!(
            pairs("打印机 类型：事件，问题 来自:我"),
            [pair("类型", "事件|问题"), pair("来自", "我")]
        );
        assert_eq!(typed("打印机 类型：事件").words, "打印机");
    }

    #[test]
    fn what_is_no_filter_is_a_word() {
        for line in [
            "http://intranet/a",
            "C:\\temp",
            "error:42",
            "type:",
            "type:,",
            ":incident",
            "12:30",
            "\"type:incident\"",
        ] {
            assert_eq!(typed(line).filters, [], "{line}");
            assert_eq!(typed(line).words, line);
        }
    }

    #[test]
    fn values_may_be_quoted() {
        assert_eq!(
            pairs("from:\"Ann Lee\" type:“a b”"),
            [pair("from", "Ann Lee"), pair("type", "a b")]
        );
    }

    #[test]
    fn years_months_and_days_are_periods_of_the_readers_zone() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let (from, to) = period("2026-10", "Asia/Shanghai").unwrap();
        assert_eq!(from.millis(), at("2026-09-30T16:00:00Z"));
        assert_eq!(to.millis(), at("2026-10-31T16:00:00Z"));
        assert_eq!(period("2026/10/1", "UTC"), period("2026年10月1日", "UTC"));
        assert_eq!(
            period("2026", "UTC").unwrap().1.millis(),
            at("2027-01-01T00:00:00Z")
        );
        for text in [
            "",
            "10-2026",
            "2026-13",
            "2026-02-30",
            "yesterday",
            "2026-10-01-02",
            "99999",
            "2026--1",
        ] {
            assert_eq!(period(text, "UTC"), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_too_strange(line in "\\PC{0,60}|[a-z:：\"“” ,，类型来自from:type]{0,60}") {
            let typed = typed(&line);
            for filter in &typed.filters {
                prop_assert!(NAMES.contains(&filter.name.as_str()));
                prop_assert!(!filter.values.is_empty() && filter.values.iter().all(|value| !value.is_empty()));
                prop_assert!(line.contains(&filter.written));
                prop_assert!(filter.rest.len() < line.len());
            }
            let without = read(&line, |_| false);
            prop_assert_eq!(without.words, line);
        }

        #[test]
        fn taking_all_filters_away_leaves_the_words(words in "[a-z]{1,8}( [a-z]{1,8}){0,4}", value in "[a-z0-9]{1,8}") {
            let line = format!("type:{value} {words} from:{value}");
            let once = typed(&typed(&line).filters[0].rest);
            prop_assert_eq!(once.filters.len(), 1);
            prop_assert_eq!(&once.filters[0].rest, &words);
            prop_assert_eq!(typed(&line).words, words);
        }

        #[test]
        fn any_text_is_a_period_or_none(text in "\\PC{0,20}|[0-9/.年月日-]{0,14}") {
            if let Some((from, to)) = period(&text, "Asia/Shanghai") {
                prop_assert!(from.millis() < to.millis());
            }
        }
    }
}

//! Laws that hold for every calendar, tried on random ones: odd hours, many zones, holidays, replaced days.
//!
//! The expected values come from walking the explanation span by span, which shares nothing with the running totals
//! by which the calendar itself computes.

use proptest::prelude::*;
use worktime::{Calendar, Definition, Error, Replaced};

const DAY: i64 = 86_400_000;
/// 2023-01-01, so that every case lies within a few years of data.
const ORIGIN: i64 = 1_672_531_200_000;
/// Zones with a change at midnight, of half an hour, in the southern half, and none at all.
const ZONES: [&str; 9] = [
    "UTC",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Africa/Cairo",
];

/// Spans of at least a quarter of an hour, apart, on the quarter.
fn hours() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(0_u16..=96, 1..=6).prop_map(|quarters| {
        let quarters: Vec<u16> = quarters.into_iter().collect();
        quarters
            .chunks_exact(2)
            .map(|pair| {
                let text = |quarter: u16| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
                format!("{}-{}", text(pair[0]), text(pair[1]))
            })
            .collect()
    })
}

fn date(day: i64) -> String {
    jiff::civil::date(2023, 1, 1)
        .checked_add(jiff::Span::new().days(day))
        .map(|date| date.to_string())
        .unwrap_or_default()
}

prop_compose! {
    fn definition()(
        zone in prop::sample::select(&ZONES[..]),
        week in prop::collection::vec(hours(), 7),
        open_days in prop::collection::vec(any::<bool>(), 7),
        holidays in prop::collection::btree_set(0_i64..700, 0..40),
        replaced in prop::collection::btree_map(0_i64..700, hours(), 0..20),
    ) -> Definition {
        let mut definition = Definition { time_zone: zone.to_owned(), ..Definition::default() };
        for (index, (_, day)) in definition.weekly.days_mut().into_iter().enumerate() {
            if open_days[index] {
                *day = week[index].clone();
            }
        }
        if definition.weekly.days().iter().all(|(_, day)| day.is_empty()) {
            definition.weekly.thursday = vec!["01:30-02:45".to_owned(), "22:00-24:00".to_owned()];
        }
        definition.holidays = holidays.into_iter().map(|day| (date(day), format!("H{day}"))).collect();
        definition.replaced = replaced
            .into_iter()
            .filter(|(_, hours)| !hours.is_empty())
            .map(|(day, hours)| (date(day), Replaced { hours, name: String::new() }))
            .collect();
        definition
    }
}

fn instant() -> impl Strategy<Value = i64> {
    // Half of the instants lie on the quarter hour, where openings and closings are.
    prop_oneof![
        (0_i64..700 * DAY).prop_map(|offset| ORIGIN + offset),
        (0_i64..700 * 96).prop_map(|quarter| ORIGIN + quarter * 900_000),
    ]
}

fn duration() -> impl Strategy<Value = i64> {
    prop_oneof![
        0_i64..DAY,
        (0_i64..400).prop_map(|quarter| quarter * 900_000),
        1_i64..20
    ]
}

/// Adds by walking the explanation.
fn add_by_walking(calendar: &Calendar, start: i64, duration: i64) -> Option<i64> {
    if duration == 0 {
        return Some(start);
    }
    let mut remaining = duration;
    for span in calendar.explain_millis(start, start + 300 * DAY).ok()? {
        if !span.is_open() {
            continue;
        }
        if remaining <= span.millis() {
            return Some(span.from.as_millisecond() + remaining);
        }
        remaining -= span.millis();
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn adding_then_measuring_gives_the_duration_back(
        definition in definition(), start in instant(), duration in duration(),
    ) {
        let calendar = Calendar::new(&definition).unwrap();
        let deadline = calendar.add_millis(start, duration).unwrap();
        prop_assert_eq!(calendar.between_millis(start, deadline).unwrap(), duration);
        prop_assert_eq!(calendar.between_millis(deadline, start).unwrap(), -duration);
        // The deadline is the earliest such instant.
        if duration > 0 {
            prop_assert!(calendar.between_millis(start, deadline - 1).unwrap() < duration);
        } else {
            prop_assert_eq!(deadline, start);
        }
    }

    #[test]
    fn adding_agrees_with_walking_the_explanation(
        definition in definition(), start in instant(), duration in duration(),
    ) {
        let calendar = Calendar::new(&definition).unwrap();
        if let Some(expected) = add_by_walking(&calendar, start, duration) {
            prop_assert_eq!(calendar.add_millis(start, duration).unwrap(), expected);
        }
    }

    #[test]
    fn splitting_a_duration_changes_nothing(
        definition in definition(), start in instant(), first in duration(), second in duration(),
    ) {
        let calendar = Calendar::new(&definition).unwrap();
        let stop = calendar.add_millis(start, first).unwrap();
        let split = calendar.add_millis(stop, second).unwrap();
        prop_assert_eq!(split, calendar.add_millis(start, first + second).unwrap());
    }

    #[test]
    fn more_time_or_a_later_start_never_gives_an_earlier_deadline(
        definition in definition(), start in instant(), later in duration(),
        duration in duration(), more in duration(),
    ) {
        let calendar = Calendar::new(&definition).unwrap();
        let deadline = calendar.add_millis(start, duration).unwrap();
        prop_assert!(deadline >= start);
        prop_assert!(calendar.add_millis(start, duration + more).unwrap() >= deadline);
        prop_assert!(calendar.add_millis(start + later, duration).unwrap() >= deadline);
    }

    #[test]
    fn an_explanation_covers_its_time_and_its_open_spans_add_up(
        definition in definition(), from in instant(), length in 1_i64..40 * DAY,
    ) {
        let calendar = Calendar::new(&definition).unwrap();
        let to = from + length;
        let spans = calendar.explain_millis(from, to).unwrap();
        prop_assert_eq!(spans.first().unwrap().from.as_millisecond(), from);
        prop_assert_eq!(spans.last().unwrap().to.as_millisecond(), to);
        for pair in spans.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert_ne!(&pair[0].kind, &pair[1].kind);
        }
        let open: i64 = spans.iter().filter(|span| span.is_open()).map(|span| span.millis()).sum();
        prop_assert_eq!(open, calendar.between_millis(from, to).unwrap());
        for span in spans {
            prop_assert_eq!(calendar.is_open(span.from).unwrap(), span.is_open());
            prop_assert_eq!(calendar.is_open_millis(span.to.as_millisecond() - 1).unwrap(), span.is_open());
        }
    }

    #[test]
    fn the_next_opening_is_open_and_nothing_before_it_is(definition in definition(), at in instant()) {
        let calendar = Calendar::new(&definition).unwrap();
        let opening = calendar.next_opening_millis(at).unwrap();
        prop_assert!(opening >= at);
        prop_assert!(calendar.is_open_millis(opening).unwrap());
        prop_assert_eq!(calendar.between_millis(at, opening).unwrap(), 0);
    }

    #[test]
    fn a_definition_survives_the_database(definition in definition()) {
        let calendar = Calendar::new(&definition).unwrap();
        let json = serde_json::to_string(&calendar).unwrap();
        let read: Calendar = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &calendar);
        let again = Calendar::new(calendar.definition()).unwrap();
        prop_assert_eq!(read.definition(), again.definition());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_question_hangs_or_panics(definition in definition(), at in any::<i64>(), amount in any::<i64>()) {
        let calendar = Calendar::new(&definition).unwrap();
        let known = |error: &Error| matches!(error, Error::OutOfRange | Error::NegativeDuration);
        prop_assert!(calendar.add_millis(at, amount).as_ref().err().is_none_or(known));
        prop_assert!(calendar.add_millis(ORIGIN, amount).as_ref().err().is_none_or(known));
        prop_assert!(calendar.between_millis(at, amount).as_ref().err().is_none_or(known));
        prop_assert!(calendar.explain_millis(at, amount).as_ref().err().is_none_or(known));
        prop_assert!(calendar.next_opening_millis(at).as_ref().err().is_none_or(known));
    }
}

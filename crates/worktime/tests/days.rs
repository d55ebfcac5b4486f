//! Single days worth a sentence: closing times, clock changes, skipped dates, calendars that end, bad definitions.

#![expect(clippy::unwrap_used, reason = "helpers of tests, where a failure is to panic")]

use jiff::{SignedDuration, Timestamp};
use worktime::{Calendar, Definition, Error, Kind, Reason, Replaced};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn office(zone: &str) -> Definition {
    Definition::weekdays(zone, &["09:00-12:00", "13:30-18:00"])
}

fn calendar(definition: &Definition) -> Calendar {
    Calendar::new(definition).unwrap()
}

fn replaced(hours: &[&str], name: &str) -> Replaced {
    Replaced {
        hours: hours.iter().map(|span| (*span).to_owned()).collect(),
        name: name.to_owned(),
    }
}

fn open_hours(definition: &Definition, from: &str, to: &str) -> f64 {
    calendar(definition)
        .between(at(from), at(to))
        .unwrap()
        .as_secs_f64()
        / 3600.0
}

#[test]
fn a_deadline_on_closing_time_is_that_instant() {
    let calendar = calendar(&office("Asia/Shanghai"));
    let friday = at("2026-03-06T17:00:00+08:00");
    let hour = SignedDuration::from_hours(1);
    assert_eq!(
        calendar.add(friday, hour).unwrap(),
        at("2026-03-06T18:00:00+08:00")
    );
    let moment_more = hour + SignedDuration::from_millis(1);
    assert_eq!(
        calendar.add(friday, moment_more).unwrap(),
        at("2026-03-09T09:00:00.001+08:00")
    );
    assert!(!calendar.is_open(at("2026-03-06T18:00:00+08:00")).unwrap());
    assert!(calendar.is_open(at("2026-03-09T09:00:00+08:00")).unwrap());
}

#[test]
fn adding_nothing_stays_even_when_closed() {
    let calendar = calendar(&office("Asia/Shanghai"));
    let sunday = at("2026-03-08T03:00:00.123+08:00");
    assert_eq!(calendar.add(sunday, SignedDuration::ZERO).unwrap(), sunday);
    let error = calendar.add(sunday, SignedDuration::from_secs(-1)).unwrap_err();
    assert_eq!(error, Error::NegativeDuration);
}

#[test]
fn days_with_a_clock_change_count_their_real_hours() {
    let always = Definition::round_the_clock("Europe/Berlin");
    assert_eq!(
        open_hours(&always, "2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00"),
        23.0
    );
    assert_eq!(
        open_hours(&always, "2024-10-27T00:00:00+02:00", "2024-10-28T00:00:00+01:00"),
        25.0
    );
}

#[test]
fn hours_that_the_clocks_skip_move_forward() {
    let mut definition = office("Europe/Berlin");
    definition.weekly.sunday = vec!["02:15-02:45".to_owned(), "03:30-04:00".to_owned()];
    let calendar = calendar(&definition);
    let night = at("2024-03-31T00:00:00+01:00");
    // 02:15 becomes 03:15, 02:45 becomes 03:45; the second span begins where the first has ended.
    assert_eq!(
        calendar.next_opening(night).unwrap(),
        at("2024-03-31T03:15:00+02:00")
    );
    assert_eq!(
        calendar.between(night, at("2024-03-31T12:00:00+02:00")).unwrap(),
        SignedDuration::from_mins(45)
    );
}

#[test]
fn hours_that_happen_twice_mean_the_first() {
    let mut definition = office("America/New_York");
    definition.weekly.sunday = vec!["01:30-04:00".to_owned()];
    let calendar = calendar(&definition);
    let night = at("2024-11-03T00:00:00-04:00");
    assert_eq!(
        calendar.next_opening(night).unwrap(),
        at("2024-11-03T01:30:00-04:00")
    );
    assert_eq!(
        calendar.between(night, at("2024-11-03T12:00:00-05:00")).unwrap(),
        SignedDuration::from_mins(210)
    );
}

#[test]
fn a_day_that_begins_at_one_has_no_gap_and_no_overlap() {
    // Cairo leaps from 00:00 to 01:00 on 26 April 2024 and repeats 23:00 on 31 October 2024.
    let always = Definition::round_the_clock("Africa/Cairo");
    assert_eq!(
        open_hours(&always, "2024-04-25T00:00:00+02:00", "2024-04-27T00:00:00+03:00"),
        47.0
    );
    assert_eq!(
        open_hours(&always, "2024-10-31T00:00:00+03:00", "2024-11-02T00:00:00+02:00"),
        49.0
    );
    let spans = calendar(&always)
        .explain(at("2024-04-20T00:00:00+02:00"), at("2024-11-10T00:00:00+02:00"))
        .unwrap();
    assert_eq!(spans.len(), 1);
}

#[test]
fn a_date_that_a_country_skipped_gives_no_hours() {
    // Samoa went from Thursday 29 to Saturday 31 December 2011.
    let samoa = office("Pacific/Apia");
    assert_eq!(
        open_hours(&samoa, "2011-12-29T00:00:00-10:00", "2012-01-01T00:00:00+14:00"),
        7.5
    );
}

#[test]
fn replaced_hours_win_over_a_holiday_and_a_holiday_over_the_week() {
    let mut definition = office("Asia/Shanghai");
    definition
        .holidays
        .insert("2026-10-01".to_owned(), "国庆节".to_owned());
    definition
        .holidays
        .insert("2026-10-02".to_owned(), "国庆节".to_owned());
    definition
        .replaced
        .insert("2026-10-02".to_owned(), replaced(&["10:00-11:00"], "值班"));
    definition
        .replaced
        .insert("2026-10-10".to_owned(), replaced(&["09:00-24:00"], "调休"));
    let day = |day: &str| {
        open_hours(
            &definition,
            &format!("2026-10-{day}T00:00:00+08:00"),
            &format!("2026-10-{day}T23:59:59.999+08:00"),
        )
    };
    assert_eq!(day("01"), 0.0);
    assert_eq!(day("02"), 1.0);
    assert!((day("10") - 15.0).abs() < 0.001);
    assert_eq!(calendar(&definition).definition().holidays.len(), 2);
}

#[test]
fn an_explanation_names_nights_breaks_weekends_and_holidays() {
    let mut definition = office("Asia/Shanghai");
    definition
        .holidays
        .insert("2026-09-25".to_owned(), "中秋节".to_owned());
    definition
        .replaced
        .insert("2026-09-20".to_owned(), replaced(&["09:00-12:00"], "国庆节"));
    let explain = |from: &str, to: &str| -> Vec<(String, Kind)> {
        calendar(&definition)
            .explain(at(from), at(to))
            .unwrap()
            .into_iter()
            .map(|span| {
                let from = span
                    .from
                    .to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap());
                (from.strftime("%d %H:%M").to_string(), span.kind)
            })
            .collect()
    };
    let closed = Kind::Closed;
    assert_eq!(
        explain("2026-09-24T10:00:00+08:00", "2026-09-28T10:00:00+08:00"),
        [
            ("24 10:00".to_owned(), Kind::Open),
            ("24 12:00".to_owned(), closed(Reason::Break)),
            ("24 13:30".to_owned(), Kind::Open),
            ("24 18:00".to_owned(), closed(Reason::Night)),
            (
                "25 00:00".to_owned(),
                closed(Reason::Holiday("中秋节".to_owned()))
            ),
            ("26 00:00".to_owned(), closed(Reason::Weekend)),
            ("28 00:00".to_owned(), closed(Reason::Night)),
            ("28 09:00".to_owned(), Kind::Open),
        ]
    );
    assert_eq!(
        explain("2026-09-20T10:00:00+08:00", "2026-09-20T13:00:00+08:00"),
        [
            ("20 10:00".to_owned(), Kind::Replaced("国庆节".to_owned())),
            ("20 12:00".to_owned(), closed(Reason::Night)),
        ]
    );
    assert_eq!(
        explain("2026-09-20T13:00:00+08:00", "2026-09-20T10:00:00+08:00"),
        []
    );
}

#[test]
fn a_calendar_that_never_opens_is_refused() {
    let nothing = Definition {
        time_zone: "UTC".to_owned(),
        ..Definition::default()
    };
    let error = Calendar::new(&nothing).unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("worktime.never_opens", Some("weekly"))
    );
}

#[test]
fn a_calendar_that_has_closed_for_good_says_so() {
    let mut definition = Definition {
        time_zone: "Asia/Shanghai".to_owned(),
        ..Definition::default()
    };
    definition
        .replaced
        .insert("2026-05-09".to_owned(), replaced(&["09:00-18:00"], ""));
    let calendar = calendar(&definition);
    let before = at("2026-05-01T00:00:00+08:00");
    assert_eq!(
        calendar.add(before, SignedDuration::from_hours(9)).unwrap(),
        at("2026-05-09T18:00:00+08:00")
    );
    assert_eq!(
        calendar.add(before, SignedDuration::from_hours(10)).unwrap_err(),
        Error::NoOpening { after: before }
    );
    let after = at("2026-05-10T00:00:00+08:00");
    assert_eq!(
        calendar.next_opening(after).unwrap_err(),
        Error::NoOpening { after }
    );
}

#[test]
fn years_of_nothing_but_holidays_end() {
    let mut definition = Definition::weekdays("UTC", &["09:00-18:00"]);
    let mut day = jiff::civil::date(2026, 1, 1);
    while day.year() < 2031 {
        definition.holidays.insert(day.to_string(), String::new());
        day = day.tomorrow().unwrap();
    }
    let calendar = calendar(&definition);
    assert_eq!(
        calendar.next_opening(at("2026-01-01T00:00:00Z")).unwrap(),
        at("2031-01-01T09:00:00Z")
    );
    let endless = SignedDuration::from_hours(10_000_000);
    assert_eq!(
        calendar.add(at("2026-01-01T00:00:00Z"), endless).unwrap_err(),
        Error::OutOfRange
    );
}

#[test]
fn a_wrong_definition_names_the_field() {
    let wrong = |change: fn(&mut Definition)| {
        let mut definition = office("Asia/Shanghai");
        change(&mut definition);
        let error = Calendar::new(&definition).unwrap_err();
        (error.code(), error.field().unwrap().to_owned())
    };
    let zone = wrong(|definition| definition.time_zone = "Asia/Peking".to_owned());
    assert_eq!(zone, ("worktime.unknown_time_zone", "time_zone".to_owned()));
    let span = wrong(|definition| definition.weekly.tuesday.push("nine to five".to_owned()));
    assert_eq!(span, ("worktime.unreadable_hours", "weekly.tuesday".to_owned()));
    let holiday = wrong(|definition| {
        definition.holidays.insert("2026-02-30".to_owned(), String::new());
    });
    assert_eq!(
        holiday,
        ("worktime.unreadable_date", "holidays.2026-02-30".to_owned())
    );
    let closed = wrong(|definition| {
        definition
            .replaced
            .insert("2026-02-28".to_owned(), Replaced::default());
    });
    assert_eq!(
        closed,
        ("worktime.missing_hours", "replaced.2026-02-28".to_owned())
    );
    let known = wrong(|definition| definition.known_until = Some("soon".to_owned()));
    assert_eq!(known, ("worktime.unreadable_date", "known_until".to_owned()));
}

#[test]
fn the_stored_form_is_the_documented_one() {
    let json = r#"{"time_zone":"Asia/Shanghai","weekly":{"monday":["13:30-18:00","9:00-12:00"]},
        "holidays":{"2026-10-01":"国庆节"},"replaced":{"2026-10-10":{"hours":["09:00-24:00"],"name":"国庆节"}},
        "known_until":"2026-12-31"}"#;
    let calendar: Calendar = serde_json::from_str(json).unwrap();
    assert_eq!(
        serde_json::to_string(&calendar).unwrap(),
        concat!(
            r#"{"time_zone":"Asia/Shanghai","weekly":{"monday":["09:00-12:00","13:30-18:00"],"tuesday":[],"#,
            r#""wednesday":[],"thursday":[],"friday":[],"saturday":[],"sunday":[]},"#,
            r#""holidays":{"2026-10-01":"国庆节"},"#,
            r#""replaced":{"2026-10-10":{"hours":["09:00-24:00"],"name":"国庆节"}},"known_until":"2026-12-31"}"#
        )
    );
    let error =
        serde_json::from_str::<Calendar>(r#"{"time_zone":"UTC","weekly":{"monday":["9-18"]}}"#).unwrap_err();
    assert!(error.to_string().contains("weekly.monday"), "{error}");
}

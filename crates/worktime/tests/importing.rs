//! Reading iCalendar files: the published Chinese ones against the shipped data, and files of other makers.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::civil::{Date, date};
use worktime::{Error, WhySkipped, chinese_holidays, import, published_chinese_years};

fn calendar(events: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n",
        events.replace('\n', "\r\n")
    )
}

#[test]
fn every_published_chinese_year_is_imported_as_it_is_shipped() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/calendars/chinese-days");
    if !folder.is_dir() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the shared calendars are missing"
        );
        eprintln!("skipped: the shared calendars are not here");
        return;
    }
    for year in published_chinese_years() {
        let text = fs::read_to_string(folder.join(format!("{year}.ics"))).unwrap();
        let imported = import(&text).unwrap();
        assert_eq!(imported.skipped, [], "{year}");
        let plan = chinese_holidays(year).unwrap();
        let dates = |days: Vec<&Date>| days.into_iter().copied().collect::<BTreeSet<_>>();
        assert_eq!(
            dates(imported.days.off.keys().collect()),
            dates(plan.off.keys().collect()),
            "days off in {year}"
        );
        assert_eq!(
            dates(imported.days.working.keys().collect()),
            dates(plan.working.keys().collect()),
            "working days in {year}"
        );
        assert!(
            imported
                .days
                .off
                .values()
                .all(|name| !name.is_empty() && !name.contains('休'))
        );

        let json: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(folder.join(format!("{year}.json"))).unwrap()).unwrap();
        let listed = |key: &str| -> BTreeSet<Date> {
            json[key]
                .as_object()
                .unwrap()
                .keys()
                .map(|day| day.parse().unwrap())
                .collect()
        };
        assert_eq!(
            dates(plan.off.keys().collect()),
            listed("holidays"),
            "days off in {year}"
        );
        assert_eq!(
            dates(plan.working.keys().collect()),
            listed("workdays"),
            "working days in {year}"
        );
    }
}

#[test]
fn an_all_day_event_without_a_mark_is_a_day_off() {
    let text = calendar(
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY;LANGUAGE=en:Christmas\\, first\n  day\n\
         BEGIN:VALARM\nSUMMARY:alarm\nEND:VALARM\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260501\nDURATION:P3D\nSUMMARY:劳动节（休）\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260509\nDTEND;VALUE=DATE:20260509\nSUMMARY:Labour Day\n\
         X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\nEND:VEVENT\n",
    );
    let days = import(&text).unwrap().days;
    assert_eq!(days.off[&date(2026, 12, 25)], "Christmas, first day");
    assert_eq!(days.off.len(), 4);
    assert_eq!(days.off[&date(2026, 5, 3)], "劳动节");
    assert_eq!(
        days.working.into_iter().collect::<Vec<_>>(),
        [(date(2026, 5, 9), "Labour Day".to_owned())]
    );
}

#[test]
fn what_is_no_single_day_is_listed_not_guessed() {
    let text = calendar(
        "BEGIN:VEVENT\nDTSTART;TZID=\"Europe/Berlin: odd\":20260105T090000\nSUMMARY:Meeting\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY\nSUMMARY:New Year\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260606\nSTATUS:CANCELLED\nSUMMARY:Party\nEND:VEVENT\n",
    );
    let imported = import(&text).unwrap();
    assert_eq!(imported.days, worktime::DayPlan::default());
    let skipped: Vec<_> = imported
        .skipped
        .iter()
        .map(|event| (event.line, event.summary.as_str(), event.why))
        .collect();
    assert_eq!(
        skipped,
        [
            (3, "Meeting", WhySkipped::NotAllDay),
            (7, "New Year", WhySkipped::Repeats),
            (12, "Party", WhySkipped::Cancelled),
        ]
    );
}

#[test]
fn a_file_that_makes_no_sense_names_the_line() {
    assert_eq!(import("Monday, Tuesday").unwrap_err(), Error::NotICalendar);
    let event = |lines: &str| import(&calendar(&format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n"))).unwrap_err();
    let unreadable = |line, text: &str| Error::UnreadableEvent {
        line,
        text: text.to_owned(),
    };
    assert_eq!(event("SUMMARY:x"), unreadable(3, "DTSTART is missing"));
    assert_eq!(event("DTSTART;VALUE=DATE:20260230"), unreadable(4, "20260230"));
    assert_eq!(
        event("DTSTART:20260201\nDTEND:20260101"),
        unreadable(5, "20260101")
    );
    assert_eq!(
        event("DTSTART:20260201\nDTEND:20360201"),
        unreadable(5, "20360201")
    );
    assert_eq!(event("DTSTART:20260201\nDURATION:PT3H"), unreadable(5, "PT3H"));
}

//! The next days of a calendar as a person would read them off the wall.

use jiff::civil::Date;
use kernel::Timestamp;
use worktime::Definition;

/// Why a day has the hours it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// The usual hours of its weekday.
    Usual,
    /// The usual day off.
    Off,
    /// A holiday.
    Holiday,
    /// Hours of its own.
    Replaced,
}

impl Sort {
    /// Key of its word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Usual => "worktime-open",
            Self::Off => "worktime-weekend",
            Self::Holiday => "worktime-holiday",
            Self::Replaced => "worktime-replaced",
        }
    }

    /// The colour of its chip.
    pub const fn chip(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::Off => " chip-accent",
            Self::Holiday => " chip-success",
            Self::Replaced => " chip-warning",
        }
    }
}

/// One day.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub date: Date,
    /// Key of the weekday's word.
    pub weekday: &'static str,
    pub hours: String,
    pub sort: Sort,
    /// Name of the holiday or special day.
    pub name: String,
}

const WEEKDAYS: [&str; 7] = [
    "people-monday",
    "people-tuesday",
    "people-wednesday",
    "people-thursday",
    "people-friday",
    "people-saturday",
    "people-sunday",
];

/// The date on the calendar's wall now.
pub(super) fn today(definition: &Definition, now: Timestamp) -> Date {
    let zone = jiff::tz::TimeZone::get(&definition.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    now.jiff().to_zoned(zone).date()
}

/// So many days from a date on.
pub(super) fn days(definition: &Definition, from: Date, count: usize) -> Vec<Day> {
    from.series(jiff::Span::new().days(1))
        .take(count)
        .map(|date| day(definition, date))
        .collect()
}

fn day(definition: &Definition, date: Date) -> Day {
    let key = date.to_string();
    let index = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    let weekday = WEEKDAYS.get(index).copied().unwrap_or_default();
    if let Some(replaced) = definition.replaced.get(&key) {
        let (hours, name) = (replaced.hours.join(", "), replaced.name.clone());
        return Day {
            date,
            weekday,
            hours,
            sort: Sort::Replaced,
            name,
        };
    }
    if let Some(name) = definition.holidays.get(&key) {
        return Day {
            date,
            weekday,
            hours: String::new(),
            sort: Sort::Holiday,
            name: name.clone(),
        };
    }
    let hours = definition
        .weekly
        .days()
        .get(index)
        .map(|(_, hours)| hours.join(", "))
        .unwrap_or_default();
    let sort = if hours.is_empty() { Sort::Off } else { Sort::Usual };
    Day {
        date,
        weekday,
        hours,
        sort,
        name: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_week_of_national_day_reads_as_it_was_published() {
        let mut definition = Definition::weekdays("Asia/Shanghai", &["09:00-18:00"]);
        let hours = ["10:00-16:00".to_owned()];
        worktime::chinese_holidays(2026)
            .unwrap()
            .apply(&mut definition, &hours, |festival| festival.chinese);
        let found = days(&definition, date(2026, 9, 30), 12);
        assert_eq!(
            (found[0].sort, found[0].weekday),
            (Sort::Usual, "people-wednesday")
        );
        assert_eq!((found[1].sort, found[1].name.as_str()), (Sort::Holiday, "国庆节"));
        let make_up = &found[10];
        assert_eq!(
            (make_up.date, make_up.sort, make_up.hours.as_str()),
            (date(2026, 10, 10), Sort::Replaced, "10:00-16:00")
        );
        assert_eq!(found[11].sort, Sort::Off);
    }
}

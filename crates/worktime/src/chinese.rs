//! Chinese public holidays and make-up working days (调休), as far as they have been published.
//!
//! The facts lie in `data/chinese_holidays.txt` with their source and licence. A year that is missing there is
//! unknown and gives `None`: nobody may conclude that its days are ordinary working days.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;

use crate::{DayPlan, Definition};

const DATA: &str = include_str!("../data/chinese_holidays.txt");
const SOURCE: &str = "国务院办公厅 / General Office of the State Council, via chinese-days 1.5.7 (MIT)";

/// The name of a holiday in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Festival {
    pub chinese: &'static str,
    pub english: &'static str,
}

/// What was published for one calendar year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearPlan {
    pub year: i16,
    /// Where the facts come from, to be shown beside them.
    pub source: &'static str,
    pub off: BTreeMap<Date, Festival>,
    pub working: BTreeMap<Date, Festival>,
}

/// The plan of a year, or `None` as long as it is not published.
pub fn chinese_holidays(year: i16) -> Option<&'static YearPlan> {
    plans().get(&year)
}

/// The years that are known, in order.
pub fn published_chinese_years() -> impl Iterator<Item = i16> {
    plans().keys().copied()
}

impl YearPlan {
    /// The plan with names in one language, chosen by `name`.
    pub fn days_named(&self, name: impl Fn(&Festival) -> &'static str) -> DayPlan {
        let named = |days: &BTreeMap<Date, Festival>| {
            days.iter()
                .map(|(date, festival)| (*date, name(festival).to_owned()))
                .collect()
        };
        DayPlan {
            off: named(&self.off),
            working: named(&self.working),
        }
    }

    /// Writes the year into a definition and notes how far its holidays are known.
    pub fn apply(
        &self,
        definition: &mut Definition,
        hours: &[String],
        name: impl Fn(&Festival) -> &'static str,
    ) {
        self.days_named(name).apply(definition, hours);
        let end = format!("{:04}-12-31", self.year);
        if definition
            .known_until
            .as_deref()
            .is_none_or(|known| known < end.as_str())
        {
            definition.known_until = Some(end);
        }
    }
}

fn plans() -> &'static BTreeMap<i16, YearPlan> {
    static PLANS: OnceLock<BTreeMap<i16, YearPlan>> = OnceLock::new();
    PLANS.get_or_init(|| read(DATA).0)
}

/// Reads the data file. Lines that cannot be read are counted, and a test holds that count at zero.
fn read(text: &'static str) -> (BTreeMap<i16, YearPlan>, usize) {
    let mut festivals = BTreeMap::new();
    let mut plans = BTreeMap::new();
    let mut unreadable = 0;
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if read_line(line, &mut festivals, &mut plans).is_none() {
            unreadable += 1;
        }
    }
    (plans, unreadable)
}

fn read_line(
    line: &'static str,
    festivals: &mut BTreeMap<&'static str, Festival>,
    plans: &mut BTreeMap<i16, YearPlan>,
) -> Option<()> {
    if let Some(rest) = line.strip_prefix("festival ") {
        let (key, names) = rest.split_once(' ')?;
        let (chinese, english) = names.split_once(" | ")?;
        festivals.insert(key, Festival { chinese, english });
        return Some(());
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let &[year, key, "off", off, "on", working] = words.as_slice() else {
        return None;
    };
    let year: i16 = year.parse().ok()?;
    let festival = *festivals.get(key)?;
    let plan = plans.entry(year).or_insert_with(|| YearPlan {
        year,
        source: SOURCE,
        off: BTreeMap::new(),
        working: BTreeMap::new(),
    });
    plan.off
        .extend(dates(year, off)?.into_iter().map(|date| (date, festival)));
    plan.working
        .extend(dates(year, working)?.into_iter().map(|date| (date, festival)));
    Some(())
}

fn dates(year: i16, list: &str) -> Option<Vec<Date>> {
    let mut dates = Vec::new();
    for part in list.split(',').filter(|part| *part != "-") {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut date, last) = (month_day(year, first)?, month_day(year, last)?);
        while date <= last {
            dates.push(date);
            date = date.tomorrow().ok()?;
        }
    }
    Some(dates)
}

fn month_day(year: i16, text: &str) -> Option<Date> {
    let (month, day) = text.split_at_checked(2)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Calendar;

    #[test]
    fn every_line_of_the_shipped_data_can_be_read() {
        let (plans, unreadable) = read(DATA);
        assert_eq!(unreadable, 0);
        assert_eq!(
            plans.keys().copied().collect::<Vec<_>>(),
            (2004..=2026).collect::<Vec<_>>()
        );
        for plan in plans.values() {
            assert!(
                plan.off
                    .keys()
                    .chain(plan.working.keys())
                    .all(|date| date.year() == plan.year)
            );
            assert!(plan.off.keys().all(|date| !plan.working.contains_key(date)));
        }
    }

    #[test]
    fn an_unpublished_year_is_unknown() {
        assert_eq!(chinese_holidays(2003), None);
        assert_eq!(chinese_holidays(2027), None);
    }

    #[test]
    fn national_day_2026_is_off_and_its_make_up_day_is_worked() {
        let plan = chinese_holidays(2026).unwrap();
        assert_eq!(plan.off[&date(2026, 10, 1)].english, "National Day");
        assert_eq!(plan.working[&date(2026, 10, 10)].chinese, "国庆节");

        let hours = ["09:00-18:00".to_owned()];
        let mut definition = Definition::weekdays("Asia/Shanghai", &["09:00-18:00"]);
        plan.apply(&mut definition, &hours, |festival| festival.chinese);
        let calendar = Calendar::new(&definition).unwrap();
        let open = |text: &str| calendar.is_open(text.parse().unwrap()).unwrap();
        assert!(!open("2026-10-01T10:00:00+08:00"));
        assert!(open("2026-10-10T10:00:00+08:00"));
        assert!(!open("2026-10-11T10:00:00+08:00"));
        assert!(!calendar.is_provisional("2026-12-31T23:59:59+08:00".parse().unwrap()));
        assert!(calendar.is_provisional("2027-01-01T00:00:00+08:00".parse().unwrap()));
    }
}

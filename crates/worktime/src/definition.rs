//! A working calendar as people edit it and the database stores it.
//!
//! It is plain text in named fields, so that a form can show it again exactly as it was filled in, wrong entries
//! included. Nothing is checked here: [`crate::Calendar::new`] does that and names the field.
//!
//! ```json
//! {"time_zone": "Asia/Shanghai",
//!  "weekly": {"monday": ["09:00-12:00", "13:30-18:00"], "tuesday": ["09:00-18:00"]},
//!  "holidays": {"2026-10-01": "国庆节"},
//!  "replaced": {"2026-10-10": {"hours": ["09:00-18:00"], "name": "国庆节"}},
//!  "known_until": "2026-12-31"}
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// A name of the IANA database.
    pub time_zone: String,
    #[serde(default)]
    pub weekly: Weekly,
    /// Dates off, with the name to show (may be empty).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holidays: BTreeMap<String, String>,
    /// Dates with hours of their own: make-up working days (调休), long or short days. They win over a holiday.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub replaced: BTreeMap<String, Replaced>,
    /// The last date for which public holidays are known. Later deadlines are computed, but provisional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_until: Option<String>,
}

/// The hours of a usual week; a day without spans is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weekly {
    pub monday: Vec<String>,
    pub tuesday: Vec<String>,
    pub wednesday: Vec<String>,
    pub thursday: Vec<String>,
    pub friday: Vec<String>,
    pub saturday: Vec<String>,
    pub sunday: Vec<String>,
}

/// The hours of one date in place of the usual ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    pub hours: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Definition {
    /// Open Monday to Friday with the same hours.
    pub fn weekdays(time_zone: &str, hours: &[&str]) -> Self {
        let mut definition = Self {
            time_zone: time_zone.to_owned(),
            ..Self::default()
        };
        for (_, day) in definition.weekly.days_mut().into_iter().take(5) {
            *day = hours.iter().map(|span| (*span).to_owned()).collect();
        }
        definition
    }

    /// Open always.
    pub fn round_the_clock(time_zone: &str) -> Self {
        let mut definition = Self {
            time_zone: time_zone.to_owned(),
            ..Self::default()
        };
        for (_, day) in definition.weekly.days_mut() {
            *day = vec!["00:00-24:00".to_owned()];
        }
        definition
    }
}

impl Weekly {
    /// The seven days with their field names, Monday first.
    pub fn days(&self) -> [(&'static str, &Vec<String>); 7] {
        [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ]
    }

    /// The same seven days, to be filled.
    pub fn days_mut(&mut self) -> [(&'static str, &mut Vec<String>); 7] {
        [
            ("monday", &mut self.monday),
            ("tuesday", &mut self.tuesday),
            ("wednesday", &mut self.wednesday),
            ("thursday", &mut self.thursday),
            ("friday", &mut self.friday),
            ("saturday", &mut self.saturday),
            ("sunday", &mut self.sunday),
        ]
    }
}

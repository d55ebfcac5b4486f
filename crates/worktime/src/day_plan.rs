//! Days off and make-up working days, however they were learnt, on their way into a calendar.
//!
//! Both the shipped Chinese holidays and an imported file become a [`DayPlan`]; this module does not know which.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{Definition, Replaced};

/// Dates off and dates worked, with the name to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayPlan {
    pub off: BTreeMap<Date, String>,
    pub working: BTreeMap<Date, String>,
}

impl DayPlan {
    /// Writes the plan into a definition. The plan wins over what the definition says of the same dates; make-up
    /// working days get `hours`, for which most organisations take those of a Monday.
    pub fn apply(&self, definition: &mut Definition, hours: &[String]) {
        for (date, name) in &self.off {
            definition.replaced.remove(&date.to_string());
            definition.holidays.insert(date.to_string(), name.clone());
        }
        for (date, name) in &self.working {
            definition.holidays.remove(&date.to_string());
            let replaced = Replaced {
                hours: hours.to_vec(),
                name: name.clone(),
            };
            definition.replaced.insert(date.to_string(), replaced);
        }
    }
}

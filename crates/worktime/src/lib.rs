//! Working-time arithmetic: when is a service open, when has an amount of working time passed, and why.
//!
//! It exists so that every clock of the product (service levels, escalation, reports) counts time by the same rules
//! and can explain its result. A [`Definition`] is what people edit and the database stores; a [`Calendar`] is the
//! same thing checked and ready to compute.
//!
//! The rules:
//! - Hours are wall-clock hours of the calendar's time zone; what is counted is real elapsed time. A day on which the
//!   clocks change has 23 or 25 hours, and a calendar open from 00:00 to 24:00 counts all of them.
//! - An opening or closing time that the clocks skip moves forward by the skipped amount (02:30 becomes 03:30); one
//!   that happens twice means its first occurrence.
//! - A span is open from its opening time (included) to its closing time (excluded), but a deadline may fall on the
//!   closing time: a deadline is the earliest instant at which the working time has passed.
//! - Replaced hours win over a holiday on the same date, which wins over the weekly hours.
//! - Instants and durations are counted in whole milliseconds; what is finer is dropped.
//!
//! It deliberately does no I/O, reads no clock (the vector check has a stopwatch), knows no language, and depends on
//! no other crate of the workspace. Time zone rules are the ones compiled in, so that all nodes agree.

mod arithmetic;
mod calendar;
mod chinese;
mod day_plan;
mod definition;
mod error;
mod explain;
mod hours;
mod import;
mod timeline;
pub mod vectors;

pub use calendar::Calendar;
pub use chinese::{Festival, YearPlan, chinese_holidays, published_chinese_years};
pub use day_plan::DayPlan;
pub use definition::{Definition, Replaced, Weekly};
pub use error::{Error, Result};
pub use explain::{Kind, Reason, Span};
pub use hours::split_hours;
pub use import::{Import, Skipped, WhySkipped, import};

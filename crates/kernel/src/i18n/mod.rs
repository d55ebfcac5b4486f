//! The languages people read: which one, its texts, and how dates, durations, and sizes are written in it.
//!
//! Every string a person reads stands in `locales/<language>/<slice>.ftl`; code only knows keys. The texts of all
//! slices are registered once at start. This module deliberately does not translate at run time, guess a
//! language from anything but what the person or the browser says, or know what any key means.

mod format;
mod locale;
mod texts;

pub use format::{
    InstantStyle, format_count, format_date, format_duration, format_instant, format_relative, format_size,
    format_time_zone, format_working_time,
};
pub use locale::Locale;
pub use texts::{Arg, has_key, keys, missing, problems, register};

//! What can be wrong with a calendar or a question to it.
//!
//! Each error names the field and the remedy, and carries a stable code under which the reader's language has its
//! text. The English text here is for logs and command lines; this crate deliberately does not translate.

use jiff::Timestamp;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{field}: time zone `{name}` is unknown; use a name of the IANA database such as Asia/Shanghai")]
    UnknownTimeZone { field: String, name: String },
    #[error(
        "{field}: `{text}` is not a span of hours; write opening and closing time as 09:00-18:00, at most 24:00"
    )]
    UnreadableHours { field: String, text: String },
    #[error(
        "{field}: `{text}` closes before it opens; split hours past midnight into 22:00-24:00 and 00:00-06:00 on the next day"
    )]
    HoursBackwards { field: String, text: String },
    #[error("{field}: {first} and {second} overlap; make them one span or separate them")]
    OverlappingHours {
        field: String,
        first: String,
        second: String,
    },
    #[error("{field}: no hours are given; add hours or list the date as a holiday")]
    MissingHours { field: String },
    #[error("{field}: `{text}` is not a date; write it as 2026-10-01")]
    UnreadableDate { field: String, text: String },
    #[error("{field}: the calendar never opens; give at least one day hours that no holiday takes away")]
    NeverOpens { field: String },
    #[error("the calendar has no opening left after {after}; add weekly hours or later dates")]
    NoOpening { after: Timestamp },
    #[error("the answer lies outside the years 1900 to 2299; use a nearer instant or a shorter duration")]
    OutOfRange,
    #[error("the duration is negative; give zero or more")]
    NegativeDuration,
    #[error("the file is not an iCalendar file; it must contain BEGIN:VCALENDAR")]
    NotICalendar,
    #[error("line {line}: `{text}` cannot be read; correct the event or remove it")]
    UnreadableEvent { line: usize, text: String },
}

impl Error {
    /// The code that stays the same whatever the wording becomes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTimeZone { .. } => "worktime.unknown_time_zone",
            Self::UnreadableHours { .. } => "worktime.unreadable_hours",
            Self::HoursBackwards { .. } => "worktime.hours_backwards",
            Self::OverlappingHours { .. } => "worktime.overlapping_hours",
            Self::MissingHours { .. } => "worktime.missing_hours",
            Self::UnreadableDate { .. } => "worktime.unreadable_date",
            Self::NeverOpens { .. } => "worktime.never_opens",
            Self::NoOpening { .. } => "worktime.no_opening",
            Self::OutOfRange => "worktime.out_of_range",
            Self::NegativeDuration => "worktime.negative_duration",
            Self::NotICalendar => "worktime.not_icalendar",
            Self::UnreadableEvent { .. } => "worktime.unreadable_event",
        }
    }

    /// The field of the definition to correct, such as `weekly.monday` or `replaced.2026-10-01`.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::UnknownTimeZone { field, .. }
            | Self::UnreadableHours { field, .. }
            | Self::HoursBackwards { field, .. }
            | Self::OverlappingHours { field, .. }
            | Self::MissingHours { field }
            | Self::UnreadableDate { field, .. }
            | Self::NeverOpens { field } => Some(field),
            _ => None,
        }
    }

    /// Name and value of what the translated text mentions besides the field.
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::UnknownTimeZone { name, .. } => vec![("name", name.clone())],
            Self::UnreadableHours { text, .. }
            | Self::HoursBackwards { text, .. }
            | Self::UnreadableDate { text, .. } => vec![("text", text.clone())],
            Self::OverlappingHours { first, second, .. } => {
                vec![("first", first.clone()), ("second", second.clone())]
            }
            Self::NoOpening { after } => vec![("after", after.to_string())],
            Self::UnreadableEvent { line, text } => vec![("line", line.to_string()), ("text", text.clone())],
            _ => Vec::new(),
        }
    }
}

//! Export of everything as JSON lines with files, and reading it back.
//!
//! A backup is a box that this program opens again. An export is for people and other programs: a folder of text that says what it
//! is, and which is nevertheless read back into an empty installation without a difference. [`exporting`] makes it, [`reading`]
//! checks it and loads it, [`format`] is what both agree on. The commands are the server's; there are no pages, because whoever may
//! have everything has the machine.

pub mod events;
pub mod exporting;
pub mod format;
pub mod reading;
mod row;
mod secrets;
mod store;

use kernel::i18n::Locale;
use web::Slice;

pub use exporting::{Made, Secrets, export, note};
pub use reading::{Checked, ReadBack, Target, check, read_back};

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/exchange.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/exchange.ftl")),
];

/// What this capability hands in.
pub fn slice() -> Slice {
    Slice {
        events: events::ALL.to_vec(),
        locales: LOCALES,
        ..Slice::new("exchange")
    }
}

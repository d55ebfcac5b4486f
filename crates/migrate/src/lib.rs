//! Leaving another desk: readers for the exports of Zammad, GLPI, osTicket, RT, and Jira Service Management.
//!
//! An export is a folder of JSON files as the other desk's documented interface gives them (`desk`, one file each). Readers make
//! records (`record`), the records get our words (`map`, `translating`), and `taking` writes them in batches by the desk's own
//! ways of taking over a past, so that nobody is written to and no rule starts. `report` tells it to whoever gave the command.
//! CSV of one's own making is `desk::import`'s.

pub mod desk;
pub mod field;
pub mod filing;
pub mod folder;
pub mod index;
pub mod linking;
pub mod map;
pub mod note;
pub mod objects;
pub mod record;
pub mod refusal;
pub mod report;
pub mod store;
pub mod taking;
pub mod translating;
pub mod wording;
pub mod writing;

use kernel::i18n::Locale;
use web::Slice;

pub use self::desk::Desk;
pub use taking::{Order, Summary, Witness, run};

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/migrate.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/migrate.ftl")),
];

/// What this capability hands in: texts; it works by command.
pub fn slice() -> Slice {
    Slice {
        locales: LOCALES,
        ..Slice::new("migrate")
    }
}

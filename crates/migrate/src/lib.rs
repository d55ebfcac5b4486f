//! Readers for the exports of other desks.

use kernel::i18n::Locale;
use web::Slice;

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/migrate.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/migrate.ftl")),
];

/// What this capability hands in.
pub fn slice() -> Slice {
    Slice {
        locales: LOCALES,
        ..Slice::new("migrate")
    }
}

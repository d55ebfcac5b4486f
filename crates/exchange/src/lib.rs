//! Export of everything as JSON lines with files, and reading it back.

use kernel::i18n::Locale;
use web::Slice;

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/exchange.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/exchange.ftl")),
];

/// What this capability hands in.
pub fn slice() -> Slice {
    Slice {
        locales: LOCALES,
        ..Slice::new("exchange")
    }
}

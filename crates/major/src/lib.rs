//! Major incidents: the room, its roles and plan, the status page, and the review.

use kernel::i18n::Locale;
use web::Slice;

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/major.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/major.ftl")),
];

/// What this capability hands in.
pub fn slice() -> Slice {
    Slice {
        locales: LOCALES,
        ..Slice::new("major")
    }
}

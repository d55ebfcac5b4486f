//! Hand-over to development: the package, the root-cause report on its clock, and the issue trackers.

use kernel::i18n::Locale;
use web::Slice;

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/handover.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/handover.ftl")),
];

/// What this capability hands in.
pub fn slice() -> Slice {
    Slice {
        locales: LOCALES,
        ..Slice::new("handover")
    }
}

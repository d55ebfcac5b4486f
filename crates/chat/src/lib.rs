//! Chat on the portal: a conversation that becomes a ticket with its transcript.

use kernel::i18n::Locale;
use web::Slice;

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/chat.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/chat.ftl")),
];

/// What this capability hands in.
pub fn slice() -> Slice {
    Slice {
        locales: LOCALES,
        ..Slice::new("chat")
    }
}

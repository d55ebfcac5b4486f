//! Messages to and from WeCom, DingTalk, Feishu, Slack, Teams, and plain webhooks.

use kernel::i18n::Locale;
use web::Slice;

/// The texts.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/im.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/im.ftl")),
];

/// What this capability hands in.
pub fn slice() -> Slice {
    Slice {
        locales: LOCALES,
        ..Slice::new("im")
    }
}

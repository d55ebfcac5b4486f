//! The two languages of the product and how one is chosen. Regional variants fold into them: a reader of
//! traditional Chinese is better served by simplified Chinese than by English.

use serde::{Deserialize, Serialize};

use super::texts::{self, Arg};

/// A language people can read the product in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Locale {
    /// English, also the language of last resort.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl Locale {
    /// Every language, in the order menus show them.
    pub const ALL: [Locale; 2] = [Locale::En, Locale::ZhCn];

    /// Reads a language tag such as `zh-CN`, `zh_Hans`, or `en-GB`; `None` for any other language.
    pub fn parse(tag: &str) -> Option<Locale> {
        let primary = tag.trim().split(['-', '_', '.']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Locale::ZhCn)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Locale::En)
        } else {
            None
        }
    }

    /// The best language for an `Accept-Language` header: highest quality first, the earlier one among equals,
    /// English when nothing fits (RFC 9110, section 12.5.4).
    pub fn from_accept_language(header: &str) -> Locale {
        Locale::negotiate(header).unwrap_or_default()
    }

    /// As [`Locale::from_accept_language`], but `None` when the header names no language we speak.
    pub fn negotiate(header: &str) -> Option<Locale> {
        let mut best: Option<(f32, Locale)> = None;
        for part in header.split(',') {
            let mut pieces = part.split(';');
            let Some(locale) = pieces.next().and_then(Locale::parse) else {
                continue;
            };
            let quality = pieces
                .find_map(|piece| {
                    piece
                        .trim()
                        .strip_prefix("q=")
                        .map(|value| value.parse().unwrap_or(0.0))
                })
                .unwrap_or(1.0);
            if quality > 0.0 && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }

    /// The BCP 47 tag, as in `<html lang>` and in the names of the text folders.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::En => "en",
            Locale::ZhCn => "zh-CN",
        }
    }

    /// The text of `key` in this language; the key in ⟨⟩ when nobody wrote one.
    pub fn t(self, key: &str) -> String {
        texts::plain(self, key)
    }

    /// The text of `key` with its arguments filled in.
    pub fn t_with(self, key: &str, arguments: &[(&str, Arg)]) -> String {
        texts::filled(self, key, arguments)
    }
}

impl std::fmt::Display for Locale {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_gets_the_language_it_prefers_most() {
        assert_eq!(
            Locale::from_accept_language("zh-TW,zh;q=0.9,en;q=0.8"),
            Locale::ZhCn
        );
        assert_eq!(
            Locale::from_accept_language("en;q=0.3, zh-CN;q=0.7"),
            Locale::ZhCn
        );
        assert_eq!(
            Locale::from_accept_language("de-DE,de;q=0.9,en;q=0.5,zh;q=0.4"),
            Locale::En
        );
        assert_eq!(Locale::from_accept_language("zh;q=0, fr"), Locale::En);
        assert_eq!(Locale::from_accept_language(""), Locale::En);
        assert_eq!(Locale::negotiate("fr, *;q=0.1"), None);
    }

    #[test]
    fn a_locale_travels_as_its_tag() {
        for locale in Locale::ALL {
            let json = serde_json::to_string(&locale).unwrap();
            assert_eq!(json, format!("\"{}\"", locale.tag()));
            assert_eq!(serde_json::from_str::<Locale>(&json).unwrap(), locale);
            assert_eq!(Locale::parse(locale.tag()), Some(locale));
        }
        assert_eq!(Locale::parse("zh_CN.UTF-8"), Some(Locale::ZhCn));
        assert_eq!(Locale::parse("fr"), None);
    }
}

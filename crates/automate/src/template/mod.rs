//! Rules that come with the product, in both languages. Each opens as a draft that is off: a person looks through it, fills in
//! what only they know (a team), tries it against the past, and switches it on.

use kernel::i18n::Locale;

use crate::rule::Definition;
use crate::rule::text_reading;

/// A ready-made rule: its key, and its text in each language.
struct Template {
    key: &'static str,
    en: &'static str,
    zh: &'static str,
}

macro_rules! templates {
    ($($key:literal),+ $(,)?) => {
        &[$(Template {
            key: $key,
            en: include_str!(concat!("en/", $key, ".txt")),
            zh: include_str!(concat!("zh-CN/", $key, ".txt")),
        }),+]
    };
}

const TEMPLATES: &[Template] = templates!(
    "vip",
    "printer",
    "phishing",
    "application",
    "silent_reminder",
    "silent_close",
    "breach",
    "reopened",
    "night",
    "answer_on_resolved",
    "unassigned",
);

impl Template {
    fn text(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.en,
            Locale::ZhCn => self.zh,
        }
    }
}

/// Keys and names, in the reader's language.
#[must_use]
pub fn names(locale: Locale) -> Vec<(&'static str, String)> {
    let name = |template: &Template| {
        let first = template.text(locale).lines().next().unwrap_or_default();
        first.trim_start_matches("rule ").trim_matches('"').to_owned()
    };
    TEMPLATES
        .iter()
        .map(|template| (template.key, name(template)))
        .collect()
}

/// One as a draft, off. What only the house knows is left empty in it.
#[must_use]
pub fn find(key: &str, locale: Locale) -> Option<Definition> {
    let template = TEMPLATES.iter().find(|template| template.key == key)?;
    text_reading::draft(template.text(locale))
}

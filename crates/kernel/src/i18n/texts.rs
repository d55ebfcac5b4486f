//! The registry of texts: Fluent sources of every slice, one bundle for each language.
//!
//! A page looks up some two hundred texts, nearly all without arguments, so those are resolved once when they
//! are registered and later only copied. A text missing in one language is shown in English and remembered;
//! missing in both, its key is shown in ⟨⟩, which is ugly on purpose.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use serde::Serialize;

use super::Locale;

/// A value filled into a text. Numbers choose plural forms and are written without grouping.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Arg {
    Text(String),
    Integer(i64),
    Decimal(f64),
}

/// What the kernel itself says; registered without being asked, for its errors are everybody's.
const KERNEL_TEXTS: [(Locale, &str); 2] = [
    (Locale::En, include_str!("../../../../locales/en/kernel.ftl")),
    (Locale::ZhCn, include_str!("../../../../locales/zh-CN/kernel.ftl")),
];

struct Texts {
    bundle: FluentBundle<FluentResource>,
    /// Texts that need no arguments, already resolved.
    plain: HashMap<String, Box<str>>,
    keys: BTreeSet<String>,
}

struct Registry {
    sources: Vec<(Locale, &'static str)>,
    english: Texts,
    chinese: Texts,
    problems: Vec<String>,
}

static REGISTRY: LazyLock<RwLock<Arc<Registry>>> =
    LazyLock::new(|| RwLock::new(Arc::new(Registry::build(KERNEL_TEXTS.to_vec()))));
static MISSING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Adds the texts of slices to the registry. Sources that are already there are left alone, so every test and
/// every node may call this with the full list.
pub fn register(sources: &[(Locale, &'static str)]) {
    let mut registry = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
    let mut all = registry.sources.clone();
    for source in sources {
        if !all.contains(source) {
            all.push(*source);
        }
    }
    if all.len() > registry.sources.len() {
        let built = Registry::build(all);
        for problem in &built.problems {
            tracing::error!(problem, "a text is wrong and will not be shown");
        }
        *registry = Arc::new(built);
    }
}

/// What is wrong with the registered texts: lines Fluent cannot read, keys defined twice. Empty when all is well.
pub fn problems() -> Vec<String> {
    current().problems.clone()
}

/// Keys that were asked for and do not exist, as `zh-CN: key`, since the process started.
pub fn missing() -> Vec<String> {
    MISSING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .cloned()
        .collect()
}

/// Whether `key` has a text in `locale` itself, without falling back to English.
pub fn has_key(locale: Locale, key: &str) -> bool {
    current().of(locale).keys.contains(key)
}

/// Every key of a language, sorted; a test compares the languages with it.
pub fn keys(locale: Locale) -> Vec<String> {
    current().of(locale).keys.iter().cloned().collect()
}

pub(super) fn plain(locale: Locale, key: &str) -> String {
    let registry = current();
    match registry.of(locale).plain.get(key) {
        Some(text) => text.to_string(),
        None => resolve(&registry, locale, key, &[]),
    }
}

pub(super) fn filled(locale: Locale, key: &str, arguments: &[(&str, Arg)]) -> String {
    let registry = current();
    match registry.of(locale).plain.get(key) {
        Some(text) => text.to_string(),
        None => resolve(&registry, locale, key, arguments),
    }
}

fn current() -> Arc<Registry> {
    REGISTRY.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn resolve(registry: &Registry, locale: Locale, key: &str, arguments: &[(&str, Arg)]) -> String {
    if let Some(text) = registry.of(locale).format(key, arguments) {
        return text;
    }
    note_missing(locale, key);
    registry
        .english
        .format(key, arguments)
        .unwrap_or_else(|| format!("⟨{key}⟩"))
}

fn note_missing(locale: Locale, key: &str) {
    let name = format!("{locale}: {key}");
    let mut missing = MISSING.lock().unwrap_or_else(PoisonError::into_inner);
    if missing.insert(name) {
        tracing::warn!(%locale, key, "text is missing");
    }
}

impl Registry {
    fn build(sources: Vec<(Locale, &'static str)>) -> Registry {
        let mut problems = Vec::new();
        let english = Texts::build(Locale::En, &sources, &mut problems);
        let chinese = Texts::build(Locale::ZhCn, &sources, &mut problems);
        Registry {
            sources,
            english,
            chinese,
            problems,
        }
    }

    fn of(&self, locale: Locale) -> &Texts {
        match locale {
            Locale::En => &self.english,
            Locale::ZhCn => &self.chinese,
        }
    }
}

impl Texts {
    fn build(locale: Locale, sources: &[(Locale, &'static str)], problems: &mut Vec<String>) -> Texts {
        let language = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolation marks protect mixed writing directions; both our languages run left to right, and the marks
        // would end up in copied text and in mail subjects.
        bundle.set_use_isolating(false);
        let mut keys = BTreeSet::new();
        for (_, source) in sources.iter().filter(|(of, _)| *of == locale) {
            keys.extend(keys_of(source).map(str::to_owned));
            let resource =
                FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, errors)| {
                    problems.extend(errors.iter().map(|error| {
                        let line = source.get(..error.pos.start).unwrap_or_default().lines().count();
                        format!(
                            "{locale}: {error} near line {line} of: {}",
                            source.lines().next().unwrap_or_default()
                        )
                    }));
                    partial
                });
            for error in bundle.add_resource(resource).err().into_iter().flatten() {
                problems.push(format!("{locale}: {error}"));
            }
        }
        let mut texts = Texts {
            bundle,
            plain: HashMap::new(),
            keys,
        };
        texts.keys.retain(|key| texts.bundle.has_message(key));
        for key in &texts.keys {
            if let Some((text, errors)) = texts.try_format(key, None)
                && errors.is_empty()
            {
                texts.plain.insert(key.clone(), text.into());
            }
        }
        texts
    }

    fn format(&self, key: &str, arguments: &[(&str, Arg)]) -> Option<String> {
        let values: FluentArgs<'_> = arguments
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), value.as_fluent()))
            .collect();
        let (text, errors) = self.try_format(key, Some(&values))?;
        for error in errors {
            tracing::warn!(key, %error, "text could not be filled in completely");
        }
        Some(text)
    }

    fn try_format(
        &self,
        key: &str,
        arguments: Option<&FluentArgs<'_>>,
    ) -> Option<(String, Vec<FluentError>)> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, arguments, &mut errors)
            .into_owned();
        Some((text, errors))
    }
}

/// The message names in a source: what stands before `=` on lines that start with a letter. Fluent's own syntax
/// tree would need another dependency for this one list.
fn keys_of(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim())
}

impl Arg {
    fn as_fluent(&self) -> FluentValue<'_> {
        match self {
            Arg::Text(text) => FluentValue::from(text.as_str()),
            Arg::Integer(number) => FluentValue::from(*number),
            Arg::Decimal(number) => FluentValue::from(*number),
        }
    }
}

impl std::fmt::Display for Arg {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Arg::Text(text) => formatter.write_str(text),
            Arg::Integer(number) => number.fmt(formatter),
            Arg::Decimal(number) => number.fmt(formatter),
        }
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}
impl From<&String> for Arg {
    fn from(text: &String) -> Arg {
        Arg::Text(text.clone())
    }
}
impl From<Cow<'_, str>> for Arg {
    fn from(text: Cow<'_, str>) -> Arg {
        Arg::Text(text.into_owned())
    }
}
impl From<i32> for Arg {
    fn from(number: i32) -> Arg {
        Arg::Integer(number.into())
    }
}
impl From<u32> for Arg {
    fn from(number: u32) -> Arg {
        Arg::Integer(number.into())
    }
}
impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Integer(number)
    }
}
impl From<u64> for Arg {
    fn from(number: u64) -> Arg {
        Arg::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
impl From<usize> for Arg {
    fn from(number: usize) -> Arg {
        Arg::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
impl From<f64> for Arg {
    fn from(number: f64) -> Arg {
        Arg::Decimal(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "sample-hello = Hello\nsample-mail =\n    { $count ->\n        [one] One mail for { $name }\n       *[other] { $count } mails for { $name }\n    }\nsample-only-english = Only here\n";
    const CHINESE: &str = "sample-hello = 你好\nsample-mail = { $name } 有 { $count } 封邮件\n";

    fn register_samples() {
        register(&[(Locale::En, ENGLISH), (Locale::ZhCn, CHINESE)]);
    }

    #[test]
    fn a_text_is_found_in_each_language() {
        register_samples();
        assert_eq!(Locale::En.t("sample-hello"), "Hello");
        assert_eq!(Locale::ZhCn.t("sample-hello"), "你好");
    }

    #[test]
    fn arguments_choose_plural_forms_and_leave_no_invisible_marks() {
        register_samples();
        let one = Locale::En.t_with("sample-mail", &[("count", 1.into()), ("name", "Lin".into())]);
        let many = Locale::En.t_with("sample-mail", &[("count", 1042.into()), ("name", "Lin".into())]);
        assert_eq!(one, "One mail for Lin");
        assert_eq!(many, "1042 mails for Lin");
        let chinese = Locale::ZhCn.t_with("sample-mail", &[("count", 2usize.into()), ("name", "林".into())]);
        assert_eq!(chinese, "林 有 2 封邮件");
    }

    #[test]
    fn a_missing_text_falls_back_to_english_and_then_to_its_key_and_is_remembered() {
        register_samples();
        assert_eq!(Locale::ZhCn.t("sample-only-english"), "Only here");
        assert_eq!(Locale::En.t("sample-nowhere"), "⟨sample-nowhere⟩");
        let missing = missing();
        assert!(missing.contains(&"zh-CN: sample-only-english".to_owned()));
        assert!(missing.contains(&"en: sample-nowhere".to_owned()));
        assert!(!missing.iter().any(|name| name.contains("sample-hello")));
    }

    #[test]
    fn a_source_that_cannot_be_read_or_defines_a_key_twice_is_a_problem() {
        let broken = vec![(Locale::En, "good = 1\n}} bad"), (Locale::En, "good = 2")];
        let registry = Registry::build(broken);
        assert_eq!(registry.problems.len(), 2, "{:?}", registry.problems);
        assert_eq!(&*registry.english.plain["good"], "1");
        assert!(Registry::build(KERNEL_TEXTS.to_vec()).problems.is_empty());
    }

    #[test]
    fn the_kernel_says_the_same_things_in_both_languages() {
        let registry = Registry::build(KERNEL_TEXTS.to_vec());
        assert_eq!(registry.english.keys, registry.chinese.keys);
    }

    #[test]
    fn registering_again_changes_nothing() {
        register_samples();
        let before = current();
        register_samples();
        assert!(Arc::ptr_eq(&before, &current()));
    }
}

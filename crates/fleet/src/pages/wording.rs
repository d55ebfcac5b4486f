//! How what a device says is put into words: names of sections and values, sizes, yes and no, and what changed.
//!
//! Texts of devices are only ever text here; templates escape them.

use std::collections::BTreeMap;

use kernel::Locale;
use kernel::i18n::{format_size, has_key};
use protocol::inventory::{Kind, Section, Value};

use crate::inventory::Changed;

/// Letters of a value in a line of the history.
const SHORT: usize = 120;

/// The name of a section.
#[must_use]
pub fn section(locale: Locale, section: Section) -> String {
    locale.t(&format!("fleet-section-{}", section.name()))
}

/// The name of a value: ours where we know it, else as the device calls it.
#[must_use]
pub fn field(locale: Locale, name: &str) -> String {
    let key = format!("fleet-value-{name}");
    let is_plain = name
        .bytes()
        .all(|letter| letter.is_ascii_lowercase() || letter == b'_');
    if is_plain && has_key(locale, &key) {
        locale.t(&key)
    } else {
        name.replace('_', " ")
    }
}

/// The things that our agent names the same on every device.
const THINGS: &[&str] = &[
    "machine",
    "board",
    "firmware",
    "system",
    "host",
    "signed_in",
    "memory",
    "swap",
    "dns",
];

/// The things that our agent names by a word and what tells them apart.
const COUNTED: &[&str] = &["processor", "route"];

/// The name of a thing in a section: ours where every device has it, else as the device calls it.
#[must_use]
pub fn thing(locale: Locale, key: &str) -> String {
    if THINGS.contains(&key) {
        return locale.t(&format!("fleet-thing-{key}"));
    }
    match key.split_once(' ') {
        Some((kind, rest)) if COUNTED.contains(&kind) => {
            locale.t_with(&format!("fleet-thing-{kind}"), &[("key", rest.into())])
        }
        _ => key.to_owned(),
    }
}

/// An amount of memory. It comes in powers of two, and what is sold and called 16 GB is to be called so here; disks come in powers
/// of ten.
#[must_use]
pub fn memory(locale: Locale, bytes: u64) -> String {
    let said = u128::from(bytes) * 1_000_000_000 / (1 << 30);
    format_size(u64::try_from(said).unwrap_or(u64::MAX), locale)
}

/// A value as people read it.
#[must_use]
pub fn value(locale: Locale, name: &str, text: &str) -> String {
    if let Ok(number) = text.parse::<u64>() {
        match name {
            "bytes" | "free_bytes" | "used_bytes" | "size_bytes" => return format_size(number, locale),
            "kilobytes" => return memory(locale, number.saturating_mul(1024)),
            "megabytes" => return memory(locale, number.saturating_mul(1024 * 1024)),
            _ => {}
        }
    }
    if name.ends_with("_percent") && text.parse::<f64>().is_ok() {
        return format!("{text} %");
    }
    match text {
        "true" => locale.t("fleet-yes"),
        "false" => locale.t("fleet-no"),
        text => text.to_owned(),
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHORT {
        return text.to_owned();
    }
    let start: String = text.chars().take(SHORT).collect();
    format!("{start}…")
}

/// One value before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// Before; empty when there was none.
    pub before: String,
    /// After; empty when there is none.
    pub after: String,
}

/// A change as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which section.
    pub section: String,
    /// What changed.
    pub thing: String,
    /// What happened to it.
    pub kind: Kind,
    /// What it was and is: for what came or went, the value that tells most.
    pub steps: Vec<Step>,
}

impl Line {
    /// The icon beside it.
    #[must_use]
    pub const fn icon(&self) -> &'static str {
        match self.kind {
            Kind::Added => "plus",
            Kind::Removed => "x",
            Kind::Changed => "pencil",
        }
    }

    /// The key of what happened.
    #[must_use]
    pub const fn text_key(&self) -> &'static str {
        match self.kind {
            Kind::Added => "fleet-change-added",
            Kind::Removed => "fleet-change-removed",
            Kind::Changed => "fleet-change-changed",
        }
    }
}

/// Values that tell most of a thing, the first that it has.
const TELLING: &[&str] = &[
    "version",
    "state",
    "address",
    "addresses",
    "model",
    "program",
    "subject",
    "kind",
    "bytes",
];

fn values(json: Option<&str>) -> BTreeMap<String, Value> {
    json.and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default()
}

/// A change in words.
#[must_use]
pub fn line(locale: Locale, change: &Changed) -> Line {
    let (before, after) = (values(change.before.as_deref()), values(change.after.as_deref()));
    let text = |values: &BTreeMap<String, Value>, name: &str| {
        let found = values.get(name).map(ToString::to_string).unwrap_or_default();
        shortened(&value(locale, name, &found))
    };
    let step = |name: &str| Step {
        name: field(locale, name),
        before: text(&before, name),
        after: text(&after, name),
    };
    let steps = if change.kind == Kind::Changed {
        let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        names
            .into_iter()
            .filter(|name| before.get(*name) != after.get(*name))
            .map(|name| step(name))
            .collect()
    } else {
        let told = TELLING
            .iter()
            .find(|name| before.contains_key(**name) || after.contains_key(**name));
        told.map(|name| step(name)).into_iter().collect()
    };
    let name = ["name", "full_name"]
        .into_iter()
        .find_map(|name| after.get(name).or_else(|| before.get(name)))
        .and_then(Value::text)
        .filter(|name| change.item.starts_with(*name));
    Line {
        section: section(locale, change.section),
        thing: shortened(name.unwrap_or(&thing(locale, &change.item))),
        kind: change.kind,
        steps,
    }
}

#[cfg(test)]
mod tests {
    use kernel::time::Timestamp;

    use super::*;

    fn change(kind: Kind, before: Option<&str>, after: Option<&str>) -> Changed {
        Changed {
            id: 1,
            section: Section::Packages,
            item: "openssl:amd64".to_owned(),
            kind,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
            at: Timestamp::from_secs(0),
        }
    }

    #[test]
    fn a_new_version_says_from_which_to_which() {
        let changed = change(
            Kind::Changed,
            Some(r#"{"name":"openssl","version":"1"}"#),
            Some(r#"{"name":"openssl","version":"2"}"#),
        );
        let line = line(Locale::En, &changed);
        assert_eq!(line.thing, "openssl");
        assert_eq!(line.steps.len(), 1);
        assert_eq!(
            (line.steps[0].before.as_str(), line.steps[0].after.as_str()),
            ("1", "2")
        );
    }

    #[test]
    fn a_value_that_is_damaged_is_only_left_out() {
        let line = line(Locale::En, &change(Kind::Added, None, Some("{")));
        assert!(line.steps.is_empty());
        assert_eq!(line.thing, "openssl:amd64");
    }

    #[test]
    fn memory_is_called_as_it_is_sold() {
        assert_eq!(value(Locale::En, "megabytes", "16384"), "16 GB");
        assert_eq!(value(Locale::En, "bytes", "16000000000"), "16 GB");
    }

    #[test]
    fn a_name_that_a_device_made_up_is_no_key_of_ours() {
        assert_eq!(field(Locale::En, "<b>x</b>"), "<b>x</b>");
    }
}

//! Lines of other slices in a ticket's conversation.
//!
//! The desk knows none of them. An event about a ticket that brings a `line` is shown by it: `key` names its text, `args` what is
//! filled in (a number, a text, or `{"text": KEY}` for a text of its own), `icon` its sign, `href` where all of it can be read.
//! What names people or things stands under `line` in the personal part and is gone when that is erased.

use kernel::event::Event;
use kernel::i18n::{Arg, Locale, has_key};
use serde_json::Value;

/// What stands for an argument that was erased.
const ERASED: &str = "–";
/// The arguments that name people or things, or are their words: they stand in the personal part, and may be erased.
const NAMED: [&str; 4] = ["device", "target", "title", "reason"];
/// The signs that a line may have; another is the first of these.
const ICONS: &[&str] = &[
    "monitor",
    "activity",
    "file",
    "file-text",
    "hard-drive",
    "layers",
    "network",
    "refresh-cw",
    "shield",
    "square-code",
    "stethoscope",
    "video",
];

/// See the module's text.
pub(super) struct Line {
    pub icon: &'static str,
    pub text: String,
    pub href: Option<String>,
}

impl Line {
    /// The line that an event brings; none when it brings none that this version has words for.
    pub(super) fn of(event: &Event, locale: Locale) -> Option<Self> {
        let line = event.data["line"].as_object()?;
        let key = line.get("key")?.as_str().filter(|key| has_key(locale, key))?;
        let erased = Value::Null;
        let personal = event.personal.as_ref().map_or(&erased, |words| &words["line"]);
        let mut arguments: Vec<(&str, Arg)> = NAMED.map(|name| (name, ERASED.into())).to_vec();
        let given = line.get("args").and_then(Value::as_object).into_iter().flatten();
        for (name, value) in given.chain(personal.as_object().into_iter().flatten()) {
            arguments.retain(|(known, _)| known != name);
            arguments.push((name, argument(value, locale)));
        }
        let icon = line.get("icon").and_then(Value::as_str);
        let href = line.get("href").and_then(Value::as_str);
        Some(Self {
            icon: ICONS
                .iter()
                .copied()
                .find(|one| Some(*one) == icon)
                .unwrap_or(ICONS[0]),
            text: locale.t_with(key, &arguments),
            // A page of this house, never another's.
            href: href
                .filter(|href| href.starts_with('/') && !href.starts_with("//"))
                .map(str::to_owned),
        })
    }
}

fn argument(value: &Value, locale: Locale) -> Arg {
    match value {
        Value::Number(number) if number.is_i64() => Arg::Integer(number.as_i64().unwrap_or_default()),
        Value::String(text) => Arg::Text(text.clone()),
        Value::Object(inner) => match inner.get("text").and_then(Value::as_str) {
            Some(key) => Arg::Text(locale.t(key)),
            None => Arg::Text(ERASED.to_owned()),
        },
        other => Arg::Text(other.to_string()),
    }
}

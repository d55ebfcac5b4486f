//! Every word is there in both languages.

use kernel::Locale;
use kernel::i18n::{has_key, missing, problems};

use crate::house::House;

#[tokio::test]
async fn no_text_is_missing_in_either_language() {
    let _house = House::open().await;
    assert_eq!(missing(), Vec::<String>::new());
    assert_eq!(problems(), Vec::<String>::new());
}

#[tokio::test]
async fn every_permission_event_and_error_has_words() {
    let house = House::open().await;
    let own = house
        .app
        .permissions()
        .filter(|permission| permission.name.starts_with("people."));
    let mut keys: Vec<String> = own
        .map(|permission| format!("permission-{}", permission.name.replace('.', "-")))
        .collect();
    let events = include_str!("../../src/events.rs");
    keys.extend(quoted(events).map(|kind| format!("event-{}", kind.replace('.', "-"))));
    for locale in Locale::ALL {
        let without: Vec<&String> = keys.iter().filter(|key| !has_key(locale, key)).collect();
        assert!(without.is_empty(), "{locale:?}: {without:?}");
    }
}

/// What stands in quotes and looks like a name of this slice.
fn quoted(source: &str) -> impl Iterator<Item = &str> {
    source
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.starts_with("people."))
}

/// The words that code and templates ask for, found in the sources themselves, so that a new page cannot forget one.
#[tokio::test]
async fn every_text_that_the_sources_ask_for_exists() {
    let _house = House::open().await;
    let mut asked = Vec::new();
    collect(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut asked,
    );
    assert!(asked.len() > 250, "only {} were found", asked.len());
    for locale in Locale::ALL {
        let without: Vec<&String> = asked.iter().filter(|key| !has_key(locale, key)).collect();
        assert!(without.is_empty(), "{locale:?}: {without:?}");
    }
}

fn collect(folder: &std::path::Path, asked: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, asked);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for (start, _) in source.match_indices('"') {
            let text = source[start + 1..].split('"').next().unwrap_or_default();
            let is_key = text.starts_with("people-")
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            if is_key && !text.ends_with('-') {
                asked.push(text.to_owned());
            }
            let is_code = ["invalid(\"", "conflict(\"", "too_many(\"", "Forbidden, \""]
                .iter()
                .any(|before| source[..=start].ends_with(before));
            if is_code && text.starts_with("people.") {
                asked.push(format!("error-{}", text.replace('.', "-")));
            }
        }
    }
}

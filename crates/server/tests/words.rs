//! What the slices hand in by name has words in both languages: the audit page and the form of a role show them.

use kernel::i18n::{Locale, has_key};

fn missing(prefix: &str, names: impl Iterator<Item = &'static str>) -> Vec<String> {
    let keys = names.map(|name| format!("{prefix}-{}", name.replace('.', "-")));
    keys.filter(|key| !Locale::ALL.into_iter().all(|locale| has_key(locale, key)))
        .collect()
}

#[test]
fn every_kind_of_event_and_every_right_has_words() {
    let slices = server::slices();
    for slice in &slices {
        kernel::i18n::register(slice.locales);
    }
    let events = slices.iter().flat_map(|slice| slice.events.iter().copied());
    assert_eq!(missing("event", events), [""; 0]);
    let rights = slices
        .iter()
        .flat_map(|slice| slice.permissions)
        .map(|right| right.name);
    assert_eq!(missing("permission", rights), [""; 0]);
}

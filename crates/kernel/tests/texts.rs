//! Every error the kernel can answer has words in both languages.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kernel::{Locale, i18n};

/// Codes that stand in the source as whole strings, `"kernel.db.unique"`.
fn codes_in(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes_in(&path, codes);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // Tests below the code may use codes of their own.
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            for line in product
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
            {
                for constructor in [
                    "invalid(",
                    "conflict(",
                    "too_large(",
                    "too_many(",
                    "unavailable(",
                    "new(",
                ] {
                    for (at, _) in line.match_indices(constructor) {
                        let rest = line[at..].split('"').nth(1).unwrap_or_default();
                        let plain = |letter: char| letter.is_ascii_lowercase() || "._".contains(letter);
                        if rest.starts_with("kernel.") && rest.chars().all(plain) {
                            codes.insert(rest.to_owned());
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_error_of_the_kernel_has_words_in_both_languages() {
    let mut codes = BTreeSet::new();
    codes_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut codes);
    assert!(
        codes.contains("kernel.file.too_large"),
        "the scan finds nothing: {codes:?}"
    );
    let wordless: Vec<String> = Locale::ALL
        .into_iter()
        .flat_map(|locale| {
            codes
                .iter()
                .map(move |code| (locale, format!("error-{}", code.replace('.', "-"))))
        })
        .filter(|(locale, key)| !i18n::has_key(*locale, key))
        .map(|(locale, key)| format!("{locale}: {key}"))
        .collect();
    assert!(wordless.is_empty(), "{wordless:#?}");
}

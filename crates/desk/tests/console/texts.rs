//! Every word that the console asks for is there in both languages.

use kernel::Locale;
use kernel::i18n::has_key;

use crate::house::House;

#[tokio::test]
async fn every_text_that_the_pages_ask_for_exists() {
    let _house = House::open().await;
    let mut asked = Vec::new();
    collect(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/console")),
        &mut asked,
    );
    assert!(asked.len() > 200, "only {} were found", asked.len());
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
        for (start, _) in source.match_indices("desk-page-") {
            let is_key = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
            let end = source[start..]
                .find(|letter| !is_key(letter))
                .unwrap_or(source.len() - start);
            let key = &source[start..start + end];
            // A key that ends in a dash is the beginning of one that is put together.
            let whole = source[start + end..].starts_with('"');
            if whole && !key.ends_with('-') {
                asked.push(key.to_owned());
            }
        }
    }
}

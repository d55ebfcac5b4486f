//! A page of an export as an article: its words in our limits, its past, its files under names of ours. Pure but for ids.

use std::collections::HashMap;

use kernel::Timestamp;
use wiki::Page;
use wiki::address::{Becomes, Target, replace};

use crate::article::{Facts, Kind};
use crate::text::Words;
use crate::text::checking::{NOTE_MAX, SUMMARY_MAX, TAG_MAX, TAGS_MAX, TITLE_MAX};
use crate::writing::{Arriving, Language, Past};

use super::Options;

/// Longest name of an author.
const AUTHOR_MAX: usize = 120;

/// The pages of an article, the original first, as what is taken over. `files` are the addresses of its files by their keys.
pub fn arriving(
    pages: &[Page],
    options: &Options,
    source: &str,
    files: &HashMap<String, String>,
    now: Timestamp,
) -> Option<Arriving> {
    let original = pages.first()?;
    let mut languages: Vec<Language> = Vec::new();
    for page in pages {
        let last = page.revisions.last()?;
        let locale = options.language(
            page.language.as_deref(),
            &format!("{} {}", page.title, last.markdown),
        );
        // Two pages may claim the same language; the first has it.
        if languages.iter().all(|known| known.locale != locale) {
            languages.push(Language {
                locale,
                past: past(page, files, now),
            });
        }
    }
    let created_at = original
        .revisions
        .first()
        .and_then(|first| first.at)
        .map_or(now, Timestamp::from_millis);
    Some(Arriving {
        facts: Facts {
            kind: original
                .kind
                .as_deref()
                .and_then(Kind::parse)
                .unwrap_or(options.kind),
            space: options.space.clone(),
            audience: options.audience.clone(),
            ..Facts::default()
        },
        state: options.state(),
        is_template: false,
        source: source.to_owned(),
        foreign_id: original.id.clone(),
        created_at,
        languages,
    })
}

fn past(page: &Page, files: &HashMap<String, String>, now: Timestamp) -> Vec<Past> {
    let count = page.revisions.len();
    let title: String = page.title.chars().take(TITLE_MAX).collect();
    let tags: Vec<String> = page
        .tags
        .iter()
        .map(|tag| tag.chars().take(TAG_MAX).collect::<String>())
        .take(TAGS_MAX)
        .collect();
    let words = |place: usize, body: String| Words {
        title: title.clone(),
        // What a page is called and counted among is known of its last revision only.
        summary: if place + 1 == count {
            page.summary.chars().take(SUMMARY_MAX).collect()
        } else {
            String::new()
        },
        tags: if place + 1 == count {
            tags.clone()
        } else {
            Vec::new()
        },
        body,
    };
    page.revisions
        .iter()
        .enumerate()
        .map(|(place, revision)| Past {
            words: words(place, with_files(&revision.markdown, files)),
            note: revision.note.chars().take(NOTE_MAX).collect(),
            author: None,
            author_name: revision
                .author
                .as_ref()
                .map(|name| name.chars().take(AUTHOR_MAX).collect()),
            at: revision.at.map_or(now, Timestamp::from_millis),
        })
        .collect()
}

/// The words with our addresses for files; those of pages stay as they are.
fn with_files(markdown: &str, files: &HashMap<String, String>) -> String {
    replace(markdown, |target| match target {
        Target::File(key) => match files.get(key) {
            Some(place) => Becomes::Address(format!("file:{place}")),
            None => Becomes::Text,
        },
        Target::Page(key) => Becomes::Address(wiki::address::page(key)),
    })
}

#[cfg(test)]
mod tests {
    use kernel::Locale;
    use wiki::Revision;

    use super::*;

    fn page(key: &str, language: Option<&str>, bodies: &[&str]) -> Page {
        let revision = |(place, body): (usize, &&str)| Revision {
            author: Some("Ann".to_owned()),
            at: Some(1_000 * i64::try_from(place).unwrap()),
            note: "n".repeat(900),
            markdown: (*body).to_owned(),
        };
        Page {
            id: "7".to_owned(),
            key: key.to_owned(),
            title: "T".repeat(300),
            language: language.map(str::to_owned),
            tags: vec!["a".to_owned(); 100],
            revisions: bodies.iter().enumerate().map(revision).collect(),
            ..Page::default()
        }
    }

    #[test]
    fn a_page_fits_our_limits_and_names_our_files() {
        let files = HashMap::from([("Tray.png".to_owned(), "01abc.png".to_owned())]);
        let text = format!(
            "![t]({}) ![gone]({}) [p]({})",
            wiki::address::file("Tray.png"),
            wiki::address::file("x"),
            wiki::address::page("P")
        );
        let pages = [
            page("a", Some("en"), &["old", &text]),
            page("b", Some("zh-CN"), &["中文"]),
            page("c", None, &["third"]),
        ];
        let options = Options {
            space: "network".to_owned(),
            ..Options::default()
        };
        let arriving = arriving(&pages, &options, "mediawiki:x", &files, Timestamp::from_millis(9)).unwrap();
        assert_eq!(arriving.created_at, Timestamp::from_millis(0));
        let locales: Vec<Locale> = arriving
            .languages
            .iter()
            .map(|language| language.locale)
            .collect();
        assert_eq!(locales, [Locale::En, Locale::ZhCn]);
        let past = &arriving.languages[0].past;
        assert_eq!(
            (past.len(), past[1].words.title.len(), past[1].note.len()),
            (2, TITLE_MAX, NOTE_MAX)
        );
        assert_eq!(past[1].words.body, "![t](file:01abc.png) gone [p](wiki-page:P)");
        assert_eq!(
            (past[0].words.tags.len(), past[1].words.tags.len()),
            (0, TAGS_MAX)
        );
    }
}

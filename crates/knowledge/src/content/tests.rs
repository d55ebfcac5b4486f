//! What ships is whole: in both languages, with every link and every section.

use std::collections::BTreeSet;

use kernel::i18n::register;

use super::*;
use crate::guide::Target;
use crate::rendering::{self, Hrefs};

const ARTICLE_KEYS: [&str; 7] = [
    "kind", "space", "category", "audience", "tags", "title", "summary",
];
const CATEGORIES: [&str; 6] = ["hardware", "software", "network", "account", "security", "other"];
const ENGLISH: [&str; 5] = ["Symptom", "Environment", "Cause", "Solution", "Verification"];
const CHINESE: [&str; 5] = ["症状", "环境", "原因", "解决办法", "验证"];

fn named(body: &str) -> Vec<String> {
    let links = body.split("](article:").skip(1);
    links
        .filter_map(|rest| rest.split(')').next())
        .map(str::to_owned)
        .collect()
}

fn check_words(shipped: &Shipped, slugs: &BTreeSet<&str>) {
    let slug = shipped.slug;
    let locales: Vec<Locale> = shipped.texts.iter().map(|(locale, _)| *locale).collect();
    assert_eq!(locales, Locale::ALL, "{slug}");
    for (locale, words) in &shipped.texts {
        let name = format!("{slug}.{}", locale.tag());
        assert!(!words.title.is_empty() && !words.summary.is_empty(), "{name}");
        assert!(words.summary.chars().count() <= 160, "{name}: {}", words.summary);
        assert_eq!(
            *locale == Locale::En,
            words.title.is_ascii(),
            "{name}: {}",
            words.title
        );
        let page = rendering::page(&words.body, &Hrefs::help(*locale));
        assert!(!page.headings.is_empty(), "{name}");
        assert!(
            !words.body.contains("\n# ") && !words.body.contains('\u{2014}') || *locale == Locale::ZhCn,
            "{name}"
        );
        assert!(!page.html.contains("&lt;"), "{name} shows HTML");
        assert!(!page.html.contains("**"), "{name} shows marks");
        for link in named(&words.body) {
            assert!(slugs.contains(link.as_str()), "{name} links {link}");
        }
    }
}

#[test]
fn every_article_is_whole_in_both_languages_and_its_links_resolve() {
    register(crate::LOCALES);
    let (articles, spaces) = (articles().unwrap(), spaces());
    assert!(articles.len() >= 40, "{}", articles.len());
    let slugs: BTreeSet<&str> = articles.iter().map(|one| one.slug).collect();
    for shipped in &articles {
        let slug = shipped.slug;
        check_words(shipped, &slugs);
        assert!(
            spaces.iter().any(|space| space.id == shipped.space),
            "{slug}: {}",
            shipped.space
        );
        assert!(CATEGORIES.contains(&shipped.category.unwrap()), "{slug}");
        assert!(matches!(shipped.audience, "everyone" | "public"), "{slug}");
        for (locale, words) in &shipped.texts {
            assert!(words.tags.len() >= 4, "{slug}.{}: {:?}", locale.tag(), words.tags);
            if shipped.kind.is_fault() {
                let headings = rendering::page(&words.body, &Hrefs::help(*locale)).headings;
                let second: Vec<&str> = headings
                    .iter()
                    .filter(|one| one.level == 2)
                    .map(|one| one.text.as_str())
                    .collect();
                let wanted = if *locale == Locale::En { ENGLISH } else { CHINESE };
                assert_eq!(second.get(..5), Some(&wanted[..]), "{slug}.{}", locale.tag());
                let solution = rendering::section(&words.body, &[wanted[3]]).unwrap();
                assert!(solution.contains("1."), "{slug}.{}", locale.tag());
            }
        }
    }
    for (slug, _, text) in ARTICLES {
        assert_eq!(front::read(text).unwrap().keys(), ARTICLE_KEYS, "{slug}");
    }
}

#[test]
fn every_template_is_whole_in_both_languages() {
    register(crate::LOCALES);
    let templates = templates().unwrap();
    let articles = articles().unwrap();
    let slugs: BTreeSet<&str> = articles.iter().map(|one| one.slug).collect();
    assert!(templates.len() >= 6);
    for shipped in &templates {
        check_words(shipped, &slugs);
        assert!(
            !slugs.contains(shipped.slug),
            "{} is an article, too",
            shipped.slug
        );
    }
}

#[test]
fn every_guide_is_whole_in_both_languages_and_leads_somewhere() {
    let (guides, articles) = (guides().unwrap(), articles().unwrap());
    assert!(guides.len() >= 10, "{}", guides.len());
    let mut keys = BTreeSet::new();
    for (key, definition) in &guides {
        assert!(
            keys.insert(key.clone()) && crate::guide::definition::is_key(key),
            "{key}"
        );
        definition
            .check()
            .unwrap_or_else(|error| panic!("{key}: {:?}", error.fields()));
        assert_eq!(&definition.clone().tidied(), definition, "{key}");
        for article in definition.articles() {
            assert!(
                articles.iter().any(|one| one.slug == article),
                "{key} leads to {article}"
            );
        }
        let both = |texts: &crate::guide::Texts| !texts.en.is_empty() && !texts.zh.is_empty();
        assert!(both(&definition.title), "{key}");
        for (name, step) in &definition.steps {
            assert!(both(&step.question), "{key}.{name}");
            for option in &step.options {
                assert!(both(&option.label), "{key}.{name}");
                if let Target::Report(title) = &option.target {
                    assert!(both(title), "{key}.{name}");
                }
            }
        }
    }
}

#[test]
fn no_word_stands_in_two_groups_of_synonyms() {
    let groups = synonyms();
    assert!(groups.len() >= 40);
    let mut seen = BTreeSet::new();
    for group in groups {
        assert!(group.len() >= 2, "{group:?}");
        for word in group {
            assert!(seen.insert(word.to_lowercase()), "{word}");
        }
    }
}

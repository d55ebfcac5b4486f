//! What goes where in an export, and what stands around the words. Pure.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use kernel::Locale;

use super::markdown;
use crate::article::{Article, Number};
use crate::file::{File, media};
use crate::space::Space;
use crate::text::{Text, Words};

/// Letters of a title in a file name.
const NAME_MAX: usize = 60;

/// An article in the export.
#[derive(Debug, Clone)]
pub struct Placed {
    pub space: String,
    /// Without ending.
    pub name: String,
    pub kind: &'static str,
    pub original: Locale,
    pub titles: Vec<(Locale, String)>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Plan {
    spaces: Vec<Space>,
    pub articles: BTreeMap<Number, Placed>,
}

impl Plan {
    pub fn new(spaces: impl IntoIterator<Item = Space>) -> Self {
        Self {
            spaces: spaces.into_iter().collect(),
            articles: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, article: &Article, titles: &[(Locale, Words)]) {
        let original = titles
            .iter()
            .find(|(locale, _)| *locale == article.original)
            .or_else(|| titles.first());
        let Some((original, words)) = original else { return };
        let placed = Placed {
            space: article.space.clone(),
            name: name(article.number, &words.title),
            kind: article.kind.as_str(),
            original: *original,
            titles: titles
                .iter()
                .map(|(locale, words)| (*locale, words.title.clone()))
                .collect(),
        };
        self.articles.insert(article.number, placed);
    }

    /// Where a text goes: `docs/network/12-vpn.md`.
    pub fn path(&self, article: Number, locale: Locale) -> Option<String> {
        let placed = self.articles.get(&article)?;
        placed.titles.iter().find(|(known, _)| *known == locale)?;
        Some(format!("docs/{}/{}", placed.space, file_of(placed, locale)))
    }

    /// Where a file of an article goes.
    pub fn file_path(&self, file: &File) -> String {
        let space = self
            .articles
            .get(&file.article)
            .map_or("", |placed| placed.space.as_str());
        format!("docs/{space}/files/{}", file_name(file))
    }

    /// A text with its front matter; `files` are names by ids.
    pub fn page(&self, text: &Text, files: &HashMap<String, String>) -> String {
        let Some(placed) = self.articles.get(&text.article) else {
            return String::new();
        };
        let words = &text.words;
        let mut out = String::from("---\n");
        // Writing to a String cannot fail.
        let _ = writeln!(out, "title: {}", quoted(&words.title));
        if !words.summary.is_empty() {
            let _ = writeln!(out, "summary: {}", quoted(&words.summary));
        }
        let tags: Vec<String> = words.tags.iter().map(|tag| quoted(tag)).collect();
        let _ = writeln!(out, "tags: [{}]", tags.join(", "));
        let _ = writeln!(out, "kind: {}", placed.kind);
        let _ = writeln!(out, "language: {}", text.locale.tag());
        let _ = writeln!(out, "updated: {}", quoted(&text.updated_at.to_string()));
        let _ = writeln!(out, "---\n\n# {}\n", wiki::markdown::escape(&words.title));
        let body = markdown::portable(&words.body, text.locale, &mut |address| {
            self.meaning(placed, text.locale, files, address)
        });
        out.push_str(&body);
        out
    }

    /// What an address becomes in a page of this article.
    fn meaning(
        &self,
        placed: &Placed,
        locale: Locale,
        files: &HashMap<String, String>,
        address: &str,
    ) -> Option<String> {
        if let Some(number) = address.strip_prefix("article:") {
            let number: Number = number.trim_start_matches("KB-").parse().ok()?;
            let other = self.articles.get(&number)?;
            let file = file_of(other, locale);
            return Some(if other.space == placed.space {
                file
            } else {
                format!("../{}/{file}", other.space)
            });
        }
        if let Some(place) = address.strip_prefix("file:") {
            let id = place.split('.').next()?;
            return files.get(id).map(|name| format!("files/{name}"));
        }
        let is_outward = ["http://", "https://", "mailto:", "tel:"]
            .iter()
            .any(|scheme| address.starts_with(scheme));
        (is_outward || address.starts_with('#')).then(|| address.to_owned())
    }

    /// `mkdocs.yml`
    pub fn settings(&self, locale: Locale) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "site_name: {}", quoted(&locale.t("knowledge-export-name")));
        out.push_str("docs_dir: docs\nuse_directory_urls: false\ntheme:\n  name: mkdocs\nmarkdown_extensions:\n  - tables\n  - fenced_code\n  - admonition\n  - toc\nnav:\n");
        let _ = writeln!(
            out,
            "  - {}: index.md",
            quoted(&locale.t("knowledge-export-start"))
        );
        for space in &self.spaces {
            let pages = self.pages_of(&space.id);
            if pages.is_empty() {
                continue;
            }
            let title = space.title(locale);
            let _ = writeln!(
                out,
                "  - {}:",
                quoted(if title.is_empty() { &space.id } else { title })
            );
            for (title, path) in pages {
                let _ = writeln!(out, "      - {}: {}", quoted(&title), quoted(&path));
            }
        }
        out
    }

    /// The first page: what there is.
    pub fn index(&self, locale: Locale) -> String {
        let mut out = format!("# {}\n", locale.t("knowledge-export-name"));
        for space in &self.spaces {
            let pages = self.pages_of(&space.id);
            if pages.is_empty() {
                continue;
            }
            let _ = write!(out, "\n## {}\n\n", wiki::markdown::escape(space.title(locale)));
            for (title, path) in pages {
                let _ = writeln!(out, "- [{}]({path})", wiki::markdown::escape(&title));
            }
        }
        out
    }

    /// Titles and paths under `docs` of a space, each language by itself.
    fn pages_of(&self, space: &str) -> Vec<(String, String)> {
        let of_space = self.articles.values().filter(|placed| placed.space == space);
        let pages = of_space.flat_map(|placed| {
            let titles = placed.titles.iter();
            titles
                .map(move |(locale, title)| (title.clone(), format!("{space}/{}", file_of(placed, *locale))))
        });
        pages.collect()
    }
}

/// The file of a language, or of the original when there is no such language.
fn file_of(placed: &Placed, locale: Locale) -> String {
    let has = placed.titles.iter().any(|(known, _)| *known == locale);
    if has && locale != placed.original {
        format!("{}.{}.md", placed.name, locale.tag())
    } else {
        format!("{}.md", placed.name)
    }
}

/// `12-vpn-does-not-connect`
fn name(number: Number, title: &str) -> String {
    let mut out = number.to_string();
    let mut was_letter = false;
    for letter in title.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            if !was_letter {
                out.push('-');
            }
            out.push(letter);
        }
        was_letter = letter.is_alphanumeric();
        if out.chars().count() >= NAME_MAX {
            break;
        }
    }
    out
}

/// The name of a file: its id, and an ending by which a browser knows it.
pub fn file_name(file: &File) -> String {
    let ending = media::ending(&file.media_type);
    if !ending.is_empty() {
        return format!("{}{ending}", file.id);
    }
    let by_name = file
        .name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let is_plain = |ending: &String| {
        (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    // A page of its own, or what runs in one, is not made out of a file.
    let is_harmless = |ending: &String| {
        !matches!(
            ending.as_str(),
            "html" | "htm" | "svg" | "xml" | "js" | "md" | "xhtml"
        )
    };
    match by_name.filter(is_plain).filter(is_harmless) {
        Some(ending) => format!("{}.{ending}", file.id),
        None => format!("{}.bin", file.id),
    }
}

/// A string of YAML: JSON's are.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_plain_and_told_apart_by_number() {
        assert_eq!(name(12, "VPN: does *not* connect?"), "12-vpn-does-not-connect");
        assert_eq!(name(7, "打印机 卡纸"), "7-打印机-卡纸");
        assert_eq!(name(3, "../../etc"), "3-etc");
        assert!(name(1, &"x".repeat(300)).chars().count() <= NAME_MAX);
    }
}

//! A folder of Markdown as a ZIP: of any generator, of an editor such as Obsidian, or of our own export.
//!
//! A file is a page; `index.md` and `README.md` are what the others in their folder stand under. `name.zh-CN.md` beside
//! `name.md` or `name.en.md` is the same page in another language. Front matter gives title, tags, author, and date.

mod front;
mod marks;

use std::collections::{HashMap, HashSet};

use crate::archive::{Archive, text};
use crate::{
    Complaint, File, Item, Limits, Link, PAGE_MAX, Page, Place, Refusal, Revision, Source, Take, What, date,
    give,
};
use front::Front;
pub use marks::{Marked, Meaning, neutral};

/// Languages by the endings that files have.
const LANGUAGES: [(&str, &str); 7] = [
    ("en", "en"),
    ("zh-CN", "zh-CN"),
    ("zh-cn", "zh-CN"),
    ("zh_CN", "zh-CN"),
    ("zh-Hans", "zh-CN"),
    ("zh", "zh-CN"),
    ("cn", "zh-CN"),
];

/// What is in the folder.
struct Folder {
    pages: HashSet<String>,
    others: HashSet<String>,
    /// Pages by the last part of their name, for `[[name]]`.
    by_stem: HashMap<String, String>,
}

/// Reads the archive.
pub(crate) fn read(
    source: &mut dyn Source,
    name: &str,
    limits: &Limits,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    let mut zip = Archive::open(source, limits)?;
    for complaint in zip.take_refused() {
        give(take, Item::Complaint(complaint))?;
    }
    let names: Vec<String> = zip
        .names()
        .iter()
        .filter(|name| !is_hidden(name))
        .cloned()
        .collect();
    let (pages, others): (Vec<String>, Vec<String>) = names.into_iter().partition(|name| is_page(name));
    if pages.is_empty() {
        return Err(Refusal::OtherKind);
    }
    give(
        take,
        Item::Name(name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()),
    )?;
    for entry in &others {
        let name = entry.rsplit('/').next().unwrap_or_default().to_owned();
        give(
            take,
            Item::File(File {
                key: entry.clone(),
                name,
                place: Place::Entry(entry.clone()),
            }),
        )?;
    }
    let folder = Folder {
        by_stem: pages
            .iter()
            .map(|page| (stem(page).to_lowercase(), page.clone()))
            .collect(),
        pages: pages.iter().cloned().collect(),
        others: others.into_iter().collect(),
    };
    for entry in pages {
        let Some(content) = zip.content(&entry, PAGE_MAX as u64)? else {
            give(take, complaint(&entry, 1, What::TooLarge, ""))?;
            continue;
        };
        let (content, is_utf8) = text(content);
        if !is_utf8 {
            let line = content
                .lines()
                .position(|line| line.contains('\u{fffd}'))
                .unwrap_or(0)
                + 1;
            give(take, complaint(&entry, line, What::NotUtf8, ""))?;
        }
        folder.page(&entry, &content, take)?;
    }
    Ok(())
}

fn is_page(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.ends_with(".md") || lower.ends_with(".markdown")
}

/// What tools leave in a folder.
fn is_hidden(name: &str) -> bool {
    name.split('/')
        .any(|part| part.starts_with('.') || matches!(part, "__MACOSX" | "node_modules" | "Thumbs.db"))
}

/// The last part of a name without its endings.
fn stem(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    match stem.rsplit_once('.') {
        Some((stem, ending)) if LANGUAGES.iter().any(|(known, _)| *known == ending) => stem,
        _ => stem,
    }
}

fn complaint(page: &str, line: usize, what: What, detail: &str) -> Item {
    Item::Complaint(Complaint {
        page: page.to_owned(),
        line,
        what,
        detail: detail.to_owned(),
    })
}

impl Folder {
    fn page(&self, entry: &str, content: &str, take: &mut Take<'_>) -> Result<(), Refusal> {
        let (front, below, body) = front::split(content);
        if front.is_unclosed {
            give(take, complaint(entry, 1, What::Unclosed, "---"))?;
        }
        let (title, body) = title(&front, body, entry);
        let marked = marks::neutral(&body, &mut |address| self.meaning(entry, address), &|name| {
            self.by_stem.get(&name.to_lowercase()).cloned()
        });
        for line in marked.unclosed {
            give(take, complaint(entry, below + line, What::Unclosed, "```"))?;
        }
        if marked.text.len() > PAGE_MAX {
            return give(take, complaint(entry, 1, What::TooLarge, ""));
        }
        let (language, original) = self.language(entry, &front);
        let mut page = Page {
            id: front.value("id").unwrap_or(entry).to_owned(),
            key: entry.to_owned(),
            title,
            parent: self.above(entry),
            language,
            original,
            summary: front
                .value("summary")
                .or_else(|| front.value("description"))
                .unwrap_or_default()
                .to_owned(),
            kind: front.value("kind").map(str::to_owned),
            tags: front.list(&["tags", "categories", "keywords"]),
            line: 1,
            ..Page::default()
        };
        for (key, line, is_page) in marked.found {
            if is_page {
                page.links.push(Link {
                    key,
                    line: below + line,
                });
            } else {
                page.files.push(key);
            }
        }
        page.files.sort_unstable();
        page.files.dedup();
        page.revisions.push(Revision {
            author: front.value("author").map(str::to_owned),
            at: ["updated", "date", "lastmod", "modified"]
                .iter()
                .find_map(|key| front.value(key))
                .and_then(date::iso),
            note: String::new(),
            markdown: marked.text,
        });
        give(take, Item::Page(Box::new(page)))
    }

    /// What an address in a page means: a page or a file of the folder, or neither.
    fn meaning(&self, entry: &str, address: &str) -> marks::Meaning {
        let path = address.split(['#', '?']).next().unwrap_or_default();
        let is_outward = path.is_empty() || path.contains(':') || path.starts_with("//");
        if is_outward {
            return marks::Meaning::Outward;
        }
        let path = crate::percent::decode(path);
        let Some(found) = crate::archive::beside(entry, &path) else {
            return marks::Meaning::Outward;
        };
        let trimmed = found.trim_end_matches('/').to_owned();
        let tried = [
            found.clone(),
            format!("{trimmed}.md"),
            format!("{trimmed}/index.md"),
            format!("{trimmed}/README.md"),
        ];
        if let Some(page) = tried.into_iter().find(|name| self.pages.contains(name)) {
            return marks::Meaning::Page(page);
        }
        if self.others.contains(&found) || !is_page(&found) && found.contains('.') {
            return marks::Meaning::File(found);
        }
        marks::Meaning::Page(found)
    }

    /// The page that the others in a folder stand under.
    fn above(&self, entry: &str) -> Option<String> {
        let (mut folder, file) = entry.rsplit_once('/').unwrap_or(("", entry));
        let is_head = |file: &str| matches!(stem(file).to_lowercase().as_str(), "index" | "readme");
        if is_head(file) {
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        }
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut tried = vec![format!("{prefix}index.md"), format!("{prefix}README.md")];
        if !folder.is_empty() {
            tried.push(format!("{folder}.md"));
        }
        tried
            .into_iter()
            .find(|name| name != entry && self.pages.contains(name))
    }

    /// The language of a page, and the page it is a translation of.
    fn language(&self, entry: &str, front: &Front) -> (Option<String>, Option<String>) {
        let named = front.value("language").or_else(|| front.value("lang"));
        let known = |word: &str| {
            LANGUAGES
                .iter()
                .find(|(known, _)| *known == word)
                .map(|(_, language)| (*language).to_owned())
        };
        let (rest, ending) = entry.rsplit_once('.').unwrap_or((entry, "md"));
        let by_name = rest
            .rsplit_once('.')
            .and_then(|(base, word)| Some((base, known(word)?)));
        let Some((base, language)) = by_name else {
            return (named.and_then(known), None);
        };
        let originals = [
            format!("{base}.{ending}"),
            format!("{base}.en.{ending}"),
            format!("{base}.zh-CN.{ending}"),
        ];
        let original = originals
            .into_iter()
            .find(|name| self.pages.contains(name))
            .filter(|name| name != entry);
        (Some(language), original)
    }
}

/// The title of a page: that of the front matter, its first heading, or the name of its file.
fn title(front: &Front, body: &str, entry: &str) -> (String, String) {
    let first = body.lines().position(|line| !line.trim().is_empty());
    let heading = first.and_then(|place| {
        let line = body.lines().nth(place)?;
        Some((
            place,
            line.strip_prefix("# ")?
                .trim()
                .trim_end_matches('#')
                .trim()
                .to_owned(),
        ))
    });
    let named = front.value("title").filter(|title| !title.is_empty());
    match (heading, named) {
        (Some((_, heading)), Some(named)) if heading != named => (named.to_owned(), body.to_owned()),
        (Some((place, heading)), _) if !heading.is_empty() => {
            // The line stays, empty, so that lines keep their numbers.
            let lines = body
                .lines()
                .enumerate()
                .map(|(at, line)| if at == place { "" } else { line });
            (heading, lines.collect::<Vec<_>>().join("\n"))
        }
        (_, Some(named)) => (named.to_owned(), body.to_owned()),
        _ => {
            let name = stem(entry);
            let folder = entry.rsplit('/').nth(1);
            let is_head = matches!(name.to_lowercase().as_str(), "index" | "readme");
            let name = folder.filter(|_| is_head).unwrap_or(name);
            (name.replace(['-', '_'], " "), body.to_owned())
        }
    }
}

#[cfg(test)]
mod tests;

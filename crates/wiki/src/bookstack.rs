//! BookStack: the portable ZIP (`data.json` and `files/`), or a book, chapter, or page as one HTML or Markdown file.
//!
//! The portable format is described in BookStack's own developer documentation ("Portable ZIP File Format"). A book and its chapters
//! become pages that the others stand under. BookStack exports no history: each page has one revision.

mod single;

use serde::Deserialize;

use crate::archive::{Archive, text};
use crate::html::{self, Reference};
use crate::{
    Complaint, File, Item, Limits, Link, PAGE_MAX, Page, Place, Refusal, Revision, Source, Take, What,
    address, date, give, is_zip, markdown,
};

/// The largest `data.json`.
const DATA_MAX: u64 = 256 << 20;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Data {
    exported_at: Option<String>,
    book: Option<Book>,
    chapter: Option<Chapter>,
    page: Option<Leaf>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Book {
    id: Option<i64>,
    name: String,
    description_html: Option<String>,
    chapters: Vec<Chapter>,
    pages: Vec<Leaf>,
    tags: Vec<Tag>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Chapter {
    id: Option<i64>,
    name: String,
    description_html: Option<String>,
    priority: i64,
    pages: Vec<Leaf>,
    tags: Vec<Tag>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Leaf {
    id: Option<i64>,
    name: String,
    html: Option<String>,
    markdown: Option<String>,
    priority: i64,
    attachments: Vec<Attachment>,
    images: Vec<Image>,
    tags: Vec<Tag>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Attachment {
    id: Option<i64>,
    name: String,
    link: Option<String>,
    file: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Image {
    id: Option<i64>,
    name: String,
    file: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tag {
    name: String,
    value: Option<String>,
}

/// Reads an export.
pub(crate) fn read(
    source: &mut dyn Source,
    name: &str,
    limits: &Limits,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    if !is_zip(source)? {
        return single::read(source, name, take);
    }
    let mut zip = Archive::open(source, limits)?;
    for complaint in zip.take_refused() {
        give(take, Item::Complaint(complaint))?;
    }
    let content = zip.content("data.json", DATA_MAX)?.ok_or(Refusal::OtherKind)?;
    let data: Data = serde_json::from_slice(&content).map_err(|error| {
        let place = format!("data.json, line {}: {error}", error.line());
        Refusal::Unreadable(std::io::Error::new(std::io::ErrorKind::InvalidData, place))
    })?;
    drop(content);
    let mut reading = Reading {
        at: data.exported_at.as_deref().and_then(date::iso),
        take,
    };
    match (data.book, data.chapter, data.page) {
        (Some(book), _, _) => reading.book(book),
        (None, Some(chapter), _) => {
            give(reading.take, Item::Name(chapter.name.clone()))?;
            reading.chapter(chapter, None)
        }
        (None, None, Some(page)) => {
            give(reading.take, Item::Name(page.name.clone()))?;
            reading.page(page, None)
        }
        (None, None, None) => Err(Refusal::OtherKind),
    }
}

struct Reading<'a, 'b> {
    at: Option<i64>,
    take: &'a mut Take<'b>,
}

impl Reading<'_, '_> {
    fn book(&mut self, book: Book) -> Result<(), Refusal> {
        give(self.take, Item::Name(book.name.clone()))?;
        let key = key("book", book.id, &book.name);
        self.folder(
            &key,
            &book.name,
            book.description_html.as_deref(),
            &book.tags,
            None,
        )?;
        // Chapters and pages of a book are in one order.
        let mut chapters: Vec<Chapter> = book.chapters;
        chapters.sort_by_key(|chapter| chapter.priority);
        let mut pages: Vec<Leaf> = book.pages;
        pages.sort_by_key(|page| page.priority);
        let mut pages = pages.into_iter().peekable();
        for chapter in chapters {
            while let Some(page) = pages.next_if(|page| page.priority < chapter.priority) {
                self.page(page, Some(&key))?;
            }
            self.chapter(chapter, Some(&key))?;
        }
        pages.try_for_each(|page| self.page(page, Some(&key)))
    }

    fn chapter(&mut self, chapter: Chapter, parent: Option<&str>) -> Result<(), Refusal> {
        let key = key("chapter", chapter.id, &chapter.name);
        self.folder(
            &key,
            &chapter.name,
            chapter.description_html.as_deref(),
            &chapter.tags,
            parent,
        )?;
        let mut pages = chapter.pages;
        pages.sort_by_key(|page| page.priority);
        pages.into_iter().try_for_each(|page| self.page(page, Some(&key)))
    }

    /// A book or chapter as a page of its own.
    fn folder(
        &mut self,
        key: &str,
        name: &str,
        description: Option<&str>,
        tags: &[Tag],
        parent: Option<&str>,
    ) -> Result<(), Refusal> {
        let nodes = description.and_then(html::parse).unwrap_or_default();
        let blocks = html::blocks(&nodes, &mut |reference| match reference {
            Reference::Link(address) => neutral(address),
            Reference::Picture(_) => None,
        });
        let page = Page {
            parent: parent.map(str::to_owned),
            tags: tags_of(tags),
            ..self.made(key, name, markdown::render(&blocks))
        };
        give(self.take, Item::Page(Box::new(page)))
    }

    fn made(&self, key: &str, name: &str, markdown: String) -> Page {
        Page {
            id: key.to_owned(),
            key: key.to_owned(),
            title: name.trim().to_owned(),
            line: 1,
            revisions: vec![Revision {
                author: None,
                at: self.at,
                note: String::new(),
                markdown,
            }],
            ..Page::default()
        }
    }

    fn page(&mut self, leaf: Leaf, parent: Option<&str>) -> Result<(), Refusal> {
        let key = key("page", leaf.id, &leaf.name);
        let source = match leaf.markdown.as_deref().filter(|text| !text.trim().is_empty()) {
            Some(text) => text,
            None => leaf.html.as_deref().unwrap_or_default(),
        };
        let is_markdown = leaf
            .markdown
            .as_deref()
            .is_some_and(|text| !text.trim().is_empty());
        let most = if is_markdown { PAGE_MAX } else { crate::HTML_MAX };
        if source.len() > most {
            return self.complain(&leaf.name, 1, What::TooLarge, "");
        }
        for file in files_of(&leaf) {
            give(self.take, Item::File(file))?;
        }
        let source = with_names(source, &leaf);
        let mut inline = Vec::new();
        let text = if is_markdown {
            Some(neutral_in(&source))
        } else {
            from_html(&source, &key, &mut inline)
        };
        let Some(mut text) = text else {
            return self.complain(&leaf.name, 1, What::TooDeep, "");
        };
        for file in inline {
            give(self.take, Item::File(file))?;
        }
        attachments(&leaf, &mut text);
        if text.len() > PAGE_MAX {
            return self.complain(&leaf.name, 1, What::TooLarge, "");
        }
        let mut page = Page {
            parent: parent.map(str::to_owned),
            tags: tags_of(&leaf.tags),
            ..self.made(&key, &leaf.name, text)
        };
        find(&mut page, &source);
        give(self.take, Item::Page(Box::new(page)))
    }

    fn complain(&mut self, page: &str, line: usize, what: What, detail: &str) -> Result<(), Refusal> {
        give(
            self.take,
            Item::Complaint(Complaint {
                page: page.to_owned(),
                line,
                what,
                detail: detail.to_owned(),
            }),
        )
    }
}

/// Fills in what the text of a page leads to; lines are those of the source where it can be told.
pub(crate) fn find(page: &mut Page, source: &str) {
    let text = page
        .revisions
        .last()
        .map(|revision| revision.markdown.clone())
        .unwrap_or_default();
    let source_lines = source.lines().count().max(1);
    for (target, line) in address::all(&text) {
        match target {
            address::Target::Page(key) => page.links.push(Link {
                key,
                line: line.min(source_lines),
            }),
            address::Target::File(key) => page.files.push(key),
        }
    }
    page.files.sort_unstable();
    page.files.dedup();
}

fn key(kind: &str, id: Option<i64>, name: &str) -> String {
    match id {
        Some(id) => format!("{kind}:{id}"),
        None => format!("{kind}:{}", name.trim()),
    }
}

fn tags_of(tags: &[Tag]) -> Vec<String> {
    let named = tags.iter().filter(|tag| !tag.name.trim().is_empty());
    let words = named.map(|tag| {
        match tag
            .value
            .as_deref()
            .map(str::trim)
            .filter(|value| !value.is_empty())
        {
            Some(value) => format!("{}: {value}", tag.name.trim()),
            None => tag.name.trim().to_owned(),
        }
    });
    words.collect()
}

fn files_of(leaf: &Leaf) -> Vec<File> {
    let images = leaf
        .images
        .iter()
        .map(|image| (image.name.as_str(), image.file.as_str()));
    let attached = leaf
        .attachments
        .iter()
        .filter_map(|one| Some((one.name.as_str(), one.file.as_deref()?)));
    let files = images.chain(attached).filter(|(_, file)| !file.is_empty());
    files
        .map(|(name, file)| File {
            key: file.to_owned(),
            name: if name.trim().is_empty() {
                file.to_owned()
            } else {
                name.trim().to_owned()
            },
            place: Place::Entry(format!("files/{file}")),
        })
        .collect()
}

/// References by number become references by the name of the file, as newer exports have them.
fn with_names(source: &str, leaf: &Leaf) -> String {
    let mut out = source.to_owned();
    for image in &leaf.images {
        if let Some(id) = image.id {
            out = out.replace(
                &format!("[[bsexport:image:{id}]]"),
                &format!("[[bsexport:image:{}]]", image.file),
            );
        }
    }
    for one in &leaf.attachments {
        let target = one
            .file
            .as_deref()
            .map(|file| format!("[[bsexport:attachment:{file}]]"))
            .or_else(|| one.link.clone());
        if let (Some(id), Some(target)) = (one.id, target) {
            out = out.replace(&format!("[[bsexport:attachment:{id}]]"), &target);
        }
    }
    out
}

/// The neutral address of a reference.
fn neutral(reference: &str) -> Option<String> {
    let inner = reference.trim().strip_prefix("[[bsexport:")?;
    let (inner, _) = inner.split_once("]]")?;
    let (kind, what) = inner.split_once(':')?;
    Some(match kind {
        "image" | "attachment" => address::file(what),
        "page" | "chapter" | "book" => address::page(&format!("{kind}:{what}")),
        _ => return None,
    })
}

/// Markdown with neutral addresses for references.
fn neutral_in(markdown: &str) -> String {
    const START: &str = "[[bsexport:";
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(at) = rest.find(START) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let length = behind.find("]]").map_or(behind.len(), |end| end + 2);
        match behind.get(..length).and_then(neutral) {
            Some(address) => {
                out.push_str(&address);
                rest = behind.get(length..).unwrap_or_default();
            }
            None => {
                out.push_str(START);
                rest = behind.get(START.len()..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// The page as Markdown; pictures that are written in it are put beside it.
pub(crate) fn from_html(source: &str, key: &str, inline: &mut Vec<File>) -> Option<String> {
    let nodes = html::parse(source)?;
    Some(from_nodes(&nodes, key, inline))
}

pub(crate) fn from_nodes(nodes: &[html::Node], key: &str, inline: &mut Vec<File>) -> String {
    let blocks = html::blocks(nodes, &mut |reference| match reference {
        Reference::Link(to) => match to.strip_prefix('#') {
            Some(place) => page_in_file(place),
            None => neutral(to).or_else(|| outward(to)),
        },
        Reference::Picture(from) => match html::data_picture(from) {
            Some((ending, content)) => {
                let name = format!("{}-{}.{ending}", key.replace(':', "-"), inline.len() + 1);
                inline.push(File {
                    key: name.clone(),
                    name: name.clone(),
                    place: Place::Inline(content),
                });
                Some(address::file(&name))
            }
            None => neutral(from),
        },
    });
    markdown::render(&blocks)
}

/// In an export as one file, `#page-12` is another page.
fn page_in_file(place: &str) -> Option<String> {
    let (kind, number) = place.split_once('-')?;
    let is_page =
        matches!(kind, "page" | "chapter" | "book") && number.bytes().all(|byte| byte.is_ascii_digit());
    is_page.then(|| address::page(&format!("{kind}:{number}")))
}

/// An address outside the export.
pub(crate) fn outward(address: &str) -> Option<String> {
    let is_whole = ["http://", "https://", "mailto:", "tel:", "ftp://"]
        .iter()
        .any(|start| address.starts_with(start));
    is_whole.then(|| address.to_owned())
}

/// Attachments that the text does not name come behind it.
fn attachments(leaf: &Leaf, text: &mut String) {
    let mut lines = String::new();
    for one in &leaf.attachments {
        let to = match (&one.file, &one.link) {
            (Some(file), _) => address::file(file),
            (None, Some(link)) => match outward(link) {
                Some(link) => link.replace(')', "%29"),
                None => continue,
            },
            (None, None) => continue,
        };
        if !text.contains(&format!("]({to})")) {
            lines.push_str(&format!("- [{}]({to})\n", markdown::escape(one.name.trim())));
        }
    }
    if !lines.is_empty() {
        let gap = if text.is_empty() { "" } else { "\n" };
        text.push_str(gap);
        text.push_str(&lines);
    }
}

/// A whole file as text, within the limit.
pub(crate) fn whole(source: &mut dyn Source, most: u64) -> Result<(String, bool), Refusal> {
    use std::io::Read as _;
    source.rewind()?;
    let mut bytes = Vec::new();
    source.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Refusal::TooLarge(most));
    }
    Ok(text(bytes))
}

#[cfg(test)]
mod tests;

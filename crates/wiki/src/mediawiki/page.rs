//! One page of a dump, read as XML and converted.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{holds_articles, is_file};
use crate::wikitext::names::Namespaces;
use crate::wikitext::{Converted, convert, redirect};
use crate::{Complaint, File, Link, PAGE_MAX, Page, Place, Revision, What, date};

/// What a page turns out to be.
pub enum Read {
    Page(Box<Page>),
    Redirect { from: String, to: String },
    File(File),
    PassedOver(String),
}

/// A page as the dump has it.
#[derive(Default)]
struct Raw {
    title: String,
    space: i32,
    id: String,
    redirect: Option<String>,
    revisions: Vec<RawRevision>,
    /// Name and content in base64, when files were dumped with the pages.
    uploads: Vec<(String, String)>,
    /// Bytes of which the line ends were counted, and how many there were.
    counted: (usize, usize),
}

#[derive(Default)]
struct RawRevision {
    author: String,
    timestamp: String,
    note: String,
    text: String,
    model: String,
    line: usize,
    is_deleted: bool,
}

/// Where the XML breaks, in bytes, and how.
type Broken = (usize, String);

/// Reads the name of the wiki and its namespaces.
pub fn head(text: &str, names: &mut Namespaces) -> Option<String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let (mut site, mut inside, mut key) = (None, String::new(), None);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                inside = tag.name().0.to_owned();
                if inside == "namespace" {
                    key = attribute(&tag, "key").and_then(|key| key.parse::<i32>().ok());
                    if key == Some(0) {
                        names.is_first_large = attribute(&tag, "case").as_deref() != Some("case-sensitive");
                    }
                }
            }
            Ok(Event::Empty(tag)) if attribute(&tag, "key").as_deref() == Some("0") => {
                names.is_first_large = attribute(&tag, "case").as_deref() != Some("case-sensitive");
            }
            Ok(Event::Text(text)) if inside == "sitename" => site = Some(text.into_inner().trim().to_owned()),
            Ok(Event::Text(text)) if inside == "namespace" => {
                if let Some(key) = key {
                    names.add(key, &text.into_inner());
                }
            }
            Ok(Event::End(_)) => inside.clear(),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    site.filter(|site| !site.is_empty())
}

/// Reads a page that begins on this line of the dump.
pub fn read(text: &str, line: usize, names: &Namespaces) -> (Vec<Read>, Vec<Complaint>) {
    let raw = match parse(text) {
        Ok(raw) => raw,
        Err((at, why)) => {
            let complaint = Complaint {
                page: super::title_in(text),
                line: line
                    + text
                        .as_bytes()
                        .iter()
                        .take(at)
                        .filter(|byte| **byte == b'\n')
                        .count(),
                what: What::Broken,
                detail: why,
            };
            return (Vec::new(), vec![complaint]);
        }
    };
    let mut found: Vec<Read> = raw
        .uploads
        .iter()
        .filter_map(|(name, content)| upload(name, content, names))
        .collect();
    if is_file(raw.space) {
        return (found, Vec::new());
    }
    if !holds_articles(raw.space) {
        let kind = raw.title.split_once(':').map_or("", |(space, _)| space);
        found.push(Read::PassedOver(kind.to_owned()));
        return (found, Vec::new());
    }
    let from = names.key(&raw.title);
    let last = raw.revisions.last().map_or("", |revision| revision.text.as_str());
    if let Some(to) = raw
        .redirect
        .as_ref()
        .map(|to| names.key(to))
        .or_else(|| redirect(names, last))
    {
        found.push(Read::Redirect { from, to });
        return (found, Vec::new());
    }
    let mut complaints = Vec::new();
    if let Some(page) = convert_page(&raw, from, line, names, &mut complaints) {
        found.push(Read::Page(Box::new(page)));
    }
    (found, complaints)
}

fn upload(name: &str, content: &str, names: &Namespaces) -> Option<Read> {
    let key = names.file(name);
    let content = crate::html::base64(content)?;
    Some(Read::File(File {
        name: key.clone(),
        key,
        place: Place::Inline(content),
    }))
}

fn convert_page(
    raw: &Raw,
    key: String,
    line: usize,
    names: &Namespaces,
    complaints: &mut Vec<Complaint>,
) -> Option<Page> {
    let mut complain = |line: usize, what, detail: &str| {
        complaints.push(Complaint {
            page: raw.title.clone(),
            line,
            what,
            detail: detail.to_owned(),
        });
    };
    let mut page = Page {
        id: raw.id.clone(),
        title: raw.title.clone(),
        line,
        ..Page::default()
    };
    page.parent = key.rsplit_once('/').map(|(parent, _)| parent.to_owned());
    page.key = key;
    let count = raw.revisions.len();
    for (place, revision) in raw.revisions.iter().enumerate() {
        let is_last = place + 1 == count;
        let at = line + revision.line;
        if revision.is_deleted {
            complain(at, What::RevisionLeftOut, &revision.timestamp);
            continue;
        }
        let converted = converted(raw, revision, names);
        if revision.text.len() > PAGE_MAX || converted.markdown.len() > PAGE_MAX {
            complain(
                at,
                if is_last {
                    What::TooLarge
                } else {
                    What::RevisionLeftOut
                },
                &revision.timestamp,
            );
            if is_last {
                return None;
            }
            continue;
        }
        page.files.extend(converted.files);
        if is_last {
            page.tags = converted.tags;
            page.links = converted
                .links
                .into_iter()
                .map(|(key, below)| Link {
                    key,
                    line: at + below - 1,
                })
                .collect();
            for (below, what, detail) in converted.complaints {
                complain(at + below - 1, what, &detail);
            }
        }
        page.revisions.push(Revision {
            author: Some(revision.author.clone()).filter(|author| !author.is_empty()),
            at: date::iso(&revision.timestamp),
            note: revision.note.clone(),
            markdown: converted.markdown,
        });
    }
    page.files.sort_unstable();
    page.files.dedup();
    if page.revisions.is_empty() {
        complain(line, What::Broken, "");
        return None;
    }
    Some(page)
}

fn converted(raw: &Raw, revision: &RawRevision, names: &Namespaces) -> Converted {
    if revision.text.len() > PAGE_MAX {
        return Converted::default();
    }
    if matches!(revision.model.as_str(), "" | "wikitext" | "proofread-page") {
        return convert(&raw.title, names, &revision.text);
    }
    let code = crate::document::Block::Code {
        language: revision.model.clone(),
        text: revision.text.clone(),
    };
    Converted {
        markdown: crate::markdown::render(&[code]),
        ..Converted::default()
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok()??;
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// Reads the XML of a page.
fn parse(text: &str) -> Result<Raw, Broken> {
    let mut reader = Reader::from_str(text);
    let mut raw = Raw::default();
    let mut path: Vec<String> = Vec::new();
    let mut words = String::new();
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(at);
            (at, error.to_string())
        })?;
        match event {
            Event::Start(tag) => {
                let name = tag.name().0.to_owned();
                // The words of a text begin where its tag ends.
                let behind = usize::try_from(reader.buffer_position()).unwrap_or(at);
                raw.begin(&name, &tag, text, behind);
                path.push(name);
                words.clear();
                if path.len() > 12 {
                    return Err((at, "nested too deep".to_owned()));
                }
            }
            Event::Empty(tag) => raw.begin(tag.name().0, &tag, text, at),
            Event::Text(more) => words.push_str(&more.xml10_content()),
            Event::CData(more) => words.push_str(&more.xml10_content()),
            Event::GeneralRef(name) => words.push(letter(&name, at)?),
            Event::End(_) => {
                raw.end(&path, std::mem::take(&mut words));
                path.pop();
            }
            Event::Eof => break,
            Event::DocType(_) => return Err((at, "a document type inside a page".to_owned())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    raw.revisions
        .sort_by(|one, other| one.timestamp.cmp(&other.timestamp));
    if path.is_empty() && !raw.title.is_empty() {
        Ok(raw)
    } else {
        Err((text.len(), "ends too early".to_owned()))
    }
}

/// The letter an entity stands for. Those that a document declares for itself are not known here, on purpose.
fn letter(name: &quick_xml::events::BytesRef<'_>, at: usize) -> Result<char, Broken> {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return Ok(letter);
    }
    let word = name.xml10_content();
    match word.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err((at, format!("&{word};"))),
    }
}

impl Raw {
    fn begin(&mut self, name: &str, tag: &BytesStart<'_>, text: &str, behind: usize) {
        match name {
            "revision" => self.revisions.push(RawRevision::default()),
            "upload" => self.uploads.push((String::new(), String::new())),
            "redirect" => self.redirect = attribute(tag, "title"),
            "text" => {
                let (from, before) = self.counted;
                let more = text
                    .get(from..behind)
                    .map_or(0, |passed| passed.matches('\n').count());
                let lines = before + more;
                self.counted = (behind, lines);
                if let Some(revision) = self.revisions.last_mut() {
                    revision.line = lines;
                    revision.is_deleted = attribute(tag, "deleted").is_some();
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, path: &[String], words: String) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["page", "title"] => self.title = words.trim().to_owned(),
            ["page", "ns"] => self.space = words.trim().parse().unwrap_or(0),
            ["page", "id"] => self.id = words.trim().to_owned(),
            ["page", "revision", inner @ ..] => {
                let Some(revision) = self.revisions.last_mut() else {
                    return;
                };
                match inner {
                    ["timestamp"] => revision.timestamp = words.trim().to_owned(),
                    ["contributor", "username" | "ip"] => revision.author = words.trim().to_owned(),
                    ["comment"] => revision.note = words.trim().to_owned(),
                    ["model"] => revision.model = words.trim().to_owned(),
                    ["text"] => revision.text = words,
                    _ => {}
                }
            }
            ["page", "upload", inner] => {
                let Some(upload) = self.uploads.last_mut() else {
                    return;
                };
                match *inner {
                    "filename" => upload.0 = words.trim().to_owned(),
                    "contents" => upload.1 = words,
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

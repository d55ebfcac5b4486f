//! MediaWiki: a dump as `dumpBackup.php --full` writes it, alone or with the folder of pictures in one ZIP.
//!
//! The dump is read as it comes, page by page (`stretches`), so that its size does not matter, and each page by itself
//! (`page`): one that is broken is named with its line and the next is read. Entities that a dump declares for itself are never
//! replaced, so that none can grow.

mod page;
mod stretches;

use std::io::{BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;

use crate::archive::Archive;
use crate::wikitext::names::{FILE, HELP, MAIN, Namespaces, PROJECT};
use crate::{Complaint, File, Item, Limits, Place, Refusal, Source, Take, What, archive, give, is_zip};
use page::Read as Outcome;
use stretches::{Stretch, Stretches};

/// Reads a dump, or a ZIP with one.
pub(crate) fn read(
    source: &mut dyn Source,
    name: &str,
    limits: &Limits,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    if !is_zip(source)? {
        return unpacked(source, name, limits, take);
    }
    let mut zip = Archive::open(source, limits)?;
    for complaint in zip.take_refused() {
        give(take, Item::Complaint(complaint))?;
    }
    let names: Vec<String> = zip.names().to_vec();
    for entry in &names {
        if let Some(key) = picture(entry) {
            let file = File {
                name: key.clone(),
                key,
                place: Place::Entry(entry.clone()),
            };
            give(take, Item::File(file))?;
        }
    }
    let is_dump = |entry: &&String| {
        let lower = entry.to_lowercase();
        lower.ends_with(".xml") || lower.ends_with(".xml.gz")
    };
    let dump = names
        .iter()
        .filter(is_dump)
        .min_by_key(|entry| entry.matches('/').count());
    let dump = dump.ok_or(Refusal::OtherKind)?;
    let stream = zip.stream(dump)?;
    unpacked(stream, dump, limits, take)
}

/// The name of a file in the folder of pictures; none for thumbnails and old versions.
fn picture(entry: &str) -> Option<String> {
    let (_, inside) = entry.split_once("images/")?;
    let is_other = ["thumb/", "archive/", "deleted/", "temp/", "lockdir/"]
        .iter()
        .any(|folder| inside.starts_with(folder));
    let name = inside.rsplit('/').next()?;
    let is_house = name.starts_with('.') || matches!(name, "README" | "index.html");
    (!is_other && !is_house).then(|| Namespaces::default().file(name))
}

fn unpacked(stream: impl Read, name: &str, limits: &Limits, take: &mut Take<'_>) -> Result<(), Refusal> {
    let mut stream = BufReader::with_capacity(1 << 16, stream.take(limits.total));
    let is_packed = stream.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    if is_packed {
        let plain = MultiGzDecoder::new(stream).take(limits.total);
        dump(BufReader::with_capacity(1 << 16, plain), name, take)
    } else {
        dump(stream, name, take)
    }
}

fn dump(stream: impl BufRead, name: &str, take: &mut Take<'_>) -> Result<(), Refusal> {
    let mut stretches = Stretches::new(stream);
    let mut names = Namespaces::default();
    let mut is_dump = false;
    loop {
        let stretch = match stretches.next() {
            Ok(Some(stretch)) => stretch,
            Ok(None) => break,
            Err(error) if is_dump => {
                // A packed file that breaks off: what came before it is here.
                give(
                    take,
                    complaint(name, stretches.line(), What::Broken, &error.to_string()),
                )?;
                break;
            }
            Err(error) => return Err(error.into()),
        };
        match stretch {
            Stretch::Head(text) => {
                is_dump = text.contains("<mediawiki");
                if !is_dump {
                    return Err(Refusal::OtherKind);
                }
                if let Some(site) = page::head(&text, &mut names) {
                    give(take, Item::Name(site))?;
                }
            }
            Stretch::Page { bytes, line } => whole(bytes, line, &names, take)?,
            Stretch::Broken { start, line, what } => {
                give(take, complaint(&title_in(&start), line, what, ""))?
            }
        }
    }
    if is_dump { Ok(()) } else { Err(Refusal::OtherKind) }
}

fn whole(bytes: Vec<u8>, line: usize, names: &Namespaces, take: &mut Take<'_>) -> Result<(), Refusal> {
    let (text, is_utf8) = archive::text(bytes);
    let title = title_in(&text);
    if !is_utf8 {
        give(take, complaint(&title, line, What::NotUtf8, ""))?;
    }
    let (outcome, complaints) = page::read(&text, line, names);
    for complaint in complaints {
        give(take, Item::Complaint(complaint))?;
    }
    for item in outcome {
        give(
            take,
            match item {
                Outcome::Page(page) => Item::Page(page),
                Outcome::Redirect { from, to } => Item::Redirect { from, to, line },
                Outcome::File(file) => Item::File(file),
                Outcome::PassedOver(kind) => Item::PassedOver(kind),
            },
        )?;
    }
    Ok(())
}

/// Whether pages of a namespace are articles: those of the wiki itself, of its help, and of namespaces of its own.
const fn holds_articles(space: i32) -> bool {
    matches!(space, MAIN | PROJECT | HELP) || (space >= 100 && space % 2 == 0)
}

/// The title of a page that may be broken.
fn title_in(text: &str) -> String {
    let title = text
        .split("<title>")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    let title: String = title.unwrap_or_default().chars().take(200).collect();
    title.replace("&amp;", "&").replace("&quot;", "\"")
}

fn complaint(page: &str, line: usize, what: What, detail: &str) -> Item {
    Item::Complaint(Complaint {
        page: page.to_owned(),
        line,
        what,
        detail: detail.to_owned(),
    })
}

/// Whether a page is of the namespace of files.
const fn is_file(space: i32) -> bool {
    space == FILE
}

#[cfg(test)]
mod tests;

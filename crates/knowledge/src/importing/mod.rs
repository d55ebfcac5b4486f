//! Bringing articles over: what `wiki` reads out of an export becomes articles with their past, pictures, and links.
//!
//! In three walks. The first learns what the export holds (`outline`), so that a link can be told from a dead one and a redirect is
//! followed; the second takes each page over, whole or not at all (`placing`, `filing`); the third turns the neutral addresses
//! of pages into numbers (`linking`). What came before is known by its source and its name there and is passed over, so that an
//! import that was cut short goes on where it stood and one that runs twice doubles nothing. `job` is the import as a person
//! starts it on the page, `report` what is said at its end. What an export looks like is `wiki`'s matter, not ours.

mod filing;
mod job;
mod linking;
mod outline;
mod pages;
mod placing;
pub mod report;
mod running;
pub mod store;

use std::path::PathBuf;

use kernel::Locale;
use kernel::error::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::article::{Kind, State};

pub use job::{HANDLER, Import, ImportId, Progress, begin, list, load, stop};
pub(crate) use pages::routes;
pub use report::Report;
pub use running::{Witness, run};
pub use wiki::Format;

/// Longest name of a source.
const SOURCE_MAX: usize = 100;

/// Where articles come to stand, and who may read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// The space.
    pub space: String,
    /// Who may read them.
    pub audience: Vec<String>,
    /// Published at once, or drafts that somebody looks at first.
    pub is_published: bool,
    /// What sort they are, where the export does not say.
    pub kind: Kind,
    /// Their language, where the export does not say; none to tell it from the words.
    pub locale: Option<String>,
    /// What the other system is called here; none for the name it has in the export.
    pub name: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            space: String::new(),
            audience: vec![crate::visibility::STAFF.to_owned()],
            is_published: true,
            kind: Kind::HowTo,
            locale: None,
            name: None,
        }
    }
}

impl Options {
    const fn state(&self) -> State {
        if self.is_published {
            State::Published
        } else {
            State::Draft
        }
    }

    /// The language of these words.
    fn language(&self, said: Option<&str>, words: &str) -> Locale {
        let named = said.or(self.locale.as_deref()).and_then(Locale::parse);
        named.unwrap_or_else(|| told_from(words))
    }

    /// The source of an export that calls itself so.
    fn source(&self, format: Format, found: &str) -> String {
        let name = self
            .name
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .unwrap_or(found);
        let name: String = name
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(SOURCE_MAX)
            .collect();
        format!("{}:{name}", format.as_str())
    }
}

/// What is to be brought from where.
#[derive(Debug, Clone)]
pub struct Order {
    /// What the export is.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
    /// What it is called.
    pub name: String,
    /// Where to.
    pub options: Options,
}

/// The language a text is written in: Chinese letters say more than Latin ones.
fn told_from(words: &str) -> Locale {
    let (mut han, mut latin) = (0_usize, 0_usize);
    for letter in words.chars().take(20_000) {
        match letter {
            '\u{3400}'..='\u{9fff}' => han += 1,
            letter if letter.is_ascii_alphabetic() => latin += 1,
            _ => {}
        }
    }
    if han * 3 > latin { Locale::ZhCn } else { Locale::En }
}

/// Why an export cannot be read, in words for a person.
fn refused(refusal: wiki::Refusal) -> Error {
    let code = match &refusal {
        wiki::Refusal::NotZip(_) => "knowledge.import_not_zip",
        wiki::Refusal::OtherKind => "knowledge.import_other_kind",
        wiki::Refusal::TooManyEntries(_) | wiki::Refusal::TooLarge(_) => "knowledge.import_too_large",
        wiki::Refusal::Unreadable(_) => "knowledge.import_unreadable",
        wiki::Refusal::Stopped => "knowledge.import_stopped",
    };
    Error::invalid(code).field("file").arg("why", refusal.to_string())
}

/// Opens an export.
fn open(path: &std::path::Path) -> Result<std::fs::File> {
    std::fs::File::open(path).map_err(|error| {
        Error::invalid("knowledge.import_unreadable")
            .field("file")
            .arg("why", error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_a_page_is_told_from_its_words() {
        assert_eq!(
            told_from("VPN 连不上怎么办：先看 VPN client 的状态"),
            Locale::ZhCn
        );
        assert_eq!(
            told_from("The VPN (虚拟专用网) does not connect at all"),
            Locale::En
        );
        assert_eq!(told_from(""), Locale::En);
    }

    #[test]
    fn a_source_has_one_short_name() {
        let options = Options {
            name: Some("  Our \n wiki ".to_owned()),
            ..Options::default()
        };
        assert_eq!(options.source(Format::MediaWiki, "x"), "mediawiki:Our wiki");
        assert_eq!(
            Options::default().source(Format::Markdown, "handbook"),
            "markdown:handbook"
        );
    }
}

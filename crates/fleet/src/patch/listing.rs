//! Lists of patches: what is asked for, by a tab, words, and the filter `security:yes` (安全:是), and where a page goes on.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::search::typed;
use serde::{Deserialize, Serialize};

use super::{Patch, State, store};
use crate::READ;

const SECURITY: &[&str] = &["security", "安全"];
const WORDS_MOST: usize = 8;
const LINE_MOST: usize = 500;

/// Which patches, by what was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Those that wait for a decision and that devices report.
    #[default]
    Waiting,
    /// Those that may be rolled out.
    Approved,
    /// Those that shall not be.
    Declined,
    /// All of them.
    All,
}

impl Tab {
    /// In the order in which they are shown.
    pub const ALL: &'static [Self] = &[Self::Waiting, Self::Approved, Self::Declined, Self::All];

    /// The word in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => State::Waiting.as_str(),
            Self::Approved => State::Approved.as_str(),
            Self::Declined => State::Declined.as_str(),
            Self::All => "all",
        }
    }

    /// Reads [`Tab::as_str`] back; what waits when nothing is named.
    ///
    /// # Errors
    /// 422 for a word that is none.
    pub fn read(word: &str) -> Result<Self> {
        if word.is_empty() {
            return Ok(Self::default());
        }
        let found = Self::ALL.iter().copied().find(|one| one.as_str() == word);
        found.ok_or_else(|| Error::invalid("web.form.choice").field("state"))
    }

    /// The key of its name.
    #[must_use]
    pub fn text_key(self) -> String {
        format!("fleet-patch-tab-{}", self.as_str())
    }
}

/// What a list is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Which, by what was decided.
    pub tab: Tab,
    /// Each of them must be part of the name.
    pub words: Vec<String>,
    /// Only those that close holes, or only the others.
    pub security: Option<bool>,
    /// A filter had a value that means nothing: nothing is found, and the page says which.
    pub unknown: Vec<String>,
}

/// Reads what somebody typed.
#[must_use]
pub fn read(tab: Tab, line: &str) -> Asked {
    let line: String = line.chars().take(LINE_MOST).collect();
    let typed = typed::read(&line, |name| SECURITY.contains(&name));
    let words = typed.words.split_whitespace().take(WORDS_MOST);
    let mut asked = Asked {
        tab,
        words: words.map(str::to_lowercase).collect(),
        ..Asked::default()
    };
    for filter in &typed.filters {
        let value = filter.values.last().map(|value| value.to_lowercase());
        match value.as_deref() {
            Some("yes" | "true" | "1" | "是") => asked.security = Some(true),
            Some("no" | "false" | "0" | "否") => asked.security = Some(false),
            _ => asked.unknown.push(filter.written.clone()),
        }
    }
    asked
}

/// A place in a list, by what it is ordered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What closes holes stands first.
    pub is_security: bool,
    /// Then what most devices report.
    pub devices: i64,
    /// Then by name.
    pub name: String,
    /// And by version.
    pub version: String,
}

impl Place {
    /// The place after a patch, for addresses.
    ///
    /// # Errors
    /// None in practice.
    pub fn after(patch: &Patch) -> Result<String> {
        let place = Self {
            is_security: patch.is_security,
            devices: patch.devices,
            name: patch.name.clone(),
            version: patch.version.clone(),
        };
        Ok(data_encoding::BASE64URL_NOPAD.encode(&serde_json::to_vec(&place)?))
    }

    /// Reads [`Place::after`] back; nothing for an empty one.
    ///
    /// # Errors
    /// `fleet.cursor_malformed`.
    pub fn read(cursor: &str) -> Result<Option<Self>> {
        if cursor.is_empty() {
            return Ok(None);
        }
        let malformed = || Error::invalid("fleet.cursor_malformed").field("cursor");
        let place = data_encoding::BASE64URL_NOPAD
            .decode(cursor.as_bytes())
            .map_err(|_| malformed())?;
        serde_json::from_slice(&place).map(Some).map_err(|_| malformed())
    }
}

/// Some patches, after a place.
///
/// # Errors
/// 403 without the right to see devices.
pub fn list(
    tx: &mut Tx<'_>,
    cx: &Cx,
    asked: &Asked,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Patch>> {
    cx.require(READ)?;
    if !asked.unknown.is_empty() {
        return Ok(Vec::new());
    }
    store::list(tx, asked, after, limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_the_filter_are_understood_in_both_languages() {
        let asked = read(Tab::All, "OpenSSL security:yes lib");
        assert_eq!(asked.words, ["openssl", "lib"]);
        assert_eq!(asked.security, Some(true));
        assert_eq!(read(Tab::All, "安全：否").security, Some(false));
        assert_eq!(read(Tab::All, "security:maybe").unknown, ["security:maybe"]);
    }

    #[test]
    fn a_tab_is_read_as_it_is_written() {
        for tab in Tab::ALL {
            assert_eq!(Tab::read(tab.as_str()).unwrap(), *tab);
        }
        assert_eq!(Tab::read("").unwrap(), Tab::Waiting);
        assert_eq!(Tab::read("some").unwrap_err().fields()[0].field, "state");
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let place = Place {
            is_security: true,
            devices: 7,
            name: "curl".to_owned(),
            version: "8.5".to_owned(),
        };
        let cursor = data_encoding::BASE64URL_NOPAD.encode(&serde_json::to_vec(&place).unwrap());
        assert_eq!(Place::read(&cursor).unwrap(), Some(place));
        assert_eq!(Place::read("").unwrap(), None);
        assert!(Place::read("nonsense").is_err());
    }
}

//! ZIP archives from outside, within limits.
//!
//! What a header says about sizes is looked at first and never trusted: every read stops at the limit, and all that was ever
//! unpacked is counted. Nothing is written anywhere, so that a name that leads out of the archive could do no harm; such entries are
//! refused all the same, for they are nobody's page.

use std::collections::HashMap;
use std::io::Read as _;

use zip::ZipArchive;

use crate::{Complaint, Limits, Refusal, Source, What};

/// An open archive.
pub struct Archive<'a> {
    zip: ZipArchive<&'a mut dyn Source>,
    limits: Limits,
    /// Bytes unpacked so far.
    unpacked: u64,
    names: Vec<String>,
    places: HashMap<String, usize>,
    refused: Vec<Complaint>,
}

impl std::fmt::Debug for Archive<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Archive({} entries)", self.names.len())
    }
}

impl<'a> Archive<'a> {
    /// Reads the list of entries.
    ///
    /// # Errors
    /// When it is no ZIP, or holds more than the limits allow.
    pub fn open(source: &'a mut dyn Source, limits: &Limits) -> Result<Self, Refusal> {
        source.rewind()?;
        let mut zip = ZipArchive::new(source).map_err(|error| Refusal::NotZip(error.to_string()))?;
        if zip.len() > limits.entries {
            return Err(Refusal::TooManyEntries(limits.entries));
        }
        let mut archive = Self {
            limits: *limits,
            unpacked: 0,
            names: Vec::new(),
            places: HashMap::new(),
            refused: Vec::new(),
            zip: {
                let said = declared(&mut zip);
                if said > limits.total {
                    return Err(Refusal::TooLarge(limits.total));
                }
                zip
            },
        };
        archive.list();
        Ok(archive)
    }

    fn list(&mut self) {
        for place in 0..self.zip.len() {
            let Ok(entry) = self.zip.by_index_raw(place) else {
                continue;
            };
            if entry.is_dir() {
                continue;
            }
            let name = entry.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
            let is_odd = entry.is_symlink() || entry.encrypted();
            let is_bomb =
                entry.size() > 1 << 20 && entry.size() / entry.compressed_size().max(1) > self.limits.ratio;
            match tidy(&name) {
                Some(clean) if !is_odd && !is_bomb => {
                    self.places.entry(clean.clone()).or_insert(place);
                    self.names.push(clean);
                }
                _ => self.refused.push(Complaint {
                    page: name,
                    line: 0,
                    what: What::Refused,
                    detail: String::new(),
                }),
            }
        }
        self.names.sort_unstable();
        self.names.dedup();
    }

    /// What is in it, by name; folders and refused entries are not.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is such an entry.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// Entries that are not looked at, once.
    pub fn take_refused(&mut self) -> Vec<Complaint> {
        std::mem::take(&mut self.refused)
    }

    /// The content of an entry; none when there is no such entry or it is larger than `most` bytes or does not unpack.
    ///
    /// # Errors
    /// When more than the limit has been unpacked in all.
    pub fn content(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(place) = self.places.get(name) else {
            return Ok(None);
        };
        let Ok(entry) = self.zip.by_index(*place) else {
            return Ok(None);
        };
        let allowed = (entry.compressed_size().max(1))
            .saturating_mul(self.limits.ratio)
            .max(1 << 20);
        let most = most.min(allowed);
        let mut content = Vec::new();
        let outcome = entry.take(most + 1).read_to_end(&mut content);
        self.unpacked += content.len() as u64;
        if self.unpacked > self.limits.total {
            return Err(Refusal::TooLarge(self.limits.total));
        }
        let is_whole = outcome.is_ok() && content.len() as u64 <= most;
        Ok(is_whole.then_some(content))
    }

    /// An entry as a stream, for what is too large to hold.
    ///
    /// # Errors
    /// When there is no such entry.
    pub fn stream(&mut self, name: &str) -> Result<impl std::io::Read + '_, Refusal> {
        let place = self.places.get(name).ok_or(Refusal::OtherKind)?;
        let entry = self
            .zip
            .by_index(*place)
            .map_err(|error| Refusal::NotZip(error.to_string()))?;
        Ok(entry.take(self.limits.total))
    }
}

/// What the headers say it unpacks to.
fn declared(zip: &mut ZipArchive<&mut dyn Source>) -> u64 {
    (0..zip.len()).fold(0_u64, |sum, place| {
        let size = zip.by_index_raw(place).map_or(0, |entry| entry.size());
        sum.saturating_add(size)
    })
}

/// A name with `/` between its parts, none when it leads out of the archive or is no name.
#[must_use]
pub fn tidy(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    if name.starts_with('/') || name.contains('\0') || name.len() > 1_000 {
        return None;
    }
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            _ if part.len() == 2 && part.ends_with(':') => return None,
            _ => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Where an address in a file leads, within the archive: `../pictures/a.png` from `guide/paper.md` is `pictures/a.png`.
#[must_use]
pub fn beside(file: &str, address: &str) -> Option<String> {
    let mut parts: Vec<&str> = match address.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => file.split('/').collect(),
    };
    parts.pop();
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Text out of bytes, and whether all of it was UTF-8. A mark of byte order at the start is taken off.
#[must_use]
pub fn text(bytes: Vec<u8>) -> (String, bool) {
    match String::from_utf8(bytes) {
        Ok(text) => (without_mark(text), true),
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (without_mark(text), false)
        }
    }
}

fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in [
            "../x",
            "/etc/passwd",
            "a/../../b",
            "..\\x",
            "C:/x",
            "",
            ".",
            "a\0b",
        ] {
            assert_eq!(tidy(name), None, "{name}");
        }
        assert_eq!(tidy("a\\b//./c.md").as_deref(), Some("a/b/c.md"));
        assert_eq!(
            beside("guide/paper.md", "../pictures/a.png").as_deref(),
            Some("pictures/a.png")
        );
        assert_eq!(beside("paper.md", "../a.png"), None);
    }

    proptest! {
        #[test]
        fn no_name_leads_out(name in "[a./\\\\:]{0,20}") {
            if let Some(clean) = tidy(&name) {
                prop_assert!(clean.split('/').all(|part| !part.is_empty() && part != ".." && part != "."));
            }
            if let Some(clean) = beside("x/y", &name) {
                prop_assert!(clean.split('/').all(|part| !part.is_empty() && part != ".."));
            }
        }
    }
}

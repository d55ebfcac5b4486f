//! The first walk over an export: what it holds, without its words.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use kernel::error::Result;
use wiki::{Format, Item, Limits, Place};

use super::{open, refused};

/// Redirects that lead to redirects.
const HOPS: usize = 5;

/// A page in the outline.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub id: String,
    pub parent: Option<String>,
    /// The page this is a translation of.
    pub original: Option<String>,
}

/// What an export holds.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// What it calls itself.
    pub name: String,
    pub pages: HashMap<String, Head>,
    /// How many languages a page comes in, by the key of its original; only those with more than one.
    pub languages: HashMap<String, usize>,
    /// Where a name leads, and the line that says so.
    pub redirects: HashMap<String, (String, usize)>,
    /// Name and entry of each file, by its key; no entry for what is written in a page.
    pub files: HashMap<String, (String, Option<String>)>,
    pub revisions: u64,
    pub links: u64,
    /// Kinds of pages that are no articles, with how many there are.
    pub passed_over: std::collections::BTreeMap<String, u64>,
}

impl Outline {
    /// Reads it. It takes as long as the disk does.
    pub fn read(format: Format, path: &Path, name: &str) -> Result<Self> {
        let mut outline = Self::default();
        let mut file = open(path)?;
        let mut take = |item| {
            outline.put(item);
            ControlFlow::Continue(())
        };
        wiki::read(format, &mut file, name, &Limits::default(), &mut take).map_err(refused)?;
        outline.settle();
        Ok(outline)
    }

    fn put(&mut self, item: Item) {
        match item {
            Item::Name(name) => self.name = name,
            Item::Page(page) => {
                self.revisions += page.revisions.len() as u64;
                self.links += page.links.len() as u64;
                let head = Head {
                    id: page.id,
                    parent: page.parent,
                    original: page.original,
                };
                self.pages.insert(page.key, head);
            }
            Item::Redirect { from, to, line } => {
                self.redirects.insert(from, (to, line));
            }
            Item::File(file) => {
                let entry = match file.place {
                    Place::Entry(entry) => Some(entry),
                    Place::Inline(_) => None,
                };
                self.files.insert(file.key, (file.name, entry));
            }
            Item::PassedOver(kind) => *self.passed_over.entry(kind).or_default() += 1,
            Item::Complaint(_) => {}
        }
    }

    /// Counts the languages of each page. A translation of what is not here, or of another translation, stands by itself.
    fn settle(&mut self) {
        let keys: Vec<(String, String)> = self
            .pages
            .iter()
            .filter_map(|(key, head)| Some((key.clone(), head.original.clone()?)))
            .collect();
        for (key, original) in keys {
            let is_good = self
                .pages
                .get(&original)
                .is_some_and(|head| head.original.is_none());
            if is_good {
                *self.languages.entry(original).or_insert(1) += 1;
            } else if let Some(head) = self.pages.get_mut(&key) {
                head.original = None;
            }
        }
    }

    /// The page that a key leads to in the end; none when it leads nowhere.
    pub fn page<'a>(&'a self, key: &'a str) -> Option<&'a str> {
        let mut key = key;
        for _ in 0..=HOPS {
            if let Some((found, head)) = self.pages.get_key_value(key) {
                // A translation is an article together with its original.
                return Some(head.original.as_deref().unwrap_or(found));
            }
            key = self.redirects.get(key)?.0.as_str();
        }
        None
    }

    /// The page another stands under, at most so deep that a tree may be; no page stands under itself.
    pub fn above(&self, key: &str, deepest: usize) -> Option<String> {
        let parent = self.page(self.pages.get(key)?.parent.as_deref()?)?;
        let (mut depth, mut now) = (1, parent);
        while let Some(next) = self
            .pages
            .get(now)
            .and_then(|head| head.parent.as_deref())
            .and_then(|next| self.page(next))
        {
            depth += 1;
            if next == key || depth >= deepest {
                return None;
            }
            now = next;
        }
        (parent != key).then(|| parent.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(pages: &[(&str, Option<&str>)]) -> Outline {
        let mut outline = Outline::default();
        for (key, parent) in pages {
            let head = Head {
                parent: parent.map(str::to_owned),
                ..Head::default()
            };
            outline.pages.insert((*key).to_owned(), head);
        }
        outline
    }

    #[test]
    fn redirects_are_followed_and_circles_are_not() {
        let mut outline = outline(&[("a", None)]);
        for (from, to) in [("b", "a"), ("c", "b"), ("d", "e"), ("e", "d"), ("f", "gone")] {
            outline.redirects.insert(from.to_owned(), (to.to_owned(), 1));
        }
        assert_eq!(outline.page("c"), Some("a"));
        assert_eq!(
            (outline.page("d"), outline.page("f"), outline.page("x")),
            (None, None, None)
        );
    }

    #[test]
    fn a_tree_has_no_circle_and_an_end() {
        let outline = outline(&[
            ("a", Some("b")),
            ("b", Some("a")),
            ("c", Some("c")),
            ("d", Some("top")),
            ("top", None),
        ]);
        assert_eq!((outline.above("a", 8), outline.above("c", 8)), (None, None));
        assert_eq!(outline.above("d", 8).as_deref(), Some("top"));
    }
}

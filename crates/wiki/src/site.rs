//! A whole export at once, in memory: for small ones and for tests.

use std::ops::ControlFlow;

use crate::{Complaint, File, Format, Item, Limits, Page, Refusal, Source, read};

/// Everything an export holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    pub name: String,
    pub pages: Vec<Page>,
    pub files: Vec<File>,
    /// A name, and the page it stands for.
    pub redirects: Vec<(String, String)>,
    /// Kinds of pages that are no articles, one for each.
    pub passed_over: Vec<String>,
    pub complaints: Vec<Complaint>,
}

impl Site {
    /// Reads all of it.
    ///
    /// # Errors
    /// As `read`.
    pub fn read(
        format: Format,
        source: &mut dyn Source,
        name: &str,
        limits: &Limits,
    ) -> Result<Self, Refusal> {
        let mut site = Self::default();
        let mut take = |item| {
            site.put(item);
            ControlFlow::Continue(())
        };
        read(format, source, name, limits, &mut take)?;
        Ok(site)
    }

    fn put(&mut self, item: Item) {
        match item {
            Item::Name(name) => self.name = name,
            Item::Page(page) => self.pages.push(*page),
            Item::Redirect { from, to, .. } => self.redirects.push((from, to)),
            Item::File(file) => self.files.push(file),
            Item::PassedOver(kind) => self.passed_over.push(kind),
            Item::Complaint(complaint) => self.complaints.push(complaint),
        }
    }

    /// The page of this key.
    #[must_use]
    pub fn page(&self, key: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.key == key)
    }
}

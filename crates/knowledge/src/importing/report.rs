//! What came of an import: counts on both sides, and what did not come in as it should, with page and line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kernel::i18n::{Arg, Locale};
use serde::{Deserialize, Serialize};
use wiki::{Complaint, What};

/// Complaints that are kept one by one; all are counted.
pub const KEPT: usize = 2_000;
/// Complaints on a terminal.
const PRINTED: usize = 200;

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The source that its articles carry.
    pub source: String,
    pub pages: Tally,
    pub revisions: Tally,
    /// Here are those that an article shows or offers.
    pub files: Tally,
    /// Links between pages; here are those that lead to an article.
    pub links: Tally,
    /// Names that stand for another page; here are those that lead to an article.
    pub redirects: Tally,
    /// Kinds of pages that are no articles.
    pub passed_over: BTreeMap<String, u64>,
    /// How often each was complained of.
    pub complained: BTreeMap<String, u64>,
    /// The first of them.
    pub complaints: Vec<Line>,
}

/// What there is of one thing on both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// In the export.
    pub found: u64,
    /// Here afterwards.
    pub here: u64,
    /// Of those, here before.
    pub known: u64,
}

impl Tally {
    /// In the export and not here.
    #[must_use]
    pub const fn missing(self) -> u64 {
        self.found.saturating_sub(self.here)
    }
}

/// A complaint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    pub page: String,
    pub line: u64,
    pub what: String,
    pub detail: String,
}

impl Line {
    /// In words.
    #[must_use]
    pub fn words(&self, locale: Locale) -> String {
        let arguments: [(&str, Arg); 1] = [("detail", self.detail.as_str().into())];
        locale.t_with(&format!("knowledge-import-what-{}", self.what), &arguments)
    }

    /// Whether the whole page stayed out.
    #[must_use]
    pub fn refuses_page(&self) -> bool {
        What::ALL
            .iter()
            .any(|what| what.as_str() == self.what && what.refuses_page())
            || self.what == INVALID
    }
}

/// A page that our own limits refuse.
pub const INVALID: &str = "invalid";

impl Report {
    /// Takes down a complaint.
    pub fn complain(&mut self, complaint: Complaint) {
        self.line(Line {
            page: complaint.page,
            line: complaint.line as u64,
            what: complaint.what.as_str().to_owned(),
            detail: complaint.detail,
        });
    }

    /// Takes down one of ours.
    pub fn line(&mut self, mut line: Line) {
        *self.complained.entry(line.what.clone()).or_default() += 1;
        if self.complaints.len() < KEPT {
            for text in [&mut line.page, &mut line.detail] {
                *text = text.chars().take(300).collect();
            }
            self.complaints.push(line);
        }
    }

    /// How many complaints there were.
    #[must_use]
    pub fn complaint_count(&self) -> u64 {
        self.complained.values().sum()
    }

    /// Whether something of the export is not here.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.complaints
            .iter()
            .all(|line| line.what == What::Template.as_str())
    }

    /// The counts with their names, in their order.
    #[must_use]
    pub const fn rows(&self) -> [(&'static str, Tally); 5] {
        [
            ("knowledge-import-pages", self.pages),
            ("knowledge-import-revisions", self.revisions),
            ("knowledge-import-files", self.files),
            ("knowledge-import-links", self.links),
            ("knowledge-import-redirects", self.redirects),
        ]
    }

    /// For a terminal.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{}",
            locale.t_with(
                "knowledge-import-report-of",
                &[("source", self.source.as_str().into())]
            )
        );
        for (key, tally) in self.rows() {
            let arguments: [(&str, Arg); 5] = [
                ("what", locale.t(key).into()),
                ("found", tally.found.into()),
                ("here", tally.here.into()),
                ("known", tally.known.into()),
                ("missing", tally.missing().into()),
            ];
            let _ = writeln!(
                out,
                "  {}",
                locale.t_with("knowledge-import-report-row", &arguments)
            );
        }
        for (kind, count) in &self.passed_over {
            let arguments: [(&str, Arg); 2] = [("kind", kind.as_str().into()), ("count", (*count).into())];
            let _ = writeln!(
                out,
                "  {}",
                locale.t_with("knowledge-import-passed-over", &arguments)
            );
        }
        for line in self.complaints.iter().take(PRINTED) {
            let _ = writeln!(out, "{}:{}: {}", line.page, line.line, line.words(locale));
        }
        let more = self.complaint_count().saturating_sub(PRINTED as u64);
        if more > 0 {
            let _ = writeln!(
                out,
                "{}",
                locale.t_with("knowledge-import-more", &[("count", more.into())])
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use kernel::i18n::{has_key, register};

    use super::*;

    #[test]
    fn every_complaint_has_words() {
        register(crate::LOCALES);
        let words = What::ALL.iter().map(|what| what.as_str()).chain([INVALID]);
        for word in words {
            let key = format!("knowledge-import-what-{word}");
            assert!(
                Locale::ALL.into_iter().all(|locale| has_key(locale, &key)),
                "{key}"
            );
        }
    }

    #[test]
    fn complaints_are_kept_up_to_a_number_and_counted_beyond() {
        let mut report = Report::default();
        for line in 0..3_000 {
            report.complain(Complaint {
                page: "P".to_owned(),
                line,
                what: What::Template,
                detail: "x".repeat(1_000),
            });
        }
        assert_eq!((report.complaints.len(), report.complaint_count()), (KEPT, 3_000));
        assert_eq!(report.complaints[0].detail.len(), 300);
        assert!(report.is_whole());
    }
}

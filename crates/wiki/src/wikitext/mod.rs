//! Wikitext as Markdown. Pure.
//!
//! In three steps: what MediaWiki does not read as wikitext (`strip`: nowiki, pre, code, formulas, comments) and templates
//! (`template`) are taken out and leave marks behind; lines become blocks (`blocks`, `table`); and the words of a block become
//! pieces (`inline`, `link`). Templates are not run: each is kept as a note that shows its name and its words. Every step walks
//! over the text a fixed number of times, whatever stands in it.

mod blocks;
mod entity;
mod inline;
mod link;
pub mod names;
mod strip;
mod table;
mod template;

use crate::What;
use crate::markdown;
use names::Namespaces;
pub(crate) use table::lay;

/// Templates in templates, captions in captions, tables in tables.
const DEEPEST: usize = 12;

/// A page as Markdown, and what was found in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Converted {
    pub markdown: String,
    /// The pages it leads to: key and line, from 1.
    pub links: Vec<(String, usize)>,
    /// The files it shows.
    pub files: Vec<String>,
    /// Its categories.
    pub tags: Vec<String>,
    /// Line, what, and the name of what is meant.
    pub complaints: Vec<(usize, What, String)>,
}

/// Converts a page.
#[must_use]
pub fn convert(title: &str, names: &Namespaces, text: &str) -> Converted {
    let mut reading = Reading {
        title,
        names,
        parts: Vec::new(),
        found: Converted::default(),
    };
    let clean: String = text
        .chars()
        .filter(|letter| !matches!(*letter, strip::OPEN | strip::CLOSE | '\r'))
        .collect();
    let stripped = reading.strip(&clean);
    let lines = reading.templates(&stripped, 0);
    let blocks = reading.blocks(&lines, 0);
    let mut found = reading.found;
    found.markdown = markdown::render(&blocks);
    // What is nested too deep to be read is shown as it is, without marks.
    found
        .markdown
        .retain(|letter| !matches!(letter, strip::OPEN | strip::CLOSE));
    found.files.sort_unstable();
    found.files.dedup();
    found
}

/// Where a page leads on to, when it is only that.
#[must_use]
pub fn redirect(names: &Namespaces, text: &str) -> Option<String> {
    let rest = text.trim_start().strip_prefix('#')?;
    let is_word = |word: &&str| {
        rest.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    let word = [
        "redirect",
        "重定向",
        "weiterleitung",
        "redirection",
        "redirección",
    ]
    .into_iter()
    .find(is_word)?;
    let rest = rest
        .get(word.len()..)?
        .trim_start()
        .trim_start_matches(':')
        .trim_start();
    let target = rest.strip_prefix("[[")?.split("]]").next()?;
    let target = target.split(['|', '#']).next()?;
    Some(names.key(target)).filter(|key| !key.is_empty())
}

/// What is held while a page is read.
struct Reading<'a> {
    title: &'a str,
    names: &'a Namespaces,
    /// What was taken out, by the number in its mark.
    parts: Vec<strip::Part>,
    found: Converted,
}

/// A line with the number it has in the page.
#[derive(Debug, Clone)]
struct Line {
    text: String,
    number: usize,
}

impl Reading<'_> {
    fn complain(&mut self, line: usize, what: What, detail: &str) {
        let complaints = &mut self.found.complaints;
        let is_known = what == What::Template
            && complaints
                .iter()
                .any(|(_, other, name)| *other == what && name == detail);
        // A page that is nothing but open brackets needs not be told of each.
        if !is_known && complaints.len() < 200 {
            complaints.push((line, what, detail.chars().take(200).collect()));
        }
    }
}

#[cfg(test)]
mod tests;

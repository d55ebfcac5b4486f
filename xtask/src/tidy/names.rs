//! Names that must be there once: a second one silently takes the place of the first.
//!
//! Schemas of the API document are merged by name, and a block of a template that is called like one of its frame is also
//! rendered where the frame has it.

use super::{Complaint, File};
use std::collections::BTreeMap;

/// Blocks of the frames that a page of another folder fills on purpose.
const FILLED: &[&str] = &["main", "content", "portal_nav", "assets"];
const FRAMES: &str = "crates/web/src/views/";

/// Complaints about names that are there twice.
pub fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = schemas(files);
    complaints.extend(blocks(files));
    complaints
}

fn schemas(files: &[File]) -> Vec<Complaint> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.ending() == "rs" && file.room().is_some())
    {
        for (index, line) in file.text.lines().enumerate() {
            let Some(name) = between(line, "schema(as = ", &[')', ',']) else {
                continue;
            };
            if let Some(other) = first.insert(name, &file.path) {
                let what = format!("the API document has a schema {name} already, of {other}");
                complaints.push(Complaint::new(&file.path, index + 1, what));
            }
        }
    }
    complaints
}

fn blocks(files: &[File]) -> Vec<Complaint> {
    let templates = || files.iter().filter(|file| file.ending() == "html");
    let (frames, pages): (Vec<&File>, Vec<&File>) =
        templates().partition(|file| file.path.starts_with(FRAMES));
    let taken: Vec<&str> = frames
        .iter()
        .flat_map(|file| file.text.lines().filter_map(block))
        .filter(|name| !FILLED.contains(name))
        .collect();
    let mut complaints = Vec::new();
    for file in pages {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(name) = block(line).filter(|name| taken.contains(name)) {
                let what = format!("the frame has a block {name}, and this one would be shown there, too");
                complaints.push(Complaint::new(&file.path, index + 1, what));
            }
        }
    }
    complaints
}

fn block(line: &str) -> Option<&str> {
    between(line, "{% block ", &[' '])
}

fn between<'a>(line: &'a str, before: &str, ends: &[char]) -> Option<&'a str> {
    let (_, rest) = line.split_once(before)?;
    rest.split(ends).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::file;

    #[test]
    fn a_schema_that_is_named_twice_is_seen() {
        let files = [
            file("crates/a/src/api.rs", "#[schema(as = Line)]"),
            file(
                "crates/b/src/api.rs",
                "#[schema(as = Other)]\n#[schema(as = Line)]",
            ),
        ];
        let found = check(&files);
        assert_eq!((found.len(), found[0].line), (1, 2));
        assert!(found[0].what.contains("crates/a/src/api.rs"));
    }

    #[test]
    fn a_block_of_the_frame_is_not_used_for_something_else() {
        let frame = file(
            "crates/web/src/views/base.html",
            "{% block head %}{% endblock %}\n{% block main %}",
        );
        let page = file(
            "crates/a/src/views/room.html",
            "{% block main %}\n{% block head %}\n{% block side %}",
        );
        let found = check(&[frame, page]);
        assert_eq!((found.len(), found[0].line), (1, 2));
    }
}

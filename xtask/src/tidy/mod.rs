//! The rules of the house that no compiler knows, checked over every file git would keep.
//!
//! Each rule is a function from a path and a text to complaints, so that its tests can show it failing. What clippy or
//! rustfmt can check is left to them.

mod layers;
mod modules;
mod names;
mod source;
mod sql;
mod texts;

use crate::metadata;
use crate::shell::{Result, command, output, root};

/// A file of the repository; the path counts from the top folder.
#[derive(Clone, Debug)]
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    /// The crate it belongs to.
    fn room(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// The name without folders and ending.
    fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    fn ending(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// Whether a folder on the way to it has this name.
    fn is_under(&self, folder: &str) -> bool {
        self.path
            .rsplit_once('/')
            .is_some_and(|(folders, _)| folders.split('/').any(|one| one == folder))
    }

    /// Whether only tests are compiled from it.
    fn is_test(&self) -> bool {
        self.is_under("tests") || self.is_under("benches") || matches!(self.stem(), "tests" | "testing")
    }
}

/// One broken rule at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub path: String,
    pub line: usize,
    pub what: String,
}

impl Complaint {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }
}

/// The task.
pub fn run() -> Result {
    let files = files()?;
    let mut complaints = layers::check(&metadata::crates()?);
    complaints.extend(check(&files));
    for complaint in &complaints {
        println!("{}:{}: {}", complaint.path, complaint.line, complaint.what);
    }
    match complaints.len() {
        0 => {
            println!("   {} files are tidy", files.len());
            Ok(())
        }
        number => Err(format!("tidy has {number} complaints")),
    }
}

fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files {
        complaints.extend(modules::check(file));
        complaints.extend(sql::check(file));
    }
    complaints.extend(names::check(files));
    complaints.extend(texts::check(files));
    complaints.sort_by(|one, other| (&one.path, one.line).cmp(&(&other.path, other.line)));
    complaints
}

/// What git keeps or would keep, as far as it is text.
fn files() -> Result<Vec<File>> {
    let listed =
        output(command("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let paths = listed.split('\0').filter(|path| !path.is_empty());
    // A file that is listed but deleted, or is no text, has nothing to be tidy about.
    Ok(paths
        .filter_map(|path| {
            Some(File {
                path: path.to_owned(),
                text: std::fs::read_to_string(root().join(path)).ok()?,
            })
        })
        .collect())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn file(path: &str, text: &str) -> File {
        File {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn complaints_come_in_the_order_of_the_files() {
        let files = [
            file("crates/web/src/b.rs", "fn b() {}\n"),
            file("crates/desk/src/a.rs", "fn a() {}\n"),
        ];
        let paths: Vec<_> = check(&files)
            .into_iter()
            .map(|complaint| complaint.path)
            .collect();
        assert_eq!(paths, ["crates/desk/src/a.rs", "crates/web/src/b.rs"]);
    }

    #[test]
    fn a_file_knows_its_room_and_whether_it_is_a_test() {
        let store = file("crates/desk/src/ticket/store.rs", "");
        assert_eq!(
            (store.room(), store.stem(), store.ending()),
            (Some("desk"), "store", "rs")
        );
        assert!(!store.is_test());
        assert!(file("crates/desk/tests/pages.rs", "").is_test());
        assert!(file("crates/desk/src/ticket/tests.rs", "").is_test());
    }
}

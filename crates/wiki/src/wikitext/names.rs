//! Names of pages: their namespace, and the one form that all ways of writing a name come to. Pure.

use std::collections::HashMap;

/// The namespace of articles.
pub const MAIN: i32 = 0;
/// Pages about the wiki itself.
pub const PROJECT: i32 = 4;
/// Pictures and other files.
pub const FILE: i32 = 6;
/// How to use the wiki.
pub const HELP: i32 = 12;
/// Categories.
pub const CATEGORY: i32 = 14;
/// The content of a file, for links.
pub const MEDIA: i32 = -2;

/// The namespaces of a wiki.
#[derive(Debug, Clone)]
pub struct Namespaces {
    /// By name in lower case.
    by_name: HashMap<String, i32>,
    /// Whether names begin with a large letter whatever one writes.
    pub is_first_large: bool,
}

impl Default for Namespaces {
    fn default() -> Self {
        let known = [
            (MEDIA, "media"),
            (-1, "special"),
            (1, "talk"),
            (2, "user"),
            (3, "user talk"),
            (PROJECT, "project"),
            (5, "project talk"),
            (FILE, "file"),
            (FILE, "image"),
            (FILE, "文件"),
            (FILE, "图像"),
            (7, "file talk"),
            (8, "mediawiki"),
            (9, "mediawiki talk"),
            (10, "template"),
            (11, "template talk"),
            (HELP, "help"),
            (13, "help talk"),
            (CATEGORY, "category"),
            (CATEGORY, "分类"),
            (15, "category talk"),
        ];
        Self {
            by_name: known
                .into_iter()
                .map(|(number, name)| (name.to_owned(), number))
                .collect(),
            is_first_large: true,
        }
    }
}

impl Namespaces {
    /// Adds one, as the dump names it.
    pub fn add(&mut self, number: i32, name: &str) {
        let name = spaced(name).to_lowercase();
        if !name.is_empty() {
            self.by_name.insert(name, number);
        }
    }

    /// The namespace of a name and what stands behind the colon.
    #[must_use]
    pub fn split<'a>(&self, name: &'a str) -> (i32, &'a str) {
        let Some((space, rest)) = name.split_once(':') else {
            return (MAIN, name);
        };
        match self.by_name.get(&spaced(space).to_lowercase()) {
            Some(number) => (*number, rest.trim()),
            None => (MAIN, name),
        }
    }

    /// A name in its one form.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        let name = spaced(name.trim().trim_start_matches(':'));
        match name.split_once(':') {
            Some((space, rest)) if self.by_name.contains_key(&spaced(space).to_lowercase()) => {
                format!("{}:{}", first_large(space.trim()), self.first(rest.trim()))
            }
            _ => self.first(&name),
        }
    }

    /// The name of a file, without its namespace.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        first_large(spaced(name).trim())
    }

    fn first(&self, name: &str) -> String {
        if self.is_first_large {
            first_large(name)
        } else {
            name.to_owned()
        }
    }
}

fn first_large(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Underscores are blanks, and many blanks are one.
fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name
        .split(|letter: char| letter == '_' || letter.is_whitespace())
        .filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_of_writing_a_name_come_to_one() {
        let mut names = Namespaces::default();
        names.add(100, "Handbook");
        assert_eq!(names.key(" vpn_client "), "Vpn client");
        assert_eq!(names.key("handbook:first_day"), "Handbook:First day");
        assert_eq!(names.key("10:30 meeting"), "10:30 meeting");
        assert_eq!(names.split("Image:a.png"), (FILE, "a.png"));
        assert_eq!(names.split("文件:图.png"), (FILE, "图.png"));
        assert_eq!(names.file("tray_1.png"), "Tray 1.png");
    }
}

//! Texts put together from columns: `{symptom} · {category}`, `{caller|slug}@old.invalid`.
//!
//! A text all of whose columns are missing is missing itself. Filters: `slug` makes a text fit for an address, `lower`
//! makes it small. There are no conditions and no loops: who needs them prepares the file.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::row::{Columns, Row};

/// A text with places for columns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String, Filter),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    None,
    Slug,
    Lower,
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, behind) = after
                .split_once('}')
                .ok_or_else(|| format!("\"{text}\" opens a brace and does not close it"))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (column, filter) = match inside.split_once('|') {
                None => (inside, Filter::None),
                Some((column, "slug")) => (column, Filter::Slug),
                Some((column, "lower")) => (column, Filter::Lower),
                Some((_, filter)) => {
                    return Err(format!("there is no filter \"{filter}\"; use slug or lower"));
                }
            };
            parts.push(Part::Column(column.trim().to_owned(), filter));
            rest = behind;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Template(parts))
    }
}

impl Template {
    pub(super) fn columns(&self, names: &mut BTreeSet<String>) {
        for part in &self.0 {
            if let Part::Column(name, _) = part {
                names.insert(name.clone());
            }
        }
    }

    /// The text for this row; none when it would say nothing of the row.
    pub(super) fn fill(&self, columns: &Columns, row: &Row) -> Option<String> {
        self.fill_with(|name| row.get(columns, name))
    }

    pub(super) fn fill_with<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        let mut text = String::new();
        let mut columns = 0;
        let mut known = 0;
        for part in &self.0 {
            match part {
                Part::Text(words) => text.push_str(words),
                Part::Column(name, filter) => {
                    columns += 1;
                    if let Some(value) = value(name) {
                        known += 1;
                        text.push_str(&filter.apply(value));
                    }
                }
            }
        }
        let text = text.trim();
        ((columns == 0 || known > 0) && !text.is_empty()).then(|| text.to_owned())
    }
}

impl Filter {
    fn apply(self, value: &str) -> String {
        match self {
            Filter::None => value.to_owned(),
            Filter::Lower => value.to_lowercase(),
            Filter::Slug => {
                let words = value
                    .split(|letter: char| !letter.is_alphanumeric())
                    .filter(|word| !word.is_empty());
                words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str, caller: Option<&str>) -> Option<String> {
        let template = Template::try_from(template.to_owned()).unwrap();
        template.fill_with(|name| if name == "caller" { caller } else { None })
    }

    #[test]
    fn an_address_is_made_of_a_name() {
        assert_eq!(
            fill("{caller|slug}@old.invalid", Some("Caller  2403")).as_deref(),
            Some("caller-2403@old.invalid")
        );
    }

    #[test]
    fn a_text_whose_columns_are_all_missing_is_missing() {
        assert_eq!(fill("{caller|slug}@old.invalid", None), None);
        assert_eq!(fill("Nobody", None).as_deref(), Some("Nobody"));
    }

    #[test]
    fn an_unknown_filter_and_an_open_brace_are_refused() {
        assert!(Template::try_from("{a|upper}".to_owned()).is_err());
        assert!(Template::try_from("{a".to_owned()).is_err());
    }
}

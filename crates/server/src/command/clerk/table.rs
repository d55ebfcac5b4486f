//! Reading requests and the articles that answer them from a CSV file, with words for what is wrong and where.

use std::path::Path;

use super::super::Trouble;

/// A request, and the article that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub text: String,
    pub article: Option<String>,
}

/// The rows that have words.
pub(super) fn read(path: &Path, text: &str, article: &str) -> Result<Vec<Row>, Trouble> {
    let at = path.display();
    let bytes = std::fs::read(path).map_err(|error| Trouble(format!("{at}: {error}")))?;
    parse(&bytes, text, article).map_err(|trouble| Trouble(format!("{at}: {trouble}")))
}

fn parse(bytes: &[u8], text: &str, article: &str) -> Result<Vec<Row>, String> {
    // Spreadsheets put a mark in front that would become part of the first column's name.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    let names = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |wanted: &str| {
        let place = names.iter().position(|name| name.trim() == wanted);
        place.ok_or_else(|| {
            let known: Vec<&str> = names.iter().map(str::trim).collect();
            format!(
                "there is no column \"{wanted}\"; the first line names: {}",
                known.join(", ")
            )
        })
    };
    let (text, article) = (column(text)?, column(article)?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let value = |column: usize| record.get(column).unwrap_or_default().trim();
        if !value(text).is_empty() {
            rows.push(Row {
                text: value(text).to_owned(),
                article: Some(value(article).to_owned()).filter(|name| !name.is_empty()),
            });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_without_an_article_is_one_that_nothing_answers() {
        let rows = parse(b"body,topic\n\"a, b\",x\nc,\n,y\n", "body", "topic").unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (rows[0].text.as_str(), rows[0].article.as_deref()),
            ("a, b", Some("x"))
        );
        assert_eq!(rows[1].article, None);
        let missing = parse(b"body,topic\na,b\n", "text", "topic").unwrap_err();
        assert!(
            missing.contains("\"text\"") && missing.contains("body, topic"),
            "{missing}"
        );
    }
}

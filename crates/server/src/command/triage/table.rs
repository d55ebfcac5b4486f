//! Reading texts and labels from a CSV file, with words for what is wrong and where.

use std::path::Path;

use super::super::Trouble;

/// A row: its text and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Labelled {
    pub text: String,
    pub label: String,
}

/// The rows that have a text and a label; how many had not is said on standard error.
pub(super) fn read(path: &Path, text: &str, label: &str) -> Result<Vec<Labelled>, Trouble> {
    let at = path.display();
    let bytes = std::fs::read(path).map_err(|error| Trouble(format!("{at}: {error}")))?;
    let rows = parse(&bytes, text, label).map_err(|trouble| Trouble(format!("{at}: {trouble}")))?;
    for skipped in rows.skipped.iter().take(3) {
        eprintln!("{at}: line {} has no {}; skipped", skipped.line, skipped.what);
    }
    if rows.skipped.len() > 3 {
        eprintln!("{at}: {} rows skipped in all", rows.skipped.len());
    }
    Ok(rows.labelled)
}

#[derive(Debug, Default)]
struct Rows {
    labelled: Vec<Labelled>,
    skipped: Vec<Skipped>,
}

#[derive(Debug, PartialEq, Eq)]
struct Skipped {
    line: u64,
    what: &'static str,
}

fn parse(bytes: &[u8], text: &str, label: &str) -> Result<Rows, String> {
    // Spreadsheets put a mark in front that would become part of the first column's name.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let names = reader.headers().map_err(|error| broken(&error))?.clone();
    let column = |wanted: &str| {
        names
            .iter()
            .position(|name| name.trim() == wanted)
            .ok_or_else(|| {
                let known: Vec<&str> = names.iter().map(str::trim).collect();
                format!(
                    "there is no column \"{wanted}\"; the first line names: {}",
                    known.join(", ")
                )
            })
    };
    let (text, label) = (column(text)?, column(label)?);
    let mut rows = Rows::default();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() > names.len() {
            return Err(format!(
                "line {line} has {} columns where the first line names {}; is a quotation mark missing?",
                record.len(),
                names.len()
            ));
        }
        let value = |column: usize| record.get(column).unwrap_or_default().trim();
        match (value(text), value(label)) {
            ("", _) => rows.skipped.push(Skipped { line, what: "text" }),
            (_, "") => rows.skipped.push(Skipped { line, what: "label" }),
            (text, label) => rows.labelled.push(Labelled {
                text: text.to_owned(),
                label: label.to_owned(),
            }),
        }
    }
    Ok(rows)
}

fn broken(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => format!(
            "line {} is not UTF-8; save the file as UTF-8",
            pos.as_ref().map_or(0, csv::Position::line)
        ),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_label_are_skipped_and_named() {
        let rows = parse(
            b"\xEF\xBB\xBFbody,topic\n\"a, b\",x\nc,\n,y\nd\n",
            "body",
            "topic",
        )
        .unwrap();
        assert_eq!(rows.labelled.len(), 1);
        assert_eq!(rows.labelled[0].text, "a, b");
        assert_eq!(
            rows.skipped,
            [
                Skipped {
                    line: 3,
                    what: "label"
                },
                Skipped {
                    line: 4,
                    what: "text"
                },
                Skipped {
                    line: 5,
                    what: "label"
                }
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_column_or_line() {
        let missing = parse(b"body,topic\na,b\n", "text", "topic").unwrap_err();
        assert!(
            missing.contains("\"text\"") && missing.contains("body, topic"),
            "{missing}"
        );
        let uneven = parse(b"body,topic\na,b,c\n", "body", "topic").unwrap_err();
        assert!(
            uneven.contains("line 2") && uneven.contains("3 columns"),
            "{uneven}"
        );
        let latin = parse(b"body,topic\n\xE9t\xE9,b\n", "body", "topic").unwrap_err();
        assert!(latin.contains("UTF-8"), "{latin}");
    }
}

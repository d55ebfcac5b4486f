//! Rows of a file: CSV or JSON lines, plain or compressed, read one after the other; only the columns that a mapping names.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel::error::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mapping::{Format, Mapping};

/// The columns that are read, by name.
#[derive(Debug, Clone)]
pub struct Columns {
    places: HashMap<String, usize>,
    missing: Vec<String>,
}

impl Columns {
    /// Those of a mapping.
    #[must_use]
    pub fn of(mapping: &Mapping) -> Columns {
        let names = mapping.columns();
        Columns {
            places: names.into_iter().zip(0..).collect(),
            missing: mapping.missing.clone(),
        }
    }

    fn clean(&self, text: &str) -> Option<String> {
        let text = text.trim();
        let known = !text.is_empty() && !self.missing.iter().any(|missing| missing == text);
        known.then(|| text.replace('\0', ""))
    }
}

/// What is wrong with a row as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Broken {
    /// Another number of fields than the heading has.
    Width,
    /// Not UTF-8.
    Letters,
    /// Not a JSON object.
    Json,
}

/// A row: the values of the columns that are read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// The line of the file on which it begins.
    pub line: u64,
    pub broken: Option<Broken>,
    values: Vec<Option<String>>,
}

impl Row {
    /// The value of a column; none when it is missing.
    #[must_use]
    pub fn get(&self, columns: &Columns, name: &str) -> Option<&str> {
        let place = columns.places.get(name)?;
        self.values.get(*place)?.as_deref()
    }
}

/// A file that is being read.
pub struct Rows {
    columns: Columns,
    source: Source,
    read: Arc<AtomicU64>,
    /// Bytes of the file as it lies there, compressed or not.
    pub size: u64,
}

enum Source {
    Csv {
        reader: Box<csv::Reader<Box<dyn Read + Send>>>,
        /// Where our columns stand in the file.
        places: Vec<usize>,
        width: usize,
    },
    Json {
        reader: BufReader<Box<dyn Read + Send>>,
        line: u64,
    },
}

/// Counts what was read of the file.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read
            .fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

fn unreadable(path: &Path, why: impl std::fmt::Display) -> Error {
    Error::invalid("desk.import.file_unreadable")
        .arg("file", path.display().to_string())
        .arg("why", why.to_string())
}

impl Rows {
    /// Opens a file; compressed ones are known by their first bytes.
    pub fn open(path: &Path, mapping: &Mapping) -> Result<Rows> {
        let file = File::open(path).map_err(|error| unreadable(path, error))?;
        let size = file.metadata().map_err(|error| unreadable(path, error))?.len();
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            file,
            read: Arc::clone(&read),
        };
        let mut buffered = BufReader::with_capacity(1 << 16, counted);
        let start = buffered.fill_buf().map_err(|error| unreadable(path, error))?;
        let plain: Box<dyn Read + Send> = if start.starts_with(&[0x1f, 0x8b]) {
            Box::new(flate2::read::MultiGzDecoder::new(buffered))
        } else {
            Box::new(buffered)
        };
        let columns = Columns::of(mapping);
        let source = match mapping.format {
            Format::Jsonl => Source::Json {
                reader: BufReader::with_capacity(1 << 16, plain),
                line: 0,
            },
            Format::Csv => csv_source(plain, mapping, &columns).map_err(|why| match why {
                Heading::Unreadable(error) => unreadable(path, error),
                Heading::Lacks(column, known) => Error::invalid("desk.import.column_unknown")
                    .arg("column", column)
                    .arg("known", known),
            })?,
        };
        Ok(Rows {
            columns,
            source,
            read,
            size,
        })
    }

    /// The columns of the rows.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// How many bytes of the file have been read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.read.load(Ordering::Relaxed).min(self.size)
    }

    /// The next row.
    pub fn next_row(&mut self) -> Result<Option<Row>> {
        match &mut self.source {
            Source::Csv {
                reader,
                places,
                width,
            } => {
                let mut record = csv::ByteRecord::new();
                if !reader.read_byte_record(&mut record).map_err(cut_short)? {
                    return Ok(None);
                }
                let line = record.position().map_or(0, csv::Position::line);
                Ok(Some(of_record(&self.columns, &record, line, places, *width)))
            }
            Source::Json { reader, line } => loop {
                let mut text = Vec::new();
                if reader.read_until(b'\n', &mut text).map_err(cut_short)? == 0 {
                    return Ok(None);
                }
                *line += 1;
                let text = text.trim_ascii();
                let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
                if !text.is_empty() {
                    return Ok(Some(of_json(&self.columns, text, *line)));
                }
            },
        }
    }
}

fn cut_short(error: impl std::fmt::Display) -> Error {
    Error::invalid("desk.import.file_unreadable")
        .arg("file", "")
        .arg("why", error.to_string())
}

enum Heading {
    Unreadable(csv::Error),
    Lacks(String, String),
}

fn csv_source(
    plain: Box<dyn Read + Send>,
    mapping: &Mapping,
    columns: &Columns,
) -> std::result::Result<Source, Heading> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(mapping.delimiter).unwrap_or(b','))
        .flexible(true)
        .from_reader(plain);
    let heading = reader.byte_headers().map_err(Heading::Unreadable)?.clone();
    let names: Vec<String> = heading
        .iter()
        .map(|name| {
            String::from_utf8_lossy(name)
                .trim_start_matches('\u{feff}')
                .trim()
                .to_owned()
        })
        .collect();
    let mut places = vec![0; columns.places.len()];
    for (column, place) in &columns.places {
        places[*place] = names
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| Heading::Lacks(column.clone(), names.join(", ")))?;
    }
    Ok(Source::Csv {
        reader: Box::new(reader),
        places,
        width: names.len(),
    })
}

fn of_record(columns: &Columns, record: &csv::ByteRecord, line: u64, places: &[usize], width: usize) -> Row {
    let mut broken = (record.len() != width).then_some(Broken::Width);
    let mut value = |place: &usize| {
        let bytes = record.get(*place)?;
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            broken = broken.or(Some(Broken::Letters));
        }
        columns.clean(&text)
    };
    let values = places.iter().map(&mut value).collect();
    Row { line, broken, values }
}

fn of_json(columns: &Columns, text: &[u8], line: u64) -> Row {
    let mut values = vec![None; columns.places.len()];
    let object = serde_json::from_slice::<Value>(text)
        .ok()
        .filter(Value::is_object);
    let Some(object) = object else {
        let broken = Some(if std::str::from_utf8(text).is_ok() {
            Broken::Json
        } else {
            Broken::Letters
        });
        return Row { line, broken, values };
    };
    for (column, place) in &columns.places {
        values[*place] = text_at(&object, column).and_then(|text| columns.clean(&text));
    }
    Row {
        line,
        broken: None,
        values,
    }
}

/// The value at a path (`fields.status.name`) as text; lists and objects as JSON.
pub fn text_at(object: &Value, path: &str) -> Option<String> {
    let found = match object.get(path) {
        Some(found) => found,
        None => path.split('.').try_fold(object, |value, name| value.get(name))?,
    };
    match found {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

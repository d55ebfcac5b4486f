//! Objects of a JSON file one after the other, however large the file: a list of objects, one object on each line, or the page
//! of an API that wraps its list (`{"issues": […]}`).
//!
//! Only one object is held. What is cut off or no JSON is told with its place and ends the file; the objects before it count.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use kernel::error::{Error, Result};
use serde_json::Value;

use crate::folder::Listed;
use crate::record::Place;
use crate::refusal::{Read as Answer, Wrong, wrong};

/// An object larger than this is not read: a page of an API stays far below.
const OBJECT_MAX: usize = 128 << 20;
/// Under which keys APIs hand over a page: Jira, RT, and lists of the service desk.
const PAGES: [&str; 3] = ["issues", "items", "values"];

/// A file that is being read.
pub struct Objects {
    reader: BufReader<File>,
    name: String,
    row: u64,
    offset: u64,
    is_open: bool,
    is_done: bool,
    waiting: VecDeque<Value>,
    spot: (u64, u64),
}

/// An object and where it stands.
#[derive(Debug)]
pub struct Object {
    pub place: Place,
    pub value: Answer<Value>,
    /// Where the object, or the page it came with, begins in the file, and how long that is.
    pub spot: (u64, u64),
}

impl Objects {
    /// Opens a file.
    pub fn open(file: &Listed) -> Result<Objects> {
        let opened = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
        Ok(Objects {
            reader: BufReader::with_capacity(1 << 16, opened),
            name: file.name.clone(),
            row: 0,
            offset: 0,
            is_open: false,
            is_done: false,
            waiting: VecDeque::new(),
            spot: (0, 0),
        })
    }

    fn object(&mut self, value: Answer<Value>) -> Object {
        self.row += 1;
        Object {
            place: Place {
                file: self.name.clone(),
                row: self.row,
            },
            value,
            spot: self.spot,
        }
    }

    fn broken(&mut self, why: &str) -> Object {
        self.is_done = true;
        self.object(Err(broken(why)))
    }

    /// The bytes of the next object of the outermost list; none at the end.
    fn next_bytes(&mut self) -> std::result::Result<Option<Vec<u8>>, String> {
        let mut bytes = Vec::new();
        let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
        loop {
            let buffer = self.reader.fill_buf().map_err(|error| error.to_string())?;
            if buffer.is_empty() {
                return match (depth, self.is_open) {
                    (0, false) => Ok(None),
                    _ => Err("it ends in the middle".to_owned()),
                };
            }
            let mut used = 0;
            let mut is_whole = false;
            for byte in buffer {
                used += 1;
                if depth == 0 {
                    match byte {
                        b'{' => {
                            self.spot.0 = self.offset + used as u64 - 1;
                            depth = 1;
                            bytes.push(*byte);
                        }
                        b'[' if !self.is_open => self.is_open = true,
                        b']' if self.is_open => self.is_open = false,
                        b',' | b' ' | b'\t' | b'\r' | b'\n' | 0xEF | 0xBB | 0xBF => {}
                        _ => return Err("there is no object where one should begin".to_owned()),
                    }
                    continue;
                }
                bytes.push(*byte);
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_text => escaped = true,
                    b'"' => in_text = !in_text,
                    b'{' | b'[' if !in_text => depth += 1,
                    b'}' | b']' if !in_text => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    is_whole = true;
                    break;
                }
            }
            self.reader.consume(used);
            self.offset += used as u64;
            if is_whole {
                self.spot.1 = bytes.len() as u64;
                return Ok(Some(bytes));
            }
            if bytes.len() > OBJECT_MAX {
                return Err("an object is larger than 128 MB".to_owned());
            }
        }
    }
}

impl Iterator for Objects {
    type Item = Object;

    fn next(&mut self) -> Option<Object> {
        loop {
            if let Some(value) = self.waiting.pop_front() {
                return Some(self.object(Ok(value)));
            }
            if self.is_done {
                return None;
            }
            match self.next_bytes() {
                Ok(Some(bytes)) => match serde_json::from_slice::<Value>(&bytes) {
                    Ok(value) => self.waiting.extend(unwrapped(value)),
                    Err(error) => return Some(self.broken(&error.to_string())),
                },
                Ok(None) => {
                    self.is_done = true;
                    return None;
                }
                Err(why) => return Some(self.broken(&why)),
            }
        }
    }
}

/// The objects of a page, or the object itself.
fn unwrapped(mut value: Value) -> Vec<Value> {
    for key in PAGES {
        if let Some(Value::Array(list)) = value.get_mut(key) {
            return std::mem::take(list);
        }
    }
    vec![value]
}

/// The objects that were read from this place before.
pub fn again(file: &Listed, (offset, length): (u64, u64)) -> Result<Vec<Value>> {
    let mut opened = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
    opened
        .seek(SeekFrom::Start(offset))
        .map_err(|error| unreadable(file, &error))?;
    let mut bytes = Vec::new();
    opened
        .take(length)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(file, &error))?;
    Ok(unwrapped(serde_json::from_slice(&bytes)?))
}

fn broken(why: &str) -> Wrong {
    wrong("json", "", "migrate.json_broken").arg("why", why)
}

fn unreadable(file: &Listed, error: &std::io::Error) -> Error {
    Error::invalid("migrate.folder_unreadable")
        .arg("file", file.name.clone())
        .arg("why", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<std::result::Result<String, u64>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        std::fs::write(&path, text).unwrap();
        let file = Listed {
            path,
            name: "x.json".to_owned(),
        };
        let objects = Objects::open(&file).unwrap();
        objects
            .map(|object| match object.value {
                Ok(value) => {
                    let (again, id) = (again(&file, object.spot).unwrap(), value["id"].to_string());
                    assert!(again.contains(&value), "{id} is not found again");
                    Ok(id)
                }
                Err(_) => Err(object.place.row),
            })
            .collect()
    }

    #[test]
    fn lists_lines_and_pages_are_read_alike() {
        let two = [Ok("1".to_owned()), Ok("2".to_owned())];
        assert_eq!(read(r#"[{"id":1,"a":"}]\"{"}, {"id":2,"b":[{}]}]"#), two);
        assert_eq!(read("\u{feff}{\"id\":1}\n{\"id\":2}\n"), two);
        assert_eq!(read(r#"{"total":2,"issues":[{"id":1},{"id":2}]}"#), two);
        assert_eq!(read("[]"), []);
    }

    #[test]
    fn what_is_cut_off_is_told_and_what_stands_before_it_counts() {
        let one = Ok("1".to_owned());
        assert_eq!(read(r#"[{"id":1},{"id":2"#), [one.clone(), Err(2)]);
        assert_eq!(read(r#"[{"id":1},"#), [one.clone(), Err(2)]);
        assert_eq!(read(r#"[{"id":1} nonsense"#), [one, Err(2)]);
        assert_eq!(read(r#"[{"id":}]"#), [Err(1)]);
    }
}

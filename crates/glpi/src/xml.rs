//! XML as the tree that JSON would give: names in small letters, repeated elements as lists, empty ones left out.
//!
//! A document type is refused, so there are no entities but the five of XML and those that name a letter by its number:
//! nothing can be fetched, and nothing can grow. Attributes mean nothing in these messages and are not read.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use serde_json::{Map, Value};

use crate::Broken;

/// Elements in elements; the deepest message known has eight.
const DEEPEST: usize = 24;
/// A switch with 2,000 ports has about 100,000.
const ELEMENTS_MOST: usize = 600_000;

#[derive(Default)]
struct Element {
    name: String,
    words: String,
    inside: Map<String, Value>,
}

impl Element {
    fn value(self) -> Value {
        if !self.inside.is_empty() {
            return Value::Object(self.inside);
        }
        match self.words.trim() {
            "" => Value::Null,
            words => Value::String(words.to_owned()),
        }
    }

    fn take(&mut self, name: String, value: Value) {
        if value.is_null() {
            return;
        }
        match self.inside.get_mut(&name) {
            None => {
                self.inside.insert(name, value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(single) => {
                let first = single.take();
                *single = Value::Array(vec![first, value]);
            }
        }
    }
}

/// The root element's name and what is in it.
///
/// # Errors
/// When it is not well formed, holds a document type or an unknown entity, or is too deep or too much.
pub fn tree(text: &str) -> Result<(String, Value), Broken> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut elements = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| Broken::Xml)?;
        match event {
            Event::Start(tag) => {
                elements += 1;
                if open.len() >= DEEPEST || elements > ELEMENTS_MOST {
                    return Err(Broken::TooLarge);
                }
                let name = tag.name().0.to_ascii_lowercase();
                open.push(Element {
                    name,
                    ..Element::default()
                });
            }
            Event::End(_) => {
                let closed = open.pop().ok_or(Broken::Xml)?;
                let name = closed.name.clone();
                match open.last_mut() {
                    Some(around) => around.take(name, closed.value()),
                    None => return Ok((name, closed.value())),
                }
            }
            Event::Text(words) => say(&mut open, &words.xml10_content()),
            Event::CData(words) => say(&mut open, &words.xml10_content()),
            Event::GeneralRef(name) => {
                let letter = letter(&name)?;
                say(&mut open, letter.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(Broken::DocumentType),
            Event::Eof => return Err(Broken::Xml),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn say(open: &mut [Element], words: &str) {
    if let Some(element) = open.last_mut() {
        element.words.push_str(words);
    }
}

fn letter(name: &BytesRef<'_>) -> Result<char, Broken> {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return Ok(letter);
    }
    match name.xml10_content().as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(Broken::DocumentType),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn repeated_elements_become_a_list_and_empty_ones_nothing() {
        let text = "<?xml version='1.0'?><REQUEST><CPUS><NAME>a &amp; b&#x21;</NAME><ID/></CPUS><CPUS><NAME><![CDATA[<c>]]></NAME><ID> </ID></CPUS>
            <QUERY>INVENTORY</QUERY></REQUEST>";
        let (name, value) = tree(text).unwrap();
        assert_eq!(name, "request");
        assert_eq!(
            value,
            json!({"cpus": [{"name": "a & b!"}, {"name": "<c>"}], "query": "INVENTORY"})
        );
    }

    #[test]
    fn entities_of_a_document_type_are_neither_fetched_nor_repeated() {
        let fetched = r#"<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><a>&x;</a></r>"#;
        assert_eq!(tree(fetched), Err(Broken::DocumentType));
        let laughs = r#"<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>&b;</r>"#;
        assert_eq!(tree(laughs), Err(Broken::DocumentType));
        assert_eq!(tree("<r>&x;</r>"), Err(Broken::DocumentType));
    }

    #[test]
    fn what_is_too_deep_or_cut_off_is_refused() {
        assert_eq!(tree(&"<a>".repeat(100_000)), Err(Broken::TooLarge));
        assert_eq!(tree("<a><b></a>"), Err(Broken::Xml));
        assert_eq!(tree("<a>"), Err(Broken::Xml));
        assert_eq!(tree("hello"), Err(Broken::Xml));
        assert_eq!(tree(""), Err(Broken::Xml));
    }
}

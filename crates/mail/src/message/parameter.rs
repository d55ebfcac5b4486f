//! Content-Type and Content-Disposition: the value and its parameters, with RFC 2231 continuations and charsets.
//!
//! Encoded words in parameters are forbidden by RFC 2047 section 5 and sent by half the world, so they are decoded
//! where a name is asked for. Values with spaces but without quotes are taken up to the next semicolon.

use super::{charset, encoded_word, transfer};

/// A structured MIME field: `text/plain; charset=utf-8` has the value `text/plain`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Structured {
    /// In lower case and without comments.
    pub value: String,
    parameters: Vec<(String, String)>,
}

impl Structured {
    pub fn parse(text: &str) -> Structured {
        let mut pieces = split_pieces(text);
        let value = strip_comments(&pieces.next().unwrap_or_default()).to_ascii_lowercase();
        let mut parameters = Vec::new();
        for piece in pieces.take(MAX_PARAMETERS) {
            if let Some((name, value)) = piece.split_once('=') {
                let name = strip_comments(name).to_ascii_lowercase();
                parameters.push((name, unquote(value.trim())));
            }
        }
        Structured { value, parameters }
    }

    /// The parameter as text; extended and continued forms go before the plain one (RFC 2231 section 3 and 4).
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.extended(name)
            .or_else(|| self.plain(name).map(str::to_owned))
    }

    /// A parameter meant for people, such as a file name, with encoded words read.
    pub fn readable(&self, name: &str) -> Option<String> {
        let text = self
            .extended(name)
            .or_else(|| self.plain(name).map(encoded_word::decode))?;
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn plain(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn extended(&self, name: &str) -> Option<String> {
        if let Some(value) = self.plain(&format!("{name}*")) {
            return Some(decode_extended(value));
        }
        let mut sections: Vec<(usize, bool, &str)> = Vec::new();
        for (key, value) in &self.parameters {
            let Some(section) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('*')) else {
                continue;
            };
            let (number, encoded) = section
                .strip_suffix('*')
                .map_or((section, false), |number| (number, true));
            if let Ok(number) = number.parse() {
                sections.push((number, encoded, value));
            }
        }
        sections.sort_by_key(|(number, ..)| *number);
        let (_, first_encoded, first) = sections.first()?;
        let (label, _) = if *first_encoded {
            split_charset(first)
        } else {
            (None, *first)
        };
        let mut bytes = Vec::new();
        for (place, (_, encoded, value)) in sections.iter().enumerate() {
            match (place == 0, encoded) {
                (true, true) => bytes.extend(percent_decode(split_charset(value).1)),
                (_, true) => bytes.extend(percent_decode(value)),
                (_, false) => bytes.extend_from_slice(value.as_bytes()),
            }
        }
        Some(encoded_word::decode(&charset::decode(&bytes, label)))
    }
}

const MAX_PARAMETERS: usize = 200;

fn decode_extended(value: &str) -> String {
    let (label, text) = split_charset(value);
    encoded_word::decode(&charset::decode(&percent_decode(text), label))
}

/// `charset'language'text`; without two apostrophes it is text alone.
fn split_charset(value: &str) -> (Option<&str>, &str) {
    let mut pieces = value.splitn(3, '\'');
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some(label), Some(_), Some(text)) => (Some(label).filter(|label| !label.is_empty()), text),
        _ => (None, value),
    }
}

fn percent_decode(text: &str) -> Vec<u8> {
    let text = text.as_bytes();
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match (text[at], transfer::hex_pair(text.get(at + 1), text.get(at + 2))) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                at += 3;
            }
            (byte, _) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    bytes
}

/// The pieces between semicolons that stand outside quotes.
fn split_pieces(text: &str) -> impl Iterator<Item = String> {
    let mut letters = text.chars();
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let mut piece = String::new();
        let (mut quoted, mut escaped) = (false, false);
        for letter in letters.by_ref() {
            match letter {
                ';' if !quoted => return Some(piece),
                '"' if !escaped => quoted = !quoted,
                _ => {}
            }
            escaped = letter == '\\' && !escaped && quoted;
            piece.push(letter);
        }
        done = true;
        Some(piece)
    })
}

fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return strip_comments(value);
    };
    let mut output = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => match letters.next() {
                Some(escaped @ ('"' | '\\')) => output.push(escaped),
                // `C:\temp\file.txt` is not escaped text but a path written by a program that knows no quoting.
                Some(other) => output.extend(['\\', other]),
                None => {}
            },
            other => output.push(other),
        }
    }
    output
}

/// Drops a trailing comment, `text/plain (really)`, but not brackets inside a file name.
fn strip_comments(text: &str) -> String {
    let text = text.trim();
    match text.find(" (").or_else(|| text.starts_with('(').then_some(0)) {
        Some(at) if text.ends_with(')') => text[..at].trim().to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Structured;

    #[test]
    fn parameters_are_read_in_all_their_forms() {
        for (text, name) in [
            ("attachment; filename=plain.txt", "plain.txt"),
            (
                "attachment; filename=\"with; semicolon.txt\"",
                "with; semicolon.txt",
            ),
            ("attachment; filename=my file (1).pdf", "my file (1).pdf"),
            ("attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf", "报告.pdf"),
            ("attachment; filename*0=\"a\"; filename*1=\"b.txt\"", "ab.txt"),
            (
                "attachment; filename*1*=%91%8A.pdf; filename*0*=utf-8'zh'%E6%8A%A5%E5",
                "报告.pdf",
            ),
            (
                "attachment; filename*0*=us-ascii'en'This%20is; filename*1=\" it\"",
                "This is it",
            ),
            ("attachment; filename==?koi8-r?B?89DJ08/LLmRvYw==?=", "Список.doc"),
            ("attachment; filename=\"=?gbk?B?sai45i5kb2M=?=\"", "报告.doc"),
            ("attachment; FileName=\"a\\\"b.txt\"", "a\"b.txt"),
            (
                "attachment; filename=plain.txt; filename*=utf-8''better.txt",
                "better.txt",
            ),
        ] {
            assert_eq!(
                Structured::parse(text).readable("filename").as_deref(),
                Some(name),
                "{text}"
            );
        }
    }

    #[test]
    fn the_value_is_lower_case_without_comments() {
        let field = Structured::parse("Text/HTML (made by hand); charset=\"utf-8\"");
        assert_eq!(
            (field.value.as_str(), field.parameter("charset").as_deref()),
            ("text/html", Some("utf-8"))
        );
    }
}

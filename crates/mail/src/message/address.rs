//! Address lists of From, To, Cc and their kind: RFC 5322 section 3.4 with the obsolete forms of section 4.4.
//!
//! Groups are flattened, comments serve as names where no name is given, source routes are dropped. A list is read in
//! one pass and never refused: what is no address keeps its text so that callers can decide.

use serde::{Deserialize, Serialize};

use super::encoded_word;

/// A mailbox: where mail goes, and the name it was written with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    pub name: Option<String>,
    pub email: String,
}

impl Address {
    /// True when mail could be sent there; local names without a domain are kept in the list but cannot be.
    pub fn is_mailbox(&self) -> bool {
        self.email
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
    }

    /// The part behind the last `@`, in lower case.
    pub fn domain(&self) -> String {
        self.email
            .rsplit_once('@')
            .map(|(_, domain)| domain.to_ascii_lowercase())
            .unwrap_or_default()
    }
}

/// All addresses of a field value.
pub fn parse_list(value: &str) -> Vec<Address> {
    read_list(value, true)
}

fn read_list(value: &str, may_decode_whole: bool) -> Vec<Address> {
    let mut reader = Reader {
        may_decode_whole,
        ..Reader::default()
    };
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '(' => read_comment(&mut letters, &mut reader.comment),
            '"' => read_quoted(&mut letters, &mut reader),
            '<' => read_angle(&mut letters, &mut reader.angle),
            '[' => read_literal(&mut letters, &mut reader.written),
            ',' | ';' => reader.finish(),
            // A display name before a colon opens a group; its closing semicolon ends an address like a comma.
            ':' if !reader.written.contains('@') && reader.angle.is_none() => reader.clear(),
            '\\' => {
                if let Some(escaped) = letters.next() {
                    reader.push(escaped);
                }
            }
            other => reader.push(other),
        }
    }
    reader.finish();
    reader.addresses
}

#[derive(Default)]
struct Reader {
    /// The text outside angle brackets as written, and as a name would read.
    written: String,
    display: String,
    comment: String,
    angle: Option<String>,
    may_decode_whole: bool,
    addresses: Vec<Address>,
}

type Letters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

impl Reader {
    fn push(&mut self, letter: char) {
        self.written.push(letter);
        self.display.push(letter);
    }

    fn clear(&mut self) {
        self.written.clear();
        self.display.clear();
        self.comment.clear();
        self.angle = None;
    }

    fn finish(&mut self) {
        let name = readable(&self.display);
        let comment = readable(&self.comment);
        match self.angle.take().map(|angle| clean(&angle)) {
            Some(email) if !email.is_empty() => self.add(name.or(comment), email),
            // `<>` with a name: nobody to write to, yet the name may hold the address.
            _ if self.written.trim().is_empty() => {}
            _ => self.finish_bare(comment),
        }
        self.clear();
    }

    fn finish_bare(&mut self, comment: Option<String>) {
        let email = clean(&self.written);
        let is_quoted = email.starts_with('"') && email.contains("\"@");
        if email.contains('@') && (is_quoted || !email.contains(char::is_whitespace)) {
            return self.add(comment, email);
        }
        // Several words, one of them an address: `Help Desk help@example.com`.
        let words: Vec<&str> = self.written.split_whitespace().collect();
        if let Some(at) = words.iter().rposition(|word| word.contains('@')) {
            let email = clean(words[at]);
            let others: Vec<&str> = words
                .iter()
                .enumerate()
                .filter(|(place, _)| *place != at)
                .map(|(_, word)| *word)
                .collect();
            let name = readable(&others.join(" ")).or(comment);
            return self.add(name, email);
        }
        // Some programs put name and address together into one encoded word.
        let decoded = encoded_word::decode(&self.written);
        if self.may_decode_whole && decoded.contains('@') && decoded != self.written {
            self.addresses.extend(read_list(&decoded, false));
        } else {
            self.add(comment, decoded.trim().to_owned());
        }
    }

    fn add(&mut self, name: Option<String>, email: String) {
        self.addresses.push(Address { name, email });
    }
}

fn read_comment(letters: &mut Letters<'_>, comment: &mut String) {
    if !comment.is_empty() {
        comment.push(' ');
    }
    let mut depth = 1;
    while let Some(letter) = letters.next() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\\' => {
                comment.extend(letters.next());
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            return;
        }
        comment.push(letter);
    }
}

fn read_quoted(letters: &mut Letters<'_>, reader: &mut Reader) {
    reader.written.push('"');
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => {
                if let Some(escaped) = letters.next() {
                    reader.written.extend(['\\', escaped]);
                    reader.display.push(escaped);
                }
            }
            other => reader.push(other),
        }
    }
    reader.written.push('"');
}

fn read_angle(letters: &mut Letters<'_>, angle: &mut Option<String>) {
    let mut text = String::new();
    let mut quoted = false;
    while let Some(&letter) = letters.peek() {
        // An angle that is never closed ends where the next address begins.
        if !quoted && (letter == ',' && text.contains('@') && !text.starts_with('@') || letter == '<') {
            break;
        }
        letters.next();
        match letter {
            '>' if !quoted => break,
            '"' => quoted = !quoted,
            '(' if !quoted => {
                read_comment(letters, &mut String::new());
                continue;
            }
            _ => {}
        }
        text.push(letter);
    }
    if angle.is_none() || !text.trim().is_empty() {
        *angle = Some(text);
    }
}

fn read_literal(letters: &mut Letters<'_>, written: &mut String) {
    written.push('[');
    for letter in letters.by_ref() {
        written.push(letter);
        if letter == ']' {
            break;
        }
    }
}

/// An address without comments, white space around its dots and `@`, source route, or `mailto:`.
fn clean(written: &str) -> String {
    let mut email = written.trim();
    if email.starts_with('@')
        && let Some((_, behind)) = email.split_once(':')
    {
        email = behind;
    }
    let email = email
        .strip_prefix("mailto:")
        .or_else(|| email.strip_prefix("MAILTO:"))
        .unwrap_or(email)
        .trim();
    if email.contains('"') || !email.contains(char::is_whitespace) {
        return email.to_owned();
    }
    let mut output = String::with_capacity(email.len());
    for word in email.split_whitespace() {
        let joins = output.ends_with(['@', '.']) || word.starts_with(['@', '.']);
        if !output.is_empty() && !joins {
            output.push(' ');
        }
        output.push_str(word);
    }
    output
}

fn readable(text: &str) -> Option<String> {
    let decoded = encoded_word::decode(text.trim());
    let words: Vec<&str> = decoded.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(value: &str) -> Vec<(String, String)> {
        parse_list(value)
            .into_iter()
            .map(|one| (one.name.unwrap_or_default(), one.email))
            .collect()
    }

    fn one(name: &str, email: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), email.to_owned())]
    }

    #[test]
    fn addresses_of_every_form_are_read() {
        for (value, name, email) in [
            ("a@b.c", "", "a@b.c"),
            ("<a@b.c>", "", "a@b.c"),
            ("John Doe <a@b.c>", "John Doe", "a@b.c"),
            ("\"Doe, John\" <a@b.c>", "Doe, John", "a@b.c"),
            ("a@b.c (John (J.) Doe)", "John (J.) Doe", "a@b.c"),
            (
                "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
                "Pete",
                "pete@silly.test",
            ),
            ("=?utf-8?B?5byg5LiJ?= <a@b.c>", "张三", "a@b.c"),
            ("\"=?utf-8?B?5byg5LiJ?=\" <a@b.c>", "张三", "a@b.c"),
            ("=?utf-8?Q?John_<a@b.c>?=", "John", "a@b.c"),
            ("<@relay.example,@two.example:a@b.c>", "", "a@b.c"),
            ("a @ b . c", "", "a@b.c"),
            ("\"john doe\"@b.c", "", "\"john doe\"@b.c"),
            ("bob@x.y <bob@x.y>", "bob@x.y", "bob@x.y"),
            ("Help Desk help@b.c", "Help Desk", "help@b.c"),
            ("a@[192.0.2.1]", "", "a@[192.0.2.1]"),
            ("\"a\\\"b\" <a@b.c>", "a\"b", "a@b.c"),
            ("Group: a@b.c;", "", "a@b.c"),
        ] {
            assert_eq!(plain(value), one(name, email), "{value}");
        }
    }

    #[test]
    fn lists_and_groups_are_flattened() {
        let emails = |value| {
            parse_list(value)
                .into_iter()
                .map(|one| one.email)
                .collect::<Vec<_>>()
        };
        assert_eq!(emails("a@b, \"x, y\" <c@d>; e@f,,"), ["a@b", "c@d", "e@f"]);
        assert_eq!(emails("undisclosed-recipients:;"), Vec::<String>::new());
        assert_eq!(
            emails("A Group:Ed <ed@b>,joe@c,John <jd@d>;, x@y"),
            ["ed@b", "joe@c", "jd@d", "x@y"]
        );
        assert_eq!(emails("One <a@b, Two <c@d>"), ["a@b", "c@d"]);
        assert_eq!(emails(""), Vec::<String>::new());
    }
}

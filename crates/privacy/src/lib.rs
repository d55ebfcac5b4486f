//! What in a text looks like private data, so that somebody looks before it leaves the desk. Pure, and a hint only: it knows
//! shapes, not meaning, and misses what has none.
//!
//! `number` knows the shapes of telephones and cards, `secret` those of passwords and keys, `host` those of machines and their
//! addresses, `code` what stands behind words like "serial number", `name` the people it is told of. [`kinds`] says what must
//! not leave unseen; [`pieces`] finds the places as well, for whoever strikes them out.

mod code;
mod host;
mod name;
mod number;
mod secret;

/// What a piece of a text seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A password, token, or key.
    Secret,
    /// A mail address.
    MailAddress,
    /// A telephone number.
    Phone,
    /// The number of an identity card.
    IdentityNumber,
    /// The number of a payment card.
    CardNumber,
    /// Somebody's name.
    Name,
    /// The name of a machine.
    Host,
    /// The address of a machine in a network.
    Address,
    /// The number of a person or of a thing that belongs to somebody.
    Code,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Secret,
        Self::MailAddress,
        Self::Phone,
        Self::IdentityNumber,
        Self::CardNumber,
        Self::Name,
        Self::Host,
        Self::Address,
        Self::Code,
    ];

    /// A word for forms and texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::MailAddress => "mail",
            Self::Phone => "phone",
            Self::IdentityNumber => "identity",
            Self::CardNumber => "card",
            Self::Name => "name",
            Self::Host => "host",
            Self::Address => "address",
            Self::Code => "code",
        }
    }
}

/// A piece of a text, by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it seems to be.
    pub kind: Kind,
}

/// What is known of those whom a text may be about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Names of people.
    pub names: &'a [String],
    /// Names of their machines.
    pub hosts: &'a [String],
}

/// Secrets, addresses, and numbers that a text seems to hold, each kind once: what no text should carry out of the house unseen.
#[must_use]
pub fn kinds(text: &str) -> Vec<Kind> {
    let mut found: Vec<Kind> = plain(text).into_iter().map(|piece| piece.kind).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Everything in a text that seems to be private, in order and without overlaps.
#[must_use]
pub fn pieces(text: &str, known: &Known<'_>) -> Vec<Piece> {
    let mut found = plain(text);
    found.extend(host::found(text, known.hosts));
    found.extend(code::found(text));
    found.extend(name::found(text, known.names));
    apart(found)
}

fn plain(text: &str) -> Vec<Piece> {
    let mut found = number::found(text);
    found.extend(secret::found(text));
    let addresses = words(text, is_of_address).filter_map(|(at, word)| {
        let kept = word.trim_matches('.');
        let start = at + (word.len() - word.trim_start_matches('.').len());
        is_address(kept).then_some(Piece {
            start,
            end: start + kept.len(),
            kind: Kind::MailAddress,
        })
    });
    found.extend(addresses);
    found
}

/// Of pieces that overlap the one that begins first stays, of those the longest.
fn apart(mut found: Vec<Piece>) -> Vec<Piece> {
    found.sort_unstable_by(|one, other| {
        (one.start, std::cmp::Reverse(one.end), one.kind).cmp(&(
            other.start,
            std::cmp::Reverse(other.end),
            other.kind,
        ))
    });
    let mut kept: Vec<Piece> = Vec::new();
    for piece in found {
        match kept.last_mut() {
            // What hangs over the end of another is struck out with it.
            Some(last) if piece.start < last.end => last.end = last.end.max(piece.end),
            _ => kept.push(piece),
        }
    }
    kept
}

/// The runs of letters of a kind, with their places.
fn words(text: &str, is_of: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let behind = text.get(rest..)?;
        let start = rest + behind.find(is_of)?;
        let tail = text.get(start..)?;
        let end = start + tail.find(|letter| !is_of(letter)).unwrap_or(tail.len());
        rest = end;
        Some((start, text.get(start..end)?))
    })
}

/// Whether a piece stands by itself: no letter or digit of the Latin kind touches it.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let behind = text.get(end..).and_then(|text| text.chars().next());
    !before.is_some_and(is_word) && !behind.is_some_and(is_word)
}

fn is_of_address(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '@' | '.' | '_' | '-' | '+' | '%')
}

fn is_address(word: &str) -> bool {
    match word.split_once('@') {
        Some((name, host)) => {
            !name.is_empty()
                && !host.contains('@')
                && host.split('.').count() > 1
                && host.split('.').all(|part| !part.is_empty())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn struck<'a>(text: &'a str, known: &Known<'_>) -> Vec<(Kind, &'a str)> {
        let cut = |piece: &Piece| (piece.kind, &text[piece.start..piece.end]);
        pieces(text, known).iter().map(cut).collect()
    }

    #[test]
    fn each_piece_is_found_where_it_stands() {
        let names = ["李娜".to_owned(), "Bruno Meyer".to_owned()];
        let hosts = ["kingfisher".to_owned()];
        let known = Known {
            names: &names,
            hosts: &hosts,
        };
        for (text, expected) in [
            (
                "李娜的邮箱 li.na@example.test 收不到",
                vec![(Kind::Name, "李娜"), (Kind::MailAddress, "li.na@example.test")],
            ),
            ("call 138 1234 5678 now", vec![(Kind::Phone, "138 1234 5678")]),
            ("call +49 30 1234567", vec![(Kind::Phone, "+49 30 1234567")]),
            (
                "Bruno said that kingfisher at 10.20.30.40 is down",
                vec![
                    (Kind::Name, "Bruno"),
                    (Kind::Host, "kingfisher"),
                    (Kind::Address, "10.20.30.40"),
                ],
            ),
            ("password = hunter2", vec![(Kind::Secret, "hunter2")]),
            ("他的密码是abc123。", vec![(Kind::Secret, "abc123")]),
            ("Serial number: 5CG1234XYZ", vec![(Kind::Code, "5CG1234XYZ")]),
            ("工号：A10293", vec![(Kind::Code, "A10293")]),
            ("open \\\\files01\\share", vec![(Kind::Host, "\\\\files01")]),
            ("LAPTOP-8H3K2 is slow", vec![(Kind::Host, "LAPTOP-8H3K2")]),
            (
                "on erp.intra.example.test",
                vec![(Kind::Host, "erp.intra.example.test")],
            ),
            (
                "mac 00:1A:2B:3C:4D:5E",
                vec![(Kind::Address, "00:1A:2B:3C:4D:5E")],
            ),
        ] {
            assert_eq!(struck(text, &known), expected, "{text}");
        }
    }

    #[test]
    fn what_an_article_needs_stays() {
        for text in [
            "Error 0x80070005 after update KB5034441",
            "ORA-00942 in version 4.2.1 (build 20260301)",
            "run setup.exe and read report.docx",
            "Windows 11 23H2, version 10.0.22631.3007",
            "打开「设置」，选择 Wi-Fi，点「忘记」",
            "the password was wrong",
            "from 127.0.0.1 to 0.0.0.0",
        ] {
            assert_eq!(struck(text, &Known::default()), [], "{text}");
        }
    }

    #[test]
    fn who_signs_is_found_although_nobody_named_them() {
        let text = "It prints nothing.\n\nBest regards,\nMarta Kowalska\n";
        assert_eq!(struck(text, &Known::default()), [(Kind::Name, "Marta Kowalska")]);
        assert_eq!(
            struck("打不开\n谢谢\n王小明", &Known::default()),
            [(Kind::Name, "王小明")]
        );
        assert_eq!(
            struck("大家好，我叫王小明，电脑坏了", &Known::default()),
            [(Kind::Name, "王小明")]
        );
    }

    proptest! {
        #[test]
        fn pieces_stand_in_order_between_letters(text in "\\PC{0,80}", name in "[A-Z][a-z]{2,5}|[一-三]{2,3}") {
            let names = [name];
            let known = Known { names: &names, hosts: &[] };
            let mut last = 0;
            for piece in pieces(&text, &known) {
                prop_assert!(piece.start >= last && piece.start < piece.end);
                prop_assert!(text.get(piece.start..piece.end).is_some());
                last = piece.end;
            }
        }
    }
}

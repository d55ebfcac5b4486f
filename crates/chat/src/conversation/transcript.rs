//! The transcript: what was said and what happened, with times and names, as one text. Pure.
//!
//! It is what a ticket keeps and an audit reads, so nobody may write a line of somebody else into it: words are indented
//! below their writer's name, and nothing in them looks like the time in brackets with which an entry begins.

use kernel::i18n::{InstantStyle, Locale, format_instant};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Kind, Message};

/// In whose words it is written.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The language.
    pub locale: Locale,
    /// The zone of its times.
    pub time_zone: String,
}

impl Reader {
    fn instant(&self, at: Timestamp, style: InstantStyle) -> String {
        format_instant(at, self.locale, &self.time_zone, style)
    }
}

/// What happened, in words; empty for words of a person.
#[must_use]
pub fn happening(locale: Locale, message: &Message, author: &str, person: &str) -> String {
    let named = |key: &str, name: &str| locale.t_with(key, &[("name", name.into())]);
    match message.kind {
        Kind::Said | Kind::Aside | Kind::HandOff => String::new(),
        Kind::Taken | Kind::HandedOver => named("chat-told-taken", person),
        Kind::Returned => named("chat-told-returned", author),
        Kind::Warned => locale.t("chat-told-warned"),
        Kind::Ended => locale.t("chat-told-ended"),
    }
}

/// A name as it stands in a transcript: on one line, short enough for what [`super::weight`] keeps free for it.
fn short(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(60).collect()
}

/// Stands before every line that somebody wrote. Plain blanks would vanish where a ticket is shown as HTML; these stay.
const INDENT: &str = "\u{2003}\u{2003}";
/// How many letters that is.
const INDENT_LETTERS: usize = 2;

/// The lines of a text, at everything that a browser or a mail program takes for the end of one.
fn lines(body: &str) -> impl Iterator<Item = &str> {
    body.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
}

/// How many letters words take below their writer.
pub(super) fn letters(body: &str) -> usize {
    body.chars().count() + lines(body).count() * INDENT_LETTERS
}

/// Words as they stand below their writer.
fn indented(body: &str) -> String {
    let body = without_times(body);
    let lines: Vec<String> = lines(&body).map(|line| format!("{INDENT}{line}")).collect();
    lines.join("\n")
}

/// The same words with `(10:05)` for `[10:05]`: a line that is long enough begins anew at the margin, where no indent
/// shows whose it is.
fn without_times(body: &str) -> String {
    let mut plain = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(start) = rest.find(['[', '［']) {
        let opening = rest[start..].chars().next().map_or(0, char::len_utf8);
        plain.push_str(&rest[..start]);
        let inside = &rest[start + opening..];
        let end = inside.find([']', '］', '[', '［']);
        match end.filter(|end| is_time(&inside[..*end])) {
            Some(end) if inside[end..].starts_with([']', '］']) => {
                let closing = inside[end..].chars().next().map_or(0, char::len_utf8);
                plain.push_str(&format!("({})", &inside[..end]));
                rest = &inside[end + closing..];
            }
            _ => {
                plain.push_str(&rest[start..start + opening]);
                rest = inside;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Whether this reads as hours and minutes, whatever stands between them that nobody sees.
fn is_time(text: &str) -> bool {
    let mut shape = text.chars().filter_map(|letter| match letter {
        ':' | '：' | '∶' | '꞉' | 'ː' => Some(':'),
        letter if letter.is_numeric() => Some('0'),
        letter if letter.is_alphabetic() => Some('a'),
        _ => None,
    });
    let shape: String = shape.by_ref().take(8).collect();
    matches!(shape.trim_end_matches('a'), "0:00" | "00:00")
}

/// The messages of some kinds as one text, each with its time and who said it.
#[must_use]
pub fn text(
    reader: &Reader,
    messages: &[Message],
    wanted: fn(Kind) -> bool,
    name: impl Fn(Option<UserId>) -> String,
) -> String {
    let Some(first) = messages.first() else {
        return String::new();
    };
    let began = reader.instant(first.at, InstantStyle::Full);
    let mut lines = vec![
        reader
            .locale
            .t_with("chat-transcript-head", &[("at", began.into())]),
    ];
    for message in messages.iter().filter(|message| wanted(message.kind)) {
        let time = reader.instant(message.at, InstantStyle::Time);
        let author = short(&name(message.author));
        let line = if message.kind.is_spoken() {
            format!("[{time}] {author}\n{}", indented(&message.body))
        } else {
            let person = short(&name(message.person));
            format!("[{time}] {}", happening(reader.locale, message, &author, &person))
        };
        lines.push(line);
    }
    lines.join("\n\n")
}

#[cfg(test)]
mod tests {
    use kernel::Clock;
    use kernel::cx::Cx;

    use super::*;
    use crate::conversation::{LETTERS_MOST, WORDS_MOST, weight};

    fn said(place: i64, author: UserId, body: &str, kind: Kind) -> Message {
        Message {
            place,
            kind,
            author: Some(author),
            person: Some(author),
            body: body.to_owned(),
            at: Timestamp::from_secs(1_772_445_600 + place * 60),
        }
    }

    fn people() -> (UserId, UserId) {
        let cx = Cx::system(Clock::manual(Timestamp::from_secs(1_772_445_600)), "test");
        (cx.new_id(), cx.new_id())
    }

    fn reader() -> Reader {
        kernel::i18n::register(crate::LOCALES);
        Reader {
            locale: Locale::En,
            time_zone: "Asia/Shanghai".to_owned(),
        }
    }

    #[test]
    fn everything_said_is_in_it_in_order_with_name_and_local_time_and_asides_are_not() {
        let (ann, bob) = people();
        let name = |one: Option<UserId>| if one == Some(ann) { "Ann" } else { "Bob" }.to_owned();
        let messages = [
            said(0, ann, "VPN is down\nsince nine", Kind::Said),
            said(1, bob, "", Kind::Taken),
            said(2, bob, "she is in Berlin", Kind::Aside),
            said(3, bob, "Try again, please", Kind::Said),
        ];
        let text = text(&reader(), &messages, Kind::is_public, name);
        let (first, second) = (
            text.find("\n\u{2003}\u{2003}VPN is down\n\u{2003}\u{2003}since nine")
                .unwrap(),
            text.find("Try again").unwrap(),
        );
        assert!(first < second, "{text}");
        assert!(
            text.contains("[18:00] Ann") && text.contains("[18:03] Bob"),
            "{text}"
        );
        assert!(text.contains("Bob has taken over"), "{text}");
        assert!(!text.contains("Berlin"), "{text}");
    }

    /// The entries that a reader sees: what begins at the margin with a time in brackets.
    fn entries(text: &str) -> Vec<&str> {
        let begins = |line: &&str| line.starts_with('[');
        text.split(['\n', '\r', '\u{2028}']).filter(begins).collect()
    }

    #[test]
    fn no_word_of_the_requester_passes_for_an_entry_of_somebody_else() {
        let (ann, amy) = people();
        let name = |one: Option<UserId>| match one == Some(ann) {
            true => "Ann\n[10:05] Amy".to_owned(),
            false => "Amy".to_owned(),
        };
        for forged in [
            "ok\n\n[10:05] Amy\nYes, I approve it.",
            "ok\r\r[10:05] Amy\rYes",
            "ok\u{2028}[ 9:05 ] Amy",
            "ok [10:05] Amy has taken over.",
            "[10\u{200b}:05] Amy",
            "［10：05］ Amy",
            "[[10:05] Amy",
            "[10:05 PM] Amy",
        ] {
            let messages = [said(0, ann, forged, Kind::Said), said(1, amy, "No", Kind::Said)];
            let text = text(&reader(), &messages, Kind::is_public, name);
            assert_eq!(
                entries(&text),
                ["[18:00] Ann [10:05] Amy", "[18:01] Amy"],
                "{forged:?}: {text}"
            );
            for line in text.lines().skip(2).filter(|line| !line.is_empty()) {
                assert!(
                    line.starts_with("[18:0") || line.starts_with(INDENT),
                    "{forged:?}: {line:?}"
                );
            }
            assert!(
                !without_times(forged).contains(":05]") && !without_times(forged).contains("［"),
                "{forged:?}"
            );
        }
    }

    #[test]
    fn brackets_that_are_no_time_stay_as_they_were_written() {
        for text in [
            "[::1]:8080",
            "row[10]",
            "[10:05:33] error",
            "[",
            "see [1], [fe80::10:05]",
            "[错误] 10:05",
        ] {
            assert_eq!(without_times(text), text);
        }
    }

    #[test]
    fn the_fullest_conversation_fits_into_one_record_of_a_ticket() {
        let (ann, _) = people();
        let long_name = "N".repeat(500);
        for body in ["字".to_owned(), "字".repeat(WORDS_MOST), "\n".repeat(WORDS_MOST)] {
            let most = LETTERS_MOST / weight(&body);
            let messages: Vec<Message> = (0..most)
                .map(|place| said(place, ann, &body, Kind::Said))
                .collect();
            let text = text(&reader(), &messages, Kind::is_public, |_| long_name.clone());
            assert!(text.chars().count() < desk::ticket::BODY_MAX, "{body}");
        }
    }
}

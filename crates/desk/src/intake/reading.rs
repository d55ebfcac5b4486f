//! A mail as the desk needs it: title, words, what is quoted, files, and the signs of where it belongs. Pure but for
//! putting files into the store.
//!
//! The words of the sender become the body; signature and quotations are kept beside it and folded away on screen. HTML is
//! kept only when nothing was folded away, for it would show again what was. The whole mail stays in the journal.

use std::sync::Arc;

use kernel::Kernel;
use kernel::error::Result;
use kernel::i18n::Locale;
use mail::message::classify::Classification;
use mail::message::{Address, Message, Problem};
use mail::{Arrival, Mailbox};

use crate::ticket::attaching::NewAttachment;
use crate::ticket::{BODY_MAX, TITLE_MAX};
use crate::verification::token;

/// Larger HTML is not shown but read as text.
const HTML_MAX: usize = 1_000_000;
/// Quotations beyond this are in the journal.
const QUOTED_MAX: usize = 200_000;
const TITLE_FROM_BODY: usize = 80;
const PEOPLE_MAX: usize = 10;
/// The mail slice bounded the whole mail already.
const FILE_MAX: u64 = 1 << 30;

/// One mail.
#[derive(Debug, Clone)]
pub(super) struct Incoming {
    pub(super) mailbox: Mailbox,
    pub(super) class: Classification,
    pub(super) sender: Option<Address>,
    pub(super) also_to: Vec<Address>,
    pub(super) message_id: Option<String>,
    pub(super) title: String,
    /// Empty when there are no words.
    pub(super) body: String,
    pub(super) html: Option<String>,
    pub(super) quoted: Option<String>,
    pub(super) files: Vec<NewAttachment>,
    /// What could not be taken over, as keys of texts.
    pub(super) problems: Vec<&'static str>,
    /// The language the sender seems to write in.
    pub(super) locale: Option<Locale>,
    /// What finding the ticket looks at, and what asks whether an answer is allowed.
    pub(super) arrival: Arc<Arrival>,
    pub(super) base_url: String,
}

impl Incoming {
    /// Reads a mail and stores its files.
    pub(super) async fn read(kernel: &Kernel, arrival: &Arrival) -> Result<Incoming> {
        let message = &arrival.message;
        let mut problems = problems_of(message);
        let mut files = files_of(kernel, message).await?;
        let words = Words::of(message).without_tokens();
        let body = if words.body.chars().count() > BODY_MAX {
            problems.push("desk-mail-problem-shortened");
            files.push(whole_mail(kernel, arrival).await?);
            words.body.chars().take(BODY_MAX).collect()
        } else {
            words.body
        };
        Ok(Incoming {
            mailbox: arrival.mailbox.clone(),
            class: arrival.class.clone(),
            sender: arrival.sender().cloned(),
            also_to: message
                .to
                .iter()
                .chain(&message.cc)
                .filter(|one| one.is_mailbox())
                .take(PEOPLE_MAX)
                .cloned()
                .collect(),
            message_id: message
                .message_id
                .clone()
                .filter(|id| !id.is_empty() && id.len() <= 500)
                .map(plain),
            title: title(message.subject.as_deref().unwrap_or_default(), &body),
            html: words.html,
            quoted: words.quoted,
            locale: guess(&format!(
                "{} {}",
                message.subject.as_deref().unwrap_or_default(),
                message.reply_text
            )),
            body,
            files,
            problems,
            arrival: Arc::new(without_content(arrival)),
            base_url: kernel.config.base_url.clone(),
        })
    }
}

/// The arrival as far as it is asked about later, without the megabytes.
fn without_content(arrival: &Arrival) -> Arrival {
    let message = &arrival.message;
    let kept = Message {
        headers: message.headers.clone(),
        subject: message.subject.clone(),
        from: message.from.clone(),
        reply_to: message.reply_to.clone(),
        to: message.to.clone(),
        cc: message.cc.clone(),
        in_reply_to: message.in_reply_to.clone(),
        references: message.references.clone(),
        ..Message::default()
    };
    Arrival {
        id: arrival.id,
        mailbox: arrival.mailbox.clone(),
        received_at: arrival.received_at,
        message: kept,
        class: arrival.class.clone(),
        raw_hash: arrival.raw_hash.clone(),
        answers_per_hour: arrival.answers_per_hour,
    }
}

/// No database takes NUL in a text.
fn plain(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "")
    } else {
        text
    }
}

struct Words {
    body: String,
    quoted: Option<String>,
    html: Option<String>,
}

impl Words {
    /// Without the signed words of our own letters, which are for the one person they were sent to.
    fn without_tokens(self) -> Words {
        Words {
            body: token::without(&self.body),
            quoted: self.quoted.as_deref().map(token::without),
            html: self.html.as_deref().map(token::without),
        }
    }

    fn of(message: &Message) -> Words {
        let reply = message.reply_text.trim();
        let (body, folded) = if !reply.is_empty() {
            (
                reply.to_owned(),
                [message.signature.trim(), message.quoted.trim()],
            )
        } else if message.quoted.trim().is_empty() {
            // Nothing but what looks like a signature is what somebody wanted to say.
            (message.text.trim().to_owned(), ["", ""])
        } else {
            (message.signature.trim().to_owned(), ["", message.quoted.trim()])
        };
        let folded: Vec<&str> = folded.into_iter().filter(|part| !part.is_empty()).collect();
        let quoted: String = folded.join("\n\n").chars().take(QUOTED_MAX).collect();
        let quoted = Some(plain(quoted)).filter(|text| !text.is_empty());
        let html = message
            .html
            .clone()
            .filter(|html| quoted.is_none() && html.len() <= HTML_MAX)
            .map(plain);
        Words {
            body: plain(body),
            quoted,
            html,
        }
    }
}

/// What was left out, in words for the technician.
fn problems_of(message: &Message) -> Vec<&'static str> {
    let mut problems: Vec<&'static str> = message
        .problems
        .iter()
        .map(|problem| match problem {
            Problem::TooDeep | Problem::TooManyParts => "desk-mail-problem-parts",
            Problem::AttachmentTooLarge => "desk-mail-problem-attachment",
        })
        .collect();
    problems.sort_unstable();
    problems.dedup();
    problems
}

async fn files_of(kernel: &Kernel, message: &Message) -> Result<Vec<NewAttachment>> {
    let mut files = Vec::new();
    for (place, file) in message
        .attachments
        .iter()
        .enumerate()
        .filter(|(_, file)| !file.dropped)
    {
        let stored = kernel.files.put(file.bytes.clone(), FILE_MAX).await?;
        let media_type = media_type(&file.media_type);
        files.push(NewAttachment {
            hash: stored.hash,
            name: plain(file.name.clone().unwrap_or_else(|| nameless(place, &media_type))),
            media_type,
            size: stored.size,
            content_id: file.content_id.clone().map(plain),
        });
    }
    Ok(files)
}

async fn whole_mail(kernel: &Kernel, arrival: &Arrival) -> Result<NewAttachment> {
    let size = kernel.files.get(&arrival.raw_hash).await?.len();
    Ok(NewAttachment {
        hash: arrival.raw_hash.clone(),
        name: "mail.eml".to_owned(),
        media_type: "message/rfc822".to_owned(),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        content_id: None,
    })
}

fn media_type(declared: &str) -> String {
    let is_token = |letter: char| letter.is_ascii_alphanumeric() || "!#$&-^_.+/".contains(letter);
    let declared = declared.trim().to_ascii_lowercase();
    let is_sound =
        declared.len() <= 127 && declared.matches('/').count() == 1 && declared.chars().all(is_token);
    if is_sound {
        declared
    } else {
        "application/octet-stream".to_owned()
    }
}

fn nameless(place: usize, media_type: &str) -> String {
    let ending = match media_type {
        "text/plain" => "txt",
        "text/calendar" => "ics",
        "message/rfc822" => "eml",
        "image/jpeg" => "jpg",
        "application/octet-stream" => "bin",
        other => other.rsplit('/').next().unwrap_or("bin"),
    };
    format!("{}.{ending}", place + 1)
}

/// What mail programs put before a subject, in the languages they do it in.
const PREFIXES: [&str; 18] = [
    "re", "aw", "sv", "antw", "vs", "res", "rif", "fw", "fwd", "wg", "tr", "rv", "回复", "回覆", "答复",
    "转发", "轉寄", "轉發",
];

/// The subject without prefixes and our own number; the first words of the body when there is none.
fn title(subject: &str, body: &str) -> String {
    let mut rest = subject.trim();
    while let Some(shorter) = without_prefix(rest) {
        rest = shorter;
    }
    let line = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('\0', "")
    };
    let title = line(rest);
    if !title.is_empty() {
        return title.chars().take(TITLE_MAX).collect();
    }
    let first = body
        .lines()
        .map(line)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if first.chars().count() <= TITLE_FROM_BODY {
        return first;
    }
    first.chars().take(TITLE_FROM_BODY).chain(['…']).collect()
}

fn without_prefix(subject: &str) -> Option<&str> {
    if let Some(number) = subject.strip_prefix("[#") {
        let (number, rest) = number.split_once(']')?;
        return number
            .bytes()
            .all(|digit| digit.is_ascii_digit())
            .then(|| rest.trim_start());
    }
    let (word, rest) = subject.split_once([':', '：'])?;
    // Outlook counts: "Re[2]:", "AW(3):".
    let word = word
        .trim_end_matches(|letter: char| letter.is_ascii_digit() || "[]()".contains(letter))
        .trim()
        .to_lowercase();
    PREFIXES.contains(&word.as_str()).then(|| rest.trim_start())
}

/// Chinese when at least a tenth of the letters are; English when there are words and none of them are of another
/// writing; else nobody knows.
fn guess(text: &str) -> Option<Locale> {
    let (mut han, mut latin, mut other) = (0_usize, 0_usize, 0_usize);
    for letter in text.chars().take(5_000).filter(|letter| letter.is_alphabetic()) {
        match letter {
            '\u{3400}'..='\u{9fff}' => han += 1,
            'a'..='z' | 'A'..='Z' => latin += 1,
            _ => other += 1,
        }
    }
    // Kana among the characters: Japanese, which we do not speak.
    let kana = text
        .chars()
        .any(|letter| ('\u{3040}'..='\u{30ff}').contains(&letter));
    match () {
        () if han > 0 && !kana && han * 10 >= han + latin + other => Some(Locale::ZhCn),
        () if latin >= 20 && han == 0 && other == 0 => Some(Locale::En),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_sheds_what_mail_programs_put_before_it() {
        assert_eq!(title("Re: AW: [#1042] Printer dead", ""), "Printer dead");
        assert_eq!(title("回复：转发: 打印机坏了", ""), "打印机坏了");
        assert_eq!(title("Re[2]: VPN", ""), "VPN");
        assert_eq!(title("Error: disk full", ""), "Error: disk full");
        assert_eq!(title(" Re: ", "\n  the  first\nline"), "the first");
        assert_eq!(title(&"x".repeat(500), "").len(), TITLE_MAX);
    }

    #[test]
    fn the_language_is_guessed_only_from_enough() {
        assert_eq!(
            guess("打印机 HP LaserJet 4050 打不出来，报错 paper jam"),
            Some(Locale::ZhCn)
        );
        assert_eq!(
            guess("The printer on floor three does not print"),
            Some(Locale::En)
        );
        assert_eq!(guess("ok"), None);
        assert_eq!(guess("プリンターが壊れました、紙が詰まっています"), None);
        assert_eq!(guess("Der Drucker druckt nicht über das Netz"), None);
    }

    #[test]
    fn words_without_a_reply_are_not_lost() {
        let message = |reply: &str, signature: &str, quoted: &str| Message {
            reply_text: reply.to_owned(),
            signature: signature.to_owned(),
            quoted: quoted.to_owned(),
            text: format!("{reply}{signature}{quoted}"),
            html: Some("<p>x</p>".to_owned()),
            ..Message::default()
        };
        let words = Words::of(&message("It hums.", "Ann", "> hello"));
        assert_eq!(
            (words.body.as_str(), words.quoted.as_deref()),
            ("It hums.", Some("Ann\n\n> hello"))
        );
        assert_eq!(words.html, None);
        let words = Words::of(&message("", "Ann", ""));
        assert_eq!((words.body.as_str(), words.quoted), ("Ann", None));
        let words = Words::of(&message("", "", "> only quoted"));
        assert_eq!(
            (words.body.as_str(), words.quoted.as_deref()),
            ("", Some("> only quoted"))
        );
        assert!(Words::of(&message("It hums.", "", "")).html.is_some());
    }

    #[test]
    fn a_media_type_that_is_none_is_bytes() {
        assert_eq!(media_type("image/PNG"), "image/png");
        for odd in [
            "",
            "image",
            "a/b/c",
            "text/html; charset=x",
            "x/\r\nSet-Cookie: a",
        ] {
            assert_eq!(media_type(odd), "application/octet-stream");
        }
    }
}

//! A conversation: one employee with a question, the technicians who answer it in turn, and every word between them.
//!
//! The types and pure rules are here, the SQL in `store`, one file for each thing that can be done: `saying` (which also
//! begins one), `holding` (take, hand over), `ending` (which always leaves a ticket), `idling`, `reading`. Each message is a
//! row before anybody sees it, so a lost connection or a restart loses nothing that was sent. Files are not sent here:
//! they belong on the ticket.

pub mod ending;
pub mod holding;
pub mod idling;
pub mod reading;
pub mod saying;
pub mod store;
pub mod transcript;

use kernel::error::{Error, Result};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Marks the identifiers of conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationMark;
/// Names a conversation.
pub type ConversationId = Id<ConversationMark>;

/// The longest message.
pub const WORDS_MOST: usize = 4_000;
/// All messages of a conversation with what stands around them: below what one record of a ticket holds.
pub const LETTERS_MOST: i64 = 150_000;
/// What the transcript writes around a message: a time, a name.
const AROUND: i64 = 150;
/// The first line is cut to so many letters.
const SUBJECT_LETTERS: usize = 120;
/// Form tokens are identifiers; a client of the interface may send its own.
const TOKEN_LETTERS: usize = 100;

/// Where a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatState)]
pub enum State {
    /// Nobody has taken it yet, or it was given back.
    Waiting,
    /// A technician has it.
    Talking,
    /// It has become a ticket.
    Ended,
}

impl State {
    const ALL: [Self; 3] = [Self::Waiting, Self::Talking, Self::Ended];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Talking => "talking",
            Self::Ended => "ended",
        }
    }

    fn stored(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| Error::internal(format!("unknown state {word:?} of a conversation")))
    }
}

/// Who or what ended a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatEndedBy)]
pub enum EndedBy {
    /// The technician who had it.
    Desk,
    /// The employee.
    Requester,
    /// Nobody said anything any more.
    Silence,
    /// Nobody was there: it was left as a ticket at once.
    Left,
}

impl EndedBy {
    const ALL: [Self; 4] = [Self::Desk, Self::Requester, Self::Silence, Self::Left];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Requester => "requester",
            Self::Silence => "silence",
            Self::Left => "left",
        }
    }

    fn stored(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| Error::internal(format!("unknown end {word:?} of a conversation")))
    }
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatMessageKind)]
pub enum Kind {
    /// A word between the two.
    Said,
    /// A word among technicians.
    Aside,
    /// What the one who has it tells the next one.
    HandOff,
    /// Somebody took it.
    Taken,
    /// It was given to somebody.
    HandedOver,
    /// It went back to the queue.
    Returned,
    /// The silence will end it soon.
    Warned,
    /// It has become a ticket.
    Ended,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Said,
        Self::Aside,
        Self::HandOff,
        Self::Taken,
        Self::HandedOver,
        Self::Returned,
        Self::Warned,
        Self::Ended,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::Aside => "aside",
            Self::HandOff => "hand_off",
            Self::Taken => "taken",
            Self::HandedOver => "handed_over",
            Self::Returned => "returned",
            Self::Warned => "warned",
            Self::Ended => "ended",
        }
    }

    /// Whether the requester sees it.
    #[must_use]
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Aside | Self::HandOff)
    }

    /// Whether it holds words of a person.
    #[must_use]
    pub const fn is_spoken(self) -> bool {
        matches!(self, Self::Said | Self::Aside | Self::HandOff)
    }

    fn stored(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| Error::internal(format!("unknown kind {word:?} of a message")))
    }
}

/// A conversation as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// Who asks.
    pub requester: UserId,
    /// Who has it, or had it last.
    pub technician: Option<UserId>,
    /// Where it is.
    pub state: State,
    /// Its first line.
    pub subject: String,
    /// How many messages there are.
    pub messages: i64,
    /// What they would take in a ticket.
    pub letters: i64,
    /// The desk is to speak: the requester spoke last, or it was handed to the next one.
    pub unanswered: bool,
    /// When it began.
    pub opened_at: Timestamp,
    /// When the silence began.
    pub last_word_at: Timestamp,
    /// When it was said that the silence will end it.
    pub warned_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who or what ended it.
    pub ended_by: Option<EndedBy>,
    /// The ticket it has become.
    pub ticket: Option<i64>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its place in the conversation, from 0.
    pub place: i64,
    /// What it is.
    pub kind: Kind,
    /// Who did it; none when the house did.
    pub author: Option<UserId>,
    /// Who has the conversation from now on.
    pub person: Option<UserId>,
    /// The words.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

impl Conversation {
    /// Still going on, or a conflict in words.
    pub(crate) fn check_open(&self) -> Result<()> {
        match self.state {
            State::Ended => Err(Error::conflict("chat.conversation.ended")),
            State::Waiting | State::Talking => Ok(()),
        }
    }

    /// The name under which the event log and live pages know it.
    #[must_use]
    pub fn subject_of_log(&self) -> String {
        format!("chat:{}", self.id)
    }
}

/// Words as they may be stored: not empty, not endless, without what no reader needs.
pub fn words(field: &str, text: &str) -> Result<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("chat.message.missing").field(field));
    }
    if text.chars().count() > WORDS_MOST {
        return Err(Error::invalid("chat.message.too_long")
            .field(field)
            .arg("most", i64::try_from(WORDS_MOST).unwrap_or(i64::MAX)));
    }
    Ok(text.to_owned())
}

/// What words take in the transcript.
pub(crate) fn weight(text: &str) -> i64 {
    i64::try_from(transcript::letters(text))
        .unwrap_or(LETTERS_MOST)
        .saturating_add(AROUND)
}

/// A token as it may be stored.
pub(crate) fn token(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    (!text.is_empty()).then(|| text.chars().take(TOKEN_LETTERS).collect())
}

/// The first line, cut at a word where one ends in time.
#[must_use]
pub fn subject(words: &str) -> String {
    let line = words.lines().map(str::trim).find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    if line.chars().count() <= SUBJECT_LETTERS {
        return line.to_owned();
    }
    let cut: String = line.chars().take(SUBJECT_LETTERS - 1).collect();
    let end = cut.rfind(' ').filter(|end| *end > cut.len() / 2);
    format!("{}…", cut[..end.unwrap_or(cut.len())].trim_end())
}

/// A part of a message: plain words, or an address that can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Shown as it is.
    Words(&'a str),
    /// An `http` or `https` address.
    Link(&'a str),
}

/// A message in pieces. Nothing but `http://` and `https://` becomes a link; marks that end a sentence stay outside.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(start) = begin_of_link(rest) {
        let tail = &rest[start..];
        let end = tail.find(ends_link).unwrap_or(tail.len());
        let link = tail[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        if link.ends_with("://") {
            pieces.push(Piece::Words(&rest[..start + end]));
            rest = &tail[end..];
            continue;
        }
        if start > 0 {
            pieces.push(Piece::Words(&rest[..start]));
        }
        pieces.push(Piece::Link(link));
        rest = &tail[link.len()..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    pieces
}

fn begin_of_link(text: &str) -> Option<usize> {
    let starts = ["https://", "http://"]
        .into_iter()
        .filter_map(|one| text.find(one));
    starts.min()
}

/// Chinese text goes on behind an address without a space.
fn ends_link(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '<' | '>' | '"' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_empty_or_endless_are_refused_and_the_field_is_named() {
        assert_eq!(words("body", " \n ").unwrap_err().fields()[0].field, "body");
        assert_eq!(
            words("body", &"x".repeat(WORDS_MOST + 1)).unwrap_err().code(),
            "chat.message.too_long"
        );
        assert_eq!(words("body", " a\r\nb\0\rc ").unwrap(), "a\nb\nc");
    }

    #[test]
    fn an_address_becomes_a_link_and_the_full_stop_behind_it_does_not() {
        assert_eq!(
            pieces("see https://wiki.example/vpn?x=1. Then"),
            [
                Piece::Words("see "),
                Piece::Link("https://wiki.example/vpn?x=1"),
                Piece::Words(". Then")
            ]
        );
        assert_eq!(
            pieces("请打开https://wiki.example/vpn，再试"),
            [
                Piece::Words("请打开"),
                Piece::Link("https://wiki.example/vpn"),
                Piece::Words("，再试")
            ]
        );
    }

    #[test]
    fn what_is_no_web_address_stays_text() {
        for text in ["javascript:alert(1)", "http://", "data:text/html,x", "a < b"] {
            assert!(
                pieces(text).iter().all(|piece| matches!(piece, Piece::Words(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn the_subject_is_the_first_line_that_says_something_and_never_cut_inside_a_letter() {
        assert_eq!(subject("\n VPN is down \nsince nine"), "VPN is down");
        assert_eq!(subject(&"打印机卡纸".repeat(60)).chars().count(), SUBJECT_LETTERS);
    }
}

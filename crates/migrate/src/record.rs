//! What a ticket of any desk is, before it is put into our words: the form that every reader makes and one writer takes.
//!
//! Words for state, priority, and the like are still the other desk's (`translating` turns them into ours); people, times,
//! texts, and files are already read. It holds no rule about what may be taken.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use desk::ticket::family::Relation;
use kernel::time::Timestamp;

/// Where in the export something stands: the file below the folder, and the how-manieth object of it, from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    pub row: u64,
}

/// What a reader hands on, one after the other; people come before the tickets.
#[derive(Debug)]
pub enum Record {
    Person(Place, Who),
    Ticket(Box<Ticket>),
}

/// A person; known by the mail address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub email: String,
    pub name: String,
    pub phone: String,
    pub organisation: String,
    pub department: String,
    pub job_title: String,
    pub place: String,
    /// A language tag as the other desk writes it, or nothing.
    pub language: String,
    /// Works on tickets over there, and still does.
    pub staff: bool,
}

/// Somebody whom many tickets name.
pub type Who = Arc<Person>;

/// Words, plain or marked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    Plain(String),
    Html(String),
}

impl Default for Text {
    fn default() -> Text {
        Text::Plain(String::new())
    }
}

/// A file on an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: String,
    pub content_id: Option<String>,
    pub content: Content,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    At(PathBuf),
    Held(Bytes),
    /// The export names the file and does not hold it; this is where it should lie.
    Lost(String),
}

/// From which side of the desk something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Requester,
    Staff,
}

/// Something that was said after the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub at: Timestamp,
    pub author: Option<Who>,
    pub side: Side,
    pub public: bool,
    pub text: Text,
    pub files: Vec<File>,
}

/// What this ticket is to another, named by its id over there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub relation: Relation,
    pub other: String,
}

/// Time that somebody worked on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    pub at: Timestamp,
    pub who: Option<Who>,
    pub minutes: i64,
    pub what: String,
}

/// What the requester thought of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Satisfaction {
    pub score: String,
    pub comment: Option<String>,
}

/// A word of the other desk, and what stands for it when nobody told what the word itself means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    pub said: String,
    /// A wider word of the same desk: the category of a status that somebody named.
    pub wider: Option<String>,
}

impl Word {
    /// A word that has no wider one.
    #[must_use]
    pub fn of(said: impl Into<String>) -> Word {
        Word {
            said: said.into(),
            wider: None,
        }
    }
}

/// A ticket with everything that belongs to it.
#[derive(Debug, Clone, Default)]
pub struct Ticket {
    pub place: Place,
    /// The id that never changes over there; with the source it makes the ticket unique.
    pub foreign: String,
    /// The number or key that people know it by.
    pub reference: String,
    pub title: String,
    pub body: Text,
    pub body_files: Vec<File>,
    pub requester: Option<Who>,
    pub owner: Option<Who>,
    pub team: Option<String>,
    pub state: Word,
    pub priority: Option<Word>,
    pub kind: Option<Word>,
    pub urgency: Option<Word>,
    pub impact: Option<Word>,
    pub channel: Option<Word>,
    pub category: Option<String>,
    pub organisation: Option<String>,
    pub opened: Timestamp,
    pub updated: Option<Timestamp>,
    pub first_response: Option<Timestamp>,
    pub solved: Option<Timestamp>,
    pub closed: Option<Timestamp>,
    pub tags: Vec<String>,
    /// What has no place of its own here, by its name over there.
    pub fields: Vec<(String, String)>,
    pub solution: Option<Text>,
    /// Whether the other desk kept its promise, when it says so.
    pub met: Option<bool>,
    pub articles: Vec<Article>,
    pub links: Vec<Link>,
    pub times: Vec<Spent>,
    pub satisfaction: Option<Satisfaction>,
}

impl Ticket {
    /// Everybody it names.
    pub fn people(&self) -> impl Iterator<Item = &Who> {
        let said = self.articles.iter().map(|article| article.author.as_ref());
        let times = self.times.iter().map(|spent| spent.who.as_ref());
        [self.requester.as_ref(), self.owner.as_ref()]
            .into_iter()
            .chain(said)
            .chain(times)
            .flatten()
    }
}

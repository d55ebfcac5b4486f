//! What goes to a service: the words and the card for somebody, the request that carries them, and what the service makes of it. Pure.

use std::fmt;

use kernel::outgoing::Answer;
use serde::{Deserialize, Serialize};

/// What somebody is told, in their language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// One line; empty for a plain answer.
    pub title: String,
    /// The words.
    pub text: String,
    /// Where more of it is.
    pub link: Option<Link>,
    /// What is asked.
    pub question: Option<Question>,
    /// Where the card stands that these words replace.
    pub instead_of: Option<String>,
    /// The name of whom it is meant for, where others read it too.
    #[serde(default)]
    pub whom: Option<String>,
}

impl Told {
    /// Plain words.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Self {
        Self {
            title: String::new(),
            text: text.into(),
            link: None,
            question: None,
            instead_of: None,
            whom: None,
        }
    }

    /// All of it as words, for whoever shows no cards.
    #[must_use]
    pub fn as_text(&self) -> String {
        let link = self.link.as_ref().map_or("", |link| link.url.as_str());
        let parts = [self.title.as_str(), self.text.as_str(), link];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        said.join("\n")
    }
}

/// A link of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

/// "Does it work?"
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Which; letters, digits, and `-`.
    pub id: String,
    /// The words for yes.
    pub yes: String,
    /// The words for no.
    pub no: String,
    /// A signed link that proposes yes.
    pub yes_url: String,
    /// A signed link that proposes no.
    pub no_url: String,
}

/// A message on its way.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Names it; the same however often it is sent.
    pub id: &'a str,
    /// To whom, as the service knows them.
    pub to: &'a str,
    /// What.
    pub told: &'a Told,
    /// The access token, when the service gives one.
    pub token: &'a str,
}

/// A request to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where to.
    pub url: String,
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: String,
}

impl Draft {
    /// JSON.
    #[must_use]
    pub fn json(url: String, body: &serde_json::Value) -> Self {
        Self {
            url,
            headers: vec![("content-type", "application/json; charset=utf-8".to_owned())],
            body: body.to_string(),
        }
    }

    /// With one header more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What a service makes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It has it.
    Yes,
    /// It does not take it now.
    No,
    /// The access token is not good any more.
    TokenSpent,
}

impl Taken {
    /// Yes or no.
    #[must_use]
    pub const fn when(is_taken: bool) -> Self {
        if is_taken { Self::Yes } else { Self::No }
    }
}

/// An access token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// It.
    pub value: String,
    /// Good for so many seconds.
    pub seconds: i64,
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Token(…, {} s)", self.seconds)
    }
}

/// An answer's body as JSON; null when it is none.
#[must_use]
pub fn json_of(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(&answer.body).unwrap_or_default()
}

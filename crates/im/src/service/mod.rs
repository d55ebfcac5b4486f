//! The chat services, one file each. A service says which settings it needs, proves a request, reads it, and writes messages in
//! the form its documentation lays down. Everything here is pure: what is done with a message, and the sending, is elsewhere.
//!
//! To add one: a file beside these that implements [`Service`], a line in [`ALL`], and its texts (`im-service-NAME`,
//! `im-service-NAME-steps`, `im-field-FIELD`).

pub mod dingtalk;
pub mod feishu;
pub mod plain;
pub mod said;
pub mod slack;
pub mod teams;
pub mod told;
pub mod wecom;

use std::collections::BTreeMap;
use std::fmt;

use kernel::cx::Cx;
use kernel::error::Result;
use kernel::outgoing::Answer;
use kernel::time::Timestamp;

pub use said::{Heard, Outcome, Refusal, Reply, Request, Said, WINDOW_SECONDS, Word, fresh, json, text_of};
pub use told::{Draft, Letter, Link, Question, Taken, Token, Told, json_of};

/// A service as the house holds it.
pub type Kind = &'static dyn Service;

/// All of them, in the order in which they are offered.
pub const ALL: &[Kind] = &[
    &wecom::WeCom,
    &dingtalk::DingTalk,
    &feishu::Feishu,
    &slack::Slack,
    &teams::Teams,
    &plain::Plain,
];

/// The service of a name.
#[must_use]
pub fn named(name: &str) -> Option<Kind> {
    ALL.iter().copied().find(|service| service.name() == name)
}

/// One chat service.
pub trait Service: Sync {
    /// Its name in the database, in texts, and in the interface.
    fn name(&self) -> &'static str;

    /// What must be known to speak with it.
    fn fields(&self) -> &'static [Field];

    /// Fields whose value cannot be one.
    fn malformed(&self, _settings: &Settings) -> Vec<&'static str> {
        Vec::new()
    }

    /// Proves a request and reads it.
    ///
    /// # Errors
    /// Why it is refused.
    fn hear(
        &self,
        settings: &Settings,
        request: &Request,
        now: Timestamp,
    ) -> std::result::Result<Word, Refusal>;

    /// The answer to the request itself, once it was taken: what the person is told about a button they pressed, if the service
    /// shows it at once.
    ///
    /// # Errors
    /// Internal, when it cannot be sealed.
    fn reply(
        &self,
        _settings: &Settings,
        _cx: &Cx,
        _heard: &Heard,
        _outcome: Option<&Outcome>,
    ) -> Result<Reply> {
        Ok(Reply::empty())
    }

    /// Whether [`Service::reply`] shows all that somebody is told who pressed a button, so that no message need follow.
    fn shows_outcome(&self) -> bool {
        false
    }

    /// Whether [`Service::reply`] carries what somebody is told about their words, so that no message need follow.
    fn answers_at_once(&self) -> bool {
        false
    }

    /// Whether others read what somebody is told, because only a channel of many can be written to. Then nothing is told but a
    /// ticket's number, how it stands, and its page.
    fn is_overheard(&self) -> bool {
        false
    }

    /// A message as it is sent.
    ///
    /// # Errors
    /// Internal, when it cannot be signed.
    fn write(&self, settings: &Settings, cx: &Cx, letter: &Letter<'_>) -> Result<Draft>;

    /// What the service says to a message.
    fn taken(&self, answer: &Answer) -> Taken {
        Taken::when((200..300).contains(&answer.status))
    }

    /// How an access token is asked for; nothing when none is needed.
    fn ask_token(&self, _settings: &Settings) -> Option<Draft> {
        None
    }

    /// The access token in an answer.
    fn read_token(&self, _answer: &Answer) -> Option<Token> {
        None
    }

    /// How the mail address of somebody is asked for; nothing when the service does not tell or was not asked to be believed.
    fn ask_email(&self, _settings: &Settings, _who: &str) -> Option<Draft> {
        None
    }

    /// The mail address in an answer.
    fn read_email(&self, _answer: &Answer) -> Option<String> {
        None
    }

    /// Whether an answer says no more than that the same is to be asked again later.
    fn puts_off(&self, answer: &Answer) -> bool {
        answer.status == 429 || answer.status >= 500
    }
}

impl fmt::Debug for dyn Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A setting of a service.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What is entered.
    pub kind: FieldKind,
    /// What holds until somebody enters something else.
    pub default: &'static str,
}

/// What is entered into a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A word.
    Text,
    /// An address of the web.
    Address,
    /// A word that is sealed and not shown again.
    Secret,
    /// Yes (`yes`) or no.
    Flag,
}

impl Field {
    const fn new(name: &'static str, kind: FieldKind, default: &'static str) -> Self {
        Self { name, kind, default }
    }

    /// A word that must be entered.
    #[must_use]
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, FieldKind::Text, "")
    }

    /// A secret that must be entered.
    #[must_use]
    pub const fn secret(name: &'static str) -> Self {
        Self::new(name, FieldKind::Secret, "")
    }

    /// An address, with the one that nearly everybody uses.
    #[must_use]
    pub const fn address(name: &'static str, default: &'static str) -> Self {
        Self::new(name, FieldKind::Address, default)
    }

    /// A yes or no.
    #[must_use]
    pub const fn flag(name: &'static str) -> Self {
        Self::new(name, FieldKind::Flag, "")
    }

    /// The text that names it.
    #[must_use]
    pub fn text_key(&self) -> String {
        format!("im-field-{}", self.name)
    }
}

/// What was entered, secrets opened.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Settings(pub BTreeMap<String, String>);

impl Settings {
    /// A setting; `""` when it was not entered.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// An address of the service: the entered beginning and a path.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.get("api").trim_end_matches('/'))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_service_needs_a_secret() {
        for (place, service) in ALL.iter().enumerate() {
            assert!(ALL[..place].iter().all(|other| other.name() != service.name()));
            assert!(
                service
                    .fields()
                    .iter()
                    .any(|field| field.kind == FieldKind::Secret)
            );
        }
    }
}

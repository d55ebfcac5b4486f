//! Mails to those who look after articles: one is due, one stopped solving, somebody asks for a review.
//!
//! Without a mailbox to send from, the pages say it all the same.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::UserId;
use mail::message::Address;
use mail::{Letter, Sender};

use crate::article::Number;

/// The texts of a mail and what it is about.
pub(crate) struct Words {
    /// The text of its subject.
    pub subject: &'static str,
    /// The text of its body.
    pub text: &'static str,
    /// The article.
    pub number: Number,
    /// With the reader it makes a mail that leaves once.
    pub key: String,
}

/// Writes to these people, each once, in their language.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    cx: &Cx,
    readers: &[UserId],
    words: &Words,
    arguments: &[(&'static str, String)],
) -> Result<()> {
    send_in(tx, cx, readers, words, |_| arguments.to_vec())
}

/// The same, with arguments that are words of a language themselves.
pub(crate) fn send_in(
    tx: &mut Tx<'_>,
    cx: &Cx,
    readers: &[UserId],
    words: &Words,
    arguments: impl Fn(Locale) -> Vec<(&'static str, String)>,
) -> Result<()> {
    if mail::mailbox::for_sending(tx, &Sender::Purpose(mail::DESK.to_owned()))?.is_none() {
        return Ok(());
    }
    let mut readers = readers.to_vec();
    readers.sort_unstable();
    readers.dedup();
    for person in people::user::store::find_many(tx, &readers)? {
        if !person.active || !people::user::is_email(&person.email) {
            continue;
        }
        let locale = person.locale.unwrap_or(cx.locale);
        let arguments: Vec<_> = arguments(locale)
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        let to = Address {
            name: Some(person.name.clone()).filter(|name| !name.is_empty()),
            email: person.email.clone(),
        };
        let letter = Letter::new(
            mail::DESK,
            to,
            locale.t_with(words.subject, &arguments),
            locale.t_with(words.text, &arguments),
            crate::article::subject(words.number),
            format!("{}:{}", words.key, person.id),
        );
        mail::send(tx, cx, &letter)?;
    }
    Ok(())
}

/// Where an article is.
pub(crate) fn link(base: &str, number: Number) -> String {
    format!("{}/knowledge/{number}", base.trim_end_matches('/'))
}

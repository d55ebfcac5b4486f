//! Mails of the house to people it knows: each once, in their language and by their clock.
//!
//! Slices bring the texts. Without a mailbox to send from nothing leaves; their pages say it all the same.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::UserId;
use mail::message::Address;
use mail::{Letter, Sender};

use crate::user;

/// The texts of a mail and what it is about.
#[derive(Clone, Debug)]
pub struct Words {
    /// The key of the text of its subject.
    pub subject: &'static str,
    /// The key of the text of its body.
    pub text: &'static str,
    /// What the event log knows it by: `article:12`.
    pub about: String,
    /// With the reader it makes a mail that leaves once.
    pub key: String,
}

/// Writes to these people, whoever of them is active and has an address. The arguments of the texts may depend on the reader's
/// language and time zone.
///
/// # Errors
/// The database's.
pub fn send(
    tx: &mut Tx<'_>,
    cx: &Cx,
    readers: &[UserId],
    words: &Words,
    arguments: impl Fn(Locale, &str) -> Vec<(&'static str, String)>,
) -> Result<()> {
    if mail::mailbox::for_sending(tx, &Sender::Purpose(mail::DESK.to_owned()))?.is_none() {
        return Ok(());
    }
    let mut readers = readers.to_vec();
    readers.sort_unstable();
    readers.dedup();
    for person in user::store::find_many(tx, &readers)? {
        if !person.active || !user::is_email(&person.email) {
            continue;
        }
        let locale = person.locale.unwrap_or(cx.locale);
        let zone = person.shown_time_zone.as_deref().unwrap_or(&cx.time_zone);
        let arguments: Vec<_> = arguments(locale, zone)
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
            words.about.clone(),
            format!("{}:{}", words.key, person.id),
        );
        mail::send(tx, cx, &letter)?;
    }
    Ok(())
}

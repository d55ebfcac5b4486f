//! Mails: a course was assigned, a session is tomorrow or does not take place, a day has passed.
//!
//! Without a mailbox to send from, the page of one's courses says it all the same.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::UserId;
use mail::message::Address;
use mail::{Letter, Sender};

/// The texts of a mail and what it is about.
pub(crate) struct Words {
    /// The text of its subject.
    pub subject: &'static str,
    /// The text of its body.
    pub text: &'static str,
    /// What the event log knows it by.
    pub about: String,
    /// With the reader it makes a mail that leaves once.
    pub key: String,
}

/// Writes to these people, each once, in their language and by their clock.
pub(crate) fn send(
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
    for reader in readers {
        let found = people::user::store::find(tx, reader)?;
        let Some(person) = found.filter(|person| person.active && people::user::is_email(&person.email))
        else {
            continue;
        };
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

/// Where a page of this slice is: `/training/courses/ID`.
pub(crate) fn place(base: &str, path: &str) -> String {
    format!("{}{path}", base.trim_end_matches('/'))
}

//! Mails to those who manage automation, when the house switched something off by itself.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
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

/// Writes to everybody with one of the roles, each in their language. Without a mailbox to send from, the pages say it all the same.
pub(crate) fn managers(
    tx: &mut Tx<'_>,
    cx: &Cx,
    roles: &[&str],
    words: &Words,
    arguments: impl Fn(Locale) -> Vec<(&'static str, String)>,
) -> Result<()> {
    if mail::mailbox::for_sending(tx, &Sender::Purpose(mail::DESK.to_owned()))?.is_none() {
        return Ok(());
    }
    let mut readers = Vec::new();
    for role in roles {
        readers.extend(people::role::store::users_with(tx, role)?);
    }
    readers.sort_unstable();
    readers.dedup();
    for reader in readers {
        let found = people::user::store::find(tx, reader)?;
        let Some(person) = found.filter(|person| person.active && people::user::is_email(&person.email))
        else {
            continue;
        };
        let locale = person.locale.unwrap_or(cx.locale);
        let arguments: Vec<_> = arguments(locale)
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        let subject = locale.t_with(words.subject, &arguments);
        let text = locale.t_with(words.text, &arguments);
        let to = Address {
            name: Some(person.name.clone()).filter(|name| !name.is_empty()),
            email: person.email.clone(),
        };
        let key = format!("{}:{}", words.key, person.id);
        mail::send(
            tx,
            cx,
            &Letter::new(mail::DESK, to, subject, text, words.about.clone(), key),
        )?;
    }
    Ok(())
}

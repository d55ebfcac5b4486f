//! A mail that is too large is answered politely, once, when a person seems to have written it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::{Arg, format_size};

use super::{Limits, Raw, subject_of};
use crate::guard;
use crate::letter::{AutoSubmitted, Letter, Sender};
use crate::mailbox::Mailbox;
use crate::message::Address;

/// Writes to the sender that the mail was too large, unless a machine sent it.
pub(crate) fn refuse_politely(
    tx: &mut Tx<'_>,
    cx: &Cx,
    limits: Limits,
    mailbox: &Mailbox,
    id: i64,
    raw: &Raw,
) -> Result<()> {
    let Some(sender) = &raw.sender else { return Ok(()) };
    if !raw.may_answer || !guard::count_answer(tx, cx, sender, limits.answers_per_hour)? {
        return Ok(());
    }
    let locale = mailbox.locale;
    let arguments = [
        ("max", Arg::Text(format_size(limits.mail_bytes, locale))),
        (
            "size",
            Arg::Text(format_size(u64::try_from(raw.size).unwrap_or_default(), locale)),
        ),
        ("subject", Arg::Text(raw.subject.clone().unwrap_or_default())),
    ];
    let to = Address {
        name: None,
        email: sender.clone(),
    };
    let subject = locale.t_with("mail-too-large-subject", &arguments);
    let text = locale.t_with("mail-too-large-text", &arguments);
    let mut letter = Letter::new(
        &mailbox.purpose,
        to,
        subject,
        text,
        subject_of(id),
        format!("too-large/{id}"),
    );
    letter.from = Sender::Mailbox(mailbox.id);
    letter.auto_submitted = AutoSubmitted::Replied;
    letter.in_reply_to.clone_from(&raw.message_id);
    letter.references = raw.message_id.iter().cloned().collect();
    crate::outbound::send(tx, cx, &letter)?;
    Ok(())
}

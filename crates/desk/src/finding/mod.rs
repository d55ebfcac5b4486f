//! The finding: the cause of a ticket in two texts, technical for the desk and plain for the requester.
//!
//! It belongs to the ticket, not to one attempt at solving it: after a fix that failed, what is known of the cause is still
//! known. The plain text can be offered from the glossary; it is written only by a person. Requesters read the plain text
//! and never the technical one. Possible causes that are still being tried are the diagnosis's.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::i18n::Locale;
use kernel::id::UserId;
use kernel::time::Timestamp;

use crate::diagnosis::{self, reading};
use crate::events;
use crate::glossary::{self, Term};
use crate::ticket::saving::{self, Told};
use crate::ticket::{Ticket, access};

pub mod store;

/// The two texts, as they stand on a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finding {
    pub technical: String,
    pub plain: String,
    pub by: Option<UserId>,
    /// None while nothing was written.
    pub at: Option<Timestamp>,
}

/// What a person wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub technical: String,
    pub plain: String,
}

/// Longest technical text, in characters.
pub const TECHNICAL_MAX: usize = 4_000;
/// Longest plain text: what is longer is not plain any more.
pub const PLAIN_MAX: usize = 1_000;

/// The finding of a ticket, for who reads the desk's side of it.
pub fn load(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Finding> {
    reading::see(tx, cx, number)?;
    Ok(store::of_ticket(tx, number)?.unwrap_or_default())
}

/// The finding as a form begins: what was written, else the causes that the diagnosis confirmed.
pub fn begun(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Finding> {
    let mut finding = load(tx, cx, number)?;
    if finding.technical.is_empty() {
        let confirmed = diagnosis::store::causes_of(tx, number)?;
        let confirmed = confirmed
            .into_iter()
            .filter(|cause| cause.outcome == diagnosis::Outcome::Confirmed);
        finding.technical = confirmed.map(|cause| cause.cause).collect::<Vec<_>>().join("\n");
    }
    Ok(finding)
}

/// What a requester may read of it; none when nothing plain was written. The caller has checked that they may read the ticket.
pub fn plain(tx: &mut Tx, number: i64) -> Result<Option<String>> {
    let finding = store::of_ticket(tx, number)?;
    Ok(finding
        .map(|finding| finding.plain)
        .filter(|plain| !plain.is_empty()))
}

/// Writes the finding. What did not change is not told.
pub fn write(tx: &mut Tx, cx: &Cx, number: i64, wanted: &Wanted) -> Result<Finding> {
    let ticket = saving::begin(tx, cx, number, access::RESOLVE)?;
    let mut errors = Errors::new();
    let technical = clean(&mut errors, "technical", &wanted.technical, TECHNICAL_MAX);
    let plain = clean(&mut errors, "plain", &wanted.plain, PLAIN_MAX);
    errors.finish()?;
    let before = store::of_ticket(tx, number)?.unwrap_or_default();
    if (&before.technical, &before.plain) == (&technical, &plain) {
        return Ok(before);
    }
    let finding = Finding {
        technical,
        plain,
        by: cx.user_id(),
        at: Some(cx.now()),
    };
    keep(tx, cx, &ticket, &finding)?;
    Ok(finding)
}

/// A part of a family that has no finding of its own has its parent's.
pub(crate) fn inherit(tx: &mut Tx, cx: &Cx, parent: i64, child: i64) -> Result<()> {
    let Some(finding) = store::of_ticket(tx, parent)? else {
        return Ok(());
    };
    if store::of_ticket(tx, child)?.is_none() {
        let ticket = saving::begin(tx, cx, child, access::RESOLVE)?;
        keep(tx, cx, &ticket, &finding)?;
    }
    Ok(())
}

fn keep(tx: &mut Tx, cx: &Cx, ticket: &Ticket, finding: &Finding) -> Result<()> {
    store::save(tx, ticket.number, finding, cx.now())?;
    Told::new(events::TICKET_FINDING_WRITTEN)
        .with("technical_letters", finding.technical.chars().count())
        .with("plain_letters", finding.plain.chars().count())
        .with_words("technical", &finding.technical)
        .with_words("plain", &finding.plain)
        .append(tx, cx, ticket.subject())?;
    Ok(())
}

/// A text as it may be stored: several lines, nothing around them.
fn clean(errors: &mut Errors, field: &str, text: &str, max: usize) -> String {
    let text = text.replace("\r\n", "\n").replace('\0', "").trim().to_owned();
    if text.chars().count() > max {
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        errors.push_with(
            field,
            "desk.ticket.line_too_long",
            vec![("max".to_owned(), max.into())],
        );
    }
    text
}

/// What the glossary offers for a technical text, in the requester's language; in the writer's own when that is not known
/// or has nothing to say.
pub fn offered(tx: &mut Tx, cx: &Cx, number: i64, technical: &str) -> Result<(Vec<Term>, Locale)> {
    let ticket = reading::see(tx, cx, number)?;
    let requester = ::people::user::store::find(tx, ticket.requester)?;
    let language = requester.and_then(|person| person.locale).unwrap_or(cx.locale);
    let terms = glossary::found_in(tx, cx, language, technical)?;
    if terms.is_empty() && language != cx.locale {
        return Ok((glossary::found_in(tx, cx, cx.locale, technical)?, cx.locale));
    }
    Ok((terms, language))
}

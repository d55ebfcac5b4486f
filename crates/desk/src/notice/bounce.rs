//! What becomes of a letter that did not arrive: a note on its ticket, so that a person calls instead of waiting for an
//! answer, and no further letters to an address that does not exist until mail comes from it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind, Result};
use kernel::event::Event;
use mail::events::{OUTBOUND_BOUNCED, OUTBOUND_FAILED};
use serde_json::Value;

use super::store;
use crate::ticket::{self, Note};

/// Whether an event tells of a letter about a ticket that did not arrive.
pub(super) fn is_meant(event: &Event) -> bool {
    matches!(event.kind.as_str(), OUTBOUND_BOUNCED | OUTBOUND_FAILED) && event.subject.starts_with("ticket:")
}

/// Writes the note, once.
pub(super) fn note(tx: &mut Tx, cx: &Cx, event: &Event) -> Result<()> {
    let Some(number) = event
        .subject
        .strip_prefix("ticket:")
        .and_then(|number| number.parse().ok())
    else {
        return Ok(());
    };
    if ticket::store::load(tx, number)?.is_none() {
        return Ok(());
    }
    let addresses = addressed(tx, cx, event)?;
    let is_new = if addresses.is_empty() || !is_for_good(&event.data) {
        // Remembered under an address that nobody has, so that the note is written once all the same.
        store::insert_unreachable(tx, "", event.seq, event.at)?
    } else {
        let mut is_new = false;
        for address in &addresses {
            is_new |= store::insert_unreachable(tx, address, event.seq, event.at)?;
        }
        is_new
    };
    if !is_new {
        return Ok(());
    }
    let reached = if addresses.is_empty() {
        "…".to_owned()
    } else {
        addresses.join(", ")
    };
    let words = event.personal.as_ref().unwrap_or(&Value::Null);
    let detail = words["detail"].as_str().unwrap_or_default().to_owned();
    let locale = mail::mailbox::for_purpose(tx, mail::DESK)?.map_or(cx.locale, |mailbox| mailbox.locale);
    let body = locale.t_with(
        "desk-mail-not-delivered",
        &[("to", reached.into()), ("detail", detail.into())],
    );
    ticket::note(
        tx,
        cx,
        number,
        Note {
            body,
            ..Note::default()
        },
    )?;
    Ok(())
}

/// To whom the letter went of those that the report names. Whoever got the letter could write a report, so it is believed
/// about no address but the letter's own.
fn addressed(tx: &mut Tx, cx: &Cx, event: &Event) -> Result<Vec<String>> {
    let Some(letter) = event.data["letter"].as_i64() else {
        return Ok(Vec::new());
    };
    let sent_to: Vec<String> = match mail::outbound::get(tx, cx, letter) {
        Ok(sent) => sent
            .letter
            .recipients()
            .iter()
            .map(|address| address.to_lowercase())
            .collect(),
        Err(error) if error.kind() == Kind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let reported = event.personal.as_ref().map_or(&Value::Null, |words| &words["to"]);
    let is_named = |address: &String| match reported.as_array() {
        Some(all) => all
            .iter()
            .filter_map(Value::as_str)
            .any(|named| named.eq_ignore_ascii_case(address)),
        None => true,
    };
    let named: Vec<String> = sent_to
        .iter()
        .filter(|address| is_named(address))
        .cloned()
        .collect();
    Ok(if named.is_empty() { sent_to } else { named })
}

/// RFC 3463: a status 5.1 says that the address itself is wrong. A full mailbox (5.2) is emptied one day.
fn is_for_good(data: &Value) -> bool {
    let statuses = data["statuses"].as_array();
    statuses.is_some_and(|all| {
        all.iter()
            .filter_map(Value::as_str)
            .any(|status| status.starts_with("5.1."))
    })
}

//! What the search index knows of tickets: two documents each, so that rights hold inside the query.
//!
//! `ticket` holds the public words and is found by whoever may see the ticket, its requester among them. `ticket_note`
//! holds the internal notes and is found by the desk alone.

mod filter;
mod offered;

use std::collections::{BTreeMap, BTreeSet};

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::Event;
use kernel::search::Document;
use web::SearchSource;

use crate::article::store::Words;
use crate::service_level::store::numbers_after;
use crate::ticket::{Ticket, access, store};
use crate::{article, events};

pub use filter::filters;

/// The kind of the documents with the public words.
pub const TICKET: &str = "ticket";
/// The kind of the documents with the internal notes.
pub const NOTE: &str = "ticket_note";

/// Tickets and what can be asked for, for the index.
#[must_use]
pub fn sources() -> Vec<SearchSource> {
    vec![
        SearchSource {
            kinds: &[TICKET, NOTE],
            is_translated: false,
            href,
            touched,
            load,
            list,
        },
        offered::source(),
    ]
}

/// The desk works on the console; everybody else reads in the portal.
fn href(cx: &Cx, key: &str) -> String {
    match cx.may(access::INTERNAL) {
        Some(_) => format!("/tickets/{key}"),
        None => format!("/portal/requests/{key}"),
    }
}

/// Clocks change nothing that can be found; all else about a ticket may.
fn touched(event: &Event) -> Vec<String> {
    let by_clock = event.kind == events::CLOCK_WARNED || event.kind == events::CLOCK_BREACHED;
    let key = event
        .subject
        .strip_prefix("ticket:")
        .filter(|_| event.kind.starts_with("desk.") && !by_clock);
    key.map(str::to_owned).into_iter().collect()
}

fn load(tx: &mut Tx, keys: &[String]) -> Result<Vec<Document>> {
    let numbers: Vec<i64> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    let mut found = Vec::with_capacity(numbers.len());
    for part in numbers.chunks(READ_AT_ONCE) {
        found.extend(documents(tx, part)?);
    }
    Ok(found)
}

fn list(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>> {
    let after = after.parse().unwrap_or(0);
    Ok(numbers_after(tx, after, limit)?
        .iter()
        .map(ToString::to_string)
        .collect())
}

/// Found words beyond this are not worth their room in the index.
const WORDS_MAX: usize = 200_000;

/// Tickets whose words lie in memory together.
const READ_AT_ONCE: usize = 50;

/// The documents of tickets; none for a number that no ticket has.
pub fn documents(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<Document>> {
    let mut tags: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (number, tag) in store::tags_of(tx, numbers)? {
        tags.entry(number).or_default().push(tag);
    }
    let mut written = article::store::words(tx, numbers)?;
    let mut found_out = crate::diagnosis::store::words(tx, numbers)?;
    let with_files: BTreeSet<i64> = article::store::with_attachments(tx, numbers)?
        .into_iter()
        .collect();
    let mut documents = Vec::with_capacity(numbers.len());
    for ticket in store::load_many(tx, numbers)? {
        let mut words = written.remove(&ticket.number).unwrap_or_default();
        words
            .internal
            .extend(found_out.remove(&ticket.number).unwrap_or_default());
        let tags = tags.remove(&ticket.number).unwrap_or_default();
        let facets = filter::facets(&ticket, with_files.contains(&ticket.number));
        documents.extend(documents_of(ticket, &tags, &words, facets));
    }
    Ok(documents)
}

fn documents_of(
    ticket: Ticket,
    tags: &[String],
    words: &Words,
    facets: Vec<String>,
) -> impl Iterator<Item = Document> {
    let environment = &ticket.environment;
    let extra = [
        environment.device.as_deref(),
        environment.os.as_deref(),
        environment.application.as_deref(),
        environment.version.as_deref(),
        ticket.error_text.as_deref(),
        ticket.steps.as_deref(),
    ];
    let extra: Vec<&str> = extra
        .into_iter()
        .flatten()
        .chain(tags.iter().map(String::as_str))
        .collect();
    let desk = rights_of_desk(&ticket);
    let mut everybody = desk.clone();
    everybody.push(format!("user:{}", ticket.requester));
    let public = Document {
        kind: TICKET.to_owned(),
        key: ticket.number.to_string(),
        title: ticket.title.clone(),
        body: joined(&words.public),
        extra: extra.join(" "),
        rights: everybody,
        time: ticket.updated_at,
        facets: facets.clone(),
        ..Document::default()
    };
    let internal = joined(&words.internal);
    let note = (!internal.is_empty()).then(|| Document {
        kind: NOTE.to_owned(),
        key: ticket.number.to_string(),
        title: ticket.title,
        body: internal,
        rights: desk,
        time: ticket.updated_at,
        facets,
        ..Document::default()
    });
    std::iter::once(public).chain(note)
}

fn rights_of_desk(ticket: &Ticket) -> Vec<String> {
    let mut rights = vec!["all:desk".to_owned()];
    match ticket.team {
        Some(team) => rights.push(format!("team:{team}")),
        None => rights.push("team:none".to_owned()),
    }
    rights.extend(ticket.assignee.map(|person| format!("owner:{person}")));
    rights
}

fn joined(words: &[String]) -> String {
    words.join("\n\n").chars().take(WORDS_MAX).collect()
}

/// What the asker holds, in the same terms. A wider scope includes the narrower ones.
#[must_use]
pub fn rights(cx: &Cx) -> Vec<String> {
    let mut rights = Vec::new();
    rights.extend(cx.user_id().map(|_| offered::FOR_ALL.to_owned()));
    rights.extend(cx.may(access::INTERNAL).map(|_| offered::FOR_DESK.to_owned()));
    let Some(scope) = cx.may(access::READ) else {
        return rights;
    };
    if let Some(person) = cx.user_id() {
        rights.push(format!("user:{person}"));
        // An owner reads notes; whoever may not read internals owns nothing here.
        if cx.may(access::INTERNAL).is_some_and(|scope| scope >= Scope::Team) {
            rights.push(format!("owner:{person}"));
        }
    }
    if scope >= Scope::Team && cx.may(access::INTERNAL).is_some_and(|scope| scope >= Scope::Team) {
        rights.extend(cx.team_ids().iter().map(|team| format!("team:{team}")));
        rights.push("team:none".to_owned());
    }
    if scope == Scope::All && cx.may(access::INTERNAL) == Some(Scope::All) {
        rights.push("all:desk".to_owned());
    }
    rights
}

//! What the search index knows of tickets: two documents each, so that rights hold inside the query.
//!
//! `ticket` holds the public words and is found by whoever may see the ticket, its requester among them. `ticket_note`
//! holds the internal notes and is found by the desk alone.

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::search::Document;

use crate::article;
use crate::ticket::{Ticket, access, store};

/// Found words beyond this are not worth their room in the index.
const WORDS_MAX: usize = 200_000;

/// The documents of a ticket; none when there is no such ticket.
pub fn documents(tx: &mut Tx, number: i64) -> Result<Vec<Document>> {
    let Some(ticket) = store::load(tx, number)? else { return Ok(Vec::new()) };
    let tags = store::tags(tx, number)?;
    let environment = &ticket.environment;
    let extra = [
        environment.device.as_deref(),
        environment.os.as_deref(),
        environment.application.as_deref(),
        environment.version.as_deref(),
        ticket.error_text.as_deref(),
        ticket.steps.as_deref(),
    ];
    let extra: Vec<&str> = extra.into_iter().flatten().chain(tags.iter().map(String::as_str)).collect();
    let desk = rights_of_desk(&ticket);
    let mut everybody = desk.clone();
    everybody.push(format!("user:{}", ticket.requester));
    let public = joined(&article::store::words(tx, number, true)?);
    let internal = joined(&article::store::words(tx, number, false)?);
    let mut documents = vec![Document {
        kind: "ticket".to_owned(),
        key: number.to_string(),
        title: ticket.title.clone(),
        body: public,
        extra: extra.join(" "),
        rights: everybody,
        time: ticket.updated_at,
        ..Document::default()
    }];
    if !internal.is_empty() {
        documents.push(Document {
            kind: "ticket_note".to_owned(),
            key: number.to_string(),
            title: ticket.title,
            body: internal,
            rights: desk,
            time: ticket.updated_at,
            ..Document::default()
        });
    }
    Ok(documents)
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
    let Some(scope) = cx.may(access::READ) else { return Vec::new() };
    let mut rights = Vec::new();
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

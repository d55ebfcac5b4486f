//! Where a ticket went that its reader can no longer see: said on the list that the reader comes back to, instead of a page
//! that is not there.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use web::{App, Page, Tone, go_to, with_toast};

use super::asked::Asked;
use super::names::Names;
use crate::ticket::{Ticket, access};

/// The words for a ticket that was handed away; none while the reader still sees it.
pub(super) async fn words(app: &App, cx: &Cx, ticket: &Ticket) -> Result<Option<String>> {
    if access::may(cx, access::READ, ticket) && access::sees_internal(cx, ticket) {
        return Ok(None);
    }
    let (context, ticket) = (cx.clone(), ticket.clone());
    app.db.read(move |tx| said(tx, &context, &ticket).map(Some)).await
}

fn said(tx: &mut Tx<'_>, cx: &Cx, ticket: &Ticket) -> Result<String> {
    let names = Names::load(tx, &ticket.assignee.into_iter().collect::<Vec<_>>())?;
    let person = ticket.assignee.map(|person| names.person(person).name);
    let team = ticket.team.and_then(|team| names.team(team));
    let parts: Vec<&str> = person.as_deref().into_iter().chain(team).collect();
    Ok(cx.locale.t_with(
        "desk-view-ticket-went",
        &[
            ("number", ticket.number.to_string().into()),
            ("to", parts.join(" · ").into()),
        ],
    ))
}

/// Back to the list, with where the ticket went.
pub(super) fn back(page: &Page, asked: &Asked, words: &str) -> web::Result {
    let response = go_to(page, &asked.queue_path(asked.queue()))?;
    // A script is sent to another page, too: the words must travel with it.
    let mut travelling = page.clone();
    travelling.scripted = false;
    Ok(with_toast(response, &travelling, Tone::Success, words))
}

//! Where a ticket went that its reader can no longer see: said on the list that the reader comes back to, instead of a page
//! that is not there.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use web::{Tone, go_to, with_toast};

use super::acting::OnTicket;
use super::names::Names;
use crate::ticket::{Ticket, access};

/// The answer after a ticket was handed to somebody: the ticket while its reader still sees it, else the list with the words.
pub(super) async fn answer(on: &OnTicket, ticket: Ticket, done: &str) -> web::Result {
    let cx = &on.page.cx;
    if access::may(cx, access::READ, &ticket) && access::sees_internal(cx, &ticket) {
        return on.done(done).await;
    }
    let words = on.read(move |tx, cx, _| said(tx, cx, &ticket)).await?;
    let response = go_to(&on.page, &on.asked.queue_path(on.asked.queue()))?;
    // A script is sent to another page, too: the words must travel with it.
    let mut travelling = on.page.clone();
    travelling.scripted = false;
    Ok(with_toast(response, &travelling, Tone::Success, &words))
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

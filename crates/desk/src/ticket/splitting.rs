//! Splitting: one word in a conversation turns out to be a request of its own and becomes a ticket, linked to the first.
//!
//! The word stays where it was said. The clocks of the new ticket begin now: until now nobody knew that it was a request.
//! Notes are not split off, for the first word of a ticket is read by its requester.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::link;

use super::attaching::NewAttachment;
use super::saving::{self, Told};
use super::value::Voice;
use super::{Opening, Ticket, access, opening};
use crate::article::{self, Article};
use crate::events;

/// Opens a ticket from an article of this one.
pub fn split(tx: &mut Tx, cx: &Cx, number: i64, article: i64, title: &str) -> Result<Ticket> {
    let source = saving::begin(tx, cx, number, access::CHANGE)?;
    let found = splittable(tx, number, article)?;
    let requester = match (found.voice, found.author) {
        (Voice::Requester, Some(author)) => author,
        _ => source.requester,
    };
    let mut new = Opening::new(requester, title, found.body.clone(), source.channel);
    new.body_html = found.body_html.clone();
    new.quoted = found.quoted.clone();
    new.ticket_type = source.ticket_type;
    new.category = source.category;
    new.impact = source.impact;
    new.urgency = source.urgency;
    new.team = source.team;
    new.organisation = source.organisation.clone();
    new.site = source.site.clone();
    new.environment = source.environment.clone();
    new.attachments = found.attachments.iter().map(same_file).collect();
    let made = opening::open(tx, cx, new)?;
    link::add(tx, cx, &made.subject(), &source.subject(), "related")?;
    let told = Told::new(events::TICKET_SPLIT)
        .with("article", article)
        .with("into", made.number);
    saving::finish(tx, cx, &source, source.clone(), told)?;
    Ok(made)
}

/// The article, with its files, when a ticket can be made of it.
pub(crate) fn splittable(tx: &mut Tx, number: i64, article: i64) -> Result<Article> {
    let mut found = article::store::load(tx, article)?
        .filter(|found| found.ticket == number)
        .ok_or_else(Error::not_found)?;
    if !found.public {
        return Err(Error::conflict("desk.ticket.split_note"));
    }
    let files = article::store::attachments(tx, number)?;
    found.attachments = files.into_iter().filter(|file| file.article == article).collect();
    Ok(found)
}

fn same_file(file: &article::Attachment) -> NewAttachment {
    NewAttachment {
        hash: file.hash.clone(),
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        content_id: file.content_id.clone(),
    }
}

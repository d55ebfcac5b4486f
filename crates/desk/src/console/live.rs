//! What open pages hear of the desk: `ticket:N` for whoever may see the ticket, `queue` for whoever works on tickets,
//! `ringing:PERSON` for that person alone.
//!
//! Only names travel; what is shown is fetched again and checked there. But the name of a ticket tells that something
//! happened to it, so it too is held against the reader's rights.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::Event;

use crate::events;
use crate::ticket::{access, store};

/// Topics that an event touches besides its own subject.
#[must_use]
pub fn topics_of(event: &Event) -> Vec<String> {
    let Some(about) = event.kind.strip_prefix("desk.") else {
        return Vec::new();
    };
    // A view that somebody shares appears in the lists of others.
    if about.starts_with("view.") {
        return vec!["queue".to_owned()];
    }
    if !about.starts_with("ticket.") && !about.starts_with("clock.") {
        return Vec::new();
    }
    let mut topics = Vec::new();
    // Who watches what changes nothing in a list, nor does what another desk recorded.
    let silent = [
        events::TICKET_WATCHED,
        events::TICKET_UNWATCHED,
        events::TICKET_RECORDED,
    ];
    if !silent.contains(&event.kind.as_str()) {
        topics.push("queue".to_owned());
    }
    // An owner who loses a ticket sees it go, and the new one sees it come.
    for part in ["before", "after"] {
        if let Some(person) = event.data[part]["assignee"].as_str() {
            topics.push(format!("user:{person}"));
        }
    }
    topics
}

/// Who of the desk is there is the desk's to know.
pub(super) fn may_hear_presence(tx: &mut Tx<'_>, cx: &Cx, number: &str) -> Result<bool> {
    let Ok(number) = number.parse() else {
        return Ok(false);
    };
    let Some(ticket) = store::load(tx, number)? else {
        return Ok(false);
    };
    Ok(access::may(cx, access::READ, &ticket) && access::sees_internal(cx, &ticket))
}

pub(super) fn may_hear_ticket(tx: &mut Tx<'_>, cx: &Cx, number: &str) -> Result<bool> {
    let Ok(number) = number.parse() else {
        return Ok(false);
    };
    let Some(ticket) = store::load(tx, number)? else {
        return Ok(false);
    };
    Ok(access::may(cx, access::READ, &ticket))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is the kit's: other topics ask the database"
)]
pub(super) fn may_hear_queues(_tx: &mut Tx<'_>, cx: &Cx, _rest: &str) -> Result<bool> {
    Ok(cx.may(access::INTERNAL).is_some())
}

/// Whose telephone rings is theirs to hear.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is the kit's: other topics ask the database"
)]
pub(super) fn may_hear_ringing(_tx: &mut Tx<'_>, cx: &Cx, person: &str) -> Result<bool> {
    let is_own = cx.user_id().is_some_and(|user| user.to_string() == person);
    Ok(is_own && cx.may(access::INTERNAL).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Desk;
    use crate::ringing;

    #[tokio::test]
    async fn only_the_one_whose_telephone_rings_hears_of_it() {
        let desk = Desk::open().await;
        let topic = ringing::topic(desk.bob.user);
        let own = topic.strip_prefix("ringing:").unwrap().to_owned();
        let (bob, manager, ann) = (desk.bob.cx(), desk.manager.cx(), desk.ann.cx());
        let ann_herself = desk.ann.user.to_string();
        desk.read(move |tx| {
            assert!(may_hear_ringing(tx, &bob, &own)?);
            assert!(!may_hear_ringing(tx, &manager, &own)?, "whoever manages");
            assert!(!may_hear_ringing(tx, &bob, "")?, "nobody in particular");
            assert!(
                !may_hear_ringing(tx, &ann, &ann_herself)?,
                "a requester has no page that shows it"
            );
            Ok(())
        })
        .await
        .unwrap();
    }
}

//! Who has a conversation: taking it from the queue or a colleague, handing it to another, giving it back.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use serde_json::json;

use super::saying::{self, Spoken};
use super::{Conversation, ConversationId, Kind, State, store, words};
use crate::{ANSWER, duty, events};

/// Takes it, from the queue or from whoever has it. Who has it already has taken it.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<Conversation> {
    let mut one = saying::for_desk(tx, cx, id)?;
    one.check_open()?;
    let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
    if one.state == State::Talking && one.technician == Some(me) {
        return Ok(one);
    }
    let from = one.technician.filter(|_| one.state == State::Talking);
    (one.technician, one.state) = (Some(me), State::Talking);
    saying::put(
        tx,
        cx,
        &mut one,
        Spoken::happened(Kind::Taken, Some(me), Some(me)),
    )?;
    saying::heard(&mut one, cx);
    store::update(tx, &one)?;
    let data = json!({ "technician": me, "from": from });
    saying::tell(tx, cx, &one, events::TAKEN, data)?;
    Ok(one)
}

/// To whom it goes, and what they must know.
#[derive(Debug, Clone, Default)]
pub struct HandOver {
    /// A colleague; none for the queue.
    pub to: Option<UserId>,
    /// What was found out; the requester does not see it.
    pub note: String,
}

/// Hands it over. The note comes first, so that the next one reads it above what follows.
pub fn hand_over(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId, hand_over: &HandOver) -> Result<Conversation> {
    let mut one = saying::for_desk(tx, cx, id)?;
    one.check_open()?;
    let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
    if one.technician != Some(me) || one.state != State::Talking {
        return Err(Error::conflict("chat.conversation.not_yours"));
    }
    if hand_over.note.trim().is_empty() {
        return Err(Error::invalid("chat.hand_over.note_missing").field("note"));
    }
    let note = words("note", &hand_over.note)?;
    if let Some(to) = hand_over.to {
        fit(tx, &one, me, to)?;
    }
    let place = saying::put(tx, cx, &mut one, Spoken::words(Kind::HandOff, Some(me), note))?;
    let (kind, told, data) = match hand_over.to {
        Some(to) => {
            one.technician = Some(to);
            (
                Kind::HandedOver,
                events::HANDED_OVER,
                json!({ "from": me, "to": to }),
            )
        }
        None => {
            (one.technician, one.state) = (None, State::Waiting);
            (Kind::Returned, events::RETURNED, json!({ "from": me }))
        }
    };
    saying::put(tx, cx, &mut one, Spoken::happened(kind, Some(me), hand_over.to))?;
    saying::heard(&mut one, cx);
    store::update(tx, &one)?;
    saying::noted(tx, cx, &one, place)?;
    saying::tell(tx, cx, &one, told, data)?;
    Ok(one)
}

fn fit(tx: &mut Tx<'_>, one: &Conversation, me: UserId, to: UserId) -> Result<()> {
    if to == me || to == one.requester || !duty::has_right(tx, to, ANSWER)? {
        return Err(Error::invalid("chat.hand_over.unfit").field("to"));
    }
    Ok(())
}

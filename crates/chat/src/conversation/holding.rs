//! Who has a conversation: taking it from the queue or a colleague, handing it to another, giving it back.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use serde_json::json;

use super::saying::{self, Spoken};
use super::{Conversation, ConversationId, Kind, State, store, words};
use crate::{ANSWER, duty, events};

/// Who had a conversation when somebody decided to take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// They did not look; they want it from whoever has it.
    Anybody,
    /// Nobody: it stood in the queue.
    Queue,
    /// A colleague.
    With(UserId),
}

impl Seen {
    /// The word for the queue in forms and in JSON; else it is somebody's identifier.
    pub const QUEUE: &'static str = "queue";

    /// From a form or a call; missing is [`Seen::Anybody`].
    pub fn parse(word: Option<&str>) -> Result<Self> {
        match word {
            None => Ok(Self::Anybody),
            Some(Self::QUEUE) => Ok(Self::Queue),
            Some(id) => match id.parse() {
                Ok(id) => Ok(Self::With(id)),
                Err(_) => Err(Error::invalid("chat.take.unknown").field("from")),
            },
        }
    }

    /// Whether it is so now.
    fn holds(self, holder: Option<UserId>) -> bool {
        match self {
            Self::Anybody => true,
            Self::Queue => holder.is_none(),
            Self::With(person) => holder == Some(person),
        }
    }
}

/// Takes it, from the queue or from whoever has it. Who has it already has taken it. Of two who take it from the queue at once
/// the second does not take it from the first.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId, seen: Seen) -> Result<Conversation> {
    let mut one = saying::for_desk(tx, cx, id)?;
    one.check_open()?;
    let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
    if one.state == State::Talking && one.technician == Some(me) {
        return Ok(one);
    }
    let from = one.technician.filter(|_| one.state == State::Talking);
    if !seen.holds(from) {
        return Err(Error::conflict("chat.conversation.taken_meanwhile"));
    }
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
    // The next one is asked, whoever spoke last.
    one.unanswered = true;
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

//! What is shown of conversations: the queue, one of them with its messages and names, one's place in the queue.

use std::collections::BTreeMap;

use desk::ticket::{self, Filter, Stage, TicketRow};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use people::user::Card;

use super::{Conversation, ConversationId, Message, State, store};
use crate::{ANSWER, ASK};

/// So many of the queue are shown; the count goes further.
const QUEUE_MOST: i64 = 100;
/// So many conversations that somebody has.
const TALKING_MOST: i64 = 200;
/// Open tickets beside a conversation.
const TICKETS_MOST: i64 = 20;

/// A conversation with everything that this reader may see of it.
#[derive(Debug, Clone)]
pub struct Read {
    /// Its row.
    pub conversation: Conversation,
    /// Its messages, without those that are not for the reader.
    pub messages: Vec<Message>,
    /// Everybody who is named.
    pub people: BTreeMap<UserId, Card>,
    /// While it waits: how many have waited longer.
    pub ahead: i64,
}

impl Read {
    /// The name of somebody.
    #[must_use]
    pub fn name(&self, person: Option<UserId>) -> Option<&str> {
        let card = self.people.get(&person?)?;
        Some(card.name.as_str())
    }
}

/// One's own conversation, as the requester sees it; that of another does not exist.
pub fn own(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<Read> {
    cx.require(ASK)?;
    let conversation = store::load(tx, id)?;
    if cx.user_id() != Some(conversation.requester) {
        return Err(Error::not_found());
    }
    let messages = store::messages(tx, id)?;
    let public = messages.into_iter().filter(|one| one.kind.is_public());
    // Places are counted anew: a gap would tell that technicians said something among themselves, and when.
    let public = (0..).zip(public).map(|(place, one)| Message { place, ..one });
    filled(tx, conversation, public.collect())
}

/// The conversation that one has going on.
pub fn own_open(tx: &mut Tx<'_>, cx: &Cx) -> Result<Option<Conversation>> {
    cx.require(ASK)?;
    let requester = cx.user_id().ok_or_else(Error::unauthenticated)?;
    store::open_of(tx, requester)
}

/// A conversation as technicians see it. One's own is read where requesters read theirs: asides may be about oneself.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<Read> {
    cx.require(ANSWER)?;
    let conversation = store::load(tx, id)?;
    if cx.user_id() == Some(conversation.requester) {
        return Err(Error::conflict("chat.conversation.own"));
    }
    let messages = store::messages(tx, id)?;
    filled(tx, conversation, messages)
}

fn filled(tx: &mut Tx<'_>, conversation: Conversation, messages: Vec<Message>) -> Result<Read> {
    let mut named = vec![conversation.requester];
    named.extend(conversation.technician);
    named.extend(messages.iter().flat_map(|one| [one.author, one.person]).flatten());
    let ahead = match conversation.state {
        State::Waiting => store::ahead_of(tx, &conversation)?,
        State::Talking | State::Ended => 0,
    };
    Ok(Read {
        people: people::user::store::cards(tx, &named)?,
        conversation,
        messages,
        ahead,
    })
}

/// The queue as technicians see it.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// Nobody has them; who has waited longest first.
    pub waiting: Vec<Conversation>,
    /// How many those are.
    pub count: i64,
    /// The reader has them.
    pub mine: Vec<Conversation>,
    /// Colleagues have them.
    pub others: Vec<Conversation>,
    /// Everybody who is named.
    pub people: BTreeMap<UserId, Card>,
}

/// The queue.
pub fn queue(tx: &mut Tx<'_>, cx: &Cx) -> Result<Queue> {
    cx.require(ANSWER)?;
    let waiting = store::waiting(tx, QUEUE_MOST)?;
    let talking = store::talking(tx, TALKING_MOST)?;
    let count = match i64::try_from(waiting.len()).unwrap_or(QUEUE_MOST) {
        QUEUE_MOST.. => store::count_waiting(tx)?,
        few => few,
    };
    let named: Vec<UserId> = waiting
        .iter()
        .chain(&talking)
        .flat_map(|one| [Some(one.requester), one.technician])
        .flatten()
        .collect();
    let (mine, others) = talking
        .into_iter()
        .partition(|one| one.technician == cx.user_id());
    Ok(Queue {
        people: people::user::store::cards(tx, &named)?,
        waiting,
        count,
        mine,
        others,
    })
}

/// What the requester has open with the desk, as far as the reader may see it.
pub fn open_tickets(tx: &mut Tx<'_>, cx: &Cx, requester: UserId) -> Result<Vec<TicketRow>> {
    let filter = Filter {
        stage: Some(Stage::Open),
        requester: Some(requester),
        ..Filter::default()
    };
    Ok(ticket::list(tx, cx, &filter, None, TICKETS_MOST)?.items)
}

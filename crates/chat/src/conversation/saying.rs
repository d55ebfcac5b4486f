//! Beginning a conversation and saying something in it. The same form sent twice says it once.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::id::UserId;
use serde_json::{Value, json};

use super::{
    Conversation, ConversationId, Kind, LETTERS_MOST, Message, State, ending, store, token, weight, words,
};
use crate::{ANSWER, ASK, duty, events};

/// What an employee sends first.
#[derive(Debug, Clone, Default)]
pub struct First {
    /// The words.
    pub body: String,
    /// The form it came from.
    pub token: Option<String>,
    /// They do not want to wait: it shall be a ticket at once.
    pub leave: bool,
}

/// Begins a conversation. Who has one already says it there. When nobody is there to answer, or the words shall only be
/// left, it is a ticket at once: the conversation given back has ended.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, first: &First) -> Result<Conversation> {
    cx.require(ASK)?;
    let requester = cx.user_id().ok_or_else(Error::unauthenticated)?;
    tx.lock("chat.requester", requester)?;
    let form = token(first.token.as_deref());
    if let Some(form) = &form
        && let Some(begun) = store::begun_by(tx, requester, form)?
    {
        return Ok(begun);
    }
    if let Some(open) = store::open_of(tx, requester)? {
        return say(tx, cx, open.id, &first.body, form.as_deref());
    }
    let body = words("body", &first.body)?;
    let is_open = !first.leave && duty::availability(tx, cx)?.is_open();
    let mut fresh = Conversation {
        id: cx.new_id(),
        requester,
        technician: None,
        state: State::Waiting,
        subject: super::subject(&body),
        messages: 0,
        letters: 0,
        unanswered: true,
        opened_at: cx.now(),
        last_word_at: cx.now(),
        warned_at: None,
        ended_at: None,
        ended_by: None,
        ticket: None,
    };
    let form = form.unwrap_or_else(|| fresh.id.to_string());
    store::insert(tx, &fresh, &form)?;
    let spoken = Spoken::words(Kind::Said, cx.user_id(), body).form(Some(&form));
    put(tx, cx, &mut fresh, spoken)?;
    store::update(tx, &fresh)?;
    tell(tx, cx, &fresh, events::OPENED, json!({ "requester": requester }))?;
    if is_open {
        return Ok(fresh);
    }
    ending::leave(tx, cx, fresh)
}

/// Says something: the requester, or the technician who has it.
pub fn say(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: ConversationId,
    text: &str,
    form: Option<&str>,
) -> Result<Conversation> {
    let mut one = begin(tx, id)?;
    let is_requester = cx.user_id() == Some(one.requester);
    if !is_requester && cx.may(ANSWER).is_none() {
        return Err(Error::not_found());
    }
    let form = token(form);
    if let Some(form) = &form
        && store::is_said(tx, id, form)?
    {
        return Ok(one);
    }
    one.check_open()?;
    if !is_requester && one.technician != cx.user_id() {
        return Err(Error::conflict("chat.conversation.not_yours"));
    }
    let body = words("body", text)?;
    let spoken = Spoken::words(Kind::Said, cx.user_id(), body).form(form.as_deref());
    let place = put(tx, cx, &mut one, spoken)?;
    one.unanswered = is_requester;
    heard(&mut one, cx);
    store::update(tx, &one)?;
    let by = if is_requester { "requester" } else { "desk" };
    let data = json!({ "place": place, "by": by, "technician": one.technician });
    tell(tx, cx, &one, events::SAID, data)?;
    Ok(one)
}

/// Says something that only technicians read.
pub fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: ConversationId,
    text: &str,
    form: Option<&str>,
) -> Result<Conversation> {
    let mut one = for_desk(tx, cx, id)?;
    let form = token(form);
    if let Some(form) = &form
        && store::is_said(tx, id, form)?
    {
        return Ok(one);
    }
    one.check_open()?;
    let body = words("body", text)?;
    let spoken = Spoken::words(Kind::Aside, cx.user_id(), body).form(form.as_deref());
    let place = put(tx, cx, &mut one, spoken)?;
    store::update(tx, &one)?;
    noted(tx, cx, &one, place)?;
    Ok(one)
}

/// The words of technicians among themselves are told under a name of their own.
pub(super) fn noted(tx: &mut Tx<'_>, cx: &Cx, one: &Conversation, place: i64) -> Result<()> {
    let new = New {
        kind: events::NOTED,
        subject: format!("chat-aside:{}", one.id),
        data: json!({ "place": place }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// Holds a conversation until the end of the transaction.
pub(super) fn begin(tx: &mut Tx<'_>, id: ConversationId) -> Result<Conversation> {
    tx.lock("chat.conversation", id)?;
    store::load(tx, id)
}

/// The same for a technician; in their own conversation they are the requester.
pub(super) fn for_desk(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<Conversation> {
    cx.require(ANSWER)?;
    let one = begin(tx, id)?;
    if cx.user_id() == Some(one.requester) {
        return Err(Error::conflict("chat.conversation.own"));
    }
    Ok(one)
}

/// A message on its way into a conversation.
pub(super) struct Spoken {
    kind: Kind,
    author: Option<UserId>,
    person: Option<UserId>,
    body: String,
    form: Option<String>,
}

impl Spoken {
    /// Words of a person.
    pub(super) fn words(kind: Kind, author: Option<UserId>, body: String) -> Self {
        Self {
            kind,
            author,
            person: None,
            body,
            form: None,
        }
    }

    /// Something that happened.
    pub(super) fn happened(kind: Kind, author: Option<UserId>, person: Option<UserId>) -> Self {
        Self {
            person,
            ..Self::words(kind, author, String::new())
        }
    }

    fn form(mut self, form: Option<&str>) -> Self {
        self.form = form.map(str::to_owned);
        self
    }
}

/// Puts a message at the end; the conversation's row is the caller's to save. What happened always finds room, so that
/// a conversation that is full can be handed over and ended.
pub(super) fn put(tx: &mut Tx<'_>, cx: &Cx, one: &mut Conversation, spoken: Spoken) -> Result<i64> {
    let letters = one.letters + weight(&spoken.body);
    if spoken.kind.is_spoken() && letters > LETTERS_MOST {
        return Err(Error::conflict("chat.conversation.full"));
    }
    let message = Message {
        place: one.messages,
        kind: spoken.kind,
        author: spoken.author,
        person: spoken.person,
        body: spoken.body,
        at: cx.now(),
    };
    store::insert_message(tx, one.id, &message, spoken.form.as_deref())?;
    one.messages += 1;
    one.letters = letters;
    Ok(message.place)
}

/// The silence begins anew.
pub(super) fn heard(one: &mut Conversation, cx: &Cx) {
    one.last_word_at = cx.now();
    one.warned_at = None;
}

/// Writes an event about a conversation.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    one: &Conversation,
    kind: &'static str,
    data: Value,
) -> Result<()> {
    let new = New {
        kind,
        subject: one.subject_of_log(),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

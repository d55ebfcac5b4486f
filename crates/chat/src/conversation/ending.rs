//! Ending: whatever ends a conversation, it leaves a ticket with all that was said.
//!
//! A technician puts it onto a new ticket or an open one of the requester, and may say that it is solved: then the requester is
//! asked. When the requester ends it, or the silence, or nobody was there, the house opens the ticket. What technicians said
//! among themselves goes onto it as an internal note.

use desk::ticket::{self, Category, Channel, Note, Opening, Reply, Resolve, State as TicketState, Urgency};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind as ErrorKind, Result};
use kernel::id::UserId;
use people::user::User;
use serde_json::json;

use super::saying::{self, Spoken};
use super::transcript::{self, Reader};
use super::{Conversation, ConversationId, EndedBy, Kind, Message, State, store};
use crate::{ASK, duty, events};

/// The house under this name opens tickets of conversations that no technician ended.
const HOUSE: &str = "chat.end";
const RESOLVE: &str = "desk.ticket.resolve";

/// What a technician says at the end.
#[derive(Debug, Clone)]
pub struct Ending {
    /// An open ticket of the requester; none for a new one.
    pub ticket: Option<i64>,
    /// The title of a new one; empty: the first line that was said.
    pub title: String,
    /// Of a new one.
    pub category: Category,
    /// Of a new one.
    pub urgency: Urgency,
    /// It was solved in the conversation, and tried.
    pub solved: bool,
    /// What solved it.
    pub solution: String,
    /// What happens next, when it is not solved. Empty: on a new ticket that the desk goes on with it, on an open one nothing.
    pub next: String,
}

impl Default for Ending {
    fn default() -> Self {
        Self {
            ticket: None,
            title: String::new(),
            category: Category::Other,
            urgency: Urgency::Medium,
            solved: false,
            solution: String::new(),
            next: String::new(),
        }
    }
}

/// Ends it, by the technician who has it. What has ended already stays as it ended.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId, ending: &Ending) -> Result<Conversation> {
    let one = saying::for_desk(tx, cx, id)?;
    if one.state == State::Ended {
        return Ok(one);
    }
    if cx.user_id().is_none() || one.technician != cx.user_id() || one.state != State::Talking {
        return Err(Error::conflict("chat.conversation.not_yours"));
    }
    if ending.solved && ending.solution.trim().is_empty() {
        return Err(Error::invalid("chat.end.solution_missing").field("solution"));
    }
    let said = Said::load(tx, cx, &one)?;
    let number = match ending.ticket {
        Some(number) => onto(tx, cx, &one, &said, ending, number)?,
        None => fresh(tx, cx, &one, &said, ending)?,
    };
    asides(tx, cx, &said, number)?;
    if ending.solved {
        let resolve = Resolve {
            solution: ending.solution.clone(),
            tested: true,
            untested_reason: None,
        };
        ticket::resolve(tx, cx, number, resolve)?;
    } else if ending.ticket.is_none() || !ending.next.trim().is_empty() {
        go_on(tx, cx, &said, number, &ending.next)?;
    }
    finish(tx, cx, one, EndedBy::Desk, number, ending.solved)
}

/// Ends it, by the requester.
pub fn end_own(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<Conversation> {
    cx.require(ASK)?;
    let one = saying::begin(tx, id)?;
    if cx.user_id() != Some(one.requester) {
        return Err(Error::not_found());
    }
    if one.state == State::Ended {
        return Ok(one);
    }
    by_the_house(tx, cx, one, EndedBy::Requester)
}

/// Leaves what was just said as a ticket, because nobody is there.
pub(super) fn leave(tx: &mut Tx<'_>, cx: &Cx, one: Conversation) -> Result<Conversation> {
    by_the_house(tx, cx, one, EndedBy::Left)
}

/// Ends it without a technician: the house opens the ticket for whoever had it.
pub(super) fn by_the_house(tx: &mut Tx<'_>, cx: &Cx, one: Conversation, by: EndedBy) -> Result<Conversation> {
    let said = Said::load(tx, cx, &one)?;
    let house = Cx {
        locale: said.reader.locale,
        ..Cx::system(cx.clock.clone(), HOUSE)
    };
    let holder = match one.technician.filter(|_| one.state == State::Talking) {
        Some(person) if duty::has_right(tx, person, RESOLVE)? => Some(person),
        _ => None,
    };
    let mut opening = said.opening(&one, &one.subject);
    opening.assignee = holder;
    let number = ticket::open(tx, &house, opening)?.number;
    asides(tx, &house, &said, number)?;
    finish(tx, cx, one, by, number, false)
}

/// Everything that was said, with whom it is about.
struct Said {
    messages: Vec<Message>,
    requester: User,
    reader: Reader,
    names: Vec<(UserId, String)>,
}

impl Said {
    fn load(tx: &mut Tx<'_>, cx: &Cx, one: &Conversation) -> Result<Self> {
        let messages = store::messages(tx, one.id)?;
        let requester = people::user::store::load(tx, one.requester)?;
        let named: Vec<UserId> = messages
            .iter()
            .flat_map(|message| [message.author, message.person])
            .flatten()
            .collect();
        let cards = people::user::store::cards(tx, &named)?;
        Ok(Self {
            reader: Reader {
                locale: requester.locale.unwrap_or(cx.locale),
                time_zone: requester
                    .shown_time_zone
                    .clone()
                    .unwrap_or_else(|| cx.time_zone.to_string()),
            },
            names: cards.into_iter().map(|(id, card)| (id, card.name)).collect(),
            messages,
            requester,
        })
    }

    fn text(&self, wanted: fn(Kind) -> bool) -> String {
        let name = |person: Option<UserId>| {
            let found = self.names.iter().find(|(id, _)| Some(*id) == person);
            found.map_or_else(String::new, |(_, name)| name.clone())
        };
        transcript::text(&self.reader, &self.messages, wanted, name)
    }

    /// The whole between the two; a single message speaks for itself.
    fn transcript(&self) -> String {
        match self.messages.as_slice() {
            [only] => only.body.clone(),
            _ => self.text(Kind::is_public),
        }
    }

    fn opening(&self, one: &Conversation, title: &str) -> Opening {
        let mut opening = Opening::new(one.requester, title, self.transcript(), Channel::Chat);
        opening.site = self.requester.site.clone();
        opening.organisation = Some(self.requester.organisation.clone()).filter(|name| !name.is_empty());
        opening
    }
}

/// A new ticket in the hands of whoever ends the conversation, if they work on tickets.
fn fresh(tx: &mut Tx<'_>, cx: &Cx, one: &Conversation, said: &Said, ending: &Ending) -> Result<i64> {
    let title = match ending.title.trim() {
        "" => one.subject.as_str(),
        title => title,
    };
    let mut opening = said.opening(one, title);
    opening.category = ending.category;
    opening.urgency = ending.urgency;
    opening.assignee = cx.user_id().filter(|_| cx.may(RESOLVE).is_some());
    Ok(ticket::open(tx, cx, opening)?.number)
}

/// Onto an open ticket of the requester. Where it waited for them it goes on: they have spoken in the conversation.
fn onto(
    tx: &mut Tx<'_>,
    cx: &Cx,
    one: &Conversation,
    said: &Said,
    ending: &Ending,
    number: i64,
) -> Result<i64> {
    let wrong = || {
        Error::invalid("chat.end.not_theirs")
            .field("ticket")
            .arg("number", number)
    };
    let found = match ticket::load(tx, cx, number) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(wrong()),
        found => found?.ticket,
    };
    if found.requester != one.requester || found.state == TicketState::Closed {
        return Err(wrong());
    }
    let reply = Reply {
        body: said.text(Kind::is_public),
        ..Reply::default()
    };
    let (after, _) = ticket::reply(tx, cx, number, reply)?;
    if after.state == TicketState::WaitingRequester && !ending.solved && cx.may(RESOLVE).is_some() {
        ticket::resume(tx, cx, number)?;
    }
    Ok(number)
}

/// The desk has spoken in the conversation and goes on: that is its first answer on the ticket, too.
fn go_on(tx: &mut Tx<'_>, cx: &Cx, said: &Said, number: i64, next: &str) -> Result<()> {
    let body = match next.trim() {
        "" => said.reader.locale.t("chat-ticket-goes-on"),
        next => next.to_owned(),
    };
    let reply = Reply {
        body,
        ..Reply::default()
    };
    ticket::reply(tx, cx, number, reply).map(drop)
}

fn asides(tx: &mut Tx<'_>, cx: &Cx, said: &Said, number: i64) -> Result<()> {
    let is_internal = |kind: Kind| !kind.is_public();
    if !said.messages.iter().any(|message| is_internal(message.kind)) {
        return Ok(());
    }
    let note = Note {
        body: said.text(is_internal),
        ..Note::default()
    };
    ticket::note(tx, cx, number, note).map(drop)
}

fn finish(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mut one: Conversation,
    by: EndedBy,
    number: i64,
    solved: bool,
) -> Result<Conversation> {
    saying::put(
        tx,
        cx,
        &mut one,
        Spoken::happened(Kind::Ended, cx.user_id(), None),
    )?;
    one.state = State::Ended;
    one.ended_at = Some(cx.now());
    one.ended_by = Some(by);
    one.ticket = Some(number);
    store::update(tx, &one)?;
    let data = json!({ "ticket": number, "by": by, "solved": solved });
    saying::tell(tx, cx, &one, events::ENDED, data)?;
    Ok(one)
}

//! What open pages hear: `chat:ID` for the two who talk and the desk, `chat-aside:ID` and `chat-desk` for the desk,
//! `chat-holder:PERSON` (something moved in a conversation of theirs) for this technician alone, and `chat-queue` (the queue
//! moved, somebody began or ceased to answer) for everybody, because one's place depends on it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind, Result};
use kernel::event::Event;
use web::Topic;

use crate::conversation::{Conversation, store};
use crate::{ANSWER, ASK, events};

/// What somebody has moved.
pub(crate) const HOLDER: &str = "chat-holder";

/// All of them.
pub(crate) const TOPICS: [Topic; 5] = [
    Topic {
        prefix: "chat",
        may: may_hear,
    },
    Topic {
        prefix: "chat-aside",
        may: may_hear_asides,
    },
    Topic {
        prefix: "chat-desk",
        may: may_hear_desk,
    },
    Topic {
        prefix: HOLDER,
        may: may_hear_as_holder,
    },
    Topic {
        prefix: "chat-queue",
        may: may_hear_queue,
    },
];

/// Topics that an event touches besides its own subject.
pub(crate) fn topics_of(event: &Event) -> Vec<String> {
    let topics: &[&str] = match event.kind.as_str() {
        events::OPENED | events::TAKEN | events::RETURNED | events::ENDED | events::DUTY => {
            &["chat-desk", "chat-queue"]
        }
        events::HANDED_OVER | events::SAID | events::WARNED => &["chat-desk"],
        _ => &[],
    };
    let mut topics: Vec<String> = topics.iter().map(|&topic| topic.to_owned()).collect();
    topics.extend(holders_of(event));
    topics
}

/// Those in whose count something may have changed, where not all technicians count anew because the queue moved.
fn holders_of(event: &Event) -> impl Iterator<Item = String> {
    let named: &[&str] = match event.kind.as_str() {
        events::SAID => &["technician"],
        events::HANDED_OVER => &["from", "to"],
        _ => &[],
    };
    let person = |&key: &&str| event.data.get(key).and_then(|person| person.as_str());
    named
        .iter()
        .filter_map(person)
        .map(|person| format!("{HOLDER}:{person}"))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is the kit's: other topics ask the database"
)]
fn may_hear_as_holder(_tx: &mut Tx<'_>, cx: &Cx, person: &str) -> Result<bool> {
    let is_me = cx.user_id().is_some_and(|me| me.to_string() == person);
    Ok(is_me && cx.may(ANSWER).is_some())
}

fn found(tx: &mut Tx<'_>, id: &str) -> Result<Option<Conversation>> {
    let Ok(id) = id.parse() else {
        return Ok(None);
    };
    match store::load(tx, id) {
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

fn may_hear(tx: &mut Tx<'_>, cx: &Cx, id: &str) -> Result<bool> {
    let found = found(tx, id)?;
    Ok(found.is_some_and(|one| cx.may(ANSWER).is_some() || cx.user_id() == Some(one.requester)))
}

/// One's own conversation is that of a requester, whoever one is.
fn may_hear_asides(tx: &mut Tx<'_>, cx: &Cx, id: &str) -> Result<bool> {
    let found = found(tx, id)?;
    Ok(found.is_some_and(|one| cx.may(ANSWER).is_some() && cx.user_id() != Some(one.requester)))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is the kit's: other topics ask the database"
)]
fn may_hear_desk(_tx: &mut Tx<'_>, cx: &Cx, _rest: &str) -> Result<bool> {
    Ok(cx.may(ANSWER).is_some())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is the kit's: other topics ask the database"
)]
fn may_hear_queue(_tx: &mut Tx<'_>, cx: &Cx, _rest: &str) -> Result<bool> {
    Ok(cx.may(ASK).is_some() || cx.may(ANSWER).is_some())
}

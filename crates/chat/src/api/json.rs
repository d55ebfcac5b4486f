//! The shapes of conversations in JSON.

use std::collections::BTreeMap;

use kernel::id::UserId;
use kernel::time::Timestamp;
use people::user::Card;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::conversation::reading::{Queue, Read};
use crate::conversation::{Conversation, EndedBy, Kind, Message, State};
use crate::duty::{Availability, Mine};

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatPerson)]
pub(super) struct PersonJson {
    /// Identifier.
    id: String,
    /// Name on screen.
    name: String,
}

fn person(people: &BTreeMap<UserId, Card>, id: UserId) -> PersonJson {
    PersonJson {
        id: id.to_string(),
        name: people.get(&id).map(|card| card.name.clone()).unwrap_or_default(),
    }
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatMessage)]
pub(super) struct MessageJson {
    /// Its place in the conversation, from 0.
    place: i64,
    /// What it is.
    kind: Kind,
    /// Who said or did it; missing when the house did.
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<PersonJson>,
    /// Who has the conversation from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonJson>,
    /// The words; empty for what happened.
    body: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatConversation)]
pub(super) struct ConversationJson {
    /// Identifier.
    id: String,
    /// Where it is.
    state: State,
    /// Its first line.
    subject: String,
    /// Who asks.
    requester: PersonJson,
    /// Who has it, or had it last.
    technician: Option<PersonJson>,
    /// The desk is to speak: the requester spoke last, or it was handed to the next one.
    unanswered: bool,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    /// When the silence began.
    #[schema(value_type = String, format = DateTime)]
    last_word_at: Timestamp,
    /// When it was said that the silence will end it.
    #[schema(value_type = Option<String>, format = DateTime)]
    warned_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Who or what ended it.
    ended_by: Option<EndedBy>,
    /// The ticket it has become.
    ticket: Option<i64>,
}

impl ConversationJson {
    fn of(one: &Conversation, people: &BTreeMap<UserId, Card>) -> Self {
        Self {
            id: one.id.to_string(),
            state: one.state,
            subject: one.subject.clone(),
            requester: person(people, one.requester),
            technician: one.technician.map(|id| person(people, id)),
            unanswered: one.unanswered,
            opened_at: one.opened_at,
            last_word_at: one.last_word_at,
            warned_at: one.warned_at,
            ended_at: one.ended_at,
            ended_by: one.ended_by,
            ticket: one.ticket,
        }
    }
}

/// A conversation with its messages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatRead)]
pub(super) struct ReadJson {
    /// The conversation.
    #[serde(flatten)]
    conversation: ConversationJson,
    /// While it waits: how many have waited longer.
    ahead: i64,
    /// What was said and what happened, as far as the reader may see it.
    messages: Vec<MessageJson>,
}

impl From<Read> for ReadJson {
    fn from(read: Read) -> Self {
        let people = &read.people;
        let message = |one: &Message| MessageJson {
            place: one.place,
            kind: one.kind,
            author: one.author.map(|id| person(people, id)),
            person: one.person.map(|id| person(people, id)),
            body: one.body.clone(),
            at: one.at,
        };
        Self {
            conversation: ConversationJson::of(&read.conversation, people),
            ahead: read.ahead,
            messages: read.messages.iter().map(message).collect(),
        }
    }
}

/// Whether anybody is there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatAvailability)]
pub(super) struct AvailabilityJson {
    /// Somebody answers now.
    open: bool,
    /// How many do.
    people: i64,
    /// How many conversations wait.
    waiting: i64,
    /// The desk's hours hold now.
    in_hours: bool,
    /// When they begin again.
    #[schema(value_type = Option<String>, format = DateTime)]
    opens_at: Option<Timestamp>,
}

impl From<Availability> for AvailabilityJson {
    fn from(there: Availability) -> Self {
        Self {
            open: there.is_open(),
            people: there.people,
            waiting: there.waiting,
            in_hours: there.in_hours,
            opens_at: there.opens_at,
        }
    }
}

/// How it stands with one's own chat.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatOwn)]
pub(super) struct OwnJson {
    /// Whether anybody is there.
    pub(super) availability: AvailabilityJson,
    /// The conversation that is going on.
    pub(super) conversation: Option<String>,
}

/// The queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatQueue)]
pub(super) struct QueueJson {
    /// How many wait.
    count: i64,
    /// Who has waited longest first; at most 100.
    waiting: Vec<ConversationJson>,
    /// The caller has them.
    mine: Vec<ConversationJson>,
    /// Colleagues have them.
    others: Vec<ConversationJson>,
}

impl From<Queue> for QueueJson {
    fn from(queue: Queue) -> Self {
        let people = &queue.people;
        let of = |all: &[Conversation]| all.iter().map(|one| ConversationJson::of(one, people)).collect();
        Self {
            count: queue.count,
            waiting: of(&queue.waiting),
            mine: of(&queue.mine),
            others: of(&queue.others),
        }
    }
}

/// The first words.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = ChatBeginning)]
#[serde(deny_unknown_fields)]
pub(super) struct BeginningJson {
    /// What is wrong, in at most 4,000 letters.
    pub(super) body: String,
    /// It shall be a ticket at once.
    #[serde(default)]
    pub(super) leave: bool,
}

/// Words of the requester.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = ChatWords)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsJson {
    /// At most 4,000 letters.
    pub(super) body: String,
}

/// Words of a technician.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = ChatAnswer)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerJson {
    /// At most 4,000 letters.
    pub(super) body: String,
    /// Only technicians shall read it.
    #[serde(default)]
    pub(super) aside: bool,
}

/// From whom a conversation is taken.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = ChatTaking)]
#[serde(deny_unknown_fields)]
pub(super) struct TakingJson {
    /// Who is thought to have it: somebody's identifier, or `queue`. When it has moved on meanwhile, it is refused as a
    /// conflict. Missing: it is taken from whoever has it.
    #[serde(default)]
    pub(super) from: Option<String>,
}

/// To whom a conversation goes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = ChatHandOver)]
#[serde(deny_unknown_fields)]
pub(super) struct HandOverJson {
    /// A colleague; missing for the queue.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub(super) to: Option<UserId>,
    /// What they must know; the requester does not see it.
    pub(super) note: String,
}

/// How a conversation ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = ChatEnding)]
#[serde(deny_unknown_fields)]
pub(super) struct EndingJson {
    /// An open ticket of the requester; missing for a new one.
    #[serde(default)]
    pub(super) ticket: Option<i64>,
    /// The title of a new one; missing: the first line that was said.
    #[serde(default)]
    pub(super) title: String,
    /// `hardware software network account security other`, of a new one.
    #[serde(default)]
    pub(super) category: Option<String>,
    /// `low medium high`, of a new one.
    #[serde(default)]
    pub(super) urgency: Option<String>,
    /// What solved it, when it was solved and tried in the conversation: the requester is asked.
    #[serde(default)]
    pub(super) solution: Option<String>,
    /// What happens next, when it is not solved: a reply on the ticket.
    #[serde(default)]
    pub(super) next: String,
}

/// Whether one answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatDuty)]
pub(super) struct DutyJson {
    /// The switch is on.
    on: bool,
    /// Until then.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Employees see now that the caller is there: the desk is open, or the switch was set outside of its hours.
    counts_now: bool,
}

impl From<Option<Mine>> for DutyJson {
    fn from(mine: Option<Mine>) -> Self {
        Self {
            on: mine.is_some(),
            until: mine.map(|mine| mine.until),
            counts_now: mine.is_some_and(|mine| mine.counts_now),
        }
    }
}

/// Whether one wants to answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = ChatDutyChange)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyChangeJson {
    /// The switch.
    pub(super) on: bool,
}

/// What a department sets.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatSettings)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsJson {
    /// A conversation ends after so many minutes without a word; 3 to 240.
    pub(super) idle_minutes: i64,
}

//! What travels: the shapes of the JSON interface, apart from the types that decide.

use kernel::Timestamp;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{TeamId, UserId};
use people::user::Card;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ticket::escalating::Handoff;
use crate::ticket::{
    Category, Channel, Environment, Impact, Priority, State, Ticket, TicketType, Urgency, WaitingFor,
};

/// A new ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicketJson {
    /// One line.
    pub title: String,
    /// What happens, in the requester's words.
    pub body: String,
    /// Mail address; left out: the caller. Made when unknown.
    #[serde(default)]
    pub requester: Option<String>,
    /// Default: incident.
    #[serde(default, rename = "type")]
    pub ticket_type: Option<TicketType>,
    /// Default: other.
    #[serde(default)]
    pub category: Option<Category>,
    /// Default: person.
    #[serde(default)]
    pub impact: Option<Impact>,
    /// Default: medium.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// Left out: by the matrix of impact and urgency.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// The door it came in by. Default: api.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// What it is about, technically.
    #[serde(default)]
    pub environment: Option<Environment>,
    /// How to make it happen again.
    #[serde(default)]
    pub steps: Option<String>,
    /// The words of the error.
    #[serde(default)]
    pub error_text: Option<String>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// Fields to change; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChangeJson {
    /// One line.
    pub title: Option<String>,
    /// Incident, request, question, or change request.
    #[serde(rename = "type")]
    pub ticket_type: Option<TicketType>,
    /// Which part of the department's work it belongs to.
    pub category: Option<Category>,
    /// How many people are hit.
    pub impact: Option<Impact>,
    /// How soon it hurts.
    pub urgency: Option<Urgency>,
    /// Pins the priority by hand.
    pub priority: Option<Priority>,
    /// What it is about, technically.
    pub environment: Option<Environment>,
    /// How to make it happen again.
    pub steps: Option<String>,
    /// The words of the error.
    pub error_text: Option<String>,
    /// All tags the ticket shall have.
    pub tags: Option<Vec<String>>,
    /// The version that was read; 409 when somebody changed it since.
    pub version: Option<i64>,
}

/// A public word.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyJson {
    /// The words.
    pub body: String,
}

/// A word for the desk only.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteJson {
    /// The words.
    pub body: String,
}

/// To whom; with neither field the reckoning chooses.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AssignmentJson {
    /// Mail address, identifier, or `me`.
    pub assignee: Option<String>,
    /// Name or identifier.
    pub team: Option<String>,
}

/// What the next tier must know; nothing may be left out.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HandoffJson {
    /// What was tried.
    pub tried: String,
    /// What is known.
    pub known: String,
    /// Where this tier's means end.
    pub boundary: String,
}

impl From<HandoffJson> for Handoff {
    fn from(json: HandoffJson) -> Self {
        Self {
            tried: json.tried,
            known: json.known,
            boundary: json.boundary,
        }
    }
}

/// Handing up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalationJson {
    /// 2 or 3.
    pub tier: i64,
    /// The hand-off note.
    #[serde(default)]
    pub handoff: HandoffJson,
    /// Name or identifier of another team.
    #[serde(default)]
    pub team: Option<String>,
    /// Mail address or identifier of a person of that tier.
    #[serde(default)]
    pub assignee: Option<String>,
}

/// Waiting for others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitingJson {
    /// For whom.
    #[serde(rename = "for")]
    pub whom: WaitingFor,
    /// Why.
    pub reason: String,
    /// When the desk will ask again.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// How it was solved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolutionJson {
    /// In words the requester can follow.
    pub solution: String,
    /// Whether it was tried out.
    #[serde(default)]
    pub tested: bool,
    /// Needed when it was not.
    #[serde(default)]
    pub untested_reason: Option<String>,
    /// The cause for the desk; left out, what was written before stands.
    #[serde(default)]
    pub technical: Option<String>,
    /// The cause for the requester, likewise.
    #[serde(default)]
    pub plain: Option<String>,
    /// Passes a close gate all the same, for who may (`desk.gate_override`); it stands in the record.
    #[serde(default)]
    pub override_reason: Option<String>,
}

/// Why a ticket comes back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReopeningJson {
    /// In a sentence.
    pub reason: String,
}

/// The requester's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationJson {
    /// Whether it works.
    pub accepted: bool,
    /// What they said.
    #[serde(default)]
    pub comment: Option<String>,
}

/// A person as a ticket names them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonJson {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: UserId,
    /// Name on screen.
    pub name: String,
    /// Mail address.
    pub email: String,
}

impl From<&Card> for PersonJson {
    fn from(card: &Card) -> Self {
        Self {
            id: card.id,
            name: card.name.clone(),
            email: card.email.clone(),
        }
    }
}

/// A team as a ticket names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamJson {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: TeamId,
    /// Name on screen.
    pub name: String,
}

/// A ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketJson {
    /// Its number.
    pub number: i64,
    /// One line.
    pub title: String,
    /// What sort of request it is.
    #[serde(rename = "type")]
    pub ticket_type: TicketType,
    /// Which part of the department's work it belongs to.
    pub category: Category,
    /// How many people are hit.
    pub impact: Impact,
    /// How soon it hurts.
    pub urgency: Urgency,
    /// What must be done first.
    pub priority: Priority,
    /// Where it stands.
    pub state: State,
    /// 1 to 3.
    pub tier: i64,
    /// Who asked.
    pub requester: Option<PersonJson>,
    /// Who has it.
    pub assignee: Option<PersonJson>,
    /// Whose queue it is in.
    pub team: Option<TeamJson>,
    /// The door it came in by.
    pub channel: Channel,
    /// What it is about, technically.
    pub environment: Environment,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// When it came in.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it was last resolved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Timestamp>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// The nearest deadline of a running clock.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_due_at: Option<Timestamp>,
    /// Whether a running clock has passed its deadline.
    pub overdue: bool,
    /// How often it came back.
    pub reopen_count: i64,
    /// Grows with each change.
    pub version: i64,
}

impl TicketJson {
    /// Fills in names: three statements.
    pub(super) fn of(tx: &mut Tx, ticket: &Ticket) -> Result<Self> {
        let mut people: Vec<UserId> = vec![ticket.requester];
        people.extend(ticket.assignee);
        let cards = people::user::store::cards(tx, &people)?;
        let team = match ticket.team {
            Some(id) => people::team::store::list(tx)?
                .into_iter()
                .find(|team| team.id == id),
            None => None,
        };
        let tags = crate::ticket::store::tags(tx, ticket.number)?;
        let team = team.map(|team| TeamJson {
            id: team.id,
            name: team.name,
        });
        Ok(Self::new(ticket, &cards, team, tags))
    }

    /// From what is known already.
    pub(super) fn new(
        ticket: &Ticket,
        cards: &std::collections::BTreeMap<UserId, Card>,
        team: Option<TeamJson>,
        tags: Vec<String>,
    ) -> Self {
        Self {
            number: ticket.number,
            title: ticket.title.clone(),
            ticket_type: ticket.ticket_type,
            category: ticket.category,
            impact: ticket.impact,
            urgency: ticket.urgency,
            priority: ticket.priority,
            state: ticket.state,
            tier: ticket.tier.level(),
            requester: cards.get(&ticket.requester).map(PersonJson::from),
            assignee: ticket
                .assignee
                .and_then(|id| cards.get(&id))
                .map(PersonJson::from),
            team,
            channel: ticket.channel,
            environment: ticket.environment.clone(),
            tags,
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            resolved_at: ticket.resolved_at,
            closed_at: ticket.closed_at,
            next_due_at: ticket.next_due_at,
            overdue: ticket.overdue,
            reopen_count: ticket.reopen_count,
            version: ticket.version,
        }
    }
}

/// The environment as given, or empty.
pub(super) fn environment(given: Option<&Environment>) -> Environment {
    given.cloned().unwrap_or_default()
}

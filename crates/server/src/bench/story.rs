//! The tickets of the measured installation: years of closed ones, and the open ones of today. Pure; the same seed tells
//! the same stories.

use std::collections::BTreeMap;

use desk::bulk::{Act, Past};
use desk::ticket::{
    Category, Channel, Environment, Impact, Priority, State, Ticket, TicketType, Tier, Urgency, Voice,
    WaitingFor,
};
use kernel::{TeamId, Timestamp, UserId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::words::{self, Tongue};

/// How long ago the first ticket came in.
pub const YEARS: i64 = 5;
/// Beyond this a larger past does not mean more open work: a department of a million tickets has as many hands.
const OPEN_AT_MOST: usize = 10_000;
const RESOLVED_AT_MOST: usize = 2_000;
/// Tickets with a long conversation.
const LONG: usize = 100;
/// Articles of those.
pub const LONG_ARTICLES: usize = 20;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Who reports, who works, and where what goes.
#[derive(Clone, Debug)]
pub struct Cast {
    pub requesters: Vec<(UserId, Tongue)>,
    pub staff: Vec<(UserId, Vec<TeamId>)>,
    pub teams: BTreeMap<Category, Option<TeamId>>,
}

/// Whether this ticket has [`LONG_ARTICLES`] articles.
pub fn is_long(place: usize, total: usize) -> bool {
    place.is_multiple_of((total / LONG).max(1))
}

/// The ticket of this place among so many.
pub fn past(cast: &Cast, place: usize, total: usize, now: Timestamp) -> Past {
    let mut random = StdRng::seed_from_u64(place as u64);
    let (requester, tongue) = cast.requesters[random.random_range(0..cast.requesters.len())];
    let stage = Stage::of(place, total);
    let opened = stage.opened(&mut random, place, total, now);
    let category = Category::ALL[random.random_range(0..Category::ALL.len())];
    let team = cast.teams.get(&category).copied().flatten();
    let owner = owner(cast, &mut random, team);
    let acts = acts(
        &mut random,
        stage,
        (requester, owner, tongue),
        is_long(place, total),
        (opened, now),
    );
    let title = words::title(&mut random, tongue, place, total);
    let tags = if place.is_multiple_of(3) {
        vec![format!("area-{}", place % 40)]
    } else {
        Vec::new()
    };
    Past {
        ticket: ticket(&mut random, title, category, team, requester, opened),
        body: words::body(&mut random, tongue),
        tags,
        acts,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    InProgress,
    Waiting,
    Resolved,
    Closed,
}

impl Stage {
    /// The latest are open, those before them resolved, all others closed.
    fn of(place: usize, total: usize) -> Self {
        let open = (total / 20).clamp(1, OPEN_AT_MOST);
        let resolved = (total / 100).clamp(1, RESOLVED_AT_MOST);
        if place + open + resolved < total {
            return Self::Closed;
        }
        if place + open < total {
            return Self::Resolved;
        }
        match place % 10 {
            0..=2 => Self::New,
            3..=7 => Self::InProgress,
            _ => Self::Waiting,
        }
    }

    fn opened(self, random: &mut StdRng, place: usize, total: usize, now: Timestamp) -> Timestamp {
        let ago = match self {
            Self::New | Self::InProgress | Self::Waiting => random.random_range(HOUR..30 * HOUR),
            Self::Resolved => random.random_range(30 * HOUR..40 * HOUR),
            Self::Closed => {
                let span = YEARS * 365 * DAY - 10 * DAY;
                let passed = i128::from(span) * place as i128 / total.max(1) as i128;
                10 * DAY + span - i64::try_from(passed).unwrap_or(0)
            }
        };
        now.add_millis(-ago)
    }
}

fn owner(cast: &Cast, random: &mut StdRng, team: Option<TeamId>) -> UserId {
    let members: Vec<UserId> = cast
        .staff
        .iter()
        .filter(|(_, teams)| team.is_some_and(|team| teams.contains(&team)))
        .map(|(person, _)| *person)
        .collect();
    match members.len() {
        0 => cast.staff[random.random_range(0..cast.staff.len())].0,
        count => members[random.random_range(0..count)],
    }
}

fn acts(
    random: &mut StdRng,
    stage: Stage,
    (requester, owner, tongue): (UserId, UserId, Tongue),
    is_long: bool,
    (opened, now): (Timestamp, Timestamp),
) -> Vec<(Timestamp, Act)> {
    let mut acts = Vec::new();
    if stage != Stage::New {
        acts.push(Act::Take { person: owner });
    }
    // With the report there are three articles, or as many as a long conversation has.
    let words = if is_long { LONG_ARTICLES - 1 } else { 2 };
    for turn in 0..words {
        let from_desk = stage != Stage::New && turn % 2 == 0;
        let (author, voice) = if from_desk {
            (owner, Voice::Staff)
        } else {
            (requester, Voice::Requester)
        };
        acts.push(Act::Say {
            author,
            voice,
            body: words::body(random, tongue),
        });
    }
    match stage {
        Stage::New | Stage::InProgress => {}
        Stage::Waiting => {
            let whom = WaitingFor::ALL[random.random_range(0..WaitingFor::ALL.len())];
            acts.push(Act::Wait {
                by: owner,
                whom,
                reason: words::body(random, tongue),
            });
        }
        Stage::Resolved | Stage::Closed => {
            acts.push(Act::Resolve {
                by: owner,
                solution: words::body(random, tongue),
            });
        }
    }
    if stage == Stage::Closed {
        acts.push(Act::Confirm);
    }
    // All of it lies in the past, whenever the ticket came in.
    let room = now.since(opened) / (acts.len() as i64 + 1);
    let mut at = opened;
    acts.into_iter()
        .map(|act| {
            at = at.add_millis(random.random_range(1..room.clamp(2, 3 * HOUR)));
            (at, act)
        })
        .collect()
}

fn ticket(
    random: &mut StdRng,
    title: String,
    category: Category,
    team: Option<TeamId>,
    requester: UserId,
    opened: Timestamp,
) -> Ticket {
    let impact = match random.random_range(0..100) {
        0..=79 => Impact::Person,
        80..=97 => Impact::Team,
        _ => Impact::Site,
    };
    Ticket {
        number: 0,
        title,
        ticket_type: TicketType::ALL[random.random_range(0..TicketType::ALL.len())],
        category,
        impact,
        urgency: Urgency::ALL[random.random_range(0..Urgency::ALL.len())],
        priority: Priority::P3,
        priority_pinned: false,
        state: State::New,
        tier: Tier::FIRST,
        complexity: random.random_range(1..4),
        team,
        assignee: None,
        requester,
        organisation: None,
        site: None,
        channel: Channel::ALL[random.random_range(0..Channel::ALL.len())],
        environment: Environment {
            device: Some(format!("NB-{:04}", random.random_range(0..5_000))),
            ..Environment::default()
        },
        steps: None,
        error_text: None,
        waiting_reason: None,
        last_voice: Voice::Requester,
        created_at: opened,
        updated_at: opened,
        first_response_at: None,
        resolved_at: None,
        closed_at: None,
        reopen_count: 0,
        next_due_at: None,
        overdue: false,
        next_step: None,
        next_step_at: None,
        policy: None,
        version: 1,
    }
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;

    fn cast() -> Cast {
        Cast {
            requesters: vec![
                (Id::from_parts(1, &[1; 10]), Tongue::English),
                (Id::from_parts(1, &[2; 10]), Tongue::Chinese),
            ],
            staff: vec![(Id::from_parts(1, &[3; 10]), Vec::new())],
            teams: BTreeMap::new(),
        }
    }

    #[test]
    fn everything_happened_in_order_and_before_now() {
        let now = Timestamp::from_secs(1_772_445_600);
        for place in 0..2_000 {
            let past = past(&cast(), place, 2_000, now);
            let mut last = past.ticket.created_at;
            for (at, act) in &past.acts {
                assert!(*at > last && *at < now, "{place}: {act:?}");
                last = *at;
            }
            let said = past
                .acts
                .iter()
                .filter(|(_, act)| matches!(act, Act::Say { .. }))
                .count();
            assert_eq!(said + 1, if is_long(place, 2_000) { LONG_ARTICLES } else { 3 });
        }
    }

    #[test]
    fn one_in_twenty_is_open() {
        let open = (0..2_000)
            .filter(|place| !matches!(Stage::of(*place, 2_000), Stage::Closed | Stage::Resolved))
            .count();
        assert_eq!(open, 100);
    }
}

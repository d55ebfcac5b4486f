//! Ninety days of tickets: who reports what, who does what about it, and when.
//!
//! First the lives of all tickets are planned; then all acts are carried out in the order of time, in batches of one
//! transaction each. The clocks are swept in between as in a real house, so deadlines are missed and escalated in the
//! demo as they would be. What a plan holds for the future is left out: those tickets are the open ones of today.

use desk::jobs;
use desk::rating::{self, Rate};
use desk::service_level;
use desk::ticket::escalating::Handoff;
use desk::ticket::{
    self, Change, Channel, Escalate, Impact, Note, Opening, Reply, Resolve, State, Tier, Urgency, Verify,
    Wait, WaitingFor,
};
use kernel::cx::Identity;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::{Cx, Locale, Result, Timestamp, Via};
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::department::{Department, Person};
use super::problems::{Both, PROBLEMS, PROGRAMS};
use super::system_at;
use crate::house::House;

/// Acts carried out in one transaction.
const BATCH: usize = 250;
const MINUTE: i64 = 60_000;

/// One ticket's story with its words filled in.
#[derive(Clone)]
struct Story {
    problem: usize,
    requester: usize,
    program: usize,
    floor: u32,
    channel: Channel,
    impact: Impact,
    urgency: Urgency,
    tested: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Open,
    Take,
    Ask,
    Answer,
    Note,
    Wait(u8),
    Resume,
    Escalate,
    Resolve,
    Accept,
    Refuse,
    Thank,
}

/// When, which story, what.
type Step = (Timestamp, usize, Act);

/// Makes the history; answers the tickets with the places of their problems.
///
/// # Errors
/// The database's.
pub async fn make(
    house: &House,
    department: &Department,
    random: &mut StdRng,
    (start, now): (Timestamp, Timestamp),
    tickets: usize,
) -> Result<Vec<(i64, usize)>> {
    let (stories, mut steps) = plan(department, random, (start, now), tickets);
    steps.retain(|(at, _, _)| *at < now);
    steps.sort();
    let players = Players {
        employees: department.employees.clone(),
        staff: department.staff.values().cloned().collect(),
        stories,
    };
    let mut numbers: Vec<Option<i64>> = vec![None; players.stories.len()];
    for batch in steps.chunks(BATCH) {
        let (batch, players, known) = (batch.to_vec(), players.clone(), numbers.clone());
        let end = batch.last().map_or(start, |(at, _, _)| *at);
        numbers = house
            .kernel
            .db
            .write(move |tx| {
                let mut numbers = known.clone();
                for (at, story, act) in &batch {
                    players.carry_out(tx, *at, *story, *act, &mut numbers)?;
                }
                Ok(numbers)
            })
            .await?;
        service_level::sweep(&house.kernel.db, &system_at(end)).await?;
        jobs::close_all_silent(&house.kernel.db, &system_at(end)).await?;
    }
    let reported = numbers.into_iter().zip(&players.stories);
    Ok(reported
        .filter_map(|(number, story)| Some((number?, story.problem)))
        .collect())
}

fn plan(
    department: &Department,
    random: &mut StdRng,
    (start, now): (Timestamp, Timestamp),
    tickets: usize,
) -> (Vec<Story>, Vec<Step>) {
    let total: u32 = PROBLEMS.iter().map(|problem| problem.weight).sum();
    let mut stories = Vec::with_capacity(tickets);
    let mut steps = Vec::new();
    for place in 0..tickets {
        let mut left = random.random_range(0..total);
        let problem = PROBLEMS.iter().position(|problem| {
            let hit = left < problem.weight;
            left = left.saturating_sub(problem.weight);
            hit
        });
        let story = story(random, problem.unwrap_or(0), department.employees.len());
        // People report when they work: a random instant, moved to the next opening.
        let at = start.add_millis(random.random_range(0..now.since(start)));
        let at = department
            .hours
            .next_opening_millis(at.millis())
            .unwrap_or(at.millis());
        let at = Timestamp::from_millis(at + random.random_range(0..50 * MINUTE));
        life(department, random, &story, at, place, &mut steps);
        stories.push(story);
    }
    (stories, steps)
}

fn story(random: &mut StdRng, problem: usize, employees: usize) -> Story {
    // The order system concerns a whole site; most other things one person.
    let wide = PROBLEMS[problem].weight <= 2;
    let impact = match random.random_range(0..100) {
        _ if wide => Impact::Site,
        0..=79 => Impact::Person,
        80..=95 => Impact::Team,
        _ => Impact::Site,
    };
    let urgency = match random.random_range(0..100) {
        _ if wide => Urgency::High,
        0..=34 => Urgency::Low,
        35..=84 => Urgency::Medium,
        _ => Urgency::High,
    };
    let channel = match random.random_range(0..100) {
        0..=44 => Channel::Portal,
        45..=79 => Channel::Mail,
        80..=95 => Channel::Phone,
        _ => Channel::Chat,
    };
    Story {
        problem,
        // One in forty is by the employee whom a visitor can sign in as, so that the portal has something to show.
        requester: if random.random_range(0..40) == 0 {
            0
        } else {
            random.random_range(0..employees)
        },
        program: random.random_range(0..PROGRAMS.len()),
        floor: random.random_range(1..9),
        channel,
        impact,
        urgency,
        tested: random.random_range(0..10) > 0,
    }
}

/// Plans what happens to one ticket, in working time.
fn life(
    department: &Department,
    random: &mut StdRng,
    story: &Story,
    opened: Timestamp,
    place: usize,
    steps: &mut Vec<Step>,
) {
    let mut at = opened;
    let mut then = |random: &mut StdRng, minutes: std::ops::Range<i64>, act: Act, steps: &mut Vec<Step>| {
        let pause = random.random_range(minutes) * MINUTE;
        at = department
            .hours
            .add_millis(at.millis(), pause)
            .map_or(at, Timestamp::from_millis);
        steps.push((at, place, act));
    };
    then(random, 0..1, Act::Open, steps);
    let quick = story.urgency == Urgency::High;
    then(random, if quick { 2..40 } else { 5..260 }, Act::Take, steps);
    then(random, 3..60, Act::Ask, steps);
    if random.random_range(0..100) < 70 {
        then(random, 10..400, Act::Answer, steps);
    }
    if random.random_range(0..100) < 60 {
        then(random, 5..120, Act::Note, steps);
    }
    if random.random_range(0..100) < 22 {
        then(random, 10..300, Act::Escalate, steps);
        then(random, 10..400, Act::Note, steps);
    }
    if random.random_range(0..100) < 25 {
        let whom = random.random_range(0..3);
        then(random, 10..200, Act::Wait(whom), steps);
        then(random, 200..2_500, Act::Resume, steps);
    }
    then(random, 20..900, Act::Resolve, steps);
    match random.random_range(0..100) {
        0..=64 => then(random, 10..900, Act::Accept, steps),
        65..=74 => {
            then(random, 30..900, Act::Refuse, steps);
            then(random, 30..600, Act::Note, steps);
            then(random, 30..900, Act::Resolve, steps);
            then(random, 10..600, Act::Accept, steps);
        }
        75..=84 => then(random, 30..600, Act::Thank, steps),
        // Silence: the house closes it by itself.
        _ => {}
    }
}

/// Everybody who acts, and the stories they act in.
#[derive(Clone)]
struct Players {
    employees: Vec<Person>,
    staff: Vec<Identity>,
    stories: Vec<Story>,
}

impl Players {
    /// Carries one act out. What the state of the ticket does not allow (a clock was faster, nobody is there) is left out.
    fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        at: Timestamp,
        place: usize,
        act: Act,
        numbers: &mut [Option<i64>],
    ) -> Result<()> {
        let outcome = match numbers[place] {
            None if act == Act::Open => self
                .open(tx, at, place)
                .map(|number| numbers[place] = Some(number)),
            None => Ok(()),
            Some(number) => self.act(tx, at, place, act, number),
        };
        match outcome {
            Err(error) if matches!(error.kind(), Kind::Internal | Kind::Unavailable) => Err(error),
            _ => Ok(()),
        }
    }

    fn open(&self, tx: &mut Tx<'_>, at: Timestamp, place: usize) -> Result<i64> {
        let story = &self.stories[place];
        let problem = &PROBLEMS[story.problem];
        let person = &self.employees[story.requester];
        let mut opening = Opening::new(
            person.identity.user,
            self.words(place, problem.title),
            self.words(place, problem.body),
            story.channel,
        );
        // A mail says nothing of type and category; whoever solves it does.
        if story.channel != Channel::Mail {
            opening.ticket_type = problem.ticket_type;
            opening.category = problem.category;
        }
        opening.impact = story.impact;
        opening.urgency = story.urgency;
        opening.environment.device = Some(person.device.clone());
        opening.environment.os = Some(
            if place.is_multiple_of(4) {
                "macOS 15"
            } else {
                "Windows 11"
            }
            .to_owned(),
        );
        opening.tags = if problem.weight >= 8 {
            vec!["repeat".to_owned()]
        } else {
            Vec::new()
        };
        Ok(ticket::open(tx, &acting(&person.identity, at, Via::Portal), opening)?.number)
    }

    fn act(&self, tx: &mut Tx<'_>, at: Timestamp, place: usize, act: Act, number: i64) -> Result<()> {
        let story = &self.stories[place];
        let problem = &PROBLEMS[story.problem];
        let Some(ticket) = ticket::store::load(tx, number)? else {
            return Ok(());
        };
        let requester = acting(&self.employees[story.requester].identity, at, Via::Portal);
        let owner = acting(self.owner(&ticket, place), at, Via::Page);
        match act {
            Act::Open => {}
            Act::Take if ticket.assignee.is_none() => drop(ticket::take(tx, &owner, number)?),
            Act::Take => drop(ticket::start(tx, &owner, number)?),
            Act::Ask => {
                let reply = Reply {
                    body: self.words(place, problem.question),
                    ..Reply::default()
                };
                ticket::reply(tx, &owner, number, reply)?;
            }
            Act::Answer => {
                let reply = Reply {
                    body: self.words(place, problem.answer),
                    ..Reply::default()
                };
                ticket::reply(tx, &requester, number, reply)?;
            }
            Act::Note => {
                let note = Note {
                    body: self.words(place, problem.note),
                    ..Note::default()
                };
                ticket::note(tx, &owner, number, note)?;
            }
            Act::Wait(whom) => {
                let (whom, reason) = WAITS[usize::from(whom) % WAITS.len()];
                let reason = self.words(place, reason);
                ticket::wait(
                    tx,
                    &owner,
                    number,
                    Wait {
                        whom,
                        reason,
                        until: None,
                    },
                )?;
            }
            Act::Resume => drop(ticket::resume(tx, &owner, number)?),
            Act::Escalate => {
                let tier = ticket.tier.above().unwrap_or(Tier::LAST);
                let handoff = Handoff {
                    tried: self.words(place, TRIED),
                    known: self.words(place, problem.note),
                    boundary: self.words(place, BOUNDARY),
                };
                ticket::escalate(
                    tx,
                    &owner,
                    number,
                    Escalate {
                        tier,
                        handoff,
                        team: None,
                        assignee: None,
                    },
                )?;
            }
            Act::Resolve => {
                if ticket.state == State::New {
                    ticket::start(tx, &owner, number)?;
                }
                let classified = Change {
                    ticket_type: Some(problem.ticket_type),
                    category: Some(problem.category),
                    ..Change::default()
                };
                ticket::change(tx, &owner, number, classified)?;
                let untested_reason = (!story.tested).then(|| self.words(place, UNTESTED));
                let solution = self.words(place, problem.solution);
                ticket::resolve(
                    tx,
                    &owner,
                    number,
                    Resolve {
                        solution,
                        tested: story.tested,
                        untested_reason,
                    },
                )?;
            }
            Act::Accept => {
                let yes = Verify {
                    accepted: true,
                    comment: None,
                };
                ticket::verify(tx, &requester, number, yes)?;
                // Three of five say how satisfied they are.
                if place % 5 < 3 {
                    let given = Rate {
                        score: SCORES[place % SCORES.len()],
                        comment: None,
                    };
                    rating::rate_own(tx, &requester, number, &given)?;
                }
            }
            Act::Refuse => {
                let comment = Some(self.words(place, STILL_BROKEN));
                ticket::verify(
                    tx,
                    &requester,
                    number,
                    Verify {
                        accepted: false,
                        comment,
                    },
                )?;
            }
            Act::Thank => {
                let reply = Reply {
                    body: self.words(place, THANKS),
                    ..Reply::default()
                };
                ticket::reply(tx, &requester, number, reply)?;
            }
        }
        Ok(())
    }

    /// Who has the ticket; when nobody has, somebody of the first tier.
    fn owner(&self, ticket: &ticket::Ticket, place: usize) -> &Identity {
        let holder = ticket
            .assignee
            .and_then(|id| self.staff.iter().find(|one| one.user == id));
        holder.unwrap_or_else(|| {
            let first: Vec<&Identity> = self
                .staff
                .iter()
                .filter(|one| one.grants.contains_key("desk.ticket.resolve"))
                .collect();
            first
                .get(place % first.len().max(1))
                .copied()
                .unwrap_or(&self.staff[0])
        })
    }

    /// The text in the requester's language, with its gaps filled.
    fn words(&self, place: usize, text: Both) -> String {
        let story = &self.stories[place];
        let person = &self.employees[story.requester];
        let text = match person.locale {
            Locale::En => text.0,
            Locale::ZhCn => text.1,
        };
        text.replace("{device}", &person.device)
            .replace("{floor}", &story.floor.to_string())
            .replace("{app}", PROGRAMS[story.program])
    }
}

fn acting(identity: &Identity, at: Timestamp, via: Via) -> Cx {
    system_at(at).acting_as(identity.clone(), via)
}

/// What the requesters of the demo give, in turn.
const SCORES: [i64; 7] = [5, 4, 5, 3, 4, 2, 5];

const WAITS: [(WaitingFor, Both); 3] = [
    (
        WaitingFor::Requester,
        ("waiting for the requester to try it", "等待申请人测试"),
    ),
    (
        WaitingFor::Supplier,
        ("spare part ordered from the supplier", "已向供应商订购备件"),
    ),
    (
        WaitingFor::Development,
        ("handed to development with the log", "已附日志转交开发"),
    ),
];
const TRIED: Both = (
    "Restarted, checked cables and settings, compared with a colleague's device.",
    "已重启，检查线缆和设置，并与同事的设备对比。",
);
const BOUNDARY: Both = (
    "Needs rights on the server that the first line does not have.",
    "需要服务器权限，一线没有该权限。",
);
const UNTESTED: Both = ("The requester was not at their desk.", "申请人不在工位。");
const STILL_BROKEN: Both = (
    "It worked for an hour, then the same again.",
    "好了一个小时，又出现同样的问题。",
);
const THANKS: Both = ("Thank you, looks good so far.", "谢谢，目前看起来没问题。");

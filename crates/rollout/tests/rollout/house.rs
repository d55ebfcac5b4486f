//! A rollout that tests tell what happens.

use rollout::plan::{Budget, Probing, Ring, Share, Size, Tries, Undo, WayBack};
use rollout::{
    Answer, Command, Course, Event, Found, Gate, Order, Person, Phase, Plan, Position, Reason, Refusal,
    Resume, State, Status, Step, Stepped, Target, Trace, What, commands, step,
};

pub const MINUTE: i64 = 60_000;

pub fn share(percent: u8) -> Share {
    Share::percent(percent).unwrap()
}

pub fn ring(size: Size, count: u32) -> Ring {
    Ring {
        name: "ring".to_owned(),
        size,
        budget: Budget {
            count,
            share: Share::ALL,
        },
        bake: 10 * MINUTE,
        offline: share(50),
        probe: Probing::Optional,
    }
}

/// Ten targets: a canary of two, a ring of three, five others. Nothing may fail in the canary, one in each other ring.
pub fn ten() -> Plan {
    Plan {
        targets: 10,
        rings: vec![
            ring(Size::Count(2), 0),
            ring(Size::Share(share(30)), 1),
            ring(Size::Rest, 1),
        ],
        budget: Budget {
            count: 2,
            share: Share::ALL,
        },
        in_flight_most: 3,
        tries: Tries {
            dry_run: 1,
            check: 2,
            apply: 2,
            verify: 1,
            roll_back: 2,
        },
        sample: 2,
        undo: Undo::Failed,
        way_back: WayBack::Scripted,
        offline_most: 120 * MINUTE,
    }
}

pub fn failed() -> Answer {
    Answer::Failed {
        code: "exit_1".to_owned(),
    }
}

pub const fn found(found: Found) -> Answer {
    Answer::Found { found }
}

/// A rollout under way.
pub struct Told {
    pub plan: Plan,
    pub state: State,
    pub now: i64,
}

impl Told {
    pub fn draft(plan: Plan) -> Self {
        let state = State::new(&plan).unwrap();
        let now = 1_000_000;
        Self { plan, state, now }
    }

    /// Started, with a dry run and a rehearsal that went well: the canary has begun.
    pub fn in_canary(plan: Plan) -> Self {
        let mut told = Self::draft(plan);
        told.order("amy", What::Start).unwrap();
        if rollout::needs_second_person(&told.plan) {
            told.order("shen", What::Approve).unwrap();
        }
        told.well_until(|state| state.head().phase == Phase::Ring { ring: 0 });
        told
    }

    /// The same, and everything before a ring went well.
    pub fn in_ring(plan: Plan, ring: usize) -> Self {
        let mut told = Self::in_canary(plan);
        told.well_until(|state| state.head().phase == Phase::Ring { ring });
        told
    }

    pub fn hear(&mut self, event: &Event) -> Result<Stepped, Refusal> {
        let stepped = step(&self.plan, &mut self.state, self.now, event);
        assert_eq!(self.state.head().counts, self.state.recount(&self.plan));
        stepped
    }

    pub fn order(&mut self, by: &str, what: What) -> Result<Stepped, Refusal> {
        let (round, by) = (self.state.head().round, Person(by.to_owned()));
        self.hear(&Event::Order(Order { round, by, what }))
    }

    pub fn except(&mut self, by: &str, gate: Gate) {
        let reason = "it cannot wait".to_owned();
        self.order(by, What::Except { gate, reason }).unwrap();
    }

    pub fn halt(&mut self) {
        let reason = "the phones ring".to_owned();
        self.order("amy", What::Halt { reason }).unwrap();
    }

    pub fn resume(&mut self, how: Resume) {
        self.order("amy", What::Resume { how }).unwrap();
    }

    pub fn cancel(&mut self) {
        let reason = "another plan".to_owned();
        self.order("amy", What::Cancel { reason }).unwrap();
    }

    pub fn wait(&mut self, minutes: i64) {
        self.now += minutes * MINUTE;
        self.hear(&Event::Tick).unwrap();
    }

    pub fn target(&self, at: u32) -> &Target {
        self.state.target(Position(at)).unwrap()
    }

    pub fn status(&self, at: u32) -> &'static str {
        self.target(at).status.as_str()
    }

    pub fn phase(&self) -> Phase {
        self.state.head().phase
    }

    pub fn commands(&self) -> Vec<Command> {
        commands(&self.state)
    }

    /// What runs on a target.
    pub fn running(&self, at: u32) -> Option<Step> {
        self.command(at).map(|command| command.id.step)
    }

    pub fn command(&self, at: u32) -> Option<Command> {
        self.commands()
            .into_iter()
            .find(|command| command.id.target == Position(at))
    }

    /// Answers what runs on a target.
    pub fn answer(&mut self, at: u32, answer: Answer) {
        let command = self.command(at).unwrap().id;
        self.hear(&Event::Ended { command, answer }).unwrap();
    }

    pub fn away(&mut self, at: u32) {
        let epoch = self.target(at).epoch;
        let target = Position(at);
        self.hear(&Event::Away { target, epoch }).unwrap();
    }

    pub fn back(&mut self, at: u32) {
        let epoch = self.target(at).epoch + 1;
        let target = Position(at);
        self.hear(&Event::Back { target, epoch }).unwrap();
    }

    /// The command was never taken up.
    pub fn not_taken_up(&mut self, at: u32) {
        let epoch = self.target(at).epoch;
        self.answer(at, Answer::Away { epoch });
    }

    /// Answers what runs on a target as a device does on which all goes well; what was lost had arrived.
    pub fn well(&mut self, at: u32) {
        let trace = self.target(at).trace;
        let answer = match self.running(at).unwrap() {
            Step::Check if matches!(trace, Trace::Unsure | Trace::Applied) => found(Found::Compliant),
            Step::Check => found(Found::Needed),
            _ => Answer::Done,
        };
        self.answer(at, answer);
    }

    /// A target goes through check and apply, and then its verification fails.
    pub fn fails(&mut self, at: u32) {
        while self.running(at).unwrap() != Step::Verify {
            self.well(at);
        }
        self.answer(at, failed());
    }

    /// All goes well, and time passes, until something holds.
    pub fn well_until(&mut self, holds: impl Fn(&State) -> bool) {
        self.well_until_within(holds, 2_000);
    }

    pub fn well_until_within(&mut self, holds: impl Fn(&State) -> bool, steps: usize) {
        for _ in 0..steps {
            if holds(&self.state) {
                return;
            }
            match self.commands().first() {
                Some(command) => self.well(command.id.target.0),
                None => self.wait(10),
            }
        }
        panic!("it never came to this: {:?}", self.state.head());
    }

    pub fn reason(&self) -> Option<Reason> {
        match &self.state.head().course {
            Course::Halted(halt) | Course::Cancelling(halt) => Some(halt.reason.clone()),
            Course::Going | Course::Retrying => None,
        }
    }

    pub fn all_are(&self, status: Status) -> bool {
        self.state.targets().iter().all(|target| target.status == status)
    }
}

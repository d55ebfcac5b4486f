//! The driver and the devices: rows of acts, answers on their way, and a process that dies.

use std::collections::BTreeMap;

use rollout::event::Verdict;
use rollout::{
    Answer, CommandId, Event, Gate, Order, Person, Phase, Plan, Position, Refusal, Resume, State, What,
    commands, step,
};

use super::device::{Device, Luck, Nature};
use super::watching::Ledger;
use crate::house::MINUTE;

/// Something that happens. Numbers choose among what there is.
#[derive(Clone, Copy, Debug)]
pub enum Move {
    Run(usize, Luck),
    Hear(usize),
    /// Everybody does what is ordered, and all of it is heard, beginning somewhere.
    AllGoesWell(usize),
    HearAndDie(usize, Death),
    HearAgain(usize),
    Leave(usize),
    Return(usize),
    NotTakenUp(usize),
    Wait(i64),
    Halt,
    Resume(Resume),
    Probe(bool),
    Except(Gate),
    Approve,
    Cancel,
}

/// When the driver dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// What was decided is not kept: the event comes again.
    BeforeKeeping,
    /// What was decided is kept, and nothing of it is done yet.
    BeforeDoing,
}

pub struct World {
    pub plan: Plan,
    pub state: State,
    pub now: i64,
    pub devices: Vec<Device>,
    /// Acts by the id of their command: whether they are over.
    pub rows: BTreeMap<CommandId, bool>,
    /// What is on its way to the driver.
    pub outbox: Vec<Event>,
    /// What it heard and took, and when.
    pub log: Vec<(i64, Event)>,
    pub ledger: Ledger,
    pub halts: u32,
}

impl World {
    pub fn new(plan: Plan, natures: &[Nature]) -> Self {
        Self {
            state: State::new(&plan).unwrap(),
            devices: (0..plan.targets as usize)
                .map(|at| Device::new(natures[at]))
                .collect(),
            ledger: Ledger::default(),
            plan,
            now: 0,
            rows: BTreeMap::new(),
            outbox: Vec::new(),
            log: Vec::new(),
            halts: 0,
        }
    }

    pub fn start(&mut self) {
        self.order("amy", What::Start).unwrap();
    }

    pub fn make(&mut self, one: Move) {
        match one {
            Move::Run(which, luck) => self.run(which, luck),
            Move::Hear(which) => self.hear_one(which),
            Move::AllGoesWell(which) => self.all_goes_well(which),
            Move::HearAndDie(which, death) => self.hear_and_die(which, death),
            Move::HearAgain(which) => self.hear_again(which),
            Move::Leave(which) => self.leave(which),
            Move::Return(which) => self.come_back(which),
            Move::NotTakenUp(which) => self.not_taken_up(which),
            Move::Wait(minutes) => self.wait(minutes),
            Move::Halt => drop(self.order("amy", What::Halt { reason: why() })),
            Move::Resume(how) => drop(self.order("amy", What::Resume { how })),
            Move::Probe(is_good) => self.probe(is_good),
            Move::Except(gate) => drop(self.order("bruno", What::Except { gate, reason: why() })),
            Move::Approve => drop(self.order("shen", What::Approve)),
            Move::Cancel => drop(self.order("amy", What::Cancel { reason: why() })),
        }
    }

    /// Takes an event, keeps what was decided, and does it: in one transaction, as the fleet will.
    pub fn hear(&mut self, event: &Event) -> Result<(), Refusal> {
        self.decide(event)?;
        self.do_what_is_to_be_done();
        Ok(())
    }

    fn decide(&mut self, event: &Event) -> Result<(), Refusal> {
        let before = self.state.clone();
        let stepped = step(&self.plan, &mut self.state, self.now, event).inspect_err(|_| {
            assert_eq!(self.state, before, "a refused event changed something");
        })?;
        self.log.push((self.now, event.clone()));
        self.watch(&before, event, &stepped);
        let kept = serde_json::to_string(&self.state).unwrap();
        self.state = serde_json::from_str(&kept).unwrap();
        Ok(())
    }

    /// An act that has a row is not begun again.
    pub fn do_what_is_to_be_done(&mut self) {
        for command in commands(&self.state) {
            self.rows.entry(command.id).or_insert(false);
        }
    }

    pub fn order(&mut self, by: &str, what: What) -> Result<(), Refusal> {
        let round = self.state.head().round;
        let by = Person(by.to_owned());
        self.hear(&Event::Order(Order { round, by, what }))
    }

    fn open(&self, is_here: bool) -> Vec<CommandId> {
        let is_one = |id: &CommandId| self.devices[id.target.index()].is_here == is_here;
        let open = self.rows.iter().filter(|(_, is_over)| !**is_over);
        open.map(|(id, _)| *id).filter(is_one).collect()
    }

    pub fn run(&mut self, which: usize, luck: Luck) {
        if let Some(command) = chosen(&self.open(true), which) {
            let answer = self.devices[command.target.index()].run(command.step, luck);
            self.end(command, answer);
        }
    }

    pub fn not_taken_up(&mut self, which: usize) {
        if let Some(command) = chosen(&self.open(false), which) {
            let epoch = self.devices[command.target.index()].epoch;
            self.end(command, Answer::Away { epoch });
        }
    }

    fn end(&mut self, command: CommandId, answer: Answer) {
        self.rows.insert(command, true);
        self.outbox.push(Event::Ended { command, answer });
    }

    pub fn hear_one(&mut self, which: usize) {
        if !self.outbox.is_empty() {
            let event = self.outbox.remove(which % self.outbox.len());
            self.hear(&event).unwrap();
        }
    }

    pub fn all_goes_well(&mut self, which: usize) {
        self.do_what_is_to_be_done();
        for at in 0..self.devices.len() {
            self.run(at, Luck::Well);
        }
        while !self.outbox.is_empty() {
            self.hear_one(which);
        }
    }

    fn hear_and_die(&mut self, which: usize, death: Death) {
        if self.outbox.is_empty() {
            return;
        }
        let at = which % self.outbox.len();
        if death == Death::BeforeKeeping {
            let mut lost = self.state.clone();
            step(&self.plan, &mut lost, self.now, &self.outbox[at]).unwrap();
        } else {
            let event = self.outbox.remove(at);
            self.decide(&event).unwrap();
        }
    }

    fn hear_again(&mut self, which: usize) {
        if let Some((_, event)) = chosen(&self.log, which) {
            let before = self.state.clone();
            drop(step(&self.plan, &mut self.state, self.now, &event));
            assert_eq!(self.state, before, "heard twice: {event:?}");
        }
    }

    fn leave(&mut self, which: usize) {
        let at = which % self.devices.len();
        let device = &mut self.devices[at];
        if std::mem::replace(&mut device.is_here, false) {
            let (target, epoch) = (position(at), device.epoch);
            self.outbox.push(Event::Away { target, epoch });
        }
    }

    pub fn come_back(&mut self, which: usize) {
        let at = which % self.devices.len();
        let device = &mut self.devices[at];
        if !std::mem::replace(&mut device.is_here, true) {
            device.epoch += 1;
            let (target, epoch) = (position(at), device.epoch);
            self.outbox.push(Event::Back { target, epoch });
        }
    }

    pub fn wait(&mut self, minutes: i64) {
        self.now += minutes * MINUTE;
        self.hear(&Event::Tick).unwrap();
    }

    pub fn probe(&mut self, is_good: bool) {
        let Phase::Ring { ring } = self.state.head().phase else {
            return;
        };
        let verdict = if is_good {
            Verdict::Good
        } else {
            Verdict::Bad { text: why() }
        };
        let (round, at) = (self.state.head().round, self.now);
        let probe = Event::Probe {
            round,
            ring,
            at,
            verdict,
        };
        self.hear(&probe).unwrap();
    }
}

pub fn why() -> String {
    "because".to_owned()
}

pub fn position(at: usize) -> Position {
    Position(u32::try_from(at).unwrap())
}

fn chosen<T: Clone>(among: &[T], which: usize) -> Option<T> {
    among.get(which.checked_rem(among.len())?).cloned()
}

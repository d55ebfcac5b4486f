//! A device as it really is, and what commands really do to it. The machine never sees this; it sees answers.

use rollout::{Answer, Found, Step};

/// What a device is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It needs the change and works with it.
    Plain,
    /// It has the change already.
    HasIt,
    /// Something like half of the change is on it already, not by us.
    HalfHasIt,
    /// It does not work with the change.
    Ailing,
}

/// How a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Luck {
    Well,
    Fails,
    FailsHalf,
    LostBefore,
    LostHalf,
    LostAfter,
    Stopped,
    Refused,
}

/// How much of the change is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Real {
    Clean,
    Half,
    Whole,
}

#[derive(Clone, Debug)]
pub struct Device {
    pub real: Real,
    /// Something of ours is on it.
    pub is_marked: bool,
    pub is_ailing: bool,
    pub is_here: bool,
    pub epoch: u64,
    /// It was applied to, and no check has answered since.
    pub wants_check: bool,
    /// A roll back ended here, and nothing was applied since.
    pub is_rolled_back: bool,
    /// A check has said so.
    pub proves_way_back: bool,
}

impl Device {
    pub fn new(nature: Nature) -> Self {
        Self {
            real: match nature {
                Nature::Plain | Nature::Ailing => Real::Clean,
                Nature::HasIt => Real::Whole,
                Nature::HalfHasIt => Real::Half,
            },
            is_marked: false,
            is_ailing: nature == Nature::Ailing,
            is_here: true,
            epoch: 0,
            wants_check: false,
            is_rolled_back: false,
            proves_way_back: false,
        }
    }

    /// Does what is ordered, as luck has it, and says what a device would say.
    pub fn run(&mut self, step: Step, luck: Luck) -> Answer {
        match step {
            Step::Apply => {
                assert!(!self.wants_check, "applied twice without a check in between");
                self.wants_check = true;
                self.is_rolled_back = false;
                self.become_(Real::Whole, luck);
            }
            Step::RollBack => {
                self.become_(Real::Clean, luck);
                self.is_rolled_back = self.real == Real::Clean;
            }
            Step::DryRun | Step::Check | Step::Verify => {}
        }
        match luck {
            Luck::Well => self.answer(step),
            Luck::Fails | Luck::FailsHalf => failed(),
            Luck::LostBefore | Luck::LostHalf | Luck::LostAfter => Answer::Lost,
            Luck::Stopped => Answer::Stopped,
            Luck::Refused => Answer::Refused { code: String::new() },
        }
    }

    fn become_(&mut self, end: Real, luck: Luck) {
        match luck {
            Luck::Well | Luck::LostAfter => self.real = end,
            Luck::FailsHalf | Luck::LostHalf | Luck::Stopped => self.real = Real::Half,
            Luck::Fails | Luck::LostBefore | Luck::Refused => return,
        }
        self.is_marked = self.real != Real::Clean;
    }

    fn answer(&mut self, step: Step) -> Answer {
        match step {
            Step::Check => {
                self.wants_check = false;
                self.proves_way_back |= self.is_rolled_back;
                let found = match self.real {
                    Real::Clean => Found::Needed,
                    Real::Half => Found::Between,
                    Real::Whole => Found::Compliant,
                };
                Answer::Found { found }
            }
            Step::Verify if self.real != Real::Whole || self.is_ailing => failed(),
            Step::Verify | Step::DryRun | Step::Apply | Step::RollBack => Answer::Done,
        }
    }
}

fn failed() -> Answer {
    Answer::Failed { code: String::new() }
}

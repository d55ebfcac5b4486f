//! Stepping: takes in what happened, and asks for the acts that follow, in one transaction.
//!
//! What happened is never carried to a rollout, it is looked up: which of its acts are over, which of its devices are here. So a wake
//! that is lost or comes twice changes nothing, and whoever dies in the middle leaves all or nothing.

use std::collections::BTreeSet;

use ::rollout::event::Verdict;
use ::rollout::plan::SILENT_MOST;
use ::rollout::target::Errand;
use ::rollout::{
    Answer, CommandId, Course, Event, News, Phase, Position, Refusal, State, Step, What, commands,
};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use protocol::message::Outcome;

use super::store::{self, Kept};
use super::{Content, Rollout, RolloutId, answering, asking, telling};
use crate::act::{self, Act, ending};
use crate::device::DeviceId;
use crate::link::lease;

/// Some commands are answered at once (their script is out of use …), and others follow from that; what is left waits for the next wake.
const ROUNDS_MOST: usize = 50;
/// An act that its device has not taken up for so long is given up when the device is away: it may be asked again when it is back.
const AWAY_MILLIS: i64 = 30_000;

/// Why a rollout is stepped.
#[derive(Debug)]
pub(super) enum Wake<'a> {
    /// One of its acts ended.
    Answers,
    /// Time went by, or a device came back.
    Time,
    /// Something else happened, of which it is told.
    Told(&'a Event),
}

/// Steps a rollout. Nothing happens when there is none or it is over, unless somebody told it something.
///
/// # Errors
/// 409 with the code of the refusal when it was told something that it does not take.
pub(super) fn step(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, wake: &Wake<'_>) -> Result<()> {
    tx.lock("fleet.rollout", id)?;
    let Some(mut held) = Held::load(tx, id)? else {
        return Ok(());
    };
    if held.rollout.is_over() {
        return match wake {
            Wake::Told(_) => Err(refused(Refusal::NotUnderWay)),
            Wake::Answers | Wake::Time => Ok(()),
        };
    }
    held.hear(tx, cx)?;
    if !matches!(wake, Wake::Answers) {
        held.give_up(tx, cx)?;
        held.look_who_is_here(tx, cx)?;
        held.take(cx, &Event::Tick).map_err(refused)?;
    }
    if let Wake::Told(event) = wake {
        let event = held.of_this_round(event);
        held.take(cx, &event).map_err(refused)?;
    }
    held.withdraw(tx, cx)?;
    held.ask(tx, cx)?;
    held.write(tx, cx)
}

/// The end of an act that its device never took up.
fn away() -> Outcome {
    Outcome::Failed {
        code: "device_away".to_owned(),
        text: String::new(),
    }
}

/// A refusal of the machine as an error: the rollout is not as whoever ordered it thought.
fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::NoReason => Error::invalid(refusal.code()).field("reason"),
        _ => Error::conflict(refusal.code()),
    }
}

/// A rollout in the hands of a transaction.
struct Held {
    rollout: Rollout,
    state: State,
    devices: Vec<DeviceId>,
    /// Commands whose act is not over, or whose end has not been taken in.
    open: Vec<Kept>,
    changed: BTreeSet<Position>,
    news: Vec<News>,
}

impl Held {
    fn load(tx: &mut Tx<'_>, id: RolloutId) -> Result<Option<Self>> {
        let Some(rollout) = store::find(tx, id)? else {
            return Ok(None);
        };
        let (mut devices, mut targets) = (Vec::new(), Vec::new());
        for one in store::targets(tx, id)? {
            devices.push(one.device);
            targets.push(one.target);
        }
        let state = State::of_parts(&rollout.plan, rollout.head.clone(), targets).map_err(Error::internal)?;
        Ok(Some(Self {
            state,
            devices,
            open: store::unheard(tx, id)?,
            changed: BTreeSet::new(),
            news: Vec::new(),
            rollout,
        }))
    }

    fn take(&mut self, cx: &Cx, event: &Event) -> std::result::Result<(), Refusal> {
        let stepped = ::rollout::step(&self.rollout.plan, &mut self.state, cx.now().millis(), event)?;
        self.changed.extend(stepped.changed);
        self.news.extend(stepped.news);
        Ok(())
    }

    /// Takes in the end of a command. One that the machine does not know is a fault of ours; the rest goes on.
    fn ended(&mut self, cx: &Cx, command: CommandId, answer: Answer) {
        if let Err(refusal) = self.take(cx, &Event::Ended { command, answer }) {
            tracing::error!(rollout = %self.rollout.id, %command, %refusal, "an answer was not taken");
        }
    }

    /// To halt, to end, and that something is wrong hold whatever happened since somebody looked, also in this very transaction.
    fn of_this_round(&self, event: &Event) -> Event {
        let mut event = event.clone();
        let present = self.state.head().round;
        match &mut event {
            Event::Order(order) if matches!(order.what, What::Halt { .. } | What::Cancel { .. }) => {
                order.round = present;
            }
            Event::Probe {
                round,
                verdict: Verdict::Bad { .. },
                ..
            } => *round = present,
            _ => {}
        }
        event
    }

    /// Takes in the ends of acts.
    fn hear(&mut self, tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = self.open.iter().map(|kept| kept.act).collect();
        let acts = act::store::find_many(tx, &ids)?;
        for kept in std::mem::take(&mut self.open) {
            let outcome = acts
                .iter()
                .find(|act| act.id == kept.act)
                .filter(|act| act.state.is_over())
                .and_then(|act| act.outcome.clone());
            match outcome {
                Some(outcome) => {
                    store::heard(tx, kept.act, cx.now())?;
                    let step = kept.command.step;
                    let answer = match self.rollout.content {
                        Content::Agent(_) => answering::answer_of_agent(step, &outcome, kept.epoch),
                        Content::Script(_) | Content::Package(_) => {
                            answering::answer(step, &outcome, kept.epoch)
                        }
                    };
                    self.ended(cx, kept.command, answer);
                }
                None => self.open.push(kept),
            }
        }
        Ok(())
    }

    /// Acts whose devices are away and have not taken them up, or are silent in a step that only looks, are given up: they are asked
    /// for again when their devices are back. What waits for the signer is told of once more.
    fn give_up(&mut self, tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
        let ids: Vec<_> = self.open.iter().map(|kept| kept.act).collect();
        let acts: Vec<Act> = act::store::find_many(tx, &ids)?
            .into_iter()
            .filter(|act| self.waits(act, cx.now()))
            .collect();
        if acts.is_empty() {
            return Ok(());
        }
        let devices: Vec<DeviceId> = acts.iter().map(|act| act.device).collect();
        let here = lease::online(tx, cx, &devices)?;
        for found in acts {
            tx.lock("fleet.act", found.id)?;
            let Some(mut now) = act::store::find(tx, found.id)?.filter(|now| self.waits(now, cx.now()))
            else {
                continue;
            };
            if !here.contains(&now.device) {
                ending::settle(tx, cx, &mut now, away())?;
            } else if now.state == act::State::Asked {
                // The signer did not answer or had signed enough for a minute.
                act::asking::tell(tx, cx, &now)?;
            }
        }
        self.hear(tx, cx)
    }

    /// Whether an act has waited for its device long enough.
    fn waits(&self, act: &Act, now: Timestamp) -> bool {
        let step = self.open.iter().find(|kept| kept.act == act.id);
        let only_looks = step.is_some_and(|kept| !kept.command.step.changes());
        match act.state {
            act::State::Asked => {
                // An agent that is replaced ends and begins again: it may be away for longer than others.
                let target = step.and_then(|kept| self.state.target(kept.command.target));
                let restarts = matches!(self.rollout.content, Content::Agent(_))
                    && target.is_some_and(::rollout::Target::is_touched);
                let most = if restarts { SILENT_MOST } else { AWAY_MILLIS };
                act.asked_at < now.add_millis(-most)
            }
            act::State::Sent | act::State::Running => {
                only_looks
                    && act
                        .sent_at
                        .is_some_and(|sent| sent < now.add_millis(-SILENT_MOST))
            }
            _ => false,
        }
    }

    /// Once a rollout has halted, what has not left for its device does not leave any more: neither a change, nor a look at a device
    /// that nothing of ours is on.
    fn withdraw(&mut self, tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
        if self.is_going() {
            return Ok(());
        }
        for kept in self.open.clone() {
            if !self.is_pointless(kept.command) {
                continue;
            }
            tx.lock("fleet.act", kept.act)?;
            if let Some(mut act) = act::store::find(tx, kept.act)?
                && matches!(act.state, act::State::Held | act::State::Asked)
            {
                ending::settle(tx, cx, &mut act, away())?;
            }
        }
        self.hear(tx, cx)
    }

    const fn is_going(&self) -> bool {
        matches!(self.state.head().course, Course::Going | Course::Retrying)
    }

    /// Whether a command has no use after a halt.
    fn is_pointless(&self, command: CommandId) -> bool {
        let target = self.state.target(command.target);
        target.is_some_and(|target| {
            target.errand != Errand::Back && (!target.is_touched() || command.step == Step::Apply)
        })
    }

    /// Presence is read, not heard. The number of a target's link is a count of ours: a node that was silent for a while comes back
    /// with the same lease, and its devices with it.
    fn look_who_is_here(&mut self, tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
        let unsettled: Vec<(Position, DeviceId, bool, u64)> = (0..)
            .map(Position)
            .zip(self.state.targets())
            .zip(&self.devices)
            .filter(|((_, target), _)| !target.status.is_settled())
            .map(|((at, target), device)| (at, *device, target.is_away, target.epoch))
            .collect();
        let devices: Vec<DeviceId> = unsettled.iter().map(|(_, device, ..)| *device).collect();
        let here = lease::online(tx, cx, &devices)?;
        for (target, device, is_away, epoch) in unsettled {
            let event = match (here.contains(&device), is_away) {
                (true, true) => Event::Back {
                    target,
                    epoch: epoch + 1,
                },
                (false, false) => Event::Away { target, epoch },
                _ => continue,
            };
            if let Err(refusal) = self.take(cx, &event) {
                tracing::error!(rollout = %self.rollout.id, ?event, %refusal, "presence was not taken");
            }
        }
        Ok(())
    }

    /// Asks for an act for each command that has none.
    fn ask(&mut self, tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
        for _ in 0..ROUNDS_MOST {
            let mut answers = Vec::new();
            for command in commands(&self.state).into_iter().map(|command| command.id) {
                if self.open.iter().any(|kept| kept.command == command) {
                    continue;
                }
                if !self.is_going() && self.is_pointless(command) {
                    let epoch = self.state.target(command.target).map_or(0, |target| target.epoch);
                    answers.push((command, Answer::Away { epoch }));
                    continue;
                }
                match self.ask_one(tx, cx, command)? {
                    asking::Asked::Act(act, epoch) => {
                        let kept = Kept { command, act, epoch };
                        store::insert_command(tx, self.rollout.id, &kept)?;
                        self.open.push(kept);
                    }
                    asking::Asked::Later => {}
                    asking::Asked::Answered(answer) => answers.push((command, answer)),
                }
            }
            if answers.is_empty() {
                return Ok(());
            }
            for (command, answer) in answers {
                self.ended(cx, command, answer);
            }
        }
        tracing::warn!(rollout = %self.rollout.id, "too many answers at once; the rest waits");
        Ok(())
    }

    fn ask_one(&self, tx: &mut Tx<'_>, cx: &Cx, command: CommandId) -> Result<asking::Asked> {
        let at = command.target.index();
        let (Some(device), Some(target)) = (self.devices.get(at), self.state.targets().get(at)) else {
            return Err(Error::internal(format!("no target {at}")));
        };
        if store::is_asked(tx, self.rollout.id, command)? {
            return Ok(asking::Asked::Later);
        }
        let head = self.state.head();
        asking::ask(tx, cx, &self.rollout, head, *device, (command.step, target.epoch))
    }

    fn write(mut self, tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
        for position in &self.changed {
            if let Some(target) = self.state.target(*position) {
                store::update_target(tx, self.rollout.id, *position, target)?;
            }
        }
        if *self.state.head() == self.rollout.head {
            return Ok(());
        }
        self.rollout.head = self.state.head().clone();
        if matches!(self.rollout.head.phase, Phase::Done | Phase::Cancelled) {
            self.rollout.ended_at = Some(cx.now());
        }
        store::update(tx, &self.rollout)?;
        telling::news(tx, cx, &self.rollout, &self.news)
    }
}

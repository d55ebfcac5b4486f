//! What is told to the server: words at once, output from the spool as it is taken, an outcome after its output.
//!
//! Only so much is on the way that the server has not taken; after a new link everything that it has not taken is sent
//! again. It knows each piece by act and number, so it keeps none twice.

use super::log::Log;
use crate::link::ToLink;
use crate::logging;
use crate::spool::Spool;
use data_encoding::BASE64;
use protocol::frame::Frame;
use protocol::message::{self, FromAgent, OUTPUT_MOST, Outcome};
use std::collections::{BTreeMap, VecDeque};

/// Words that may wait for the link before output has to.
const WAITING: usize = 16;

/// Pieces of one act on the way that were not taken yet.
const UNTAKEN: u64 = 16;

/// Outcomes in one `Acts`; the others are told one by one.
const KNOWN_MOST: usize = 512 * 1024;

/// What waits for the link.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: VecDeque<ToLink>,
    acts: BTreeMap<String, Sent>,
    is_up: bool,
}

#[derive(Debug, Default)]
struct Sent {
    /// The next piece to send.
    next: u64,
    /// The first piece that was not taken.
    taken: u64,
    is_done_sent: bool,
}

impl Outbox {
    /// The next word for the link.
    pub fn next(&mut self) -> Option<ToLink> {
        self.queue.pop_front()
    }

    /// Whether anything waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether more can wait: frames of channels are only taken while it can.
    pub fn has_room(&self) -> bool {
        self.queue.len() < WAITING
    }

    /// Whether there is a link.
    pub fn is_up(&self) -> bool {
        self.is_up
    }

    /// A word for the link itself.
    pub fn tell_link(&mut self, word: ToLink) {
        self.queue.push_back(word);
    }

    /// Says something to the server, if there is a link; what must not be lost is kept elsewhere.
    pub fn say(&mut self, said: &FromAgent) {
        if !self.is_up {
            return;
        }
        match message::write(said) {
            Ok(bytes) => self.queue.push_back(ToLink::Frame(Frame::Control(bytes))),
            Err(error) => logging::warn(&format!("something could not be said to the server: {error}")),
        }
    }

    /// A frame of a channel.
    pub fn pass(&mut self, frame: Frame) {
        if self.is_up {
            self.queue.push_back(ToLink::Frame(frame));
        }
    }

    /// There is a link: tells the truth about what ran, and begins again with what was not taken.
    pub fn up(&mut self, log: &Log, spool: &Spool, running: impl Iterator<Item = String>) {
        self.queue.clear();
        self.queue.push_back(ToLink::Ready);
        self.is_up = true;
        self.acts.clear();
        for act in spool.acts() {
            let first = spool.first(&act);
            self.acts.insert(
                act,
                Sent {
                    next: first,
                    taken: first,
                    is_done_sent: false,
                },
            );
        }
        let mut running: Vec<String> = running.collect();
        let mut known = Vec::new();
        let mut size = 0;
        for (act, outcome) in log.untold() {
            size += serde_json::to_vec(outcome).map_or(KNOWN_MOST, |json| json.len());
            // What still has output to tell is told in order, and its end after it.
            if spool.holds(act) || size > KNOWN_MOST {
                running.push(act.clone());
                self.acts.entry(act.clone()).or_default();
            } else {
                known.push((act.clone(), outcome.clone()));
            }
        }
        self.say(&FromAgent::Acts { running, known });
    }

    /// There is no link any more.
    pub fn down(&mut self) {
        self.is_up = false;
        self.queue.clear();
    }

    /// Output was taken.
    pub fn took(&mut self, act: &str, number: u64) {
        if let Some(sent) = self.acts.get_mut(act) {
            sent.taken = sent.taken.max(number.saturating_add(1)).min(sent.next);
        }
    }

    /// Nothing more will be said of this act.
    pub fn forget(&mut self, act: &str) {
        self.acts.remove(act);
    }

    /// Something is to be told of this act: output in the spool, or its end.
    pub fn wake(&mut self, act: &str) {
        self.acts.entry(act.to_owned()).or_default();
    }

    /// The outcome of this act is told once more.
    pub fn again(&mut self, act: &str) {
        self.acts.entry(act.to_owned()).or_default().is_done_sent = false;
    }

    /// Puts what may be sent now into the queue.
    pub fn pump(&mut self, log: &Log, spool: &Spool) {
        if !self.is_up {
            return;
        }
        let acts: Vec<String> = self.acts.keys().cloned().collect();
        for act in acts {
            if !self.has_room() {
                return;
            }
            self.pump_act(&act, log, spool);
        }
    }

    fn pump_act(&mut self, act: &str, log: &Log, spool: &Spool) {
        let Some(mut sent) = self.acts.remove(act) else {
            return;
        };
        let mut untaken = sent.next.saturating_sub(sent.taken);
        if untaken < UNTAKEN && sent.next < spool.next(act) && self.has_room() {
            let bytes = (UNTAKEN - untaken) as usize * OUTPUT_MOST;
            let records = spool.read(act, sent.next, bytes).unwrap_or_else(|error| {
                logging::warn(&format!("the spool cannot be read: {error}"));
                Vec::new()
            });
            for record in records {
                if untaken >= UNTAKEN || !self.has_room() {
                    break;
                }
                self.say(&FromAgent::Output {
                    act: act.to_owned(),
                    seq: record.number,
                    stream: record.stream,
                    text_b64: BASE64.encode(&record.bytes),
                });
                sent.next = record.number + 1;
                untaken += 1;
            }
        }
        let outcome = log
            .find(act)
            .filter(|entry| !entry.is_told)
            .and_then(|entry| entry.outcome.as_ref());
        if let Some(outcome) = outcome
            && !sent.is_done_sent
            && sent.next >= spool.next(act)
        {
            sent.is_done_sent = true;
            self.say(&FromAgent::Done {
                act: act.to_owned(),
                outcome: outcome.clone(),
            });
        }
        self.acts.insert(act.to_owned(), sent);
    }

    /// Says that an act was not begun.
    pub fn refuse(&mut self, act: &str, code: &str) {
        let outcome = Outcome::Refused {
            code: code.to_owned(),
        };
        self.say(&FromAgent::Done {
            act: act.to_owned(),
            outcome,
        });
    }
}

//! The actor that owns the act log, the spool, and the open channels, and answers the link.
//!
//! It never waits for the link: what is to be said lies in the outbox until the link takes it, and acts are only heard as
//! far as there is room for what they say. So a stuck link slows acts down and loses nothing.

use super::log::Log;
use super::orders::Refusals;
use super::outbox::Outbox;
use super::restarting::Restarting;
use super::running::Running;
use super::vitals::Vitals;
use super::{Surroundings, Switchboard, Telling};
use crate::enrolment::{self, Enrolled};
use crate::link::backoff::about;
use crate::link::{FromLink, Pause, ToLink};
use crate::spool::Spool;
use crate::updating::trial::Watch;
use crate::{logging, processes};
use protocol::enrolment::Document;
use protocol::floor::Floor;
use protocol::frame::Frame;
use protocol::inventory::Report;
use protocol::message::{self, Admission, Beat, FromAgent, FromServer};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Inventory is looked at this often, and told when something changed.
const LOOK: Duration = Duration::from_secs(60 * 60);

/// So soon it is looked at after an act that may have changed something.
const LOOK_AFTER: Duration = Duration::from_secs(5);

/// So many looks make a day: then everything is told.
const LOOKS_A_DAY: u32 = 24;

/// A guest of whom nothing was asked for so long goes.
const GUEST_WAITS: Duration = Duration::from_secs(10 * 60);

/// When the act of a guest is over, the server is told so before the guest goes, for so long at most.
const GUEST_TELLS: Duration = Duration::from_secs(10);

/// What acts say, on its way to the spool.
const TELLINGS: usize = 64;

/// Why the executor ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The system asked for it.
    Stopped,
    /// The link is gone for good; another may be started.
    LinkGone,
    /// Another program is to take our place.
    Restart,
    /// A guest has nothing more to do here.
    Over,
}

/// The link as the executor knows it.
#[derive(Clone, Debug)]
pub(super) struct Linked {
    pub device: String,
    pub is_admitted: bool,
    pub beat: Duration,
    pub floor: Option<Floor>,
}

/// See the module's text.
#[derive(Debug)]
pub struct Executor {
    pub(super) surroundings: Surroundings,
    pub(super) document: Document,
    pub(super) log: Log,
    pub(super) spool: Spool,
    pub(super) outbox: Outbox,
    pub(super) running: HashMap<String, Running>,
    pub(super) board: Switchboard,
    pub(super) frames: mpsc::Sender<Frame>,
    pub(super) tellings: mpsc::Sender<Telling>,
    pub(super) refusals: Refusals,
    pub(super) linked: Option<Linked>,
    pub(super) restarting: Restarting,
    trial: Watch,
    heard: Inputs,
    inventory: Looking,
    vitals: Vitals,
    /// When a guest goes by itself.
    pub(super) leaves_at: Option<Instant>,
}

#[derive(Debug)]
struct Inputs {
    frames: mpsc::Receiver<Frame>,
    tellings: mpsc::Receiver<Telling>,
    reports: mpsc::Receiver<Vec<Report>>,
}

#[derive(Debug)]
struct Looking {
    reports: mpsc::Sender<Vec<Report>>,
    is_looking: bool,
    looks: u32,
    next: Instant,
    hashes: BTreeMap<String, String>,
}

impl Looking {
    /// Whoever changed a package asks at once whether it is there.
    fn look_soon(&mut self) {
        self.next = self.next.min(Instant::now() + LOOK_AFTER);
    }
}

impl Executor {
    /// Takes up what the last run left: what was running then is lost, what was not told is told.
    pub fn open(surroundings: Surroundings, document: Document) -> io::Result<Self> {
        let state = surroundings.state();
        let log = Log::open(state.join("acts"), processes::now())?;
        let mut spool = Spool::open(state.join("spool"))?;
        for act in spool.acts() {
            // Output of an act that nobody asks for any more.
            if log.find(&act).is_none_or(|entry| entry.is_told) {
                spool.forget(&act)?;
            }
        }
        let (frames, from_channels) = mpsc::channel(TELLINGS);
        let (tellings, from_acts) = mpsc::channel(TELLINGS);
        let (reports, from_inventory) = mpsc::channel(1);
        let leaves_at = surroundings.is_guest.then(|| Instant::now() + GUEST_WAITS);
        Ok(Self {
            restarting: Restarting::default(),
            trial: Watch::open(&state, &surroundings.origin),
            refusals: Refusals::open(state.join("revoked"), processes::now())?,
            surroundings,
            document,
            log,
            spool,
            outbox: Outbox::default(),
            running: HashMap::new(),
            board: Switchboard::new(frames.clone()),
            frames,
            tellings,
            linked: None,
            heard: Inputs {
                frames: from_channels,
                tellings: from_acts,
                reports: from_inventory,
            },
            inventory: Looking {
                reports,
                is_looking: false,
                looks: 0,
                next: Instant::now(),
                hashes: BTreeMap::new(),
            },
            vitals: Vitals::default(),
            leaves_at,
        })
    }

    /// Counts another process of ours as memory of the agent.
    pub fn beside(&mut self, process: u32) {
        self.vitals.beside.clear();
        self.vitals.beside.insert(process);
    }

    /// Serves until the link is gone for good, or until it is stopped.
    pub async fn run(
        &mut self,
        to: mpsc::Sender<ToLink>,
        mut from: mpsc::Receiver<FromLink>,
    ) -> io::Result<End> {
        let mut beat = Instant::now();
        let stopping = stopped();
        tokio::pin!(stopping);
        let mut restart = self.surroundings.restart.changes();
        loop {
            self.outbox.pump(&self.log, &self.spool);
            if self.may_restart() {
                return Ok(End::Restart);
            }
            let is_up = self.outbox.is_up();
            let has_room = self.outbox.has_room();
            let may_look =
                !self.surroundings.is_guest && self.linked.as_ref().is_some_and(|linked| linked.is_admitted);
            let leaves_at = self.leaves_at.unwrap_or(beat);
            tokio::select! {
                permit = to.reserve(), if !self.outbox.is_empty() => {
                    let Ok(permit) = permit else { return Ok(self.gone()) };
                    if let Some(word) = self.outbox.next() {
                        permit.send(word);
                    }
                }
                heard = from.recv() => {
                    let Some(heard) = heard else {
                        if self.surroundings.is_guest {
                            self.stop_all("the server sent this guest away").await;
                        }
                        return Ok(self.gone());
                    };
                    if matches!(heard, FromLink::Up(_)) {
                        beat = Instant::now();
                    }
                    self.link(heard);
                }
                Some(telling) = self.heard.tellings.recv(), if has_room || !is_up => self.told(telling),
                Some(frame) = self.heard.frames.recv(), if has_room => self.outbox.pass(frame),
                Some(reports) = self.heard.reports.recv(), if has_room => self.looked(reports),
                () = sleep_until(beat), if is_up => {
                    self.beat();
                    let period = self.linked.as_ref().map_or(LOOK, |linked| linked.beat);
                    beat = Instant::now() + about(period);
                }
                () = sleep_until(self.inventory.next), if may_look => self.look(),
                () = at(self.trial.due()) => self.trial.act(),
                () = at(self.restarting.due()) => {}
                Ok(()) = restart.changed() => {}
                () = sleep_until(leaves_at), if self.leaves_at.is_some() => {
                    self.stop_all("this guest goes").await;
                    return Ok(End::Over);
                }
                () = &mut stopping => {
                    self.stop_all("the agent is stopped").await;
                    return Ok(End::Stopped);
                }
            }
        }
    }

    fn gone(&mut self) -> End {
        let (code, text) = ("gone".to_owned(), "the link ended".to_owned());
        self.link(FromLink::Down { code, text });
        End::LinkGone
    }

    /// Whether the server knows this device's key.
    pub fn is_enrolled(&self) -> bool {
        enrolment::enrolled(&self.surroundings.state()).is_some()
    }

    fn link(&mut self, heard: FromLink) {
        match heard {
            FromLink::Up(welcome) => self.up(*welcome),
            FromLink::Frame(Frame::Control(json)) => match message::read::<FromServer>(&json) {
                Ok(said) => self.said(said),
                Err(error) => logging::warn(&format!("the server said what is not understood: {error}")),
            },
            FromLink::Frame(frame) => self.board.heard(frame),
            FromLink::Down { code, text } => {
                logging::note(&format!("no link ({code}): {text}"));
                self.linked = None;
                self.trial.down();
                self.outbox.down();
                self.board.away();
            }
        }
    }

    fn up(&mut self, welcome: FromServer) {
        let FromServer::Welcome {
            device,
            state,
            beat_seconds,
            hashes,
            floor,
        } = welcome
        else {
            return;
        };
        let is_admitted = state == Admission::Admitted;
        if !self.is_ours(&device, is_admitted) {
            self.outbox.tell_link(ToLink::Ready);
            let within_seconds = 600;
            return self.outbox.tell_link(ToLink::Leave(Pause { within_seconds }));
        }
        logging::note(&format!(
            "linked as device {device}, {}",
            if is_admitted {
                "admitted"
            } else {
                "waiting to be admitted"
            }
        ));
        self.refusals.is_stopped = false;
        self.trial.up();
        self.inventory.hashes = hashes;
        self.linked = Some(Linked {
            device,
            is_admitted,
            beat: Duration::from_secs(u64::from(beat_seconds.clamp(1, 3600))),
            floor,
        });
        let running: Vec<String> = self.running.keys().cloned().collect();
        self.outbox.up(&self.log, &self.spool, running.into_iter());
        self.outbox.tell_link(ToLink::Enrolled);
    }

    /// Whether the server means us: a device keeps the id under which it was admitted.
    fn is_ours(&self, device: &str, is_admitted: bool) -> bool {
        let state = self.surroundings.state();
        match enrolment::enrolled(&state) {
            Some(known) if known.device == device => true,
            Some(known) => {
                logging::warn(&format!(
                    "the server calls this device {device}, but it was admitted as {}; enrol it anew if that is right",
                    known.device
                ));
                false
            }
            None => {
                let enrolled = Enrolled {
                    device: device.to_owned(),
                    at: processes::now(),
                };
                if is_admitted && let Err(error) = enrolment::keep(&state, &enrolled) {
                    logging::warn(&format!("the device's id cannot be kept: {error}"));
                }
                true
            }
        }
    }

    fn said(&mut self, said: FromServer) {
        match said {
            FromServer::Act(order) => self.order(order),
            FromServer::Cancel { act } => self.cancel(&act),
            FromServer::Took { act, seq } => {
                self.outbox.took(&act, seq);
                if let Err(error) = self.spool.took(&act, seq) {
                    logging::warn(&format!("the spool cannot be cleared: {error}"));
                }
            }
            FromServer::TookDone { act } => self.took_done(&act),
            FromServer::Collect => {
                self.inventory.looks = 0;
                self.inventory.next = Instant::now();
                if self.linked.as_ref().is_some_and(|linked| !linked.is_admitted) {
                    self.look();
                }
            }
            FromServer::TookInventory { hashes } => self.inventory.hashes.extend(hashes),
            FromServer::Revoke { grants } => self.revoke(grants),
            FromServer::Stop { all } => self.stop(all),
            FromServer::Resize {
                session,
                columns,
                rows,
            } => {
                if let Some(running) = self.running.get(&session) {
                    running.size.send_replace((columns, rows));
                }
            }
            FromServer::Drain { within_seconds } => {
                logging::note("the server asks us to come back later");
                self.outbox.tell_link(ToLink::Leave(Pause { within_seconds }));
            }
            FromServer::Refused { code, text } => {
                logging::warn(&format!("the server refuses ({code}): {text}"))
            }
            // Admitted while we were here.
            welcome @ FromServer::Welcome { .. } => self.up(welcome),
            FromServer::Challenge { .. } => {}
        }
    }

    fn took_done(&mut self, act: &str) {
        if self.running.contains_key(act) {
            return;
        }
        let told = self.log.told(act).and_then(|()| self.spool.forget(act));
        if let Err(error) = told {
            logging::warn(&format!("an act cannot be put away: {error}"));
        }
        self.outbox.forget(act);
        // What was refused was no session.
        if self.surroundings.is_guest && self.log.find(act).is_some() {
            self.leaves_at = Some(Instant::now());
        }
    }

    fn told(&mut self, telling: Telling) {
        match telling {
            Telling::Output { act, stream, bytes } => {
                if let Err(error) = self.spool.keep(&act, stream, &bytes) {
                    logging::warn(&format!("output cannot be kept: {error}"));
                }
                self.outbox.wake(&act);
            }
            Telling::Opened { session, channel } => self.outbox.say(&FromAgent::Opened { session, channel }),
            Telling::Ended { session, reason } => self.outbox.say(&FromAgent::Ended { session, reason }),
            Telling::Finished { act, outcome } => {
                if self.running.remove(&act).is_some_and(|running| running.changes) {
                    self.inventory.look_soon();
                }
                if let Err(error) = self.log.end(&act, outcome) {
                    logging::warn(&format!("the end of {act} cannot be written down: {error}"));
                }
                logging::note(&format!("{act} ended"));
                if self.surroundings.is_guest {
                    self.leaves_at = Some(Instant::now() + GUEST_TELLS);
                }
                self.outbox.wake(&act);
            }
        }
    }

    fn beat(&mut self) {
        if self.surroundings.is_guest {
            // That it is here, and nothing of how it is.
            let beat = Beat {
                at: processes::now(),
                ..Beat::default()
            };
            return self.outbox.say(&FromAgent::Beat(beat));
        }
        let beat = self
            .vitals
            .beat(&self.surroundings, processes::now(), self.spool.used());
        self.outbox.say(&FromAgent::Beat(beat));
    }

    fn look(&mut self) {
        if self.surroundings.is_guest {
            return;
        }
        if self.inventory.is_looking {
            // What changed meanwhile is not in it.
            self.inventory.next = Instant::now() + LOOK_AFTER;
            return;
        }
        self.inventory.next = Instant::now() + about(LOOK);
        self.inventory.is_looking = true;
        let is_full = self.inventory.looks.is_multiple_of(LOOKS_A_DAY);
        self.inventory.looks += 1;
        let known = self.inventory.hashes.clone();
        let root = self.surroundings.root().to_owned();
        let reports = self.inventory.reports.clone();
        tokio::spawn(async move {
            let looked = processes::look(root, known, is_full).await;
            let looked = looked.unwrap_or_else(|error| {
                logging::warn(&format!("there is no inventory: {error}"));
                Vec::new()
            });
            reports.send(looked).await.ok();
        });
    }

    fn looked(&mut self, reports: Vec<Report>) {
        self.inventory.is_looking = false;
        for report in reports {
            let is_news = report.sections.values().any(|content| content.items.is_some());
            if report.full || is_news {
                self.outbox.say(&FromAgent::Inventory(report));
            }
        }
    }

    /// Ends everything that runs, and waits a little for it to end.
    pub(super) async fn stop_all(&mut self, why: &str) {
        for running in self.running.values() {
            running.cancel.send_replace(true);
        }
        if !self.running.is_empty() {
            logging::note(why);
        }
        let end = Instant::now() + Duration::from_secs(5);
        while !self.running.is_empty() {
            match tokio::time::timeout_at(end, self.heard.tellings.recv()).await {
                Ok(Some(telling)) => self.told(telling),
                _ => break,
            }
        }
    }
}

/// Returns at this time; never where there is none.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Returns when the system asks this program to stop.
#[cfg(unix)]
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
    }
}

/// Not yet run there.
#[cfg(not(unix))]
async fn stopped() {
    tokio::signal::ctrl_c().await.ok();
}

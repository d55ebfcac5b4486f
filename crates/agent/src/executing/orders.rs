//! From an order to an act that runs: every check that stands between, and what takes an act or a grant back.

use super::Asker;
use super::executor::Executor;
use super::log::Entry;
use super::running::{self, Place, Running};
use crate::screen::desktop;
use crate::{floor, logging, processes};
use jiff::Zoned;
use protocol::floor::Floor;
use protocol::grant::{self, Grant, Now, Order};
use protocol::hours::WeekMinute;
use protocol::message::is_id;
use protocol::verb::{Danger, Verb};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use tokio::sync::mpsc;

/// Grants that were taken back are remembered as long as the longest grant lives, twice.
const REMEMBERED: i64 = 2 * grant::LIFETIME_MOST;

/// More is never taken back by an honest server; others could fill the disk with it.
const REVOKED_MOST: usize = 10_000;

/// What the server took back.
#[derive(Debug)]
pub struct Refusals {
    path: PathBuf,
    revoked: BTreeMap<String, i64>,
    pub is_stopped: bool,
}

impl Refusals {
    /// What was taken back and still matters. Lines that are torn were never told.
    pub fn open(path: PathBuf, now: i64) -> io::Result<Self> {
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            other => other?,
        };
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        let revoked = lines
            .filter_map(|(at, grant)| Some((grant.to_owned(), at.parse().ok()?)))
            .filter(|(_, at): &(String, i64)| at.saturating_add(REMEMBERED) > now);
        let refusals = Self {
            path,
            revoked: revoked.collect(),
            is_stopped: false,
        };
        let kept: String = refusals
            .revoked
            .iter()
            .map(|(grant, at)| format!("{at} {grant}\n"))
            .collect();
        std::fs::write(&refusals.path, kept)?;
        Ok(refusals)
    }

    fn add(&mut self, grant: &str, now: i64) -> io::Result<()> {
        if self.holds(grant) {
            return Ok(());
        }
        if self.revoked.len() >= REVOKED_MOST {
            return Err(io::Error::other(
                "more were taken back than an honest server ever does",
            ));
        }
        self.revoked.insert(grant.to_owned(), now);
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
        writeln!(file, "{now} {grant}")?;
        file.sync_data()
    }

    fn holds(&self, grant: &str) -> bool {
        self.revoked.contains_key(grant)
    }
}

impl Executor {
    /// Takes an order: does it once, or says why not.
    pub(super) fn order(&mut self, order: Order) {
        if !is_id(&order.act) {
            return logging::warn("an order without an id was passed over");
        }
        if self.is_known(&order) || self.leaves(&order.act) {
            return;
        }
        let act = order.act.clone();
        if let Err(code) = self.begin(order) {
            logging::warn(&format!("{act} was refused: {code}"));
            self.outbox.refuse(&act, code);
        }
    }

    /// Whether this act ran or runs. Then it is not begun again, but the truth about it is told again.
    fn is_known(&mut self, order: &Order) -> bool {
        if let Some(running) = self.running.get_mut(&order.act) {
            if let (Some(before), Some(now)) = (running.channel, order.channel)
                && running.verb == order.verb
                && self.board.back(before, now)
            {
                running.channel = Some(now);
            }
            return true;
        }
        match self.log.find(&order.act).map(|entry| entry.is_told) {
            None => false,
            Some(true) => {
                self.outbox.refuse(&order.act, grant::Refusal::Replayed.code());
                true
            }
            Some(false) => {
                self.outbox.again(&order.act);
                true
            }
        }
    }

    fn begin(&mut self, order: Order) -> Result<(), &'static str> {
        let linked = self.linked.clone().ok_or("device")?;
        let is_guest = self.surroundings.is_guest;
        let loaded = if is_guest {
            Ok(floor::of_guest())
        } else {
            floor::load(&self.surroundings.settings())
        };
        let (floor, is_spoiled) = match loaded {
            Ok(floor) => (floor, false),
            Err(error) => {
                logging::warn(&error.to_string());
                (Floor::closed(), true)
            }
        };
        let floor = linked.floor.iter().fold(floor, |floor, one| floor.tightened(one));
        let seen = |act: &str| self.log.find(act).is_some();
        let revoked = |grant: &str| self.refusals.holds(grant);
        let keys = &self.document.signer_keys;
        let mut now = now()?;
        now.ms = now.ms.max(self.log.latest());
        let (grant, verb) = grant::check(&order, &linked.device, keys, &floor, now, &seen, &revoked)
            .map_err(|refusal| match refusal {
                // Whoever reads it looks for hours or a limit that nobody has set.
                grant::Refusal::Hours | grant::Refusal::Floor if is_spoiled => "floor_file",
                other => other.code(),
            })?;
        if is_guest && !matches!(verb, Verb::Screen { .. }) {
            return Err(grant::Refusal::Floor.code());
        }
        if !linked.is_admitted {
            return Err("pending");
        }
        if self.refusals.is_stopped {
            return Err("stopped");
        }
        if self.running.len() >= floor.sessions_most as usize {
            return Err("sessions");
        }
        // A screen asks for itself. For the rest there is nobody yet who asks the person at the device, and not to ask is not to be
        // allowed.
        let asks = matches!(verb, Verb::Screen { .. });
        if floor.always_ask && verb.danger() != Danger::View && !asks {
            return Err("unasked");
        }
        self.write_down(&order, &grant, &verb)?;
        self.start(order, grant, verb, floor);
        Ok(())
    }

    fn write_down(&mut self, order: &Order, grant: &Grant, verb: &Verb) -> Result<(), &'static str> {
        let entry = Entry {
            begun_at: processes::now(),
            expires_at: grant.expires_at,
            verb: verb.name().to_owned(),
            person: protocol::text::line(&grant.person_name, 200),
            outcome: None,
            is_told: false,
        };
        self.log.begin(&order.act, entry).map_err(|error| {
            logging::warn(&format!(
                "nothing is done while the act log cannot be written: {error}"
            ));
            "log"
        })?;
        let (act, verb) = (&order.act, verb.name());
        let who = protocol::text::line(&grant.person_name, 200);
        logging::note(&format!(
            "{act}: {verb} for {who} ({})",
            protocol::text::line(&grant.subject, 100)
        ));
        Ok(())
    }

    fn start(&mut self, order: Order, grant: Grant, verb: Verb, floor: Floor) {
        let place = match self.helper_of(&verb) {
            None => Place::Here(order.channel.and_then(|number| self.board.open(number))),
            Some(run_as) => {
                let (helper, passed) = mpsc::unbounded_channel();
                let channel = order
                    .channel
                    .filter(|number| self.board.open_beyond(*number, helper).is_some());
                Place::Helper {
                    run_as,
                    channel,
                    passed,
                    frames: self.frames.clone(),
                }
            }
        };
        let mut surroundings = self.surroundings.clone().with_floor(floor);
        surroundings.asker = Asker {
            name: protocol::text::line(&grant.person_name, 200),
            subject: protocol::text::line(&grant.subject, 100),
        };
        let changes = verb.danger() != Danger::View;
        let (cancel, size) = running::start(
            &order.act,
            verb,
            order.verb.clone(),
            place,
            surroundings,
            self.tellings.clone(),
        );
        let running = Running {
            grant: grant.id,
            verb: order.verb,
            changes,
            channel: order.channel,
            cancel,
            size,
        };
        self.running.insert(order.act, running);
        self.leaves_at = None;
    }

    /// As whom a helper has to run it; none where it runs in this process, as whoever we are.
    fn helper_of(&self, verb: &Verb) -> Option<String> {
        if matches!(verb, Verb::Screen { .. }) {
            // Where there is no desktop, the verb itself says so.
            let desktop = desktop::anybodys()
                .ok()
                .filter(|_| self.surroundings.has_helpers)?;
            return processes::by_number(desktop.user).map(|user| user.name);
        }
        let (Verb::CommandRun { run_as, .. }
        | Verb::ScriptRun { run_as, .. }
        | Verb::Terminal { run_as, .. }) = verb
        else {
            return None;
        };
        let is_self = processes::ourselves().is_some_and(|user| user.name == *run_as);
        (self.surroundings.has_helpers || !is_self).then(|| run_as.clone())
    }

    pub(super) fn cancel(&mut self, act: &str) {
        if let Some(running) = self.running.get(act) {
            logging::note(&format!("{act} is called off"));
            running.cancel.send_replace(true);
        }
    }

    pub(super) fn revoke(&mut self, grants: Vec<String>) {
        for grant in grants.into_iter().filter(|grant| is_id(grant)) {
            logging::note(&format!("grant {grant} was taken back"));
            if let Err(error) = self.refusals.add(&grant, processes::now()) {
                logging::warn(&format!(
                    "that a grant was taken back is remembered until the next start at most: {error}"
                ));
            }
            for running in self.running.values().filter(|running| running.grant == grant) {
                running.cancel.send_replace(true);
            }
        }
    }

    pub(super) fn stop(&mut self, all: bool) {
        self.refusals.is_stopped = all;
        if all {
            logging::warn("the global stop: everything that runs is ended, nothing is begun");
            for running in self.running.values() {
                running.cancel.send_replace(true);
            }
        } else {
            logging::note("the global stop is lifted");
        }
    }
}

/// The time by the device's own clock and zone.
fn now() -> Result<Now, &'static str> {
    let local = Zoned::now();
    let day = local.weekday().to_monday_one_offset() as u8;
    let local = WeekMinute::new(day, local.hour() as u8, local.minute() as u8).ok_or("clock")?;
    Ok(Now {
        ms: processes::now(),
        local,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_server_can_fill_the_disk_by_taking_grants_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("revoked");
        let mut refusals = Refusals::open(path.clone(), 0).unwrap();
        for number in 0..REVOKED_MOST {
            refusals.revoked.insert(format!("grant-{number}"), 0);
        }
        assert!(refusals.add("one-more", 0).is_err());
        assert!(refusals.add("grant-7", 0).is_ok());
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    }
}

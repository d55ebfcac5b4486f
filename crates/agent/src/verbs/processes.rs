//! Processes: which run, and ending one.
//!
//! A process is named by its number and the moment it started, because numbers are used again. Ending holds the process
//! by a handle first and compares then, so that not even a number reused in between can be hit.

use std::collections::HashMap;
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, Signal};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::failure::{Answer, Failure, done};
use crate::executing::Surroundings;
use crate::inventory::{Place, booted};

/// Most processes that are told.
const TOLD_MOST: usize = 2_000;
/// The kernel counts time for programs in hundredths on every architecture we build for (`USER_HZ`).
const TICKS: u64 = 100;
/// Between the two looks that tell how busy each is.
const BETWEEN: Duration = Duration::from_millis(500);
/// How long a process has to go when it is asked.
const GRACE: Duration = Duration::from_secs(5);

/// A process at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: i32,
    /// Its parent.
    pub parent: i32,
    /// The name of its program, at most 15 bytes.
    pub name: String,
    /// `R`, `S`, `D` (cannot be interrupted), `Z` (ended, not fetched).
    pub state: char,
    /// When it started, in ticks since the machine did.
    pub start: u64,
    /// Ticks it has worked.
    pub worked: u64,
    /// Kilobytes of memory it holds.
    pub kilobytes: u64,
    /// How many threads.
    pub threads: u64,
}

/// One process, from `/proc/PID/stat`. The name may hold blanks and brackets, so what follows is counted from the last bracket.
#[must_use]
pub fn read(place: &Place, pid: i32) -> Option<Process> {
    let text = place.text(&format!("proc/{pid}/stat"), 4096)?;
    let (_, rest) = text.split_once('(')?;
    let (name, rest) = rest.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    Some(Process {
        pid,
        parent: fields.get(1)?.parse().ok()?,
        name: name.to_owned(),
        state: fields.first()?.chars().next()?,
        start: number(19)?,
        worked: number(11)? + number(12)?,
        kilobytes: number(21)? * 4,
        threads: number(17)?,
    })
}

/// All processes.
#[must_use]
pub fn all(place: &Place) -> Vec<Process> {
    let pids = place
        .names("proc")
        .into_iter()
        .filter_map(|name| name.parse::<i32>().ok());
    pids.filter_map(|pid| read(place, pid)).collect()
}

/// The processes with their work, memory, and users, the busiest first.
pub async fn list(here: &Surroundings) -> Answer {
    let place = super::place(here);
    let before: HashMap<(i32, u64), u64> = all(&place)
        .iter()
        .map(|one| ((one.pid, one.start), one.worked))
        .collect();
    let began = Instant::now();
    sleep(BETWEEN).await;
    let mut processes = all(&place);
    let hundredths = u64::try_from(began.elapsed().as_millis() / 10)
        .unwrap_or(50)
        .max(1);
    let busy = |process: &Process| {
        let worked = before
            .get(&(process.pid, process.start))
            .map_or(0, |before| process.worked.saturating_sub(*before));
        worked * 1000 / hundredths
    };
    processes.sort_by_key(|process| std::cmp::Reverse((busy(process), process.kilobytes)));
    let count = processes.len();
    let since = booted(&place).unwrap_or_default();
    let users = users(&place);
    let rows: Vec<serde_json::Value> = processes
        .iter()
        .take(TOLD_MOST)
        .map(|process| {
            let uid = uid(&place, process.pid);
            let started = i64::try_from(process.start / TICKS)
                .unwrap_or_default()
                .saturating_add(since);
            #[expect(
                clippy::cast_precision_loss,
                reason = "tenths of a percent of a few processors"
            )]
            let percent = busy(process) as f64 / 10.0;
            json!({
                "pid": process.pid,
                "start": process.start,
                "parent": process.parent,
                "name": process.name,
                "command": command(&place, process.pid),
                "user": uid.map(|uid| users.get(&uid).cloned().unwrap_or_else(|| uid.to_string())),
                "state": process.state.to_string(),
                "cpu": percent,
                "kilobytes": process.kilobytes,
                "threads": process.threads,
                "started_at": started.saturating_mul(1000),
            })
        })
        .collect();
    done(json!({ "processes": rows, "count": count, "cut": count > TOLD_MOST }))
}

fn command(place: &Place, pid: i32) -> String {
    let bytes = place
        .bytes(&format!("proc/{pid}/cmdline"), 1024)
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let words: Vec<&str> = text.split('\0').filter(|word| !word.is_empty()).collect();
    words
        .join(" ")
        .chars()
        .filter(|sign| !sign.is_control())
        .take(160)
        .collect()
}

fn uid(place: &Place, pid: i32) -> Option<u32> {
    let text = place.text(&format!("proc/{pid}/status"), 4096)?;
    text.lines()
        .find_map(|line| line.strip_prefix("Uid:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

fn users(place: &Place) -> HashMap<u32, String> {
    let text = place.text("etc/passwd", 4 * 1024 * 1024).unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            Some((fields.nth(1)?.parse().ok()?, name.to_owned()))
        })
        .collect()
}

/// Ends a process: asks it, and after some seconds says whether it went; with `force` it is not asked.
pub async fn stop(pid: u32, start: u64, force: bool, here: &Surroundings) -> Answer {
    let gone = || Failure::new("gone", format!("process {pid} is not there any more"));
    let number = i32::try_from(pid).map_err(|_| gone())?;
    if number <= 1
        || pid == std::process::id()
        || Some(number) == rustix::process::getppid().map(Pid::as_raw_pid)
    {
        return Err(Failure::new(
            "protected",
            format!("process {pid} is not ended from afar"),
        ));
    }
    let place = super::place(here);
    let handle = Pid::from_raw(number).ok_or_else(gone)?;
    let handle = rustix::process::pidfd_open(handle, PidfdFlags::empty()).map_err(|_| gone())?;
    let process = read(&place, number).ok_or_else(gone)?;
    if process.start != start {
        return Err(Failure::new(
            "changed",
            format!("process {pid} is another one by now: {}", process.name),
        ));
    }
    // Threads of the kernel have the parent 2 and no memory.
    if process.parent == 2 && process.kilobytes == 0 {
        return Err(Failure::new(
            "protected",
            format!("{} belongs to the kernel", process.name),
        ));
    }
    let signal = if force { Signal::KILL } else { Signal::TERM };
    rustix::process::pidfd_send_signal(&handle, signal)
        .map_err(|error| Failure::io("the signal", &error.into()))?;
    let until = Instant::now() + GRACE;
    loop {
        let is_there = read(&place, number).is_some_and(|now| now.start == start && now.state != 'Z');
        if !is_there {
            return done(json!({ "pid": pid, "name": process.name, "ended": true }));
        }
        if Instant::now() > until {
            return done(json!({ "pid": pid, "name": process.name, "ended": false }));
        }
        sleep(Duration::from_millis(50)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::message::Outcome;

    #[tokio::test]
    async fn a_process_is_ended_only_when_its_start_fits() {
        let here = Surroundings::new("/");
        let mut child = tokio::process::Command::new("sleep")
            .arg("300")
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let pid = child.id().unwrap();
        let mine = read(&Place::machine(), i32::try_from(pid).unwrap()).unwrap();
        let other = stop(pid, mine.start + 1, true, &here).await.unwrap_err();
        assert_eq!(other.code, "changed");
        assert!(child.try_wait().unwrap().is_none());
        let ended = stop(pid, mine.start, false, &here).await.unwrap();
        assert!(matches!(ended, Outcome::Done { summary, .. } if summary["ended"] == true));
        child.wait().await.unwrap();
        assert_eq!(
            stop(pid, mine.start, false, &here).await.unwrap_err().code,
            "gone"
        );
    }

    #[tokio::test]
    async fn neither_the_first_process_nor_we_ourselves_are_ended() {
        let here = Surroundings::new("/");
        for pid in [1, std::process::id(), u32::MAX] {
            assert!(stop(pid, 0, true, &here).await.is_err());
        }
    }

    #[tokio::test]
    async fn this_very_process_is_in_the_list() {
        let Ok(Outcome::Done { summary, .. }) = list(&Surroundings::new("/")).await else {
            panic!("no list")
        };
        let rows = summary["processes"].as_array().unwrap();
        let own = rows.iter().find(|row| row["pid"] == std::process::id()).unwrap();
        assert!(own["kilobytes"].as_u64().unwrap() > 1000);
    }

    #[test]
    fn a_name_with_brackets_is_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("proc/42")).unwrap();
        let line = "42 (a) b (c)) S 7 42 42 0 -1 4194560 1 0 0 0 11 22 0 0 20 0 3 0 5000 1000 250 1 1 1 1 1 1 1 1 1 1 1 1 1 1";
        std::fs::write(folder.path().join("proc/42/stat"), line).unwrap();
        let process = &all(&Place::at(folder.path()))[0];
        assert_eq!(
            (process.name.as_str(), process.parent, process.start),
            ("a) b (c)", 7, 5000)
        );
        assert_eq!(
            (process.worked, process.kilobytes, process.threads),
            (33, 1000, 3)
        );
    }
}

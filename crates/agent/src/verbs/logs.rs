//! The journal and log files: the last lines, only those that hold a text, and what comes.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use protocol::message::{OUTPUT_MOST, Outcome};
use serde_json::json;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::failure::{Answer, Failure, done};
use super::held::{self, Rule};
use super::streaming::{self, Ended, Keep, TOLD_MOST};
use crate::executing::{Surroundings, Teller};
use crate::inventory::{Place, program, when};

/// How far back a file is searched.
const BACK_MOST: u64 = 64 * 1024 * 1024;
/// The longest line that is told whole.
const LINE_MOST: usize = 16 * 1024;
/// How long anything is followed.
const FOLLOW_MOST: Duration = Duration::from_secs(4 * 60 * 60);
/// How often a file is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// What of a log is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// How many of the last lines.
    pub lines: u32,
    /// Whether to go on as lines come.
    pub follow: bool,
    /// Only lines that hold this text, in capitals or not.
    pub filter: Option<&'a str>,
}

impl Wanted<'_> {
    fn holds(&self) -> impl Fn(&str) -> bool + Send + Sync + use<> {
        let filter = self
            .filter
            .map(str::to_lowercase)
            .filter(|filter| !filter.is_empty());
        move |line| {
            filter
                .as_ref()
                .is_none_or(|filter| line.to_lowercase().contains(filter))
        }
    }
}

/// Reads the journal; where no journal is kept, the system's log file.
pub async fn journal(
    unit: Option<&str>,
    since: Option<i64>,
    wanted: Wanted<'_>,
    teller: &Teller,
    here: &Surroundings,
) -> Answer {
    let has_journal = here.is_real() && keeps_journal(&super::place(here));
    let Some(journalctl) = program::find("journalctl").filter(|_| has_journal) else {
        return system_log(unit, wanted, teller, here).await;
    };
    let mut command = Command::new(journalctl);
    command
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .args(["--no-pager", "--quiet", "--output=short-iso"]);
    if let Some(unit) = unit {
        command.arg(format!("--unit={unit}"));
    }
    if let Some(since) = since {
        command.arg(format!("--since=@{}", since.div_euclid(1000)));
    }
    // What is filtered here must first be read: enough that the wanted number is likely to be among it.
    let asked = if wanted.filter.is_some() {
        wanted.lines.saturating_mul(20).clamp(5_000, 100_000)
    } else {
        wanted.lines
    };
    command.arg(format!("--lines={asked}"));
    if wanted.follow {
        command.arg("--follow");
    }
    let holds = wanted.holds();
    let within = if wanted.follow {
        FOLLOW_MOST
    } else {
        Duration::from_secs(120)
    };
    let ended = streaming::run(command, teller, Keep::Lines(&holds), within).await;
    match ended.map_err(|error| Failure::io("journalctl", &error))? {
        Ended::Cancelled => Ok(Outcome::Cancelled),
        Ended::TooSlow if !wanted.follow => Err(Failure::new("timeout", "the journal took too long")),
        Ended::TooSlow => done(json!({ "source": "journal", "ended": "time" })),
        Ended::Exited(status) => {
            let summary = json!({ "source": "journal" });
            Ok(Outcome::Done {
                code: status.code(),
                summary,
                hash: None,
            })
        }
    }
}

/// Whether a journal is written. The folders alone come with the package, on machines where nothing writes into them too.
fn keeps_journal(place: &Place) -> bool {
    ["run/log/journal", "var/log/journal"].iter().any(|folder| {
        let machines = place.names(folder);
        machines.iter().any(|machine| {
            let files = place.names(&format!("{folder}/{machine}"));
            files.iter().any(|file| file.ends_with(".journal"))
        })
    })
}

async fn system_log(unit: Option<&str>, wanted: Wanted<'_>, teller: &Teller, here: &Surroundings) -> Answer {
    let found = ["/var/log/syslog", "/var/log/messages"]
        .into_iter()
        .find(|path| here.path(path).is_file());
    let path =
        found.ok_or_else(|| Failure::new("no_journal", "this device keeps no journal and no system log"))?;
    teller
        .note(format!("no journal is kept here: reading {path}"))
        .await;
    let unit = unit.map(|unit| unit.trim_end_matches(".service").to_lowercase());
    let holds = wanted.holds();
    let both = move |line: &str| {
        unit.as_ref()
            .is_none_or(|unit| line.to_lowercase().contains(unit))
            && holds(line)
    };
    read_and_follow(path, wanted, &both, teller, here).await
}

/// Reads a log file.
pub async fn read(path: &str, wanted: Wanted<'_>, teller: &Teller, here: &Surroundings) -> Answer {
    let holds = wanted.holds();
    read_and_follow(path, wanted, &holds, teller, here).await
}

async fn read_and_follow(
    path: &str,
    wanted: Wanted<'_>,
    holds: &(dyn Fn(&str) -> bool + Send + Sync),
    teller: &Teller,
    here: &Surroundings,
) -> Answer {
    let held = held::find(here, path, Rule::Logs)?;
    let mut file = held.read()?;
    let failed = |error: std::io::Error| Failure::io(path, &error);
    let end = file.metadata().map_err(failed)?.len();
    let lines = last_lines(&mut file, end, wanted.lines as usize, holds).map_err(failed)?;
    let mut speech = Speech { teller, told: 0 };
    for line in &lines {
        speech.say(line).await;
    }
    if wanted.follow {
        let follower = Follower {
            file,
            at: end,
            held: Vec::new(),
        };
        if follower.follow(path, holds, &mut speech, here).await == Stopped::Cancelled {
            return Ok(Outcome::Cancelled);
        }
    }
    done(json!({ "source": held.path, "size": end, "lines": lines.len() }))
}

/// The last lines for which this holds. Pieces are read from the end backwards, so a long log costs no more than needed.
fn last_lines(
    file: &mut File,
    end: u64,
    most: usize,
    holds: &dyn Fn(&str) -> bool,
) -> std::io::Result<Vec<String>> {
    let mut size = 256 * 1024;
    loop {
        let start = end.saturating_sub(size);
        file.seek(SeekFrom::Start(start))?;
        let mut reader = BufReader::new(file.by_ref().take(end - start));
        let mut lines: VecDeque<String> = VecDeque::new();
        let mut bytes = Vec::new();
        let mut is_first = start > 0;
        loop {
            bytes.clear();
            if reader.read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            // The first line of a piece may be the end of one that began before it.
            if std::mem::take(&mut is_first) {
                continue;
            }
            let line = shown(&bytes);
            if holds(&line) {
                lines.push_back(line);
                if lines.len() > most {
                    lines.pop_front();
                }
            }
        }
        if lines.len() >= most || start == 0 || size >= BACK_MOST {
            return Ok(lines.into());
        }
        size = (size * 8).min(BACK_MOST);
    }
}

fn shown(bytes: &[u8]) -> String {
    let cut = &bytes[..bytes.len().min(LINE_MOST)];
    String::from_utf8_lossy(cut)
        .trim_end_matches(['\r', '\n'])
        .to_owned()
}

#[derive(Debug, PartialEq, Eq)]
enum Stopped {
    Cancelled,
    Time,
}

struct Follower {
    file: File,
    at: u64,
    held: Vec<u8>,
}

impl Follower {
    /// Tells new lines until it is called off. A log that is turned over is followed into the new file, if that may be read.
    async fn follow(
        mut self,
        path: &str,
        holds: &(dyn Fn(&str) -> bool + Send + Sync),
        speech: &mut Speech<'_>,
        here: &Surroundings,
    ) -> Stopped {
        let until = Instant::now() + FOLLOW_MOST;
        while Instant::now() < until && speech.told < TOLD_MOST {
            for line in self.new_lines() {
                if holds(&line) {
                    speech.say(&line).await;
                }
            }
            if self.is_turned_over(path, here) {
                speech.teller.note("the log was turned over").await;
            }
            tokio::select! {
                () = sleep(LOOK) => {}
                () = speech.teller.cancelled() => return Stopped::Cancelled,
            }
        }
        speech.teller.note("followed long enough").await;
        Stopped::Time
    }

    fn new_lines(&mut self) -> Vec<String> {
        let size = self.file.metadata().map_or(self.at, |told| told.len());
        if size < self.at {
            self.at = 0;
            self.held.clear();
        }
        let mut lines = Vec::new();
        let mut bytes = Vec::new();
        let read = self
            .file
            .seek(SeekFrom::Start(self.at))
            .and_then(|_| self.file.by_ref().take(1024 * 1024).read_to_end(&mut bytes));
        let Ok(count) = read else { return lines };
        self.at += count as u64;
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.held.extend_from_slice(piece);
            if self.held.ends_with(b"\n") || self.held.len() > LINE_MOST {
                lines.push(shown(&std::mem::take(&mut self.held)));
            }
        }
        lines
    }

    fn is_turned_over(&mut self, path: &str, here: &Surroundings) -> bool {
        let Ok(held) = held::find(here, path, Rule::Logs) else {
            return false;
        };
        let same = self
            .file
            .metadata()
            .is_ok_and(|told| (told.dev(), told.ino()) == (held.stat.st_dev, held.stat.st_ino));
        if same {
            return false;
        }
        let Ok(file) = held.read() else { return false };
        *self = Self {
            file,
            at: 0,
            held: Vec::new(),
        };
        true
    }
}

struct Speech<'a> {
    teller: &'a Teller,
    told: usize,
}

impl Speech<'_> {
    async fn say(&mut self, line: &str) {
        if self.told >= TOLD_MOST {
            return;
        }
        self.told += line.len() + 1;
        let text = format!("{line}\n");
        for part in text.as_bytes().chunks(OUTPUT_MOST) {
            self.teller.out(part).await;
        }
    }
}

/// How many lines of the last day speak of errors, for the health check; none where nothing can be read.
#[must_use]
pub fn errors_of_the_day(place: &Place) -> Option<usize> {
    if keeps_journal(place) {
        let arguments = [
            "--no-pager",
            "--quiet",
            "--priority=3",
            "--since=-24h",
            "--lines=2000",
            "--output=cat",
        ];
        return Some(
            place
                .program("journalctl", &arguments, Duration::from_secs(20))?
                .lines()
                .count(),
        );
    }
    let text = ["var/log/syslog", "var/log/messages"]
        .iter()
        .find_map(|path| place.text(path, 16 * 1024 * 1024))?;
    let today = when::second(when::now());
    let day = today.get(..10)?;
    let count = text
        .lines()
        .filter(|line| line.starts_with(day) && line.to_lowercase().contains("error"))
        .count();
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executing::Telling;
    use protocol::floor::Floor;
    use std::fs;
    use std::io::Write;
    use tokio::sync::{mpsc, watch};

    fn place(text: &str) -> (tempfile::TempDir, Surroundings) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("var/log")).unwrap();
        fs::write(folder.path().join("var/log/app.log"), text).unwrap();
        let here = Surroundings::new("/")
            .with_device(folder.path())
            .with_floor(Floor::default());
        (folder, here)
    }

    async fn next(receiver: &mut mpsc::Receiver<Telling>) -> String {
        match receiver.recv().await {
            Some(Telling::Output { bytes, .. }) => String::from_utf8(bytes).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn the_last_lines_that_hold_a_text_are_told() {
        let text: String = (0..100_000)
            .map(|at| format!("line {at} {}\n", if at % 10_000 == 0 { "ERROR" } else { "fine" }))
            .collect();
        let (_folder, here) = place(&text);
        let (teller, mut receiver) = Teller::aside("log");
        let wanted = Wanted {
            lines: 3,
            follow: false,
            filter: Some("error"),
        };
        read("/var/log/app.log", wanted, &teller, &here).await.unwrap();
        drop(teller);
        assert_eq!(next(&mut receiver).await, "line 70000 ERROR\n");
        assert_eq!(next(&mut receiver).await, "line 80000 ERROR\n");
        assert_eq!(next(&mut receiver).await, "line 90000 ERROR\n");
    }

    #[tokio::test]
    async fn a_log_is_followed_into_the_file_that_replaces_it() {
        let (folder, here) = place("old\n");
        let (telling, mut receiver) = mpsc::channel(100);
        let (cancel, cancelled) = watch::channel(false);
        let (_, size) = watch::channel((80, 24));
        let teller = Teller::new("log", telling, cancelled, size);
        let running = tokio::spawn(async move {
            let wanted = Wanted {
                lines: 10,
                follow: true,
                filter: None,
            };
            read("/var/log/app.log", wanted, &teller, &here).await
        });
        assert_eq!(next(&mut receiver).await, "old\n");
        let path = folder.path().join("var/log/app.log");
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"half").unwrap();
        file.write_all(b" and half\n").unwrap();
        assert_eq!(next(&mut receiver).await, "half and half\n");
        fs::rename(&path, folder.path().join("var/log/app.log.1")).unwrap();
        fs::write(&path, "new\n").unwrap();
        assert_eq!(next(&mut receiver).await, "the log was turned over");
        assert_eq!(next(&mut receiver).await, "new\n");
        cancel.send(true).unwrap();
        assert_eq!(running.await.unwrap().unwrap(), Outcome::Cancelled);
    }

    #[tokio::test]
    async fn what_is_no_log_is_not_read_as_one() {
        let (folder, here) = place("");
        fs::create_dir(folder.path().join("etc")).unwrap();
        fs::write(folder.path().join("etc/shadow"), "secret").unwrap();
        std::os::unix::fs::symlink("../../etc/shadow", folder.path().join("var/log/trick.log")).unwrap();
        let (teller, _receiver) = Teller::aside("log");
        let wanted = Wanted {
            lines: 10,
            follow: false,
            filter: None,
        };
        for path in ["/etc/shadow", "/var/log/trick.log", "/var/log/../../etc/shadow"] {
            assert!(read(path, wanted, &teller, &here).await.is_err(), "{path}");
        }
    }
}

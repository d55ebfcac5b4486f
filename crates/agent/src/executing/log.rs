//! The act log: what was begun, how it ended, and whether the server knows. It is written before anything is done.
//!
//! One line of JSON for each step, flushed to the disk before the step counts. So an act that is not in the log was never
//! begun, one that has no end was running when we died and is told as lost, and none runs twice, whoever asks again.
//! If the log cannot be written, nothing is done.

use protocol::message::Outcome;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// An act whose grant ran out this long ago is forgotten: no clock is that wrong.
const REMEMBERED: i64 = 30 * 24 * 60 * 60 * 1000;

/// What is known of an act.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub begun_at: i64,
    pub expires_at: i64,
    /// The name of its verb, for `status`.
    pub verb: String,
    pub person: String,
    pub outcome: Option<Outcome>,
    /// Whether the server said that it has the outcome.
    pub is_told: bool,
}

impl Entry {
    /// What came of an act may be half a megabyte; once the server has it, only how it ended is kept.
    fn lighten(&mut self) {
        if let Some(Outcome::Done { summary, .. }) = &mut self.outcome {
            *summary = serde_json::Value::Null;
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Begun {
        act: String,
        at: i64,
        expires_at: i64,
        verb: String,
        #[serde(default)]
        person: String,
    },
    Ended {
        act: String,
        outcome: Outcome,
    },
    Told {
        act: String,
    },
}

/// The log of one device.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
    length: u64,
    acts: BTreeMap<String, Entry>,
}

impl Log {
    /// Reads the log. Acts that were running are now lost, which is written down too.
    pub fn open(path: impl Into<PathBuf>, now: i64) -> io::Result<Self> {
        let path = path.into();
        let mut acts = read(&path)?;
        // The youngest is kept whatever the clock says: it holds the clock up when somebody sets it back.
        let youngest = acts.values().map(|entry| entry.begun_at).max();
        acts.retain(|_, entry| {
            !entry.is_told
                || entry.expires_at.saturating_add(REMEMBERED) > now
                || Some(entry.begun_at) == youngest
        });
        for entry in acts.values_mut().filter(|entry| entry.outcome.is_none()) {
            entry.outcome = Some(Outcome::Lost {
                text: "the agent was stopped while this ran; how it ended is not known".to_owned(),
            });
        }
        let fresh = path.with_extension("new");
        let mut file = File::create(&fresh)?;
        for (act, entry) in &acts {
            write_entry(&mut file, act, entry)?;
        }
        file.sync_all()?;
        std::fs::rename(&fresh, &path)?;
        sync_folder(&path)?;
        let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
        let length = file.seek(SeekFrom::End(0))?;
        Ok(Self {
            path,
            file,
            length,
            acts,
        })
    }

    /// What a log says, for `status`: without changing it.
    pub fn look(path: &Path) -> io::Result<BTreeMap<String, Entry>> {
        read(path)
    }

    /// What is known of this act.
    pub fn find(&self, act: &str) -> Option<&Entry> {
        self.acts.get(act)
    }

    /// When the last act began. Its grant was not over then, so the time has certainly come so far, whatever the clock says now.
    pub fn latest(&self) -> i64 {
        let begun = self.acts.values().map(|entry| entry.begun_at);
        begun.max().unwrap_or_default()
    }

    /// All acts that have an end the server does not know of.
    pub fn untold(&self) -> impl Iterator<Item = (&String, &Outcome)> {
        let untold = self.acts.iter().filter(|(_, entry)| !entry.is_told);
        untold.filter_map(|(act, entry)| Some((act, entry.outcome.as_ref()?)))
    }

    /// Writes down that an act is going to run. Only after this may it.
    pub fn begin(&mut self, act: &str, entry: Entry) -> io::Result<()> {
        self.write(&Line::Begun {
            act: act.to_owned(),
            at: entry.begun_at,
            expires_at: entry.expires_at,
            verb: entry.verb.clone(),
            person: entry.person.clone(),
        })?;
        self.acts.insert(act.to_owned(), entry);
        Ok(())
    }

    /// Writes down how an act ended. The first end counts.
    pub fn end(&mut self, act: &str, outcome: Outcome) -> io::Result<()> {
        let Some(entry) = self.acts.get_mut(act).filter(|entry| entry.outcome.is_none()) else {
            return Ok(());
        };
        // It is known from here on, even if the disk is full and the next start says "lost".
        entry.outcome = Some(outcome.clone());
        self.write(&Line::Ended {
            act: act.to_owned(),
            outcome,
        })
    }

    /// The server has the outcome.
    pub fn told(&mut self, act: &str) -> io::Result<()> {
        let Some(entry) = self.acts.get_mut(act).filter(|entry| !entry.is_told) else {
            return Ok(());
        };
        if entry.outcome.is_none() {
            return Ok(());
        }
        entry.is_told = true;
        entry.lighten();
        self.write(&Line::Told { act: act.to_owned() })
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a line would hide the next one.
            self.file.set_len(self.length).ok();
            self.file.seek(SeekFrom::End(0)).ok();
            return Err(error);
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn read(path: &Path) -> io::Result<BTreeMap<String, Entry>> {
    let mut text = String::new();
    match File::open(path) {
        Ok(mut file) => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut acts = BTreeMap::new();
    // A line that is torn was never acted upon.
    for line in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
        match line {
            Line::Begun {
                act,
                at,
                expires_at,
                verb,
                person,
            } => {
                let entry = Entry {
                    begun_at: at,
                    expires_at,
                    verb,
                    person,
                    outcome: None,
                    is_told: false,
                };
                acts.insert(act, entry);
            }
            Line::Ended { act, outcome } => {
                if let Some(entry) = acts.get_mut(&act) {
                    entry.outcome = Some(outcome);
                }
            }
            Line::Told { act } => {
                if let Some(entry) = acts.get_mut(&act) {
                    entry.is_told = true;
                    entry.lighten();
                }
            }
        }
    }
    Ok(acts)
}

fn write_entry(file: &mut File, act: &str, entry: &Entry) -> io::Result<()> {
    let mut lines = vec![Line::Begun {
        act: act.to_owned(),
        at: entry.begun_at,
        expires_at: entry.expires_at,
        verb: entry.verb.clone(),
        person: entry.person.clone(),
    }];
    if let Some(outcome) = entry.outcome.clone() {
        lines.push(Line::Ended {
            act: act.to_owned(),
            outcome,
        });
    }
    if entry.is_told {
        lines.push(Line::Told { act: act.to_owned() });
    }
    for line in lines {
        serde_json::to_writer(&mut *file, &line)?;
        file.write_all(b"\n")?;
    }
    Ok(())
}

fn sync_folder(path: &Path) -> io::Result<()> {
    // Only then is the new name on the disk. Elsewhere folders cannot be opened.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    drop(path);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(at: i64) -> Entry {
        Entry {
            begun_at: at,
            expires_at: at + 1000,
            verb: "process.list".to_owned(),
            person: "wang".to_owned(),
            outcome: None,
            is_told: false,
        }
    }

    fn done() -> Outcome {
        Outcome::Done {
            code: Some(0),
            summary: serde_json::Value::Null,
            hash: None,
        }
    }

    #[test]
    fn an_act_that_was_running_is_lost_after_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acts");
        let mut log = Log::open(&path, 0).unwrap();
        log.begin("one", begun(1)).unwrap();
        log.begin("two", begun(2)).unwrap();
        log.end("two", done()).unwrap();
        drop(log);
        for _ in 0..2 {
            let log = Log::open(&path, 10).unwrap();
            assert!(matches!(
                log.find("one").unwrap().outcome,
                Some(Outcome::Lost { .. })
            ));
            assert_eq!(log.find("two").unwrap().outcome, Some(done()));
            assert_eq!(log.untold().count(), 2);
        }
    }

    #[test]
    fn a_torn_line_does_not_hide_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acts");
        let mut log = Log::open(&path, 0).unwrap();
        log.begin("one", begun(1)).unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"begun\":{\"act\":\"tw").unwrap();
        let mut log = Log::open(&path, 0).unwrap();
        assert!(log.find("two").is_none());
        log.begin("three", begun(3)).unwrap();
        assert!(Log::open(&path, 0).unwrap().find("three").is_some());
    }

    #[test]
    fn the_end_that_was_first_counts() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::open(folder.path().join("acts"), 0).unwrap();
        log.begin("one", begun(1)).unwrap();
        log.end("one", Outcome::Cancelled).unwrap();
        log.end("one", done()).unwrap();
        assert_eq!(log.find("one").unwrap().outcome, Some(Outcome::Cancelled));
    }

    #[test]
    fn what_is_told_is_remembered_until_no_grant_could_ask_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acts");
        let mut log = Log::open(&path, 0).unwrap();
        log.begin("one", begun(1)).unwrap();
        log.end("one", done()).unwrap();
        log.told("one").unwrap();
        let mut log = Log::open(&path, REMEMBERED).unwrap();
        assert!(log.find("one").is_some());
        log.begin("two", begun(REMEMBERED)).unwrap();
        assert!(Log::open(&path, REMEMBERED + 2000).unwrap().find("one").is_none());
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_take_the_time_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acts");
        let mut log = Log::open(&path, 0).unwrap();
        log.begin("one", begun(5_000)).unwrap();
        log.end("one", done()).unwrap();
        log.told("one").unwrap();
        drop(log);
        // A year later it is still known how late it was; a year earlier, too.
        for now in [12 * REMEMBERED, 0] {
            assert_eq!(Log::open(&path, now).unwrap().latest(), 5_000);
        }
    }

    #[test]
    fn what_came_of_an_act_is_not_kept_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acts");
        let mut log = Log::open(&path, 0).unwrap();
        log.begin("one", begun(1)).unwrap();
        let large = Outcome::Done {
            code: Some(0),
            summary: serde_json::Value::String("x".repeat(100_000)),
            hash: None,
        };
        log.end("one", large.clone()).unwrap();
        let mut log = Log::open(&path, 1).unwrap();
        assert!(log.find("one").unwrap().outcome == Some(large));
        log.told("one").unwrap();
        let log = Log::open(&path, 1).unwrap();
        assert_eq!(log.find("one").unwrap().outcome, Some(done()));
        assert!(std::fs::metadata(&path).unwrap().len() < 1_000);
    }
}

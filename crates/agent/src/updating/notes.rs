//! Which programs there are, which of them counts, which is on trial, and how trials ended: `slots/state.json`.
//!
//! It is written whole or not at all, and flushed with its folder before anything is done that it speaks of.

use protocol::text::line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The version of the notes.
const FORMAT: u32 = 1;
/// The largest honest notes.
const MOST: u64 = 256 * 1024;
/// So many rollouts are remembered.
const REMEMBERED: usize = 32;

/// Where a program lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// What the package installed.
    Installed,
    /// The first slot.
    A,
    /// The second slot.
    B,
}

impl Place {
    /// Its name, which is that of its folder.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::A => "a",
            Self::B => "b",
        }
    }
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    pub version: String,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// A program at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub place: Place,
    pub program: Program,
}

/// What a trial is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Apply,
    RollBack,
}

/// A program on trial. Until it settled, [`Notes::current`] is the one to go back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub rollout: String,
    pub kind: Kind,
    pub to: Held,
    /// How often it was started.
    pub tries: u32,
}

/// How a trial ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The new program counts.
    Settled,
    /// The agent went back, and why.
    Returned { code: String, text: String },
    /// Somebody took it back.
    RolledBack,
    /// Somebody took it back, and the old program did not come up: the new one is still there.
    NotRolledBack { code: String, text: String },
}

/// What a rollout did here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    pub rollout: String,
    pub from: Held,
    pub to: Held,
    /// Absent while it is on trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// See the module's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    format: u32,
    /// The program that counts.
    pub current: Place,
    /// What lies in the slots.
    pub slots: BTreeMap<Place, Program>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
    /// The oldest first.
    pub applied: Vec<Applied>,
    /// What became of notes that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

impl Default for Notes {
    fn default() -> Self {
        Self {
            format: FORMAT,
            current: Place::Installed,
            slots: BTreeMap::new(),
            trial: None,
            applied: Vec::new(),
            fault: None,
        }
    }
}

impl Notes {
    /// What this rollout did here.
    #[must_use]
    pub fn of(&self, rollout: &str) -> Option<&Applied> {
        self.applied.iter().find(|one| one.rollout == rollout)
    }

    /// What is where, the installed program aside.
    #[must_use]
    pub fn held(&self, place: Place) -> Option<Held> {
        let program = self.slots.get(&place)?.clone();
        Some(Held { place, program })
    }

    /// The slot that neither counts nor is on trial.
    #[must_use]
    pub fn free(&self) -> Place {
        let on_trial = self.trial.as_ref().map(|trial| trial.to.place);
        let is_busy = |place| self.current == place || on_trial == Some(place);
        if is_busy(Place::A) { Place::B } else { Place::A }
    }

    /// Begins the trial of what a rollout brings.
    pub fn begin(&mut self, rollout: &str, from: Held, to: Held) {
        self.applied.retain(|one| one.rollout != rollout);
        let surplus = (self.applied.len() + 1).saturating_sub(REMEMBERED);
        self.applied.drain(..surplus);
        self.applied.push(Applied {
            rollout: rollout.to_owned(),
            from,
            to: to.clone(),
            end: None,
        });
        self.trial = Some(Trial {
            rollout: rollout.to_owned(),
            kind: Kind::Apply,
            to,
            tries: 0,
        });
    }

    /// Begins the trial of what was there before.
    pub fn begin_back(&mut self, rollout: &str, to: Held) {
        self.trial = Some(Trial {
            rollout: rollout.to_owned(),
            kind: Kind::RollBack,
            to,
            tries: 0,
        });
    }

    /// What is on trial counts from now on.
    pub fn settle(&mut self) {
        let Some(trial) = self.trial.take() else { return };
        self.current = trial.to.place;
        let end = match trial.kind {
            Kind::Apply => End::Settled,
            Kind::RollBack => End::RolledBack,
        };
        self.end(&trial.rollout, end);
    }

    /// The trial is over, and what was there before counts still.
    pub fn give_up(&mut self, code: &str, text: &str) {
        let Some(trial) = self.trial.take() else { return };
        let (code, text) = (code.to_owned(), line(text, 1000));
        let end = match trial.kind {
            Kind::Apply => End::Returned { code, text },
            Kind::RollBack => End::NotRolledBack { code, text },
        };
        self.end(&trial.rollout, end);
    }

    fn end(&mut self, rollout: &str, end: End) {
        if let Some(applied) = self.applied.iter_mut().find(|one| one.rollout == rollout) {
            applied.end = Some(end);
        }
    }
}

/// Why there are no notes.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error("the notes on the slots cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("the notes on the slots are damaged: {0}")]
    Damaged(String),
}

/// The folder of slots and notes.
#[derive(Clone, Debug)]
pub struct Slots {
    folder: PathBuf,
}

impl Slots {
    /// Those of an agent with this state folder.
    #[must_use]
    pub fn new(state: &Path) -> Self {
        Self {
            folder: state.join("slots"),
        }
    }

    /// Where they lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether there are any: then the installed program is the guard.
    #[must_use]
    pub fn exist(&self) -> bool {
        self.file().symlink_metadata().is_ok()
    }

    fn file(&self) -> PathBuf {
        self.folder.join("state.json")
    }

    /// Where the program of a slot lies.
    #[must_use]
    pub fn program(&self, place: Place) -> PathBuf {
        self.folder.join(place.as_str()).join("mainstay-agent")
    }

    /// What is noted; nothing yet where there is no file.
    pub fn read(&self) -> Result<Notes, Unread> {
        let file = match File::open(self.file()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Notes::default()),
            other => other?,
        };
        let mut bytes = Vec::new();
        file.take(MOST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST {
            return Err(Unread::Damaged("they are too long".to_owned()));
        }
        let notes: Notes =
            serde_json::from_slice(&bytes).map_err(|error| Unread::Damaged(error.to_string()))?;
        if notes.format == FORMAT {
            Ok(notes)
        } else {
            Err(Unread::Damaged(format!("they have the format {}", notes.format)))
        }
    }

    /// Puts the notes onto the disk.
    pub fn write(&self, notes: &Notes) -> io::Result<()> {
        private_folder(&self.folder)?;
        replace(&self.file(), &serde_json::to_vec_pretty(notes)?)
    }

    /// Puts notes that cannot be read aside and begins new ones that say so.
    pub fn begin_anew(&self, why: &str) -> io::Result<()> {
        std::fs::rename(self.file(), self.folder.join("state.damaged"))?;
        let notes = Notes {
            fault: Some(line(why, 1000)),
            ..Notes::default()
        };
        self.write(&notes)
    }
}

/// A folder that only we may look into.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Writes a private file whole or not at all, and flushes it and its name.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    std::fs::remove_file(&fresh).ok();
    let mut file = crate::identity::private_file(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    sync_folder(path)
}

/// Flushes the folder of a file: only then is its name on the disk. Elsewhere folders cannot be opened.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(place: Place, version: &str) -> Held {
        let program = Program {
            version: version.to_owned(),
            sha256: "0".repeat(64),
        };
        Held { place, program }
    }

    fn on_trial() -> Notes {
        let mut notes = Notes::default();
        notes.begin("r", held(Place::Installed, "1.0.0"), held(Place::A, "2.0.0"));
        notes
    }

    #[test]
    fn notes_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::new(folder.path());
        assert!(!slots.exist());
        assert_eq!(slots.read().unwrap(), Notes::default());
        slots.write(&on_trial()).unwrap();
        assert_eq!(slots.read().unwrap(), on_trial());
        assert!(slots.exist());
    }

    #[test]
    fn damaged_notes_are_put_aside_and_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::new(folder.path());
        slots.write(&on_trial()).unwrap();
        for text in [
            "",
            "{",
            "{\"format\":2,\"current\":\"a\",\"slots\":{},\"applied\":[]}",
        ] {
            std::fs::write(slots.file(), text).unwrap();
            assert!(matches!(slots.read(), Err(Unread::Damaged(_))), "{text}");
            slots.begin_anew("damaged").unwrap();
            assert_eq!(slots.read().unwrap().fault.as_deref(), Some("damaged"));
        }
    }

    #[test]
    fn until_it_settled_the_program_before_counts() {
        let mut settled = on_trial();
        assert_eq!((settled.current, settled.free()), (Place::Installed, Place::B));
        settled.settle();
        assert_eq!((settled.current, settled.free()), (Place::A, Place::B));
        assert_eq!(settled.of("r").unwrap().end, Some(End::Settled));
        let mut returned = on_trial();
        returned.give_up("time", "it took too long");
        assert_eq!((returned.current, returned.trial), (Place::Installed, None));
        settled.begin_back("r", held(Place::Installed, "1.0.0"));
        assert_eq!(settled.current, Place::A);
        settled.settle();
        assert_eq!(settled.current, Place::Installed);
        assert_eq!(settled.of("r").unwrap().end, Some(End::RolledBack));
    }

    #[test]
    fn only_so_many_rollouts_are_remembered() {
        let mut notes = Notes::default();
        for number in 0..100 {
            notes.begin(
                &format!("r-{number}"),
                held(Place::A, "1.0.0"),
                held(Place::B, "2.0.0"),
            );
        }
        assert_eq!(notes.applied.len(), REMEMBERED);
        assert!(notes.of("r-99").is_some() && notes.of("r-67").is_none());
    }
}

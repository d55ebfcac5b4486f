//! A program that must come to its end whatever becomes of the agent: the package manager, which leaves a system half done
//! when it is ended half way.
//!
//! The agent starts itself with the words of that program. Here it becomes a session of its own, so that no signal to the agent's group or
//! terminal reaches it, takes the usual mask for new files (the agent's own hides them from everybody, and lists and
//! packages are for all), writes down which process it is, and becomes the program.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::fs::Mode;
use rustix::process::{setsid, umask};

use crate::inventory::Place;

/// Becomes the program; what is returned is why that could not be.
pub fn run(note: Option<&Path>, words: &[String]) -> String {
    let Some((program, rest)) = words.split_first() else {
        return "no program is named".to_owned();
    };
    if let Some(note) = note
        && let Err(error) = write(note)
    {
        return format!("cannot write {}: {error}", note.display());
    }
    umask(Mode::from_raw_mode(0o022));
    // Already the first of a session: then there is nothing to leave.
    setsid().ok();
    let error = Command::new(program).args(rest).exec();
    format!("cannot run {program}: {error}")
}

/// The number and the start of this process; both stay when it becomes the program.
fn write(note: &Path) -> io::Result<()> {
    let own = i32::try_from(std::process::id()).map_err(io::Error::other)?;
    let process = crate::verbs::process(&Place::machine(), own);
    let start = process.map(|process| process.start);
    let start = start.ok_or_else(|| io::Error::other("/proc does not tell when we began"))?;
    std::fs::write(note, format!("{own} {start}"))
}

//! The guard: the installed program, which starts the one that counts and watches it while it is on trial.
//!
//! It decides only while no agent runs, so nobody else writes the notes then. It goes back when the program on trial ends before it
//! settled, was started too often, or takes too long, measured by a clock that nobody can set. When it cannot read or write the
//! notes it starts what is certain, the installed program or the one before, and hands the reason over to be written down.

use super::notes::{Held, Notes, Place, Slots, Trial, Unread};
use super::{AGAIN, TRIES, program, trial_most};
use crate::executing::Surroundings;
use crate::logging;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep, sleep_until};

/// How often it is looked whether the trial is over.
const LOOK: Duration = Duration::from_millis(500);
/// So soon notes that could not be read are looked at again.
const AGAIN_LATER: Duration = Duration::from_secs(10);
/// An agent that was asked to end gets so long.
const GRACE: Duration = Duration::from_secs(15);
/// So long it is waited for an agent that ran before.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is tried to write before the other program starts without it.
const WRITES: u32 = 3;

/// What is started.
#[derive(Debug)]
struct Start {
    path: PathBuf,
    is_on_trial: bool,
    /// What could not be written down.
    fell_back: Option<String>,
}

/// Why a program that was started runs no more.
#[derive(Debug)]
enum Over {
    /// The system wants everything to end.
    Stopped(ExitStatus),
    /// It ended by itself.
    Ended(ExitStatus),
    /// Its trial took too long; it was ended.
    Late,
}

/// The guard of one device.
#[derive(Debug)]
struct Guard<'a> {
    here: &'a Surroundings,
    slots: Slots,
    installed: PathBuf,
    words: Vec<OsString>,
}

/// Guards until the system wants it to end, or until the program that counts ends by itself.
pub async fn run(here: &Surroundings, words: Vec<OsString>) -> Result<ExitCode, String> {
    let _only = only(&here.state())?;
    let guard = Guard {
        here,
        slots: Slots::new(&here.state()),
        installed: std::env::current_exe().map_err(|error| error.to_string())?,
        words,
    };
    let terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    guard.serve(terminate, interrupt).await
}

impl Guard<'_> {
    async fn serve(&self, mut terminate: Signal, mut interrupt: Signal) -> Result<ExitCode, String> {
        loop {
            self.wait_until_free().await?;
            let mut start = self.prepare().await;
            let child = match self.start(&start) {
                Ok(child) => child,
                Err(text) if start.is_on_trial => {
                    self.give_up("ended", &text).await;
                    continue;
                }
                // Its disk may have become one from which nothing runs.
                Err(text) if start.path != self.installed => {
                    logging::warn(&format!("the installed program runs: {text}"));
                    start.path.clone_from(&self.installed);
                    start.fell_back = Some(text);
                    self.start(&start)?
                }
                Err(text) => return Err(text),
            };
            match watch(
                child,
                &self.slots,
                start.is_on_trial,
                &mut terminate,
                &mut interrupt,
            )
            .await?
            {
                Over::Stopped(status) => return Ok(code_of(status)),
                Over::Late => {
                    self.give_up("time", "the server did not welcome it in time")
                        .await;
                }
                Over::Ended(status) => {
                    let wants_again = status.code() == Some(i32::from(AGAIN));
                    if self.is_on_trial() {
                        let text = format!("it ended before it settled: {status}");
                        self.give_up("ended", &text).await;
                    } else if !wants_again && !self.has_trial() {
                        return Ok(code_of(status));
                    }
                }
            }
        }
    }

    /// Whether a program was started on trial and did not settle.
    fn is_on_trial(&self) -> bool {
        self.trial().is_some_and(|trial| trial.tries > 0)
    }

    fn has_trial(&self) -> bool {
        self.trial().is_some()
    }

    fn trial(&self) -> Option<Trial> {
        self.slots.read().ok()?.trial
    }

    /// What is to be started now; a start on trial is counted before it happens.
    async fn prepare(&self) -> Start {
        let mut notes = match self.slots.read() {
            Ok(notes) => notes,
            Err(error) => return self.without_notes(&error),
        };
        let mut why = None;
        if let Some(trial) = notes.trial.clone() {
            match self.begin_trial(&mut notes, &trial) {
                Ok(path) => {
                    return Start {
                        path,
                        is_on_trial: true,
                        fell_back: None,
                    };
                }
                Err((code, text)) => {
                    logging::warn(&format!("{} goes back: {text}", trial.to.program.version));
                    notes.give_up(code, &text);
                    why = self.write(&notes).await.err();
                }
            }
        }
        let found = self.what_counts(&mut notes).await;
        Start {
            path: found.0,
            is_on_trial: false,
            fell_back: why.or(found.1),
        }
    }

    /// Counts the start and finds the program; else why there is none.
    fn begin_trial(&self, notes: &mut Notes, trial: &Trial) -> Result<PathBuf, (&'static str, String)> {
        if trial.tries >= TRIES {
            return Err((
                "starts",
                format!("it was started {TRIES} times and did not settle"),
            ));
        }
        let path =
            program::find(&self.slots, &trial.to, &self.installed).map_err(|text| ("spoiled", text))?;
        let mut counted = notes.clone();
        if let Some(trial) = &mut counted.trial {
            trial.tries += 1;
        }
        // Uncounted it could be started for ever.
        self.slots
            .write(&counted)
            .map_err(|error| ("uncounted", format!("its start cannot be counted: {error}")))?;
        *notes = counted;
        logging::note(&format!(
            "{} is on trial, start {} of {TRIES}",
            trial.to.program.version,
            trial.tries + 1
        ));
        Ok(path)
    }

    /// The program that counts, or the installed one where it is spoiled or older; and what could not be written down of that.
    async fn what_counts(&self, notes: &mut Notes) -> (PathBuf, Option<String>) {
        let Some(held) = notes.held(notes.current) else {
            return (self.installed.clone(), None);
        };
        let why = match (
            is_outdated(&held),
            program::find(&self.slots, &held, &self.installed),
        ) {
            (false, Ok(path)) => return (path, None),
            (true, _) => format!(
                "the package brought a newer version than {}",
                held.program.version
            ),
            (_, Err(why)) => why,
        };
        logging::warn(&format!("the installed program runs: {why}"));
        notes.current = Place::Installed;
        notes.fault = Some(protocol::text::line(&why, 1000));
        (self.installed.clone(), self.write(notes).await.err())
    }

    /// The installed program needs no notes.
    fn without_notes(&self, error: &Unread) -> Start {
        logging::warn(&format!("the installed program runs: {error}"));
        Start {
            path: self.installed.clone(),
            is_on_trial: false,
            fell_back: Some(error.to_string()),
        }
    }

    /// Goes back; what cannot be written now is given to the next program to write.
    async fn give_up(&self, code: &str, text: &str) {
        logging::warn(&format!("the agent goes back: {text}"));
        let Ok(mut notes) = self.slots.read() else { return };
        notes.give_up(code, text);
        // Where this fails, the tries go on and end it.
        if let Err(error) = self.write(&notes).await {
            logging::warn(&error);
        }
    }

    async fn write(&self, notes: &Notes) -> Result<(), String> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.slots.write(notes) {
                Ok(()) => return Ok(()),
                Err(error) if tries < WRITES => {
                    logging::warn(&format!("the notes on the slots cannot be written: {error}"));
                    sleep(Duration::from_secs(1)).await;
                }
                Err(error) => return Err(format!("the notes on the slots cannot be written: {error}")),
            }
        }
    }

    fn start(&self, start: &Start) -> Result<Child, String> {
        let mut command = Command::new(&start.path);
        command
            .arg("--root")
            .arg(self.here.home())
            .args(&self.words)
            .arg("--guard")
            .arg(&self.installed);
        if let Some(why) = &start.fell_back {
            command.arg("--fell-back").arg(why);
        }
        command
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", start.path.display()))
    }

    /// Waits for an agent whose guard died: two would take each other's state.
    async fn wait_until_free(&self) -> Result<(), String> {
        let path = self.here.state().join("lock");
        let until = Instant::now() + PATIENCE;
        loop {
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
                .map_err(|error| format!("cannot open {}: {error}", path.display()))?;
            if file.try_lock().is_ok() {
                return Ok(());
            }
            if Instant::now() >= until {
                return Err(format!("another agent runs here ({} is locked)", path.display()));
            }
            sleep(LOOK).await;
        }
    }
}

/// Whether the package brought a newer program meanwhile.
fn is_outdated(held: &Held) -> bool {
    use update::release::Version;
    let ours = Version::parse(env!("CARGO_PKG_VERSION"));
    let its = Version::parse(&held.program.version);
    matches!((ours, its), (Some(ours), Some(its)) if ours > its)
}

/// Two guards would start two agents.
fn only(state: &Path) -> Result<File, String> {
    let path = state.join("guard.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| format!("cannot open {}: {error}", path.display()))?;
    file.try_lock()
        .map_err(|_| format!("another agent runs here ({} is locked)", path.display()))?;
    Ok(file)
}

/// Waits for the end, and brings it about where the trial takes too long.
async fn watch(
    mut child: Child,
    slots: &Slots,
    is_on_trial: bool,
    terminate: &mut Signal,
    interrupt: &mut Signal,
) -> Result<Over, String> {
    // The tokio clock is the system's monotonic one.
    let mut late = Instant::now() + trial_most();
    let mut may_be_late = is_on_trial;
    let ended = |error: std::io::Error| error.to_string();
    loop {
        tokio::select! {
            // A service manager ends both of us at once: then the program's end says nothing about it.
            biased;
            _ = terminate.recv() => return end(&mut child).await.map(Over::Stopped).map_err(ended),
            _ = interrupt.recv() => return end(&mut child).await.map(Over::Stopped).map_err(ended),
            status = child.wait() => return status.map(Over::Ended).map_err(ended),
            () = sleep_until(late), if may_be_late => {
                match has_settled(slots) {
                    Some(true) => may_be_late = false,
                    // A newer program may write what this one cannot read: that is no reason to end it.
                    None => late = Instant::now() + AGAIN_LATER,
                    Some(false) => {
                        end(&mut child).await.map_err(ended)?;
                        // It may have settled in its last moment; what stands in the notes counts.
                        let over = Over::Ended(ExitStatus::default());
                        return Ok(if has_settled(slots) == Some(true) { over } else { Over::Late });
                    }
                }
            }
        }
    }
}

/// Whether nothing is on trial any more; none when the notes cannot be read.
fn has_settled(slots: &Slots) -> Option<bool> {
    slots.read().ok().map(|notes| notes.trial.is_none())
}

/// Asks the program to end, and ends it when it does not.
async fn end(child: &mut Child) -> std::io::Result<ExitStatus> {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(id) = id.and_then(rustix::process::Pid::from_raw) {
        rustix::process::kill_process(id, rustix::process::Signal::TERM).ok();
    }
    if let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await {
        return status;
    }
    child.kill().await?;
    child.wait().await
}

fn code_of(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(1))
}

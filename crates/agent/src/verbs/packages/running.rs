//! Running the programs of the system: words only, a bare environment, and what they print in nameless files, so that a
//! program that goes on without us never writes into a broken pipe.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::Ordering;
use std::time::Duration;

use protocol::message::OUTPUT_MOST;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::{Stop, Work};
use crate::inventory::{Place, program};
use crate::verbs::failure::Failure;
use crate::verbs::processes;
use crate::verbs::streaming::TOLD_MOST;

/// Without any of these there is nothing to be done.
const PROGRAMS: [&str; 6] = [
    "apt-get",
    "apt-cache",
    "apt-config",
    "dpkg",
    "dpkg-deb",
    "dpkg-query",
];
/// Words for each call of apt-get: nobody is asked, conffiles that somebody changed stay, nothing is swept away beside it, and
/// dpkg prints for a file and not for a terminal of apt's, in whose session its scripts would be out of sight.
const APT: [&str; 16] = [
    "-q",
    "-y",
    "-o",
    "Dpkg::Use-Pty=0",
    "-o",
    "Dpkg::Options::=--force-confdef",
    "-o",
    "Dpkg::Options::=--force-confold",
    "-o",
    "APT::Get::AutomaticRemove=false",
    "-o",
    "APT::Color=0",
    "-o",
    "Dpkg::Progress-Fancy=0",
    "-o",
    "DPkg::Lock::Timeout=60",
];
/// What an administrator may have set on the service.
const PASSED_ON: [&str; 3] = ["APT_CONFIG", "DPKG_ADMINDIR", "DPKG_ROOT"];
/// How often it is looked what a program printed.
const LOOK: Duration = Duration::from_millis(100);
/// How long dpkg has to put things in order after its scripts were ended.
const ORDERLY: Duration = Duration::from_secs(60);
/// How long the system may take for an answer, whatever the time of the step.
const ANSWER: Duration = Duration::from_secs(60);
/// How long a script has to go when it is asked.
const GRACE: Duration = Duration::from_secs(3);
/// Most bytes of an output that are read.
const READ_MOST: u64 = 16 * 1024 * 1024;

/// How a program is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A question to the system: what it prints is told to nobody.
    Asking,
    /// It may be broken off at any time.
    Looking,
    /// It changes packages: it is never broken off.
    Changing,
}

/// What a program left behind.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn is_good(&self) -> bool {
        self.code == Some(0)
    }

    /// What it complained of last, or else said last.
    pub fn last_words(&self) -> String {
        let lines = |text: &str| -> Vec<String> {
            let lines = text.lines().map(|line| protocol::text::line(line, 400));
            let lines: Vec<String> = lines.filter(|line| !line.trim().is_empty()).collect();
            lines[lines.len().saturating_sub(8)..].to_vec()
        };
        let mut words = lines(&self.err);
        if words.len() < 4 {
            let out = lines(&self.out);
            words.splice(0..0, out[out.len().saturating_sub(4)..].to_vec());
        }
        words.join("\n")
    }
}

/// Whether this is a device with apt and dpkg.
pub fn is_there() -> bool {
    cfg!(target_os = "linux") && PROGRAMS.iter().all(|name| program::find(name).is_some())
}

/// The words of a call of apt-get.
pub fn apt(words: &[&str]) -> Vec<String> {
    let all = ["apt-get"].iter().chain(&APT).chain(words);
    all.map(|word| (*word).to_owned()).collect()
}

/// One of the two outputs.
#[derive(Debug)]
struct Printed {
    file: File,
    /// How much of it was told.
    told: u64,
}

impl Printed {
    fn new(folder: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(folder)?;
        Ok(Self { file, told: 0 })
    }

    fn text(&self) -> io::Result<String> {
        let length = self.file.metadata()?.len().min(READ_MOST);
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        self.file.read_exact_at(&mut bytes, 0)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Work<'_> {
    /// Asks a program of the system; nobody hears of it.
    pub async fn ask(&self, words: &[&str]) -> Result<Ran, Stop> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        self.run(&words, Path::new("/"), Manner::Asking).await
    }

    /// Runs a program of the system to its end.
    pub async fn run(&self, words: &[String], within: &Path, manner: Manner) -> Result<Ran, Stop> {
        let failed = |error: io::Error| Failure::io(words.first().map_or("", String::as_str), &error);
        let mut out = Printed::new(&self.folder).map_err(failed)?;
        let mut err = Printed::new(&self.folder).map_err(failed)?;
        let mut command = self.command(words, manner)?;
        command
            .current_dir(within)
            .stdin(Stdio::null())
            .stdout(out.file.try_clone().map_err(failed)?)
            .stderr(err.file.try_clone().map_err(failed)?);
        let mut child = command.spawn().map_err(failed)?;
        if manner == Manner::Changing {
            self.has_begun.store(true, Ordering::Relaxed);
        }
        let waited = self.attend(&mut child, &mut out, &mut err, manner).await;
        if manner != Manner::Asking {
            self.tell(&mut out, &mut err).await;
        }
        let ran = Ran {
            code: waited.as_ref().ok().copied().flatten(),
            out: out.text().map_err(failed)?,
            err: err.text().map_err(failed)?,
        };
        match waited {
            Ok(_) => Ok(ran),
            Err(Stop::Failed(mut failure)) => {
                failure.text = format!("{}: {}\n{}", words.join(" "), failure.text, ran.last_words());
                Err(failure.into())
            }
            Err(stop) => Err(stop),
        }
    }

    fn command(&self, words: &[String], manner: Manner) -> Result<Command, Failure> {
        let (name, rest) = words
            .split_first()
            .ok_or_else(|| Failure::new("system", "no program is named"))?;
        let absent = || Failure::new("unsupported", format!("{name} is not installed"));
        let path = program::find(name).ok_or_else(absent)?;
        let mut command = if manner == Manner::Asking {
            Command::new(path)
        } else {
            // The program file itself may be replaced by what it starts; this way leads to the one that runs.
            let mut command = Command::new("/proc/self/exe");
            command.arg("apart");
            if manner == Manner::Changing {
                command.arg("--note").arg(self.running());
            }
            command.arg("--");
            if Path::new("/run/systemd/system").exists()
                && let Some(scope) = program::find("systemd-run")
            {
                command.arg(scope);
                command.args(["--scope", "--quiet", "--collect", "--"]);
            }
            command.arg(path);
            command
        };
        command
            .args(rest)
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("LC_ALL", "C")
            .env("DEBIAN_FRONTEND", "noninteractive");
        for name in PASSED_ON {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        Ok(command)
    }

    async fn attend(
        &self,
        child: &mut Child,
        out: &mut Printed,
        err: &mut Printed,
        manner: Manner,
    ) -> Result<Option<i32>, Stop> {
        let pid = child.id().and_then(|id| i32::try_from(id).ok());
        let may_end = !self.has_begun.load(Ordering::Relaxed);
        // How things stand after a change is asked even when its time is up.
        let until = match manner {
            Manner::Asking => self.until.max(Instant::now() + ANSWER),
            Manner::Looking | Manner::Changing => self.until,
        };
        let mut given_up = None;
        loop {
            tokio::select! {
                status = child.wait() => {
                    let status = status.map_err(|error| Failure::io("the program", &error))?;
                    return if given_up.is_some() { Err(too_slow("was ended").into()) } else { Ok(status.code()) };
                }
                () = self.teller.cancelled(), if may_end => {
                    end(child, pid).await;
                    return Err(Stop::CalledOff);
                }
                () = sleep(LOOK) => {}
            }
            if manner != Manner::Asking {
                self.tell(out, err).await;
            }
            let now = Instant::now();
            match (manner, given_up) {
                _ if now < until => {}
                (Manner::Changing, None) => {
                    self.teller
                        .note("the time is up: the scripts that packages run are ended\n")
                        .await;
                    end_scripts(pid).await;
                    given_up = Some(now + ORDERLY);
                }
                (Manner::Changing, Some(last)) if now > last => {
                    return Err(too_slow("goes on by itself").into());
                }
                (Manner::Changing, Some(_)) => end_scripts(pid).await,
                _ => {
                    end(child, pid).await;
                    return Err(too_slow("was ended").into());
                }
            }
        }
    }

    /// Tells what was printed since the last time.
    async fn tell(&self, out: &mut Printed, err: &mut Printed) {
        for (printed, is_error) in [(out, false), (err, true)] {
            let mut piece = vec![0; OUTPUT_MOST];
            while let Ok(count @ 1..) = printed.file.read_at(&mut piece, printed.told) {
                printed.told += count as u64;
                let before = self.told.fetch_add(count, Ordering::Relaxed);
                let room = TOLD_MOST.saturating_sub(before).min(count);
                if is_error {
                    self.teller.err(&piece[..room]).await;
                } else {
                    self.teller.out(&piece[..room]).await;
                }
            }
        }
    }
}

fn too_slow(what: &str) -> Failure {
    Failure::new("timeout", format!("took too long and {what}"))
}

/// Ends a program that changes nothing.
async fn end(child: &mut Child, pid: Option<i32>) {
    if let Some(group) = pid.and_then(Pid::from_raw) {
        // Where it runs apart, it is the first of its group.
        kill_process_group(group, Signal::TERM).ok();
        kill_process(group, Signal::TERM).ok();
    }
    if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
        child.kill().await.ok();
    }
}

/// Ends what dpkg is waiting for, with its children: the script of a package that hangs. dpkg itself goes on.
async fn end_scripts(pid: Option<i32>) {
    let Some(first) = pid else { return };
    for signal in [Signal::TERM, Signal::KILL] {
        let scripts = scripts_of(&processes::all(&Place::machine()), first);
        if scripts.is_empty() {
            return;
        }
        for script in scripts.into_iter().filter_map(Pid::from_raw) {
            kill_process(script, signal).ok();
        }
        sleep(GRACE).await;
    }
}

/// The children of each dpkg below this process, and theirs.
fn scripts_of(all: &[processes::Process], first: i32) -> Vec<i32> {
    let children = |parents: &[i32]| -> Vec<i32> {
        let found = all.iter().filter(|process| parents.contains(&process.parent));
        found.map(|process| process.pid).collect()
    };
    let family = |first: Vec<i32>| -> Vec<i32> {
        let (mut family, mut young) = (Vec::new(), first);
        // A depth that no honest script has; what is read may change while it is read.
        for _ in 0..64 {
            if young.is_empty() {
                break;
            }
            family.extend(&young);
            young = children(&young);
        }
        family
    };
    let is_dpkg = |pid: &i32| {
        all.iter()
            .any(|process| process.pid == *pid && process.name == "dpkg")
    };
    let dpkgs: Vec<i32> = family(vec![first]).into_iter().filter(is_dpkg).collect();
    let scripts = children(&dpkgs).into_iter().filter(|pid| !is_dpkg(pid));
    family(scripts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: i32, parent: i32, name: &str) -> processes::Process {
        processes::Process {
            pid,
            parent,
            name: name.to_owned(),
            state: 'S',
            start: 0,
            worked: 0,
            kilobytes: 0,
            threads: 1,
        }
    }

    #[test]
    fn of_a_change_that_hangs_the_scripts_are_ended_and_not_dpkg() {
        let all = [
            process(1, 0, "init"),
            process(10, 1, "apt-get"),
            process(11, 10, "dpkg"),
            process(12, 11, "probe.postinst"),
            process(13, 12, "sleep"),
            process(20, 1, "dpkg"),
            process(21, 20, "other.postinst"),
        ];
        assert_eq!(scripts_of(&all, 10), [12, 13]);
        assert_eq!(scripts_of(&all, 11), [12, 13]);
        assert!(scripts_of(&all, 13).is_empty());
    }

    #[test]
    fn the_last_words_are_those_that_tell_why() {
        let ran = Ran {
            code: Some(100),
            out: "Reading package lists...\nUnpacking\n".to_owned(),
            err: "E: one\n\nE: two\n".to_owned(),
        };
        assert_eq!(
            ran.last_words(),
            "Reading package lists...\nUnpacking\nE: one\nE: two"
        );
    }
}

//! The server as a process of its own, and what it takes of processor and memory, by `/proc`.

use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a server may take to begin or to end.
const PATIENCE: Duration = Duration::from_secs(300);
/// Linux counts processor time in hundredths of a second towards programs, whatever it does inside (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// The server that runs now; there is one at a time.
static RUNNING: AtomicU32 = AtomicU32::new(NONE);
const NONE: u32 = 0;

/// Ends the server when the measurement is broken off: the thread that asks it cannot be interrupted, but then fails.
pub fn end_running() {
    let process = RUNNING.swap(NONE, Ordering::SeqCst);
    if process != NONE {
        // It has ended by itself when this fails.
        Command::new("kill")
            .args(["-KILL", &process.to_string()])
            .status()
            .ok();
    }
}

/// Where an installation lies.
#[derive(Clone, Debug)]
pub struct Spot {
    /// Files, index, and with SQLite the database.
    pub folder: PathBuf,
    /// The address of a PostgreSQL database; none means SQLite in the folder.
    pub url: Option<String>,
    /// The first process of a PostgreSQL server of our own, whose children's time counts as the installation's.
    pub postmaster: Option<u32>,
}

/// A running server; ends with the value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    spot: Spot,
    pub address: SocketAddr,
}

impl Server {
    /// Starts this very program as a server over the installation, and waits until it listens.
    pub fn start(spot: &Spot) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&spot.folder);
        if let Some(url) = &spot.url {
            command.args(["--database", url]);
        }
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MAINSTAY_")) {
            command.env_remove(name);
        }
        let mut child = command
            .env("MAINSTAY_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take();
        RUNNING.store(child.id(), Ordering::SeqCst);
        let mut server = Self {
            child,
            spot: spot.clone(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let (sender, listening) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout?).lines();
            let address =
                lines.find_map(|line| line.ok()?.rsplit_once("http://")?.1.parse::<SocketAddr>().ok());
            sender.send(address?).ok()
        });
        let heard = listening.recv_timeout(PATIENCE);
        server.address = heard.map_err(|_| io::Error::other("the server did not come to listen"))?;
        Ok(server)
    }

    /// Processor time taken so far, by the server and by its database.
    pub fn cpu(&self) -> Duration {
        self.spot.cpu_with(self.child.id())
    }

    /// Memory held now, in bytes.
    pub fn memory(&self) -> u64 {
        status(self.child.id(), "VmRSS:")
    }

    /// Memory of its own held now, without the pages of files that the system may take back, in bytes.
    pub fn memory_own(&self) -> u64 {
        status(self.child.id(), "RssAnon:")
    }

    /// The most memory held since the start, in bytes.
    pub fn memory_peak(&self) -> u64 {
        status(self.child.id(), "VmHWM:")
    }

    /// Waits until the server has done what follows from the requests answered so far.
    pub fn settle(&self) {
        let started = Instant::now();
        let mut before = self.cpu();
        while started.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(700));
            let now = self.cpu();
            if now.saturating_sub(before) <= TICK * 3 {
                return;
            }
            before = now;
        }
    }

    /// Ends it in order.
    pub fn stop(mut self) -> io::Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(io::Error::other("the server did not end"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        RUNNING.store(NONE, Ordering::SeqCst);
        // Both fail only for a process that has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Spot {
    /// Processor time of a process and of the installation's own database server.
    pub fn cpu_with(&self, process: u32) -> Duration {
        let own = stat(process).map_or(Duration::ZERO, |stat| stat.own);
        own + self.postmaster.map_or(Duration::ZERO, family)
    }
}

/// What a process and its children, gone ones included, have taken.
fn family(parent: u32) -> Duration {
    let gone = stat(parent).map_or(Duration::ZERO, |stat| stat.own + stat.gone_children);
    let processes = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    gone + numbers
        .filter_map(stat)
        .filter(|stat| stat.parent == parent)
        .map(|stat| stat.own)
        .sum::<Duration>()
}

struct Stat {
    parent: u32,
    own: Duration,
    gone_children: Duration,
}

fn stat(process: u32) -> Option<Stat> {
    parse_stat(&std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// The name in brackets may hold anything, so counting begins behind it (proc(5)).
fn parse_stat(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |place: usize| -> Option<Duration> { Some(TICK * words.get(place)?.parse::<u32>().ok()?) };
    Some(Stat {
        parent: words.get(1)?.parse().ok()?,
        own: ticks(11)? + ticks(12)?,
        gone_children: ticks(13)? + ticks(14)?,
    })
}

fn status(process: u32, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes: Option<u64> = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_brackets_does_not_shift_the_numbers() {
        let stat = parse_stat("7 (a) b (c) S 3 7 7 0 -1 4194560 1 2 3 4 150 50 6 4 20 0 1 0 99 1 1").unwrap();
        assert_eq!(stat.parent, 3);
        assert_eq!(stat.own, Duration::from_secs(2));
        assert_eq!(stat.gone_children, Duration::from_millis(100));
    }
}

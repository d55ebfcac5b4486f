//! Waiting until nobody else changes packages: neither one of ours that outlived its act, nor apt or dpkg of anybody else.
//!
//! The locks are asked about and never taken: a check changes nothing at all. Between the look and our own start somebody may
//! come first; then apt waits a minute for the lock by itself, and says so when that was not enough.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Flock, FlockType, fcntl_getlk};
use tokio::time::{Instant, sleep};

use super::{Stop, Work};
use crate::inventory::Place;
use crate::verbs::failure::Failure;
use crate::verbs::processes;

/// How often it is looked whether the locks are free.
const LOOK: Duration = Duration::from_millis(250);

/// Where apt and dpkg keep what they know and have.
#[derive(Debug, Default)]
pub struct Paths {
    /// The database of dpkg.
    pub dpkg: PathBuf,
    /// The lists of what is to be had.
    pub lists: PathBuf,
    /// Packages that were fetched.
    pub archives: PathBuf,
}

/// The failure of a step that waited in vain.
pub fn busy(who: &str) -> Failure {
    Failure::new(
        "package_busy",
        format!("{who} is at work on the packages; try again later"),
    )
}

impl Work<'_> {
    /// Asks apt for its folders, which an administrator may have moved.
    pub async fn find_paths(&self) -> Result<Paths, Stop> {
        let ran = self
            .ask(&[
                "apt-config",
                "shell",
                "STATUS",
                "Dir::State::status/f",
                "LISTS",
                "Dir::State::lists/d",
                "ARCHIVES",
                "Dir::Cache::archives/d",
            ])
            .await?;
        let value = |name: &str| -> Result<PathBuf, Failure> {
            let lines = ran.out.lines().filter_map(|line| line.split_once('='));
            let mut values = lines.filter(|(key, _)| *key == name).map(|(_, value)| value);
            let value = values
                .next()
                .and_then(|value| value.strip_prefix('\'')?.strip_suffix('\''));
            let path = value.filter(|value| value.starts_with('/') && !value.contains('\''));
            path.map(PathBuf::from)
                .ok_or_else(|| Failure::new("package_unclear", "apt does not tell where its files are"))
        };
        let of_apt = value("STATUS")?;
        let of_apt = of_apt.parent().unwrap_or(Path::new("/")).to_owned();
        let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let below_root = || set("DPKG_ROOT").map(|root| root.join("var/lib/dpkg"));
        Ok(Paths {
            dpkg: set("DPKG_ADMINDIR").or_else(below_root).unwrap_or(of_apt),
            lists: value("LISTS")?,
            archives: value("ARCHIVES")?,
        })
    }

    /// The file that names the process which changes packages.
    pub fn running(&self) -> PathBuf {
        self.folder.join("running")
    }

    /// Returns when nobody changes packages.
    pub async fn wait_for_dpkg(&self) -> Result<(), Stop> {
        // apt holds the first while it works; dpkg by itself, or one whose apt was killed, only the second.
        let locks = ["lock-frontend", "lock"].map(|name| self.paths.dpkg.join(name));
        self.wait_for_locks(&locks).await
    }

    /// Returns when nobody fetches lists or packages either.
    pub async fn wait_for_fetching(&self) -> Result<(), Stop> {
        let locks = [self.paths.lists.join("lock"), self.paths.archives.join("lock")];
        self.wait_for_locks(&locks).await
    }

    async fn wait_for_locks(&self, locks: &[PathBuf]) -> Result<(), Stop> {
        let mut is_said = false;
        loop {
            let Some(who) = self.holder(locks)? else {
                return Ok(());
            };
            if self.is_called_off() {
                return Err(Stop::CalledOff);
            }
            if Instant::now() >= self.until {
                return Err(busy(&who).into());
            }
            if !is_said {
                is_said = true;
                self.teller
                    .note(format!("waiting: {who} is at work on the packages\n"))
                    .await;
            }
            sleep(LOOK).await;
        }
    }

    /// Who changes packages.
    fn holder(&self, locks: &[PathBuf]) -> Result<Option<String>, Failure> {
        let place = Place::machine();
        let name_of = |pid: i32| {
            let process = processes::read(&place, pid);
            process.map_or_else(
                || format!("process {pid}"),
                |one| format!("{} (process {pid})", one.name),
            )
        };
        if let Some(pid) = self.predecessor(&place)? {
            return Ok(Some(name_of(pid)));
        }
        for path in locks {
            let held = lock_of(path).map_err(|error| Failure::io(&path.display().to_string(), &error))?;
            if let Some(pid) = held {
                return Ok(Some(name_of(pid)));
            }
        }
        Ok(None)
    }

    /// The process of a change of ours, if it runs still. What stands in the file is its number and its start, because numbers are
    /// used again.
    fn predecessor(&self, place: &Place) -> Result<Option<i32>, Failure> {
        let text = match std::fs::read_to_string(self.running()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|error| Failure::io("the running change", &error))?,
        };
        let written = text.split_once(' ');
        let number = written.and_then(|(pid, start)| Some((pid.parse().ok()?, start.parse::<u64>().ok()?)));
        Ok(number.and_then(|(pid, start)| {
            let process = processes::read(place, pid)?;
            (process.start == start && process.state != 'Z').then_some(pid)
        }))
    }
}

/// Who holds a lock of apt's or dpkg's; nobody where there is no such file.
fn lock_of(path: &Path) -> io::Result<Option<i32>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let held = fcntl_getlk(&file, &Flock::from(FlockType::WriteLock))?;
    Ok(held.map(|lock| lock.pid.map_or(0, rustix::process::Pid::as_raw_pid)))
}

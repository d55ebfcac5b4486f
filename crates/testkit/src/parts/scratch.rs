//! A scratch folder that other users may walk through, and the accounts the servers run as.
//!
//! `tempfile` makes folders only their owner may enter; PostgreSQL, Dovecot, and Postfix each run as somebody else
//! when the tests run as root, hence this small one.

use super::process::run;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Files that need not survive are kept in memory where it has so many bytes to spare; a container may be given less.
const MEMORY: &str = "/dev/shm";
const SPARE_LEAST: u64 = 4 * 1024 * 1024 * 1024;

/// A folder of our own under the system's temporary folder or in memory, removed when dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes an empty folder whose name begins with `mainstay-` and `purpose`.
    pub fn new(purpose: &str) -> io::Result<Self> {
        Self::under(&std::env::temp_dir(), purpose)
    }

    /// The same in memory, when there is enough of it: for files that are written often and never needed again.
    pub fn fleeting(purpose: &str) -> io::Result<Self> {
        match memory() {
            Some(memory) => Self::under(memory, purpose),
            None => Self::new(purpose),
        }
    }

    fn under(folder: &Path, purpose: &str) -> io::Result<Self> {
        let path = folder.join(format!("mainstay-{purpose}-{}", unique()));
        std::fs::create_dir(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing can be done about a folder that will not go, and a test must not fail for it.
        std::fs::remove_dir_all(&self.path).ok();
    }
}

/// A folder in memory with room for what tests write, from which programs may be run; none on a machine that has none.
pub fn memory() -> Option<&'static Path> {
    let mounts = std::fs::read_to_string("/proc/mounts").ok()?;
    let options = mounts.lines().find_map(|line| {
        let mut words = line.split(' ').skip(1);
        (words.next() == Some(MEMORY)).then(|| words.nth(1))?
    })?;
    let spare = run(Command::new("df").args(["--block-size=1", "--output=avail", MEMORY])).ok()?;
    let spare: u64 = spare.lines().last()?.trim().parse().ok()?;
    let fits = spare >= SPARE_LEAST && !options.split(',').any(|option| option == "noexec");
    fits.then_some(Path::new(MEMORY))
}

/// A word no other test process and no other call makes: time, process, counter.
pub fn unique() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |passed| passed.as_micros());
    format!(
        "{since:x}_{}_{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    )
}

/// A user of this machine, as in `/etc/passwd`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account's name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// The number of its first group.
    pub gid: u32,
}

impl User {
    /// The user this process acts as.
    pub fn current() -> io::Result<Self> {
        let uid = std::fs::metadata("/proc/self")?.uid();
        find(|user| user.uid == uid)?
            .ok_or_else(|| io::Error::other(format!("user {uid} has no line in /etc/passwd; add one")))
    }

    /// The user with this name.
    pub fn named(name: &str) -> io::Result<Self> {
        find(|user| user.name == name)?.ok_or_else(|| {
            io::Error::other(format!(
                "there is no user {name}; install the package that makes it"
            ))
        })
    }

    /// Whether it may do everything.
    pub fn is_root(&self) -> bool {
        self.uid == 0
    }

    /// The name of its first group.
    pub fn group(&self) -> io::Result<String> {
        let groups = std::fs::read_to_string("/etc/group")?;
        groups
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(_, rest)| rest.split(':').nth(1) == Some(self.gid.to_string().as_str()))
            .map(|(name, _)| name.to_owned())
            .ok_or_else(|| io::Error::other(format!("group {} has no line in /etc/group", self.gid)))
    }

    /// Gives it a file or folder; does nothing when this process may not give anything away.
    pub fn own(&self, path: &Path) -> io::Result<()> {
        if Self::current()?.is_root() {
            chown(path, Some(self.uid), Some(self.gid))
        } else {
            Ok(())
        }
    }
}

fn find(wanted: impl Fn(&User) -> bool) -> io::Result<Option<User>> {
    let passwd = std::fs::read_to_string("/etc/passwd")?;
    Ok(passwd.lines().filter_map(parse_user).find(wanted))
}

fn parse_user(line: &str) -> Option<User> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(User { name, uid, gid })
}

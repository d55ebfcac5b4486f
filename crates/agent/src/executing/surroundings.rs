//! Where the device lies and who we are on it.

use crate::updating::{Origin, Restart};
use protocol::floor::Floor;
use std::path::{Component, Path, PathBuf};

/// What every act is told about the place it runs in.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Our own files lie below it.
    home: PathBuf,
    /// The device lies below it.
    root: PathBuf,
    /// The floor in force: the local file, tightened by what the server asked for.
    pub floor: Floor,
    /// Whether this process is allowed everything on the device.
    pub is_root: bool,
    /// Whether verbs that name a user run in a process of their own. Not with `--one-process`, where they can only name
    /// whoever runs the agent.
    pub has_helpers: bool,
    /// Whether this is a program that somebody started to be helped once: it shows the screen and nothing else.
    pub is_guest: bool,
    /// The server's host and port, for checks of the way to it.
    pub server: Option<(String, u16)>,
    /// For whom it is done.
    pub asker: Asker,
    /// How this process came to run.
    pub origin: Origin,
    /// Whether this process is to be replaced by another program.
    pub restart: Restart,
}

/// For whom something is done, as the grant says.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Asker {
    /// The person's name.
    pub name: String,
    /// What for: `ticket:1042`.
    pub subject: String,
}

impl Surroundings {
    /// This device, with our own files below a folder; `/` when installed, another with `--root`.
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self {
            home: home.into(),
            root: PathBuf::from("/"),
            floor: Floor::default(),
            is_root: crate::processes::is_root(),
            has_helpers: false,
            is_guest: false,
            server: None,
            asker: Asker::default(),
            origin: Origin::default(),
            restart: Restart::default(),
        }
    }

    /// The same place under this floor.
    pub fn with_floor(mut self, floor: Floor) -> Self {
        self.floor = floor;
        self
    }

    /// A made-up device below a folder, for tests.
    pub fn with_device(mut self, root: impl Into<PathBuf>) -> Self {
        self.root = root.into();
        self
    }

    /// The folder below which our own files lie, as `--root` names it.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The folder that stands for the device's `/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether we look at this device itself and not at a folder that stands for one. Programs and system calls are
    /// only asked when it is so.
    pub fn is_real(&self) -> bool {
        self.root == Path::new("/")
    }

    /// A file of the device: `path("/proc/uptime")`. What climbs out (`..`) is left out.
    pub fn path(&self, absolute: impl AsRef<Path>) -> PathBuf {
        below(&self.root, absolute.as_ref())
    }

    /// Settings that people write: the floor and the enrolment document.
    pub fn settings(&self) -> PathBuf {
        below(&self.home, Path::new("/etc/mainstay-agent"))
    }

    /// What the agent keeps: key, act log, spool.
    pub fn state(&self) -> PathBuf {
        below(&self.home, Path::new("/var/lib/mainstay-agent"))
    }
}

fn below(root: &Path, absolute: &Path) -> PathBuf {
    let inside = absolute.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    root.join(inside.collect::<PathBuf>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_root() {
        let here = Surroundings::new("/tmp/home").with_device("/tmp/device");
        assert_eq!(here.path("/etc/passwd"), Path::new("/tmp/device/etc/passwd"));
        assert_eq!(
            here.path("/../../etc/passwd"),
            Path::new("/tmp/device/etc/passwd")
        );
        assert_eq!(here.state(), Path::new("/tmp/home/var/lib/mainstay-agent"));
        assert!(!here.is_real());
        assert!(Surroundings::new("/tmp/home").is_real());
    }
}

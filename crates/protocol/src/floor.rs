//! The floor: what a device allows at all, whatever a grant says.
//!
//! It stands in a file of the device that only its administrator may write. The server may send another one; both are
//! put together by [`Floor::tightened`], which never allows more than either.

use serde::{Deserialize, Serialize};

use crate::hours::{Hours, WeekMinute};
use crate::verb::{Danger, Verb};

/// Where logs lie. Everything else on a disk is a file, and fetching it is a change. A floor's folders narrow this and never
/// widen it: otherwise a server could name `/` and read any file in the name of looking.
const LOG_FOLDERS: [&str; 4] = [
    "/var/log",
    "/Library/Logs",
    "C:\\Windows\\Logs",
    "C:\\ProgramData",
];

/// What a device allows. A field that is absent has the value of [`Floor::default`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Floor {
    /// Whether scripts of the library may run. Off until the device's administrator allows it.
    pub scripts: bool,
    /// Whether single commands may run.
    pub commands: bool,
    /// Whether terminals may be opened.
    pub terminal: bool,
    /// Whether the screen may be shown.
    #[serde(skip_serializing_if = "is_true")]
    pub screen: bool,
    /// Whether it may be shown without asking whoever sits there. The sign is shown all the same.
    #[serde(skip_serializing_if = "is_false")]
    pub screen_unasked: bool,
    /// Whether packages may be brought to other versions, and back.
    #[serde(skip_serializing_if = "is_true")]
    pub packages: bool,
    /// Whether the agent itself may be brought to other versions, and back. What is installed must be signed by keys that no
    /// server holds.
    #[serde(skip_serializing_if = "is_true")]
    pub agent_updates: bool,
    /// Whether files may be put onto the device.
    pub files_put: bool,
    /// Whether one may only look.
    pub view_only: bool,
    /// Whether the person at the device is asked before anything but looking.
    pub always_ask: bool,
    /// When anything may be done at all; absent: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// As whom commands, scripts, and terminals may run; absent: as anybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as: Option<Vec<String>>,
    /// Below which folders files may be read and written, and of the folders of logs, logs read; absent: anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folders: Option<Vec<String>>,
    /// How many terminals and running acts there may be at one time.
    pub sessions_most: u32,
    /// Whether a terminal that cannot be recorded must end.
    pub require_recording: bool,
}

/// Why the floor forbids something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// Not at this hour.
    Hours,
    /// Not on this device.
    Floor,
}

impl Default for Floor {
    /// What counts where nobody wrote a floor: everything but scripts, and screens after asking only.
    fn default() -> Self {
        Self {
            scripts: false,
            screen_unasked: false,
            ..Self::open()
        }
    }
}

impl Floor {
    /// The names of the fields, so that a file with a misspelt one can be refused instead of being read as if it were open.
    pub const FIELDS: [&str; 15] = [
        "scripts",
        "commands",
        "terminal",
        "screen",
        "screen_unasked",
        "packages",
        "agent_updates",
        "files_put",
        "view_only",
        "always_ask",
        "hours",
        "run_as",
        "folders",
        "sessions_most",
        "require_recording",
    ];

    /// Forbids nothing: from here a server begins when it wants to tighten.
    pub fn open() -> Self {
        Self {
            scripts: true,
            commands: true,
            terminal: true,
            screen: true,
            screen_unasked: true,
            packages: true,
            agent_updates: true,
            files_put: true,
            view_only: false,
            always_ask: false,
            hours: None,
            run_as: None,
            folders: None,
            sessions_most: 8,
            require_recording: false,
        }
    }

    /// Forbids all that can be forbidden: what counts when the device's file cannot be read.
    pub fn closed() -> Self {
        Self {
            scripts: false,
            commands: false,
            terminal: false,
            screen: false,
            screen_unasked: false,
            packages: false,
            agent_updates: false,
            files_put: false,
            view_only: true,
            always_ask: true,
            hours: Some(Hours::default()),
            run_as: Some(Vec::new()),
            folders: Some(Vec::new()),
            sessions_most: 0,
            require_recording: true,
        }
    }

    /// Both floors at once: what is allowed is what both allow.
    pub fn tightened(&self, other: &Self) -> Self {
        Self {
            scripts: self.scripts && other.scripts,
            commands: self.commands && other.commands,
            terminal: self.terminal && other.terminal,
            screen: self.screen && other.screen,
            screen_unasked: self.screen_unasked && other.screen_unasked,
            packages: self.packages && other.packages,
            agent_updates: self.agent_updates && other.agent_updates,
            files_put: self.files_put && other.files_put,
            view_only: self.view_only || other.view_only,
            always_ask: self.always_ask || other.always_ask,
            hours: both(&self.hours, &other.hours, Hours::cut),
            run_as: both(&self.run_as, &other.run_as, |one, two| {
                one.iter().filter(|name| two.contains(name)).cloned().collect()
            }),
            folders: both(&self.folders, &other.folders, |one, two| common_folders(one, two)),
            sessions_most: self.sessions_most.min(other.sessions_most),
            require_recording: self.require_recording || other.require_recording,
        }
    }

    /// Whether the verb may be done at this time. Asking the person and counting sessions is the agent's.
    pub fn allows(&self, verb: &Verb, local: WeekMinute) -> Result<(), Forbidden> {
        if self.hours.as_ref().is_some_and(|hours| !hours.hold(local)) {
            return Err(Forbidden::Hours);
        }
        let permitted = match verb {
            Verb::ScriptRun { run_as, .. } => self.scripts && self.allows_user(run_as),
            Verb::CommandRun { run_as, .. } => self.commands && self.allows_user(run_as),
            Verb::Terminal { run_as, .. } => self.terminal && self.allows_user(run_as),
            Verb::Screen { .. } => self.screen,
            // To check and to try out stays looking.
            Verb::Package { .. } => self.packages || verb.danger() == Danger::View,
            Verb::AgentUpdate { .. } => self.agent_updates || verb.danger() == Danger::View,
            Verb::FilePut { path, .. } => self.files_put && self.allows_path(path),
            Verb::FileGet { path, .. } | Verb::FileList { path } => self.allows_path(path),
            Verb::LogRead { path, .. } => self.allows_log(path),
            _ => true,
        };
        let looks = verb.danger() == Danger::View;
        if permitted && (looks || !self.view_only) {
            Ok(())
        } else {
            Err(Forbidden::Floor)
        }
    }

    /// Whether anything may run as this user.
    pub fn allows_user(&self, name: &str) -> bool {
        self.run_as
            .as_ref()
            .is_none_or(|names| names.iter().any(|one| one == name))
    }

    /// Whether a file at this path may be read or written. The agent asks again with the path that links lead to.
    pub fn allows_path(&self, path: &str) -> bool {
        self.folders
            .as_ref()
            .is_none_or(|folders| folders.iter().any(|folder| is_below(path, folder)))
    }

    /// Whether a log at this path may be read. The agent asks again with the path that links lead to.
    pub fn allows_log(&self, path: &str) -> bool {
        LOG_FOLDERS.iter().any(|folder| is_below(path, folder)) && self.allows_path(path)
    }
}

/// Fields that came later are left out where they hold what older sides assume.
const fn is_true(value: &bool) -> bool {
    *value
}

const fn is_false(value: &bool) -> bool {
    !*value
}

/// Two limits at once, where an absent one does not limit.
fn both<T: Clone>(one: &Option<T>, two: &Option<T>, join: impl Fn(&T, &T) -> T) -> Option<T> {
    match (one, two) {
        (Some(one), Some(two)) => Some(join(one, two)),
        (Some(only), None) | (None, Some(only)) => Some(only.clone()),
        (None, None) => None,
    }
}

/// The folders that lie below one of both lists.
fn common_folders(one: &[String], two: &[String]) -> Vec<String> {
    let deep = |from: &[String], within: &[String]| {
        let below = from
            .iter()
            .filter(|folder| within.iter().any(|outer| is_below(folder, outer)));
        below.cloned().collect::<Vec<String>>()
    };
    let mut common = deep(one, two);
    common.extend(deep(two, one));
    common.sort_unstable();
    common.dedup();
    common
}

/// Whether a path is the folder or lies below it, part by part; a path that climbs lies nowhere.
pub fn is_below(path: &str, folder: &str) -> bool {
    let (Some(path), Some(folder)) = (parts(path), parts(folder)) else {
        return false;
    };
    path.len() >= folder.len() && path.iter().zip(&folder).all(|(one, two)| one == two)
}

/// The parts of an absolute path, the drive first where there is one. Windows does not tell letters apart by case.
fn parts(path: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let windows = !path.starts_with('/');
    if windows && !crate::verb::has_drive(path) {
        return None;
    }
    for part in path.split(|sign| sign == '/' || (windows && sign == '\\')) {
        match part {
            "" | "." => {}
            ".." => return None,
            // Windows leaves out points and blanks at the end of a name, so "a. " is "a" there and ".. " climbs.
            _ if windows => match part.trim_end_matches(['.', ' ']) {
                "" => return None,
                name => parts.push(name.to_lowercase()),
            },
            _ => parts.push(part.to_owned()),
        }
    }
    Some(parts)
}

//! Whose desktop there is on this device: X displays, by the environments of the programs that run on them.
//!
//! Each program keeps the environment that it was started with below `/proc`, readable to its own user and to root; so the display,
//! and the file that lets into it, are found without asking any session manager.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use screen::Place;

/// Users below this number are the system's: the one of a sign-in screen, for example.
const FIRST_PERSON: u32 = 1000;

/// A desktop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desktop {
    /// Whose it is, by number.
    pub user: u32,
    /// The display: `:0`.
    pub display: String,
    /// The file that lets into it.
    pub authority: Option<PathBuf>,
    /// Its language: `zh_CN.UTF-8`.
    pub language: String,
}

/// Why there is no desktop to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nobody is signed in at a screen.
    #[error("nobody is signed in at a screen of this device")]
    NoDesktop,
    /// There is one that shows itself to nobody.
    #[error("the desktop of this device is Wayland's, which cannot be shown yet; sign in to an X11 session")]
    Wayland,
}

impl Trouble {
    /// The code in an outcome.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoDesktop => "no_desktop",
            Self::Wayland => "wayland",
        }
    }
}

impl Desktop {
    /// Where the crate `screen` finds it.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            display: self.display.clone(),
            authority: self.authority.clone(),
            language: self.language.clone(),
        }
    }
}

/// The desktop of whoever this process runs as.
///
/// # Errors
/// When there is none.
#[cfg(target_os = "linux")]
pub fn own() -> Result<Desktop, Trouble> {
    let user = rustix::process::geteuid().as_raw();
    if let Some(desktop) = named_here(user) {
        return Ok(desktop);
    }
    // Anybody can have root run a program with an environment of their choosing: `su` that waits for a password is one.
    pick(programs(Path::new("/proc")), |one| one == user && user != 0)
}

/// The one that an administrator set for the agent itself.
#[cfg(target_os = "linux")]
fn named_here(user: u32) -> Option<Desktop> {
    of(user, &std::env::vars().collect())
}

/// The desktop of the person who sits here, whoever that is; for root only.
///
/// # Errors
/// When there is none.
#[cfg(target_os = "linux")]
pub fn anybodys() -> Result<Desktop, Trouble> {
    if let Some(desktop) = named_here(rustix::process::geteuid().as_raw()) {
        return Ok(desktop);
    }
    pick(programs(Path::new("/proc")), |user| user >= FIRST_PERSON)
}

/// Not yet run there: other systems show no screen.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn own() -> Result<Desktop, Trouble> {
    Err(Trouble::NoDesktop)
}

/// Not yet run there: other systems show no screen.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn anybodys() -> Result<Desktop, Trouble> {
    Err(Trouble::NoDesktop)
}

type Environment = BTreeMap<String, String>;

/// The desktop on which most programs run, of those whose user fits.
fn pick(programs: Vec<(u32, Environment)>, fits: impl Fn(u32) -> bool) -> Result<Desktop, Trouble> {
    let mut found: Vec<(Desktop, usize)> = Vec::new();
    let mut on_wayland = BTreeSet::new();
    for (user, environment) in programs.iter().filter(|(user, _)| fits(*user)) {
        if environment.contains_key("WAYLAND_DISPLAY") {
            on_wayland.insert(*user);
        }
        let Some(desktop) = of(*user, environment) else {
            continue;
        };
        let same = found
            .iter_mut()
            .find(|(one, _)| one.user == desktop.user && one.display == desktop.display);
        match same {
            Some((one, count)) => {
                *count += 1;
                one.authority = one.authority.take().or(desktop.authority);
            }
            None => found.push((desktop, 1)),
        }
    }
    found.sort_by(|(one, few), (two, many)| many.cmp(few).then_with(|| one.display.cmp(&two.display)));
    match found.into_iter().next() {
        Some((desktop, _)) if !on_wayland.contains(&desktop.user) => Ok(desktop),
        None if on_wayland.is_empty() => Err(Trouble::NoDesktop),
        _ => Err(Trouble::Wayland),
    }
}

/// The desktop that an environment names; none for one of another machine.
fn of(user: u32, environment: &Environment) -> Option<Desktop> {
    let display = environment
        .get("DISPLAY")
        .filter(|display| display.starts_with(':'))?;
    let language = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| environment.get(*name).filter(|value| !value.is_empty()));
    Some(Desktop {
        user,
        display: display.clone(),
        authority: environment.get("XAUTHORITY").map(PathBuf::from),
        language: language.cloned().unwrap_or_default(),
    })
}

/// Users and environments of the programs that may be looked at.
#[cfg(target_os = "linux")]
fn programs(proc: &Path) -> Vec<(u32, Environment)> {
    use std::os::unix::fs::MetadataExt as _;
    let Ok(entries) = std::fs::read_dir(proc) else {
        return Vec::new();
    };
    let numbered = entries.flatten().filter(|entry| {
        let name = entry.file_name();
        name.as_encoded_bytes().iter().all(u8::is_ascii_digit)
    });
    let read = numbered.filter_map(|entry| {
        let user = entry.metadata().ok()?.uid();
        let text = std::fs::read(entry.path().join("environ")).ok()?;
        Some((user, environment(&text)))
    });
    read.collect()
}

fn environment(text: &[u8]) -> Environment {
    let variables = text.split(|byte| *byte == 0).filter_map(|one| {
        let (name, value) = std::str::from_utf8(one).ok()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    variables.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(user: u32, text: &str) -> (u32, Environment) {
        (user, environment(text.replace(' ', "\0").as_bytes()))
    }

    #[test]
    fn the_desktop_is_where_most_programs_of_a_person_run() {
        let programs = vec![
            program(0, "DISPLAY=:9 LANG=C"),
            program(116, "DISPLAY=:0 XAUTHORITY=/run/gdm/x"),
            program(1000, "DISPLAY=:1 LANG=zh_CN.UTF-8"),
            program(1000, "DISPLAY=:1 XAUTHORITY=/run/user/1000/xauth"),
            program(1001, "DISPLAY=:2"),
            program(1001, "DISPLAY=desk:10.0"),
        ];
        let found = pick(programs, |user| user >= FIRST_PERSON).unwrap();
        assert_eq!((found.user, found.display.as_str()), (1000, ":1"));
        assert_eq!(found.language, "zh_CN.UTF-8");
        assert_eq!(found.authority, Some(PathBuf::from("/run/user/1000/xauth")));
    }

    #[test]
    fn without_a_desktop_there_is_a_reason() {
        let server = vec![program(1000, "PATH=/bin TERM=xterm")];
        assert_eq!(pick(server, |_| true), Err(Trouble::NoDesktop));
        let mut other = vec![program(1000, "DISPLAY=:0 WAYLAND_DISPLAY=wayland-0")];
        assert_eq!(pick(other.clone(), |_| true), Err(Trouble::Wayland));
        // Another person's Wayland is no reason for those who work on X11.
        other.extend([program(1001, "DISPLAY=:1"), program(1001, "DISPLAY=:1")]);
        assert_eq!(pick(other, |_| true).unwrap().user, 1001);
    }
}

//! Opening what a path names, and nothing else: inside the floor's folders, no matter which links lie on the way.
//!
//! The path is resolved first and the result is held against the floor; then it is opened part by part from the root
//! without following any link. So what is open is exactly what was judged, even if somebody exchanges a folder for a link
//! in between. Pipes, devices, and sockets are found out before they are opened for reading: opening alone can hang or act.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::failure::Failure;
use crate::executing::Surroundings;

/// By which rule of the floor a path is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Files and folders.
    Files,
    /// Logs, which may be read where files may not.
    Logs,
}

/// Something that was found and judged, and is held without being open for reading yet.
#[derive(Debug)]
pub struct Held {
    handle: OwnedFd,
    /// What it is.
    pub stat: Stat,
    /// Where it really lies, as the device names it.
    pub path: String,
}

/// Finds what lies at `path`; links are resolved, and where they lead must be allowed too.
pub fn find(surroundings: &Surroundings, path: &str, rule: Rule) -> Result<Held, Failure> {
    judge(surroundings, path, rule)?;
    let root = surroundings
        .root()
        .canonicalize()
        .map_err(|error| Failure::io("the root", &error))?;
    let real = surroundings
        .path(path)
        .canonicalize()
        .map_err(|error| Failure::io(path, &error))?;
    if is_our_own(surroundings, &real) {
        return Err(outside(path));
    }
    let inside = real.strip_prefix(&root).map_err(|_| outside(path))?;
    let named = Path::new("/").join(inside);
    let named = named
        .to_str()
        .ok_or_else(|| Failure::new("not_text", format!("the name of {path} is no text")))?;
    judge(surroundings, named, rule)?;
    let handle = walk(&root, inside).map_err(|error| refused(path, error))?;
    let stat = rustix::fs::fstat(&handle).map_err(|error| refused(path, error))?;
    Ok(Held {
        handle,
        stat,
        path: named.to_owned(),
    })
}

/// The folder that a new file would lie in, and the file's name.
pub fn find_parent(surroundings: &Surroundings, path: &str) -> Result<(Held, String), Failure> {
    judge(surroundings, path, Rule::Files)?;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name.is_empty() || name == "." || name == ".." || name.len() > 255 || name.contains('\0') {
        return Err(Failure::new("path", format!("{path} names no file")));
    }
    let held = find_folder_for(surroundings, if folder.is_empty() { "/" } else { folder })?;
    // The folder was allowed by itself or as the way to the file; the file where it will really lie must be too.
    judge(
        surroundings,
        &format!("{}/{name}", held.path.trim_end_matches('/')),
        Rule::Files,
    )?;
    Ok((held, name.to_owned()))
}

fn find_folder_for(surroundings: &Surroundings, folder: &str) -> Result<Held, Failure> {
    let held = find(surroundings, folder, Rule::Files)?;
    if held.kind() == FileType::Directory {
        Ok(held)
    } else {
        Err(Failure::new("not_a_folder", folder))
    }
}

fn judge(surroundings: &Surroundings, path: &str, rule: Rule) -> Result<(), Failure> {
    let climbs = Path::new(path)
        .components()
        .any(|part| matches!(part, Component::ParentDir));
    if !path.starts_with('/') || climbs || path.contains('\0') {
        return Err(Failure::new("path", format!("{path} is no absolute path")));
    }
    let allowed = match rule {
        Rule::Files => surroundings.floor.allows_path(path),
        Rule::Logs => surroundings.floor.allows_log(path),
    };
    if allowed { Ok(()) } else { Err(outside(path)) }
}

/// Whether it is the agent's own: the floor would be no limit if it could be written over from afar, and whoever reads the key can
/// say to be this device.
fn is_our_own(surroundings: &Surroundings, real: &Path) -> bool {
    [surroundings.settings(), surroundings.state()]
        .iter()
        .any(|own| real.starts_with(own.canonicalize().as_deref().unwrap_or(own)))
}

fn outside(path: &str) -> Failure {
    Failure::new(
        "outside",
        format!("{path} lies outside of the folders that this device allows"),
    )
}

fn refused(path: &str, error: Errno) -> Failure {
    // A link where a moment ago there was none.
    if error == Errno::LOOP || error == Errno::NOTDIR {
        return Failure::new("changed", format!("{path} changed while it was opened"));
    }
    Failure::io(path, &error.into())
}

/// Goes down from the root, each part by itself and none of them a link.
fn walk(root: &Path, inside: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut here = rustix::fs::open(root, flags, Mode::empty())?;
    for part in inside.components() {
        let Component::Normal(name) = part else {
            return Err(Errno::INVAL);
        };
        here = rustix::fs::openat(&here, name, flags, Mode::empty())?;
        // Holding a link by itself is possible; it is what must not be.
        if FileType::from_raw_mode(rustix::fs::fstat(&here)?.st_mode) == FileType::Symlink {
            return Err(Errno::LOOP);
        }
    }
    Ok(here)
}

impl Held {
    /// What kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> FileType {
        FileType::from_raw_mode(self.stat.st_mode)
    }

    /// The file, open for reading. Anything but a plain file is refused.
    pub fn read(&self) -> Result<File, Failure> {
        match self.kind() {
            FileType::RegularFile => {}
            FileType::Directory => return Err(Failure::new("is_a_folder", self.path.as_str())),
            _ => {
                return Err(Failure::new(
                    "special",
                    format!("{} is a pipe, a device, or a socket", self.path),
                ));
            }
        }
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(self.again(flags)?))
    }

    /// The folder, open for listing and for making files in it.
    pub fn folder(&self) -> Result<OwnedFd, Failure> {
        if self.kind() != FileType::Directory {
            return Err(Failure::new("not_a_folder", self.path.as_str()));
        }
        self.again(OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC)
    }

    /// Opens the very thing that is held, not what its name means by now.
    fn again(&self, flags: OFlags) -> Result<OwnedFd, Failure> {
        let number = std::os::fd::AsRawFd::as_raw_fd(&self.handle);
        let path = PathBuf::from(format!("/proc/self/fd/{number}"));
        rustix::fs::open(&path, flags, Mode::empty()).map_err(|error| Failure::io(&self.path, &error.into()))
    }
}

/// What a name in an open folder is, without following it.
#[must_use]
pub fn stat_in(folder: &impl AsFd, name: &OsStr) -> Option<Stat> {
    rustix::fs::statat(folder, name.as_bytes(), AtFlags::SYMLINK_NOFOLLOW).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::floor::Floor;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn device() -> (tempfile::TempDir, Surroundings) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("srv/open/deep")).unwrap();
        fs::create_dir_all(folder.path().join("etc")).unwrap();
        fs::write(folder.path().join("etc/shadow"), "secret").unwrap();
        fs::write(folder.path().join("srv/open/deep/file"), "hello").unwrap();
        let floor = Floor {
            folders: Some(vec!["/srv/open".to_owned()]),
            ..Floor::default()
        };
        let surroundings = Surroundings::new("/")
            .with_device(folder.path())
            .with_floor(floor);
        (folder, surroundings)
    }

    fn code(surroundings: &Surroundings, path: &str) -> &'static str {
        match find(surroundings, path, Rule::Files) {
            Ok(_) => "found",
            Err(failure) => failure.code,
        }
    }

    #[test]
    fn what_lies_inside_is_found_and_what_climbs_is_not() {
        let (_folder, here) = device();
        assert_eq!(code(&here, "/srv/open/deep/file"), "found");
        assert_eq!(code(&here, "/srv/open/../../etc/shadow"), "path");
        assert_eq!(code(&here, "srv/open/deep/file"), "path");
        assert_eq!(code(&here, "/etc/shadow"), "outside");
        assert_eq!(code(&here, "/srv/openly"), "outside");
        assert_eq!(code(&here, "/srv/open/none"), "not_found");
        assert_eq!(code(&here, "/srv/open/a\0b"), "path");
    }

    #[test]
    fn no_link_leads_outside() {
        let (folder, here) = device();
        let open = folder.path().join("srv/open");
        symlink("../../etc/shadow", open.join("one")).unwrap();
        symlink("/etc/passwd", open.join("two")).unwrap();
        symlink("../../etc", open.join("three")).unwrap();
        symlink("deep", open.join("four")).unwrap();
        symlink("/proc/self/root/etc/passwd", open.join("five")).unwrap();
        for path in [
            "/srv/open/one",
            "/srv/open/two",
            "/srv/open/three/shadow",
            "/srv/open/five",
        ] {
            assert_eq!(code(&here, path), "outside", "{path}");
        }
        assert_eq!(code(&here, "/srv/open/four/file"), "found");
        let made = find_parent(&here, "/srv/open/three/new");
        assert_eq!(made.unwrap_err().code, "outside");
    }

    #[test]
    fn neither_the_floor_nor_the_key_is_reached_from_afar() {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("etc/mainstay-agent");
        fs::create_dir_all(&settings).unwrap();
        fs::create_dir_all(folder.path().join("var/lib/mainstay-agent")).unwrap();
        fs::write(settings.join("floor.toml"), "scripts = false").unwrap();
        fs::write(folder.path().join("var/lib/mainstay-agent/key"), "secret").unwrap();
        symlink("mainstay-agent", folder.path().join("etc/aside")).unwrap();
        let here = Surroundings::new(folder.path())
            .with_device(folder.path())
            .with_floor(Floor::open());
        for path in [
            "/etc/mainstay-agent",
            "/etc/mainstay-agent/floor.toml",
            "/etc/aside/floor.toml",
            "/etc/./mainstay-agent//floor.toml",
            "/var/lib/mainstay-agent/key",
        ] {
            assert_eq!(code(&here, path), "outside", "{path}");
        }
        for path in [
            "/etc/mainstay-agent/floor.toml",
            "/etc/aside/floor.toml",
            "/etc/aside/new",
        ] {
            assert_eq!(find_parent(&here, path).unwrap_err().code, "outside", "{path}");
        }
        assert_eq!(code(&here, "/etc"), "found");
    }

    #[test]
    fn a_pipe_is_held_but_never_opened() {
        let (folder, here) = device();
        let pipe = folder.path().join("srv/open/pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        let held = find(&here, "/srv/open/pipe", Rule::Files).unwrap();
        assert_eq!(held.read().unwrap_err().code, "special");
    }

    #[test]
    fn a_walk_stops_at_a_link_that_came_in_between() {
        let (folder, _here) = device();
        symlink("/etc", folder.path().join("srv/open/late")).unwrap();
        let root = folder.path().canonicalize().unwrap();
        assert_eq!(
            walk(&root, Path::new("srv/open/late/passwd")).unwrap_err(),
            Errno::LOOP
        );
        assert!(walk(&root, Path::new("srv/open/deep/file")).is_ok());
    }
}

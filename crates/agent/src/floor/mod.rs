//! The floor file: what this device allows at all, written by its administrator as TOML.
//!
//! It is read anew before every order, so a change counts at once. When the agent runs as root, a file that somebody else
//! owns or that others may write is refused, and so is one with a field that is not known: a misspelt limit would not
//! limit. Where the file is refused nothing is allowed until it is mended; where there is none, the defaults count.

use protocol::floor::Floor;
use std::io;
use std::path::Path;

/// The largest honest floor file.
const MOST: u64 = 64 * 1024;

/// Why the file does not count.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("cannot read {0}: {1}")]
    Unreadable(String, io::Error),
    #[error("{0} must be owned by root, and only root may write it")]
    Owner(String),
    #[error("{0} is too large")]
    Large(String),
    #[error("{0} has a field that is not known: {1}")]
    Field(String, String),
    #[error("{0} cannot be understood: {1}")]
    Text(String, String),
}

/// The floor of this device.
pub fn load(settings: &Path) -> Result<Floor, Refused> {
    let path = settings.join("floor.toml");
    let name = path.display().to_string();
    let kind = match std::fs::symlink_metadata(&path) {
        Ok(kind) => kind,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Floor::default()),
        Err(error) => return Err(Refused::Unreadable(name, error)),
    };
    if kind.len() > MOST {
        return Err(Refused::Large(name));
    }
    if crate::processes::is_root() && !(is_roots(&path) && is_roots(settings)) {
        return Err(Refused::Owner(name));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| Refused::Unreadable(name.clone(), error))?;
    read(&name, &text)
}

/// What a guest allows, whatever anybody says: the screen, after asking, one at a time.
pub fn of_guest() -> Floor {
    Floor {
        screen: true,
        view_only: false,
        hours: None,
        sessions_most: 1,
        ..Floor::closed()
    }
}

fn read(name: &str, text: &str) -> Result<Floor, Refused> {
    let wrong = |error: toml::de::Error| Refused::Text(name.to_owned(), error.message().to_owned());
    let table: toml::Table = toml::from_str(text).map_err(wrong)?;
    if let Some(field) = table.keys().find(|key| !Floor::FIELDS.contains(&key.as_str())) {
        return Err(Refused::Field(name.to_owned(), field.clone()));
    }
    table.try_into().map_err(wrong)
}

#[cfg(unix)]
fn is_roots(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    // A link's own owner says nothing about the file, so links are refused with the rest.
    std::fs::symlink_metadata(path)
        .is_ok_and(|is| is.uid() == 0 && is.mode() & 0o022 == 0 && !is.file_type().is_symlink())
}

/// Elsewhere the installer sets the rights of the folder; this is not yet checked there.
#[cfg(not(unix))]
fn is_roots(_path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_is_read_and_a_misspelt_limit_is_refused() {
        let floor = read(
            "floor.toml",
            "view_only = true\nhours = [\"mon-fri 08:00-18:00\"]\n",
        )
        .unwrap();
        assert!(floor.view_only && floor.hours.is_some() && !floor.scripts);
        assert!(matches!(
            read("floor.toml", "view_onyl = true"),
            Err(Refused::Field(..))
        ));
        assert!(matches!(
            read("floor.toml", "view_only = 3"),
            Err(Refused::Text(..))
        ));
    }

    #[test]
    fn no_server_can_widen_what_a_guest_allows() {
        let floor = of_guest().tightened(&Floor::open());
        assert_eq!(floor, of_guest());
        assert!(floor.screen && floor.always_ask && !floor.screen_unasked);
        assert!(!floor.scripts && !floor.commands && !floor.terminal && !floor.packages && !floor.files_put);
        assert_eq!(floor.sessions_most, 1);
    }

    #[test]
    fn without_a_file_the_defaults_count() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()).unwrap(), Floor::default());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_write_is_refused_when_we_are_root() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("floor.toml");
        std::fs::write(&path, "scripts = true\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
        let refused = matches!(load(folder.path()), Err(Refused::Owner(_)));
        assert_eq!(refused, crate::processes::is_root());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(load(folder.path()).unwrap().scripts);
    }
}

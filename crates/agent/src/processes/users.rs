//! Users of the device, by name, as the system knows them: `getent` asks every source that it is set up with.

use std::path::PathBuf;
use std::process::Command;

/// A user of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub id: u32,
    pub group: u32,
    pub home: PathBuf,
    pub shell: PathBuf,
}

/// The user of this name.
pub fn find(name: &str) -> Option<User> {
    // A number would be looked up as an id, and an option would be one.
    let fits = !name.is_empty() && !name.starts_with('-') && name.parse::<u64>().is_err();
    if !fits || name.contains([':', '\n', '\0']) {
        return None;
    }
    look_up(name).filter(|user| user.name == name)
}

/// Who runs this process.
pub fn ourselves() -> Option<User> {
    let id = rustix::process::geteuid().as_raw();
    look_up(&id.to_string()).filter(|user| user.id == id)
}

/// The user of this number.
pub fn by_number(number: u32) -> Option<User> {
    look_up(&number.to_string()).filter(|user| user.id == number)
}

fn look_up(key: &str) -> Option<User> {
    let asked = Command::new("getent").args(["passwd", key]).output();
    let text = match asked {
        Ok(output) => String::from_utf8(output.stdout).ok()?,
        // Small systems do without it; they have no other source than the file either.
        Err(_) => std::fs::read_to_string("/etc/passwd").ok()?,
    };
    text.lines()
        .filter_map(read)
        .find(|user| user.name == key || user.id.to_string() == key)
}

fn read(line: &str) -> Option<User> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let id = fields.nth(1)?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let home = PathBuf::from(fields.nth(1)?);
    let shell = PathBuf::from(fields.next()?);
    Some(User {
        name,
        id,
        group,
        home,
        shell,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_name_and_by_nothing_else() {
        let me = ourselves().unwrap();
        assert_eq!(find(&me.name), Some(me.clone()));
        assert_eq!(find(&me.id.to_string()), None);
        assert_eq!(find("-h"), None);
        assert_eq!(find("nobody at all"), None);
    }

    #[test]
    fn a_line_is_read() {
        let user = read("wang:x:1000:1001:Wang,,,:/srv/wang:/bin/zsh").unwrap();
        assert_eq!((user.id, user.group), (1000, 1001));
        assert_eq!(user.home, PathBuf::from("/srv/wang"));
        assert_eq!(user.shell, PathBuf::from("/bin/zsh"));
    }
}

//! Which program a terminal runs, for whom, and in what environment: that of a fresh sign-in, with nothing of ours in it.

use crate::executing::Surroundings;
use portable_pty::CommandBuilder;

/// A login shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shell {
    pub user: String,
    pub home: String,
    pub program: String,
    is_root: bool,
}

impl Shell {
    /// The shell of whoever this process runs as. The error says why there is none.
    #[cfg(unix)]
    pub fn of_this_user(surroundings: &Surroundings) -> Result<Self, String> {
        use std::os::unix::fs::MetadataExt as _;
        let uid = std::fs::metadata("/proc/self")
            .map_err(|error| format!("who we are cannot be read: {error}"))?
            .uid();
        let listed = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let shell = match Self::listed(&listed, uid) {
            Some(shell) => shell,
            None => Self::asked(uid).ok_or_else(|| format!("user {uid} is not known here"))?,
        };
        if shell.program.ends_with("/nologin") || shell.program.ends_with("/false") {
            return Err(format!("{} may not sign in ({})", shell.user, shell.program));
        }
        Ok(Self {
            is_root: surroundings.is_root,
            ..shell
        })
    }

    /// The shell of whoever this process runs as. The error says why there is none.
    #[cfg(windows)]
    pub fn of_this_user(surroundings: &Surroundings) -> Result<Self, String> {
        let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
        Ok(Self {
            user: variable("USERNAME")?,
            home: variable("USERPROFILE")?,
            program: "powershell.exe".to_owned(),
            is_root: surroundings.is_root,
        })
    }

    /// Users of a directory service are not in the file; the system's own program knows them.
    #[cfg(unix)]
    fn asked(uid: u32) -> Option<Self> {
        let output = std::process::Command::new("getent")
            .args(["passwd", &uid.to_string()])
            .output()
            .ok()?;
        Self::listed(&String::from_utf8_lossy(&output.stdout), uid)
    }

    /// The line of a user in a list like `/etc/passwd`.
    #[cfg(unix)]
    fn listed(list: &str, uid: u32) -> Option<Self> {
        list.lines().find_map(|line| {
            let parts: Vec<&str> = line.split(':').collect();
            let [user, _, id, _, _, home, program] = parts.as_slice() else {
                return None;
            };
            let program = if program.is_empty() { "/bin/sh" } else { program };
            (id.parse() == Ok(uid)).then(|| Self {
                user: (*user).to_owned(),
                home: (*home).to_owned(),
                program: program.to_owned(),
                is_root: false,
            })
        })
    }

    /// How it is started.
    pub fn command(&self) -> CommandBuilder {
        let mut command = CommandBuilder::new(&self.program);
        if cfg!(windows) {
            return command;
        }
        command.arg("-l");
        command.env_clear();
        let path = if self.is_root {
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        } else {
            "/usr/local/bin:/usr/bin:/bin"
        };
        let language = std::env::var("LANG").unwrap_or_else(|_| "C.UTF-8".to_owned());
        let variables = [
            ("HOME", self.home.as_str()),
            ("USER", &self.user),
            ("LOGNAME", &self.user),
            ("SHELL", &self.program),
            ("PATH", path),
            ("TERM", "xterm-256color"),
            ("LANG", &language),
        ];
        for (name, value) in variables {
            command.env(name, value);
        }
        let home = std::path::Path::new(&self.home);
        command.cwd(if home.is_dir() { &self.home } else { "/" });
        command
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_a_shell_means_the_plain_one() {
        let list = "root:x:0:0:root:/root:/bin/bash\nsvc:x:990:990::/var/svc:\nbroken\n";
        assert_eq!(Shell::listed(list, 990).unwrap().program, "/bin/sh");
        assert_eq!(Shell::listed(list, 0).unwrap().home, "/root");
        assert_eq!(Shell::listed(list, 1), None);
    }

    #[test]
    fn nothing_of_ours_is_in_the_environment() {
        let shell = Shell::listed("a:x:5:5::/nowhere:/bin/sh", 5).unwrap();
        let command = shell.command();
        let mut names: Vec<_> = command.iter_full_env_as_str().map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            ["HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "USER"]
        );
        assert_eq!(command.get_cwd().unwrap(), "/");
    }
}

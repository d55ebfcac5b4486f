//! Running a program of the system for what it prints: no shell, a fixed environment, an end in time, a cap on the output.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Most bytes that are kept of what a program prints.
pub const OUTPUT_MOST: usize = 8 * 1024 * 1024;

/// Where programs are looked for. The caller's own search path is not asked: it may be anybody's.
const FOLDERS: [&str; 6] = [
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
];

/// What a program left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it complained of.
    pub err: String,
}

/// Why there is nothing to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nothing of that name is installed.
    #[error("not installed")]
    Absent,
    /// The system would not start it.
    #[error("could not be started")]
    NotStarted,
    /// It was ended because its time was up.
    #[error("took too long and was ended")]
    TooSlow,
}

/// The full path of a program, when it is installed.
#[must_use]
pub fn find(name: &str) -> Option<PathBuf> {
    FOLDERS
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.is_file())
}

/// Runs a program and waits for it, at most `within`; then its whole group is ended.
pub fn run(name: &str, arguments: &[&str], within: Duration, most: usize) -> Result<Ran, Failure> {
    let path = find(name).ok_or(Failure::Absent)?;
    let mut child = Command::new(path)
        .args(arguments)
        .env_clear()
        .env("PATH", FOLDERS.join(":"))
        .env("LC_ALL", "C.UTF-8")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|_| Failure::NotStarted)?;
    let out = reading(child.stdout.take(), most);
    let err = reading(child.stderr.take(), 64 * 1024);
    let until = Instant::now() + within;
    let code = ending(&mut child, until);
    if code.is_none() {
        end_group(&child);
        let _ = child.wait();
    }
    // A grandchild may hold the pipe open after its parent is gone.
    let patience = Duration::from_millis(500);
    let out = out.recv_timeout(patience).unwrap_or_default();
    let err = err.recv_timeout(patience).unwrap_or_default();
    match code {
        None => Err(Failure::TooSlow),
        Some(code) => Ok(Ran { code, out, err }),
    }
}

fn reading(pipe: Option<impl Read + Send + 'static>, most: usize) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let Some(mut pipe) = pipe else { return };
        let mut bytes = Vec::new();
        let _ = pipe.by_ref().take(most as u64).read_to_end(&mut bytes);
        // The rest is read and thrown away, or the program would block on a full pipe.
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// Waits for the end; none when the time was up.
fn ending(child: &mut Child, until: Instant) -> Option<Option<i32>> {
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.code()),
            Ok(None) if Instant::now() < until => thread::sleep(pause),
            Ok(None) | Err(_) => return None,
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

fn end_group(child: &Child) {
    let group = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_ended_in_time() {
        let began = Instant::now();
        let answer = run(
            "sh",
            &["-c", "sleep 30 & sleep 30"],
            Duration::from_millis(200),
            100,
        );
        assert_eq!(answer, Err(Failure::TooSlow));
        assert!(began.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn output_is_cut_and_the_program_still_ends() {
        let ran = run(
            "sh",
            &["-c", "head -c 300000 /dev/zero | tr '\\0' x; exit 3"],
            Duration::from_secs(10),
            100,
        )
        .unwrap();
        assert_eq!((ran.code, ran.out.len()), (Some(3), 100));
    }

    #[test]
    fn what_is_not_installed_says_so() {
        assert_eq!(
            run("no-such-program", &[], Duration::from_secs(1), 1),
            Err(Failure::Absent)
        );
    }
}

//! Running other programs: where, with what said first, and what their failure looks like.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What a task gives: nothing, or a sentence that says what to do.
pub type Result<T = ()> = std::result::Result<T, String>;

/// The top folder of this repository.
pub fn root() -> PathBuf {
    // Cargo tells a running program where its package lies; the folder above is ours.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    package
        .and_then(|package| package.parent().map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from("."))
}

/// The search path of the programs we start, once something was put in front of ours.
static PATH: OnceLock<OsString> = OnceLock::new();

/// Puts a folder in front of the search path of every program started from here on; works once.
pub fn prefer(folder: &Path) {
    let ours = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&ours));
    if let Ok(path) = std::env::join_paths(folders) {
        PATH.get_or_init(|| path);
    }
}

/// A command in the top folder.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    if let Some(path) = PATH.get() {
        command.env("PATH", path);
    }
    command
}

/// A cargo command in the top folder, by the cargo that runs us.
pub fn cargo() -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo told us about ourselves would make the crates we build think they were xtask.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            cargo.env_remove(name);
        }
    }
    if std::env::var_os("CARGO_INCREMENTAL").is_none() {
        // Who works on the code calls cargo by itself; a task that builds once gains nothing from the files that make the second
        // build quick, and they fill a disk.
        cargo.env("CARGO_INCREMENTAL", "0");
    }
    cargo
}

/// Says a command line, runs it with our output, and demands success.
pub fn run(command: &mut Command) -> Result {
    println!("   $ {}", spelled(command));
    let status = command
        .status()
        .map_err(|error| could_not_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` ended with {status}", spelled(command)))
    }
}

/// Runs a command quietly and gives its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| could_not_start(command, &error))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`{}` ended with {}: {}",
            spelled(command),
            output.status,
            complaint.trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Says a command line, runs it, shows every line as it comes, and gives all lines and whether it succeeded.
///
/// Both streams are read, because runners of tests disagree about where their summary belongs.
pub fn watch(command: &mut Command) -> Result<(String, bool)> {
    println!("   $ {}", spelled(command));
    let spawned = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = spawned.map_err(|error| could_not_start(command, &error))?;
    let (output, complaints) = (child.stdout.take(), child.stderr.take());
    let (said, complained) = std::thread::scope(|scope| {
        let reader = scope.spawn(move || output.map(|stream| copy(stream, std::io::stdout())));
        let complained = complaints.map(|stream| copy(stream, std::io::stderr()));
        (
            reader.join().ok().flatten().unwrap_or_default(),
            complained.unwrap_or_default(),
        )
    });
    let status = child.wait().map_err(|error| could_not_start(command, &error))?;
    Ok((said + &complained, status.success()))
}

fn copy(from: impl Read, mut to: impl Write) -> String {
    let mut all = String::new();
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // A closed terminal is no reason to lose the result.
        to.write_all(&line).and_then(|()| to.flush()).ok();
        all.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    all
}

/// Where a program lies on the search path, or in the folders that only root's path names.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

fn spelled(command: &Command) -> String {
    let name = PathBuf::from(command.get_program());
    let name = name
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned();
    let words = command
        .get_args()
        .map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name).chain(words).collect::<Vec<_>>().join(" ")
}

fn could_not_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot run `{}`: {error}", spelled(command))
}

//! The frontend: packages by the lock file, then the bundle that `crates/web` embeds.
//!
//! Both are done only when their sources changed: a bundle written anew makes cargo compile every crate that embeds it.

use crate::machine;
use crate::shell::{self, Result, command, root};
use std::path::Path;
use std::time::SystemTime;

/// The task: what the machine lacks, packages, bundle.
pub fn run() -> Result {
    machine::prepare_for_building()?;
    build()
}

/// Makes the bundle current.
pub fn build() -> Result {
    let frontend = root().join("frontend");
    let changed = install(&frontend)?;
    let bundle = modified(&frontend.join("dist/manifest.json"));
    if !changed && bundle > newest_source(&frontend) {
        println!("   the bundle is current");
        return Ok(());
    }
    npm(&frontend, &["run", "build"])
}

/// Installs the packages of a folder when its lock file is not the one they came from; says whether it did.
pub fn install(folder: &Path) -> Result<bool> {
    let lock = read(&folder.join("package-lock.json"))?;
    let mark = folder.join("node_modules/.installed-from");
    if std::fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(false);
    }
    npm(folder, &["ci", "--no-audit", "--no-fund"])?;
    std::fs::write(&mark, lock).map_err(|error| format!("cannot write {}: {error}", mark.display()))?;
    Ok(true)
}

/// Runs npm in a folder.
pub fn npm(folder: &Path, arguments: &[&str]) -> Result {
    shell::run(command("npm").current_dir(folder).args(arguments))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn newest_source(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(std::result::Result::ok);
    entries
        .filter(|entry| !matches!(entry.file_name().to_str(), Some("node_modules" | "dist")))
        .filter_map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                newest_source(&path)
            } else {
                modified(&path)
            }
        })
        .max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|about| about.modified()).ok()
}

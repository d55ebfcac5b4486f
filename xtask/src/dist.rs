//! A release: one tarball with the program, how to begin, and under which licences its parts come; and the agent's package
//! and static program.
//!
//! Two runs over the same commit with the same compiler give the same bytes. Signing and publishing happen elsewhere.

mod agent;

use crate::demo::target;
use crate::shell::{self, Result, cargo, command, output, root};
use crate::{machine, metadata, web};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What lies beside the program when it is in the repository.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "LICENSE",
];

/// The task.
pub fn run(rest: &[String]) -> Result {
    match rest {
        [] => server().and_then(|dist| agent::run(&dist)),
        [part] if part == "agent" => agent::run(&root().join("dist")),
        _ => Err("`cargo xtask dist` takes nothing, or `agent`".to_owned()),
    }
}

/// The server's tarball; answers where it lies.
fn server() -> Result<PathBuf> {
    machine::prepare_for_building()?;
    web::build()?;
    shell::run(cargo().args([
        "build",
        "--release",
        "--locked",
        "--package",
        "server",
        "--bin",
        "mainstay",
    ]))?;
    let name = format!(
        "mainstay-{}-{}-linux",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH
    );
    let dist = root().join("dist");
    let stage = dist.join(&name);
    if stage.exists() {
        std::fs::remove_dir_all(&stage)
            .map_err(|error| format!("cannot clear {}: {error}", stage.display()))?;
    }
    std::fs::create_dir_all(&stage).map_err(|error| format!("cannot make {}: {error}", stage.display()))?;
    copy(&target().join("release/mainstay"), &stage.join("mainstay"))?;
    for document in DOCUMENTS {
        let source = root().join(document);
        if source.exists() {
            copy(&source, &stage.join(document))?;
        }
    }
    write(&stage.join("THIRD-PARTY.md"), &third_party()?)?;
    pack(&dist, &name)?;
    Ok(dist)
}

fn pack(dist: &Path, name: &str) -> Result {
    let moment = output(command("git").args(["log", "-1", "--format=%ct"]))?;
    let tarball = format!("{name}.tar.gz");
    let owner = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner"];
    let mut tar = command("tar");
    // Without -n gzip writes the time into the file.
    tar.current_dir(dist)
        .args(owner)
        .arg(format!("--mtime=@{}", moment.trim()))
        .args(["--use-compress-program=gzip -n"]);
    shell::run(tar.args(["-cf", &tarball, name]))?;
    println!("wrote dist/{tarball}");
    Ok(())
}

fn third_party() -> Result<String> {
    let mut page = "# Parts from others\n\n| crate | version | licence |\n|---|---|---|\n".to_owned();
    for (name, version, licence) in metadata::licences()? {
        // Writing to a string cannot go wrong.
        writeln!(page, "| {name} | {version} | {licence} |").ok();
    }
    Ok(page)
}

fn copy(from: &Path, to: &Path) -> Result {
    std::fs::copy(from, to)
        .map(drop)
        .map_err(|error| format!("cannot copy {}: {error}", from.display()))
}

fn write(path: &Path, text: &str) -> Result {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

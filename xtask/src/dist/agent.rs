//! The agent's part of a release: a Debian package, and one program that needs nothing of the system.
//!
//! The package's program uses the system's C library and asks it for names, as everything else there does. The static
//! program is built for musl where that target is installed. Elsewhere it is built with the C library put in, which still
//! wants the same library's own plug-ins to look up names: it says so, and is called by another name.

use super::{copy, write};
use crate::demo::target;
use crate::shell::{self, Result, cargo, command, output, root};
use std::path::{Path, PathBuf};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds both into `dist/`.
pub fn run(dist: &Path) -> Result {
    std::fs::create_dir_all(dist).map_err(|error| format!("cannot make {}: {error}", dist.display()))?;
    build(&[], None)?;
    package(dist)?;
    let host = host()?;
    let musl = host.replace("-gnu", "-musl");
    let (goal, name) = if installed()?.lines().any(|one| one == musl) {
        (musl, "static")
    } else {
        println!("   the target {musl} is not installed (`rustup target add {musl}`)");
        println!(
            "   so the static program holds the C library of this machine, and looks up names only where the"
        );
        println!("   system has the same one");
        (host, "static-gnu")
    };
    let from = build(&["--target", &goal], Some("-C target-feature=+crt-static"))?.join("mainstay-agent");
    let name = format!("mainstay-agent-{VERSION}-linux-{}-{name}", std::env::consts::ARCH);
    stripped(&from, &dist.join(&name))?;
    println!("wrote dist/{name}");
    Ok(())
}

/// Without what only a debugger reads: a fifth of the size on every device.
fn stripped(from: &Path, to: &Path) -> Result {
    copy(from, to)?;
    shell::run(command("strip").arg("--strip-all").arg(to))
}

fn build(more: &[&str], flags: Option<&str>) -> Result<PathBuf> {
    let mut cargo = cargo();
    cargo.args([
        "build",
        "--release",
        "--locked",
        "--package",
        "agent",
        "--bin",
        "mainstay-agent",
    ]);
    cargo.args(more);
    if let Some(flags) = flags {
        cargo.env("RUSTFLAGS", flags);
    }
    shell::run(&mut cargo)?;
    let folder = more.last().map_or_else(
        || target().join("release"),
        |goal| target().join(goal).join("release"),
    );
    Ok(folder)
}

fn host() -> Result<String> {
    let said = output(command("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc does not say its host".to_owned())
}

/// Without rustup there is the host's target and no other.
fn installed() -> Result<String> {
    Ok(output(command("rustup").args(["target", "list", "--installed"])).unwrap_or_default())
}

fn package(dist: &Path) -> Result {
    let architecture = output(command("dpkg").arg("--print-architecture"))?
        .trim()
        .to_owned();
    let name = format!("mainstay-agent_{VERSION}_{architecture}.deb");
    let stage = dist.join("mainstay-agent-deb");
    if stage.exists() {
        std::fs::remove_dir_all(&stage)
            .map_err(|error| format!("cannot clear {}: {error}", stage.display()))?;
    }
    let from = root().join("packaging/agent");
    let program = stage.join("usr/bin/mainstay-agent");
    folder_of(&program)?;
    stripped(&target().join("release/mainstay-agent"), &program)?;
    shell::run(command("chmod").arg("755").arg(&program))?;
    let files = [
        (
            from.join("mainstay-agent.service"),
            "usr/lib/systemd/system/mainstay-agent.service",
            "644",
        ),
        (from.join("floor.toml"), "etc/mainstay-agent/floor.toml", "644"),
        (from.join("debian/postinst"), "DEBIAN/postinst", "755"),
        (from.join("debian/prerm"), "DEBIAN/prerm", "755"),
        (from.join("debian/postrm"), "DEBIAN/postrm", "755"),
        (from.join("debian/conffiles"), "DEBIAN/conffiles", "644"),
    ];
    for (from, to, mode) in files {
        let to = stage.join(to);
        folder_of(&to)?;
        copy(&from, &to)?;
        shell::run(command("chmod").arg(mode).arg(&to))?;
    }
    documents(&stage, &from)?;
    let libc = library_of(&program)?;
    let control = format!(
        "Package: mainstay-agent\nVersion: {VERSION}\nArchitecture: {architecture}\nMaintainer: Mainstay\n\
         Depends: libc6 (>= {libc}), passwd\nSection: admin\nPriority: optional\n\
         Description: agent of Mainstay on a device\n \
         Keeps one line to the Mainstay server, tells what the device is made of, and\n \
         does what a signed grant and the device's own policy allow.\n"
    );
    write(&stage.join("DEBIAN/control"), &control)?;
    shell::run(command("chmod").args(["-R", "go-w"]).arg(&stage))?;
    let moment = output(command("git").args(["log", "-1", "--format=%ct"]))?;
    let mut pack = command("dpkg-deb");
    pack.env("SOURCE_DATE_EPOCH", moment.trim());
    shell::run(
        pack.args(["--root-owner-group", "--build"])
            .arg(&stage)
            .arg(dist.join(&name)),
    )?;
    std::fs::remove_dir_all(&stage).map_err(|error| format!("cannot clear {}: {error}", stage.display()))?;
    println!("wrote dist/{name}");
    Ok(())
}

/// What a package of Debian brings besides its program.
fn documents(stage: &Path, from: &Path) -> Result {
    let manual = stage.join("usr/share/man/man8/mainstay-agent.8");
    folder_of(&manual)?;
    copy(&from.join("mainstay-agent.8"), &manual)?;
    let about = stage.join("usr/share/doc/mainstay-agent");
    let changes = about.join("changelog");
    folder_of(&changes)?;
    copy(&root().join("CHANGELOG.md"), &changes)?;
    copy(&root().join("LICENSE"), &about.join("copyright"))?;
    for file in [&manual, &changes, &about.join("copyright")] {
        shell::run(command("chmod").arg("644").arg(file))?;
    }
    shell::run(command("gzip").args(["-9n"]).args([&manual, &changes]))
}

fn folder_of(file: &Path) -> Result {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))
}

/// The oldest C library with which a program runs: the newest of whose names it asks.
fn library_of(program: &Path) -> Result<String> {
    let names = output(command("objdump").arg("--dynamic-syms").arg(program))?;
    let versions = names.split("GLIBC_").skip(1).filter_map(|rest| {
        let text: String = rest
            .chars()
            .take_while(|letter| letter.is_ascii_digit() || *letter == '.')
            .collect();
        let parts: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
        Some((parts?, text))
    });
    let newest = versions.max().map(|(_, text)| text);
    newest.ok_or_else(|| format!("{} asks for no C library", program.display()))
}

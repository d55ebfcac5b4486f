//! From a fresh clone to a running Mainstay with something in it.

use crate::shell::{self, Result, cargo, command, root};
use crate::{machine, web};
use std::os::unix::process::CommandExt;

/// Where the demo listens unless told otherwise.
const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:8080"];

/// Installs, builds, and becomes the server, so that Ctrl-C reaches it and nothing stands between.
pub fn run(arguments: &[String]) -> Result {
    println!("== 1/4 what this machine lacks");
    machine::prepare_for_building()?;
    println!("== 2/4 styles and scripts");
    web::build()?;
    println!("== 3/4 the server (the first time takes some minutes)");
    shell::run(cargo().args(["build", "--package", "server", "--bin", "mainstay"]))?;
    println!("== 4/4 Mainstay with the data of a made-up department; Ctrl-C ends it");
    let mut demo = command(target().join("debug/mainstay"));
    demo.arg("demo");
    if !arguments.iter().any(|argument| argument.starts_with(LISTEN[0])) {
        demo.args(LISTEN);
    }
    let error = demo.args(arguments).exec();
    Err(format!("cannot start the server: {error}"))
}

/// Where cargo puts what it builds.
pub fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

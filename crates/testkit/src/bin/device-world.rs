//! A device of its own for journeys: `device-world FOLDER HOSTNAME -- PROGRAM WORDS…` starts one with this as its first process, and
//! `device-world --enter FOLDER -- PROGRAM WORDS…` runs something beside it.
//!
//! It becomes the world's keeper: ending it, or whoever started it, ends the world. The folder's `shared` is seen inside under the same path.

use std::env;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::ExitCode;

#[path = "../device_world.rs"]
mod device_world;

fn main() -> ExitCode {
    let said: Vec<String> = env::args().skip(1).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let problem = match become_it(&said) {
        Ok(never) => match never {},
        Err(problem) => problem,
    };
    eprintln!("device-world: {problem}");
    ExitCode::FAILURE
}

fn become_it(said: &[&str]) -> Result<std::convert::Infallible, String> {
    let usage = "device-world FOLDER HOSTNAME -- PROGRAM …, or device-world --enter FOLDER -- PROGRAM …";
    let (folder, mut command) = match said {
        ["--enter", folder, "--", words @ ..] if !words.is_empty() => {
            let keeper = std::fs::read_to_string(Path::new(folder).join("keeper"));
            let first = keeper
                .ok()
                .and_then(|text| device_world::first_process(text.trim().parse().ok()?));
            let first = first.ok_or_else(|| format!("there is no world in {folder}"))?;
            (None, device_world::entering(first, words))
        }
        [folder, hostname, "--", words @ ..] => (
            Some(*folder),
            device_world::making(Path::new(folder), hostname, words)?,
        ),
        _ => return Err(usage.to_owned()),
    };
    if let Some(folder) = folder {
        let keeper = std::process::id().to_string();
        let kept = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(Path::new(folder).join("keeper"), keeper));
        kept.map_err(|error| format!("{folder}: {error}"))?;
    }
    let error = command.exec();
    Err(format!("cannot run {:?}: {error}", command.get_program()))
}

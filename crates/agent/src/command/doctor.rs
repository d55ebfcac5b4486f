//! `doctor`: everything the agent needs, checked one by one, each with what to do about it.

use super::status::is_running;
use crate::executing::Surroundings;
use crate::link::{Address, Roots, reach};
use crate::updating::notes::Slots;
use crate::updating::trust::{self, NoRoot};
use crate::{enrolment, floor, identity, processes, updating};
use std::time::Duration;

/// The command. It fails when something must be mended.
pub(super) fn run(here: &Surroundings) -> Result<(), String> {
    let (settings, state) = (here.settings(), here.state());
    let mut wrong = 0;
    let mut check = |name: &str, outcome: Result<String, String>| match outcome {
        Ok(text) => println!("good   {name}: {text}"),
        Err(text) => {
            wrong += 1;
            println!("wrong  {name}: {text}");
        }
    };
    check(
        "rights",
        if here.is_root {
            Ok("runs as root, in three processes".to_owned())
        } else {
            Ok("does not run as root: sees less, and runs nothing as another user".to_owned())
        },
    );
    let key = identity::load(&state).map(|key| key.public().to_string());
    check("key", key.map_err(|error| error.to_string()));
    let kept = floor::load(&settings).map(|_| "can be read".to_owned());
    check("floor", kept.map_err(|error| error.to_string()));
    check("disk", writable(here));
    check("program", program(here));
    check("updates", updates(here));
    check(
        "service",
        if is_running(here) {
            Ok("an agent runs".to_owned())
        } else {
            Err("no agent runs here; systemctl start mainstay-agent".to_owned())
        },
    );
    match enrolment::load(&settings) {
        Err(error) => check("enrolment", Err(error.to_string())),
        Ok(document) => {
            let over = document.expires_at < processes::now() && enrolment::enrolled(&state).is_none();
            check(
                "enrolment",
                if over {
                    Err("the token is over before the device was admitted; fetch a new document".to_owned())
                } else {
                    Ok(format!(
                        "servers: {}, keys: {}",
                        document.servers.len(),
                        document.server_keys.len()
                    ))
                },
            );
            for server in &document.servers {
                check(server, knock(server, document.authority.as_deref()));
            }
        }
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(format!("must be mended: {wrong}"))
    }
}

/// Whether the program that counts is what was put there.
fn program(here: &Surroundings) -> Result<String, String> {
    let slots = Slots::new(&here.state());
    let notes = slots.read().map_err(|error| error.to_string())?;
    let installed = here.origin.installed().map_err(|error| error.to_string())?;
    if let Some(held) = notes.held(notes.current) {
        updating::program::find(&slots, &held, &installed)?;
        return Ok(format!(
            "{} in slot {}",
            held.program.version,
            held.place.as_str()
        ));
    }
    match &notes.fault {
        Some(fault) => Err(format!("the installed one runs: {fault}")),
        None => Ok(format!("{}, as installed", env!("CARGO_PKG_VERSION"))),
    }
}

/// Whose updates are trusted. None is no fault: then there are none.
fn updates(here: &Surroundings) -> Result<String, String> {
    match trust::load(&here.state()) {
        Err(NoRoot::Absent) => Ok(NoRoot::Absent.to_string()),
        Err(error) => Err(error.to_string()),
        Ok((_, trust)) => {
            let until: Option<jiff::Timestamp> = trust.expires.parse().ok();
            if until.is_some_and(|until| until < jiff::Timestamp::now()) {
                let text = "an update brings the next one, else: mainstay-agent trust FILE";
                return Err(format!("the root of trust ran out on {}; {text}", trust.expires));
            }
            Ok(format!("root of trust {} until {}", trust.version, trust.expires))
        }
    }
}

fn writable(here: &Surroundings) -> Result<String, String> {
    let path = here.state().join("doctor");
    let outcome = std::fs::write(&path, b"here").and_then(|()| std::fs::remove_file(&path));
    outcome.map_err(|error| format!("{} cannot be written: {error}", here.state().display()))?;
    Ok(format!("{} can be written", here.state().display()))
}

/// Whether the server can be reached and its certificate is believed.
fn knock(server: &str, authority: Option<&str>) -> Result<String, String> {
    Address::read(server).ok_or("agents may not knock at this address")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut roots = Roots::default();
        match tokio::time::timeout(Duration::from_secs(15), reach(server, authority, &mut roots)).await {
            Ok(Ok(_)) => Ok("answers, and is believed".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("does not answer".to_owned()),
        }
    })
}

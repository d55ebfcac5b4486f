//! The dry run, and what it shares with apply: a bundle that counts, and a program that works here.

use super::receiving::{self, Missing};
use super::{Wish, Work, ended, platform, summary};
use crate::executing::Channel;
use crate::updating::notes::{Notes, Program, sync_folder};
use crate::updating::{program, trust};
use crate::verbs::blocking;
use crate::verbs::failure::{Answer, Failure};
use protocol::message::Outcome;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use update::bundle::{Opened, Unreadable, open};
use update::release::Version;
use update::verifying::{Verified, verify};

/// A bundle that counts.
#[derive(Debug)]
pub struct Good {
    bundle: Opened,
    verified: Verified,
}

/// Sees whether it could be done. Only the bundle stays.
pub async fn dry_run(work: &Work<'_>, wish: &Wish, transfer: Option<Channel>) -> Answer {
    let notes = work.notes()?;
    fits(work, wish, &notes)?;
    let good = match bundle(work, wish, transfer).await {
        Err(Missing::CalledOff) => return Ok(Outcome::Cancelled),
        Err(Missing::Failed(failure)) => return Err(failure),
        Ok(good) => good,
    };
    way_back(work, &notes)?;
    let path = work.slots.folder().join("staged").join("program");
    let tried = try_out(work, wish, good, &path).await;
    fs::remove_file(&path).ok();
    tried?;
    ended(0, summary(work, "dry_run", wish, &notes))
}

/// Whether the version may follow the one that counts.
pub fn fits(work: &Work<'_>, wish: &Wish, notes: &Notes) -> Result<(), Failure> {
    work.root()?;
    if !work.here.floor.agent_updates {
        let text = "the floor of this device forbids updates of the agent (agent_updates)";
        return Err(Failure::new("floor", text));
    }
    let current = work.version(notes);
    if Version::parse(&current).is_some_and(|current| current > wish.version) {
        let text = format!(
            "{current} is newer than {}; older versions come by roll back only",
            wish.version
        );
        return Err(Failure::new("older", text));
    }
    if let Some(trial) = notes.trial.as_ref().filter(|trial| trial.rollout != wish.rollout) {
        let text = format!(
            "{} of rollout {} is on trial",
            trial.to.program.version, trial.rollout
        );
        return Err(Failure::new("update_busy", text));
    }
    Ok(())
}

/// Whether there is something to go back to.
pub fn way_back(work: &Work<'_>, notes: &Notes) -> Result<(), Failure> {
    let current = work.current(notes)?;
    program::find(&work.slots, &current, &work.installed)
        .map(drop)
        .map_err(|why| Failure::new("no_way_back", format!("there would be no way back: {why}")))
}

/// Takes the bundle in and verifies it. A newer root of trust that it leads to is kept.
pub async fn bundle(work: &Work<'_>, wish: &Wish, transfer: Option<Channel>) -> Result<Good, Missing> {
    let root = work.root()?;
    let path = receiving::bundle(work, wish, transfer).await?;
    let good = verified(work, wish, &root, &path).await;
    if good.is_err() {
        // What does not count need not lie here.
        fs::remove_file(&path).ok();
    }
    Ok(good?)
}

async fn verified(work: &Work<'_>, wish: &Wish, root: &[u8], path: &Path) -> Result<Good, Failure> {
    let bundle = open(path).map_err(|error| match error {
        Unreadable::Io(error) => Failure::io("the bundle", &error),
        Unreadable::Malformed(_) => Failure::new("unreadable", error.to_string()),
    })?;
    let state = work.here.state();
    let verified = verify(root, &bundle, &trust::seen(&state), &wish.version, platform()?).await?;
    if verified.root != root {
        trust::keep(&state, &verified.root)
            .map_err(|error| Failure::new("root_spoiled", error.to_string()))?;
        crate::logging::note("the root of trust was exchanged by the one it names");
    }
    Ok(Good { bundle, verified })
}

/// Puts the program there and has it test itself. The answer is what it is.
pub async fn try_out(work: &Work<'_>, wish: &Wish, good: Good, path: &Path) -> Result<Program, Failure> {
    let sha256 = good.verified.sha256.clone();
    let target: PathBuf = path.to_owned();
    blocking(move || write(&good, &target)).await??;
    let tested = program::test(path, work.here.home()).await;
    let tested = tested.map_err(|why| Failure::new("self_test", format!("{}: {why}", wish.version)))?;
    let version = wish.version.to_string();
    if tested.version != version {
        let text = format!("it says that it is {}, not {version}", tested.version);
        return Err(Failure::new("self_test", text));
    }
    Ok(Program { version, sha256 })
}

/// A program is written beside its place and takes it when it is whole.
fn write(good: &Good, path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::io("the program", &error);
    let fresh = path.with_extension("new");
    fs::remove_file(&fresh).ok();
    let mut file = crate::identity::private_file(&fresh).map_err(failed)?;
    let written = good
        .verified
        .copy(&good.bundle, &mut file)
        .map_err(Failure::from)
        .and_then(|()| runnable(&file).map_err(failed))
        .and_then(|()| file.sync_all().map_err(failed));
    drop(file);
    let settled = written
        .and_then(|()| fs::rename(&fresh, path).map_err(failed))
        .and_then(|()| sync_folder(path).map_err(failed));
    if settled.is_err() {
        fs::remove_file(&fresh).ok();
    }
    settled
}

/// Everybody may run it, because helpers run as other users; only we may write it.
fn runnable(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o755))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

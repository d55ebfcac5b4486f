//! Apply: remember how it is, with the old packages themselves, and only then make the change.

use protocol::message::Outcome;

use super::checking::fault;
use super::memory::{Before, Memory};
use super::running::Manner;
use super::standing::{Judged, Standing, summary};
use super::trying::{Plan, asked_for, install, no_way_back, refuse_broken};
use super::{Stop, Wish, Work, ended};
use crate::verbs::failure::Failure;

/// Remembers how it is, and does what is wanted.
pub async fn apply(work: &Work<'_>, wish: &Wish) -> Result<Outcome, Stop> {
    work.forget_old(&wish.rollout);
    work.refresh().await?;
    let standing = work.stand().await?;
    let judged = work.judge(wish, &standing).await?;
    let recalled = work.recall(wish)?;
    refuse_broken(&judged, recalled.as_ref())?;
    let plan = work.plan(wish, &judged, &standing).await?;
    let memory = remember(work, wish, recalled, &judged, &plan, &standing).await?;
    let asked = asked_for(&judged);
    if !asked.is_empty() {
        change(work, wish, &asked).await?;
    }
    let after = work.judge(wish, &work.stand().await?).await?;
    let faults: Vec<String> = after.iter().filter(|one| !one.is_fit).map(fault).collect();
    if !faults.is_empty() {
        let text = format!("apt said that all is well, but {}", faults.join("; "));
        return Err(Failure::new("package_failed", text).into());
    }
    Ok(ended(0, summary("apply", &after, Some(&memory))))
}

/// Puts onto the disk how everything is that is going to change. What is remembered of the rollout already stays as it is.
async fn remember(
    work: &Work<'_>,
    wish: &Wish,
    recalled: Option<Memory>,
    judged: &[Judged],
    plan: &Plan,
    standing: &Standing,
) -> Result<Memory, Stop> {
    let is_first = recalled.is_none();
    let mut memory = recalled.unwrap_or_else(|| Memory::new(&wish.rollout));
    if is_first {
        work.begin_memory(&wish.rollout)?;
        for one in judged {
            let before = before(work, wish, standing, &one.wanted.name, !one.is_fit).await?;
            memory.packages.push(before);
        }
    }
    for change in plan.others(judged, standing) {
        if memory.others.iter().all(|known| known.name != change.name) {
            let before = before(work, wish, standing, &change.name, true).await?;
            memory.others.push(before);
        }
    }
    work.remember(&memory)?;
    Ok(memory)
}

/// How a package is now. Where it is going to change, there must be a way back.
async fn before(
    work: &Work<'_>,
    wish: &Wish,
    standing: &Standing,
    name: &str,
    changes: bool,
) -> Result<Before, Stop> {
    let mut before = Before {
        name: name.to_owned(),
        version: None,
        kept: None,
    };
    if let Some(package) = standing.find(name)? {
        let folder = work.folder_of(&wish.rollout);
        before.kept = work
            .keep(&folder, name, &package.version, &package.architecture)
            .await?;
        if before.kept.is_none() && changes {
            return Err(no_way_back(name, &package.version).into());
        }
        before.version = Some(package.version.clone());
    }
    Ok(before)
}

/// Fetches first, which may be broken off, and then changes, which may not.
async fn change(work: &Work<'_>, wish: &Wish, asked: &[String]) -> Result<(), Stop> {
    let steps = [
        (&["--download-only"][..], Manner::Looking),
        (&[], Manner::Changing),
    ];
    for (words, manner) in steps {
        work.wait_for_dpkg().await?;
        work.wait_for_fetching().await?;
        if work.is_called_off() {
            return Err(Stop::CalledOff);
        }
        let ran = work
            .run(&install(wish, words, asked), "/".as_ref(), manner)
            .await?;
        if !ran.is_good() {
            let text = format!("apt could not do it:\n{}", ran.last_words());
            return Err(Failure::new("package_failed", text).into());
        }
    }
    Ok(())
}

//! Check and verify: what is there, beside what is wanted and what is remembered. Nothing is changed.

use protocol::message::Outcome;

use super::memory::Memory;
use super::standing::{Judged, Standing, summary};
use super::{Stop, Wish, Work, ended};
use crate::verbs::failure::Failure;

/// Everything is as wanted.
const COMPLIANT: i32 = 0;
/// Nothing of it is there.
const NEEDED: i32 = 80;
/// Anything else.
const BETWEEN: i32 = 81;

/// Tells whether it is done, not begun, or in between.
pub async fn check(work: &Work<'_>, wish: &Wish) -> Result<Outcome, Stop> {
    let standing = work.stand().await?;
    let judged = work.judge(wish, &standing).await?;
    let memory = work.recall(wish)?;
    let code = finding(&judged, memory.as_ref(), &standing)?;
    Ok(ended(code, summary("check", &judged, memory.as_ref())))
}

fn finding(judged: &[Judged], memory: Option<&Memory>, standing: &Standing) -> Result<i32, Failure> {
    if judged.iter().all(|one| one.is_fit) {
        return Ok(COMPLIANT);
    }
    let is_untouched = match memory {
        Some(memory) => is_as_before(memory, standing)?,
        None => judged.iter().all(Judged::is_sane),
    };
    Ok(if is_untouched { NEEDED } else { BETWEEN })
}

/// Whether the named packages are as they were, and in order.
pub fn is_as_before(memory: &Memory, standing: &Standing) -> Result<bool, Failure> {
    for before in &memory.packages {
        let found = standing.find(&before.name)?;
        let is_same = match (&before.version, found) {
            (None, None) => true,
            (Some(version), Some(package)) => package.is_sane && package.version == *version,
            _ => false,
        };
        if !is_same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Sees that it is done and that the packages are in order.
pub async fn verify(work: &Work<'_>, wish: &Wish) -> Result<Outcome, Stop> {
    let standing = work.stand().await?;
    let judged = work.judge(wish, &standing).await?;
    let memory = work.recall(wish)?;
    let mut faults: Vec<String> = judged.iter().filter(|one| !one.is_fit).map(fault).collect();
    let here: Vec<&str> = judged
        .iter()
        .filter(|one| one.found.is_some())
        .map(|one| one.wanted.name.as_str())
        .collect();
    if !here.is_empty() {
        let words: Vec<&str> = ["dpkg", "--audit"].into_iter().chain(here).collect();
        let audit = work.ask(&words).await?;
        let said = format!("{}{}", audit.out, audit.err);
        if !audit.is_good() || !said.trim().is_empty() {
            faults.push(said.trim().to_owned());
        }
    }
    if !faults.is_empty() {
        return Err(Failure::new("package_unhealthy", faults.join("\n")).into());
    }
    Ok(ended(0, summary("verify", &judged, memory.as_ref())))
}

/// What is wrong with a package, in words.
pub fn fault(one: &Judged) -> String {
    let (name, wanted, state) = (&one.wanted.name, &one.wanted.version, one.state());
    match &one.found {
        None => format!("{name} is absent, {wanted} is wanted"),
        Some(package) if package.is_sane => {
            format!("{name} is {}, {wanted} is wanted", package.version)
        }
        Some(package) => format!("{name} {} is {}", package.version, state.replace('_', " ")),
    }
}

//! Back to what is remembered, also from a state in which apt refuses to work.
//!
//! Three ways are tried, each only when the one before did not lead there:
//!
//! 1. apt, with the old packages as files. This is enough when the script after the installation fails.
//! 2. dpkg by itself unpacks them, everything half done is configured, and apt mends what is left. This is for a database in which
//!    dpkg was cut off.
//! 3. The scripts before and after the removal of the version that is to go are put aside, and the second way is gone again. dpkg has
//!    no word to pass over a script that fails, and a version whose own script forbids to leave it can be left in no other way. They
//!    stay in the folder of the rollout, for whoever wants to know what they did.
//!
//! No package goes but those that the rollout brought.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::message::Outcome;
use serde_json::{Value, json};

use super::checking::is_as_before;
use super::memory::{Before, Memory};
use super::running::{Manner, Ran, apt};
use super::standing::{Standing, summary};
use super::trying::{Plan, no_way_back};
use super::{Stop, Wish, Work, ended};
use crate::verbs::failure::Failure;

/// Words for each call of dpkg.
const DPKG: [&str; 3] = ["dpkg", "--force-confdef", "--force-confold"];

/// What is not as it was.
#[derive(Debug, Default)]
struct Rest {
    /// Packages to be put back, each with what apt takes as its old version: a file, or its name and version.
    back: Vec<(String, Source)>,
    /// Packages that were not there.
    gone: Vec<String>,
}

#[derive(Debug)]
enum Source {
    File(PathBuf),
    Listed(String),
}

impl Rest {
    fn is_empty(&self) -> bool {
        self.back.is_empty() && self.gone.is_empty()
    }
}

/// Goes back to what is remembered.
pub async fn roll_back(work: &Work<'_>, wish: &Wish) -> Result<Outcome, Stop> {
    let Some(memory) = work.recall(wish)? else {
        // What was before is remembered before the first change, so there was none. The check that follows tells what there is.
        let standing = work.stand().await?;
        let judged = work.judge(wish, &standing).await?;
        return Ok(ended(0, summary("roll_back", &judged, None)));
    };
    let mut words = String::new();
    for way in 1..=3 {
        let rest = rest(work, &memory).await?;
        if rest.is_empty() {
            break;
        }
        if work.is_called_off() {
            return Err(Stop::CalledOff);
        }
        words = match way {
            1 => by_apt(work, &memory, &rest).await?,
            2 => by_dpkg(work, &rest).await?,
            _ => {
                put_scripts_aside(work, wish, &rest).await?;
                by_dpkg(work, &rest).await?
            }
        };
    }
    let standing = work.stand().await?;
    let judged = work.judge(wish, &standing).await?;
    if !is_as_before(&memory, &standing)? || !rest(work, &memory).await?.is_empty() {
        let text = format!("the packages are not back as they were:\n{words}");
        return Err(Failure::new("package_failed", text).into());
    }
    let mut told = summary("roll_back", &judged, Some(&memory));
    told["stayed"] = stayed(&memory, &standing)?.into();
    Ok(ended(0, told))
}

/// What had to come with the change and is still there.
fn stayed(memory: &Memory, standing: &Standing) -> Result<Vec<Value>, Failure> {
    let mut stayed = Vec::new();
    for before in memory.others.iter().filter(|before| before.version.is_none()) {
        if let Some(package) = standing.find(&before.name)? {
            stayed.push(json!({ "name": before.name, "installed": package.version }));
        }
    }
    Ok(stayed)
}

/// What is not as it was, with its way back.
async fn rest(work: &Work<'_>, memory: &Memory) -> Result<Rest, Stop> {
    let standing = work.stand().await?;
    let mut rest = Rest::default();
    for before in memory.all() {
        let found = standing.find(&before.name)?;
        match (&before.version, found) {
            (Some(version), Some(package)) if package.is_sane && package.version == *version => {}
            (Some(version), _) => {
                let source = source(work, memory, before, version).await?;
                rest.back.push((before.name.clone(), source));
            }
            (None, Some(_)) if memory.before(&before.name).is_some() => rest.gone.push(before.name.clone()),
            // What came with it may stay.
            (None, _) => {}
        }
    }
    Ok(rest)
}

async fn source(work: &Work<'_>, memory: &Memory, before: &Before, version: &str) -> Result<Source, Stop> {
    let kept = before.kept.as_ref();
    if let Some(path) = kept.and_then(|kept| work.kept_file(&memory.rollout, kept)) {
        return Ok(Source::File(path));
    }
    if work.is_listed(&before.name, version).await? {
        return Ok(Source::Listed(format!("{}={version}", before.name)));
    }
    Err(no_way_back(&before.name, version).into())
}

/// The first way. Answers with the last words of what did not work.
async fn by_apt(work: &Work<'_>, memory: &Memory, rest: &Rest) -> Result<String, Stop> {
    let back: Vec<String> = rest
        .back
        .iter()
        .map(|(_, source)| match source {
            Source::File(path) => path.to_string_lossy().into_owned(),
            Source::Listed(word) => word.clone(),
        })
        .collect();
    let standing = work.stand().await?;
    let mut words = String::new();
    for (verb, names) in [("install", &back), ("remove", &rest.gone)] {
        if names.is_empty() {
            continue;
        }
        let call = |more: &[&str]| {
            // Files that only we can read are no business of apt's own user.
            let mut all = vec!["-o", "APT::Sandbox::User=root", "--allow-downgrades"];
            all.extend(more);
            all.extend([verb, "--"]);
            all.extend(names.iter().map(String::as_str));
            apt(&all)
        };
        let plan = Plan::of(work.run(&call(&["-s"]), "/".as_ref(), Manner::Looking).await?);
        refuse_other_removals(memory, &plan, &standing)?;
        let ran = if plan.ran.is_good() {
            work.run(&call(&[]), "/".as_ref(), Manner::Changing).await?
        } else {
            plan.ran
        };
        if !ran.is_good() {
            words = ran.last_words();
        }
    }
    Ok(words)
}

/// Only what the rollout brought may go.
fn refuse_other_removals(memory: &Memory, plan: &Plan, standing: &Standing) -> Result<(), Failure> {
    let came = |name: &str| {
        let its = standing.identity(name);
        let mut all = memory.all().filter(|before| before.version.is_none());
        all.any(|before| standing.identity(&before.name) == its)
    };
    match plan.removals.iter().find(|name| !came(name)) {
        None => Ok(()),
        Some(name) => {
            let text = format!("{name} would have to be removed, which the rollout did not bring");
            Err(Failure::new("would_remove", text))
        }
    }
}

/// The second way. Each part may fail, as long as the whole leads back.
async fn by_dpkg(work: &Work<'_>, rest: &Rest) -> Result<String, Stop> {
    let files: Vec<&Path> = rest
        .back
        .iter()
        .filter_map(|(_, source)| match source {
            Source::File(path) => Some(path.as_path()),
            Source::Listed(_) => None,
        })
        .collect();
    let mut words = Vec::new();
    if !files.is_empty() {
        let files: Vec<String> = files
            .iter()
            .map(|path| path.to_string_lossy().into_owned())
            .collect();
        heard(&mut words, &dpkg(work, "--unpack", &files).await?);
    }
    if !rest.gone.is_empty() {
        heard(&mut words, &dpkg(work, "--remove", &rest.gone).await?);
    }
    let configure = DPKG
        .iter()
        .chain(&["--configure", "-a"])
        .map(|word| (*word).to_owned());
    heard(
        &mut words,
        &work
            .run(&configure.collect::<Vec<_>>(), "/".as_ref(), Manner::Changing)
            .await?,
    );
    let mend = apt(&["--no-remove", "-f", "install"]);
    heard(
        &mut words,
        &work.run(&mend, "/".as_ref(), Manner::Changing).await?,
    );
    Ok(words.join("\n"))
}

async fn dpkg(work: &Work<'_>, verb: &str, names: &[String]) -> Result<Ran, Stop> {
    let mut words: Vec<String> = DPKG.iter().map(|word| (*word).to_owned()).collect();
    words.extend([verb.to_owned(), "--".to_owned()]);
    words.extend(names.iter().cloned());
    work.run(&words, "/".as_ref(), Manner::Changing).await
}

fn heard(words: &mut Vec<String>, ran: &Ran) {
    if !ran.is_good() {
        words.push(ran.last_words());
    }
}

/// Begins the third way.
async fn put_scripts_aside(work: &Work<'_>, wish: &Wish, rest: &Rest) -> Result<(), Stop> {
    let names = rest.back.iter().map(|(name, _)| name).chain(&rest.gone);
    for name in names {
        for script in ["prerm", "postrm"] {
            let ran = work.ask(&["dpkg-query", "--control-path", name, script]).await?;
            let path = PathBuf::from(ran.out.trim());
            if !ran.is_good() || !path.is_file() {
                continue;
            }
            let aside = work.folder_of(&wish.rollout).join(format!("{name}.{script}"));
            let moved = fs::copy(&path, &aside).and_then(|_| fs::remove_file(&path));
            moved.map_err(|error| Failure::io(&format!("putting the {script} of {name} aside"), &error))?;
            work.teller
                .note(format!(
                    "the {script} of {name} was put aside: with it there is no way back\n"
                ))
                .await;
        }
    }
    Ok(())
}

//! Trying a change out: what apt would do, whether it may, and whether there is a way back.

use protocol::message::Outcome;
use serde_json::{Value, json};

use super::checking::fault;
use super::memory::Memory;
use super::running::{Manner, Ran, apt};
use super::standing::{Judged, Standing, summary};
use super::{Stop, Wish, Work, ended};
use crate::verbs::failure::Failure;

/// What apt would do.
#[derive(Debug)]
pub struct Plan {
    pub ran: Ran,
    pub changes: Vec<Change>,
    pub removals: Vec<String>,
}

/// A package that would be installed or change its version.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    pub name: String,
    pub from: Option<String>,
    pub to: String,
}

/// Sees whether it could be done and taken back.
pub async fn dry_run(work: &Work<'_>, wish: &Wish) -> Result<Outcome, Stop> {
    work.refresh().await?;
    let standing = work.stand().await?;
    let judged = work.judge(wish, &standing).await?;
    let memory = work.recall(wish)?;
    refuse_broken(&judged, memory.as_ref())?;
    let plan = work.plan(wish, &judged, &standing).await?;
    for name in plan.replaced(&judged, &standing) {
        let Some(package) = standing.find(name)? else {
            continue;
        };
        // What was kept by the first apply of this rollout is the version to go back to.
        let kept = memory
            .iter()
            .flat_map(|memory| memory.all())
            .find(|before| before.name == *name);
        let is_kept = kept.and_then(|before| before.kept.as_ref());
        if is_kept.is_some_and(|kept| work.kept_file(&wish.rollout, kept).is_some()) {
            continue;
        }
        let source = work.source(name, &package.version, &package.architecture).await?;
        if source.is_none() {
            return Err(no_way_back(name, &package.version).into());
        }
    }
    let mut told = summary("dry_run", &judged, memory.as_ref());
    told["changes"] = plan
        .changes
        .iter()
        .map(|change| json!({ "name": change.name, "from": change.from, "to": change.to }))
        .collect::<Vec<Value>>()
        .into();
    Ok(ended(0, told))
}

/// What was broken before anything is remembered could not be had back.
pub fn refuse_broken(judged: &[Judged], memory: Option<&Memory>) -> Result<(), Failure> {
    match judged.iter().find(|one| !one.is_sane()) {
        Some(one) if memory.is_none() => {
            let text = format!("{}, and there is no way back into such a state", fault(one));
            Err(Failure::new("package_unhealthy", text))
        }
        _ => Ok(()),
    }
}

/// The failure of a change that could not be taken back.
pub fn no_way_back(name: &str, version: &str) -> Failure {
    let text = format!("{name} {version} is not to be had again: neither in the lists nor in apt's store");
    Failure::new("no_way_back", text)
}

impl Plan {
    /// The packages whose version goes, those that were named and others.
    pub fn replaced<'a>(&'a self, judged: &'a [Judged], standing: &'a Standing) -> Vec<&'a str> {
        let named = judged.iter().filter(|one| !one.is_fit && one.found.is_some());
        let mut names: Vec<&str> = named.map(|one| one.wanted.name.as_str()).collect();
        let others = self
            .others(judged, standing)
            .filter(|change| change.from.is_some());
        names.extend(others.map(|change| change.name.as_str()));
        names
    }

    /// What changes beside the packages that were named.
    pub fn others<'a>(
        &'a self,
        judged: &'a [Judged],
        standing: &'a Standing,
    ) -> impl Iterator<Item = &'a Change> {
        self.changes.iter().filter(|change| {
            let its = standing.identity(&change.name);
            judged
                .iter()
                .all(|one| standing.identity(&one.wanted.name) != its)
        })
    }
}

/// The packages and versions that apt is asked for.
pub fn asked_for(judged: &[Judged]) -> Vec<String> {
    let unfit = judged.iter().filter(|one| !one.is_fit);
    unfit
        .map(|one| format!("{}={}", one.wanted.name, one.wanted.version))
        .collect()
}

/// The words of an install, from the same for trying out, fetching, and doing.
pub fn install(wish: &Wish, words: &[&str], asked: &[String]) -> Vec<String> {
    let mut all = words.to_vec();
    all.push("--no-remove");
    if wish.downgrade {
        all.push("--allow-downgrades");
    }
    all.extend(["install", "--"]);
    all.extend(asked.iter().map(String::as_str));
    apt(&all)
}

impl Work<'_> {
    /// Fetches the lists of what is to be had; all of them, or it is a failure.
    pub async fn refresh(&self) -> Result<(), Stop> {
        self.wait_for_fetching().await?;
        let words = apt(&["-o", "APT::Update::Error-Mode=any", "update"]);
        let ran = self.run(&words, "/".as_ref(), Manner::Looking).await?;
        // Older ones do not know that word, take old lists instead, and only warn.
        let is_whole = !ran.err.lines().any(|line| line.contains("Failed to fetch"));
        if ran.is_good() && is_whole {
            return Ok(());
        }
        let text = format!(
            "the lists of packages could not be fetched:\n{}",
            ran.last_words()
        );
        Err(Failure::new("refresh_failed", text).into())
    }

    /// Lets apt try out what is wanted, and sees that it may be done.
    pub async fn plan(&self, wish: &Wish, judged: &[Judged], standing: &Standing) -> Result<Plan, Stop> {
        for one in judged.iter().filter(|one| !one.is_fit) {
            let (name, version) = (&one.wanted.name, &one.wanted.version);
            let is_there = one
                .found
                .as_ref()
                .is_some_and(|package| package.version == *version);
            if !is_there && !self.is_listed(name, version).await? {
                let text = format!("{name} {version} is not in the lists of this device");
                return Err(Failure::new("no_such_version", text).into());
            }
        }
        let asked = asked_for(judged);
        let plan = if asked.is_empty() {
            Plan::of(Ran {
                code: Some(0),
                out: String::new(),
                err: String::new(),
            })
        } else {
            let words = install(wish, &["-s"], &asked);
            Plan::of(self.run(&words, "/".as_ref(), Manner::Looking).await?)
        };
        for name in judged
            .iter()
            .filter(|one| !one.is_fit)
            .map(|one| one.wanted.name.as_str())
            .chain(plan.changes.iter().map(|change| change.name.as_str()))
        {
            if standing.find(name)?.is_some_and(|package| package.is_held) {
                let text = format!("{name} is held at its version on this device");
                return Err(Failure::new("held", text).into());
            }
        }
        if plan.ran.is_good() && plan.removals.is_empty() {
            return Ok(plan);
        }
        let words = plan.ran.last_words();
        let code = if !plan.removals.is_empty() || words.contains("remove is disabled") {
            "would_remove"
        } else {
            "package_failed"
        };
        Err(Failure::new(code, format!("apt would not do it:\n{words}")).into())
    }
}

impl Plan {
    /// What a simulation says: `Inst NAME [FROM] (TO …)` and `Remv NAME …`.
    pub fn of(ran: Ran) -> Self {
        let (mut changes, mut removals) = (Vec::new(), Vec::new());
        for line in ran.out.lines() {
            let mut words = line.split(' ');
            match (words.next(), words.next()) {
                (Some("Inst"), Some(name)) => {
                    let rest: Vec<&str> = words.collect();
                    let from = rest
                        .first()
                        .and_then(|word| word.strip_prefix('[')?.strip_suffix(']'));
                    let to = rest.iter().find_map(|word| word.strip_prefix('('));
                    changes.push(Change {
                        name: name.to_owned(),
                        from: from.map(str::to_owned),
                        to: to.unwrap_or_default().to_owned(),
                    });
                }
                (Some("Remv"), Some(name)) => removals.push(name.to_owned()),
                _ => {}
            }
        }
        Self {
            ran,
            changes,
            removals,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_apt_would_do_is_read_off_its_words() {
        let out = "Reading package lists...\n\
            Remv eater [1]\n\
            Inst probe [1] (2 localhost [all])\n\
            Inst libfoo:i386 (1:2-3 Debian:12/stable [i386]) []\n\
            Conf probe (2 localhost [all])\n";
        let plan = Plan::of(Ran {
            code: Some(0),
            out: out.to_owned(),
            err: String::new(),
        });
        let change = |name: &str, from: Option<&str>, to: &str| Change {
            name: name.to_owned(),
            from: from.map(str::to_owned),
            to: to.to_owned(),
        };
        assert_eq!(
            plan.changes,
            [
                change("probe", Some("1"), "2"),
                change("libfoo:i386", None, "1:2-3")
            ]
        );
        assert_eq!(plan.removals, ["eater"]);
    }
}

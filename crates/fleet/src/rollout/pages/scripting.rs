//! Scripts as what a rollout does: their part of the form, and what they are called on pages.

use std::collections::BTreeMap;

use ::rollout::Step;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::i18n::Arg;
use protocol::verb::Verb;
use web::{Choice, FormData, Shell};

use super::{packaging, updating};
use crate::act::{self, pages::limits};
use crate::release::listing;
use crate::rollout::content::{Content, Limits, STEP, Scripts};
use crate::rollout::wording;
use crate::script::{self, Script, ScriptId};

/// What a form offers to choose from.
pub(super) struct Offered {
    /// Scripts that may be run, by name.
    scripts: Vec<Script>,
    /// Versions of the agent that were published, the newest first.
    releases: Vec<String>,
}

impl Offered {
    /// Reads the library.
    ///
    /// # Errors
    /// The database's.
    pub(super) fn read(tx: &mut Tx<'_>, cx: &Cx) -> Result<Self> {
        let mut scripts = script::list(tx, cx)?;
        scripts.retain(|one| one.current.is_some() && one.retired_at.is_none());
        let releases = listing::versions(tx)?;
        Ok(Self { scripts, releases })
    }

    /// Whether a release of the agent was published.
    pub(super) fn has_releases(&self) -> bool {
        !self.releases.is_empty()
    }

    /// The releases to choose from; the first says that none is chosen.
    pub(super) fn releases(&self, shell: &Shell) -> Vec<Choice> {
        let first = std::iter::once(Choice::new("", shell.t("fleet-release-choose")));
        let releases = self.releases.iter();
        first
            .chain(releases.map(|version| Choice::new(version.clone(), version.clone())))
            .collect()
    }

    /// Whether there is nothing to choose from.
    pub(super) fn is_empty(&self) -> bool {
        self.scripts.is_empty()
    }

    /// The choices for a step; the first says what it means to choose none.
    pub(super) fn choices(&self, shell: &Shell, none: &str) -> Vec<Choice> {
        let scripts = self.scripts.iter();
        let first = std::iter::once(Choice::new("", shell.t(none)));
        first
            .chain(scripts.map(|one| Choice::new(one.id.to_string(), one.name.clone())))
            .collect()
    }
}

/// What the form says is done; none when a field that is needed is wrong.
pub(super) fn content(form: &FormData, errors: &mut Errors) -> Option<Content> {
    match form.text("kind") {
        "script" => scripts(form, errors),
        "package" => packaging::content(form, errors),
        "agent" => updating::content(form, errors),
        _ => {
            errors.push("kind", "web.form.malformed");
            None
        }
    }
}

/// What the form says of scripts; none when a field that is needed is wrong.
fn scripts(form: &FormData, errors: &mut Errors) -> Option<Content> {
    let must = |name: &str, errors: &mut Errors| form.parse::<ScriptId>(name, errors);
    let may = |name: &str, errors: &mut Errors| form.optional(name).and_then(|_| form.parse(name, errors));
    let running = limits(form, errors);
    let values = values(form.text("values"), errors);
    let dry_run = must("dry_run", errors);
    let check = must("check", errors);
    let apply = must("apply", errors);
    let (verify, roll_back) = (may("verify", errors), may("roll_back", errors));
    Some(Content::Script(Scripts {
        dry_run: dry_run?,
        check: check?,
        apply: apply?,
        verify,
        roll_back,
        values,
        limits: Limits {
            run_as: running.run_as,
            timeout_seconds: running.timeout_seconds,
            memory_mb: running.memory_mb,
            cpu_percent: running.cpu_percent,
        },
    }))
}

/// Lines of `name = value`. A name stands once, and the step is ours to say.
fn values(text: &str, errors: &mut Errors) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let pair = line
            .split_once(['=', '＝'])
            .map(|(name, value)| (name.trim(), value.trim()));
        let args = || vec![("line".to_owned(), Arg::from(line))];
        let Some((name, value)) = pair.filter(|(name, _)| !name.is_empty()) else {
            errors.push_with("values", "fleet.rollout_values_line", args());
            continue;
        };
        if name == STEP {
            errors.push("values", "fleet.rollout_values_step");
        } else if values.insert(name.to_owned(), value.to_owned()).is_some() {
            errors.push_with("values", "fleet.rollout_values_twice", args());
        }
    }
    values
}

/// What stands in the fields of a new form.
pub(super) fn fresh() -> Vec<(String, String)> {
    // The usual limits are those that a form without any has.
    let running = limits(&FormData::default(), &mut Errors::new());
    let mut pairs = limit_pairs(
        &running.run_as,
        [running.timeout_seconds, running.memory_mb, running.cpu_percent],
    );
    pairs.extend(packaging::fresh());
    pairs.extend(updating::fresh());
    pairs.push(("kind".to_owned(), "package".to_owned()));
    pairs
}

fn limit_pairs(run_as: &str, [seconds, memory, processor]: [u32; 3]) -> Vec<(String, String)> {
    let pairs = [
        ("run_as", run_as.to_owned()),
        ("timeout_seconds", seconds.to_string()),
        ("memory_mb", memory.to_string()),
        ("cpu_percent", processor.to_string()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// What stands in the fields of a form for another rollout that does the same.
pub(super) fn like(content: &Content) -> Vec<(String, String)> {
    let mut pairs = match content {
        Content::Script(scripts) => {
            let mut pairs = like_scripts(scripts);
            pairs.extend(packaging::fresh());
            pairs.extend(updating::fresh());
            pairs
        }
        Content::Package(packages) => {
            let mut pairs = fresh();
            pairs.retain(|(name, _)| name != "kind" && name != "package_timeout");
            pairs.extend(packaging::like(packages));
            pairs
        }
        Content::Agent(agent) => {
            let mut pairs = fresh();
            pairs.retain(|(name, _)| name != "kind" && name != "agent_timeout");
            pairs.extend(updating::like(agent));
            pairs
        }
    };
    pairs.push(("kind".to_owned(), content.word().to_owned()));
    pairs
}

fn like_scripts(scripts: &Scripts) -> Vec<(String, String)> {
    let limits = &scripts.limits;
    let mut pairs = limit_pairs(
        &limits.run_as,
        [limits.timeout_seconds, limits.memory_mb, limits.cpu_percent],
    );
    for (name, script) in [
        ("dry_run", Some(scripts.dry_run)),
        ("check", Some(scripts.check)),
        ("apply", Some(scripts.apply)),
        ("verify", scripts.verify),
        ("roll_back", scripts.roll_back),
    ] {
        pairs.extend(script.map(|id| (name.to_owned(), id.to_string())));
    }
    let lines: Vec<String> = scripts
        .values
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    pairs.push(("values".to_owned(), lines.join("\n")));
    pairs
}

/// A step as a page names it.
pub(super) struct Named {
    /// Which step.
    pub step: String,
    /// What it does.
    pub what: String,
    /// Where all of it can be read.
    pub href: Option<String>,
}

/// What each step does, by name.
///
/// # Errors
/// The database's.
pub(super) fn named(tx: &mut Tx<'_>, cx: &Cx, steps: &[(Step, Verb)]) -> Result<Vec<Named>> {
    let mut named = Vec::with_capacity(steps.len());
    for (step, verb) in steps {
        let (what, href) = match verb {
            Verb::ScriptRun { script, version, .. } => {
                let id = script.parse::<ScriptId>().ok();
                let found = match id {
                    Some(id) => script::store::find(tx, id)?,
                    None => None,
                };
                let name = found.map_or_else(|| script.clone(), |found| found.name);
                let args = [("name", Arg::from(name)), ("version", (*version).into())];
                (
                    cx.locale.t_with("fleet-rollout-script-version", &args),
                    id.map(|id| format!("/devices/scripts/{id}")),
                )
            }
            verb => {
                let name = act::telling::verb_name(cx.locale, verb.name());
                (format!("{name} {}", act::telling::target(verb)), None)
            }
        };
        named.push(Named {
            step: wording::step(cx.locale, *step),
            what,
            href,
        });
    }
    Ok(named)
}

/// A content for tests.
#[cfg(test)]
pub(super) fn sample() -> Content {
    let id = ScriptId::from_parts(1, &[0; 10]);
    Content::Script(Scripts {
        dry_run: id,
        check: id,
        apply: id,
        verify: None,
        roll_back: Some(id),
        values: BTreeMap::from([("path".to_owned(), "/a = b".to_owned())]),
        limits: Limits {
            run_as: "root".to_owned(),
            timeout_seconds: 60,
            memory_mb: 64,
            cpu_percent: 50,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (BTreeMap<String, String>, Vec<String>) {
        let mut errors = Errors::new();
        let values = values(text, &mut errors);
        let codes = errors.finish().err().map_or_else(Vec::new, |error| {
            error.fields().iter().map(|field| field.code.clone()).collect()
        });
        (values, codes)
    }

    #[test]
    fn a_value_is_what_stands_after_the_first_sign() {
        let (values, codes) = read("path = /etc/a=b\n\n  level＝high \nempty =");
        assert_eq!(codes, [""; 0]);
        assert_eq!(values["path"], "/etc/a=b");
        assert_eq!(values["level"], "high");
        assert_eq!(values["empty"], "");
    }

    #[test]
    fn a_line_without_a_sign_a_name_twice_and_our_own_name_are_refused() {
        assert_eq!(read("path").1, ["fleet.rollout_values_line"]);
        assert_eq!(read("= x").1, ["fleet.rollout_values_line"]);
        assert_eq!(read("a = 1\na = 2").1, ["fleet.rollout_values_twice"]);
        assert_eq!(read("step = apply").1, ["fleet.rollout_values_step"]);
    }

    #[test]
    fn a_content_survives_the_form() {
        let sample = sample();
        let form = FormData::from_pairs(like(&sample));
        let mut errors = Errors::new();
        assert_eq!(content(&form, &mut errors), Some(sample));
        errors.finish().unwrap();
    }

    #[test]
    fn scripts_that_are_needed_are_asked_for() {
        let mut errors = Errors::new();
        let form = FormData::from_pairs([("kind".to_owned(), "script".to_owned())]);
        assert_eq!(content(&form, &mut errors), None);
        let error = errors.finish().unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["dry_run", "check", "apply"]);
        let mut errors = Errors::new();
        assert_eq!(content(&FormData::default(), &mut errors), None);
        assert_eq!(errors.finish().unwrap_err().fields()[0].field, "kind");
    }
}

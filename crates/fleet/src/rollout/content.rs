//! What a rollout does: which verb each of its steps is. The same for every target, and fixed with the draft.

use std::collections::BTreeMap;

use ::rollout::Step;
use ::rollout::plan::WayBack;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use protocol::verb::{PackageStep, PackageWanted, UpdateStep, Verb};
use serde::{Deserialize, Serialize};

use super::RolloutId;
use crate::release::{self, Standing, bundling};
use crate::script::{self, Running, ScriptId};

/// The parameter by which a script hears which step it is: one script can be all of them.
pub const STEP: &str = "step";

/// What a rollout does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// Scripts of the library.
    Script(Scripts),
    /// Packages of the system at wanted versions.
    Package(Packages),
    /// The agent itself at a version.
    Agent(Agent),
}

/// A version that the agent itself is to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Which; one of those that were published.
    pub version: String,
    /// How long each step may take.
    pub timeout_seconds: u32,
}

/// Packages and the versions they are to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packages {
    /// Which; each name once.
    pub packages: Vec<PackageWanted>,
    /// Whether a package is also installed where it is absent.
    pub install: bool,
    /// Whether a newer version is replaced, too.
    pub downgrade: bool,
    /// How long each step may take.
    pub timeout_seconds: u32,
}

/// A script for each step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scripts {
    /// Says what it would do, and does nothing.
    pub dry_run: ScriptId,
    /// Says by its code whether the change is there: 0, 80 not at all, 81 in between.
    pub check: ScriptId,
    /// Makes the change.
    pub apply: ScriptId,
    /// Says whether the device works with it; the check when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<ScriptId>,
    /// Takes the change back; there is no way back when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll_back: Option<ScriptId>,
    /// Values by parameter, as they were typed; each script takes those it knows.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// How they run.
    #[serde(flatten)]
    pub limits: Limits,
}

/// How a script of a rollout runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// As whom.
    pub run_as: String,
    /// So long at most.
    pub timeout_seconds: u32,
    /// So much memory at most.
    pub memory_mb: u32,
    /// So much of one processor at most.
    pub cpu_percent: u32,
}

impl Content {
    /// The word in JSON and on pages.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Script(_) => "script",
            Self::Package(_) => "package",
            Self::Agent(_) => "agent",
        }
    }

    /// Whether the change can be taken back.
    #[must_use]
    pub const fn way_back(&self) -> WayBack {
        match self {
            Self::Script(Scripts { roll_back: None, .. }) => WayBack::Missing,
            Self::Script(_) | Self::Package(_) | Self::Agent(_) => WayBack::Scripted,
        }
    }

    /// The verb of each step that there is. A device remembers how it was under the rollout's id.
    ///
    /// # Errors
    /// 403 without the right to run scripts, 409 for one that was not reviewed, 422 with the fields: `dry_run`, `check` … for a script,
    /// `parameter.NAME` for a value, `version` for a release that is not published; 409 when the signatures of the releases ran out.
    pub fn verbs(&self, tx: &mut Tx<'_>, cx: &Cx, id: RolloutId) -> Result<Vec<(Step, Verb)>> {
        match self {
            Self::Script(scripts) => scripts.verbs(tx, cx),
            Self::Package(packages) => Ok(packages.verbs(id)),
            Self::Agent(agent) => agent.verbs(tx, cx, id),
        }
    }
}

impl Agent {
    /// The steps that bring a program along name one of the release's bundles; each device is asked with that of its own platform.
    fn verbs(&self, tx: &mut Tx<'_>, cx: &Cx, id: RolloutId) -> Result<Vec<(Step, Verb)>> {
        let programs = release::store::programs(tx, &self.version)?;
        let Some(first) = programs.first() else {
            return Err(Error::invalid("fleet.release_unknown")
                .field("version")
                .arg("version", self.version.clone()));
        };
        let trust = release::store::trust(tx)?;
        if trust.is_none_or(|trust| trust.standing(cx.now()) == Standing::Over) {
            return Err(Error::conflict("fleet.release_expired").field("version"));
        }
        let verb = |step: UpdateStep| Verb::AgentUpdate {
            step,
            rollout: id.to_string(),
            version: self.version.clone(),
            bundle: step.has_bundle().then(|| bundling::bundle_of(first)),
            timeout_seconds: self.timeout_seconds,
        };
        let steps = Step::ALL.into_iter().map(|step| {
            let own = match step {
                Step::DryRun => UpdateStep::DryRun,
                Step::Check => UpdateStep::Check,
                Step::Apply => UpdateStep::Apply,
                Step::Verify => UpdateStep::Verify,
                Step::RollBack => UpdateStep::RollBack,
            };
            (step, verb(own))
        });
        Ok(steps.collect())
    }
}

impl Packages {
    fn verbs(&self, id: RolloutId) -> Vec<(Step, Verb)> {
        let verb = |step| Verb::Package {
            step: match step {
                Step::DryRun => PackageStep::DryRun,
                Step::Check => PackageStep::Check,
                Step::Apply => PackageStep::Apply,
                Step::Verify => PackageStep::Verify,
                Step::RollBack => PackageStep::RollBack,
            },
            rollout: id.to_string(),
            packages: self.packages.clone(),
            install: self.install,
            downgrade: self.downgrade,
            timeout_seconds: self.timeout_seconds,
        };
        Step::ALL.into_iter().map(|step| (step, verb(step))).collect()
    }
}

impl Scripts {
    /// The script of a step.
    #[must_use]
    pub const fn of(&self, step: Step) -> Option<ScriptId> {
        match step {
            Step::DryRun => Some(self.dry_run),
            Step::Check => Some(self.check),
            Step::Apply => Some(self.apply),
            Step::Verify => match self.verify {
                Some(own) => Some(own),
                None => Some(self.check),
            },
            Step::RollBack => self.roll_back,
        }
    }

    fn verbs(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<(Step, Verb)>> {
        let mut verbs = Vec::new();
        for step in Step::ALL {
            if let Some(id) = self.of(step) {
                verbs.push((step, self.verb(tx, cx, id, step)?));
            }
        }
        self.knows_all_values(tx, &verbs)?;
        Ok(verbs)
    }

    fn verb(&self, tx: &mut Tx<'_>, cx: &Cx, id: ScriptId, step: Step) -> Result<Verb> {
        let mut values = self.values.clone();
        // A verification by the check is the check's errand.
        let errand = if step == Step::Verify && self.verify.is_none() {
            Step::Check
        } else {
            step
        };
        values.insert(STEP.to_owned(), errand.as_str().to_owned());
        let running = Running {
            values: values.into_iter().collect(),
            run_as: self.limits.run_as.clone(),
            timeout_seconds: self.limits.timeout_seconds,
            memory_mb: self.limits.memory_mb,
            cpu_percent: self.limits.cpu_percent,
        };
        script::verb(tx, cx, id, &running).map_err(|error| {
            if error.fields().is_empty() {
                error.field(step.as_str())
            } else {
                error
            }
        })
    }

    /// A value that no script takes is a slip of whoever typed it, and would be passed over in silence.
    fn knows_all_values(&self, tx: &mut Tx<'_>, verbs: &[(Step, Verb)]) -> Result<()> {
        let mut unknown: Vec<&String> = self.values.keys().collect();
        for (_, verb) in verbs {
            let Verb::ScriptRun { script, version, .. } = verb else {
                continue;
            };
            let Ok(id) = script.parse::<ScriptId>() else {
                continue;
            };
            if let Some(version) = script::store::version(tx, id, i64::from(*version))? {
                unknown.retain(|name| !version.parameters.iter().any(|one| one.name == **name));
            }
        }
        match unknown.first() {
            Some(name) => Err(Error::invalid("fleet.rollout_value")
                .field("values")
                .arg("name", (*name).clone())),
            None => Ok(()),
        }
    }
}

//! How a rollout, how far it is, and its targets are written in the JSON interface.

use ::rollout::state::{Halt, Signature};
use ::rollout::target::DryRun;
use ::rollout::{Counts, Course, Failure, Missing, Phase, Reason, Trace, Why};
use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::seeing::{self, Shown};
use super::super::{Rollout, course_word, phase_word, telling, wording};
use super::planning::PlanJson;

/// How many devices of a ring are how far.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutCounts)]
pub(crate) struct CountsJson {
    pending: u32,
    offline: u32,
    running: u32,
    unknown: u32,
    compliant: u32,
    succeeded: u32,
    failed: u32,
    rolled_back: u32,
    roll_back_failed: u32,
    expired: u32,
    cancelled: u32,
    /// How many of all these count against the budget.
    harm: u32,
}

impl From<&Counts> for CountsJson {
    fn from(counts: &Counts) -> Self {
        Self {
            pending: counts.pending,
            offline: counts.offline,
            running: counts.running,
            unknown: counts.unknown,
            compliant: counts.compliant,
            succeeded: counts.succeeded,
            failed: counts.failed,
            rolled_back: counts.rolled_back,
            roll_back_failed: counts.roll_back_failed,
            expired: counts.expired,
            cancelled: counts.cancelled,
            harm: counts.harm,
        }
    }
}

/// Why it halted or is being ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutHalt)]
pub(crate) struct HaltJson {
    /// `person`, `ring_budget`, `budget`, `probe`, `dry_run`, `rehearsal`, `nothing_to_rehearse`, `nothing_learned`, `retried`.
    reason: String,
    /// What was said; empty when it halted by itself.
    text: String,
    /// Who wanted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// The ring that it is about, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    ring: Option<usize>,
    /// The position of the target that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<u32>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl HaltJson {
    fn of(halt: &Halt) -> Self {
        let (word, ring) = telling::reason_word(&halt.reason);
        let (by, target) = match &halt.reason {
            Reason::Person { by, .. } => (Some(by.0.clone()), None),
            Reason::DryRun { target } | Reason::Rehearsal { target } => (None, Some(target.0)),
            _ => (None, None),
        };
        Self {
            reason: word.to_owned(),
            text: telling::text_of(&halt.reason).to_owned(),
            by,
            ring,
            target,
            at: Timestamp::from_millis(halt.at),
        }
    }
}

/// Who did something, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutSignature)]
pub(crate) struct SignatureJson {
    /// Who.
    by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<&Signature> for SignatureJson {
    fn from(signed: &Signature) -> Self {
        Self {
            by: signed.by.0.clone(),
            at: Timestamp::from_millis(signed.at),
        }
    }
}

/// A proof that somebody went without.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutExcepted)]
pub(crate) struct ExceptedJson {
    /// `dry_run` or `way_back`.
    #[schema(value_type = String)]
    gate: ::rollout::Gate,
    /// Who took it upon themselves.
    by: String,
    /// Why.
    reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A rollout.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rollout)]
pub(crate) struct RolloutJson {
    /// Identifier.
    id: String,
    /// The ticket it is done for.
    ticket: i64,
    /// As people call it.
    title: String,
    /// Which devices it was made for, as it was typed.
    query: String,
    /// Which of them come first, as it was typed.
    first: String,
    /// What it does.
    #[schema(value_type = serde_json::Value)]
    content: serde_json::Value,
    /// How.
    plan: PlanJson,
    /// `draft`, `dry_run`, `rehearsal`, `ring`, `done`, `cancelled`.
    phase: String,
    /// The ring that is under way, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    ring: Option<usize>,
    /// `going`, `retrying`, `halted`, `cancelling`.
    course: String,
    /// Why it halted or is being ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    halt: Option<HaltJson>,
    /// Orders name it, so that none is followed twice.
    round: u32,
    /// What is missing before the first ring: `dry_run`, `approval`, `way_back`.
    missing: Vec<&'static str>,
    /// How far the devices of each ring are.
    counts: Vec<CountsJson>,
    /// Who began it.
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<SignatureJson>,
    /// Who agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved: Option<SignatureJson>,
    /// Which proofs somebody went without.
    exceptions: Vec<ExceptedJson>,
    /// When the dry run had passed.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run_passed_at: Option<Timestamp>,
    /// When the way back had been rehearsed.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    way_back_proved_at: Option<Timestamp>,
    /// Since when the ring is finished and only watched.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    bakes_since: Option<Timestamp>,
    /// Somebody said that all is well with it.
    is_healthy: bool,
    /// Who planned it.
    person: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was over.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

impl RolloutJson {
    pub(super) fn of(rollout: &Rollout) -> Self {
        let head = &rollout.head;
        let word = |missing: Missing| match missing {
            Missing::DryRun => "dry_run",
            Missing::Approval => "approval",
            Missing::WayBack => "way_back",
        };
        Self {
            id: rollout.id.to_string(),
            ticket: rollout.ticket,
            title: rollout.title.clone(),
            query: rollout.query.clone(),
            first: rollout.first.clone(),
            content: serde_json::to_value(&rollout.content).unwrap_or_default(),
            plan: PlanJson::of(&rollout.plan),
            phase: phase_word(head.phase).to_owned(),
            ring: match head.phase {
                Phase::Ring { ring } => Some(ring),
                _ => None,
            },
            course: course_word(&head.course).to_owned(),
            halt: match &head.course {
                Course::Halted(halt) | Course::Cancelling(halt) => Some(HaltJson::of(halt)),
                Course::Going | Course::Retrying => None,
            },
            round: head.round,
            missing: seeing::missing(rollout).into_iter().map(word).collect(),
            counts: head.counts.iter().map(CountsJson::from).collect(),
            started: head.started.as_ref().map(SignatureJson::from),
            approved: head.approved.as_ref().map(SignatureJson::from),
            exceptions: excepted(rollout),
            dry_run_passed_at: head.dry_run_passed.map(Timestamp::from_millis),
            way_back_proved_at: head.way_back_proved.map(|proof| Timestamp::from_millis(proof.at)),
            bakes_since: head.bakes_since.map(Timestamp::from_millis),
            is_healthy: head.is_healthy,
            person: rollout.person.to_string(),
            created_at: rollout.created_at,
            ended_at: rollout.ended_at,
        }
    }
}

fn excepted(rollout: &Rollout) -> Vec<ExceptedJson> {
    let one = |one: &::rollout::state::Exception| ExceptedJson {
        gate: one.gate,
        by: one.by.0.clone(),
        reason: one.reason.clone(),
        at: Timestamp::from_millis(one.at),
    };
    rollout.head.exceptions.iter().map(one).collect()
}

/// Rollouts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rollouts)]
pub(crate) struct RolloutsJson {
    /// The latest first.
    pub(super) items: Vec<RolloutJson>,
    /// Pass as `cursor` for older ones; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cursor: Option<String>,
}

/// What went wrong with a target.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutFailure)]
pub(crate) struct FailureJson {
    /// At which step: `dry_run`, `check`, `apply`, `verify`, `roll_back`.
    step: String,
    /// `failed`, `refused`, `lost`, `stopped`, `between`, `still_there`, `expired`.
    why: String,
    /// The code that its act ended with: `exit_1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

impl From<&Failure> for FailureJson {
    fn from(failure: &Failure) -> Self {
        Self {
            step: failure.step.as_str().to_owned(),
            why: wording::why_word(&failure.why).to_owned(),
            code: match &failure.why {
                Why::Failed { code } | Why::Refused { code } => Some(code.clone()),
                _ => None,
            },
        }
    }
}

/// A device in a rollout.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutTarget)]
pub(crate) struct TargetJson {
    /// Its place.
    position: u32,
    /// The device; missing when it is out of the caller's reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    /// Its ring, from 0.
    ring: usize,
    /// How far it is: `pending`, `offline`, `running`, `unknown`, `compliant`, `succeeded`, `failed`, `rolled_back`,
    /// `roll_back_failed`, `expired`, `cancelled`.
    status: String,
    /// What may be left on it: `none`, `unsure`, `applied`, `undone`.
    #[schema(value_type = String)]
    trace: Trace,
    /// What its dry run said: `passed` or `failed`.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<DryRun>,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureJson>,
    /// A person went on in spite of it: it counts against no budget.
    is_forgiven: bool,
    /// It cannot be reached.
    is_away: bool,
}

impl TargetJson {
    pub(super) fn of(shown: &Shown) -> Self {
        let placed = &shown.placed;
        let target = &placed.target;
        Self {
            position: placed.position.0,
            device: shown.device.as_ref().map(|device| device.id.to_string()),
            ring: placed.ring,
            status: target.status.as_str().to_owned(),
            trace: target.trace,
            dry_run: target.dry_run,
            failure: target.failure.as_ref().map(FailureJson::from),
            is_forgiven: target.is_forgiven,
            is_away: target.is_away,
        }
    }
}

/// Targets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutTargets)]
pub(crate) struct TargetsJson {
    /// By position.
    pub(super) items: Vec<TargetJson>,
    /// Pass as `after` for more; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<u32>,
}

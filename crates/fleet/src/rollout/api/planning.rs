//! How what is wanted and its plan are written in the JSON interface. Spans of time are milliseconds, as in the plan.

use ::rollout::plan::{Budget, Plan, Probing, Ring, Share, Size, Tries, Undo, WayBack};
use kernel::error::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::drafting::{Manner, Wish};
use crate::patch::PatchId;

/// What is to be rolled out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = RolloutWish)]
#[serde(deny_unknown_fields)]
pub(crate) struct WishJson {
    /// The ticket it is done for: open, and visible to the caller.
    ticket: i64,
    /// As people will call it.
    title: String,
    /// Which devices: words and filters, as the list of devices reads them; empty: all in reach.
    #[serde(default)]
    query: String,
    /// Which of them come first, in the same way.
    #[serde(default)]
    first: String,
    /// What is done: `{"kind": "script", "dry_run": ID, "check": ID, "apply": ID, "verify": ID, "roll_back": ID, "values": {},
    /// "run_as": "root", "timeout_seconds": 300, "memory_mb": 512, "cpu_percent": 100}`; `verify`, `roll_back`, and what follows them
    /// may be left out. Or `{"kind": "package", "packages": [{"name": "openssl", "version": "3.0.17-1~deb12u2"}], "install": false,
    /// "downgrade": false, "timeout_seconds": 1800}`. Or `{"kind": "agent", "version": "1.2.3", "timeout_seconds": 900}` with a
    /// release of the agent.
    #[schema(value_type = serde_json::Value)]
    content: serde_json::Value,
    /// The rings in their order, the last with the size `rest`.
    #[serde(default)]
    rings: Option<Vec<RingJson>>,
    /// How many failures there may be over all.
    #[serde(default)]
    budget: Option<BudgetJson>,
    /// So many devices are in flight at most.
    #[serde(default)]
    in_flight_most: Option<u32>,
    /// On so many devices the dry run has to pass.
    #[serde(default)]
    sample: Option<u32>,
    /// What is rolled back when it halts: `failed` or `ring`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    undo: Option<Undo>,
    /// A device that is away is waited for so long.
    #[serde(default)]
    offline_most: Option<i64>,
    /// How often each step is tried.
    #[serde(default)]
    tries: Option<TriesJson>,
    /// The approved patches that it is planned from; those that its packages do not hold are passed over.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    patches: Vec<PatchId>,
}

impl WishJson {
    /// As the operation takes it.
    ///
    /// # Errors
    /// 422 when what is to be done is not understood.
    pub(super) fn wish(self) -> Result<Wish> {
        let usual = Manner::default();
        Ok(Wish {
            ticket: self.ticket,
            title: self.title,
            query: self.query,
            first: self.first,
            content: super::content(self.content)?,
            manner: Manner {
                rings: self
                    .rings
                    .map_or(usual.rings, |rings| rings.into_iter().map(Ring::from).collect()),
                budget: self.budget.map_or(usual.budget, Budget::from),
                in_flight_most: self.in_flight_most.unwrap_or(usual.in_flight_most),
                sample: self.sample.unwrap_or(usual.sample),
                undo: self.undo.unwrap_or(usual.undo),
                offline_most: self.offline_most.unwrap_or(usual.offline_most),
                tries: self.tries.map_or(usual.tries, Tries::from),
            },
            patches: self.patches,
        })
    }
}

/// A part of the devices.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = RolloutRing)]
#[serde(deny_unknown_fields)]
pub(crate) struct RingJson {
    /// As people call it.
    name: String,
    /// `{"count": 5}`, `{"share": 10}`, or `"rest"`.
    #[schema(value_type = serde_json::Value)]
    size: Size,
    /// How many of them may fail; none when it is left out.
    #[serde(default = "nothing")]
    budget: BudgetJson,
    /// How long it is only watched when it is finished.
    #[serde(default)]
    bake: i64,
    /// Up to this share of it may be away without holding the next ring up.
    #[serde(default = "half")]
    #[schema(value_type = u8)]
    offline: Share,
    /// `needed` when somebody must say that all is well before the next ring begins; else `optional`.
    #[serde(default = "optional")]
    #[schema(value_type = String)]
    probe: Probing,
}

const fn nothing() -> BudgetJson {
    BudgetJson {
        count: Some(0),
        share: None,
    }
}

const fn half() -> Share {
    match Share::percent(50) {
        Some(half) => half,
        None => Share::ALL,
    }
}

const fn optional() -> Probing {
    Probing::Optional
}

impl From<RingJson> for Ring {
    fn from(ring: RingJson) -> Self {
        Self {
            name: ring.name,
            size: ring.size,
            budget: ring.budget.into(),
            bake: ring.bake,
            offline: ring.offline,
            probe: ring.probe,
        }
    }
}

impl From<&Ring> for RingJson {
    fn from(ring: &Ring) -> Self {
        Self {
            name: ring.name.clone(),
            size: ring.size,
            budget: ring.budget.into(),
            bake: ring.bake,
            offline: ring.offline,
            probe: ring.probe,
        }
    }
}

/// How many failures there may be: the smaller of both holds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = RolloutBudget)]
#[serde(deny_unknown_fields)]
pub(crate) struct BudgetJson {
    /// So many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    /// Such a share, rounded down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>)]
    share: Option<Share>,
}

impl From<BudgetJson> for Budget {
    fn from(budget: BudgetJson) -> Self {
        Self {
            count: budget.count.unwrap_or(u32::MAX),
            share: budget.share.unwrap_or(Share::ALL),
        }
    }
}

impl From<Budget> for BudgetJson {
    fn from(budget: Budget) -> Self {
        Self {
            count: (budget.count != u32::MAX).then_some(budget.count),
            share: (budget.share != Share::ALL).then_some(budget.share),
        }
    }
}

/// How often each step is tried.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = RolloutTries)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriesJson {
    /// The dry run.
    dry_run: u8,
    /// The check.
    check: u8,
    /// The apply.
    apply: u8,
    /// The verification.
    verify: u8,
    /// The way back.
    roll_back: u8,
}

impl From<TriesJson> for Tries {
    fn from(tries: TriesJson) -> Self {
        Self {
            dry_run: tries.dry_run,
            check: tries.check,
            apply: tries.apply,
            verify: tries.verify,
            roll_back: tries.roll_back,
        }
    }
}

impl From<Tries> for TriesJson {
    fn from(tries: Tries) -> Self {
        Self {
            dry_run: tries.dry_run,
            check: tries.check,
            apply: tries.apply,
            verify: tries.verify,
            roll_back: tries.roll_back,
        }
    }
}

/// The plan, which never changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutPlan)]
pub(crate) struct PlanJson {
    /// How many devices.
    targets: u32,
    /// The rings.
    rings: Vec<RingJson>,
    /// How many failures there may be over all.
    budget: BudgetJson,
    /// So many devices are in flight at most.
    in_flight_most: u32,
    /// On so many devices the dry run has to pass.
    sample: u32,
    /// `failed` or `ring`.
    #[schema(value_type = String)]
    undo: Undo,
    /// `scripted`, or `missing` when nothing takes the change back.
    #[schema(value_type = String)]
    way_back: WayBack,
    /// A device that is away is waited for so long.
    offline_most: i64,
    /// How often each step is tried.
    tries: TriesJson,
    /// How many devices of each ring can be harmed at worst before it stops.
    blast_radius: Vec<u32>,
}

impl PlanJson {
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            targets: plan.targets,
            rings: plan.rings.iter().map(RingJson::from).collect(),
            budget: plan.budget.into(),
            in_flight_most: plan.in_flight_most,
            sample: plan.sample,
            undo: plan.undo,
            way_back: plan.way_back,
            offline_most: plan.offline_most,
            tries: plan.tries.into(),
            blast_radius: (0..plan.rings.len())
                .map(|ring| plan.blast_radius(ring))
                .collect(),
        }
    }
}

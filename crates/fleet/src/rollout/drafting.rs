//! Drafting: what a rollout does, on which devices, in which rings. The draft is what people agree to; it never changes afterwards.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ::rollout::plan::{Budget, Plan, Probing, Ring, Share, Size, TARGETS_MOST, Tries, Undo, Unfit};
use ::rollout::{Position, State, Step, Target};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use protocol::verb::{Danger, Verb};

use super::store::{self, Placed};
use super::{Content, Rollout, RolloutId, telling};
use crate::act::{asking, right_for};
use crate::device::{self, Device, listing};
use crate::patch::{PatchId, planning};

const TITLE_MOST: usize = 120;
/// Devices that are read at once.
const PAGE: i64 = 500;
const HOUR: i64 = 3_600_000;

/// What somebody wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// For which ticket.
    pub ticket: i64,
    /// As people will call it.
    pub title: String,
    /// Which devices: words and filters, as the list of devices reads them.
    pub query: String,
    /// Which of them come first, in the same way; the order is ours when it is empty.
    pub first: String,
    /// What is done.
    pub content: Content,
    /// How.
    pub manner: Manner,
    /// The approved patches that it is planned from; those that its packages do not hold are passed over.
    pub patches: Vec<PatchId>,
}

/// How a rollout goes: a plan without what follows from its devices and from what is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// The rings in their order.
    pub rings: Vec<Ring>,
    /// How many failures there may be over all.
    pub budget: Budget,
    /// So many devices are in flight at most.
    pub in_flight_most: u32,
    /// On so many devices the dry run has to pass.
    pub sample: u32,
    /// What is rolled back when it halts.
    pub undo: Undo,
    /// A device that is away is waited for so long, in milliseconds.
    pub offline_most: i64,
    /// How often each step is tried.
    pub tries: Tries,
}

/// So much of something, in percent.
const fn percent(number: u8) -> Share {
    match Share::percent(number) {
        Some(share) => share,
        None => Share::ALL,
    }
}

impl Default for Manner {
    /// A canary of two, a tenth, and the rest; nothing may fail in the canary.
    fn default() -> Self {
        let ring = |name: &str, size, fails: u8, bake| Ring {
            name: name.to_owned(),
            size,
            budget: Budget {
                count: if fails == 0 { 0 } else { u32::MAX },
                share: percent(fails),
            },
            bake,
            offline: percent(50),
            probe: Probing::Optional,
        };
        Self {
            rings: vec![
                ring("canary", Size::Count(2), 0, HOUR / 2),
                ring("10%", Size::Share(percent(10)), 10, HOUR),
                ring("all", Size::Rest, 10, 0),
            ],
            budget: Budget {
                count: 20,
                share: percent(5),
            },
            in_flight_most: 10,
            sample: 1,
            undo: Undo::Failed,
            offline_most: 7 * 24 * HOUR,
            tries: Tries {
                dry_run: 1,
                check: 2,
                apply: 1,
                verify: 2,
                roll_back: 2,
            },
        }
    }
}

/// What a wish comes to, before it is kept.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What it will be called by once it is kept.
    pub id: RolloutId,
    /// The plan.
    pub plan: Plan,
    /// The devices in the order of their positions.
    pub devices: Vec<Device>,
    /// The steps.
    pub steps: Vec<(Step, Verb)>,
    /// The approved patches that it holds.
    pub patches: Vec<PatchId>,
}

/// Works a wish out and keeps nothing.
///
/// # Errors
/// 403 without the right that its most dangerous step asks for, 404 and 409 for the ticket as when an act is asked for, 409 for a script
/// that was not reviewed and for a patch that is not approved, 422 with the fields.
pub fn plan(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish) -> Result<Planned> {
    let id = cx.new_id();
    let steps = wish.content.verbs(tx, cx, id)?;
    for (_, verb) in &steps {
        verb.write().map_err(|unfit| asking::malformed(&unfit))?;
    }
    let right = right_for(danger_of(&steps));
    cx.require(right)?;
    asking::open_ticket(tx, cx, &desk::ticket::subject(wish.ticket))
        .map_err(|error| error.field("ticket"))?;
    let title = wish.title.trim();
    if title.is_empty() || title.chars().count() > TITLE_MOST {
        return Err(Error::invalid("fleet.rollout_title")
            .field("title")
            .arg("most", TITLE_MOST));
    }
    let patches = planning::held(tx, &wish.patches, &wish.content)?;
    let devices = devices(tx, cx, wish, right)?;
    let plan = plan_of(wish, u32::try_from(devices.len()).unwrap_or(u32::MAX));
    plan.check().map_err(|unfit| unfit_error(&unfit))?;
    Ok(Planned {
        id,
        plan,
        devices,
        steps,
        patches,
    })
}

/// The most dangerous of some steps.
#[must_use]
pub fn danger_of(steps: &[(Step, Verb)]) -> Danger {
    steps
        .iter()
        .map(|(_, verb)| verb.danger())
        .max()
        .unwrap_or(Danger::Run)
}

fn plan_of(wish: &Wish, targets: u32) -> Plan {
    let manner = wish.manner.clone();
    Plan {
        targets,
        rings: manner.rings,
        budget: manner.budget,
        in_flight_most: manner.in_flight_most,
        tries: manner.tries,
        sample: manner.sample,
        undo: manner.undo,
        way_back: wish.content.way_back(),
        offline_most: manner.offline_most,
    }
}

fn unfit_error(unfit: &Unfit) -> Error {
    let field = match unfit {
        Unfit::Targets => "query".to_owned(),
        Unfit::Rings => "rings".to_owned(),
        Unfit::Empty(ring) => format!("rings.{ring}.size"),
        Unfit::InFlight => "in_flight_most".to_owned(),
        Unfit::Tries => "tries".to_owned(),
        Unfit::Sample => "sample".to_owned(),
        Unfit::Span => "offline_most".to_owned(),
    };
    Error::invalid(unfit.code()).field(field)
}

/// The devices that are meant: admitted, with an agent, and within reach. Those that come first by wish, then those that are here, then the
/// others; each part mixed, so that no device is the canary of every rollout for its name.
fn devices(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish, right: &str) -> Result<Vec<Device>> {
    let mut devices = found(tx, cx, &wish.query, "query")?;
    devices.retain(|one| one.agent_key.is_some() && device::may(cx, right, one));
    let first: HashSet<_> = if wish.first.trim().is_empty() {
        HashSet::new()
    } else {
        found(tx, cx, &wish.first, "first")?
            .into_iter()
            .map(|device| device.id)
            .collect()
    };
    if !wish.first.trim().is_empty() && !devices.iter().any(|one| first.contains(&one.id)) {
        return Err(Error::invalid("fleet.rollout_first").field("first"));
    }
    if devices.is_empty() {
        return Err(Error::invalid("fleet.rollout_no_devices").field("query"));
    }
    let now = cx.now();
    devices.sort_by_cached_key(|one| {
        let mut mixed = DefaultHasher::new();
        (one.id, wish.ticket, wish.title.trim()).hash(&mut mixed);
        (!first.contains(&one.id), !one.is_online(now), mixed.finish())
    });
    Ok(devices)
}

fn found(tx: &mut Tx<'_>, cx: &Cx, query: &str, field: &str) -> Result<Vec<Device>> {
    let mut filter = listing::read(tx, cx, query)?;
    if let Some(unknown) = filter.unknown.first() {
        return Err(Error::invalid("fleet.filter_unknown")
            .field(field)
            .arg("filter", unknown.clone()));
    }
    filter.states = vec![device::State::Admitted];
    filter.is_own = true;
    let (mut devices, mut after) = (Vec::new(), None);
    loop {
        let page = listing::list(tx, cx, &filter, after.as_ref(), PAGE)?;
        after = page
            .last()
            .map(|last| (device::store::name_key(&last.name), last.id));
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or_default();
        devices.extend(page);
        if is_last {
            return Ok(devices);
        }
        if devices.len() > TARGETS_MOST as usize {
            return Err(Error::invalid("rollout.plan_targets").field(field));
        }
    }
}

/// Keeps a draft.
///
/// # Errors
/// As [`plan`].
pub fn draft(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish) -> Result<RolloutId> {
    let identity = cx.identity().ok_or_else(Error::unauthenticated)?;
    if !wish.patches.is_empty() {
        // Nobody takes an approval back between the look and the draft.
        tx.lock("fleet.patches", "all")?;
    }
    let planned = plan(tx, cx, wish)?;
    let state = State::new(&planned.plan).map_err(|unfit| unfit_error(&unfit))?;
    let rollout = Rollout {
        id: planned.id,
        ticket: wish.ticket,
        title: wish.title.trim().to_owned(),
        query: wish.query.trim().to_owned(),
        first: wish.first.trim().to_owned(),
        content: wish.content.clone(),
        plan: planned.plan,
        head: state.head().clone(),
        person: identity.user,
        person_name: identity.name.clone(),
        created_at: cx.now(),
        ended_at: None,
    };
    store::insert(tx, &rollout)?;
    for (step, verb) in &planned.steps {
        let body = verb.write().map_err(|unfit| asking::malformed(&unfit))?;
        store::insert_step(tx, rollout.id, *step, &body)?;
    }
    let mut targets = Vec::with_capacity(planned.devices.len());
    for (position, device) in (0..).map(Position).zip(&planned.devices) {
        targets.push(Placed {
            position,
            device: device.id,
            ring: rollout.plan.ring_of(position).map_err(Error::internal)?,
            target: Target::default(),
        });
    }
    store::insert_targets(tx, rollout.id, &targets)?;
    store::insert_patches(tx, rollout.id, &planned.patches)?;
    telling::drafted(tx, cx, &rollout)?;
    Ok(rollout.id)
}

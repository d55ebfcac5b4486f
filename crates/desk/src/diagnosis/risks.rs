//! Risky steps: what may go wrong, what was saved before and where, and the way back.
//!
//! A step may be planned before its backup is made, so both may be empty; it is done only when both are named.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};

use super::reading::begin;
use super::{RiskyStep, needed, room, short, store, unchanged};
use crate::events;
use crate::ticket::saving::Told;

/// A step as it is to stand.
#[derive(Debug, Clone, Default)]
pub struct NewRiskyStep {
    pub step: String,
    pub risk: String,
    /// What was saved, and where it lies.
    pub backup: String,
    pub way_back: String,
    /// Whether it is done; the first to say so is who did it.
    pub is_done: bool,
    /// The version that the writer had read.
    pub expected_version: Option<i64>,
}

/// Adds a step.
pub fn add_risky_step(tx: &mut Tx, cx: &Cx, number: i64, new: &NewRiskyStep) -> Result<RiskyStep> {
    let ticket = begin(tx, cx, number)?;
    let others = store::risky_steps_of(tx, number)?;
    room(i64::try_from(others.len()).unwrap_or(i64::MAX))?;
    let mut added = read(cx, number, new, None)?;
    added.id = store::insert_risky_step(tx, &added)?;
    tell(&added).append(tx, cx, ticket.subject())?;
    Ok(added)
}

/// Changes a step: its backup was made, it was done.
pub fn change_risky_step(
    tx: &mut Tx,
    cx: &Cx,
    number: i64,
    id: i64,
    new: &NewRiskyStep,
) -> Result<RiskyStep> {
    let ticket = begin(tx, cx, number)?;
    let before = find(tx, number, id)?;
    unchanged("version", new.expected_version, before.version)?;
    let after = read(cx, number, new, Some(&before))?;
    store::update_risky_step(tx, &after)?;
    tell(&after).append(tx, cx, ticket.subject())?;
    Ok(after)
}

/// Strikes a step out; the record keeps its words.
pub fn remove_risky_step(tx: &mut Tx, cx: &Cx, number: i64, id: i64) -> Result<()> {
    let ticket = begin(tx, cx, number)?;
    let step = find(tx, number, id)?;
    store::remove_risky_step(tx, id)?;
    Told::new(events::TICKET_RISK_REMOVED)
        .with("step", id)
        .with_words("step", &step.step)
        .append(tx, cx, ticket.subject())?;
    Ok(())
}

fn read(cx: &Cx, number: i64, new: &NewRiskyStep, before: Option<&RiskyStep>) -> Result<RiskyStep> {
    let mut errors = Errors::new();
    let now = cx.now();
    let done = before.and_then(|before| before.done_at.map(|at| (at, before.done_by)));
    let done = new.is_done.then(|| done.unwrap_or((now, cx.user_id())));
    let step = RiskyStep {
        id: before.map_or(0, |before| before.id),
        ticket: number,
        step: needed(&mut errors, "step", &new.step),
        risk: needed(&mut errors, "risk", &new.risk),
        backup: short(&mut errors, "backup", &new.backup),
        way_back: short(&mut errors, "way_back", &new.way_back),
        done_at: done.map(|(at, _)| at),
        done_by: done.and_then(|(_, by)| by),
        version: before.map_or(0, |before| before.version) + 1,
        by: cx.user_id(),
        at: now,
    };
    if new.is_done && step.backup.is_empty() {
        errors.push("backup", "desk.diagnosis.done_without_backup");
    }
    if new.is_done && step.way_back.is_empty() {
        errors.push("way_back", "desk.diagnosis.done_without_way_back");
    }
    errors.finish()?;
    Ok(step)
}

fn find(tx: &mut Tx, number: i64, id: i64) -> Result<RiskyStep> {
    let steps = store::risky_steps_of(tx, number)?;
    steps
        .into_iter()
        .find(|step| step.id == id)
        .ok_or_else(Error::not_found)
}

fn tell(step: &RiskyStep) -> Told {
    Told::new(events::TICKET_RISK_NOTED)
        .with("step", step.id)
        .with("done", step.done_at.is_some())
        .with("covered", step.is_covered())
        .with_words("step", &step.step)
        .with_words("backup", &step.backup)
        .with_words("way_back", &step.way_back)
}

//! The targets of a rollout: rows of its page, and `/rollouts/{id}/targets/{position}` with all that was asked of one.

use std::collections::BTreeMap;

use ::rollout::target::DryRun;
use ::rollout::{Position, Status, Target};
use askama::Template;
use axum::extract::State;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;
use web::{App, Page, Path, Shell, html};

use crate::act::{Act, ActId, telling};
use crate::rollout::seeing::{self, Shown};
use crate::rollout::store::{self, Kept};
use crate::rollout::{Rollout, RolloutId, wording};

/// A target as a table shows it.
pub(super) struct Row {
    /// Its place.
    pub position: u32,
    /// Its device; none when it is out of the reader's reach.
    pub device: Option<String>,
    /// The name of its ring.
    pub ring: String,
    /// How far it is.
    pub status: String,
    /// The colour of that.
    pub tone: &'static str,
    /// What else is to be said of it, a sentence each.
    pub notes: Vec<String>,
    /// What was asked of it last.
    pub act: Option<ActId>,
}

/// Some targets as rows.
///
/// # Errors
/// The database's.
pub(super) fn rows(tx: &mut Tx<'_>, cx: &Cx, rollout: &Rollout, shown: Vec<Shown>) -> Result<Vec<Row>> {
    let positions: Vec<i64> = shown
        .iter()
        .filter(|one| one.device.is_some())
        .map(|one| i64::from(one.placed.position.0))
        .collect();
    let acts = store::last_acts(tx, rollout.id, &positions)?;
    Ok(shown
        .into_iter()
        .map(|one| row(cx.locale, rollout, one, &acts))
        .collect())
}

/// A target as a row; its act is found by its place.
pub(super) fn row(locale: Locale, rollout: &Rollout, shown: Shown, acts: &BTreeMap<i64, ActId>) -> Row {
    let placed = shown.placed;
    Row {
        position: placed.position.0,
        act: acts.get(&i64::from(placed.position.0)).copied(),
        device: shown.device.map(|device| device.name),
        ring: wording::ring_name(rollout, placed.ring),
        status: wording::status_at(locale, &placed.target),
        tone: wording::tone(placed.target.status),
        notes: notes(locale, &placed.target),
    }
}

/// What is to be said of a target besides its status.
pub(in crate::rollout) fn notes(locale: Locale, target: &Target) -> Vec<String> {
    let mut notes = Vec::new();
    // While it goes on, what went wrong on the way is not the last word.
    if let Some(failure) = &target.failure {
        notes.push(wording::failure(locale, failure));
    }
    notes.extend(wording::trace(locale, target));
    if target.dry_run == Some(DryRun::Failed) {
        notes.push(locale.t("fleet-rollout-dry-run-failed"));
    } else if target.dry_run == Some(DryRun::Passed) && target.status == Status::Pending {
        notes.push(locale.t("fleet-rollout-dry-run-passed"));
    }
    if target.is_away && !target.status.is_settled() && !target.status.is_waiting() {
        notes.push(locale.t("fleet-rollout-away"));
    }
    if target.is_forgiven {
        notes.push(locale.t("fleet-rollout-forgiven"));
    }
    if target.is_again {
        notes.push(locale.t("fleet-rollout-again"));
    }
    notes
}

/// An act of a target.
struct Asked {
    kept: Kept,
    act: Act,
    step: String,
    result: String,
}

#[derive(Template)]
#[template(path = "rollout/views/target.html", blocks = ["about"])]
struct View {
    shell: Shell,
    rollout: Rollout,
    shown: Shown,
    ring: String,
    status: String,
    tone: &'static str,
    notes: Vec<String>,
    asked: Vec<Asked>,
}

impl View {
    fn waits_since(&self) -> Option<Timestamp> {
        let target = &self.shown.placed.target;
        let since = target
            .waits_since
            .filter(|_| target.is_away && target.status.is_waiting());
        since.map(Timestamp::from_millis)
    }
}

struct Read {
    rollout: Rollout,
    shown: Shown,
    asked: Vec<Asked>,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, position: Position) -> Result<Read> {
    let rollout = seeing::load(tx, cx, id)?;
    let shown = seeing::target(tx, cx, id, position)?;
    // What was done on a device that one may not see is not shown either.
    let acts = if shown.device.is_some() {
        seeing::acts(tx, cx, id, position)?
    } else {
        Vec::new()
    };
    let asked = acts.into_iter().map(|(kept, act)| Asked {
        step: wording::step(cx.locale, kept.command.step),
        result: telling::result_beside_state(cx.locale, &act),
        kept,
        act,
    });
    Ok(Read {
        rollout,
        shown,
        asked: asked.collect(),
    })
}

/// `GET /rollouts/{id}/targets/{position}`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path((id, position)): Path<(RolloutId, u32)>,
) -> web::Result {
    let cx = page.cx.clone();
    let found = app
        .db
        .read(move |tx| read(tx, &cx, id, Position(position)))
        .await?;
    let locale = page.cx.locale;
    let target = &found.shown.placed.target;
    let title = match &found.shown.device {
        Some(device) => device.name.clone(),
        None => page.t("fleet-rollout-out-of-reach"),
    };
    let view = View {
        shell: page.shell(&app, title).await?,
        ring: wording::ring_name(&found.rollout, found.shown.placed.ring),
        status: wording::status_at(locale, target),
        tone: wording::tone(target.status),
        notes: notes(locale, target),
        rollout: found.rollout,
        asked: found.asked,
        shown: found.shown,
    };
    if page.is_live {
        html(view.as_about())
    } else {
        html(view)
    }
}

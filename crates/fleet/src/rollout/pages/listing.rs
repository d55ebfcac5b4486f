//! `/rollouts`: all that the reader may see, the latest first.

use askama::Template;
use axum::extract::State;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::i18n::Arg;
use serde::Deserialize;
use web::{App, Page, Query, Shell, html};

use super::PATH;
use crate::rollout::bar::{self, Part};
use crate::rollout::{Rollout, RolloutId, seeing, store, wording};
use crate::{CHANGE, READ};

/// Lines of a page; a live list asks for as many as it shows.
const PIECE: usize = 50;
const ROWS_MOST: usize = 500;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    before: Option<RolloutId>,
    rows: Option<usize>,
}

/// A rollout in a list or on a card.
pub(crate) struct Line {
    /// Which.
    pub rollout: Rollout,
    /// Its chip.
    pub chip: String,
    /// The colour of that.
    pub tone: &'static str,
    /// Its bar.
    pub parts: Vec<Part>,
    /// The same in words.
    pub counts: String,
    /// How much of what may go wrong has.
    pub harm: String,
}

impl Line {
    /// A rollout as a list shows it.
    pub(crate) fn of(locale: Locale, rollout: Rollout) -> Self {
        let counts = bar::sum(&rollout.head);
        let budget = rollout.plan.budget.of(rollout.plan.targets);
        Self {
            chip: wording::chip(locale, &rollout),
            tone: wording::standing(&rollout.head).1,
            parts: bar::parts(&counts),
            counts: bar::words(locale, &counts),
            harm: harm(locale, counts.harm, budget),
            rollout,
        }
    }
}

/// How much of a budget is used up.
pub(super) fn harm(locale: Locale, harm: u32, budget: u32) -> String {
    let args = [("harm", Arg::from(harm)), ("budget", budget.into())];
    locale.t_with("fleet-rollout-harm", &args)
}

#[derive(Template)]
#[template(path = "rollout/views/list.html", blocks = ["listed", "rows"])]
struct List {
    shell: Shell,
    lines: Vec<Line>,
    more: Option<String>,
    may_draft: bool,
}

/// Some rollouts, and the place to go on from.
type Found = (Vec<Rollout>, Option<RolloutId>);

fn read(tx: &mut Tx<'_>, cx: &Cx, wanted: &Wanted) -> kernel::Result<Found> {
    cx.require(READ)?;
    let most = wanted.rows.unwrap_or(PIECE).clamp(PIECE, ROWS_MOST);
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let mut rollouts = store::latest(tx, wanted.before, limit)?;
    let is_more = rollouts.len() > most;
    rollouts.truncate(most);
    // The place to go on from is that of the last one, whether the reader may see it or not.
    let last = rollouts.last().filter(|_| is_more).map(|last| last.id);
    Ok((seeing::seen(tx, cx, rollouts)?, last))
}

/// Whether the form of a rollout is open to somebody. What it does may ask for more.
pub(in crate::rollout) fn may_draft(cx: &Cx) -> bool {
    cx.may(CHANGE).is_some()
}

/// `GET /rollouts`
pub(super) async fn show(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let cx = page.cx.clone();
    let (rollouts, last) = app.db.read(move |tx| read(tx, &cx, &wanted)).await?;
    let view = List {
        shell: page.shell(&app, page.t("fleet-rollouts-title")).await?,
        lines: rollouts
            .into_iter()
            .map(|one| Line::of(page.cx.locale, one))
            .collect(),
        more: last.map(|id| format!("{PATH}?before={id}")),
        may_draft: may_draft(&page.cx),
    };
    if page.is_live {
        html(view.as_listed())
    } else if page.partial {
        html(view.as_rows())
    } else {
        html(view)
    }
}

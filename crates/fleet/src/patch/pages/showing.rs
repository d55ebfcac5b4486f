//! `/patches/{id}`: one patch: what was decided and why, its devices, and the rollouts that were planned from it.

use askama::Template;
use axum::extract::State as Given;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;
use serde::Deserialize;
use web::{App, FormView, Page, Path, Query, Shell, html, urlencoded};

use crate::device::listing as devices;
use crate::patch::seeing::{self, Reporter};
use crate::patch::{Patch, PatchId, Rule, State, ruling, store};
use crate::rollout::pages::Line;
use crate::rollout::{self, Rollout};
use crate::{APPROVE, CHANGE};

/// Devices of a page.
const PIECE: usize = 50;
/// Rollouts that are shown.
const ROLLOUTS: i64 = 20;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    after: String,
}

#[derive(Template)]
#[template(path = "patch/views/show.html", blocks = ["about", "rows"])]
pub(super) struct View {
    shell: Shell,
    form: FormView,
    patch: Patch,
    /// The rule that decided.
    rule: Option<Rule>,
    /// The rule that will decide, and when.
    due: Option<(Rule, Timestamp)>,
    reporters: Vec<Reporter>,
    more: Option<String>,
    out_of_reach: i64,
    rollouts: Vec<Line>,
    may_decide: bool,
    may_plan: bool,
}

impl View {
    /// What can be decided: the word, the text of its button, and its icon.
    fn decisions(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let all = [
            (State::Approved, "fleet-patch-approve", "check"),
            (State::Declined, "fleet-patch-decline", "x"),
            (State::Waiting, "fleet-patch-take-back", "rotate-ccw"),
        ];
        all.into_iter()
            .filter(|(state, ..)| *state != self.patch.state)
            .map(|(state, key, icon)| (state.as_str(), key, icon))
            .collect()
    }

    /// The decision that stands first.
    fn is_first(&self, word: &str) -> bool {
        self.patch.state == State::Waiting && word == State::Approved.as_str()
    }

    fn rule_words(&self, rule: &Rule) -> String {
        super::ruling::words(self.shell.cx.locale, rule)
    }
}

struct Found {
    patch: Patch,
    rule: Option<Rule>,
    due: Option<(Rule, Timestamp)>,
    reporters: Vec<Reporter>,
    out_of_reach: i64,
    rollouts: Vec<Rollout>,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: PatchId, after: &str) -> Result<Found> {
    let patch = seeing::load(tx, cx, id)?;
    let after = devices::after(after)?;
    let limit = i64::try_from(PIECE + 1).unwrap_or(i64::MAX);
    let rules = store::rules(tx, ruling::RULES_MOST)?;
    let due = ruling::rule_of(&rules, &patch).map(|rule| (rule.clone(), rule.due_at(&patch)));
    let rollouts = rollout::store::of_patch(tx, id, ROLLOUTS)?;
    Ok(Found {
        rule: match patch.rule {
            Some(rule) => store::find_rule(tx, rule)?,
            None => None,
        },
        due,
        reporters: seeing::reporters(tx, cx, &patch, after.as_ref(), limit)?,
        out_of_reach: seeing::out_of_reach(tx, cx, &patch)?,
        rollouts: rollout::seeing::seen(tx, cx, rollouts)?,
        patch,
    })
}

/// The page of a patch.
///
/// # Errors
/// As [`seeing::load`].
pub(super) async fn view(
    app: &App,
    page: &Page,
    id: PatchId,
    after: &str,
    form: FormView,
) -> web::Result<View> {
    let (cx, after) = (page.cx.clone(), after.to_owned());
    let mut found = app.db.read(move |tx| read(tx, &cx, id, &after)).await?;
    let more = if found.reporters.len() > PIECE {
        found.reporters.truncate(PIECE);
        let last = found.reporters.last();
        let after = last.map(|last| devices::cursor(&last.device)).transpose()?;
        let pairs = [("after", after.as_deref().unwrap_or_default())];
        Some(format!("{}?{}", found.patch.href(), urlencoded::join(&pairs)))
    } else {
        None
    };
    let locale: Locale = page.cx.locale;
    let lines = found.rollouts.into_iter().map(|one| Line::of(locale, one));
    Ok(View {
        shell: page.shell(app, found.patch.title()).await?,
        form,
        rule: found.rule,
        due: found.due,
        reporters: found.reporters,
        more,
        out_of_reach: found.out_of_reach,
        rollouts: lines.collect(),
        may_decide: page.cx.may(APPROVE).is_some(),
        may_plan: page.cx.may(CHANGE).is_some()
            && found.patch.state == State::Approved
            && found.patch.devices > 0,
        patch: found.patch,
    })
}

/// `GET /patches/{id}`
pub(super) async fn show(
    Given(app): Given<App>,
    page: Page,
    Path(id): Path<PatchId>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let view = view(&app, &page, id, &wanted.after, FormView::empty()).await?;
    if page.is_live {
        html(view.as_about())
    } else if page.partial {
        html(view.as_rows())
    } else {
        html(view)
    }
}

//! `/patches`: what devices report, by what was decided of it; those that close holes and that most devices report first.

use askama::Template;
use axum::extract::State as Given;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use serde::Deserialize;
use web::{App, Page, Query, Shell, html, urlencoded};

use super::PATH;
use crate::patch::listing::{self, Asked, Place, Tab};
use crate::patch::{Patch, State};
use crate::{APPROVE, CHANGE};

/// Lines of a page.
const PIECE: usize = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    state: String,
    q: String,
    after: String,
}

/// The address of a list.
pub(super) fn address(tab: Tab, q: &str, after: &str) -> String {
    let mut pairs = Vec::new();
    if tab != Tab::default() {
        pairs.push(("state", tab.as_str()));
    }
    for (name, value) in [("q", q), ("after", after)] {
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    if pairs.is_empty() {
        return PATH.to_owned();
    }
    format!("{PATH}?{}", urlencoded::join(&pairs))
}

#[derive(Template)]
#[template(path = "patch/views/list.html", blocks = ["rows"])]
struct List {
    shell: Shell,
    tab: Tab,
    q: String,
    unknown: Vec<String>,
    patches: Vec<Patch>,
    more: Option<String>,
    may_decide: bool,
    may_plan: bool,
}

impl List {
    fn tabs(&self) -> &'static [Tab] {
        Tab::ALL
    }

    fn tab_href(&self, tab: &Tab) -> String {
        address(*tab, &self.q, "")
    }

    fn is_current(&self, tab: &Tab) -> bool {
        self.tab == *tab
    }

    /// Whether lines can be chosen: for a decision, or for a rollout of what is approved.
    fn may_choose(&self) -> bool {
        self.may_decide || self.may_plan()
    }

    fn may_plan(&self) -> bool {
        self.may_plan && matches!(self.tab, Tab::Approved | Tab::All)
    }

    /// What can be decided of the patches of this tab: the word, the text of its button, and its icon.
    fn decisions(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let all = [
            (Tab::Approved, State::Approved, "fleet-patch-approve", "check"),
            (Tab::Declined, State::Declined, "fleet-patch-decline", "x"),
            (
                Tab::Waiting,
                State::Waiting,
                "fleet-patch-take-back",
                "rotate-ccw",
            ),
        ];
        all.into_iter()
            .filter(|(own, ..)| self.may_decide && *own != self.tab)
            .map(|(_, state, key, icon)| (state.as_str(), key, icon))
            .collect()
    }
}

/// Some patches, and whether there are more.
fn read(tx: &mut Tx<'_>, cx: &Cx, asked: &Asked, after: Option<&Place>) -> Result<(Vec<Patch>, bool)> {
    let limit = i64::try_from(PIECE + 1).unwrap_or(i64::MAX);
    let mut patches = listing::list(tx, cx, asked, after, limit)?;
    let is_more = patches.len() > PIECE;
    patches.truncate(PIECE);
    Ok((patches, is_more))
}

/// `GET /patches`
pub(super) async fn show(Given(app): Given<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let tab = Tab::read(&wanted.state)?;
    let after = Place::read(&wanted.after)?;
    let asked = listing::read(tab, &wanted.q);
    let (cx, own) = (page.cx.clone(), asked.clone());
    let (patches, is_more) = app.db.read(move |tx| read(tx, &cx, &own, after.as_ref())).await?;
    let last = patches.last().filter(|_| is_more).map(Place::after).transpose()?;
    let view = List {
        shell: page.shell(&app, page.t("fleet-patches-title")).await?,
        tab,
        more: last.map(|after| address(tab, &wanted.q, &after)),
        q: wanted.q,
        unknown: asked.unknown,
        patches,
        may_decide: page.cx.may(APPROVE).is_some(),
        may_plan: page.cx.may(CHANGE).is_some(),
    };
    if page.partial {
        html(view.as_rows())
    } else {
        html(view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_only_what_is_not_usual() {
        assert_eq!(address(Tab::Waiting, "", ""), "/patches");
        assert_eq!(
            address(Tab::All, "security:yes lib", ""),
            "/patches?state=all&q=security%3Ayes%20lib"
        );
    }
}

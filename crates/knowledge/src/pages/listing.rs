//! `/knowledge`: the spaces, what changed lately, and what a search finds.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;
use serde::Deserialize;
use web::{App, Choice, Need, Page, Query, Routes, Shell, html, urlencoded};

use super::{in_order, kinds, language};
use crate::reading::{self, Branch, Filter, Line};
use crate::space::{self, Space};
use crate::{Kind, READ, State as How, WRITE, article, searching};

/// Lines of a page.
const PIECE: usize = 40;
/// Hits of a search; more are found with better words.
const FOUND_MOST: usize = 50;
/// Articles of the open space in the tree.
const BRANCHES_MOST: usize = 300;

pub(super) fn routes() -> Routes {
    Routes::new().page(Method::GET, "/knowledge", Need::permission(READ), show)
}

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    q: String,
    space: String,
    /// `mine`, `due`, `templates`, or a state.
    show: String,
    kind: String,
    after: Option<String>,
}

impl Wish {
    fn filter(&self, cx: &Cx) -> Filter {
        Filter {
            space: Some(self.space.clone()).filter(|space| !space.is_empty()),
            kind: Kind::parse(&self.kind),
            state: How::parse(&self.show),
            owner: cx.user_id().filter(|_| self.show == "mine"),
            due: self.show == "due",
            is_template: self.show == "templates",
            ..Filter::default()
        }
    }

    fn is_plain(&self) -> bool {
        self.space.is_empty() && self.show.is_empty() && self.kind.is_empty() && self.after.is_none()
    }

    fn href(&self, after: &str) -> String {
        let pairs = [
            ("space", self.space.as_str()),
            ("show", self.show.as_str()),
            ("kind", self.kind.as_str()),
            ("after", after),
        ];
        format!("/knowledge?{}", urlencoded::join(&pairs))
    }
}

/// A line of the tree.
struct Twig {
    title: String,
    href: String,
    icon: Option<String>,
    depth: usize,
    is_current: bool,
    count: Option<usize>,
}

/// A space on the first page.
struct Card {
    title: String,
    href: String,
    icon: String,
    count: usize,
}

/// An article in the list.
struct Row {
    number: i64,
    key: String,
    title: String,
    summary: String,
    kind: String,
    space: String,
    /// Where it is not simply published.
    state: Option<How>,
    is_due: bool,
    locale: &'static str,
    language: String,
    solved: i64,
    updated_at: Timestamp,
}

#[derive(Template)]
#[template(path = "pages/views/list.html", blocks = ["lines"])]
struct List {
    shell: Shell,
    wish: Wish,
    space_name: Option<String>,
    may_write: bool,
    new_href: String,
    tree: Vec<Twig>,
    cards: Vec<Card>,
    lines: Vec<Row>,
    is_search: bool,
    shows: Vec<Choice>,
    kinds: Vec<Choice>,
    more: Option<String>,
}

/// `GET /knowledge`
async fn show(State(app): State<App>, page: Page, Query(wish): Query<Wish>) -> web::Result {
    let is_search = !wish.q.trim().is_empty();
    if let Some(number) = number_in(&wish.q) {
        // Whoever types the number of an article wants to read it.
        let cx = page.cx.clone();
        if app
            .db
            .read(move |tx| reading::lines(tx, &cx, &[number]))
            .await?
            .len()
            == 1
        {
            return web::see_other(&format!("/knowledge/{number}"));
        }
    }
    let hits = if is_search {
        let found = searching::find(&app.search, &page.cx, &wish.q, FOUND_MOST)?;
        Some(found.into_iter().map(|(number, _)| number).collect::<Vec<_>>())
    } else {
        None
    };
    let (cx, asked) = (page.cx.clone(), wish.clone());
    let read = move |tx: &mut Tx<'_>| found(tx, &cx, &asked, hits.as_deref());
    let (spaces, branches, lines, next) = app.db.read(read).await?;
    let may_write = page.cx.may(WRITE).is_some();
    let space = spaces.iter().find(|space| space.id == wish.space);
    let view = List {
        space_name: space.map(|space| space.title(page.cx.locale).to_owned()),
        new_href: if wish.space.is_empty() {
            "/knowledge/new".to_owned()
        } else {
            format!("/knowledge/new?space={}", urlencoded::encode(&wish.space))
        },
        tree: tree(&page.cx, &spaces, &branches, &wish.space),
        cards: if wish.is_plain() && !is_search {
            cards(&page.cx, &spaces)
        } else {
            Vec::new()
        },
        lines: lines
            .iter()
            .map(|line| row(&page.cx, &spaces, line, &wish.space))
            .collect(),
        is_search,
        shows: shows(&page),
        kinds: with_any(&page),
        more: next.map(|next| wish.href(&next)),
        shell: page.shell(&app, page.t("knowledge-page-title")).await?,
        may_write,
        wish,
    };
    if page.partial && view.wish.after.is_some() {
        return html(view.as_lines());
    }
    html(view)
}

type Found = (Arc<Vec<Space>>, Vec<Branch>, Vec<Line>, Option<String>);

fn found(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish, hits: Option<&[i64]>) -> Result<Found> {
    let spaces = space::all(tx)?;
    let branches = if wish.space.is_empty() {
        Vec::new()
    } else {
        reading::tree(tx, cx, &wish.space)?
    };
    if let Some(hits) = hits {
        return Ok((spaces, branches, reading::lines(tx, cx, hits)?, None));
    }
    let after = wish.after.as_deref().map(str::parse).transpose()?;
    let found = reading::list(tx, cx, &wish.filter(cx), after, PIECE)?;
    let next = found.next.map(|next| next.to_string());
    Ok((spaces, branches, found.items, next))
}

/// `KB-12`, and nothing else. Pure.
fn number_in(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.get(..3).filter(|head| head.eq_ignore_ascii_case("kb-"))?;
    text[digits.len()..].parse().ok()
}

fn tree(cx: &Cx, spaces: &[Space], branches: &[Branch], current: &str) -> Vec<Twig> {
    let mut twigs = Vec::new();
    for (space, depth) in in_order(spaces) {
        let is_current = space.id == current;
        twigs.push(Twig {
            title: space.title(cx.locale).to_owned(),
            href: format!("/knowledge?space={}", urlencoded::encode(&space.id)),
            icon: Some(icon(&space.icon)),
            depth,
            is_current,
            count: None,
        });
        if is_current {
            grow(&mut twigs, branches, depth + 1);
        }
    }
    twigs
}

fn grow(twigs: &mut Vec<Twig>, branches: &[Branch], depth: usize) {
    for branch in branches {
        if twigs.len() >= BRANCHES_MOST {
            return;
        }
        twigs.push(Twig {
            title: branch.line.title.clone(),
            href: format!("/knowledge/{}", branch.line.number),
            icon: None,
            depth: depth.min(4),
            is_current: false,
            count: None,
        });
        grow(twigs, &branch.under, depth + 1);
    }
}

fn cards(cx: &Cx, spaces: &[Space]) -> Vec<Card> {
    let tops = in_order(spaces).into_iter().filter(|(_, depth)| *depth == 0);
    tops.map(|(space, _)| Card {
        title: space.title(cx.locale).to_owned(),
        href: format!("/knowledge?space={}", urlencoded::encode(&space.id)),
        icon: icon(&space.icon),
        count: 0,
    })
    .collect()
}

fn icon(name: &str) -> String {
    if name.is_empty() { "folder" } else { name }.to_owned()
}

fn row(cx: &Cx, spaces: &[Space], line: &Line, current: &str) -> Row {
    let space = spaces
        .iter()
        .find(|space| space.id == line.space && space.id != current);
    Row {
        number: line.number,
        key: article::key(line.number),
        title: line.title.clone(),
        summary: line.summary.clone(),
        kind: cx.locale.t(line.kind.text_key()),
        space: space.map_or_else(String::new, |space| space.title(cx.locale).to_owned()),
        state: Some(line.state).filter(|state| *state != How::Published),
        is_due: line.is_due && cx.may(WRITE).is_some(),
        locale: line.locale.tag(),
        language: language(cx.locale, line.locale),
        solved: line.solved,
        updated_at: line.updated_at,
    }
}

fn shows(page: &Page) -> Vec<Choice> {
    let mut choices = vec![
        Choice::new("", page.t("knowledge-page-filter-all")),
        Choice::new("mine", page.t("knowledge-page-filter-mine")),
        Choice::new("due", page.t("knowledge-page-filter-due")),
    ];
    choices.extend(
        How::ALL
            .iter()
            .map(|state| Choice::new(state.as_str(), page.t(state.text_key()))),
    );
    choices.push(Choice::new(
        "templates",
        page.t("knowledge-page-filter-templates"),
    ));
    choices
}

fn with_any(page: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", page.t("knowledge-page-any-kind"))];
    choices.extend(kinds(page));
    choices
}

#[cfg(test)]
mod tests {
    use super::number_in;

    #[test]
    fn the_number_of_an_article_is_known_however_it_is_written() {
        assert_eq!(number_in(" kb-12 "), Some(12));
        assert_eq!(number_in("KB-7"), Some(7));
        assert_eq!(number_in("KB-7 printer"), None);
        assert_eq!(number_in("打印"), None);
    }
}

//! The list of people, and one person as colleagues see them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::id::UserId;
use kernel::{Cx, Result};
use serde::Deserialize;
use web::{App, Need, Page, PanelCard, Path, Query, Routes, Shell, html};

use super::{User, store};
use crate::role::Role;
use crate::skill::Skill;
use crate::team::Team;
use crate::{calendar, cursor, role, skill, team};

const ROWS: i64 = 50;

pub(super) fn routes() -> Routes {
    let read = Need::permission("people.user.read");
    Routes::new()
        .page(Method::GET, "/settings/people", read, list)
        .page(Method::GET, "/settings/people/{id}", read, show)
}

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    staff: bool,
    inactive: bool,
    after: String,
}

#[derive(Template)]
#[template(path = "user/views/list.html", blocks = ["rows"])]
struct ListView {
    shell: Shell,
    asked: Asked,
    people: Vec<User>,
    more: Option<String>,
}

async fn list(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> web::Result {
    let filter = store::Filter {
        text: asked.q.clone(),
        staff: asked.staff,
        inactive: asked.inactive,
    };
    let after: Option<(String, String)> = if asked.after.is_empty() {
        None
    } else {
        Some(cursor::read(&asked.after)?)
    };
    let mut people = app
        .db
        .read(move |tx| {
            let after = after.as_ref().map(|(name, id)| (name.as_str(), id.as_str()));
            store::list(tx, &filter, after, ROWS + 1)
        })
        .await?;
    let more = if people.len() > 50 {
        people.truncate(50);
        people.last().map(|last| more_link(&asked, last)).transpose()?
    } else {
        None
    };
    let shell = page.shell(&app, page.t("people-list-title")).await?;
    let view = ListView {
        shell,
        asked,
        people,
        more,
    };
    if page.partial {
        html(view.as_rows())
    } else {
        html(view)
    }
}

fn more_link(asked: &Asked, last: &User) -> Result<String> {
    let after = cursor::write(&(&last.name, last.id))?;
    let mut pairs = vec![("q", asked.q.as_str()), ("after", after.as_str())];
    if asked.staff {
        pairs.push(("staff", "true"));
    }
    if asked.inactive {
        pairs.push(("inactive", "true"));
    }
    Ok(format!("/settings/people?{}", web::urlencoded::join(&pairs)))
}

/// A person with the names of everything they belong to.
pub(super) struct Known {
    pub user: User,
    pub roles: Vec<Role>,
    pub teams: Vec<Team>,
    pub skills: Vec<(Skill, i64)>,
    pub site: String,
    pub calendar: String,
}

pub(super) fn known(tx: &mut Tx<'_>, id: UserId) -> Result<Known> {
    let user = store::load(tx, id)?;
    let names = role::store::of_user(tx, id)?;
    let roles = role::all(tx)?
        .into_iter()
        .filter(|role| names.contains(&role.name))
        .collect();
    let mine = team::store::of_user(tx, id)?;
    let teams = team::store::list(tx)?
        .into_iter()
        .filter(|team| mine.contains(&team.id))
        .collect();
    let mut levels: BTreeMap<String, i64> = skill::store::of_user(tx, id)?;
    let with_level = |skill: Skill| levels.remove(&skill.name).map(|level| (skill, level));
    let skills = skill::store::list(tx)?
        .into_iter()
        .filter_map(with_level)
        .collect();
    let site = calendar::store::sites(tx)?
        .into_iter()
        .find(|site| user.site.as_deref() == Some(&site.id));
    let calendar = user
        .calendar
        .as_deref()
        .map(|id| calendar::store::load(tx, id))
        .transpose()?;
    Ok(Known {
        roles,
        teams,
        skills,
        site: site.map(|site| site.name).unwrap_or_default(),
        calendar: calendar.map(|calendar| calendar.name).unwrap_or_default(),
        user,
    })
}

#[derive(Template)]
#[template(path = "user/views/show.html")]
struct ShowView {
    shell: Shell,
    known: Known,
    /// Whether the reader may take this account over: they may do all that its person may.
    may_take_over: bool,
    panels: Vec<PanelCard>,
}

async fn show(State(app): State<App>, page: Page, Path(id): Path<UserId>) -> web::Result {
    let cx = page.cx.clone();
    let (known, may_take_over) = app
        .db
        .read(move |tx| Ok((known(tx, id)?, may_take_over(tx, &cx, id)?)))
        .await?;
    let panels = app.panels("person.side", &page.cx, &format!("user:{id}")).await;
    let shell = page.shell(&app, known.user.name.clone()).await?;
    html(ShowView {
        shell,
        known,
        may_take_over,
        panels,
    })
}

fn may_take_over(tx: &mut Tx<'_>, cx: &Cx, id: UserId) -> Result<bool> {
    Ok(cx.may("people.user.manage").is_some() && role::guard_not_above(tx, cx, id).is_ok())
}

//! What waits for the reader's approval, on the console. Everybody else decides in the portal.

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind, Result};
use kernel::id::Id;
use web::{App, FormData, FormView, Page, Path, Shell, Tone, html, see_other, unprocessable, with_toast};

use super::names::Names;
use crate::catalogue::approving::{Approval, Waiting};
use crate::catalogue::deciding::{self, Verdict};
use crate::catalogue::showing::Card;

/// How many wait, for the menu.
pub(super) fn count(tx: &mut Tx<'_>, cx: &Cx) -> Result<u64> {
    Ok(u64::try_from(deciding::count_mine(tx, cx)?).unwrap_or(0))
}

/// A request that waits.
struct Line {
    waiting: Waiting,
    requester: String,
    instead_of: Option<String>,
}

#[derive(Template)]
#[template(path = "console/views/approvals.html")]
struct List {
    shell: Shell,
    lines: Vec<Line>,
}

/// `GET /approvals`
pub(super) async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let read = app.db.read(move |tx| {
        let waiting = deciding::mine(tx, &cx)?;
        let people: Vec<_> = waiting
            .iter()
            .flat_map(|one| std::iter::once(one.requester).chain(one.instead_of))
            .collect();
        Ok((waiting, Names::load(tx, &people)?))
    });
    let (waiting, names) = read.await?;
    let line = |waiting: Waiting| Line {
        requester: names.person(waiting.requester).name,
        instead_of: waiting.instead_of.map(|absent| names.person(absent).name),
        waiting,
    };
    html(List {
        shell: page.shell(&app, page.t("desk-approvals-title")).await?,
        lines: waiting.into_iter().map(line).collect(),
    })
}

#[derive(Template)]
#[template(path = "console/views/approval.html")]
struct One {
    shell: Shell,
    form: FormView,
    id: String,
    number: i64,
    requester: String,
    is_open: bool,
    card: String,
}

async fn view(app: &App, page: &Page, id: Id<Approval>, form: FormView) -> web::Result<One> {
    let cx = page.cx.clone();
    let read = app.db.read(move |tx| {
        let found = deciding::matter(tx, &cx, id)?;
        let names = Names::load(tx, &[found.ticket.requester])?;
        let card = Card::load(tx, &cx, found.ticket.number)?;
        Ok((found, names, card))
    });
    let (found, names, card) = read.await?;
    let shell = page.shell(app, found.ticket.title.clone()).await?;
    Ok(One {
        id: id.to_string(),
        number: found.ticket.number,
        requester: names.person(found.ticket.requester).name,
        is_open: found.approval.decision.is_none(),
        card: card
            .map(|card| card.html(&shell))
            .transpose()?
            .unwrap_or_default(),
        form,
        shell,
    })
}

/// `GET /approvals/{id}`
pub(super) async fn ask(State(app): State<App>, page: Page, Path(id): Path<Id<Approval>>) -> web::Result {
    html(view(&app, &page, id, FormView::empty()).await?)
}

/// `POST /approvals/{id}`
pub(super) async fn decide(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Id<Approval>>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let verdict = Verdict {
        approved: form.text("answer") == "yes",
        comment: form.text("comment").to_owned(),
    };
    let done = if verdict.approved {
        "desk-approvals-said-yes"
    } else {
        "desk-approvals-said-no"
    };
    let deciding = app.db.write(move |tx| deciding::decide(tx, &cx, id, &verdict));
    match deciding.await {
        Ok(_) => Ok(with_toast(
            see_other("/approvals")?,
            &page,
            Tone::Success,
            &page.t(done),
        )),
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, id, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

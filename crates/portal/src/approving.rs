//! Approving what others ask for: the list of what waits for the reader, one of it, and the link in the mail.
//!
//! The link needs no signing in, for it is in the mail of one person and counts once; looking at it changes nothing.

use askama::Template;
use axum::extract::State;
use desk::catalogue::approving::{Approval, Waiting};
use desk::catalogue::deciding::{self, Matter, Verdict};
use desk::catalogue::showing::Card;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::id::{Id, UserId};
use kernel::{Cx, Result};
use web::{App, FormData, FormView, Page, Path, Query, Shell, html, see_other, unprocessable};

/// A request that waits.
struct Line {
    waiting: Waiting,
    requester: String,
}

#[derive(Template)]
#[template(path = "approvals.html")]
struct List {
    shell: Shell,
    lines: Vec<Line>,
    is_done: bool,
}

/// Whether the reader has just decided.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Come {
    done: bool,
}

pub async fn list(State(app): State<App>, page: Page, Query(come): Query<Come>) -> web::Result {
    let cx = page.cx.clone();
    let read = app.db.read(move |tx| {
        let waiting = deciding::mine(tx, &cx)?;
        let people: Vec<UserId> = waiting.iter().map(|one| one.requester).collect();
        Ok((waiting, people::user::store::cards(tx, &people)?))
    });
    let (waiting, cards) = read.await?;
    let line = |waiting: Waiting| Line {
        requester: cards
            .get(&waiting.requester)
            .map(|card| card.name.clone())
            .unwrap_or_default(),
        waiting,
    };
    html(List {
        shell: page.bare(&app, page.t("portal-approvals-title")),
        lines: waiting.into_iter().map(line).collect(),
        is_done: come.done,
    })
}

#[derive(Template)]
#[template(path = "approval.html")]
struct One {
    shell: Shell,
    form: FormView,
    /// Where the answer goes.
    action: String,
    number: i64,
    requester: String,
    is_open: bool,
    card: String,
    /// The answer that the link in the mail proposes.
    proposed: String,
}

/// What is asked, with the names that it needs.
struct Read {
    found: Matter,
    requester: String,
    card: Option<Card>,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, found: Matter) -> Result<Read> {
    let requester = people::user::store::find(tx, found.ticket.requester)?;
    Ok(Read {
        requester: requester.map(|user| user.name).unwrap_or_default(),
        card: Card::load(tx, cx, found.ticket.number)?,
        found,
    })
}

fn view(
    app: &App,
    page: &Page,
    read: Read,
    (action, proposed): (String, String),
    form: FormView,
) -> Result<One> {
    let shell = page.bare(app, read.found.ticket.title.clone());
    let card = read.card.map(|card| card.html(&shell)).transpose()?;
    Ok(One {
        card: card.unwrap_or_default(),
        number: read.found.ticket.number,
        requester: read.requester,
        is_open: read.found.approval.decision.is_none(),
        action,
        proposed,
        form,
        shell,
    })
}

/// `?answer=yes` or `no`: which link of the mail was followed.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Proposed {
    answer: String,
}

fn verdict(form: &FormData) -> Verdict {
    Verdict {
        approved: form.text("answer") == "yes",
        comment: form.text("comment").to_owned(),
    }
}

async fn mine(app: &App, page: &Page, id: Id<Approval>, form: FormView) -> web::Result<One> {
    let cx = page.cx.clone();
    let reading = app.db.read(move |tx| {
        let found = deciding::matter(tx, &cx, id)?;
        read(tx, &cx, found)
    });
    let read = reading.await?;
    Ok(view(
        app,
        page,
        read,
        (format!("/portal/approvals/{id}"), String::new()),
        form,
    )?)
}

pub async fn ask(State(app): State<App>, page: Page, Path(id): Path<Id<Approval>>) -> web::Result {
    html(mine(&app, &page, id, FormView::empty()).await?)
}

pub async fn decide(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Id<Approval>>,
    form: FormData,
) -> web::Result {
    let (cx, said) = (page.cx.clone(), verdict(&form));
    match app.db.write(move |tx| deciding::decide(tx, &cx, id, &said)).await {
        Ok(_) => see_other("/portal/approvals?done=true"),
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(mine(&app, &page, id, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "approved.html")]
struct Done {
    shell: Shell,
    title: String,
    text: String,
    is_good: bool,
}

async fn linked(app: &App, page: &Page, token: &str, proposed: String, form: FormView) -> Result<One> {
    let (cx, of) = (page.cx.clone(), token.to_owned());
    let reading = app.db.read(move |tx| {
        let found = deciding::peek(tx, &cx, &of)?;
        read(tx, &cx, found)
    });
    view(
        app,
        page,
        reading.await?,
        (format!("/approve/{token}"), proposed),
        form,
    )
}

pub async fn ask_by_link(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    Query(proposed): Query<Proposed>,
) -> web::Result {
    match linked(&app, &page, &token, proposed.answer, FormView::empty()).await {
        Ok(one) => html(one),
        Err(error) if error.kind() == Kind::Conflict => spent(&app, &page, &error),
        Err(error) => Err(error.into()),
    }
}

pub async fn decide_by_link(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    form: FormData,
) -> web::Result {
    let (cx, said, of) = (page.cx.clone(), verdict(&form), token.clone());
    let is_yes = said.approved;
    match app
        .db
        .write(move |tx| deciding::decide_by_link(tx, &cx, &of, &said))
        .await
    {
        Ok(Ok(_)) => {
            let text = if is_yes {
                "portal-approved-yes"
            } else {
                "portal-approved-no"
            };
            let title = page.t("portal-approved-title");
            html(Done {
                shell: page.bare(&app, title.clone()),
                title,
                text: page.t(text),
                is_good: true,
            })
        }
        Ok(Err(refused)) => spent(&app, &page, &refused),
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(linked(&app, &page, &token, "no".to_owned(), form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The link was right once, or is somebody else's; now it says why it is not taken.
fn spent(app: &App, page: &Page, error: &kernel::Error) -> web::Result {
    let title = page.t("portal-approval-spent-title");
    html(Done {
        shell: page.bare(app, title.clone()),
        title,
        text: error.message(page.cx.locale),
        is_good: false,
    })
}

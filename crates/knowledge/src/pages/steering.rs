//! What is done to an article from its page: its state, its reviewers, its reviews, comments, and votes.

use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::Error;
use kernel::id::UserId;
use web::{App, FormData, FormView, Need, Page, Path, Routes};

use super::{done, locale_of, mend, showing};
use crate::reviewing::{self, Verdict};
use crate::voting::{self, Place, Voter};
use crate::{Number, READ, State as How, WRITE, comment, writing};

pub(super) fn routes() -> Routes {
    let (reads, writes) = (Need::permission(READ), Need::permission(WRITE));
    Routes::new()
        .page(Method::POST, "/knowledge/{number}/state", writes, set_state)
        .page(Method::POST, "/knowledge/{number}/discard", writes, discard)
        .page(Method::POST, "/knowledge/{number}/due", writes, make_due)
        .page(Method::POST, "/knowledge/{number}/reviewed", writes, hold)
        .page(Method::POST, "/knowledge/{number}/reviewers", writes, ask)
        .page(Method::POST, "/knowledge/{number}/verdict", writes, decide)
        .page(Method::POST, "/knowledge/{number}/comments", reads, say)
        .page(Method::POST, "/knowledge/{number}/comments/{id}", writes, settle)
        .page(Method::POST, "/knowledge/{number}/vote", reads, vote)
}

fn path(number: Number) -> String {
    format!("/knowledge/{number}")
}

/// `POST /knowledge/{number}/state`
async fn set_state(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    form: FormData,
) -> web::Result {
    let to = How::parse(form.text("state"));
    let to = to.ok_or_else(|| Error::invalid("web.form.choice").field("state"))?;
    let (cx, note) = (page.cx.clone(), form.text("note").to_owned());
    app.db
        .write(move |tx| writing::set_state(tx, &cx, number, to, &note).map(drop))
        .await?;
    let key = format!("knowledge-page-moved-{}", to.as_str());
    done(&page, &path(number), &key)
}

/// `POST /knowledge/{number}/discard`
async fn discard(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    form: FormData,
) -> web::Result {
    let (cx, locale) = (page.cx.clone(), locale_of(&page, form.text("locale")));
    app.db
        .write(move |tx| writing::discard(tx, &cx, number, locale))
        .await?;
    done(&page, &path(number), "knowledge-page-discarded")
}

/// `POST /knowledge/{number}/due`
async fn make_due(State(app): State<App>, page: Page, Path(number): Path<Number>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| reviewing::make_due(tx, &cx, number).map(drop))
        .await?;
    done(&page, &path(number), "knowledge-page-review-due")
}

/// `POST /knowledge/{number}/reviewed`
async fn hold(State(app): State<App>, page: Page, Path(number): Path<Number>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| reviewing::hold(tx, &cx, number).map(drop))
        .await?;
    done(&page, &path(number), "knowledge-page-saved")
}

/// `POST /knowledge/{number}/reviewers`
async fn ask(State(app): State<App>, page: Page, Path(number): Path<Number>, form: FormData) -> web::Result {
    let people: Vec<UserId> = form.all("people").filter_map(|id| id.parse().ok()).collect();
    let (cx, base, note) = (
        page.cx.clone(),
        app.base_url().to_owned(),
        form.text("note").to_owned(),
    );
    let write = move |tx: &mut Tx<'_>| reviewing::ask(tx, &cx, &base, number, &people, &note).map(drop);
    app.db.write(write).await?;
    done(&page, &path(number), "knowledge-page-reviewer-asked")
}

/// `POST /knowledge/{number}/verdict`
async fn decide(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    form: FormData,
) -> web::Result {
    let verdict = Verdict::parse(form.text("verdict"));
    let verdict = verdict.ok_or_else(|| Error::invalid("web.form.choice").field("verdict"))?;
    let (cx, note) = (page.cx.clone(), form.text("note").to_owned());
    app.db
        .write(move |tx| reviewing::decide(tx, &cx, number, verdict, &note).map(drop))
        .await?;
    done(&page, &path(number), "knowledge-page-verdict-said")
}

/// `POST /knowledge/{number}/comments`
async fn say(State(app): State<App>, page: Page, Path(number): Path<Number>, form: FormData) -> web::Result {
    let (cx, body) = (page.cx.clone(), form.text("body").to_owned());
    let locale = locale_of(&page, form.text("locale"));
    let saying = app
        .db
        .write(move |tx| comment::add(tx, &cx, number, locale, &body).map(drop));
    match saying.await {
        Ok(()) => {
            let path = format!("/knowledge/{number}?locale={}#comments", locale.tag());
            done(&page, &path, "knowledge-page-commented")
        }
        Err(error) => {
            let filled: FormView = mend(&page, &form, error)?;
            showing::refused(&app, &page, number, locale, filled).await
        }
    }
}

/// `POST /knowledge/{number}/comments/{id}`
async fn settle(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(Number, i64)>,
    form: FormData,
) -> web::Result {
    let (cx, is_settled) = (page.cx.clone(), form.text("settled") == "yes");
    app.db
        .write(move |tx| comment::settle(tx, &cx, number, id, is_settled).map(drop))
        .await?;
    done(
        &page,
        &format!("/knowledge/{number}#comments"),
        "knowledge-page-saved",
    )
}

/// `POST /knowledge/{number}/vote`
async fn vote(State(app): State<App>, page: Page, Path(number): Path<Number>, form: FormData) -> web::Result {
    let voter = page.cx.user_id().map(Voter::User);
    let voter = voter.ok_or_else(Error::unauthenticated)?;
    let solved = match form.text("solved") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::invalid("web.form.choice").field("solved").into()),
    };
    let (cx, reason) = (page.cx.clone(), form.text("reason").to_owned());
    let write = move |tx: &mut Tx<'_>| {
        voting::vote(tx, &cx, number, &voter, solved, &reason, Place::Article, "").map(drop)
    };
    app.db.write(write).await?;
    done(
        &page,
        &format!("/knowledge/{number}#vote"),
        "knowledge-page-voted",
    )
}

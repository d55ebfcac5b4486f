//! How satisfied one is: on one's own request, and by the signed link of a mail.
//!
//! Looking at the link changes nothing, because mail programs look at links by themselves: it shows the page with the choice of
//! the mail marked, and saying it is one tap. A comment may follow, and both can be changed for a while.

use askama::Template;
use axum::extract::State;
use desk::rating::{self, Rate, Rating};
use kernel::error::Kind;
use kernel::{Locale, Result};
use web::{App, FormData, FormView, Page, Path, Query, Shell, html, see_other, unprocessable};

use crate::answering;

/// One of the five choices.
pub struct Choice {
    pub score: i64,
    pub stars: String,
    pub text: String,
    pub chosen: bool,
}

/// What a page shows of it.
pub struct Satisfaction {
    /// Where it is sent.
    pub action: String,
    pub choices: Vec<Choice>,
    /// Whether something was said already.
    pub is_said: bool,
    /// Whether it can still be said or changed.
    pub is_open: bool,
    /// The choice that is marked, said or not.
    pub score: Option<i64>,
    pub comment: String,
}

impl Satisfaction {
    pub fn of(
        locale: Locale,
        action: String,
        rating: Option<&Rating>,
        marked: Option<i64>,
        is_open: bool,
    ) -> Self {
        let score = marked.or(rating.map(|rating| rating.score));
        let choice = |number: i64| Choice {
            score: number,
            stars: "★".repeat(usize::try_from(number).unwrap_or(0)),
            text: locale.t(&format!("desk-rating-score-{number}")),
            chosen: score == Some(number),
        };
        Self {
            action,
            choices: rating::SCORES.rev().map(choice).collect(),
            is_said: rating.is_some(),
            is_open,
            score,
            comment: rating.map(|rating| rating.comment.clone()).unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "rate.html")]
struct View {
    shell: Shell,
    number: i64,
    title: String,
    satisfaction: Satisfaction,
    form: FormView,
}

/// `?score=4`: which choice of the mail was pressed.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Marked {
    score: Option<String>,
}

async fn view(app: &App, page: &Page, token: &str, marked: Option<i64>, form: FormView) -> Result<View> {
    let (cx, of) = (page.cx.clone(), token.to_owned());
    let asked = app.db.read(move |tx| rating::peek(tx, &cx, &of)).await?;
    let action = format!("/rate/{token}");
    let title = if asked.rating.is_some() {
        "portal-rate-thanks"
    } else {
        "portal-rate-title"
    };
    Ok(View {
        shell: page.bare(app, page.t(title)),
        number: asked.ticket.number,
        title: asked.ticket.title,
        satisfaction: Satisfaction::of(page.cx.locale, action, asked.rating.as_ref(), marked, true),
        form,
    })
}

pub async fn ask(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    Query(marked): Query<Marked>,
) -> web::Result {
    let marked = marked.score.and_then(|score| score.parse().ok());
    let marked = marked.filter(|score| rating::SCORES.contains(score));
    match view(&app, &page, &token, marked, FormView::empty()).await {
        Ok(view) => html(view),
        Err(error) if error.kind() == Kind::Conflict => answering::spent(&app, &page, &error),
        Err(error) => Err(error.into()),
    }
}

/// What a form says: a tap alone says nothing of the comment.
fn said(form: &FormData) -> Rate {
    Rate {
        score: form.text("score").parse().unwrap_or(0),
        comment: form.all("comment").next().map(str::to_owned),
    }
}

pub async fn rate(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    form: FormData,
) -> web::Result {
    let (cx, of, rate) = (page.cx.clone(), token.clone(), said(&form));
    match app.db.write(move |tx| rating::rate(tx, &cx, &of, &rate)).await {
        Ok(_) => see_other(&format!("/rate/{token}")),
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, &token, None, form).await?)
        }
        Err(error) if error.kind() == Kind::Conflict => answering::spent(&app, &page, &error),
        Err(error) => Err(error.into()),
    }
}

/// `POST /portal/requests/{number}/rating`
pub async fn rate_own(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    form: FormData,
) -> web::Result {
    let (cx, rate) = (page.cx.clone(), said(&form));
    let outcome = app
        .db
        .write(move |tx| rating::rate_own(tx, &cx, number, &rate))
        .await;
    crate::requests::finish(&app, &page, number, &form, outcome.map(drop)).await
}

//! The link in the mail: "does it work?", answered without signing in.
//!
//! Looking changes nothing, because mail programs look at links by themselves; answering is a POST.

use askama::Template;
use axum::extract::State;
use desk::ticket::Verify;
use desk::verification::{self, Asked};
use desk::{finding, rating};
use kernel::error::Kind;
use web::{App, FormData, FormView, Page, Path, Shell, html};

use crate::rating::Satisfaction;

#[derive(Template)]
#[template(path = "confirm.html")]
struct Ask {
    shell: Shell,
    token: String,
    asked: Asked,
    /// The answer that the link in the mail proposes.
    proposed: String,
    /// The cause in plain words.
    cause: Option<String>,
}

#[derive(Template)]
#[template(path = "confirmed.html")]
struct Done {
    shell: Shell,
    title: String,
    text: String,
    is_good: bool,
    /// How satisfied one is, asked after a yes.
    satisfaction: Option<Satisfaction>,
    form: FormView,
}

/// `?answer=yes` or `no`: which button of the mail was pressed.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Proposed {
    answer: String,
}

pub async fn ask(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    web::Query(proposed): web::Query<Proposed>,
) -> web::Result {
    let cx = page.cx.clone();
    let of = token.clone();
    let peeking = app.db.read(move |tx| {
        let asked = verification::peek(tx, &cx, &of)?;
        let cause = finding::plain(tx, asked.ticket.number)?;
        Ok((asked, cause))
    });
    match peeking.await {
        Ok((asked, cause)) => {
            let shell = page.bare(&app, page.t("portal-confirm-title"));
            html(Ask {
                shell,
                token,
                asked,
                proposed: proposed.answer,
                cause,
            })
        }
        Err(error) if error.kind() == Kind::Conflict => spent(&app, &page, &error),
        Err(error) => Err(error.into()),
    }
}

pub async fn answer(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let accepted = form.text("answer") == "yes";
    let verify = Verify {
        accepted,
        comment: form.optional("comment").map(str::to_owned),
    };
    let answering = app.db.write(move |tx| {
        let ticket = verification::answer(tx, &cx, &token, verify.clone())?;
        rating::token(tx, &cx, ticket.number)
    });
    match answering.await {
        Ok(rate) => {
            let (title, text) = if accepted {
                ("portal-confirmed-yes-title", "portal-confirmed-yes-text")
            } else {
                ("portal-confirmed-no-title", "portal-confirmed-no-text")
            };
            let shell = page.bare(&app, page.t(title));
            html(Done {
                shell,
                title: page.t(title),
                text: page.t(text),
                is_good: true,
                satisfaction: rate.map(|token| {
                    Satisfaction::of(page.cx.locale, format!("/rate/{token}"), None, None, true)
                }),
                form: FormView::empty(),
            })
        }
        Err(error) if error.kind() == Kind::Conflict => spent(&app, &page, &error),
        Err(error) => Err(error.into()),
    }
}

/// The link was right once; now it says why it is not any more.
pub fn spent(app: &App, page: &Page, error: &kernel::Error) -> web::Result {
    let title = page.t("portal-confirm-spent-title");
    html(Done {
        shell: page.bare(app, title.clone()),
        title,
        text: error.message(page.cx.locale),
        is_good: false,
        satisfaction: None,
        form: FormView::empty(),
    })
}

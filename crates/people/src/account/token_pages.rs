//! `/account/tokens`: making an API token whose secret is shown once, and ending one.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use kernel::{Error, Timestamp};
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, see_other, with_toast};

use super::frame::{framed, refused};
use crate::role;
use crate::token::{self, TokenId};

pub(super) fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/account/tokens/new", Need::SignedIn, new)
        .page(Method::POST, "/account/tokens", Need::SignedIn, create)
        .page(
            Method::POST,
            "/account/tokens/{id}/revoke",
            Need::SignedIn,
            revoke,
        )
}

/// A permission that a token may be given, with its words.
struct ScopeChoice {
    name: &'static str,
    label: String,
}

#[derive(Template)]
#[template(path = "account/views/token_new.html")]
struct NewView {
    shell: Shell,
    form: FormView,
    scopes: Vec<ScopeChoice>,
    lifetimes: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "account/views/token_made.html")]
struct MadeView {
    shell: Shell,
    name: String,
    secret: String,
}

/// Days that a token can be made for; `0` is until revoked.
const DAYS: [i64; 4] = [30, 90, 365, 0];

async fn new_view(app: &App, page: &Page, form: FormView) -> web::Result<NewView> {
    // Only what the person may do is offered: a token is never more than they are.
    let mine = role::permissions()
        .iter()
        .filter(|permission| page.cx.may(permission.name).is_some());
    let scopes = mine.map(|permission| ScopeChoice {
        name: permission.name,
        label: role::title_of(page.cx.locale, permission.name),
    });
    let lifetimes = DAYS.iter().map(|days| {
        let label = match days {
            0 => page.t("people-token-forever"),
            days => page
                .cx
                .locale
                .t_with("people-token-days", &[("count", (*days).into())]),
        };
        Choice::new(days.to_string(), label)
    });
    Ok(NewView {
        scopes: scopes.collect(),
        lifetimes: lifetimes.collect(),
        shell: page.shell(app, page.t("people-token-new-title")).await?,
        form,
    })
}

async fn new(State(app): State<App>, page: Page) -> web::Result {
    let view = new_view(&app, &page, FormView::of([("days", "90")])).await?;
    framed(&view.shell, &view)
}

fn until(form: &FormData, now: Timestamp) -> kernel::Result<Option<Timestamp>> {
    let days: i64 = form.text("days").parse().unwrap_or(-1);
    match DAYS.contains(&days) {
        true if days == 0 => Ok(None),
        true => Ok(Some(now.add_secs(days * 86_400))),
        false => Err(Error::invalid("web.form.choice").field("days")),
    }
}

async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let name = form.text("name").to_owned();
    let scopes: Vec<String> = form
        .all("scopes")
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect();
    let made = match until(&form, cx.now()) {
        Ok(until) => {
            app.db
                .write(move |tx| token::create(tx, &cx, user, &name, &scopes, until))
                .await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok((_, secret)) => {
            let shell = page.shell(&app, page.t("people-token-made-title")).await?;
            framed(
                &shell.clone(),
                &MadeView {
                    shell,
                    name: form.text("name").to_owned(),
                    secret,
                },
            )
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let view = new_view(&app, &page, form.refused(&error, page.cx.locale)).await?;
            refused(&view.shell, &view)
        }
        Err(error) => Err(error.into()),
    }
}

async fn revoke(State(app): State<App>, page: Page, Path(id): Path<TokenId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| token::revoke(tx, &cx, id)).await?;
    let text = page.t("people-token-revoked");
    Ok(with_toast(see_other("/account")?, &page, Tone::Success, &text))
}

//! The pages of signing in and out, and of setting a forgotten password.
//!
//! They translate between forms and operations. The cookie holds the session's secret; a half-done sign-in has one of
//! its own, which opens nothing but the page that asks for the code.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use kernel::{Cx, Error};
use serde::Deserialize;
use web::rate::{Limit, SIGN_IN};
use web::{
    App, FormData, FormView, Need, Page, Path, Query, Routes, Shell, Tone, html, local_path, see_other,
    unprocessable, with_session, with_toast, without_session,
};

use super::{LIFETIME, Origin, PENDING, Step, letter, password, with_code, with_password};

/// Letters to one address: a few at once, then one every five minutes.
const LETTERS: Limit = Limit {
    name: "people.letter",
    burst: 3.0,
    per_minute: 0.2,
};

/// Everybody may come here.
pub fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/sign-in", Need::Public, ask)
        .page(Method::POST, "/sign-in", Need::Public, sign_in)
        .page(Method::GET, "/sign-in/code", Need::Public, ask_code)
        .page(Method::POST, "/sign-in/code", Need::Public, answer_code)
        .page(Method::POST, "/sign-out", Need::Public, sign_out)
        .page(Method::GET, "/forgot", Need::Public, forgot)
        .page(Method::POST, "/forgot", Need::Public, send_link)
        .page(Method::GET, "/set-password/{secret}", Need::Public, ask_password)
        .page(Method::POST, "/set-password/{secret}", Need::Public, set_password)
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in/views/sign_in.html")]
struct AskView {
    shell: Shell,
    form: FormView,
}

#[derive(Template)]
#[template(path = "sign_in/views/code.html")]
struct CodeView {
    shell: Shell,
    form: FormView,
}

#[derive(Template)]
#[template(path = "sign_in/views/forgot.html")]
struct ForgotView {
    shell: Shell,
    form: FormView,
    by_mail: bool,
    sent: bool,
}

#[derive(Template)]
#[template(path = "sign_in/views/set_password.html")]
struct SetPasswordView {
    shell: Shell,
    form: FormView,
    secret: String,
    email: String,
    serves: bool,
}

/// Where a person begins: the console for whoever works there, the portal for everybody else.
fn home(cx: &Cx) -> &'static str {
    if cx.may("people.user.read").is_some() {
        "/"
    } else {
        "/portal"
    }
}

fn origin(page: &Page) -> Origin {
    Origin {
        address: page.client_address.to_string(),
        agent: page.user_agent.to_string(),
    }
}

async fn ask(State(app): State<App>, page: Page, Query(query): Query<Next>) -> web::Result {
    if page.cx.user_id().is_some() {
        return see_other(if query.next.is_empty() {
            home(&page.cx)
        } else {
            local_path(&query.next)
        });
    }
    let shell = page.bare(&app, page.t("people-sign-in-title"));
    html(AskView {
        shell,
        form: FormView::of([("next", query.next)]),
    })
}

async fn sign_in(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let email = super::user::normal_email(form.text("email"));
    // With the network address: a guesser elsewhere must not lock the owner out.
    let who = format!("{email} {}", page.client_address);
    let tried = match app.rates.take(SIGN_IN, &who, page.cx.now()) {
        Ok(()) => with_password(&app.db, &page.cx, &email, form.text("password"), &origin(&page)).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(Step::SignedIn(secret)) => enter(&app, &page, &secret, form.text("next")).await,
        Ok(Step::SecondFactor(secret)) => {
            let next = form
                .optional("next")
                .map(|next| format!("?next={}", web::urlencoded::encode(local_path(next))));
            let answer = see_other(&format!("/sign-in/code{}", next.unwrap_or_default()))?;
            Ok(with_session(answer, &page, &secret, PENDING))
        }
        Err(error) if shown_in_form(&error) => {
            let shell = page.bare(&app, page.t("people-sign-in-title"));
            refused(
                &error,
                AskView {
                    shell,
                    form: form.refused(&error, page.cx.locale),
                },
            )
        }
        Err(error) => Err(error.into()),
    }
}

/// A wrong password and too many of them are both said on the form, which stays as it was filled.
fn shown_in_form(error: &Error) -> bool {
    matches!(error.kind(), Kind::Invalid | Kind::TooMany)
}

fn refused(error: &Error, view: impl Template) -> web::Result {
    let mut response = unprocessable(view)?;
    *response.status_mut() = web::status_of(error.kind());
    Ok(response)
}

async fn enter(app: &App, page: &Page, secret: &str, next: &str) -> web::Result {
    let path = if next.is_empty() || local_path(next) == "/" {
        let credentials = web::Credentials::Session(secret.to_owned());
        let signed_in = app.who_is(&credentials).await?;
        let cx = signed_in.map(|found| Cx {
            actor: kernel::Actor::User(found.identity),
            ..page.cx.clone()
        });
        cx.as_ref().map_or("/", home).to_owned()
    } else {
        local_path(next).to_owned()
    };
    Ok(with_session(see_other(&path)?, page, secret, LIFETIME))
}

async fn ask_code(State(app): State<App>, page: Page, Query(query): Query<Next>) -> web::Result {
    let shell = page.bare(&app, page.t("people-code-title"));
    html(CodeView {
        shell,
        form: FormView::of([("next", query.next)]),
    })
}

async fn answer_code(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let Some(pending) = page.session_token() else {
        return see_other("/sign-in");
    };
    match with_code(&app.db, &page.cx, pending, form.text("code"), &origin(&page)).await {
        Ok(secret) => enter(&app, &page, &secret, form.text("next")).await,
        Err(error) if error.kind() == Kind::Unauthenticated => {
            let answer = see_other("/sign-in")?;
            Ok(with_toast(
                answer,
                &page,
                Tone::Warning,
                &page.t("people-code-expired"),
            ))
        }
        Err(error) if shown_in_form(&error) => {
            let shell = page.bare(&app, page.t("people-code-title"));
            refused(
                &error,
                CodeView {
                    shell,
                    form: form.refused(&error, page.cx.locale),
                },
            )
        }
        Err(error) => Err(error.into()),
    }
}

async fn sign_out(State(app): State<App>, page: Page) -> web::Result {
    if let Some(secret) = page.session_token().map(str::to_owned) {
        app.db.write(move |tx| super::sign_out(tx, &secret)).await?;
    }
    Ok(without_session(see_other("/sign-in")?, &page))
}

async fn forgot(State(app): State<App>, page: Page) -> web::Result {
    let by_mail = app.db.read(letter::can_be_sent).await?;
    let shell = page.bare(&app, page.t("people-forgot-title"));
    html(ForgotView {
        shell,
        form: FormView::empty(),
        by_mail,
        sent: false,
    })
}

async fn send_link(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let by_mail = app.db.read(letter::can_be_sent).await?;
    let shell = page.bare(&app, page.t("people-forgot-title"));
    let email = super::user::normal_email(form.text("email"));
    let asked = if super::user::is_email(&email) {
        app.rates.take(LETTERS, &email, page.cx.now())
    } else {
        Err(Error::invalid("people.user.email_malformed").field("email"))
    };
    if let Err(error) = asked {
        let form = form.refused(&error, page.cx.locale);
        return refused(
            &error,
            ForgotView {
                shell,
                form,
                by_mail,
                sent: false,
            },
        );
    }
    if by_mail {
        let cx = page.cx.clone();
        app.db.write(move |tx| letter::ask_for(tx, &cx, &email)).await?;
    }
    html(ForgotView {
        shell,
        form: FormView::empty(),
        by_mail,
        sent: true,
    })
}

async fn ask_password(State(app): State<App>, page: Page, Path(secret): Path<String>) -> web::Result {
    let email = password::link_serves(&app.db, &page.cx, &secret).await?;
    let shell = page.bare(&app, page.t("people-set-password-title"));
    let (serves, email) = (email.is_some(), email.unwrap_or_default());
    // The address is a secret; the house's referrer policy keeps it from other sites. A stricter one would make browsers
    // send the form with "Origin: null", which is refused.
    html(SetPasswordView {
        shell,
        form: FormView::empty(),
        secret,
        email,
        serves,
    })
}

async fn set_password(
    State(app): State<App>,
    page: Page,
    Path(secret): Path<String>,
    form: FormData,
) -> web::Result {
    match password::set_by_link(&app.db, &page.cx, &secret, form.text("password")).await {
        Ok(()) => {
            let answer = see_other("/sign-in")?;
            Ok(with_toast(
                answer,
                &page,
                Tone::Success,
                &page.t("people-set-password-done"),
            ))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let email = password::link_serves(&app.db, &page.cx, &secret).await?;
            let shell = page.bare(&app, page.t("people-set-password-title"));
            let (serves, email) = (email.is_some(), email.unwrap_or_default());
            let form = form.refused(&error, page.cx.locale);
            unprocessable(SetPasswordView {
                shell,
                form,
                secret,
                email,
                serves,
            })
        }
        Err(error) => Err(error.into()),
    }
}

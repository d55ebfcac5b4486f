//! `/account/second-factor`: switching the second factor on with a QR code, and off again.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::Error;
use kernel::error::Kind;
use web::{App, FormData, FormView, Need, Page, Routes, Shell, Tone, see_other, with_toast};

use super::frame::{framed, refused};
use super::qr::{self, Drawing};
use crate::sign_in::second_factor;
use crate::user;

pub(super) fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/account/second-factor", Need::SignedIn, show)
        .page(Method::POST, "/account/second-factor", Need::SignedIn, confirm)
        .page(
            Method::POST,
            "/account/second-factor/off",
            Need::SignedIn,
            switch_off,
        )
}

#[derive(Template)]
#[template(path = "account/views/enrol.html")]
struct EnrolView {
    shell: Shell,
    form: FormView,
    drawing: Drawing,
    secret: String,
}

#[derive(Template)]
#[template(path = "account/views/codes.html")]
struct CodesView {
    shell: Shell,
    codes: Vec<String>,
}

#[derive(Template)]
#[template(path = "account/views/off.html")]
struct OffView {
    shell: Shell,
    form: FormView,
}

async fn show(State(app): State<App>, page: Page) -> web::Result {
    let id = page.cx.user_id().ok_or_else(Error::unauthenticated)?;
    let person = app.db.read(move |tx| user::store::load(tx, id)).await?;
    if person.second_factor {
        let shell = page.shell(&app, page.t("people-second-factor-off-title")).await?;
        return framed(
            &shell.clone(),
            &OffView {
                shell,
                form: FormView::empty(),
            },
        );
    }
    let view = enrolment(&app, &page, FormView::empty()).await?;
    framed(&view.shell, &view)
}

async fn enrolment(app: &App, page: &Page, form: FormView) -> web::Result<EnrolView> {
    let cx = page.cx.clone();
    let enrolment = app.db.write(move |tx| second_factor::enrol(tx, &cx)).await?;
    let drawing = qr::draw(&enrolment.address)?;
    let shell = page.shell(app, page.t("people-second-factor-title")).await?;
    Ok(EnrolView {
        shell,
        form,
        drawing,
        secret: grouped(&enrolment.secret),
    })
}

/// In groups of four, for typing in.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

async fn confirm(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, code) = (page.cx.clone(), form.text("code").to_owned());
    match app
        .db
        .write(move |tx| second_factor::confirm(tx, &cx, &code))
        .await
    {
        Ok(codes) => {
            let shell = page.shell(&app, page.t("people-recovery-title")).await?;
            framed(&shell.clone(), &CodesView { shell, codes })
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let view = enrolment(&app, &page, form.refused(&error, page.cx.locale)).await?;
            refused(&view.shell, &view)
        }
        Err(error) => Err(error.into()),
    }
}

async fn switch_off(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, code) = (page.cx.clone(), form.text("code").to_owned());
    let id = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let outcome = match app.rates.take(web::rate::SIGN_IN, &id.to_string(), page.cx.now()) {
        Ok(()) => {
            app.db
                .write(move |tx| second_factor::switch_off(tx, &cx, id, &code))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => {
            let text = page.t("people-second-factor-off-done");
            Ok(with_toast(see_other("/account")?, &page, Tone::Success, &text))
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::TooMany) => {
            let shell = page.shell(&app, page.t("people-second-factor-off-title")).await?;
            refused(
                &shell.clone(),
                &OffView {
                    shell,
                    form: form.refused(&error, page.cx.locale),
                },
            )
        }
        Err(error) => Err(error.into()),
    }
}

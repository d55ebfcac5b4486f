//! Resolving, writing down the requester's answer, and reopening.

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use web::{App, FormData, FormView, Page, Path, Query, Shell};

use super::asked::Asked;
use super::changed::{self, Act, may, mend, shown};
use super::gates::GateList;
use super::{composing, next};
use crate::learned::likeness;
use crate::ticket::{self, Resolve, Verify, access};

#[derive(Template)]
#[template(path = "console/views/resolve.html", blocks = ["act"])]
struct ResolveForm {
    shell: Shell,
    act: Act,
    form: FormView,
    gate: GateList,
}

async fn show_resolve(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "resolution", asked, "desk-page-resolve-submit").kept("resolution");
    let shell = page.shell(app, page.t("desk-page-resolve-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    let gate = GateList::read(app, page, number, asked).await?;
    let view = ResolveForm {
        shell,
        act,
        form,
        gate,
    };
    shown!(view, dialog, refused)
}

/// `GET /tickets/{number}/resolution`
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::RESOLVE).await?;
    let fresh = FormView::of([("tested", "true")]);
    let form = composing::begun(&app, &page, number, "resolution", fresh).await?;
    show_resolve(&app, &page, number, &asked, form).await
}

/// `GET /tickets/{number}/resolution/from/{other}`: the form with the solution of another ticket, to be made fit.
pub(super) async fn ask_from(
    State(app): State<App>,
    page: Page,
    Path((number, other)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::RESOLVE).await?;
    let cx = page.cx.clone();
    let solution = app
        .db
        .read(move |tx| likeness::solution_of(tx, &cx, other))
        .await?;
    let form = FormView::of([("tested", "true".to_owned()), ("solution", solution)]);
    show_resolve(&app, &page, number, &asked, form).await
}

/// `POST /tickets/{number}/resolution`
pub(super) async fn resolve(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let goes_on = form.text("then") == "next";
    let next = if goes_on {
        next::in_list(&app, &page.cx, &asked, number).await?
    } else {
        None
    };
    let cx = page.cx.clone();
    let wanted = Resolve {
        solution: form.text("solution").to_owned(),
        tested: form.text("tested") == "true",
        untested_reason: form.optional("untested_reason").map(str::to_owned),
    };
    let past_gate = form.optional("override_reason").map(str::to_owned);
    let resolving = app.db.write(move |tx| {
        ticket::discard_form_draft(tx, &cx, number, "resolution")?;
        match &past_gate {
            Some(reason) => ticket::resolve_past_gate(tx, &cx, number, wanted.clone(), reason),
            None => ticket::resolve(tx, &cx, number, wanted.clone()),
        }
    });
    match resolving.await {
        Ok(_) if goes_on => next::go(&page, &asked, next, "desk-page-resolved"),
        Ok(_) => changed::answer(&app, &page, number, &asked, "desk-page-resolved").await,
        Err(error) if error.code() == "desk.gate_closed" => {
            let form = form.refused(&of_this_form(&error), page.cx.locale);
            show_resolve(&app, &page, number, &asked, form).await
        }
        Err(error) => show_resolve(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

/// What a closed gate says of the form's own fields; the rest stands in the list beside it, where it is filled.
fn of_this_form(refusal: &Error) -> Error {
    let own = refusal.fields().iter();
    let own = own.filter(|field| matches!(field.field.as_str(), "solution" | "untested_reason"));
    Error::invalid("desk.gate_closed")
        .arg("words", "")
        .with_fields(own.cloned().collect())
}

#[derive(Template)]
#[template(path = "console/views/verify.html", blocks = ["act"])]
struct VerifyForm {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_verify(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "verification", asked, "desk-page-verify-submit");
    let shell = page.shell(app, page.t("desk-page-verify-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(VerifyForm { shell, act, form }, dialog, refused)
}

/// `GET /tickets/{number}/verification`
pub(super) async fn ask_verify(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::VERIFY).await?;
    show_verify(&app, &page, number, &asked, FormView::empty()).await
}

/// `POST /tickets/{number}/verification`: the requester's answer, written down by the desk.
pub(super) async fn verify(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match form.optional("accepted") {
        Some(word) => {
            let wanted = Verify {
                accepted: word == "yes",
                comment: form.optional("comment").map(str::to_owned),
            };
            app.db
                .write(move |tx| ticket::verify(tx, &cx, number, wanted.clone()))
                .await
        }
        None => Err(kernel::Error::invalid("web.form.missing").field("accepted")),
    };
    match outcome {
        Ok(_) => changed::answer(&app, &page, number, &asked, "desk-page-verified").await,
        Err(error) => show_verify(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

#[derive(Template)]
#[template(path = "console/views/reopen.html", blocks = ["act"])]
struct ReopenForm {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_reopen(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "reopening", asked, "desk-page-reopen-submit");
    let shell = page.shell(app, page.t("desk-page-reopen-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(ReopenForm { shell, act, form }, dialog, refused)
}

/// `GET /tickets/{number}/reopening`
pub(super) async fn ask_reopen(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::REOPEN).await?;
    show_reopen(&app, &page, number, &asked, FormView::empty()).await
}

/// `POST /tickets/{number}/reopening`
pub(super) async fn reopen(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let (cx, reason) = (page.cx.clone(), form.text("reason").to_owned());
    match app
        .db
        .write(move |tx| ticket::reopen(tx, &cx, number, &reason))
        .await
    {
        Ok(_) => changed::answer(&app, &page, number, &asked, "desk-page-reopened").await,
        Err(error) => show_reopen(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

//! What people order of a rollout. What is refused comes back on its page as it stands now, with the reason in words.

use ::rollout::{Gate, Resume};
use axum::extract::State;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, FormData, Page, Path, unprocessable};

use super::{PATH, done, mend, showing};
use crate::rollout::{RolloutId, ordering};

/// The round that the page showed.
fn round(form: &FormData) -> Result<u32> {
    let malformed = || Error::invalid("web.form.malformed").field("round");
    form.text("round").parse().map_err(|_| malformed())
}

/// Runs an order and goes back to the page; a refusal is said there.
async fn order<F>(
    app: &App,
    page: &Page,
    id: RolloutId,
    form: &FormData,
    key: &str,
    mut run: F,
) -> web::Result
where
    F: FnMut(&mut Tx<'_>, &Cx) -> Result<()> + Send + 'static,
{
    let cx = page.cx.clone();
    match app.db.write(move |tx| run(tx, &cx)).await {
        Ok(()) => done(page, &format!("{PATH}/{id}"), key),
        Err(error) => refused(app, page, id, form, error).await,
    }
}

async fn refused(app: &App, page: &Page, id: RolloutId, form: &FormData, error: Error) -> web::Result {
    // Several forms of the page have a field of the same name, so what is wrong is said once, on top.
    let error = match error.fields().first() {
        Some(field) => Error::new(error.kind(), field.code.clone()),
        None => error,
    };
    let form = mend(page, form, error)?;
    unprocessable(showing::view(app, page, id, showing::Wanted::default(), form).await?)
}

/// `POST /rollouts/{id}/start`
pub(super) async fn start(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RolloutId>,
    form: FormData,
) -> web::Result {
    let round = round(&form)?;
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::start(tx, cx, id, round);
    order(&app, &page, id, &form, "fleet-rollout-did-start", run).await
}

/// `POST /rollouts/{id}/approval`
pub(super) async fn approve(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RolloutId>,
    form: FormData,
) -> web::Result {
    let round = round(&form)?;
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::approve(tx, cx, id, round);
    order(&app, &page, id, &form, "fleet-rollout-did-approve", run).await
}

/// `POST /rollouts/{id}/exceptions`
pub(super) async fn except(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RolloutId>,
    form: FormData,
) -> web::Result {
    let (round, reason) = (round(&form)?, form.text("reason").to_owned());
    let gate = match form.text("gate") {
        "dry_run" => Gate::DryRun,
        "way_back" => Gate::WayBack,
        _ => return Err(Error::invalid("web.form.choice").field("gate").into()),
    };
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::except(tx, cx, id, round, gate, &reason);
    order(&app, &page, id, &form, "fleet-rollout-did-except", run).await
}

/// `POST /rollouts/{id}/halt`
pub(super) async fn halt(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RolloutId>,
    form: FormData,
) -> web::Result {
    let reason = form.text("reason").to_owned();
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::halt(tx, cx, id, &reason);
    order(&app, &page, id, &form, "fleet-rollout-did-halt", run).await
}

/// `POST /rollouts/{id}/resumption`
pub(super) async fn resume(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RolloutId>,
    form: FormData,
) -> web::Result {
    let round = round(&form)?;
    let how = match form.text("how") {
        "go_on" => Resume::GoOn,
        "only_failed" => Resume::OnlyFailed,
        _ => return Err(Error::invalid("web.form.choice").field("how").into()),
    };
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::resume(tx, cx, id, round, how);
    order(&app, &page, id, &form, "fleet-rollout-did-resume", run).await
}

/// `POST /rollouts/{id}/cancellation`
pub(super) async fn cancel(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RolloutId>,
    form: FormData,
) -> web::Result {
    let reason = form.text("reason").to_owned();
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::cancel(tx, cx, id, &reason);
    order(&app, &page, id, &form, "fleet-rollout-did-cancel", run).await
}

/// `POST /rollouts/{id}/probes`
pub(super) async fn probe(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RolloutId>,
    form: FormData,
) -> web::Result {
    let (round, reason) = (round(&form)?, form.text("reason").to_owned());
    let bad = (form.text("verdict") != "good").then_some(reason);
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::probe(tx, cx, id, round, bad.as_deref());
    order(&app, &page, id, &form, "fleet-rollout-did-probe", run).await
}

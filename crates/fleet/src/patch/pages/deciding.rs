//! What people decide of patches, one or many, and the way from approved ones to the form of a rollout.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use web::{App, FormData, Page, Path, Tone, unprocessable, with_toast};

use super::listing::address;
use super::{PATH, done, done_key, mend, showing, wanted_state};
use crate::patch::listing::Tab;
use crate::patch::{PatchId, deciding, planning};

/// The patches that were chosen in a list.
fn chosen(form: &FormData) -> Result<Vec<PatchId>> {
    form.all("patch")
        .map(str::parse)
        .collect::<Result<_>>()
        .map_err(|_| Error::invalid("web.form.malformed").field("patch"))
}

/// Back to the list that the form stands below.
fn back(form: &FormData) -> Result<String> {
    Ok(address(Tab::read(form.text("tab"))?, form.text("q"), ""))
}

/// Back to the list, with what was refused; other failures stay what they are.
fn refused(page: &Page, form: &FormData, error: Error) -> web::Result {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let words = match error.fields().first() {
        Some(field) => field.message(page.cx.locale),
        None => error.message(page.cx.locale),
    };
    let response = web::go_to(page, &back(form)?)?;
    Ok(with_toast(response, page, Tone::Danger, &words))
}

/// `POST /patches/decisions`
pub(super) async fn decide_many(Given(app): Given<App>, page: Page, form: FormData) -> web::Result {
    let (ids, state) = (chosen(&form)?, wanted_state(&form)?);
    let cx = page.cx.clone();
    let write = move |tx: &mut Tx<'_>| deciding::decide(tx, &cx, &ids, state, "");
    match app.db.write(write).await {
        Ok(_) => done(&page, &back(&form)?, done_key(state)),
        Err(error) => refused(&page, &form, error),
    }
}

/// `POST /patches/plan`
pub(super) async fn plan(Given(app): Given<App>, page: Page, form: FormData) -> web::Result {
    let ids = chosen(&form)?;
    let (cx, own) = (page.cx.clone(), ids.clone());
    let read = move |tx: &mut Tx<'_>| planning::begin(tx, &cx, &own);
    match app.db.read(read).await {
        Ok(begin) => web::go_to(&page, &format!("/rollouts/new?patches={}", begin.patches)),
        Err(error) => refused(&page, &form, error),
    }
}

/// `POST /patches/{id}/decision`
pub(super) async fn decide_one(
    Given(app): Given<App>,
    page: Page,
    Path(id): Path<PatchId>,
    form: FormData,
) -> web::Result {
    let (state, note) = (wanted_state(&form)?, form.text("note").to_owned());
    let cx = page.cx.clone();
    let write = move |tx: &mut Tx<'_>| deciding::decide(tx, &cx, &[id], state, &note);
    match app.db.write(write).await {
        Ok(_) => done(&page, &format!("{PATH}/{id}"), done_key(state)),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(showing::view(&app, &page, id, "", form).await?)
        }
    }
}

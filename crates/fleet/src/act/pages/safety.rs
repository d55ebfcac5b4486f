//! `/devices/safety`: the global stop, and what waits for a second person.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{Row, done, mend};
use crate::act::approving::{self, Say};
use crate::act::stopping::{self, Stop};
use crate::act::{seeing, store, telling};
use crate::signing::client;
use crate::{APPROVE, READ, device};

const PATH: &str = "/devices/safety";
const HELD_MOST: i64 = 500;

pub(super) fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, PATH, Need::permission(READ), show)
        .page(
            Method::POST,
            "/devices/safety/stop",
            Need::permission(APPROVE),
            stop,
        )
        .page(
            Method::POST,
            "/devices/safety/batches/{batch}",
            Need::permission(APPROVE),
            decide,
        )
}

/// Acts that wait together.
struct Batch {
    row: Row,
    devices: Vec<String>,
    is_own: bool,
}

#[derive(Template)]
#[template(path = "act/views/safety.html")]
struct Safety {
    shell: Shell,
    form: FormView,
    stop: Option<Stop>,
    stopper: Option<String>,
    batches: Vec<Batch>,
    may_approve: bool,
    /// Whether the signer asks who agrees for a code.
    wants_code: bool,
}

impl Safety {
    fn verb(&self, name: &str) -> String {
        telling::verb_name(self.shell.cx.locale, name)
    }
}

type Found = (Option<Stop>, Option<String>, Vec<Batch>);

fn read(tx: &mut Tx<'_>, cx: &Cx) -> Result<Found> {
    let stop = stopping::present(tx, cx)?;
    let stopper = match stop.as_ref().and_then(|stop| stop.by) {
        Some(person) => people::user::store::cards(tx, &[person])?
            .remove(&person)
            .map(|card| card.name),
        None => None,
    };
    let held = store::held(tx, HELD_MOST)?;
    let mut batches: Vec<Batch> = Vec::new();
    for act in seeing::seen(tx, cx, held)? {
        let Ok(device) = device::find(tx, cx, act.device) else {
            continue;
        };
        match batches.iter_mut().find(|batch| batch.row.act.batch == act.batch) {
            Some(batch) => batch.devices.push(device.name),
            None => batches.push(Batch {
                is_own: Some(act.person) == cx.user_id(),
                row: Row::of(cx, act),
                devices: vec![device.name],
            }),
        }
    }
    Ok((stop, stopper, batches))
}

async fn view(app: &App, page: &Page, form: FormView) -> web::Result<Safety> {
    let cx = page.cx.clone();
    let (stop, stopper, batches) = app.db.read(move |tx| read(tx, &cx)).await?;
    Ok(Safety {
        shell: page.shell(app, page.t("fleet-safety-title")).await?,
        form,
        stop,
        stopper,
        wants_code: !batches.is_empty() && client::wants_codes(&app.config).await,
        batches,
        may_approve: page.cx.may(APPROVE).is_some(),
    })
}

/// `GET /devices/safety`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, FormView::empty()).await?)
}

/// `POST /devices/safety/stop`
async fn stop(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, reason) = (page.cx.clone(), form.text("reason").to_owned());
    let (lifts, key) = match form.text("do") {
        "release" => (true, "fleet-stop-lifted"),
        _ => (false, "fleet-stop-done"),
    };
    let write = move |tx: &mut Tx<'_>| {
        if lifts {
            stopping::release(tx, &cx)
        } else {
            stopping::stop(tx, &cx, &reason)
        }
    };
    match app.db.write(write).await {
        Ok(()) => done(&page, PATH, key),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, form).await?)
        }
    }
}

/// `POST /devices/safety/batches/{batch}`
async fn decide(
    State(app): State<App>,
    page: Page,
    Path(batch): Path<String>,
    form: FormData,
) -> web::Result {
    let (say, key) = match form.text("say") {
        "yes" => (Say::Yes, "fleet-approved"),
        _ => (Say::No, "fleet-declined"),
    };
    match decided(&app, &page, batch, say, form.text("code")).await {
        Ok(_) => done(&page, PATH, key),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, form).await?)
        }
    }
}

async fn decided(app: &App, page: &Page, batch: String, say: Say, code: &str) -> Result<()> {
    if say == Say::Yes && client::wants_codes(&app.config).await {
        let (cx, which, code) = (page.cx.clone(), batch.clone(), code.to_owned());
        let wish = app
            .db
            .read(move |tx| approving::wish(tx, &cx, &which, &code))
            .await?;
        if let Some(word) = client::approve(&app.config, wish).await? {
            tracing::warn!(word, "the signer does not believe a second person");
            return Err(Error::invalid("fleet.signer_code").field("code"));
        }
    }
    let cx = page.cx.clone();
    app.db
        .write(move |tx| approving::decide(tx, &cx, &batch, say).map(drop))
        .await
}

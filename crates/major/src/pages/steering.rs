//! The small acts in the room: state, roles, steps, tickets, and words to those affected.

use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Kind};
use web::{App, FormData, Need, Page, Path, Routes};

use super::room::{self, Forms};
use super::{done, given, required, words};
use crate::READ;
use crate::incident::steering::{self, Done};
use crate::incident::{IncidentId, Role, State as How};
use crate::update::{self, Shown, UpdateId};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(READ);
    Routes::new()
        .page(Method::POST, "/major/{id}/state", needed, state)
        .page(Method::POST, "/major/{id}/roles", needed, assign)
        .page(Method::POST, "/major/{id}/steps", needed, add_step)
        .page(Method::POST, "/major/{id}/steps/{step}", needed, tick)
        .page(Method::POST, "/major/{id}/links", needed, link)
        .page(Method::POST, "/major/{id}/links/removal", needed, unlink)
        .page(Method::POST, "/major/{id}/updates", needed, say)
        .page(Method::POST, "/major/{id}/updates/{words}", needed, show)
}

fn malformed(field: &'static str) -> Error {
    Error::invalid("web.form.malformed").field(field)
}

/// `POST /major/{id}/state`
async fn state(
    State(app): State<App>,
    page: Page,
    Path(id): Path<IncidentId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let wanted = How::known(form.text("state")).ok_or_else(|| malformed("state"))?;
    app.db
        .write(move |tx| steering::move_to(tx, &cx, id, wanted))
        .await?;
    done(&page, &format!("/major/{id}"), "major-saved")
}

/// `POST /major/{id}/roles`
async fn assign(
    State(app): State<App>,
    page: Page,
    Path(id): Path<IncidentId>,
    form: FormData,
) -> web::Result {
    let (cx, base) = (page.cx.clone(), app.base_url().to_owned());
    let role = Role::known(form.text("role")).ok_or_else(|| malformed("role"))?;
    let outcome = match given(&form, "person") {
        Ok(person) => {
            let write = move |tx: &mut Tx<'_>| steering::assign(tx, &cx, &base, id, role, person);
            app.db.write(write).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => room::changed_side(&app, &page, id, "major-saved").await,
        Err(error) if error.kind() == Kind::Invalid => {
            let forms = Forms {
                role: form.refused(&error, page.cx.locale),
                ..Forms::default()
            };
            room::refused(&app, &page, id, forms).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /major/{id}/steps`
async fn add_step(
    State(app): State<App>,
    page: Page,
    Path(id): Path<IncidentId>,
    form: FormData,
) -> web::Result {
    let (cx, text) = (page.cx.clone(), form.text("step").to_owned());
    match app
        .db
        .write(move |tx| steering::add_step(tx, &cx, id, &text))
        .await
    {
        Ok(()) => done(&page, &format!("/major/{id}"), "major-saved"),
        Err(error) if error.kind() == Kind::Invalid => {
            let forms = Forms {
                step: form.refused(&error, page.cx.locale),
                ..Forms::default()
            };
            room::refused(&app, &page, id, forms).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /major/{id}/steps/{step}`
async fn tick(
    State(app): State<App>,
    page: Page,
    Path((id, step)): Path<(IncidentId, i64)>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let wanted = if form.text("done") == "no" {
        Done::No
    } else {
        Done::Yes
    };
    app.db
        .write(move |tx| steering::tick(tx, &cx, id, step, wanted))
        .await?;
    room::changed_side(&app, &page, id, "major-saved").await
}

/// `POST /major/{id}/links`
async fn link(State(app): State<App>, page: Page, Path(id): Path<IncidentId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let number = form.text("number").trim_start_matches('#').parse::<i64>();
    let outcome = match number {
        Ok(number) => app
            .db
            .write(move |tx| steering::link(tx, &cx, id, number))
            .await
            .map(drop),
        Err(_) => Err(Error::invalid("major.link_number").field("number")),
    };
    match outcome {
        Ok(()) => done(&page, &format!("/major/{id}"), "major-linked"),
        Err(error) if error.kind() == Kind::Invalid => {
            let forms = Forms {
                link: form.refused(&error, page.cx.locale),
                ..Forms::default()
            };
            room::refused(&app, &page, id, forms).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /major/{id}/links/removal`
async fn unlink(
    State(app): State<App>,
    page: Page,
    Path(id): Path<IncidentId>,
    form: FormData,
) -> web::Result {
    let (cx, number) = (page.cx.clone(), required(&form, "number")?);
    app.db
        .write(move |tx| steering::unlink(tx, &cx, id, number))
        .await?;
    room::changed_side(&app, &page, id, "major-unlinked").await
}

/// `POST /major/{id}/updates`
async fn say(State(app): State<App>, page: Page, Path(id): Path<IncidentId>, form: FormData) -> web::Result {
    let (cx, said) = (page.cx.clone(), words(&form));
    match app
        .db
        .write(move |tx| update::write(tx, &cx, id, &said, None))
        .await
    {
        Ok(_) => done(&page, &format!("/major/{id}"), "major-said-done"),
        Err(error) if error.kind() == Kind::Invalid => {
            let forms = Forms {
                words: form.refused(&error, page.cx.locale),
                ..Forms::default()
            };
            room::refused(&app, &page, id, forms).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /major/{id}/updates/{words}`
async fn show(
    State(app): State<App>,
    page: Page,
    Path((id, words)): Path<(IncidentId, UpdateId)>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let shown = if form.text("shown") == "no" {
        Shown::No
    } else {
        Shown::Yes
    };
    app.db
        .write(move |tx| update::show(tx, &cx, id, words, shown))
        .await?;
    room::changed_record(&app, &page, id).await
}

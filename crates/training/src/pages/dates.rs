//! Dates of a session part: set, changed, cancelled, by those who teach.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{done, given, mend};
use crate::course::{self, CourseId};
use crate::part::{self, What};
use crate::session::{self, Facts, SessionId};
use crate::{TEACH, moment};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(TEACH);
    Routes::new()
        .page(
            Method::GET,
            "/training/courses/{id}/parts/{part}/sessions/new",
            needed,
            new,
        )
        .page(
            Method::POST,
            "/training/courses/{id}/parts/{part}/sessions",
            needed,
            add,
        )
        .page(Method::GET, "/training/sessions/{id}/edit", needed, edit)
        .page(Method::POST, "/training/sessions/{id}/edit", needed, save)
        .page(
            Method::POST,
            "/training/sessions/{id}/cancellation",
            needed,
            cancel,
        )
}

#[derive(Template)]
#[template(path = "pages/views/session_form.html")]
struct Form {
    shell: Shell,
    action: String,
    back: String,
    form: FormView,
    people: Vec<Choice>,
}

/// Those who can hold a session: who works here, the reader first.
fn people(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Choice>> {
    let mut found: Vec<(UserId, String)> = people::user::store::staff(tx)?
        .into_iter()
        .map(|card| (card.id, card.name))
        .collect();
    if let Some(identity) = cx.identity() {
        found.retain(|(id, _)| *id != identity.user);
        found.insert(0, (identity.user, identity.name.clone()));
    }
    Ok(found
        .into_iter()
        .map(|(id, name)| Choice::new(id.to_string(), name))
        .collect())
}

fn facts(tx: &mut Tx<'_>, form: &FormData, time_zone: &str) -> Result<Facts> {
    let missing = |field: &'static str| Error::invalid("web.form.missing").field(field);
    let mut trainer = given(form, "trainer")?;
    // Somebody from outside of the department is named by their address.
    if let Some(address) = form.optional("trainer_address") {
        trainer = super::people_of(tx, address, "trainer_address")?.first().copied();
    }
    Ok(Facts {
        starts_at: moment::read_instant(form.text("starts_at"), time_zone, "starts_at")?,
        minutes: given(form, "minutes")?.ok_or_else(|| missing("minutes"))?,
        place: form.text("place").to_owned(),
        seats: given(form, "seats")?.ok_or_else(|| missing("seats"))?,
        trainer: trainer.ok_or_else(|| missing("trainer"))?,
    })
}

async fn view(app: &App, page: &Page, action: String, back: String, form: FormView) -> web::Result<Form> {
    let cx = page.cx.clone();
    let people = app.db.read(move |tx| people(tx, &cx)).await?;
    Ok(Form {
        shell: page.shell(app, page.t("training-session-form")).await?,
        action,
        back,
        form,
        people,
    })
}

fn manage(id: CourseId) -> String {
    format!("/training/courses/{id}/manage")
}

fn sessions(id: CourseId, part: i64) -> String {
    format!("/training/courses/{id}/parts/{part}/sessions")
}

/// `GET /training/courses/{id}/parts/{part}/sessions/new`
async fn new(State(app): State<App>, page: Page, Path((id, part)): Path<(CourseId, i64)>) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        course::load(tx, &cx, id)?;
        let found = part::store::find(tx, id, part)?.filter(|part| part.what == What::Session);
        found.map(drop).ok_or_else(Error::not_found)
    };
    app.db.read(read).await?;
    let form = FormView::of([("minutes", "60"), ("seats", "12")]);
    html(view(&app, &page, sessions(id, part), manage(id), form).await?)
}

/// `POST /training/courses/{id}/parts/{part}/sessions`
async fn add(
    State(app): State<App>,
    page: Page,
    Path((id, part)): Path<(CourseId, i64)>,
    form: FormData,
) -> web::Result {
    let (cx, filled) = (page.cx.clone(), form.clone());
    let write = move |tx: &mut Tx<'_>| {
        cx.require(TEACH)?;
        let facts = facts(tx, &filled, &cx.time_zone)?;
        session::add(tx, &cx, id, part, &facts)
    };
    match app.db.write(write).await {
        Ok(_) => done(&page, &manage(id), "training-session-added"),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, sessions(id, part), manage(id), form).await?)
        }
    }
}

/// `GET /training/sessions/{id}/edit`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<SessionId>) -> web::Result {
    let cx = page.cx.clone();
    let (session, _) = app.db.read(move |tx| session::load(tx, &cx, id)).await?;
    let facts = &session.facts;
    let form = FormView::of([
        (
            "starts_at",
            moment::show_instant(facts.starts_at, &page.cx.time_zone),
        ),
        ("minutes", facts.minutes.to_string()),
        ("place", facts.place.clone()),
        ("seats", facts.seats.to_string()),
        ("trainer", facts.trainer.to_string()),
    ]);
    let action = format!("/training/sessions/{id}/edit");
    html(view(&app, &page, action, format!("/training/sessions/{id}"), form).await?)
}

/// `POST /training/sessions/{id}/edit`
async fn save(State(app): State<App>, page: Page, Path(id): Path<SessionId>, form: FormData) -> web::Result {
    let (cx, base, filled) = (page.cx.clone(), app.base_url().to_owned(), form.clone());
    let write = move |tx: &mut Tx<'_>| {
        cx.require(TEACH)?;
        let facts = facts(tx, &filled, &cx.time_zone)?;
        session::change(tx, &cx, &base, id, &facts)
    };
    match app.db.write(write).await {
        Ok(_) => done(&page, &format!("/training/sessions/{id}"), "training-saved"),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            let action = format!("/training/sessions/{id}/edit");
            unprocessable(view(&app, &page, action, format!("/training/sessions/{id}"), form).await?)
        }
    }
}

/// `POST /training/sessions/{id}/cancellation`
async fn cancel(State(app): State<App>, page: Page, Path(id): Path<SessionId>) -> web::Result {
    let (cx, base) = (page.cx.clone(), app.base_url().to_owned());
    let session = app
        .db
        .write(move |tx| session::cancel(tx, &cx, &base, id))
        .await?;
    done(&page, &manage(session.course), "training-session-cancelled")
}

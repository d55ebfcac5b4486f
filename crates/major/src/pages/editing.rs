//! `/major/{id}/facts`: what everybody may read of it, and how often they hear.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use web::{App, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{done, given, mend};
use crate::READ;
use crate::incident::declaring::{Facts, services_in};
use crate::incident::{self, Incident, IncidentId, steering};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(READ);
    Routes::new()
        .page(Method::GET, "/major/{id}/facts", needed, ask)
        .page(Method::POST, "/major/{id}/facts", needed, save)
}

#[derive(Template)]
#[template(path = "pages/views/facts.html")]
struct View {
    shell: Shell,
    incident: Incident,
    form: FormView,
}

async fn view(app: &App, page: &Page, id: IncidentId, form: Option<FormView>) -> web::Result<View> {
    let cx = page.cx.clone();
    let incident = app.db.read(move |tx| incident::load(tx, &cx, id)).await?;
    let form = form.unwrap_or_else(|| {
        FormView::of([
            ("title", incident.title.clone()),
            ("impact", incident.impact.clone()),
            ("services", incident.services.join(", ")),
            ("update_minutes", incident.update_minutes.to_string()),
            (
                "on_status",
                if incident.on_status { "true" } else { "" }.to_owned(),
            ),
            ("version", incident.version.to_string()),
        ])
    });
    Ok(View {
        shell: page.shell(app, page.t("major-edit")).await?,
        incident,
        form,
    })
}

/// `GET /major/{id}/facts`
async fn ask(State(app): State<App>, page: Page, Path(id): Path<IncidentId>) -> web::Result {
    html(view(&app, &page, id, None).await?)
}

/// `POST /major/{id}/facts`
async fn save(State(app): State<App>, page: Page, Path(id): Path<IncidentId>, form: FormData) -> web::Result {
    let (cx, read) = (page.cx.clone(), form.text("version").parse().ok());
    let saving = match given(&form, "update_minutes") {
        Ok(minutes) => {
            let facts = Facts {
                title: form.text("title").to_owned(),
                impact: form.text("impact").to_owned(),
                services: services_in(form.text("services")),
                update_minutes: minutes.unwrap_or_default(),
                on_status: Some(form.checked("on_status")),
            };
            let write = move |tx: &mut Tx<'_>| steering::change(tx, &cx, id, &facts, read);
            app.db.write(write).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match saving {
        Ok(()) => done(&page, &format!("/major/{id}"), "major-saved"),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, id, Some(form)).await?)
        }
    }
}

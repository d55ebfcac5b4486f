//! `/major/{id}/resolution`: the last words, and which tickets are resolved with them.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::ticket::Stage;
use kernel::db::Tx;
use web::{App, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{done, mend, words};
use crate::READ;
use crate::incident::resolving::{Ending, resolve};
use crate::incident::{self, Incident, IncidentId};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(READ);
    Routes::new()
        .page(Method::GET, "/major/{id}/resolution", needed, ask)
        .page(Method::POST, "/major/{id}/resolution", needed, end)
}

#[derive(Template)]
#[template(path = "pages/views/resolve.html")]
struct View {
    shell: Shell,
    incident: Incident,
    form: FormView,
    /// Its own ticket is still open.
    own_is_open: bool,
    /// Tickets that belong to it and are still open.
    open_links: i64,
}

impl View {
    fn links(&self) -> i64 {
        self.open_links
    }
}

async fn view(app: &App, page: &Page, id: IncidentId, form: Option<FormView>) -> web::Result<View> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let incident = incident::load(tx, &cx, id)?;
        let mut tickets = incident::store::links(tx, id)?;
        tickets.push(incident.ticket);
        let mut open = desk::ticket::store::load_many(tx, &tickets)?;
        open.retain(|ticket| ticket.state.stage() == Stage::Open);
        let own_is_open = open.iter().any(|ticket| ticket.number == incident.ticket);
        let open_links = open
            .iter()
            .filter(|ticket| ticket.number != incident.ticket)
            .count();
        let solution = desk::ticket::load(tx, &cx, incident.ticket)
            .ok()
            .filter(|_| !own_is_open)
            .and_then(|view| view.resolutions.last().map(|last| last.solution.clone()));
        Ok((incident, own_is_open, open_links, solution))
    };
    let (incident, own_is_open, open_links, solution) = app.db.read(read).await?;
    let form = form.unwrap_or_else(|| {
        let field = if page.cx.locale == kernel::Locale::ZhCn {
            "zh"
        } else {
            "en"
        };
        FormView::of([
            (field, solution.unwrap_or_default()),
            ("own_ticket", "true".to_owned()),
            ("linked_tickets", "true".to_owned()),
            ("tested", "true".to_owned()),
        ])
    });
    Ok(View {
        shell: page.shell(app, page.t("major-resolve")).await?,
        incident,
        form,
        own_is_open,
        open_links: i64::try_from(open_links).unwrap_or(i64::MAX),
    })
}

/// `GET /major/{id}/resolution`
async fn ask(State(app): State<App>, page: Page, Path(id): Path<IncidentId>) -> web::Result {
    html(view(&app, &page, id, None).await?)
}

/// `POST /major/{id}/resolution`
async fn end(State(app): State<App>, page: Page, Path(id): Path<IncidentId>, form: FormData) -> web::Result {
    let (cx, base) = (page.cx.clone(), app.base_url().to_owned());
    let ending = Ending {
        words: words(&form),
        own_ticket: form.checked("own_ticket"),
        linked_tickets: form.checked("linked_tickets"),
        tested: form.checked("tested"),
        untested_reason: form.text("untested_reason").to_owned(),
    };
    match app.db.write(move |tx| resolve(tx, &cx, &base, id, &ending)).await {
        Ok(_) => done(&page, &format!("/major/{id}"), "major-resolved-done"),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, id, Some(form)).await?)
        }
    }
}

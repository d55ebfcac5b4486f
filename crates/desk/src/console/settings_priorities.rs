//! The priority matrix: impact down, urgency across.

use askama::Template;
use axum::extract::State;
use web::{App, FormData, FormView, Page, Shell, html};

use super::settings::{Tab, answer, keep, tabs};
use crate::ticket::value::{Impact, Priority, Urgency};
use crate::triage::{self, Matrix};

const PATH: &str = "/settings/desk/priorities";

#[derive(Template)]
#[template(path = "console/views/settings_priorities.html")]
struct Priorities {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    rows: Vec<Row>,
    urgencies: &'static [Urgency],
    priorities: &'static [Priority],
}

struct Row {
    impact: Impact,
    cells: Vec<Cell>,
}

struct Cell {
    urgency: Urgency,
    /// The field's name: `team.high`.
    name: String,
    priority: String,
}

fn cell_name(impact: Impact, urgency: Urgency) -> String {
    format!("{impact}.{urgency}")
}

async fn view(app: &App, page: &Page, refused: Option<FormView>) -> web::Result<Priorities> {
    let cx = page.cx.clone();
    let matrix = app.db.read(move |tx| triage::matrix(tx, &cx)).await?;
    let form = refused.unwrap_or_default();
    let cell = |impact: Impact, urgency: Urgency| {
        let name = cell_name(impact, urgency);
        let stored = matrix.get(&(impact, urgency)).copied().unwrap_or(Priority::P3);
        let priority = if form.is_refused() {
            form.value(&name).to_owned()
        } else {
            stored.to_string()
        };
        Cell {
            urgency,
            name,
            priority,
        }
    };
    let row = |impact: &Impact| Row {
        impact: *impact,
        cells: Urgency::ALL
            .iter()
            .map(|urgency| cell(*impact, *urgency))
            .collect(),
    };
    let rows = Impact::ALL.iter().map(row).collect();
    Ok(Priorities {
        shell: page.shell(app, page.t("desk-page-settings-priorities")).await?,
        tabs: tabs(page, PATH),
        form,
        rows,
        urgencies: Urgency::ALL,
        priorities: Priority::ALL,
    })
}

/// `GET /settings/desk/priorities`
pub(super) async fn show(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None).await?)
}

/// `POST /settings/desk/priorities`
pub(super) async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let keeping = keep(&app, &page, read(&form), triage::save_matrix).await;
    let again = async |form| view(&app, &page, Some(form)).await;
    answer(&page, keeping, &form, PATH, again).await
}

fn read(form: &FormData) -> kernel::Result<Matrix> {
    let mut matrix = Matrix::new();
    for impact in Impact::ALL {
        for urgency in Urgency::ALL {
            let priority = Priority::parse(form.text(&cell_name(*impact, *urgency)))?;
            matrix.insert((*impact, *urgency), priority);
        }
    }
    Ok(matrix)
}

//! Learned triage: from which confidence a field is applied by itself, and how good the models are, honestly.

use askama::Template;
use axum::extract::State;
use kernel::error::{Error, Errors, Kind};
use kernel::time::Timestamp;
use web::{App, FormData, FormView, Page, Shell, html, unprocessable};

use super::settings::{Tab, saved, tabs};
use crate::learned::store::{self, Learned};
use crate::learned::{self, Field, Thresholds};

const PATH: &str = "/settings/desk/triage";

#[derive(Template)]
#[template(path = "console/views/settings_triage.html")]
struct Triage {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    rows: Vec<Row>,
}

struct Row {
    field: Field,
    figures: Option<Figures>,
}

struct Figures {
    texts: i64,
    labels: i64,
    checked: i64,
    accuracy: String,
    macro_f1: String,
    commonest: String,
    trained_at: Timestamp,
}

impl From<&Learned> for Figures {
    fn from(learned: &Learned) -> Figures {
        let percent = |thousandths: i64| format!("{}.{} %", thousandths / 10, thousandths % 10);
        Figures {
            texts: learned.texts,
            labels: learned.labels,
            checked: learned.checked,
            accuracy: percent(learned.accuracy),
            macro_f1: percent(learned.macro_f1),
            commonest: percent(learned.commonest),
            trained_at: learned.trained_at,
        }
    }
}

async fn view(app: &App, page: &Page, refused: Option<FormView>) -> web::Result<Triage> {
    let (thresholds, learned) = app
        .db
        .read(|tx| Ok((learned::thresholds(tx)?, store::learned(tx)?)))
        .await?;
    let value = |field: &Field| thresholds.get(field).map(ToString::to_string).unwrap_or_default();
    let form = refused
        .unwrap_or_else(|| FormView::of(Field::ALL.iter().map(|field| (field.as_str(), value(field)))));
    let row = |field: &Field| Row {
        field: *field,
        figures: learned.iter().find(|one| one.field == *field).map(Figures::from),
    };
    Ok(Triage {
        shell: page.shell(app, page.t("desk-page-settings-triage")).await?,
        tabs: tabs(page, PATH),
        form,
        rows: Field::ALL.iter().map(row).collect(),
    })
}

/// `GET /settings/desk/triage`
pub(super) async fn show(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None).await?)
}

/// `POST /settings/desk/triage`
pub(super) async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match read(&form) {
        Ok(thresholds) => {
            app.db
                .write(move |tx| learned::save_thresholds(tx, &cx, &thresholds))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => saved(&page, PATH),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(view(&app, &page, Some(form.refused(&error, page.cx.locale))).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn read(form: &FormData) -> Result<Thresholds, Error> {
    let mut thresholds = Thresholds::new();
    let mut errors = Errors::new();
    for field in Field::ALL {
        match form.optional(field.as_str()).map(str::parse::<i64>) {
            None => {}
            Some(Ok(threshold)) => drop(thresholds.insert(*field, threshold)),
            Some(Err(_)) => errors.push(field.as_str(), "desk.triage.threshold_out_of_range"),
        }
    }
    errors.finish()?;
    Ok(thresholds)
}

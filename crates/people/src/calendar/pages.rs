//! The pages of working calendars: hours, holidays, special days, and what comes of them.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use kernel::{Error, Locale, Result, Timestamp};
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};
use worktime::{Definition, Festival, split_hours};

use super::preview::{self, Day};
use super::{CalendarId, Stored, importing, store, text};
use crate::{calendar, input};

const PREVIEW_DAYS: usize = 60;

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.calendar.manage"),
    );
    Routes::new()
        .page(Method::GET, "/settings/calendars", read, list)
        .page(Method::GET, "/settings/calendars/new", manage, new)
        .page(Method::POST, "/settings/calendars", manage, create)
        .page(Method::GET, "/settings/calendars/{id}", read, show)
        .page(Method::GET, "/settings/calendars/{id}/edit", manage, edit)
        .page(Method::POST, "/settings/calendars/{id}", manage, save)
        .page(
            Method::POST,
            "/settings/calendars/{id}/chinese-holidays",
            manage,
            add_chinese_holidays,
        )
        .page(Method::POST, "/settings/calendars/{id}/import", manage, import)
}

/// Whether a calendar is open, and when it next opens.
struct Now {
    is_open: bool,
    next_opening: Option<Timestamp>,
}

fn now_of(definition: &Definition, now: Timestamp) -> Now {
    let Ok(calendar) = worktime::Calendar::new(definition) else {
        return Now {
            is_open: false,
            next_opening: None,
        };
    };
    let is_open = calendar.is_open_millis(now.millis()).unwrap_or(false);
    let next = (!is_open)
        .then(|| calendar.next_opening_millis(now.millis()).ok())
        .flatten();
    Now {
        is_open,
        next_opening: next.map(Timestamp::from_millis),
    }
}

#[derive(Template)]
#[template(path = "calendar/views/list.html")]
struct ListView {
    shell: Shell,
    calendars: Vec<(Stored, Now)>,
}

#[derive(Template)]
#[template(path = "calendar/views/show.html")]
struct ShowView {
    shell: Shell,
    stored: Stored,
    now: Now,
    days: Vec<Day>,
    /// The forms beside the calendar: Chinese holidays, and a file.
    form: FormView,
    years: Vec<Choice>,
    source: String,
    skipped: Vec<String>,
}

#[derive(Template)]
#[template(path = "calendar/views/edit.html")]
struct EditView {
    shell: Shell,
    form: FormView,
    id: Option<CalendarId>,
    days: Vec<(&'static str, &'static str)>,
    zones: &'static [&'static str],
}

async fn list(State(app): State<App>, page: Page) -> web::Result {
    let now = page.cx.now();
    let stored = app.db.read(store::list).await?;
    let calendars = stored.into_iter().map(|stored| {
        let now = now_of(&stored.definition, now);
        (stored, now)
    });
    html(ListView {
        shell: page.shell(&app, page.t("people-calendars")).await?,
        calendars: calendars.collect(),
    })
}

async fn show_view(
    app: &App,
    page: &Page,
    id: CalendarId,
    form: Option<FormView>,
    skipped: Vec<String>,
) -> web::Result<ShowView> {
    let stored = app.db.read(move |tx| store::load(tx, &id.to_string())).await?;
    let now = page.cx.now();
    let today = preview::today(&stored.definition, now);
    let years: Vec<i16> = worktime::published_chinese_years()
        .filter(|year| *year >= today.year() - 1)
        .collect();
    let latest = years.last().copied().unwrap_or_default();
    let hours = stored.definition.weekly.monday.join(", ");
    let form = form.unwrap_or_else(|| {
        let year = if years.contains(&today.year()) {
            today.year()
        } else {
            latest
        };
        FormView::of([("year", year.to_string()), ("hours", hours)])
    });
    Ok(ShowView {
        shell: page.shell(app, stored.name.clone()).await?,
        now: now_of(&stored.definition, now),
        days: preview::days(&stored.definition, today, PREVIEW_DAYS),
        form,
        source: worktime::chinese_holidays(latest).map_or_else(String::new, |plan| plan.source.to_owned()),
        years: years
            .into_iter()
            .map(|year| Choice::new(year.to_string(), year.to_string()))
            .collect(),
        skipped,
        stored,
    })
}

async fn show(State(app): State<App>, page: Page, Path(id): Path<CalendarId>) -> web::Result {
    html(show_view(&app, &page, id, None, Vec::new()).await?)
}

async fn view(app: &App, page: &Page, id: Option<CalendarId>, form: FormView) -> web::Result<EditView> {
    let names = [
        "people-monday",
        "people-tuesday",
        "people-wednesday",
        "people-thursday",
        "people-friday",
        "people-saturday",
        "people-sunday",
    ];
    let title = page.t(if id.is_some() {
        "people-calendar-edit"
    } else {
        "people-calendar-add"
    });
    Ok(EditView {
        shell: page.shell(app, title).await?,
        form,
        id,
        days: text::DAYS.into_iter().zip(names).collect(),
        zones: input::time_zones(),
    })
}

async fn new(State(app): State<App>, page: Page) -> web::Result {
    let usual = Definition::weekdays(&page.cx.time_zone, &["09:00-18:00"]);
    html(view(&app, &page, None, text::filled("", &usual)).await?)
}

async fn edit(State(app): State<App>, page: Page, Path(id): Path<CalendarId>) -> web::Result {
    let stored = app.db.read(move |tx| store::load(tx, &id.to_string())).await?;
    html(
        view(
            &app,
            &page,
            Some(id),
            text::filled(&stored.name, &stored.definition),
        )
        .await?,
    )
}

async fn answered(
    app: &App,
    page: &Page,
    id: Option<CalendarId>,
    form: &FormData,
    outcome: Result<CalendarId>,
) -> web::Result {
    match outcome {
        Ok(id) => {
            let answer = see_other(&format!("/settings/calendars/{id}"))?;
            Ok(with_toast(answer, page, Tone::Success, &page.t("people-saved")))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let error = text::to_form_fields(&error);
            unprocessable(view(app, page, id, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, name) = (page.cx.clone(), form.text("name").to_owned());
    let outcome = match text::definition(&form) {
        Ok(definition) => {
            app.db
                .write(move |tx| calendar::add(tx, &cx, &name, &definition))
                .await
        }
        Err(error) => Err(error),
    };
    answered(&app, &page, None, &form, outcome).await
}

async fn save(State(app): State<App>, page: Page, Path(id): Path<CalendarId>, form: FormData) -> web::Result {
    let (cx, name) = (page.cx.clone(), form.text("name").to_owned());
    let outcome = match text::definition(&form) {
        Ok(definition) => {
            app.db
                .write(move |tx| calendar::change(tx, &cx, id, &name, &definition).map(|()| id))
                .await
        }
        Err(error) => Err(error),
    };
    answered(&app, &page, Some(id), &form, outcome).await
}

fn festival_name(locale: Locale) -> fn(&Festival) -> &'static str {
    match locale {
        Locale::ZhCn => |festival| festival.chinese,
        Locale::En => |festival| festival.english,
    }
}

async fn add_chinese_holidays(
    State(app): State<App>,
    page: Page,
    Path(id): Path<CalendarId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let plan = form
        .text("year")
        .parse()
        .ok()
        .and_then(worktime::chinese_holidays);
    let hours = split_hours(form.text("hours"));
    let outcome = match plan {
        Some(plan) => {
            let name = festival_name(page.cx.locale);
            let apply = move |definition: &mut Definition| plan.apply(definition, &hours, name);
            app.db
                .write(move |tx| calendar::change_days(tx, &cx, id, &apply))
                .await
        }
        None => Err(Error::invalid("people.calendar.year_unknown").field("year")),
    };
    days_answered(&app, &page, id, &form, outcome, Vec::new()).await
}

async fn import(
    State(app): State<App>,
    page: Page,
    Path(id): Path<CalendarId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let hours = split_hours(form.text("hours"));
    let mut skipped = Vec::new();
    let outcome = match importing::read(&app, &form).await {
        Ok(import) => {
            skipped = importing::skipped(page.cx.locale, &import);
            let apply = move |definition: &mut Definition| import.days.apply(definition, &hours);
            app.db
                .write(move |tx| calendar::change_days(tx, &cx, id, &apply))
                .await
        }
        Err(error) => Err(error),
    };
    days_answered(&app, &page, id, &form, outcome, skipped).await
}

/// After special days were added: the calendar again, with what was left out or what is wrong.
async fn days_answered(
    app: &App,
    page: &Page,
    id: CalendarId,
    form: &FormData,
    outcome: Result<()>,
    skipped: Vec<String>,
) -> web::Result {
    match outcome {
        Ok(()) if skipped.is_empty() => {
            let answer = see_other(&format!("/settings/calendars/{id}"))?;
            Ok(with_toast(
                answer,
                page,
                Tone::Success,
                &page.t("people-calendar-days-added"),
            ))
        }
        Ok(()) => html(show_view(app, page, id, None, skipped).await?),
        Err(error) if error.kind() == Kind::Invalid => {
            let error = importing::to_form_fields(&error);
            unprocessable(
                show_view(
                    app,
                    page,
                    id,
                    Some(form.refused(&error, page.cx.locale)),
                    Vec::new(),
                )
                .await?,
            )
        }
        Err(error) => Err(error.into()),
    }
}

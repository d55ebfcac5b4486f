//! The desk's general settings: its calendar, and after how many working days silence closes a ticket.

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind};
use kernel::setting;
use web::{App, Choice, FormData, FormView, Page, Shell, Tone, html, see_other, unprocessable, with_toast};

use crate::neighbours::CALENDAR_SETTING;
use crate::ticket::access;
use crate::verification::CLOSE_AFTER_SETTING;

/// The tabs of the desk's settings: address, key of the name.
const TABS: [(&str, &str); 5] = [
    ("/settings/desk", "desk-page-settings-general"),
    (
        "/settings/desk/service-levels",
        "desk-page-settings-service-levels",
    ),
    ("/settings/desk/priorities", "desk-page-settings-priorities"),
    ("/settings/desk/assignment", "desk-page-settings-assignment"),
    ("/settings/desk/triage", "desk-page-settings-triage"),
];

/// A tab of the desk's settings.
pub(super) struct Tab {
    pub href: &'static str,
    pub text: String,
    pub current: bool,
}

/// The tabs, with the one that is shown marked.
pub(super) fn tabs(page: &Page, current: &str) -> Vec<Tab> {
    TABS.into_iter()
        .map(|(href, key)| Tab {
            href,
            text: page.t(key),
            current: href == current,
        })
        .collect()
}

/// After saving: back to the page with a word.
pub(super) fn saved(page: &Page, path: &str) -> web::Result {
    Ok(with_toast(
        see_other(path)?,
        page,
        Tone::Success,
        &page.t("desk-page-saved"),
    ))
}

#[derive(Template)]
#[template(path = "console/views/settings_general.html")]
struct General {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    calendars: Vec<Choice>,
}

async fn view(app: &App, page: &Page, filled: Option<FormView>) -> web::Result<General> {
    let (calendars, calendar, days) = app
        .db
        .read(|tx| {
            let calendars = people::calendar::store::list(tx)?;
            let calendar = setting::get::<String>(tx, CALENDAR_SETTING)?.unwrap_or_default();
            Ok((
                calendars,
                calendar,
                setting::get::<i64>(tx, CLOSE_AFTER_SETTING)?.unwrap_or(5),
            ))
        })
        .await?;
    let mut choices = vec![Choice::new("", page.t("desk-page-calendar-fallback"))];
    choices.extend(
        calendars
            .into_iter()
            .map(|found| Choice::new(found.id.to_string(), found.name)),
    );
    Ok(General {
        shell: page.shell(app, page.t("desk-page-nav-settings")).await?,
        tabs: tabs(page, "/settings/desk"),
        form: filled.unwrap_or_else(|| {
            FormView::of([("calendar", calendar), ("close_after_days", days.to_string())])
        }),
        calendars: choices,
    })
}

/// `GET /settings/desk`
pub(super) async fn show(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None).await?)
}

/// `POST /settings/desk`
pub(super) async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let (calendar, days) = (
        form.text("calendar").to_owned(),
        form.text("close_after_days").to_owned(),
    );
    match app.db.write(move |tx| store(tx, &cx, &calendar, &days)).await {
        Ok(()) => saved(&page, "/settings/desk"),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(view(&app, &page, Some(form.refused(&error, page.cx.locale))).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn store(tx: &mut Tx<'_>, cx: &Cx, calendar: &str, days: &str) -> kernel::Result<()> {
    cx.require(access::SETTINGS)?;
    let range = || Error::invalid("desk.page.close_after_range").field("close_after_days");
    let days: i64 = days.parse().map_err(|_| range())?;
    if !(1..=365).contains(&days) {
        return Err(range());
    }
    if calendar.is_empty() {
        setting::clear(tx, cx, CALENDAR_SETTING)?;
    } else {
        people::calendar::store::load(tx, calendar)
            .map_err(|_| Error::invalid("desk.policy.calendar_unknown").field("calendar"))?;
        setting::put(tx, cx, CALENDAR_SETTING, calendar)?;
    }
    setting::put(tx, cx, CLOSE_AFTER_SETTING, &days)
}

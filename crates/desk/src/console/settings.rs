//! The desk's general settings: its calendar, after how many working days silence closes a ticket, and for how long an answer
//! brings a closed one back.

use std::ops::RangeInclusive;

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::setting;
use web::{App, Choice, FormData, FormView, Page, Shell, Tone, html, see_other, unprocessable, with_toast};

use super::wording::choices;
use crate::intake::{REOPEN_DAYS_MAX, REOPEN_SETTING, REOPEN_WITHIN_DAYS};
use crate::neighbours::CALENDAR_SETTING;
use crate::ticket::access;
use crate::ticket::family::{self, ParentRule};
use crate::verification::{CLOSE_AFTER_DAYS, CLOSE_AFTER_SETTING};

/// The tabs of the desk's settings: address, key of the name.
const TABS: [(&str, &str); 7] = [
    ("/settings/desk", "desk-page-settings-general"),
    (
        "/settings/desk/service-levels",
        "desk-page-settings-service-levels",
    ),
    ("/settings/desk/priorities", "desk-page-settings-priorities"),
    ("/settings/desk/assignment", "desk-page-settings-assignment"),
    ("/settings/desk/close-gates", "desk-page-settings-gates"),
    ("/settings/desk/triage", "desk-page-settings-triage"),
    ("/settings/desk/catalogue", "desk-catalogue-settings"),
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

/// Keeps what a form of the settings says, unless the form could not be read.
pub(super) async fn keep<W, T, F>(app: &App, page: &Page, wanted: Result<W>, mut keeping: F) -> Result<T>
where
    W: Send + 'static,
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>, &Cx, &W) -> Result<T> + Send + 'static,
{
    let (wanted, cx) = (wanted?, page.cx.clone());
    app.db.write(move |tx| keeping(tx, &cx, &wanted)).await
}

/// The answer for a form of the settings: back to the page at the path; or the form once more, as it was filled, with what is
/// wrong in it.
pub(super) async fn answer<T, V: Template>(
    page: &Page,
    outcome: Result<T>,
    form: &FormData,
    path: &str,
    again: impl AsyncFnOnce(FormView) -> web::Result<V>,
) -> web::Result {
    match outcome {
        Ok(_) => saved(page, path),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(again(form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "console/views/settings_general.html")]
struct General {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    calendars: Vec<Choice>,
    rules: Vec<Choice>,
}

async fn view(app: &App, page: &Page, filled: Option<FormView>) -> web::Result<General> {
    let (calendars, calendar, days, reopen, rule) = app
        .db
        .read(|tx| {
            let calendars = people::calendar::store::list(tx)?;
            let calendar = setting::get::<String>(tx, CALENDAR_SETTING)?.unwrap_or_default();
            Ok((
                calendars,
                calendar,
                setting::get::<i64>(tx, CLOSE_AFTER_SETTING)?.unwrap_or(CLOSE_AFTER_DAYS),
                setting::get::<i64>(tx, REOPEN_SETTING)?.unwrap_or(REOPEN_WITHIN_DAYS),
                family::rule(tx)?,
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
            FormView::of([
                ("calendar", calendar),
                ("close_after_days", days.to_string()),
                ("reopen_within_days", reopen.to_string()),
                ("parent_rule", rule.to_string()),
            ])
        }),
        calendars: choices,
        rules: choices!(ParentRule, page.cx.locale),
    })
}

/// `GET /settings/desk`
pub(super) async fn show(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None).await?)
}

/// `POST /settings/desk`
pub(super) async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let text = |name| form.text(name).to_owned();
    let given = Given {
        calendar: text("calendar"),
        days: text("close_after_days"),
        reopen: text("reopen_within_days"),
        rule: form.optional("parent_rule").map(str::to_owned),
    };
    let keeping = keep(&app, &page, Ok(given), store).await;
    let again = async |form| view(&app, &page, Some(form)).await;
    answer(&page, keeping, &form, "/settings/desk", again).await
}

/// What the form says.
struct Given {
    calendar: String,
    days: String,
    reopen: String,
    rule: Option<String>,
}

fn store(tx: &mut Tx<'_>, cx: &Cx, given: &Given) -> Result<()> {
    cx.require(access::SETTINGS)?;
    let mut errors = Errors::new();
    let mut within = |text: &str, range: RangeInclusive<i64>, field, code| {
        let number = text.trim().parse::<i64>().ok();
        number.filter(|number| range.contains(number)).unwrap_or_else(|| {
            errors.push(field, code);
            0
        })
    };
    let days = within(
        &given.days,
        1..=365,
        "close_after_days",
        "desk.page.close_after_range",
    );
    let reopen = within(
        &given.reopen,
        0..=REOPEN_DAYS_MAX,
        "reopen_within_days",
        "desk.page.reopen_within_range",
    );
    errors.finish()?;
    if let Some(rule) = &given.rule {
        setting::put(tx, cx, family::RULE_SETTING, ParentRule::parse(rule)?.as_str())?;
    }
    let calendar = given.calendar.as_str();
    if calendar.is_empty() {
        setting::clear(tx, cx, CALENDAR_SETTING)?;
    } else {
        people::calendar::store::load(tx, calendar)
            .map_err(|_| Error::invalid("desk.policy.calendar_unknown").field("calendar"))?;
        setting::put(tx, cx, CALENDAR_SETTING, calendar)?;
    }
    setting::put(tx, cx, CLOSE_AFTER_SETTING, &days)?;
    setting::put(tx, cx, REOPEN_SETTING, &reopen)
}

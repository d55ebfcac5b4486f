//! Service levels in the settings: the list in its order, and one policy as a form.

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use kernel::i18n::Locale;
use web::{App, Choice, FormData, FormView, Page, Path, Shell, Tone, html, see_other, with_toast};

use super::settings::{Tab, answer, keep, tabs};
use super::settings_policy_form::{self as policy_form, STEPS};
use super::wording::choices;
use crate::service_level::{self, Action, ClockKind, Policy, Target, Unit};
use crate::ticket::value::{Category, Priority, TicketType, WaitingFor};

const PATH: &str = "/settings/desk/service-levels";

/// A policy in the list.
struct Line {
    id: String,
    place: i64,
    name: String,
    /// For which tickets, in words.
    holds_for: Vec<String>,
    promises: Vec<String>,
    calendar: String,
}

#[derive(Template)]
#[template(path = "console/views/settings_policies.html")]
struct List {
    shell: Shell,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
}

/// `GET /settings/desk/service-levels`
pub(super) async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let (policies, calendars) = app
        .db
        .read(move |tx| {
            Ok((
                service_level::policies(tx, &cx)?,
                people::calendar::store::list(tx)?,
            ))
        })
        .await?;
    let locale = page.cx.locale;
    let calendar = |name: &str| match name {
        "always" => page.t("desk-page-calendar-always"),
        "default" => page.t("desk-page-calendar-default"),
        id => calendars
            .iter()
            .find(|found| found.id.to_string() == id)
            .map_or_else(|| id.to_owned(), |found| found.name.clone()),
    };
    let lines = policies
        .iter()
        .map(|policy| line(policy, locale, calendar(&policy.definition.calendar)))
        .collect();
    let shell = page
        .shell(&app, page.t("desk-page-settings-service-levels"))
        .await?;
    html(List {
        shell,
        tabs: tabs(&page, PATH),
        lines,
    })
}

fn line(policy: &Policy, locale: Locale, calendar: String) -> Line {
    let conditions = &policy.definition.conditions;
    let mut holds_for: Vec<String> = conditions.priorities.iter().map(ToString::to_string).collect();
    holds_for.extend(conditions.types.iter().map(|one| locale.t(one.text_key())));
    holds_for.extend(conditions.categories.iter().map(|one| locale.t(one.text_key())));
    holds_for.extend(conditions.sites.iter().cloned());
    Line {
        id: policy.id.clone(),
        place: policy.place,
        name: policy.name(locale).to_owned(),
        holds_for,
        promises: policy
            .definition
            .targets
            .iter()
            .map(|target| promise(target, locale))
            .collect(),
        calendar,
    }
}

fn promise(target: &Target, locale: Locale) -> String {
    let amount = locale.t_with(
        &format!("desk-page-amount-{}", target.unit),
        &[("count", target.amount.into())],
    );
    format!("{} {amount}", locale.t(target.clock.text_key()))
}

#[derive(Template)]
#[template(path = "console/views/settings_policy.html")]
struct Form {
    shell: Shell,
    tabs: Vec<Tab>,
    /// None for a new one.
    id: Option<String>,
    form: FormView,
    calendars: Vec<Choice>,
    priorities: Vec<Choice>,
    types: Vec<Choice>,
    categories: Vec<Choice>,
    sites: Vec<Choice>,
    pauses: Vec<Choice>,
    clocks: &'static [ClockKind],
    units: Vec<Choice>,
    actions: Vec<Choice>,
    steps: std::ops::Range<usize>,
}

impl Form {
    /// The groups of boxes: name of the field, key of its name, choices. Groups without choices are not shown.
    fn groups(&self) -> Vec<(&'static str, &'static str, &[Choice])> {
        let all: [(&str, &str, &[Choice]); 5] = [
            ("priorities", "desk-page-priority", &self.priorities),
            ("types", "desk-page-type", &self.types),
            ("categories", "desk-page-field-category", &self.categories),
            ("sites", "desk-page-site", &self.sites),
            ("pauses", "desk-page-policy-pauses", &self.pauses),
        ];
        all.into_iter()
            .filter(|(_, _, choices)| !choices.is_empty())
            .collect()
    }
}

async fn view(app: &App, page: &Page, id: Option<String>, form: FormView) -> web::Result<Form> {
    let (calendars, sites) = app
        .db
        .read(|tx| {
            Ok((
                people::calendar::store::list(tx)?,
                people::calendar::store::sites(tx)?,
            ))
        })
        .await?;
    let locale = page.cx.locale;
    let mut hours = vec![
        Choice::new("default", page.t("desk-page-calendar-default")),
        Choice::new("always", page.t("desk-page-calendar-always")),
    ];
    hours.extend(
        calendars
            .into_iter()
            .map(|found| Choice::new(found.id.to_string(), found.name)),
    );
    let waiting = WaitingFor::ALL.iter().map(|whom| whom.state());
    let title = if id.is_some() {
        "desk-page-policy-edit"
    } else {
        "desk-page-policy-new"
    };
    Ok(Form {
        shell: page.shell(app, page.t(title)).await?,
        tabs: tabs(page, PATH),
        id,
        form,
        calendars: hours,
        priorities: choices!(Priority, locale),
        types: choices!(TicketType, locale),
        categories: choices!(Category, locale),
        sites: sites
            .into_iter()
            .map(|site| Choice::new(site.id, site.name))
            .collect(),
        pauses: waiting
            .map(|state| Choice::new(state.as_str(), page.t(state.text_key())))
            .collect(),
        clocks: ClockKind::ALL,
        units: choices!(Unit, locale),
        actions: choices!(Action, locale),
        steps: 0..STEPS,
    })
}

/// `GET /settings/desk/service-levels/new`
pub(super) async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None, policy_form::blank()).await?)
}

/// `GET /settings/desk/service-levels/{id}`
pub(super) async fn edit(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let (cx, wanted) = (page.cx.clone(), id.clone());
    let policies = app.db.read(move |tx| service_level::policies(tx, &cx)).await?;
    let policy = policies
        .into_iter()
        .find(|policy| policy.id == wanted)
        .ok_or_else(Error::not_found)?;
    html(view(&app, &page, Some(id), policy_form::filled(&policy)).await?)
}

/// `POST /settings/desk/service-levels`
pub(super) async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    store(&app, &page, None, form).await
}

/// `POST /settings/desk/service-levels/{id}`: a new version; tickets keep the one they were promised.
pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    form: FormData,
) -> web::Result {
    store(&app, &page, Some(id), form).await
}

async fn store(app: &App, page: &Page, id: Option<String>, form: FormData) -> web::Result {
    let wanted = id.clone();
    let keeping = keep(
        app,
        page,
        policy_form::read(&form),
        move |tx, cx, (place, definition)| {
            if let Some(id) = &wanted {
                let known = service_level::policies(tx, cx)?;
                known
                    .iter()
                    .find(|policy| policy.id == *id)
                    .ok_or_else(Error::not_found)?;
            }
            service_level::save_policy(tx, cx, wanted.as_deref(), *place, definition.clone())
        },
    );
    let keeping = keeping.await.map_err(|error| policy_form::rename(error, &form));
    let again = async |form| view(app, page, id, form).await;
    answer(page, keeping, &form, PATH, again).await
}

/// `POST /settings/desk/service-levels/{id}/removal`
pub(super) async fn remove(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| service_level::remove_policy(tx, &cx, &id))
        .await?;
    Ok(with_toast(
        see_other(PATH)?,
        &page,
        Tone::Success,
        &page.t("desk-page-policy-removed"),
    ))
}

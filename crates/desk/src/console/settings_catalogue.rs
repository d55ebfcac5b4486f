//! The request catalogue in the settings: the types in their order, one of them with its fields and approval, and how its
//! form looks. Fields have a file of their own (`settings_catalogue_field.rs`), and so have the steps of the approval
//! (`settings_catalogue_step.rs`) and the tasks (`settings_catalogue_task.rs`).

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::{Error, FieldError, Kind};
use kernel::i18n::Locale;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::settings::{Tab, keep, saved, tabs};
use super::wording::choices;
use super::{
    settings_catalogue_field as field, settings_catalogue_step as step, settings_catalogue_task as task,
};
use crate::catalogue::{self, Definition, ICONS, RequestType, Texts, approval, said, settings, showing};
use crate::neighbours;
use crate::ticket::access;
use crate::ticket::value::{Category, Impact, TicketType, Tier, Urgency};

pub(super) const PATH: &str = "/settings/desk/catalogue";

/// A type in the list.
struct Line {
    id: String,
    name: String,
    description: String,
    icon: String,
    category: String,
    questions: usize,
    steps: usize,
    is_on: bool,
    is_first: bool,
    is_last: bool,
}

#[derive(Template)]
#[template(path = "console/views/settings_catalogue.html")]
struct List {
    shell: Shell,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
}

/// `GET /settings/desk/catalogue`
async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let types = app.db.read(move |tx| settings::types(tx, &cx)).await?;
    let locale = page.cx.locale;
    let last = types.len().saturating_sub(1);
    let line = |(index, one): (usize, &RequestType)| Line {
        id: one.id.clone(),
        name: one.name(locale).to_owned(),
        description: one.description(locale).to_owned(),
        icon: one.definition.icon.clone(),
        category: locale.t(one.definition.category.text_key()),
        questions: one.definition.fields.len(),
        steps: one.definition.approval.len(),
        is_on: one.is_on,
        is_first: index == 0,
        is_last: index == last,
    };
    html(List {
        shell: page.shell(&app, page.t("desk-catalogue-settings")).await?,
        tabs: tabs(&page, PATH),
        lines: types.iter().enumerate().map(line).collect(),
    })
}

/// A question, a step, or a task in the lists of a type.
pub(super) struct Part {
    /// What follows the address of the type.
    pub path: String,
    pub name: String,
    pub words: Vec<String>,
    pub is_first: bool,
    pub is_last: bool,
}

#[derive(Template)]
#[template(path = "console/views/settings_catalogue_type.html")]
struct Form {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    /// None for a new one.
    known: Option<RequestType>,
    fields: Vec<Part>,
    steps: Vec<Part>,
    tasks: Vec<Part>,
    icons: Vec<Choice>,
    types: Vec<Choice>,
    categories: Vec<Choice>,
    impacts: Vec<Choice>,
    urgencies: Vec<Choice>,
    teams: Vec<Choice>,
    tiers: Vec<Choice>,
}

async fn view(app: &App, page: &Page, known: Option<RequestType>, form: FormView) -> web::Result<Form> {
    let locale = page.cx.locale;
    let found = app.db.read(neighbours::team_names).await?;
    let mut teams = vec![Choice::new("", page.t("desk-catalogue-team-of-category"))];
    teams.extend(
        found
            .iter()
            .map(|(team, name)| Choice::new(team.to_string(), name)),
    );
    let title = match &known {
        Some(known) => known.name(locale).to_owned(),
        None => page.t("desk-catalogue-type-new"),
    };
    let definition = known.as_ref().map(|known| &known.definition);
    Ok(Form {
        shell: page.shell(app, title).await?,
        tabs: tabs(page, PATH),
        form,
        fields: definition.map_or_else(Vec::new, |one| field_parts(one, locale)),
        steps: definition.map_or_else(Vec::new, |one| step_parts(one, locale)),
        tasks: definition.map_or_else(Vec::new, |one| task::parts(&one.tasks, &found, locale)),
        icons: ICONS.iter().map(|icon| Choice::new(*icon, *icon)).collect(),
        types: choices!(TicketType, locale),
        categories: choices!(Category, locale),
        impacts: choices!(Impact, locale),
        urgencies: choices!(Urgency, locale),
        teams,
        tiers: (1..=3)
            .map(|tier| Choice::new(tier.to_string(), format!("L{tier}")))
            .collect(),
        known,
    })
}

fn field_parts(definition: &Definition, locale: Locale) -> Vec<Part> {
    let last = definition.fields.len().saturating_sub(1);
    let part = |(index, one): (usize, &catalogue::Field)| {
        let mut words = vec![locale.t(one.kind.text_key())];
        if one.required {
            words.push(locale.t("desk-catalogue-required"));
        }
        if let Some(when) = &one.shown_when {
            let on = definition.fields.iter().find(|other| other.key == when.field);
            let on = on.map_or(when.field.as_str(), |other| said(&other.label, locale));
            words.push(locale.t_with(
                "desk-catalogue-when",
                &[("field", on.into()), ("value", when.is.as_str().into())],
            ));
        }
        Part {
            path: format!("fields/{}", one.key),
            name: said(&one.label, locale).to_owned(),
            words,
            is_first: index == 0,
            is_last: index == last,
        }
    };
    definition.fields.iter().enumerate().map(part).collect()
}

fn step_parts(definition: &Definition, locale: Locale) -> Vec<Part> {
    let last = definition.approval.len().saturating_sub(1);
    let part = |(index, one): (usize, &approval::Step)| Part {
        path: format!("steps/{}", index + 1),
        name: locale.t(one.who.text_key()),
        words: vec![locale.t_with(one.rule.text_key(), &[("count", one.quorum.into())])],
        is_first: index == 0,
        is_last: index == last,
    };
    definition.approval.iter().enumerate().map(part).collect()
}

/// `GET /settings/desk/catalogue/new`
async fn new(State(app): State<App>, page: Page) -> web::Result {
    let form = FormView::of([
        ("type", TicketType::Request.as_str()),
        ("category", Category::Other.as_str()),
        ("impact", Impact::Person.as_str()),
        ("urgency", Urgency::Medium.as_str()),
        ("tier", "1"),
        ("icon", ICONS[0]),
    ]);
    html(view(&app, &page, None, form).await?)
}

/// The type that the address names.
pub(super) async fn known(app: &App, page: &Page, id: &str) -> kernel::Result<RequestType> {
    let (cx, id) = (page.cx.clone(), id.to_owned());
    app.db.read(move |tx| settings::request_type(tx, &cx, &id)).await
}

/// `GET /settings/desk/catalogue/{id}`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let known = known(&app, &page, &id).await?;
    let form = filled(&known);
    html(view(&app, &page, Some(known), form).await?)
}

fn filled(known: &RequestType) -> FormView {
    let one = &known.definition;
    let text = |texts: &Texts, tag: &str| texts.get(tag).cloned().unwrap_or_default();
    let departments: Vec<&str> = one.audience.departments.iter().map(String::as_str).collect();
    FormView::of([
        ("version", known.version.to_string()),
        ("name.zh-CN", text(&one.name, "zh-CN")),
        ("name.en", text(&one.name, "en")),
        ("description.zh-CN", text(&one.description, "zh-CN")),
        ("description.en", text(&one.description, "en")),
        ("icon", one.icon.clone()),
        ("type", one.ticket_type.to_string()),
        ("category", one.category.to_string()),
        ("impact", one.impact.to_string()),
        ("urgency", one.urgency.to_string()),
        ("team", one.team.map(|team| team.to_string()).unwrap_or_default()),
        ("tier", one.tier.level().to_string()),
        ("desk_only", one.audience.desk_only.to_string()),
        ("departments", departments.join("\n")),
    ])
}

/// The texts of a field in each language.
pub(super) fn texts(form: &FormData, field: &str) -> Texts {
    let tags = ["en", "zh-CN"].into_iter();
    tags.map(|tag| (tag.to_owned(), form.text(&format!("{field}.{tag}")).to_owned()))
        .collect::<BTreeMap<String, String>>()
}

/// The first page of a type, as it was read: all but its fields, its approval, and its tasks.
fn read(form: &FormData) -> kernel::Result<Definition> {
    let malformed = |field: &str| Error::invalid("web.form.malformed").field(field);
    let team = form.optional("team").map(str::parse).transpose();
    let tier = form.text("tier").parse::<i64>().map_err(|_| malformed("tier"))?;
    let departments = form.text("departments").split(['\n', ',', '，', '、']);
    Ok(Definition {
        name: texts(form, "name"),
        description: texts(form, "description"),
        icon: form.text("icon").to_owned(),
        ticket_type: TicketType::parse(form.text("type"))?,
        category: Category::parse(form.text("category"))?,
        impact: Impact::parse(form.text("impact"))?,
        urgency: Urgency::parse(form.text("urgency"))?,
        team: team.map_err(|_| malformed("team"))?,
        tier: Tier::new(tier)?,
        audience: catalogue::Audience {
            desk_only: form.checked("desk_only"),
            departments: departments
                .map(|one| one.trim().to_owned())
                .filter(|one| !one.is_empty())
                .collect(),
        },
        fields: Vec::new(),
        approval: Vec::new(),
        tasks: Vec::new(),
    })
}

/// `POST /settings/desk/catalogue`
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let id = form.text("id").to_owned();
    let keeping = keep(&app, &page, read(&form), move |tx, cx, wanted| {
        settings::add(tx, cx, &id, wanted.clone())
    });
    match keeping.await {
        Ok(added) => saved(&page, &format!("{PATH}/{}", added.id)),
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, None, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/desk/catalogue/{id}`
async fn save(State(app): State<App>, page: Page, Path(id): Path<String>, form: FormData) -> web::Result {
    let (version, wanted_id) = (form.text("version").parse().ok(), id.clone());
    let keeping = keep(&app, &page, read(&form), move |tx, cx, wanted| {
        settings::change_part(tx, cx, &wanted_id, version, |definition| {
            let fields = std::mem::take(&mut definition.fields);
            let approval = std::mem::take(&mut definition.approval);
            let tasks = std::mem::take(&mut definition.tasks);
            *definition = Definition {
                fields,
                approval,
                tasks,
                ..wanted.clone()
            };
            Ok(())
        })
    });
    match keeping.await {
        Ok(_) => saved(&page, &format!("{PATH}/{id}")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let known = known(&app, &page, &id).await?;
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, Some(known), form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/desk/catalogue/{id}/state`: on or off.
async fn switch(State(app): State<App>, page: Page, Path(id): Path<String>, form: FormData) -> web::Result {
    let (cx, is_on) = (page.cx.clone(), form.checked("on"));
    app.db
        .write(move |tx| settings::switch(tx, &cx, &id, is_on))
        .await?;
    saved(&page, PATH)
}

/// `POST /settings/desk/catalogue/{id}/place`: up or down.
async fn place(State(app): State<App>, page: Page, Path(id): Path<String>, form: FormData) -> web::Result {
    let (cx, is_up) = (page.cx.clone(), form.text("to") == "up");
    app.db
        .write(move |tx| settings::shift(tx, &cx, &id, is_up))
        .await?;
    see_other(PATH)
}

/// `POST /settings/desk/catalogue/{id}/removal`
async fn remove(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| settings::remove(tx, &cx, &id)).await?;
    let words = page.t("desk-catalogue-type-removed");
    Ok(with_toast(see_other(PATH)?, &page, Tone::Success, &words))
}

#[derive(Template)]
#[template(path = "console/views/settings_catalogue_preview.html")]
struct Preview {
    shell: Shell,
    id: String,
    description: String,
    fields: String,
}

/// `GET /settings/desk/catalogue/{id}/preview`: the form as it is asked.
async fn preview(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let known = known(&app, &page, &id).await?;
    let locale = page.cx.locale;
    let shell = page.shell(&app, known.name(locale).to_owned()).await?;
    let limit = app.upload_limit();
    let fields = showing::fields(&shell, locale, &known.definition, &FormView::empty(), limit)?;
    html(Preview {
        description: known.description(locale).to_owned(),
        shell,
        id,
        fields,
    })
}

/// A refusal of a whole definition, as the form of one of its parts shows it: at its own fields.
pub(super) fn of_part(error: Error, part: &str) -> Error {
    if error.fields().is_empty() {
        return error;
    }
    let own = |one: &FieldError| FieldError {
        field: one.field.strip_prefix(part).unwrap_or(&one.field).to_owned(),
        ..one.clone()
    };
    let fields = error.fields().iter().map(own).collect();
    Error::new(error.kind(), error.code()).with_fields(fields)
}

/// The catalogue's settings.
pub(super) fn routes() -> Routes {
    let need = Need::permission(access::SETTINGS);
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(get.clone(), PATH, need, list)
        .page(post.clone(), PATH, need, add)
        .page(get.clone(), "/settings/desk/catalogue/new", need, new)
        .page(get.clone(), "/settings/desk/catalogue/{id}", need, edit)
        .page(post.clone(), "/settings/desk/catalogue/{id}", need, save)
        .page(post.clone(), "/settings/desk/catalogue/{id}/state", need, switch)
        .page(post.clone(), "/settings/desk/catalogue/{id}/place", need, place)
        .page(post, "/settings/desk/catalogue/{id}/removal", need, remove)
        .page(get, "/settings/desk/catalogue/{id}/preview", need, preview)
        .merge(field::routes())
        .merge(step::routes())
        .merge(task::routes())
}

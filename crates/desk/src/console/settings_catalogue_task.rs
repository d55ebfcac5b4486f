//! One task of a request type in the settings: what is to be done, by which team, at which stage, and in how many hours.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::{Error, Errors, Kind};
use kernel::i18n::Locale;
use kernel::id::TeamId;
use people::team;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::acting::given;
use super::settings::{Tab, keep, saved, tabs};
use super::settings_catalogue::{PATH, Part, known, of_part, texts};
use super::wording::choices;
use crate::catalogue::{RequestType, Task, said, settings, task};
use crate::ticket::access;
use crate::ticket::value::Category;

#[derive(Template)]
#[template(path = "console/views/settings_catalogue_task.html")]
struct Form {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    id: String,
    type_name: String,
    /// The address of the task; none for a new one.
    action: Option<String>,
    teams: Vec<Choice>,
    categories: Vec<Choice>,
    stages: Vec<Choice>,
}

/// The tasks in the list of a type, stage by stage.
pub(super) fn parts(tasks: &[Task], teams: &[(TeamId, String)], locale: Locale) -> Vec<Part> {
    let part = |(index, one): (usize, &Task)| {
        let stage = i64::from(one.stage).into();
        let mut words = vec![locale.t_with("desk-tasks-stage", &[("stage", stage)])];
        let team = one.team.and_then(|team| teams.iter().find(|(id, _)| *id == team));
        match (team, one.category) {
            (Some((_, name)), _) => words.push(name.clone()),
            (None, Some(category)) => words.push(locale.t(category.text_key())),
            (None, None) => {}
        }
        if let Some(hours) = one.hours {
            words.push(locale.t_with("desk-tasks-in-hours", &[("count", i64::from(hours).into())]));
        }
        Part {
            path: format!("tasks/{}", index + 1),
            name: said(&one.title, locale).to_owned(),
            words,
            is_first: false,
            is_last: false,
        }
    };
    let mut sorted: Vec<(usize, &Task)> = tasks.iter().enumerate().collect();
    sorted.sort_by_key(|(index, task)| (task.stage, *index));
    sorted.into_iter().map(part).collect()
}

async fn view(
    app: &App,
    page: &Page,
    of: &RequestType,
    number: Option<usize>,
    form: FormView,
) -> web::Result<Form> {
    let locale = page.cx.locale;
    let mut teams = vec![Choice::new("", page.t("desk-tasks-team-of-category"))];
    let found = app.db.read(team::store::list).await?;
    teams.extend(
        found
            .into_iter()
            .map(|team| Choice::new(team.id.to_string(), team.name)),
    );
    let mut categories = vec![Choice::new("", page.t("desk-tasks-team-of-ticket"))];
    categories.extend(choices!(Category, locale));
    let title = page.t(if number.is_some() {
        "desk-tasks-of-type-edit"
    } else {
        "desk-tasks-of-type-new"
    });
    Ok(Form {
        shell: page.shell(app, title).await?,
        tabs: tabs(page, PATH),
        form,
        type_name: of.name(locale).to_owned(),
        action: number.map(|number| format!("{PATH}/{}/tasks/{number}", of.id)),
        teams,
        categories,
        stages: (1..=task::STAGE_MAX)
            .map(|stage| Choice::new(stage.to_string(), stage.to_string()))
            .collect(),
        id: of.id.clone(),
    })
}

fn read(form: &FormData) -> kernel::Result<Task> {
    let mut errors = Errors::new();
    let mut number = |name: &'static str| match form.optional(name) {
        Some(_) => form.parse::<u16>(name, &mut errors),
        None => None,
    };
    let (stage, hours) = (number("stage"), number("hours"));
    errors.finish()?;
    let category = form.optional("category").map(Category::parse).transpose()?;
    Ok(Task {
        title: texts(form, "title"),
        team: given(form, "team")?,
        category,
        stage: stage.and_then(|stage| u8::try_from(stage).ok()).unwrap_or(0),
        hours,
    })
}

/// `GET /settings/desk/catalogue/{id}/tasks/new`
async fn new(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let of = known(&app, &page, &id).await?;
    let last = of.definition.tasks.iter().map(|task| task.stage).max();
    let form = FormView::of([
        ("version", of.version.to_string()),
        ("stage", last.unwrap_or(1).to_string()),
    ]);
    html(view(&app, &page, &of, None, form).await?)
}

fn task(of: &RequestType, number: usize) -> kernel::Result<&Task> {
    let index = number.checked_sub(1).ok_or_else(Error::not_found)?;
    of.definition.tasks.get(index).ok_or_else(Error::not_found)
}

/// `GET /settings/desk/catalogue/{id}/tasks/{task}`
async fn edit(State(app): State<App>, page: Page, Path((id, number)): Path<(String, usize)>) -> web::Result {
    let of = known(&app, &page, &id).await?;
    let one = task(&of, number)?;
    let text = |tag: &str| one.title.get(tag).cloned().unwrap_or_default();
    let form = FormView::of([
        ("version", of.version.to_string()),
        ("title.en", text("en")),
        ("title.zh-CN", text("zh-CN")),
        ("team", one.team.map(|team| team.to_string()).unwrap_or_default()),
        (
            "category",
            one.category
                .map(|category| category.to_string())
                .unwrap_or_default(),
        ),
        ("stage", one.stage.to_string()),
        (
            "hours",
            one.hours.map(|hours| hours.to_string()).unwrap_or_default(),
        ),
    ]);
    html(view(&app, &page, &of, Some(number), form).await?)
}

/// `POST /settings/desk/catalogue/{id}/tasks`
async fn add(State(app): State<App>, page: Page, Path(id): Path<String>, form: FormData) -> web::Result {
    store(&app, &page, (id, None), form).await
}

/// `POST /settings/desk/catalogue/{id}/tasks/{task}`
async fn save(
    State(app): State<App>,
    page: Page,
    Path((id, number)): Path<(String, usize)>,
    form: FormData,
) -> web::Result {
    store(&app, &page, (id, Some(number)), form).await
}

async fn store(app: &App, page: &Page, (id, number): (String, Option<usize>), form: FormData) -> web::Result {
    let of = known(app, page, &id).await?;
    if let Some(number) = number {
        task(&of, number)?;
    }
    let index = number.map_or(of.definition.tasks.len(), |number| number - 1);
    let (version, wanted_id) = (form.text("version").parse().ok(), id.clone());
    let keeping = keep(app, page, read(&form), move |tx, cx, wanted| {
        settings::change_part(tx, cx, &wanted_id, version, |definition| {
            match definition.tasks.get_mut(index) {
                Some(found) => *found = wanted.clone(),
                None => definition.tasks.push(wanted.clone()),
            }
            Ok(())
        })
    });
    match keeping.await {
        Ok(_) => saved(page, &format!("{PATH}/{id}")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let error = of_part(error, &format!("tasks[{index}]."));
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(app, page, &of, number, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/desk/catalogue/{id}/tasks/{task}/removal`: what was asked goes on as it was asked.
async fn remove(
    State(app): State<App>,
    page: Page,
    Path((id, number)): Path<(String, usize)>,
) -> web::Result {
    let (cx, of) = (page.cx.clone(), id.clone());
    let removing = app.db.write(move |tx| {
        settings::change_part(tx, &cx, &of, None, |definition| {
            let index = number
                .checked_sub(1)
                .filter(|index| *index < definition.tasks.len());
            definition.tasks.remove(index.ok_or_else(Error::not_found)?);
            Ok(())
        })
    });
    removing.await?;
    saved(&page, &format!("{PATH}/{id}"))
}

pub(super) fn routes() -> Routes {
    let need = Need::permission(access::SETTINGS);
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(get.clone(), "/settings/desk/catalogue/{id}/tasks/new", need, new)
        .page(post.clone(), "/settings/desk/catalogue/{id}/tasks", need, add)
        .page(get, "/settings/desk/catalogue/{id}/tasks/{task}", need, edit)
        .page(
            post.clone(),
            "/settings/desk/catalogue/{id}/tasks/{task}",
            need,
            save,
        )
        .page(
            post,
            "/settings/desk/catalogue/{id}/tasks/{task}/removal",
            need,
            remove,
        )
}

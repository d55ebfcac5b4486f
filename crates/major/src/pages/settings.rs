//! `/settings/major`: who may read the status page, and the emergency plans.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::ticket::Category;
use kernel::Locale;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::done;
use crate::SETTINGS;
use crate::incident::Role;
use crate::incident::declaring::services_in;
use crate::plan::{self, Plan, text};
use crate::status::{self, Audience};

const PATH: &str = "/settings/major";

pub(super) fn routes() -> Routes {
    let needed = Need::permission(SETTINGS);
    Routes::new()
        .page(Method::GET, PATH, needed, list)
        .page(Method::POST, "/settings/major/status", needed, set_audience)
        .page(Method::GET, "/settings/major/plans/new", needed, new)
        .page(Method::POST, "/settings/major/plans", needed, add)
        .page(Method::GET, "/settings/major/plans/{key}", needed, edit)
        .page(Method::POST, "/settings/major/plans/{key}", needed, save)
        .page(
            Method::POST,
            "/settings/major/plans/{key}/removal",
            needed,
            remove,
        )
}

#[derive(Template)]
#[template(path = "pages/views/settings.html")]
struct List {
    shell: Shell,
    is_public: bool,
    plans: Vec<Plan>,
}

impl List {
    fn name<'a>(&self, plan: &'a Plan) -> &'a str {
        plan.name(self.shell.cx.locale)
    }
}

/// `GET /settings/major`
async fn list(State(app): State<App>, page: Page) -> web::Result {
    let read = |tx: &mut Tx<'_>| Ok((status::is_public(tx)?, plan::list(tx)?));
    let (is_public, plans) = app.db.read(read).await?;
    html(List {
        shell: page.shell(&app, page.t("major-settings-title")).await?,
        is_public,
        plans,
    })
}

/// `POST /settings/major/status`
async fn set_audience(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let audience = match form.text("audience") {
        "anybody" => Audience::Anybody,
        "signed_in" => Audience::SignedIn,
        _ => return Err(Error::invalid("web.form.malformed").field("audience").into()),
    };
    app.db
        .write(move |tx| status::set_public(tx, &cx, audience))
        .await?;
    done(&page, PATH, "major-saved")
}

#[derive(Template)]
#[template(path = "pages/views/plan.html")]
struct Editor {
    shell: Shell,
    /// None for a new one.
    key: Option<String>,
    form: FormView,
    categories: Vec<Choice>,
    roles: String,
}

impl Editor {
    fn action_path(&self) -> String {
        match &self.key {
            Some(key) => format!("{PATH}/plans/{key}"),
            None => format!("{PATH}/plans"),
        }
    }
}

async fn editor(app: &App, page: &Page, key: Option<String>, form: FormView) -> web::Result<Editor> {
    let locale = page.cx.locale;
    let mut categories = vec![Choice::new("", page.t("major-plan-any-category"))];
    categories.extend(
        Category::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), page.t(one.text_key()))),
    );
    let title = if key.is_some() {
        "major-plan-edit"
    } else {
        "major-plan-new"
    };
    let comma = if locale == Locale::ZhCn { "、" } else { ", " };
    Ok(Editor {
        shell: page.shell(app, page.t(title)).await?,
        key,
        form,
        categories,
        roles: Role::ALL.map(|role| locale.t(role.text_key())).join(comma),
    })
}

/// `GET /settings/major/plans/new`
async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(editor(&app, &page, None, FormView::empty()).await?)
}

/// `GET /settings/major/plans/{key}`
async fn edit(State(app): State<App>, page: Page, Path(key): Path<String>) -> web::Result {
    let wanted = key.clone();
    let plan = app.db.read(move |tx| plan::find(tx, &wanted)).await?;
    let plan = plan.ok_or_else(Error::not_found)?;
    let form = FormView::of([
        ("name_en", plan.name_en.clone()),
        ("name_zh", plan.name_zh.clone()),
        (
            "category",
            plan.category
                .map(|one| one.as_str().to_owned())
                .unwrap_or_default(),
        ),
        ("words", plan.words.join(", ")),
        ("steps_en", text::write(&plan.steps, Locale::En)),
        ("steps_zh", text::write(&plan.steps, Locale::ZhCn)),
    ]);
    html(editor(&app, &page, Some(key), form).await?)
}

fn wanted(form: &FormData, key: &str) -> Result<Plan> {
    Ok(Plan {
        key: key.to_owned(),
        name_en: form.text("name_en").to_owned(),
        name_zh: form.text("name_zh").to_owned(),
        category: form.optional("category").map(Category::parse).transpose()?,
        words: services_in(form.text("words")),
        steps: text::read(form.text("steps_en"), form.text("steps_zh"))?,
    })
}

async fn keep(app: &App, page: &Page, key: Option<String>, form: &FormData) -> web::Result {
    let cx = page.cx.clone();
    let saving = match wanted(form, key.as_deref().unwrap_or_default()) {
        Ok(plan) => app.db.write(move |tx| plan::save(tx, &cx, &plan)).await.map(drop),
        Err(error) => Err(error),
    };
    match saving {
        Ok(()) => done(page, PATH, "major-saved"),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(editor(app, page, key, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/major/plans`
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    keep(&app, &page, None, &form).await
}

/// `POST /settings/major/plans/{key}`
async fn save(State(app): State<App>, page: Page, Path(key): Path<String>, form: FormData) -> web::Result {
    keep(&app, &page, Some(key), &form).await
}

/// `POST /settings/major/plans/{key}/removal`
async fn remove(State(app): State<App>, page: Page, Path(key): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| plan::remove(tx, &cx, &key)).await?;
    done(&page, PATH, "major-plan-removed")
}

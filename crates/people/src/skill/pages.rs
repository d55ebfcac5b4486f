//! The skill matrix: who can do what, and how well.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use kernel::id::UserId;
use kernel::{Error, Result};
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::{Skill, store};
use crate::skill;
use crate::user::{self, Card};

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.skill.manage"),
    );
    Routes::new()
        .page(Method::GET, "/settings/skills", read, matrix)
        .page(Method::POST, "/settings/skills", manage, save)
        .page(Method::POST, "/settings/skills/{name}/remove", manage, remove)
        .page(Method::GET, "/settings/skills/of/{id}", manage, edit)
        .page(Method::POST, "/settings/skills/of/{id}", manage, set)
}

struct Line {
    person: Card,
    levels: Vec<Option<i64>>,
}

#[derive(Template)]
#[template(path = "skill/views/matrix.html")]
struct MatrixView {
    shell: Shell,
    form: FormView,
    skills: Vec<Skill>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "skill/views/edit.html")]
struct EditView {
    shell: Shell,
    form: FormView,
    person: user::User,
    skills: Vec<Skill>,
    levels: Vec<Choice>,
}

async fn matrix_view(app: &App, page: &Page, form: FormView) -> web::Result<MatrixView> {
    let (skills, lines) = app
        .db
        .read(|tx| {
            let skills = store::list(tx)?;
            let mut known = store::matrix(tx)?;
            let lines = user::store::staff(tx)?.into_iter().map(|person| {
                let levels = known.remove(&person.id).unwrap_or_default();
                Line {
                    levels: skills
                        .iter()
                        .map(|skill| levels.get(&skill.name).copied())
                        .collect(),
                    person,
                }
            });
            let lines = lines.collect();
            Ok((skills, lines))
        })
        .await?;
    Ok(MatrixView {
        shell: page.shell(app, page.t("people-skills")).await?,
        form,
        skills,
        lines,
    })
}

async fn matrix(State(app): State<App>, page: Page) -> web::Result {
    html(matrix_view(&app, &page, FormView::empty()).await?)
}

async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let (name, title) = (form.text("name").to_owned(), form.text("title").to_owned());
    match app.db.write(move |tx| skill::save(tx, &cx, &name, &title)).await {
        Ok(()) => Ok(with_toast(
            see_other("/settings/skills")?,
            &page,
            Tone::Success,
            &page.t("people-saved"),
        )),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(matrix_view(&app, &page, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove(State(app): State<App>, page: Page, Path(name): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| skill::remove(tx, &cx, &name)).await?;
    Ok(with_toast(
        see_other("/settings/skills")?,
        &page,
        Tone::Success,
        &page.t("people-skill-removed"),
    ))
}

async fn edit_view(app: &App, page: &Page, id: UserId, form: Option<FormView>) -> web::Result<EditView> {
    let (person, skills, levels) = app
        .db
        .read(move |tx| {
            Ok((
                user::store::load(tx, id)?,
                store::list(tx)?,
                store::of_user(tx, id)?,
            ))
        })
        .await?;
    let stored = || {
        FormView::of(
            levels
                .into_iter()
                .map(|(skill, level)| ("level", format!("{skill}:{level}"))),
        )
    };
    Ok(EditView {
        shell: page
            .shell(
                app,
                page.cx
                    .locale
                    .t_with("people-skills-of", &[("name", person.name.as_str().into())]),
            )
            .await?,
        form: form.unwrap_or_else(stored),
        person,
        skills,
        levels: (0..=3)
            .map(|level| Choice::new(level.to_string(), page.t(&format!("people-level-{level}"))))
            .collect(),
    })
}

async fn edit(State(app): State<App>, page: Page, Path(id): Path<UserId>) -> web::Result {
    html(edit_view(&app, &page, id, None).await?)
}

/// `network:2` per skill.
fn levels(form: &FormData) -> Result<BTreeMap<String, i64>> {
    let wrong = || Error::invalid("people.skill.level_unknown").field("level");
    let pairs = form.all("level").filter(|pair| !pair.is_empty()).map(|pair| {
        let (skill, level) = pair.rsplit_once(':').ok_or_else(wrong)?;
        Ok((skill.to_owned(), level.parse().map_err(|_| wrong())?))
    });
    pairs.collect()
}

async fn set(State(app): State<App>, page: Page, Path(id): Path<UserId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match levels(&form) {
        Ok(levels) => {
            let set = move |tx: &mut kernel::db::Tx<'_>| {
                user::store::load(tx, id)?;
                skill::set_of_user(tx, &cx, id, &levels)
            };
            app.db.write(set).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(with_toast(
            see_other("/settings/skills")?,
            &page,
            Tone::Success,
            &page.t("people-saved"),
        )),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(edit_view(&app, &page, id, Some(form.refused(&error, page.cx.locale))).await?)
        }
        Err(error) => Err(error.into()),
    }
}

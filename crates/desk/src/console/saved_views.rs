//! The pages on which views are kept: the list of them, and the form in which one is made, changed, or copied. What a view
//! shows is a queue's page (`queue.rs`).

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::{Errors, Kind, Result};
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, Tone, go_to, html, see_other,
    unprocessable, with_toast,
};

use super::asked::{Asked, NARROWING};
use super::names::Names;
use super::queue::{FilterChoices, view_path};
use super::wording::{choices, with_any};
use crate::saved_view::{self, Audience, Column, Definition, SavedView, Shift, ViewId, Wish};
use crate::ticket::{Order, access};

/// The pages of views.
pub(super) fn routes() -> Routes {
    let desk = Need::permission(access::INTERNAL);
    Routes::new()
        .page(Method::GET, "/views", desk, list)
        .page(Method::GET, "/views/new", desk, ask)
        .page(Method::POST, "/views", desk, add)
        .page(Method::GET, "/views/{id}", desk, show)
        .page(Method::POST, "/views/{id}", desk, save)
        .page(Method::GET, "/views/{id}/edit", desk, edit)
        .page(Method::POST, "/views/{id}/removal", desk, remove)
        .page(Method::POST, "/views/{id}/favourite", desk, favourite)
        .page(Method::POST, "/views/{id}/place", desk, place)
}

struct Entry {
    view: SavedView,
    href: String,
    owner: String,
    may_change: bool,
}

#[derive(Template)]
#[template(path = "console/views/saved_views.html")]
struct Views {
    shell: Shell,
    entries: Vec<Entry>,
}

/// `GET /views`: the reader's favourites in their order, then the others by name.
async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let (mut views, favourites, names) = app
        .db
        .read(move |tx| {
            let views = saved_view::list(tx, &cx)?;
            let owners: Vec<_> = views.iter().map(|view| view.owner).collect();
            Ok((views, saved_view::favourites(tx, &cx)?, Names::load(tx, &owners)?))
        })
        .await?;
    views.sort_by_key(|view| {
        let place = favourites.iter().position(|found| found.id == view.id);
        place.unwrap_or(usize::MAX)
    });
    let entry = |view: SavedView| Entry {
        href: view_path(view.id),
        owner: names.person(view.owner).name,
        may_change: saved_view::may_change(&page.cx, &view),
        view,
    };
    let entries = views.into_iter().map(entry).collect();
    let shell = page.shell(&app, page.t("desk-view-list")).await?;
    html(Views { shell, entries })
}

/// `GET /views/{id}`: a short address to send to a colleague.
async fn show(State(app): State<App>, page: Page, Path(id): Path<ViewId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.read(move |tx| saved_view::load(tx, &cx, id)).await?;
    see_other(&view_path(id))
}

#[derive(Template)]
#[template(path = "console/views/saved_view.html")]
struct ViewForm {
    shell: Shell,
    action: String,
    back: String,
    filter: FormView,
    offer: FilterChoices,
    audiences: Vec<Choice>,
    columns: Vec<Choice>,
    /// The fields for the columns: name and label.
    places: Vec<Choice>,
}

/// What a form is about.
struct About {
    title: &'static str,
    action: String,
    back: String,
}

impl About {
    fn new_view() -> About {
        About {
            title: "desk-view-new",
            action: "/views".to_owned(),
            back: "/views".to_owned(),
        }
    }

    fn view(id: ViewId) -> About {
        About {
            title: "desk-view-edit",
            action: format!("/views/{id}"),
            back: "/views".to_owned(),
        }
    }
}

/// Shows the form; refused when something in it must be mended.
async fn form(app: &App, page: &Page, about: About, asked: &Asked, filter: FormView) -> web::Result {
    let (names, staff) = app
        .db
        .read(|tx| Ok((Names::load(tx, &[])?, people::user::store::staff(tx)?)))
        .await?;
    let locale = page.cx.locale;
    let label = |place: usize| locale.t_with("desk-view-column", &[("place", place.to_string().into())]);
    let view = ViewForm {
        shell: page.shell(app, page.t(about.title)).await?,
        action: about.action,
        back: about.back,
        offer: FilterChoices::of(locale, &names, &staff, asked),
        audiences: choices!(Audience, locale),
        columns: with_any(locale.t("desk-view-no-column"), choices!(Column, locale)),
        places: (1..=Column::MOST)
            .map(|place| Choice::new(format!("column{place}"), label(place)))
            .collect(),
        filter,
    };
    if view.filter.is_refused() {
        unprocessable(view)
    } else {
        html(view)
    }
}

/// The form of a view with what it says now.
fn shown(asked: &Asked, name: &str, audience: Audience, columns: &[Column]) -> FormView {
    let mut pairs: Vec<(String, String)> = vec![
        ("name".to_owned(), name.to_owned()),
        ("audience".to_owned(), audience.as_str().to_owned()),
        ("sort".to_owned(), asked.sort.clone()),
    ];
    for (name, value) in &asked.narrow {
        let values = value.split(',').filter(|_| *name == "only").collect::<Vec<_>>();
        if values.is_empty() {
            pairs.push(((*name).to_owned(), value.clone()));
        }
        pairs.extend(values.into_iter().map(|one| ((*name).to_owned(), one.to_owned())));
    }
    let columns = if columns.is_empty() {
        &Column::USUAL[..]
    } else {
        columns
    };
    for (place, column) in (1..).zip(columns) {
        pairs.push((format!("column{place}"), column.as_str().to_owned()));
    }
    FormData::from_pairs(pairs).view()
}

#[derive(Deserialize)]
struct Copied {
    #[serde(default)]
    copy: String,
}

/// `GET /views/new`: with what the list shows that it was asked for beside, or a copy of another view.
async fn ask(
    State(app): State<App>,
    page: Page,
    Query(asked): Query<Asked>,
    Query(Copied { copy }): Query<Copied>,
) -> web::Result {
    if let Ok(id) = copy.parse::<ViewId>() {
        let cx = page.cx.clone();
        let view = app.db.read(move |tx| saved_view::load(tx, &cx, id)).await?;
        let asked = Asked {
            view: view.id.to_string(),
            ..Asked::default()
        };
        let (whole, _) = asked.resolved(&app, &page.cx).await?;
        let name = page
            .cx
            .locale
            .t_with("desk-view-copy-of", &[("name", view.name.clone().into())]);
        let filter = shown(&whole, &name, Audience::Mine, &view.definition.columns);
        return form(&app, &page, About::new_view(), &whole, filter).await;
    }
    let (mut whole, view) = asked.resolved(&app, &page.cx).await?;
    for (name, value) in asked.queue().criteria() {
        if asked.from == asked.queue().slug() && whole.value(name).is_empty() {
            whole.narrow.push((name, (*value).to_owned()));
        }
    }
    let columns = view.map(|view| view.definition.columns).unwrap_or_default();
    let filter = shown(&whole, "", Audience::Mine, &columns);
    form(&app, &page, About::new_view(), &whole, filter).await
}

/// `GET /views/{id}/edit`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<ViewId>) -> web::Result {
    let cx = page.cx.clone();
    let view = app.db.read(move |tx| saved_view::load(tx, &cx, id)).await?;
    let asked = Asked {
        view: id.to_string(),
        ..Asked::default()
    };
    let (whole, _) = asked.resolved(&app, &page.cx).await?;
    let filter = shown(&whole, &view.name, view.audience, &view.definition.columns);
    form(&app, &page, About::view(id), &whole, filter).await
}

fn asked_in(data: &FormData) -> Asked {
    let pairs = NARROWING
        .iter()
        .flat_map(|name| data.all(name).map(|value| (*name, value)));
    let mut asked = Asked::of(pairs);
    asked.sort = data.text("sort").to_owned();
    asked
}

fn wanted(data: &FormData) -> Result<Wish> {
    let asked = asked_in(data);
    let mut errors = Errors::new();
    let filter = asked
        .criteria()
        .map_err(|error| errors.absorb(&error))
        .unwrap_or_default();
    let mut columns = Vec::new();
    for place in 1..=Column::MOST {
        let name = format!("column{place}");
        if let Some(word) = data.optional(&name) {
            columns.push(Column::parse(word)?);
        }
    }
    let sort = data.optional("sort").map(Order::parse).transpose()?;
    if data.text("name").is_empty() {
        errors.push("name", "desk.view.name_missing");
    }
    errors.finish()?;
    Ok(Wish {
        name: data.text("name").to_owned(),
        audience: Audience::parse(data.text("audience"))?,
        definition: Definition {
            filter,
            sort,
            columns,
        },
    })
}

/// `POST /views`
async fn add(State(app): State<App>, page: Page, data: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&data) {
        Ok(wish) => {
            app.db
                .write(move |tx| saved_view::add(tx, &cx, wish.clone()))
                .await
        }
        Err(error) => Err(error),
    };
    answer(&app, &page, About::new_view(), &data, outcome).await
}

/// `POST /views/{id}`
async fn save(State(app): State<App>, page: Page, Path(id): Path<ViewId>, data: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&data) {
        Ok(wish) => {
            app.db
                .write(move |tx| saved_view::save(tx, &cx, id, wish.clone()))
                .await
        }
        Err(error) => Err(error),
    };
    answer(&app, &page, About::view(id), &data, outcome).await
}

async fn answer(
    app: &App,
    page: &Page,
    about: About,
    data: &FormData,
    outcome: Result<SavedView>,
) -> web::Result {
    match outcome {
        Ok(view) => {
            let response = go_to(page, &view_path(view.id))?;
            Ok(with_toast(
                response,
                page,
                Tone::Success,
                &page.t("desk-view-saved"),
            ))
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let refused = data.refused(&error, page.cx.locale);
            form(app, page, about, &asked_in(data), refused).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /views/{id}/removal`
async fn remove(State(app): State<App>, page: Page, Path(id): Path<ViewId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| saved_view::remove(tx, &cx, id)).await?;
    let response = go_to(&page, "/views")?;
    Ok(with_toast(
        response,
        &page,
        Tone::Success,
        &page.t("desk-view-removed"),
    ))
}

/// `POST /views/{id}/favourite`
async fn favourite(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ViewId>,
    data: FormData,
) -> web::Result {
    let (cx, on) = (page.cx.clone(), data.checked("on"));
    app.db
        .write(move |tx| match on {
            true => saved_view::favour(tx, &cx, id),
            false => saved_view::unfavour(tx, &cx, id),
        })
        .await?;
    go_to(&page, "/views")
}

/// `POST /views/{id}/place`: up or down among the favourites.
async fn place(State(app): State<App>, page: Page, Path(id): Path<ViewId>, data: FormData) -> web::Result {
    let cx = page.cx.clone();
    let shift = match data.text("to") {
        "up" => Shift::Up,
        _ => Shift::Down,
    };
    app.db
        .write(move |tx| saved_view::shift(tx, &cx, id, shift))
        .await?;
    go_to(&page, "/views")
}

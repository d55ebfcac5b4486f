//! The pages of teams: who works together.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::Result;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::id::TeamId;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::{NewTeam, Team, store};
use crate::user::Card;
use crate::{calendar, team, user};

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.team.manage"),
    );
    Routes::new()
        .page(Method::GET, "/settings/teams", read, list)
        .page(Method::GET, "/settings/teams/new", manage, new)
        .page(Method::POST, "/settings/teams", manage, create)
        .page(Method::GET, "/settings/teams/{id}", read, show)
        .page(Method::GET, "/settings/teams/{id}/edit", manage, edit)
        .page(Method::POST, "/settings/teams/{id}", manage, save)
}

#[derive(Template)]
#[template(path = "team/views/list.html")]
struct ListView {
    shell: Shell,
    teams: Vec<Team>,
}

#[derive(Template)]
#[template(path = "team/views/show.html")]
struct ShowView {
    shell: Shell,
    team: Team,
    calendar: String,
    members: Vec<Card>,
}

#[derive(Template)]
#[template(path = "team/views/edit.html")]
struct EditView {
    shell: Shell,
    form: FormView,
    id: Option<TeamId>,
    tiers: Vec<Choice>,
    calendars: Vec<Choice>,
    people: Vec<Card>,
}

async fn list(State(app): State<App>, page: Page) -> web::Result {
    let teams = app.db.read(store::list).await?;
    let shell = page.shell(&app, page.t("people-teams")).await?;
    html(ListView { shell, teams })
}

fn members(tx: &mut Tx<'_>, id: TeamId) -> Result<Vec<Card>> {
    let ids = store::members(tx, id)?;
    let mut cards = user::store::cards(tx, &ids)?;
    Ok(ids.iter().filter_map(|id| cards.remove(id)).collect())
}

async fn show(State(app): State<App>, page: Page, Path(id): Path<TeamId>) -> web::Result {
    let (team, calendar, members) = app
        .db
        .read(move |tx| {
            let team = store::load(tx, id)?;
            let calendar = team
                .calendar
                .as_deref()
                .map(|id| calendar::store::load(tx, id))
                .transpose()?;
            Ok((
                team,
                calendar.map(|calendar| calendar.name).unwrap_or_default(),
                members(tx, id)?,
            ))
        })
        .await?;
    let shell = page.shell(&app, team.name.clone()).await?;
    html(ShowView {
        shell,
        team,
        calendar,
        members,
    })
}

async fn view(app: &App, page: &Page, id: Option<TeamId>, form: FormView) -> web::Result<EditView> {
    let (calendars, people) = app
        .db
        .read(move |tx| {
            let mut people = user::store::staff(tx)?;
            // Whoever belongs to it without working on tickets must not be lost by saving.
            let others = id.map(|id| members(tx, id)).transpose()?.unwrap_or_default();
            people.extend(others.into_iter().filter(|card| card.tier.is_none()));
            Ok((calendar::store::list(tx)?, people))
        })
        .await?;
    let none = Choice::new("", page.t("people-calendar-always"));
    let calendars = calendars
        .into_iter()
        .map(|calendar| Choice::new(calendar.id.to_string(), calendar.name));
    Ok(EditView {
        shell: page
            .shell(
                app,
                page.t(if id.is_some() {
                    "people-team-edit"
                } else {
                    "people-team-add"
                }),
            )
            .await?,
        form,
        id,
        tiers: (1..=3)
            .map(|tier| Choice::new(tier.to_string(), page.t(&format!("people-tier-{tier}"))))
            .collect(),
        calendars: [none].into_iter().chain(calendars).collect(),
        people,
    })
}

async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None, FormView::of([("tier", "1")])).await?)
}

async fn edit(State(app): State<App>, page: Page, Path(id): Path<TeamId>) -> web::Result {
    let form = app
        .db
        .read(move |tx| {
            let team = store::load(tx, id)?;
            let mut values = vec![
                ("name", team.name),
                ("tier", team.tier.to_string()),
                ("calendar", team.calendar.unwrap_or_default()),
                ("description", team.description),
            ];
            values.extend(
                store::members(tx, id)?
                    .into_iter()
                    .map(|member| ("members", member.to_string())),
            );
            Ok(FormView::of(values))
        })
        .await?;
    html(view(&app, &page, Some(id), form).await?)
}

async fn answered(
    app: &App,
    page: &Page,
    id: Option<TeamId>,
    form: &FormData,
    outcome: Result<Team>,
) -> web::Result {
    match outcome {
        Ok(team) => {
            let answer = see_other(&format!("/settings/teams/{}", team.id))?;
            Ok(with_toast(answer, page, Tone::Success, &page.t("people-saved")))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(view(app, page, id, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match form.read::<NewTeam>() {
        Ok(new) => app.db.write(move |tx| team::add(tx, &cx, &new)).await,
        Err(error) => Err(error),
    };
    answered(&app, &page, None, &form, outcome).await
}

async fn save(State(app): State<App>, page: Page, Path(id): Path<TeamId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match form.read::<NewTeam>() {
        Ok(new) => app.db.write(move |tx| team::change(tx, &cx, id, &new)).await,
        Err(error) => Err(error),
    };
    answered(&app, &page, Some(id), &form, outcome).await
}

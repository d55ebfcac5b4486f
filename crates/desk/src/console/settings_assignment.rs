//! Where tickets of a category go: team, skill and its level, complexity, and whether a person is chosen at once.

use askama::Template;
use axum::extract::State;
use kernel::error::{Error, Errors};
use web::{App, Choice, FormData, FormView, Page, Shell, html};

use super::names::Names;
use super::settings::{Tab, answer, keep, tabs};
use crate::ticket::value::Category;
use crate::triage::{self, Route};

const PATH: &str = "/settings/desk/assignment";

#[derive(Template)]
#[template(path = "console/views/settings_assignment.html")]
struct Routes {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    categories: &'static [Category],
    teams: Vec<Choice>,
    skills: Vec<Choice>,
    levels: Vec<Choice>,
    complexities: Vec<Choice>,
}

fn field(category: Category, name: &str) -> String {
    format!("{category}.{name}")
}

impl Routes {
    /// What stands in a field of a category.
    fn value(&self, category: &Category, name: &str) -> &str {
        self.form.value(&field(*category, name))
    }

    /// The columns that are selects: part of the field's name, its choices, key of the column's name.
    fn columns(&self) -> [(&'static str, &[Choice], &'static str); 4] {
        [
            ("team", &self.teams, "desk-page-team"),
            ("skill", &self.skills, "desk-page-route-skill"),
            ("level", &self.levels, "desk-page-route-level"),
            ("complexity", &self.complexities, "desk-page-field-complexity"),
        ]
    }

    fn error(&self, category: &Category, name: &str) -> Option<&str> {
        self.form.error(&field(*category, name))
    }
}

async fn view(app: &App, page: &Page, refused: Option<FormView>) -> web::Result<Routes> {
    let cx = page.cx.clone();
    let (routes, names, skills) = app
        .db
        .read(move |tx| {
            let routes = triage::routes(tx, &cx)?;
            Ok((routes, Names::load(tx, &[])?, people::skill::store::list(tx)?))
        })
        .await?;
    let mut teams = vec![Choice::new("", page.t("desk-page-no-team"))];
    teams.extend(
        names
            .teams
            .iter()
            .map(|(team, name)| Choice::new(team.to_string(), name)),
    );
    let mut choices = vec![Choice::new("", page.t("desk-page-route-any-skill"))];
    choices.extend(
        skills
            .into_iter()
            .map(|skill| Choice::new(skill.name, skill.title)),
    );
    // A skill that left the matrix still stands in the route until somebody chooses another.
    for skill in routes.iter().filter_map(|route| route.skill.as_ref()) {
        if !choices.iter().any(|choice| choice.value == *skill) {
            choices.push(Choice::new(skill, skill));
        }
    }
    let levels = |key: &str| {
        (1..=3)
            .map(|level| Choice::new(level.to_string(), page.t(&format!("{key}{level}"))))
            .collect()
    };
    Ok(Routes {
        shell: page.shell(app, page.t("desk-page-settings-assignment")).await?,
        tabs: tabs(page, PATH),
        form: refused.unwrap_or_else(|| filled(&routes)),
        categories: Category::ALL,
        teams,
        skills: choices,
        levels: levels("desk-page-skill-level-"),
        complexities: levels("desk-page-complexity-"),
    })
}

fn filled(routes: &[Route]) -> FormView {
    let mut pairs = Vec::new();
    for route in routes {
        let values = [
            (
                "team",
                route.team.map(|team| team.to_string()).unwrap_or_default(),
            ),
            ("skill", route.skill.clone().unwrap_or_default()),
            ("level", route.level.to_string()),
            ("complexity", route.complexity.to_string()),
            ("automatic", route.automatic.to_string()),
        ];
        pairs.extend(values.map(|(name, value)| (field(route.category, name), value)));
    }
    FormData::from_pairs(pairs).view()
}

/// `GET /settings/desk/assignment`
pub(super) async fn show(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None).await?)
}

/// `POST /settings/desk/assignment`: all categories at once.
pub(super) async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let keeping = keep(&app, &page, read(&form), |tx, cx, routes| {
        routes
            .iter()
            .try_for_each(|route| triage::save_route(tx, cx, route))
    })
    .await;
    let again = async |form| view(&app, &page, Some(form)).await;
    answer(&page, keeping, &form, PATH, again).await
}

fn read(form: &FormData) -> kernel::Result<Vec<Route>> {
    let mut errors = Errors::new();
    let mut routes = Vec::new();
    for category in Category::ALL {
        match read_one(form, *category) {
            Ok(route) => routes.push(route),
            Err(error) => errors.absorb(&error),
        }
    }
    errors.finish()?;
    Ok(routes)
}

fn read_one(form: &FormData, category: Category) -> kernel::Result<Route> {
    let name = |part: &str| field(category, part);
    let malformed = |part: &str| Error::invalid("web.form.malformed").field(name(part));
    let number = |part: &str| {
        let level: i64 = form.text(&name(part)).parse().map_err(|_| malformed(part))?;
        if (1..=3).contains(&level) {
            Ok(level)
        } else {
            Err(malformed(part))
        }
    };
    Ok(Route {
        category,
        team: form
            .optional(&name("team"))
            .map(str::parse)
            .transpose()
            .map_err(|_| malformed("team"))?,
        skill: form.optional(&name("skill")).map(str::to_owned),
        level: number("level")?,
        complexity: number("complexity")?,
        automatic: form.checked(&name("automatic")),
    })
}

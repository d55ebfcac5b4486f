//! `/knowledge/{number}/facts`: what an article is about, who reads it, and who looks after it.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{CATEGORIES, done, given, kinds, mend, people, spaces};
use crate::visibility::{EVERYONE, PUBLIC, STAFF};
use crate::{Article, Facts, Kind, Number, WRITE, article, reading, synonym, writing};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(WRITE);
    Routes::new()
        .page(Method::GET, "/knowledge/{number}/facts", needed, ask)
        .page(Method::POST, "/knowledge/{number}/facts", needed, save)
}

const ORGANISATION: &str = "organisation:";

#[derive(Template)]
#[template(path = "pages/views/facts.html")]
struct View {
    shell: Shell,
    number: Number,
    title: String,
    form: FormView,
    kinds: Vec<Choice>,
    spaces: Vec<Choice>,
    categories: Vec<Choice>,
    people: Vec<Choice>,
    audience: Vec<Choice>,
    teams: Vec<Choice>,
    roles: Vec<Choice>,
    /// The terms that are ticked.
    chosen: Vec<String>,
}

impl View {
    fn has(&self, choice: &Choice) -> bool {
        self.chosen.contains(&choice.value)
    }

    fn any(&self, choices: &[Choice]) -> bool {
        choices.iter().any(|choice| self.has(choice))
    }
}

/// Somebody with a part of the answer, or the form as it is stored.
async fn view(
    app: &App,
    page: &Page,
    number: Number,
    refused: Option<(FormView, Vec<String>)>,
) -> web::Result<View> {
    let (cx, shell) = (page.cx.clone(), Shell::plain(&page.cx));
    let read = move |tx: &mut Tx<'_>| {
        let article = reading::writable(tx, &cx, number)?;
        let lines = reading::lines(tx, &cx, &[number])?;
        let title = lines
            .into_iter()
            .next()
            .map_or_else(|| article.key(), |line| line.title);
        let team = |team: people::team::Team| Choice::new(format!("team:{}", team.id), team.name);
        let teams: Vec<Choice> = people::team::store::list(tx)?.into_iter().map(team).collect();
        let role = |role: people::role::Role| Choice::new(format!("role:{}", role.name), role.words(&shell));
        let roles: Vec<Choice> = people::role::all(tx)?.into_iter().map(role).collect();
        Ok((
            article,
            title,
            spaces(tx, cx.locale)?,
            people(tx, &cx)?,
            teams,
            roles,
        ))
    };
    let (article, title, spaces, people, teams, roles) = app.db.read(read).await?;
    let (form, chosen) = refused.unwrap_or_else(|| (filled(&article), article.audience.clone()));
    let mut categories = vec![Choice::new("", page.t("knowledge-page-no-category"))];
    categories.extend(
        CATEGORIES
            .iter()
            .map(|one| Choice::new(*one, page.t(&format!("knowledge-page-category-{one}")))),
    );
    let mut owners = vec![Choice::new("", page.t("knowledge-page-nobody"))];
    owners.extend(people);
    let key = article::key(number);
    Ok(View {
        shell: page
            .shell(
                app,
                page.cx
                    .locale
                    .t_with("knowledge-page-facts-title", &[("key", key.into())]),
            )
            .await?,
        number,
        title,
        form,
        kinds: kinds(page),
        spaces,
        categories,
        people: owners,
        audience: [PUBLIC, EVERYONE, STAFF]
            .map(|term| Choice::new(term, page.t(&format!("knowledge-page-audience-{term}"))))
            .to_vec(),
        teams,
        roles,
        chosen,
    })
}

fn filled(article: &Article) -> FormView {
    let organisations: Vec<&str> = article
        .audience
        .iter()
        .filter_map(|term| term.strip_prefix(ORGANISATION))
        .collect();
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    FormView::of([
        ("kind", article.kind.as_str().to_owned()),
        ("space", article.space.clone()),
        ("parent", number(article.parent)),
        ("category", article.category.clone().unwrap_or_default()),
        (
            "owner",
            article.owner.map(|owner| owner.to_string()).unwrap_or_default(),
        ),
        ("software", article.software.clone().unwrap_or_default()),
        (
            "software_version",
            article.software_version.clone().unwrap_or_default(),
        ),
        ("review_months", number(article.review_months)),
        ("organisations", organisations.join(", ")),
        ("version", article.version.to_string()),
    ])
}

/// `GET /knowledge/{number}/facts`
async fn ask(State(app): State<App>, page: Page, Path(number): Path<Number>) -> web::Result {
    html(view(&app, &page, number, None).await?)
}

/// The terms of a form: boxes and organisations.
fn terms(form: &FormData) -> Vec<String> {
    let mut terms: Vec<String> = form.all("audience").map(str::to_owned).collect();
    let organisations = synonym::words(form.text("organisations"));
    terms.extend(
        organisations
            .into_iter()
            .map(|name| format!("{ORGANISATION}{name}")),
    );
    terms
}

fn facts(form: &FormData) -> Result<Facts> {
    let kind = Kind::parse(form.text("kind"));
    let parent = form.text("parent");
    let parent = parent
        .get(..3)
        .filter(|head| head.eq_ignore_ascii_case("kb-"))
        .map_or(parent, |_| &parent[3..]);
    let parent = Some(parent)
        .filter(|parent| !parent.is_empty())
        .map(str::parse)
        .transpose();
    Ok(Facts {
        kind: kind.ok_or_else(|| Error::invalid("web.form.choice").field("kind"))?,
        space: form.text("space").to_owned(),
        parent: parent.map_err(|_| Error::invalid("web.form.malformed").field("parent"))?,
        category: form.optional("category").map(str::to_owned),
        audience: terms(form),
        owner: given(form, "owner")?,
        software: form.optional("software").map(str::to_owned),
        software_version: form.optional("software_version").map(str::to_owned),
        review_months: given(form, "review_months")?,
    })
}

/// `POST /knowledge/{number}/facts`
async fn save(State(app): State<App>, page: Page, Path(number): Path<Number>, form: FormData) -> web::Result {
    let (cx, version) = (page.cx.clone(), form.text("version").parse().unwrap_or_default());
    let saving = match facts(&form) {
        Ok(facts) => {
            let write = move |tx: &mut Tx<'_>| writing::change(tx, &cx, number, version, &facts).map(drop);
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match saving {
        Ok(()) => done(
            &page,
            &format!("/knowledge/{number}"),
            "knowledge-page-facts-saved",
        ),
        Err(error) => {
            let refused = (mend(&page, &form, error)?, terms(&form));
            unprocessable(view(&app, &page, number, Some(refused)).await?)
        }
    }
}

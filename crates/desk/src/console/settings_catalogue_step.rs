//! One step of a request type's approval in the settings: who is asked, how many must say yes, and who stands in.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind};
use kernel::id::UserId;
use people::{role, team, user};
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::settings::{Tab, keep, saved, tabs};
use super::settings_catalogue::{PATH, known, of_part};
use super::wording::choices;
use crate::catalogue::approval::{ApprovalRule, Approvers, Step};
use crate::catalogue::{RequestType, settings};
use crate::ticket::access;

#[derive(Template)]
#[template(path = "console/views/settings_catalogue_step.html")]
struct Form {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    id: String,
    type_name: String,
    /// The address of the step; none for a new one.
    action: Option<String>,
    approvers: Vec<Choice>,
    rules: Vec<Choice>,
    roles: Vec<Choice>,
    teams: Vec<Choice>,
}

async fn view(
    app: &App,
    page: &Page,
    of: &RequestType,
    number: Option<usize>,
    form: FormView,
) -> web::Result<Form> {
    let locale = page.cx.locale;
    let (teams, roles) = app
        .db
        .read(|tx| Ok((team::store::list(tx)?, role::all(tx)?)))
        .await?;
    let mut team_choices = vec![Choice::new("", page.t("desk-catalogue-none"))];
    team_choices.extend(
        teams
            .into_iter()
            .map(|team| Choice::new(team.id.to_string(), team.name)),
    );
    let title = page.t(if number.is_some() {
        "desk-catalogue-step-edit"
    } else {
        "desk-catalogue-step-new"
    });
    let shell = page.shell(app, title).await?;
    let mut role_choices = vec![Choice::new("", page.t("desk-catalogue-none"))];
    role_choices.extend(
        roles
            .iter()
            .map(|role| Choice::new(&role.name, role.words(&shell))),
    );
    Ok(Form {
        shell,
        tabs: tabs(page, PATH),
        form,
        type_name: of.name(locale).to_owned(),
        action: number.map(|number| format!("{PATH}/{}/steps/{number}", of.id)),
        approvers: choices!(Approvers, locale),
        rules: ApprovalRule::ALL
            .iter()
            .map(|rule| Choice::new(rule.as_str(), page.t(&format!("desk-catalogue-rule-{rule}"))))
            .collect(),
        roles: role_choices,
        teams: team_choices,
        id: of.id.clone(),
    })
}

/// People as addresses, one a line.
fn addresses(tx: &mut Tx<'_>, people: &[UserId]) -> kernel::Result<String> {
    let cards = user::store::cards(tx, people)?;
    let emails = people
        .iter()
        .filter_map(|one| cards.get(one))
        .map(|card| card.email.clone());
    Ok(emails.collect::<Vec<_>>().join("\n"))
}

async fn filled(app: &App, of: &RequestType, step: &Step) -> kernel::Result<FormView> {
    let (people, stand_ins) = (step.people.clone(), step.stand_ins.clone());
    let read = app
        .db
        .read(move |tx| Ok((addresses(tx, &people)?, addresses(tx, &stand_ins)?)));
    let (people, stand_ins) = read.await?;
    Ok(FormView::of([
        ("version", of.version.to_string()),
        ("who", step.who.to_string()),
        ("people", people),
        ("role", step.role.clone()),
        ("team", step.team.map(|team| team.to_string()).unwrap_or_default()),
        ("rule", step.rule.to_string()),
        ("quorum", step.quorum.to_string()),
        ("stand_ins", stand_ins),
    ]))
}

/// What the form says; people still by address.
#[derive(Clone)]
struct Wanted {
    step: Step,
    people: Vec<String>,
    stand_ins: Vec<String>,
}

fn read(form: &FormData) -> kernel::Result<Wanted> {
    let mut errors = Errors::new();
    let quorum = match form.optional("quorum") {
        Some(_) => form.parse::<i64>("quorum", &mut errors).unwrap_or(0),
        None => 0,
    };
    errors.finish()?;
    let team = form.optional("team").map(str::parse).transpose();
    let listed = |name: &str| -> Vec<String> {
        let words = form.text(name).split(['\n', ',', ';', '，', '；', ' ']);
        words
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    };
    Ok(Wanted {
        step: Step {
            who: Approvers::parse(form.text("who"))?,
            people: Vec::new(),
            role: form.text("role").to_owned(),
            team: team.map_err(|_| Error::invalid("web.form.malformed").field("team"))?,
            rule: ApprovalRule::parse(form.text("rule"))?,
            quorum,
            stand_ins: Vec::new(),
        },
        people: listed("people"),
        stand_ins: listed("stand_ins"),
    })
}

impl Wanted {
    /// With the people found; only what belongs to who is asked is kept.
    fn found(&self, tx: &mut Tx<'_>) -> kernel::Result<Step> {
        let mut step = self.step.clone();
        if step.who == Approvers::People {
            step.people = find(tx, "people", &self.people)?;
        }
        step.stand_ins = find(tx, "stand_ins", &self.stand_ins)?;
        if step.who != Approvers::Role {
            step.role.clear();
        }
        if step.who != Approvers::Team {
            step.team = None;
        }
        if step.rule != ApprovalRule::Quorum {
            step.quorum = 0;
        }
        Ok(step)
    }
}

fn find(tx: &mut Tx<'_>, field: &str, addresses: &[String]) -> kernel::Result<Vec<UserId>> {
    let mut people = Vec::new();
    for address in addresses {
        let found = user::store::find_by_email(tx, address)?.filter(|user| user.active);
        let found = found.ok_or_else(|| {
            let short: String = address.chars().take(80).collect();
            Error::invalid("desk.api.person_unknown")
                .field(field)
                .arg("value", short)
        })?;
        if !people.contains(&found.id) {
            people.push(found.id);
        }
    }
    Ok(people)
}

/// `GET /settings/desk/catalogue/{id}/steps/new`
async fn new(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let of = known(&app, &page, &id).await?;
    let form = FormView::of([
        ("version", of.version.to_string()),
        ("who", Approvers::Manager.to_string()),
        ("rule", ApprovalRule::One.to_string()),
    ]);
    html(view(&app, &page, &of, None, form).await?)
}

fn step(of: &RequestType, number: usize) -> kernel::Result<&Step> {
    let index = number.checked_sub(1).ok_or_else(Error::not_found)?;
    of.definition.approval.get(index).ok_or_else(Error::not_found)
}

/// `GET /settings/desk/catalogue/{id}/steps/{step}`
async fn edit(State(app): State<App>, page: Page, Path((id, number)): Path<(String, usize)>) -> web::Result {
    let of = known(&app, &page, &id).await?;
    let form = filled(&app, &of, step(&of, number)?).await?;
    html(view(&app, &page, &of, Some(number), form).await?)
}

/// `POST /settings/desk/catalogue/{id}/steps`
async fn add(State(app): State<App>, page: Page, Path(id): Path<String>, form: FormData) -> web::Result {
    store(&app, &page, (id, None), form).await
}

/// `POST /settings/desk/catalogue/{id}/steps/{step}`
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
        step(&of, number)?;
    }
    let index = number.map_or(of.definition.approval.len(), |number| number - 1);
    let (version, wanted_id) = (form.text("version").parse().ok(), id.clone());
    let keeping = keep(app, page, read(&form), move |tx, cx, wanted| {
        cx.require(access::SETTINGS)?;
        let step = wanted.found(tx)?;
        settings::change_part(tx, cx, &wanted_id, version, |definition| {
            match definition.approval.get_mut(index) {
                Some(found) => *found = step,
                None => definition.approval.push(step),
            }
            Ok(())
        })
    });
    match keeping.await {
        Ok(_) => saved(page, &format!("{PATH}/{id}")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let error = of_part(error, &format!("approval[{index}]."));
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(app, page, &of, number, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/desk/catalogue/{id}/steps/{step}/removal`: what was asked goes on as it was asked.
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
                .filter(|index| *index < definition.approval.len());
            definition.approval.remove(index.ok_or_else(Error::not_found)?);
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
        .page(get.clone(), "/settings/desk/catalogue/{id}/steps/new", need, new)
        .page(post.clone(), "/settings/desk/catalogue/{id}/steps", need, add)
        .page(get, "/settings/desk/catalogue/{id}/steps/{step}", need, edit)
        .page(
            post.clone(),
            "/settings/desk/catalogue/{id}/steps/{step}",
            need,
            save,
        )
        .page(
            post,
            "/settings/desk/catalogue/{id}/steps/{step}/removal",
            need,
            remove,
        )
}

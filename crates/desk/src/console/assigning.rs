//! Giving a ticket to somebody, and the answer to "why this person?".

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use web::{App, Choice, FormData, FormView, Page, Path, Query, Shell, html};

use super::asked::Asked;
use super::changed::{self, Act, mend, shown};
use super::gone;
use super::names::{Names, Person};
use crate::assignment::{Assignment, Outcome, Reckoned};
use crate::ticket::{self, Assign, assigning};

#[derive(Template)]
#[template(path = "console/views/assign.html", blocks = ["act"])]
struct AssignForm {
    shell: Shell,
    act: Act,
    form: FormView,
    teams: Vec<Choice>,
    people: Vec<Choice>,
    /// Whom the reckoning would choose now.
    suggested: Option<String>,
}

async fn show(app: &App, page: &Page, number: i64, asked: &Asked, filled: Option<FormView>) -> web::Result {
    let cx = page.cx.clone();
    let (ticket, suggestion, names, staff) = app
        .db
        .read(move |tx| {
            let view = ticket::load(tx, &cx, number)?;
            let suggestion = assigning::suggest(tx, &cx, number)?.assignee;
            let names = Names::load(tx, &suggestion.into_iter().collect::<Vec<_>>())?;
            Ok((view.ticket, suggestion, names, people::user::store::staff(tx)?))
        })
        .await?;
    let text = |id: Option<String>| id.unwrap_or_default();
    let form = filled.unwrap_or_else(|| {
        FormView::of([
            ("team", text(ticket.team.map(|team| team.to_string()))),
            ("assignee", text(ticket.assignee.map(|person| person.to_string()))),
        ])
    });
    let tier = |tier: Option<i64>| tier.map(|tier| format!(" · L{tier}")).unwrap_or_default();
    let mut people = vec![
        Choice::new("", page.t("desk-page-assign-queue")),
        Choice::new("auto", page.t("desk-page-assign-auto")),
    ];
    people.extend(
        staff
            .into_iter()
            .map(|card| Choice::new(card.id.to_string(), format!("{}{}", card.name, tier(card.tier)))),
    );
    let mut teams = vec![Choice::new("", page.t("desk-page-no-team"))];
    teams.extend(
        names
            .teams
            .iter()
            .map(|(team, name)| Choice::new(team.to_string(), name)),
    );
    let act = Act::new(page, number, "assignment", asked, "desk-page-assign-submit");
    let shell = page.shell(app, page.t("desk-page-assign-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    let suggested = suggestion.map(|person| names.person(person).name);
    shown!(
        AssignForm {
            shell,
            act,
            form,
            teams,
            people,
            suggested
        },
        dialog,
        refused
    )
}

/// `GET /tickets/{number}/assignment`
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    show(&app, &page, number, &asked, None).await
}

/// `POST /tickets/{number}/assignment`
pub(super) async fn assign(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&form) {
        Ok((to, team)) => {
            app.db
                .write(move |tx| {
                    // The reckoning chooses among the team that was picked beside it.
                    if let (Assign::Automatically, Some(team)) = (to, team) {
                        ticket::assign(tx, &cx, number, Assign::Team(team))?;
                    }
                    ticket::assign(tx, &cx, number, to)
                })
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(ticket) => match gone::words(&app, &page.cx, &ticket).await? {
            Some(words) => gone::back(&page, &asked, &words),
            None => changed::answer(&app, &page, number, &asked, "desk-page-assigned").await,
        },
        Err(error) => show(&app, &page, number, &asked, Some(mend(&form, error, &page)?)).await,
    }
}

fn wanted(form: &FormData) -> kernel::Result<(Assign, Option<TeamId>)> {
    let malformed = |field: &str| Error::invalid("web.form.malformed").field(field);
    let team: Option<TeamId> = form
        .optional("team")
        .map(str::parse)
        .transpose()
        .map_err(|_| malformed("team"))?;
    let to = match form.optional("assignee") {
        Some("auto") => Assign::Automatically,
        Some(person) => {
            let person: UserId = person.parse().map_err(|_| malformed("assignee"))?;
            team.map_or(Assign::Person(person), |team| Assign::PersonInTeam(person, team))
        }
        None => team.map_or(Assign::Nobody, Assign::Team),
    };
    Ok((to, team))
}

/// `POST /tickets/{number}/assignment/mine`: takes the ticket oneself.
pub(super) async fn take(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| ticket::take(tx, &cx, number)).await?;
    changed::answer(&app, &page, number, &asked, "desk-page-taken").await
}

/// One assignment with its reckoning.
struct Told {
    at: Timestamp,
    person: Option<Person>,
    team: Option<String>,
    outcome: Outcome,
    demand: Option<crate::assignment::Demand>,
    candidates: Vec<(Reckoned, Person)>,
}

#[derive(Template)]
#[template(path = "console/views/why.html", blocks = ["reason"])]
struct Why {
    shell: Shell,
    back: String,
    told: Vec<Told>,
    skills: BTreeMap<String, String>,
    dialog: bool,
}

/// `GET /tickets/{number}/assignment/reason`: how each owner came to the ticket, the latest first.
pub(super) async fn why(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    let (told, skills) = app
        .db
        .read(move |tx| {
            let assignments = assigning::why(tx, &cx, number)?;
            let people: Vec<UserId> = assignments
                .iter()
                .flat_map(|one| {
                    one.assignee
                        .into_iter()
                        .chain(one.reason.candidates.iter().map(|found| found.user))
                })
                .collect();
            let names = Names::load(tx, &people)?;
            let told: Vec<Told> = assignments.into_iter().map(|one| tell(one, &names)).collect();
            let skills = people::skill::store::list(tx)?
                .into_iter()
                .map(|skill| (skill.name, skill.title));
            Ok((told, skills.collect::<BTreeMap<_, _>>()))
        })
        .await?;
    let shell = page.shell(&app, page.t("desk-page-why-title")).await?;
    let back = format!("/tickets/{number}{}", asked.beside(asked.queue()));
    let dialog = page.partial;
    let view = Why {
        shell,
        back,
        told,
        skills,
        dialog,
    };
    if dialog {
        html(view.as_reason())
    } else {
        html(view)
    }
}

fn tell(one: Assignment, names: &Names) -> Told {
    let with_name = |found: Reckoned| {
        let person = names.person(found.user);
        (found, person)
    };
    Told {
        at: one.at,
        person: one.assignee.map(|person| names.person(person)),
        team: one.team.and_then(|team| names.team(team)).map(str::to_owned),
        outcome: one.reason.outcome,
        demand: one.reason.demand,
        candidates: one.reason.candidates.into_iter().map(with_name).collect(),
    }
}

impl Why {
    /// What people call a skill.
    fn skill<'a>(&'a self, name: &'a str) -> &'a str {
        self.skills.get(name).map_or(name, String::as_str)
    }
}

//! Giving a ticket to somebody, and the answer to "why this person?".

use std::collections::BTreeMap;

use askama::Template;
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use web::{Choice, FormData, FormView, Shell, html};

use super::acting::{Act, OnTicket, given, required, shown};
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

async fn show(on: &OnTicket, filled: Option<FormView>) -> web::Result {
    let (ticket, suggestion, names, staff) = on
        .read(|tx, cx, number| {
            let view = ticket::load(tx, cx, number)?;
            let suggestion = assigning::suggest(tx, cx, number)?.assignee;
            let names = Names::load(tx, &suggestion.into_iter().collect::<Vec<_>>())?;
            Ok((view.ticket, suggestion, names, people::user::store::staff(tx)?))
        })
        .await?;
    let page = &on.page;
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
    let (shell, act) = on
        .frame("assignment", "desk-page-assign-title", "desk-page-assign-submit")
        .await?;
    let suggested = suggestion.map(|person| names.person(person).name);
    shown!(AssignForm {
        shell,
        act,
        form,
        teams,
        people,
        suggested
    })
}

/// `GET /tickets/{number}/assignment`
pub(super) async fn ask(on: OnTicket) -> web::Result {
    show(&on, None).await
}

/// `POST /tickets/{number}/assignment`
pub(super) async fn assign(on: OnTicket, form: FormData) -> web::Result {
    let assigning = on
        .run_with(wanted(&form), |tx, cx, number, (to, team)| {
            // The reckoning chooses among the team that was picked beside it.
            if let (Assign::Automatically, Some(team)) = (to, team) {
                ticket::assign(tx, cx, number, Assign::Team(*team))?;
            }
            ticket::assign(tx, cx, number, *to)
        })
        .await;
    match assigning {
        Ok(ticket) => gone::answer(&on, ticket, "desk-page-assigned").await,
        Err(error) => show(&on, Some(on.mend(&form, error)?)).await,
    }
}

fn wanted(form: &FormData) -> kernel::Result<(Assign, Option<TeamId>)> {
    let team: Option<TeamId> = given(form, "team")?;
    let to = match form.optional("assignee") {
        Some("auto") => Assign::Automatically,
        Some(_) => {
            let person: UserId = required(form, "assignee")?;
            team.map_or(Assign::Person(person), |team| Assign::PersonInTeam(person, team))
        }
        None => team.map_or(Assign::Nobody, Assign::Team),
    };
    Ok((to, team))
}

/// `POST /tickets/{number}/assignment/mine`: takes the ticket oneself.
pub(super) async fn take(on: OnTicket) -> web::Result {
    on.run(ticket::take).await?;
    on.done("desk-page-taken").await
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
pub(super) async fn why(on: OnTicket) -> web::Result {
    let (told, skills) = on
        .read(|tx, cx, number| {
            let assignments = assigning::why(tx, cx, number)?;
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
    let shell = on.page.shell(&on.app, on.page.t("desk-page-why-title")).await?;
    let back = format!("/tickets/{}{}", on.number, on.beside());
    let dialog = on.page.partial;
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

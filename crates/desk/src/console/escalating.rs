//! Escalating with a hand-off: what was tried, what is known, where the boundary lies. None of it can be skipped.

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use web::{App, Choice, FormData, FormView, Page, Path, Query, Shell};

use super::asked::Asked;
use super::changed::{self, Act, mend, shown};
use super::composing;
use super::gone;
use super::names::Names;
use crate::ticket::escalating::Handoff;
use crate::ticket::{self, Escalate, Tier, access};

#[derive(Template)]
#[template(path = "console/views/escalate.html", blocks = ["act"])]
struct EscalateForm {
    shell: Shell,
    act: Act,
    form: FormView,
    tiers: Vec<Choice>,
    teams: Vec<Choice>,
    people: Vec<Choice>,
}

async fn show(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let cx = page.cx.clone();
    let (ticket, names, staff) = app
        .db
        .read(move |tx| {
            let view = ticket::load(tx, &cx, number)?;
            access::check(&cx, access::ESCALATE, &view.ticket)?;
            Ok((
                view.ticket,
                Names::load(tx, &[])?,
                people::user::store::staff(tx)?,
            ))
        })
        .await?;
    let above = (1..=3).filter(|tier| *tier > ticket.tier.level());
    let tiers = above
        .map(|tier| Choice::new(tier.to_string(), page.t(&format!("desk-page-tier-{tier}"))))
        .collect();
    let mut teams = vec![Choice::new("", page.t("desk-page-escalate-same-team"))];
    teams.extend(
        names
            .teams
            .iter()
            .map(|(team, name)| Choice::new(team.to_string(), name)),
    );
    let mut people = vec![Choice::new("", page.t("desk-page-assign-auto"))];
    let higher = staff
        .into_iter()
        .filter(|card| card.tier.is_some_and(|tier| tier > ticket.tier.level()));
    people.extend(higher.map(|card| {
        let tier = card.tier.unwrap_or_default();
        Choice::new(card.id.to_string(), format!("{} · L{tier}", card.name))
    }));
    let act = Act::new(page, number, "escalation", asked, "desk-page-escalate-submit").kept("escalation");
    let shell = page.shell(app, page.t("desk-page-escalate-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(
        EscalateForm {
            shell,
            act,
            form,
            tiers,
            teams,
            people
        },
        dialog,
        refused
    )
}

/// `GET /tickets/{number}/escalation`
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let form = composing::begun(&app, &page, number, "escalation", FormView::empty()).await?;
    show(&app, &page, number, &asked, form).await
}

/// `POST /tickets/{number}/escalation`
pub(super) async fn escalate(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&form) {
        Ok(wanted) => {
            app.db
                .write(move |tx| {
                    ticket::discard_form_draft(tx, &cx, number, "escalation")?;
                    ticket::escalate(tx, &cx, number, wanted.clone())
                })
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(ticket) => match gone::words(&app, &page.cx, &ticket).await? {
            Some(words) => gone::back(&page, &asked, &words),
            None => changed::answer(&app, &page, number, &asked, "desk-page-escalated").await,
        },
        Err(error) => show(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

fn wanted(form: &FormData) -> kernel::Result<Escalate> {
    let malformed = |field: &str| Error::invalid("web.form.malformed").field(field);
    let tier: i64 = form.text("tier").parse().map_err(|_| malformed("tier"))?;
    Ok(Escalate {
        tier: Tier::new(tier)?,
        handoff: Handoff {
            tried: form.text("handoff.tried").to_owned(),
            known: form.text("handoff.known").to_owned(),
            boundary: form.text("handoff.boundary").to_owned(),
        },
        team: form
            .optional("team")
            .map(str::parse)
            .transpose()
            .map_err(|_| malformed("team"))?,
        assignee: form
            .optional("assignee")
            .map(str::parse)
            .transpose()
            .map_err(|_| malformed("assignee"))?,
    })
}

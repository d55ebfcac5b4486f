//! Escalating with a hand-off: what was tried, what is known, where the boundary lies. None of it can be skipped.

use askama::Template;
use web::{Choice, FormData, FormView, Shell};

use super::acting::{Act, OnTicket, given, required, shown};
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

async fn show(on: &OnTicket, form: FormView) -> web::Result {
    let (ticket, names, staff) = on
        .read(|tx, cx, number| {
            let view = ticket::load(tx, cx, number)?;
            access::check(cx, access::ESCALATE, &view.ticket)?;
            Ok((
                view.ticket,
                Names::load(tx, &[])?,
                people::user::store::staff(tx)?,
            ))
        })
        .await?;
    let page = &on.page;
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
    let (shell, act) = on
        .frame(
            "escalation",
            "desk-page-escalate-title",
            "desk-page-escalate-submit",
        )
        .await?;
    let act = act.kept("escalation");
    shown!(EscalateForm {
        shell,
        act,
        form,
        tiers,
        teams,
        people
    })
}

/// `GET /tickets/{number}/escalation`
pub(super) async fn ask(on: OnTicket) -> web::Result {
    let form = composing::begun(&on, "escalation", FormView::empty()).await?;
    show(&on, form).await
}

/// `POST /tickets/{number}/escalation`
pub(super) async fn escalate(on: OnTicket, form: FormData) -> web::Result {
    let escalating = on
        .run_with(wanted(&form), |tx, cx, number, wanted| {
            ticket::discard_form_draft(tx, cx, number, "escalation")?;
            ticket::escalate(tx, cx, number, wanted.clone())
        })
        .await;
    match escalating {
        Ok(ticket) => gone::answer(&on, ticket, "desk-page-escalated").await,
        Err(error) => show(&on, on.mend(&form, error)?).await,
    }
}

fn wanted(form: &FormData) -> kernel::Result<Escalate> {
    Ok(Escalate {
        tier: Tier::new(required(form, "tier")?)?,
        handoff: Handoff {
            tried: form.text("handoff.tried").to_owned(),
            known: form.text("handoff.known").to_owned(),
            boundary: form.text("handoff.boundary").to_owned(),
        },
        team: given(form, "team")?,
        assignee: given(form, "assignee")?,
    })
}

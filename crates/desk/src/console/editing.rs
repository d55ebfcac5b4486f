//! Changing what a ticket says: title, details, priority, tags, next step; and watching it.

use askama::Template;
use kernel::error::Error;
use kernel::id::UserId;
use web::{Choice, FormData, FormView, Shell};

use super::acting::{Act, OnTicket, given, required, shown};
use super::moments;
use super::wording::choices;
use crate::ticket::changing::{NextStep, Pin};
use crate::ticket::value::{Category, Impact, Priority, TicketType, Urgency};
use crate::ticket::{self, Change, Environment, access};

/// Changes the ticket as a form wants it; shows the form again when that is refused.
async fn save(
    on: &OnTicket,
    form: &FormData,
    wanted: kernel::Result<Change>,
    show: impl AsyncFnOnce(&OnTicket, FormView) -> web::Result,
) -> web::Result {
    let changing = on
        .run_with(wanted, |tx, cx, number, wanted| {
            ticket::change(tx, cx, number, wanted.clone())
        })
        .await;
    on.answer(changing, form, "desk-page-saved", show).await
}

/// `POST /tickets/{number}/title`: edited in place; a refusal is a toast, and the old title stays.
pub(super) async fn title(on: OnTicket, form: FormData) -> web::Result {
    let wanted = Change {
        title: Some(form.text("title").to_owned()),
        ..Change::default()
    };
    on.run(move |tx, cx, number| ticket::change(tx, cx, number, wanted.clone()))
        .await?;
    on.done("desk-page-saved").await
}

#[derive(Template)]
#[template(path = "console/views/fields.html", blocks = ["act"])]
struct Fields {
    shell: Shell,
    act: Act,
    form: FormView,
    types: Vec<Choice>,
    categories: Vec<Choice>,
    complexities: Vec<Choice>,
}

async fn show_fields(on: &OnTicket, form: FormView) -> web::Result {
    let (page, locale) = (&on.page, on.page.cx.locale);
    let (shell, act) = on
        .frame("fields", "desk-page-fields-title", "desk-page-save")
        .await?;
    let complexity = |level: i64| {
        Choice::new(
            level.to_string(),
            page.t(&format!("desk-page-complexity-{level}")),
        )
    };
    shown!(Fields {
        shell,
        act,
        form,
        types: choices!(TicketType, locale),
        categories: choices!(Category, locale),
        complexities: (1..=3).map(complexity).collect(),
    })
}

/// `GET /tickets/{number}/fields`
pub(super) async fn ask_fields(on: OnTicket) -> web::Result {
    let ticket = on.load(access::CHANGE).await?.ticket;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let environment = &ticket.environment;
    let form = FormView::of([
        ("type", ticket.ticket_type.as_str().to_owned()),
        ("category", ticket.category.as_str().to_owned()),
        ("complexity", ticket.complexity.to_string()),
        ("environment.device", text(&environment.device)),
        ("environment.os", text(&environment.os)),
        ("environment.application", text(&environment.application)),
        ("environment.version", text(&environment.version)),
        ("steps", text(&ticket.steps)),
        ("error_text", text(&ticket.error_text)),
        ("version", ticket.version.to_string()),
    ]);
    show_fields(&on, form).await
}

/// `POST /tickets/{number}/fields`
pub(super) async fn fields(on: OnTicket, form: FormData) -> web::Result {
    save(&on, &form, wanted_fields(&form), show_fields).await
}

fn wanted_fields(form: &FormData) -> kernel::Result<Change> {
    Ok(Change {
        ticket_type: Some(TicketType::parse(form.text("type"))?),
        category: Some(Category::parse(form.text("category"))?),
        complexity: Some(required(form, "complexity")?),
        environment: Some(environment(form)),
        steps: Some(form.text("steps").to_owned()),
        error_text: Some(form.text("error_text").to_owned()),
        expected_version: form.text("version").parse().ok(),
        ..Change::default()
    })
}

/// The environment fields of a form.
pub(super) fn environment(form: &FormData) -> Environment {
    let field = |name: &str| form.optional(name).map(str::to_owned);
    Environment {
        device: field("environment.device"),
        os: field("environment.os"),
        application: field("environment.application"),
        version: field("environment.version"),
    }
}

#[derive(Template)]
#[template(path = "console/views/priority.html", blocks = ["act"])]
struct PriorityForm {
    shell: Shell,
    act: Act,
    form: FormView,
    impacts: Vec<Choice>,
    urgencies: Vec<Choice>,
    priorities: Vec<Choice>,
}

async fn show_priority(on: &OnTicket, form: FormView) -> web::Result {
    let (page, locale) = (&on.page, on.page.cx.locale);
    let (shell, act) = on
        .frame("priority", "desk-page-priority-title", "desk-page-save")
        .await?;
    let mut priorities = vec![Choice::new("", page.t("desk-page-priority-matrix"))];
    let fixed = Priority::ALL
        .iter()
        .map(|one| Choice::new(one.as_str(), page.t(&format!("desk-page-priority-{one}"))));
    priorities.extend(fixed);
    shown!(PriorityForm {
        shell,
        act,
        form,
        impacts: choices!(Impact, locale),
        urgencies: choices!(Urgency, locale),
        priorities,
    })
}

/// `GET /tickets/{number}/priority`
pub(super) async fn ask_priority(on: OnTicket) -> web::Result {
    let ticket = on.load(access::CHANGE).await?.ticket;
    let pinned = if ticket.priority_pinned {
        ticket.priority.as_str()
    } else {
        ""
    };
    let form = FormView::of([
        ("impact", ticket.impact.as_str()),
        ("urgency", ticket.urgency.as_str()),
        ("pinned", pinned),
    ]);
    show_priority(&on, form).await
}

/// `POST /tickets/{number}/priority`
pub(super) async fn priority(on: OnTicket, form: FormData) -> web::Result {
    save(&on, &form, wanted_priority(&form), show_priority).await
}

fn wanted_priority(form: &FormData) -> kernel::Result<Change> {
    let pin = match form.optional("pinned") {
        Some(word) => Pin::To(Priority::parse(word)?),
        None => Pin::Loose,
    };
    Ok(Change {
        impact: Some(Impact::parse(form.text("impact"))?),
        urgency: Some(Urgency::parse(form.text("urgency"))?),
        priority: Some(pin),
        ..Change::default()
    })
}

#[derive(Template)]
#[template(path = "console/views/tags.html", blocks = ["act"])]
struct Tags {
    shell: Shell,
    act: Act,
    form: FormView,
    /// Tags in use, for completion.
    known: Vec<String>,
}

const KNOWN_TAGS: i64 = 200;

async fn show_tags(on: &OnTicket, form: FormView) -> web::Result {
    let known = on
        .read(|tx, _, _| ticket::store::tags_like(tx, "", KNOWN_TAGS))
        .await?;
    let (shell, act) = on.frame("tags", "desk-page-tags-title", "desk-page-save").await?;
    shown!(Tags {
        shell,
        act,
        form,
        known
    })
}

/// `GET /tickets/{number}/tags`
pub(super) async fn ask_tags(on: OnTicket) -> web::Result {
    let view = on.load(access::CHANGE).await?;
    show_tags(&on, FormView::of([("tags", view.tags.join(", "))])).await
}

/// `POST /tickets/{number}/tags`: all tags the ticket shall have, separated by commas of either script.
pub(super) async fn tags(on: OnTicket, form: FormData) -> web::Result {
    let tags = form
        .text("tags")
        .split([',', '，', '、', '\n'])
        .map(|tag| tag.trim().to_owned())
        .collect();
    let wanted = Change {
        tags: Some(tags),
        ..Change::default()
    };
    save(&on, &form, Ok(wanted), show_tags).await
}

#[derive(Template)]
#[template(path = "console/views/next_step.html", blocks = ["act"])]
struct Next {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_next(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame("next-step", "desk-page-next-title", "desk-page-save")
        .await?;
    shown!(Next { shell, act, form })
}

/// `GET /tickets/{number}/next-step`
pub(super) async fn ask_next_step(on: OnTicket) -> web::Result {
    let ticket = on.load(access::CHANGE).await?.ticket;
    let at = ticket
        .next_step_at
        .map(|at| moments::show(at, &on.page.cx.time_zone))
        .unwrap_or_default();
    let form = FormView::of([
        ("next_step", ticket.next_step.unwrap_or_default()),
        ("next_step_at", at),
    ]);
    show_next(&on, form).await
}

/// `POST /tickets/{number}/next-step`
pub(super) async fn next_step(on: OnTicket, form: FormData) -> web::Result {
    let at = moments::read(form.text("next_step_at"), &on.page.cx.time_zone, "next_step_at");
    let wanted = at.map(|at| Change {
        next_step: Some(NextStep {
            what: form.text("next_step").to_owned(),
            at,
        }),
        ..Change::default()
    });
    save(&on, &form, wanted, show_next).await
}

/// Whom a form means: the person it names by address or id, else the reader.
async fn meant(on: &OnTicket, form: &FormData) -> kernel::Result<UserId> {
    if let Some(person) = given(form, "person")? {
        return Ok(person);
    }
    let Some(email) = form.optional("email").map(str::to_owned) else {
        return on.page.cx.user_id().ok_or_else(Error::unauthenticated);
    };
    let found = on
        .read(move |tx, _, _| people::user::store::find_by_email(tx, &email))
        .await?;
    found
        .map(|user| user.id)
        .ok_or_else(|| Error::invalid("desk.page.person_unknown").field("email"))
}

/// `POST /tickets/{number}/watching`
pub(super) async fn watch(on: OnTicket, form: FormData) -> web::Result {
    on.load(access::READ).await?;
    let person = meant(&on, &form).await?;
    on.run(move |tx, cx, number| ticket::watch(tx, cx, number, person))
        .await?;
    on.done("desk-page-watching").await
}

/// `POST /tickets/{number}/unwatching`
pub(super) async fn unwatch(on: OnTicket, form: FormData) -> web::Result {
    let person = meant(&on, &form).await?;
    on.run(move |tx, cx, number| ticket::unwatch(tx, cx, number, person))
        .await?;
    on.done("desk-page-unwatched").await
}

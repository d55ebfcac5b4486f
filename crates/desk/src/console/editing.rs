//! Changing what a ticket says: title, details, priority, tags, next step; and watching it.

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use kernel::id::UserId;
use web::{App, Choice, FormData, FormView, Page, Path, Query, Shell};

use super::asked::Asked;
use super::changed::{self, Act, may, mend, shown};
use super::moments;
use super::wording::choices;
use crate::ticket::changing::{NextStep, Pin};
use crate::ticket::value::{Category, Impact, Priority, TicketType, Urgency};
use crate::ticket::{self, Change, Environment, View, access};

/// Loads a ticket for a form that changes it.
async fn load(app: &App, page: &Page, number: i64) -> web::Result<View> {
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| {
        let view = ticket::load(tx, &cx, number)?;
        access::check(&cx, access::CHANGE, &view.ticket)?;
        Ok(view)
    });
    Ok(found.await?)
}

async fn change(app: &App, page: &Page, number: i64, change: kernel::Result<Change>) -> kernel::Result<()> {
    let (cx, change) = (page.cx.clone(), change?);
    app.db
        .write(move |tx| ticket::change(tx, &cx, number, change.clone()))
        .await?;
    Ok(())
}

/// `POST /tickets/{number}/title`: edited in place; a refusal is a toast, and the old title stays.
pub(super) async fn title(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let wanted = Change {
        title: Some(form.text("title").to_owned()),
        ..Change::default()
    };
    change(&app, &page, number, Ok(wanted)).await?;
    changed::answer(&app, &page, number, &asked, "desk-page-saved").await
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

async fn show_fields(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let locale = page.cx.locale;
    let act = Act::new(page, number, "fields", asked, "desk-page-save");
    let shell = page.shell(app, page.t("desk-page-fields-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    let complexity = |level: i64| {
        Choice::new(
            level.to_string(),
            page.t(&format!("desk-page-complexity-{level}")),
        )
    };
    let view = Fields {
        shell,
        act,
        form,
        types: choices!(TicketType, locale),
        categories: choices!(Category, locale),
        complexities: (1..=3).map(complexity).collect(),
    };
    shown!(view, dialog, refused)
}

/// `GET /tickets/{number}/fields`
pub(super) async fn ask_fields(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let ticket = load(&app, &page, number).await?.ticket;
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
    show_fields(&app, &page, number, &asked, form).await
}

/// `POST /tickets/{number}/fields`
pub(super) async fn fields(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    match change(&app, &page, number, wanted_fields(&form)).await {
        Ok(()) => changed::answer(&app, &page, number, &asked, "desk-page-saved").await,
        Err(error) => show_fields(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

fn wanted_fields(form: &FormData) -> kernel::Result<Change> {
    let complexity = form.text("complexity").parse();
    Ok(Change {
        ticket_type: Some(TicketType::parse(form.text("type"))?),
        category: Some(Category::parse(form.text("category"))?),
        complexity: Some(complexity.map_err(|_| Error::invalid("web.form.malformed").field("complexity"))?),
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

async fn show_priority(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let locale = page.cx.locale;
    let act = Act::new(page, number, "priority", asked, "desk-page-save");
    let shell = page.shell(app, page.t("desk-page-priority-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    let mut priorities = vec![Choice::new("", page.t("desk-page-priority-matrix"))];
    let fixed = Priority::ALL
        .iter()
        .map(|one| Choice::new(one.as_str(), page.t(&format!("desk-page-priority-{one}"))));
    priorities.extend(fixed);
    let view = PriorityForm {
        shell,
        act,
        form,
        impacts: choices!(Impact, locale),
        urgencies: choices!(Urgency, locale),
        priorities,
    };
    shown!(view, dialog, refused)
}

/// `GET /tickets/{number}/priority`
pub(super) async fn ask_priority(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let ticket = load(&app, &page, number).await?.ticket;
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
    show_priority(&app, &page, number, &asked, form).await
}

/// `POST /tickets/{number}/priority`
pub(super) async fn priority(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    match change(&app, &page, number, wanted_priority(&form)).await {
        Ok(()) => changed::answer(&app, &page, number, &asked, "desk-page-saved").await,
        Err(error) => show_priority(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
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

async fn show_tags(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let known = app
        .db
        .read(move |tx| crate::ticket::store::tags_like(tx, "", KNOWN_TAGS))
        .await?;
    let act = Act::new(page, number, "tags", asked, "desk-page-save");
    let shell = page.shell(app, page.t("desk-page-tags-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(
        Tags {
            shell,
            act,
            form,
            known
        },
        dialog,
        refused
    )
}

/// `GET /tickets/{number}/tags`
pub(super) async fn ask_tags(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let view = load(&app, &page, number).await?;
    show_tags(
        &app,
        &page,
        number,
        &asked,
        FormView::of([("tags", view.tags.join(", "))]),
    )
    .await
}

/// `POST /tickets/{number}/tags`: all tags the ticket shall have, separated by commas of either script.
pub(super) async fn tags(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let tags = form
        .text("tags")
        .split([',', '，', '、', '\n'])
        .map(|tag| tag.trim().to_owned())
        .collect();
    match change(
        &app,
        &page,
        number,
        Ok(Change {
            tags: Some(tags),
            ..Change::default()
        }),
    )
    .await
    {
        Ok(()) => changed::answer(&app, &page, number, &asked, "desk-page-saved").await,
        Err(error) => show_tags(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

#[derive(Template)]
#[template(path = "console/views/next_step.html", blocks = ["act"])]
struct Next {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_next(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "next-step", asked, "desk-page-save");
    let shell = page.shell(app, page.t("desk-page-next-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(Next { shell, act, form }, dialog, refused)
}

/// `GET /tickets/{number}/next-step`
pub(super) async fn ask_next_step(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let ticket = load(&app, &page, number).await?.ticket;
    let at = ticket
        .next_step_at
        .map(|at| moments::show(at, &page.cx.time_zone))
        .unwrap_or_default();
    let form = FormView::of([
        ("next_step", ticket.next_step.unwrap_or_default()),
        ("next_step_at", at),
    ]);
    show_next(&app, &page, number, &asked, form).await
}

/// `POST /tickets/{number}/next-step`
pub(super) async fn next_step(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let wanted =
        moments::read(form.text("next_step_at"), &page.cx.time_zone, "next_step_at").map(|at| Change {
            next_step: Some(NextStep {
                what: form.text("next_step").to_owned(),
                at,
            }),
            ..Change::default()
        });
    match change(&app, &page, number, wanted).await {
        Ok(()) => changed::answer(&app, &page, number, &asked, "desk-page-saved").await,
        Err(error) => show_next(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

/// Whom a form means: the person it names by address or id, else the reader.
async fn meant(app: &App, page: &Page, form: &FormData) -> kernel::Result<UserId> {
    if let Some(id) = form.optional("person") {
        return id
            .parse()
            .map_err(|_| Error::invalid("web.form.malformed").field("person"));
    }
    let Some(email) = form.optional("email").map(str::to_owned) else {
        return page.cx.user_id().ok_or_else(Error::unauthenticated);
    };
    let found = app
        .db
        .read(move |tx| people::user::store::find_by_email(tx, &email))
        .await?;
    found
        .map(|user| user.id)
        .ok_or_else(|| Error::invalid("desk.page.person_unknown").field("email"))
}

/// `POST /tickets/{number}/watching`
pub(super) async fn watch(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    may(&app, &page, number, access::READ).await?;
    let (person, cx) = (meant(&app, &page, &form).await?, page.cx.clone());
    app.db
        .write(move |tx| ticket::watch(tx, &cx, number, person))
        .await?;
    changed::answer(&app, &page, number, &asked, "desk-page-watching").await
}

/// `POST /tickets/{number}/unwatching`
pub(super) async fn unwatch(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let (person, cx) = (meant(&app, &page, &form).await?, page.cx.clone());
    app.db
        .write(move |tx| ticket::unwatch(tx, &cx, number, person))
        .await?;
    changed::answer(&app, &page, number, &asked, "desk-page-unwatched").await
}

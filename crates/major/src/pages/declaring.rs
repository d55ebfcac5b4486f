//! `/tickets/{number}/major`: one key on the ticket, this form, and the room is open.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::learned::likeness;
use desk::ticket::listing::Between;
use desk::ticket::{self, Filter, Order, Stage, Ticket};
use kernel::db::Tx;
use kernel::error::Result;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{as_choices, given, mend, people, to_room};
use crate::incident::declaring::{
    Declaration, Facts, USUAL_MINUTES, declare, is_for_everybody, open_ticket, services_in,
};
use crate::incident::store;
use crate::update::Words;
use crate::{DECLARE, plan};

/// Tickets of the same category that came in lately are proposed.
const LATELY_SECONDS: i64 = 3 * 3_600;
const PROPOSED_MOST: usize = 15;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(DECLARE);
    Routes::new()
        .page(Method::GET, "/tickets/{number}/major", needed, ask)
        .page(Method::POST, "/tickets/{number}/major", needed, make)
}

/// A ticket that may tell of the same.
struct Proposed {
    number: i64,
    title: String,
    is_alike: bool,
}

#[derive(Template)]
#[template(path = "pages/views/declare.html", blocks = ["act"])]
struct Form {
    shell: Shell,
    dialog: bool,
    ticket: Ticket,
    form: FormView,
    people: Vec<Choice>,
    plans: Vec<Choice>,
    proposed: Vec<Proposed>,
    /// Those that are ticked.
    chosen: Vec<i64>,
}

impl Form {
    fn is_chosen(&self, one: &Proposed) -> bool {
        self.chosen.contains(&one.number)
    }
}

/// `GET /tickets/{number}/major`
async fn ask(State(app): State<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    if let Some(known) = app.db.read(move |tx| store::of_ticket(tx, number)).await? {
        // Whoever may not see the ticket may still look into the room, or not: the room says.
        return to_room(known.id);
    }
    show(&app, &page, number, None).await
}

/// `POST /tickets/{number}/major`
async fn make(State(app): State<App>, page: Page, Path(number): Path<i64>, form: FormData) -> web::Result {
    let (cx, base) = (page.cx.clone(), app.base_url().to_owned());
    let declaring = match declaration(&page, &form) {
        Ok(declaration) => {
            let write = move |tx: &mut Tx<'_>| declare(tx, &cx, &base, number, &declaration);
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match declaring {
        Ok(incident) => super::done(&page, &format!("/major/{}", incident.id), "major-declared"),
        Err(error) if error.code() == "major.already_declared" => Err(error.into()),
        Err(error) => {
            let chosen = form
                .all("links")
                .filter_map(|number| number.parse().ok())
                .collect();
            let filled = (mend(&page, &form, error)?, chosen);
            show(&app, &page, number, Some(filled)).await
        }
    }
}

fn declaration(page: &Page, form: &FormData) -> Result<Declaration> {
    let words = form.optional("words").map(str::to_owned);
    let words = words.map(|text| match page.cx.locale {
        kernel::Locale::En => Words {
            en: Some(text),
            zh: None,
        },
        kernel::Locale::ZhCn => Words {
            en: None,
            zh: Some(text),
        },
    });
    Ok(Declaration {
        facts: Facts {
            title: form.text("title").to_owned(),
            impact: form.text("impact").to_owned(),
            services: services_in(form.text("services")),
            update_minutes: given(form, "update_minutes")?.unwrap_or(USUAL_MINUTES),
            on_status: Some(form.checked("on_status")),
        },
        commander: given(form, "commander")?,
        plan: form.optional("plan").map(str::to_owned),
        links: form
            .all("links")
            .filter_map(|number| number.parse().ok())
            .collect(),
        words,
    })
}

async fn show(app: &App, page: &Page, number: i64, filled: Option<(FormView, Vec<i64>)>) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let ticket = open_ticket(tx, &cx, number)?;
        Ok((ticket, people(tx, &cx)?, plan::list(tx)?))
    };
    let (ticket, people, plans) = app.db.read(read).await?;
    let proposed = proposed(app, page, &ticket).await?;
    let fitting = plan::fitting(&plans, ticket.category, &ticket.title);
    let is_shown = is_for_everybody(ticket.category, fitting);
    let fitting = fitting.map(|plan| plan.key.clone());
    let is_refused = filled.is_some();
    let (form, chosen) = filled.unwrap_or_else(|| {
        let form = FormView::of([
            ("title", ticket.title.clone()),
            ("update_minutes", USUAL_MINUTES.to_string()),
            ("on_status", if is_shown { "true" } else { "" }.to_owned()),
            ("plan", fitting.unwrap_or_default()),
            (
                "commander",
                page.cx.user_id().map(|id| id.to_string()).unwrap_or_default(),
            ),
        ]);
        let alike = proposed
            .iter()
            .filter(|one| one.is_alike)
            .map(|one| one.number)
            .collect();
        (form, alike)
    });
    let mut choices = vec![Choice::new("", page.t("major-plan-none"))];
    choices.extend(
        plans
            .iter()
            .map(|plan| Choice::new(&plan.key, plan.name(page.cx.locale))),
    );
    let view = Form {
        shell: page.shell(app, page.t("major-declare-title")).await?,
        dialog: page.partial,
        ticket,
        form,
        people: as_choices(&people),
        plans: choices,
        proposed,
        chosen,
    };
    match (page.partial, is_refused) {
        (true, true) => unprocessable(view.as_act()),
        (true, false) => html(view.as_act()),
        (false, true) => unprocessable(view),
        (false, false) => html(view),
    }
}

/// Open tickets that are alike, then those of the same category that came in lately.
async fn proposed(app: &App, page: &Page, ticket: &Ticket) -> Result<Vec<Proposed>> {
    let number = ticket.number;
    let alike = likeness::like_ticket(app, &page.cx, number).await?;
    let mut proposed: Vec<Proposed> = alike
        .open
        .into_iter()
        .map(|one| Proposed {
            number: one.number,
            title: one.title,
            is_alike: true,
        })
        .collect();
    let cx = page.cx.clone();
    let filter = Filter {
        stage: Some(Stage::Open),
        categories: vec![ticket.category],
        created: Between {
            from: Some(page.cx.now().add_secs(-LATELY_SECONDS)),
            before: None,
        },
        order: Some(Order::Created),
        ..Filter::default()
    };
    let lately = app
        .db
        .read(move |tx| ticket::list(tx, &cx, &filter, None, 20))
        .await?;
    for row in lately.items {
        if row.number != number && proposed.iter().all(|one| one.number != row.number) {
            proposed.push(Proposed {
                number: row.number,
                title: row.title,
                is_alike: false,
            });
        }
    }
    proposed.truncate(PROPOSED_MOST);
    Ok(proposed)
}

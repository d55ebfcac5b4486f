//! Changing many tickets from a list: the form below it, what came of it, and taking it back.
//!
//! All of it is plain forms. The bar appears by a script when something is selected, and stands there without one; what
//! came of the change is a banner above the list that the reader comes back to, with the button that takes it back.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::time::Timestamp;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, go_to, html, local_path,
    unprocessable, with_toast,
};

use super::asked::Asked;
use super::moments;
use super::names::Names;
use super::queue::FilterChoices;
use super::wording::{choices, with_any};
use crate::batch::{self, Batch, BatchId, Many};
use crate::saved_view::criteria::Whose;
use crate::ticket::access;
use crate::ticket::value::{Category, Impact, State as TicketState, TicketType, Urgency};

pub(super) fn routes() -> Routes {
    let desk = Need::permission(access::INTERNAL);
    Routes::new()
        .page(Method::POST, "/tickets/bulk", desk, change)
        .page(Method::GET, "/tickets/bulk/{id}", desk, show)
        .page(Method::POST, "/tickets/bulk/{id}/undo", desk, undo)
}

/// What the fields of the form offer; the first of each leaves the ticket as it is.
pub(super) struct ManyChoices {
    pub people: Vec<Choice>,
    pub teams: Vec<Choice>,
    pub states: Vec<Choice>,
    pub types: Vec<Choice>,
    pub categories: Vec<Choice>,
    pub impacts: Vec<Choice>,
    pub urgencies: Vec<Choice>,
    pub watching: Vec<Choice>,
    pub stars: Vec<Choice>,
}

impl ManyChoices {
    pub(super) fn of(cx: &Cx, offer: &FilterChoices) -> ManyChoices {
        let locale = cx.locale;
        let unchanged = |choices: Vec<Choice>| with_any(locale.t("desk-bulk-unchanged"), choices);
        // Behind "any" stands what can be chosen; what only an address can ask for is no choice here.
        let rest = |choices: &[Choice]| -> Vec<Choice> {
            let single = choices
                .iter()
                .skip(1)
                .filter(|choice| !choice.value.contains(','));
            single.cloned().collect()
        };
        let no_meta = |choice: &Choice| choice.value != "me" && choice.value != "none";
        let states = TicketState::ALL
            .iter()
            .filter(|state| {
                let by_others = matches!(
                    state,
                    TicketState::New | TicketState::WaitingApproval | TicketState::Closed
                );
                !by_others
            })
            .map(|state| Choice::new(state.as_str(), locale.t(state.text_key())));
        let on_off = |on: &str, off: &str| {
            vec![
                Choice::new("true", locale.t(on)),
                Choice::new("false", locale.t(off)),
            ]
        };
        ManyChoices {
            people: unchanged(rest(&offer.assignees)),
            teams: unchanged(rest(&offer.teams).into_iter().filter(no_meta).collect()),
            states: unchanged(states.collect()),
            types: unchanged(choices!(TicketType, locale)),
            categories: unchanged(choices!(Category, locale)),
            impacts: unchanged(choices!(Impact, locale)),
            urgencies: unchanged(choices!(Urgency, locale)),
            watching: unchanged(on_off("desk-bulk-watch", "desk-bulk-unwatch")),
            stars: unchanged(on_off("desk-bulk-star", "desk-bulk-unstar")),
        }
    }
}

/// The form again, with what must be mended.
#[derive(Template)]
#[template(path = "console/views/many_page.html")]
struct Again {
    shell: Shell,
    back: String,
    numbers: Vec<String>,
    form: FormView,
    many: ManyChoices,
}

#[derive(Template)]
#[template(path = "console/views/batch.html")]
struct Show {
    shell: Shell,
    back: String,
    batch: Batch,
    undo_until: Option<Timestamp>,
}

/// `POST /tickets/bulk`
async fn change(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let outcome = match wanted(&form, &page.cx) {
        Ok((numbers, many)) => {
            let cx = page.cx.clone();
            app.db
                .write(move |tx| batch::many(tx, &cx, &numbers, &many))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(batch) => {
            let back = local_path(form.text("back")).to_owned();
            let joint = if back.contains('?') { '&' } else { '?' };
            go_to(&page, &format!("{back}{joint}done={}", batch.id))
        }
        Err(error) if error.kind() == Kind::Invalid => again(&app, &page, &form, &error).await,
        Err(error) => Err(error.into()),
    }
}

async fn again(app: &App, page: &Page, form: &FormData, error: &Error) -> web::Result {
    let (names, staff) = app
        .db
        .read(|tx| Ok((Names::load(tx, &[])?, people::user::store::staff(tx)?)))
        .await?;
    let offer = FilterChoices::of(page.cx.locale, &names, &staff, &Asked::default());
    unprocessable(Again {
        shell: page.shell(app, page.t("desk-bulk-title")).await?,
        back: local_path(form.text("back")).to_owned(),
        numbers: form.all("ticket").map(str::to_owned).collect(),
        form: form.refused(&to_fields(error), page.cx.locale),
        many: ManyChoices::of(&page.cx, &offer),
    })
}

/// The fields of this form begin with `to_`, for the filter above has fields of the same names.
fn to_fields(error: &Error) -> Error {
    let mut errors = Errors::new();
    for field in error.fields() {
        errors.push_with(
            format!("to_{}", field.field),
            field.code.clone(),
            field.args.clone(),
        );
    }
    errors
        .finish()
        .err()
        .unwrap_or_else(|| Error::invalid(error.code()))
}

/// The tickets and the change that a form names.
fn wanted(form: &FormData, cx: &Cx) -> Result<(Vec<i64>, Many)> {
    let malformed = |field: &str| Error::invalid("web.form.malformed").field(field);
    let numbers = form
        .all("ticket")
        .map(|number| number.parse().map_err(|_| malformed("numbers")))
        .collect::<Result<Vec<i64>>>()?;
    // A button of its own does one thing and looks at no field.
    if let Some(act) = form.optional("do") {
        return Ok((numbers, at_once(act).ok_or_else(|| malformed("change"))?));
    }
    fn word<T>(form: &FormData, name: &str, parse: fn(&str) -> Result<T>) -> Result<Option<T>> {
        form.optional(name).map(parse).transpose()
    }
    let list = |name: &str| -> Vec<String> {
        let parts = form.text(name).split([',', '，', ' ']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let text = |name: &str| form.optional(name).map(str::to_owned);
    let flag = |name: &str| form.optional(name).map(|value| value == "true");
    let many = Many {
        assignee: form
            .optional("to_assignee")
            .map(str::parse)
            .transpose()
            .map_err(|_| malformed("assignee"))?,
        team: form
            .optional("to_team")
            .map(str::parse)
            .transpose()
            .map_err(|_| malformed("team"))?,
        ticket_type: word(form, "to_type", TicketType::parse)?,
        category: word(form, "to_category", Category::parse)?,
        impact: word(form, "to_impact", Impact::parse)?,
        urgency: word(form, "to_urgency", Urgency::parse)?,
        add_tags: list("to_add_tags"),
        remove_tags: list("to_remove_tags"),
        state: word(form, "to_state", TicketState::parse)?,
        reason: text("to_reason"),
        solution: text("to_solution"),
        tested: form.checked("to_tested"),
        untested_reason: text("to_untested_reason"),
        next_step: text("to_next_step"),
        next_step_at: moments::read(form.text("to_next_step_at"), &cx.time_zone, "next_step_at")?,
        watch: flag("to_watch"),
        star: flag("to_star"),
    };
    Ok((numbers, many))
}

fn at_once(act: &str) -> Option<Many> {
    let many = Many::default();
    Some(match act {
        "mine" => Many {
            assignee: Some(Whose::Mine),
            ..many
        },
        "watch" => Many {
            watch: Some(true),
            ..many
        },
        "star" => Many {
            star: Some(true),
            ..many
        },
        "unstar" => Many {
            star: Some(false),
            ..many
        },
        act => {
            // What is dropped onto something in the rail.
            let (what, whom) = act.split_once(':')?;
            match what {
                "team" => Many {
                    team: whom.parse().ok(),
                    ..many
                },
                "assignee" => Many {
                    assignee: whom.parse().ok(),
                    ..many
                },
                _ => return None,
            }
        }
    })
}

/// `GET /tickets/bulk/{id}`: what came of it, as a page that can be read again.
async fn show(State(app): State<App>, page: Page, Path(id): Path<BatchId>) -> web::Result {
    let cx = page.cx.clone();
    let batch = app.db.read(move |tx| batch::load(tx, &cx, id)).await?;
    html(Show {
        shell: page.shell(&app, page.t("desk-bulk-title")).await?,
        back: "/queues/mine".to_owned(),
        undo_until: batch.undo_until(page.cx.now()),
        batch,
    })
}

/// `POST /tickets/bulk/{id}/undo`
async fn undo(State(app): State<App>, page: Page, Path(id): Path<BatchId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let undone = app.db.write(move |tx| batch::undo(tx, &cx, id)).await?;
    let back = local_path(form.text("back")).to_owned();
    if !undone.batch.kept.is_empty() {
        return go_to(&page, &format!("/tickets/bulk/{id}"));
    }
    let words = page.cx.locale.t_with(
        "desk-bulk-undone",
        &[("count", i64::try_from(undone.tickets).unwrap_or_default().into())],
    );
    let back = if back == "/" {
        "/queues/mine".to_owned()
    } else {
        back
    };
    Ok(with_toast(go_to(&page, &back)?, &page, Tone::Success, &words))
}

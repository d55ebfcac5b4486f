//! `/major/{id}/review`: writing the review, its actions, and closing it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::id::UserId;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{as_choices, done, given, mend, people};
use crate::READ;
use crate::incident::steering::Done;
use crate::incident::{self, Incident, IncidentId};
use crate::review::{self, Action, Draft, Review};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(READ);
    Routes::new()
        .page(Method::GET, "/major/{id}/review", needed, ask)
        .page(Method::POST, "/major/{id}/review", needed, save)
        .page(Method::POST, "/major/{id}/review/closing", needed, close)
        .page(Method::POST, "/major/{id}/review/actions", needed, add_action)
        .page(Method::POST, "/major/{id}/review/actions/{action}", needed, tick)
}

#[derive(Template)]
#[template(path = "pages/views/review.html")]
struct View {
    shell: Shell,
    incident: Incident,
    review: Review,
    actions: Vec<Action>,
    names: BTreeMap<UserId, String>,
    people: Vec<Choice>,
    form: FormView,
    action: FormView,
    /// What keeps it from being closed.
    closing: FormView,
    may_write: bool,
}

impl View {
    fn is_closed(&self) -> bool {
        self.review.state == review::State::Closed
    }

    fn is_late(&self) -> bool {
        self.review.is_late(self.shell.cx.now())
    }

    fn action_is_late(&self, action: &Action) -> bool {
        action.is_late(self.shell.cx.now(), &self.shell.cx.time_zone)
    }

    fn owner(&self) -> &str {
        self.review.owner.as_ref().map_or("–", |owner| self.name(owner))
    }

    fn name(&self, person: &UserId) -> &str {
        self.names.get(person).map_or("–", String::as_str)
    }

    fn may_tick(&self, action: &Action) -> bool {
        self.may_write || self.shell.cx.user_id() == Some(action.owner)
    }

    /// The parts of the text: field, label, and what stands in it.
    fn parts(&self) -> [(&'static str, &str); 5] {
        let draft = &self.review.draft;
        [
            ("major-review-happened", &draft.happened),
            ("major-review-cause", &draft.cause),
            ("major-review-well", &draft.went_well),
            ("major-review-badly", &draft.went_badly),
            ("major-record", &draft.timeline),
        ]
    }
}

/// The forms of the page that were refused.
#[derive(Default)]
struct Refused {
    form: Option<FormView>,
    action: Option<FormView>,
    closing: Option<FormView>,
}

async fn view(app: &App, page: &Page, id: IncidentId, refused: Refused) -> web::Result<View> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let (incident, review, actions) = review::load(tx, &cx, id)?;
        let holders = incident::store::holders(tx, id)?;
        let may_write = review::may_write(&cx, &review, &holders);
        let mut known: Vec<UserId> = actions.iter().map(|action| action.owner).collect();
        known.extend(review.owner);
        let cards = people::user::store::cards(tx, &known)?;
        let names = cards.into_iter().map(|(id, card)| (id, card.name)).collect();
        let people = if may_write { people(tx, &cx)? } else { Vec::new() };
        Ok((incident, review, actions, names, people, may_write))
    };
    let (incident, review, actions, names, people, may_write) = app.db.read(read).await?;
    let form = refused.form.unwrap_or_else(|| {
        FormView::of([
            ("timeline", review.draft.timeline.clone()),
            ("happened", review.draft.happened.clone()),
            ("cause", review.draft.cause.clone()),
            ("went_well", review.draft.went_well.clone()),
            ("went_badly", review.draft.went_badly.clone()),
            (
                "held",
                if review.held_at.is_some() { "true" } else { "" }.to_owned(),
            ),
            ("version", review.version.to_string()),
        ])
    });
    Ok(View {
        shell: page.shell(app, page.t("major-review")).await?,
        incident,
        review,
        actions,
        names,
        people: as_choices(&people),
        form,
        action: refused.action.unwrap_or_default(),
        closing: refused.closing.unwrap_or_default(),
        may_write,
    })
}

fn draft(form: &FormData) -> Draft {
    Draft {
        timeline: form.text("timeline").to_owned(),
        happened: form.text("happened").to_owned(),
        cause: form.text("cause").to_owned(),
        went_well: form.text("went_well").to_owned(),
        went_badly: form.text("went_badly").to_owned(),
    }
}

/// `GET /major/{id}/review`
async fn ask(State(app): State<App>, page: Page, Path(id): Path<IncidentId>) -> web::Result {
    html(view(&app, &page, id, Refused::default()).await?)
}

/// `POST /major/{id}/review`
async fn save(State(app): State<App>, page: Page, Path(id): Path<IncidentId>, form: FormData) -> web::Result {
    let (cx, draft, read) = (page.cx.clone(), draft(&form), form.text("version").parse().ok());
    let held = if form.checked("held") { Done::Yes } else { Done::No };
    let write = move |tx: &mut Tx<'_>| review::save(tx, &cx, id, &draft, held, read);
    match app.db.write(write).await {
        Ok(_) => done(&page, &format!("/major/{id}/review"), "major-saved"),
        Err(error) => {
            let refused = Refused {
                form: Some(mend(&page, &form, error)?),
                ..Refused::default()
            };
            unprocessable(view(&app, &page, id, refused).await?)
        }
    }
}

/// `POST /major/{id}/review/closing`
async fn close(
    State(app): State<App>,
    page: Page,
    Path(id): Path<IncidentId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    match app.db.write(move |tx| review::close(tx, &cx, id)).await {
        Ok(()) => done(&page, &format!("/major/{id}/review"), "major-review-closed-done"),
        Err(error) => {
            let refused = Refused {
                closing: Some(mend(&page, &form, error)?),
                ..Refused::default()
            };
            unprocessable(view(&app, &page, id, refused).await?)
        }
    }
}

/// `POST /major/{id}/review/actions`
async fn add_action(
    State(app): State<App>,
    page: Page,
    Path(id): Path<IncidentId>,
    form: FormData,
) -> web::Result {
    let (cx, what, due_on) = (
        page.cx.clone(),
        form.text("what").to_owned(),
        form.text("due_on").to_owned(),
    );
    let adding = match given(&form, "owner") {
        Ok(owner) => {
            let write = move |tx: &mut Tx<'_>| review::add_action(tx, &cx, id, &what, owner, &due_on);
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match adding {
        Ok(()) => done(&page, &format!("/major/{id}/review"), "major-saved"),
        Err(error) => {
            let refused = Refused {
                action: Some(mend(&page, &form, error)?),
                ..Refused::default()
            };
            unprocessable(view(&app, &page, id, refused).await?)
        }
    }
}

/// `POST /major/{id}/review/actions/{action}`
async fn tick(
    State(app): State<App>,
    page: Page,
    Path((id, action)): Path<(IncidentId, i64)>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let wanted = if form.text("done") == "no" {
        Done::No
    } else {
        Done::Yes
    };
    app.db
        .write(move |tx| review::tick_action(tx, &cx, id, action, wanted))
        .await?;
    done(&page, &format!("/major/{id}/review"), "major-saved")
}

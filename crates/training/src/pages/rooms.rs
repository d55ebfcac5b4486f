//! `/training/sessions/{id}`: seats for those who take part, attendance for the trainer.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::id::UserId;
use web::{App, FormData, FormView, Need, Page, Path, Routes, Shell};

use super::{done, framed, length, mend, people_of, refused};
use crate::course::Course;
use crate::session::{self, Seat, Session, SessionId, attending, seating};
use crate::{LEARN, TEACH};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(LEARN);
    Routes::new()
        .page(Method::GET, "/training/sessions/{id}", needed, show)
        .page(Method::POST, "/training/sessions/{id}/seat", needed, take)
        .page(
            Method::POST,
            "/training/sessions/{id}/seat/removal",
            needed,
            give_back,
        )
        .page(Method::POST, "/training/sessions/{id}/attendance", needed, attend)
}

#[derive(Template)]
#[template(path = "pages/views/session.html")]
struct Body {
    shell: Shell,
    session: Session,
    course: Course,
    seats: Vec<Seat>,
    names: BTreeMap<UserId, String>,
    form: FormView,
}

impl Body {
    fn course_title(&self) -> &str {
        self.course.title(self.shell.cx.locale)
    }

    fn name(&self, person: &UserId) -> &str {
        self.names.get(person).map_or("–", String::as_str)
    }

    fn length(&self) -> String {
        length(self.session.facts.minutes, self.shell.cx.locale)
    }

    fn has_begun(&self) -> bool {
        self.session.has_begun(self.shell.cx.now())
    }

    fn is_cancelled(&self) -> bool {
        self.session.cancelled_at.is_some()
    }

    fn is_ticked(&self, seat: &Seat) -> bool {
        if self.form.is_refused() {
            self.form.has("present", &seat.person.to_string())
        } else {
            seat.attended == Some(true)
        }
    }

    fn may_teach(&self) -> bool {
        self.shell.may(TEACH)
    }
}

async fn body(app: &App, page: &Page, id: SessionId, form: FormView) -> web::Result<Body> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let (session, course) = session::load(tx, &cx, id)?;
        let seats = session::store::seats(tx, id)?;
        let mut known: Vec<UserId> = seats.iter().map(|seat| seat.person).collect();
        known.push(session.facts.trainer);
        let cards = people::user::store::cards(tx, &known)?;
        let names = cards.into_iter().map(|(id, card)| (id, card.name)).collect();
        Ok((session, course, seats, names))
    };
    let (session, course, seats, names) = app.db.read(read).await?;
    Ok(Body {
        shell: page.shell(app, page.t("training-session")).await?,
        session,
        course,
        seats,
        names,
        form,
    })
}

/// `GET /training/sessions/{id}`
async fn show(State(app): State<App>, page: Page, Path(id): Path<SessionId>) -> web::Result {
    let body = body(&app, &page, id, FormView::empty()).await?;
    framed(&body.shell, &body)
}

/// `POST /training/sessions/{id}/seat`
async fn take(State(app): State<App>, page: Page, Path(id): Path<SessionId>) -> web::Result {
    let cx = page.cx.clone();
    let session = app.db.write(move |tx| seating::take(tx, &cx, id)).await?;
    done(&page, &part_of(&session), "training-seat-taken")
}

/// `POST /training/sessions/{id}/seat/removal`
async fn give_back(State(app): State<App>, page: Page, Path(id): Path<SessionId>) -> web::Result {
    let cx = page.cx.clone();
    let session = app.db.write(move |tx| seating::give_back(tx, &cx, id)).await?;
    done(&page, &part_of(&session), "training-seat-given-back")
}

fn part_of(session: &Session) -> String {
    format!("/training/courses/{}/parts/{}", session.course, session.part)
}

/// `POST /training/sessions/{id}/attendance`
async fn attend(
    State(app): State<App>,
    page: Page,
    Path(id): Path<SessionId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let filled = form.clone();
    let write = move |tx: &mut Tx<'_>| {
        // The right is judged before any address is looked up.
        session::load(tx, &cx, id)?;
        let mut present: Vec<UserId> = filled.all("present").filter_map(|id| id.parse().ok()).collect();
        let seats = session::store::seats(tx, id)?;
        present.retain(|person| seats.iter().any(|seat| seat.person == *person));
        present.extend(people_of(tx, filled.text("others"), "others")?);
        attending::say(tx, &cx, id, &present)
    };
    match app.db.write(write).await {
        Ok(()) => done(
            &page,
            &format!("/training/sessions/{id}"),
            "training-attendance-saved",
        ),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            let body = body(&app, &page, id, form).await?;
            refused(&body.shell, &body)
        }
    }
}

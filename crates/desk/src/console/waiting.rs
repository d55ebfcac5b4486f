//! Beginning, waiting for others with a reason, and going on.

use askama::Template;
use axum::extract::State;
use web::{App, Choice, FormData, FormView, Page, Path, Query, Shell};

use super::asked::Asked;
use super::changed::{self, Act, may, mend, shown};
use super::moments;
use super::wording::choices;
use crate::ticket::value::{State as TicketState, WaitingFor};
use crate::ticket::{self, Wait, access};

/// `POST /tickets/{number}/work`: begins with a new ticket, goes on with one that waited.
pub(super) async fn work(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| match ticket::load(tx, &cx, number)?.ticket.state {
            TicketState::New => ticket::start(tx, &cx, number),
            _ => ticket::resume(tx, &cx, number),
        })
        .await?;
    changed::answer(&app, &page, number, &asked, "desk-page-working").await
}

#[derive(Template)]
#[template(path = "console/views/wait.html", blocks = ["act"])]
struct WaitForm {
    shell: Shell,
    act: Act,
    form: FormView,
    whom: Vec<Choice>,
}

async fn show(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "waiting", asked, "desk-page-wait-submit");
    let shell = page.shell(app, page.t("desk-page-wait-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(
        WaitForm {
            shell,
            act,
            form,
            whom: choices!(WaitingFor, page.cx.locale)
        },
        dialog,
        refused
    )
}

/// `GET /tickets/{number}/waiting`
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::RESOLVE).await?;
    show(&app, &page, number, &asked, FormView::empty()).await
}

/// `POST /tickets/{number}/waiting`
pub(super) async fn wait(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&form, &page) {
        Ok(wanted) => {
            app.db
                .write(move |tx| ticket::wait(tx, &cx, number, wanted.clone()))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => changed::answer(&app, &page, number, &asked, "desk-page-waits").await,
        Err(error) => show(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

fn wanted(form: &FormData, page: &Page) -> kernel::Result<Wait> {
    Ok(Wait {
        whom: WaitingFor::parse(form.text("waiting_for"))?,
        reason: form.text("reason").to_owned(),
        until: moments::read(form.text("until"), &page.cx.time_zone, "until")?,
    })
}

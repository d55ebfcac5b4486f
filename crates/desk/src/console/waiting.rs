//! Beginning, waiting for others with a reason, and going on.

use askama::Template;
use web::{Choice, FormData, FormView, Page, Shell};

use super::acting::{Act, OnTicket, shown};
use super::moments;
use super::wording::choices;
use crate::ticket::value::{State as TicketState, WaitingFor};
use crate::ticket::{self, Wait, access};

/// `POST /tickets/{number}/work`: begins with a new ticket, goes on with one that waited.
pub(super) async fn work(on: OnTicket) -> web::Result {
    on.run(
        |tx, cx, number| match ticket::load(tx, cx, number)?.ticket.state {
            TicketState::New => ticket::start(tx, cx, number),
            _ => ticket::resume(tx, cx, number),
        },
    )
    .await?;
    on.done("desk-page-working").await
}

#[derive(Template)]
#[template(path = "console/views/wait.html", blocks = ["act"])]
struct WaitForm {
    shell: Shell,
    act: Act,
    form: FormView,
    whom: Vec<Choice>,
}

async fn show(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame("waiting", "desk-page-wait-title", "desk-page-wait-submit")
        .await?;
    let whom = choices!(WaitingFor, on.page.cx.locale);
    shown!(WaitForm {
        shell,
        act,
        form,
        whom
    })
}

/// `GET /tickets/{number}/waiting`
pub(super) async fn ask(on: OnTicket) -> web::Result {
    on.load(access::RESOLVE).await?;
    show(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/waiting`
pub(super) async fn wait(on: OnTicket, form: FormData) -> web::Result {
    let waiting = on
        .run_with(wanted(&form, &on.page), |tx, cx, number, wanted| {
            ticket::wait(tx, cx, number, wanted.clone())
        })
        .await;
    on.answer(waiting, &form, "desk-page-waits", show).await
}

fn wanted(form: &FormData, page: &Page) -> kernel::Result<Wait> {
    Ok(Wait {
        whom: WaitingFor::parse(form.text("waiting_for"))?,
        reason: form.text("reason").to_owned(),
        until: moments::read(form.text("until"), &page.cx.time_zone, "until")?,
    })
}

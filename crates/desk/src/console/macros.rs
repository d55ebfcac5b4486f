//! Running a macro from the ticket page: choose one, see what it will do, and do it.

use askama::Template;
use kernel::error::Error;
use kernel::id::Id;
use web::{FormData, FormView, Shell};

use super::acting::{Act, OnTicket, shown};
use super::next::Onward;
use crate::macros::{self, Macro, Plan};
use crate::ticket::{self, access};

/// A macro that can be chosen.
struct Offer {
    id: Id<Macro>,
    name: String,
    plan: Plan,
}

#[derive(Template)]
#[template(path = "console/views/macros.html", blocks = ["act"])]
struct Choose {
    shell: Shell,
    act: Act,
    form: FormView,
    offers: Vec<Offer>,
}

async fn show(on: &OnTicket, form: FormView) -> web::Result {
    let offers = on
        .read(|tx, cx, number| {
            let view = ticket::load(tx, cx, number)?;
            access::check(cx, access::NOTE, &view.ticket)?;
            let mut offers = Vec::new();
            for one in macros::list(tx, cx)? {
                offers.push(Offer {
                    id: one.id,
                    name: one.name.of(cx.locale).to_owned(),
                    plan: macros::plan(tx, cx, &view.ticket, &one)?,
                });
            }
            Ok(offers)
        })
        .await?;
    let (shell, act) = on
        .frame("macros", "desk-page-macro-title", "desk-page-macro-run")
        .await?;
    shown!(Choose {
        shell,
        act,
        form,
        offers,
    })
}

/// `GET /tickets/{number}/macros`
pub(super) async fn ask(on: OnTicket) -> web::Result {
    show(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/macros`: runs the chosen one; with `then=next` goes on to the next ticket.
pub(super) async fn run(on: OnTicket, form: FormData) -> web::Result {
    let onward = Onward::of(&on, &form).await?;
    let chosen = form.optional("macro").and_then(|id| id.parse().ok());
    let chosen = chosen.ok_or_else(|| Error::invalid("desk.macro.none_chosen").field("macro"));
    let running = on
        .run_with(chosen, |tx, cx, number, id| macros::run(tx, cx, number, *id))
        .await;
    match running {
        Ok(_) => onward.done(&on, "desk-page-macro-ran").await,
        Err(error) => show(&on, on.mend(&form, error)?).await,
    }
}

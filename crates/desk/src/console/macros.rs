//! Running a macro from the ticket page: choose one, see what it will do, and do it.

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use kernel::id::Id;
use web::{App, FormData, FormView, Page, Path, Query, Shell};

use super::asked::Asked;
use super::changed::{self, Act, shown};
use super::next;
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

async fn show(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let cx = page.cx.clone();
    let offers = app
        .db
        .read(move |tx| {
            let view = ticket::load(tx, &cx, number)?;
            access::check(&cx, access::NOTE, &view.ticket)?;
            let mut offers = Vec::new();
            for one in macros::list(tx, &cx)? {
                offers.push(Offer {
                    id: one.id,
                    name: one.name.of(cx.locale).to_owned(),
                    plan: macros::plan(tx, &cx, &view.ticket, &one)?,
                });
            }
            Ok(offers)
        })
        .await?;
    let act = Act::new(page, number, "macros", asked, "desk-page-macro-run");
    let shell = page.shell(app, page.t("desk-page-macro-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    let view = Choose {
        shell,
        act,
        form,
        offers,
    };
    shown!(view, dialog, refused)
}

/// `GET /tickets/{number}/macros`
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    show(&app, &page, number, &asked, FormView::empty()).await
}

/// `POST /tickets/{number}/macros`: runs the chosen one; with `then=next` goes on to the next ticket.
pub(super) async fn run(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let goes_on = form.text("then") == "next";
    let next = if goes_on {
        next::in_list(&app, &page.cx, &asked, number).await?
    } else {
        None
    };
    let cx = page.cx.clone();
    let chosen = form.optional("macro").and_then(|id| id.parse().ok());
    let outcome = match chosen {
        Some(id) => app.db.write(move |tx| macros::run(tx, &cx, number, id)).await,
        None => Err(Error::invalid("desk.macro.none_chosen").field("macro")),
    };
    match outcome {
        Ok(_) if goes_on => next::go(&page, &asked, next, "desk-page-macro-ran"),
        Ok(_) => changed::answer(&app, &page, number, &asked, "desk-page-macro-ran").await,
        Err(error) => show(&app, &page, number, &asked, changed::mend(&form, error, &page)?).await,
    }
}

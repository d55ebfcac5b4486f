//! Filing a request of the catalogue for somebody else: choose a type, name who asks, answer its questions.

use askama::Template;
use axum::extract::State;
use kernel::error::{Errors, Kind, Result};
use serde::Deserialize;
use web::{
    App, FormData, FormView, Page, Path, Query, Shell, Tone, html, see_other, unprocessable, with_toast,
};

use crate::catalogue::RequestType;
use crate::catalogue::asking::{self, Asking};
use crate::catalogue::showing;
use crate::ticket::access;
use crate::ticket::value::Channel;

/// A type to choose.
struct Offer {
    id: String,
    name: String,
    description: String,
    icon: String,
}

#[derive(Template)]
#[template(path = "console/views/catalogue.html")]
struct List {
    shell: Shell,
    offers: Vec<Offer>,
    asked: About,
}

/// Words to find a type by; and for whom, when that is known already.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    q: String,
    requester: String,
}

/// `GET /tickets/new/catalogue`
pub(super) async fn list(State(app): State<App>, page: Page, Query(asked): Query<About>) -> web::Result {
    let cx = page.cx.clone();
    let mut types = app.db.read(move |tx| asking::offered(tx, &cx)).await?;
    types.retain(|one| one.is_found_by(&asked.q));
    let locale = page.cx.locale;
    let offer = |one: RequestType| Offer {
        name: one.name(locale).to_owned(),
        description: one.description(locale).to_owned(),
        icon: one.definition.icon.clone(),
        id: one.id,
    };
    html(List {
        shell: page.shell(&app, page.t("desk-catalogue-file")).await?,
        offers: types.into_iter().map(offer).collect(),
        asked,
    })
}

#[derive(Template)]
#[template(path = "console/views/catalogue_ask.html")]
struct Ask {
    shell: Shell,
    form: FormView,
    id: String,
    description: String,
    fields: String,
    needs_approval: bool,
}

async fn view(app: &App, page: &Page, offer: &RequestType, form: FormView) -> web::Result<Ask> {
    let locale = page.cx.locale;
    let shell = page.shell(app, offer.name(locale).to_owned()).await?;
    let fields = showing::fields(&shell, locale, &offer.definition, &form, app.upload_limit())?;
    Ok(Ask {
        id: offer.id.clone(),
        description: offer.description(locale).to_owned(),
        needs_approval: !offer.definition.approval.is_empty(),
        shell,
        form,
        fields,
    })
}

async fn offered(app: &App, page: &Page, id: String) -> Result<RequestType> {
    let cx = page.cx.clone();
    app.db.read(move |tx| asking::offer(tx, &cx, &id)).await
}

/// `GET /tickets/new/catalogue/{id}`
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    Query(asked): Query<About>,
) -> web::Result {
    let offer = offered(&app, &page, id).await?;
    let form = FormView::of([("requester", asked.requester)]);
    html(view(&app, &page, &offer, form).await?)
}

/// `POST /tickets/new/catalogue/{id}`
pub(super) async fn file(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    form: FormData,
) -> web::Result {
    let offer = offered(&app, &page, id).await?;
    match filed(&app, &page, &offer, &form).await {
        Ok(number) => {
            let done = page
                .cx
                .locale
                .t_with("desk-page-opened", &[("number", number.into())]);
            let there = see_other(&format!("/tickets/{number}"))?;
            Ok(with_toast(there, &page, Tone::Success, &done))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let filled = form.refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, &offer, filled).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn filed(app: &App, page: &Page, offer: &RequestType, form: &FormData) -> Result<i64> {
    let mut errors = Errors::new();
    let email = form.text("requester").to_owned();
    if email.is_empty() {
        errors.push("requester", "desk.page.requester_missing");
    } else if !people::user::is_email(&email) {
        errors.push("requester", "desk.page.requester_malformed");
    }
    errors.finish()?;
    let (given, files) = showing::sent(form, &offer.definition);
    showing::asks_for_more(form, &offer.definition, &given)?;
    let (cx, type_id) = (page.cx.clone(), offer.id.clone());
    let opening = app.db.write(move |tx| {
        cx.require(access::INTERNAL)?;
        let requester = people::user::adding::find_or_add_requester(tx, &cx, &email, "")?.id;
        let asking = Asking {
            type_id: type_id.clone(),
            requester,
            given: given.clone(),
            files: files.clone(),
            channel: Channel::Phone,
        };
        asking::ask(tx, &cx, asking)
    });
    Ok(opening.await?.number)
}

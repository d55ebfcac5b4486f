//! The catalogue: what can be asked for, by group; and asking, with the type's own questions.

use askama::Template;
use axum::extract::State;
use desk::catalogue::asking::{self, Asking};
use desk::catalogue::{RequestType, showing};
use desk::ticket::{Category, Channel};
use kernel::Error;
use kernel::error::{Kind, Result};
use web::{App, FormData, FormView, Page, Path, Query, Shell, html, see_other, unprocessable};

/// A type to choose.
struct Offer {
    id: String,
    name: String,
    description: String,
    icon: String,
}

/// Types of one part of the department's work.
struct Group {
    name: String,
    offers: Vec<Offer>,
}

#[derive(Template)]
#[template(path = "catalogue.html")]
struct List {
    shell: Shell,
    groups: Vec<Group>,
    q: String,
}

/// The words looked for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Looked {
    q: String,
}

pub async fn list(State(app): State<App>, page: Page, Query(looked): Query<Looked>) -> web::Result {
    let cx = page.cx.clone();
    let mut types = app.db.read(move |tx| asking::offered(tx, &cx)).await?;
    types.retain(|one| one.is_found_by(&looked.q));
    let locale = page.cx.locale;
    let group = |category: &Category| {
        let of = types.iter().filter(|one| one.definition.category == *category);
        let offer = |one: &RequestType| Offer {
            id: one.id.clone(),
            name: one.name(locale).to_owned(),
            description: one.description(locale).to_owned(),
            icon: one.definition.icon.clone(),
        };
        Group {
            name: locale.t(&format!("portal-category-{category}")),
            offers: of.map(offer).collect(),
        }
    };
    let groups = Category::ALL
        .iter()
        .map(group)
        .filter(|group| !group.offers.is_empty());
    html(List {
        shell: page.bare(&app, page.t("portal-catalogue-title")),
        groups: groups.collect(),
        q: looked.q,
    })
}

#[derive(Template)]
#[template(path = "catalogue_ask.html")]
struct Ask {
    shell: Shell,
    form: FormView,
    id: String,
    description: String,
    fields: String,
    needs_approval: bool,
}

fn view(app: &App, page: &Page, offer: &RequestType, form: FormView) -> Result<Ask> {
    let locale = page.cx.locale;
    let shell = page.bare(app, offer.name(locale).to_owned());
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

pub async fn ask(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let offer = offered(&app, &page, id).await?;
    html(view(&app, &page, &offer, FormView::empty())?)
}

pub async fn send(State(app): State<App>, page: Page, Path(id): Path<String>, form: FormData) -> web::Result {
    let offer = offered(&app, &page, id).await?;
    match sent(&app, &page, &offer, &form).await {
        Ok(number) => see_other(&format!("/portal/requests/{number}")),
        Err(error) if error.kind() == Kind::Invalid => {
            let filled = form.refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, &offer, filled)?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn sent(app: &App, page: &Page, offer: &RequestType, form: &FormData) -> Result<i64> {
    let requester = page.cx.user_id().ok_or_else(Error::unauthenticated)?;
    let (given, files) = showing::sent(form, &offer.definition);
    showing::asks_for_more(form, &offer.definition, &given)?;
    let (cx, type_id) = (page.cx.clone(), offer.id.clone());
    let asking = app.db.write(move |tx| {
        let asking = Asking {
            type_id: type_id.clone(),
            requester,
            given: given.clone(),
            files: files.clone(),
            channel: Channel::Portal,
        };
        asking::ask(tx, &cx, asking)
    });
    Ok(asking.await?.number)
}

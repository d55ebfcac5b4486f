//! The pages: webhooks, one of them, and the log of its messages.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use kernel::time::Timestamp;
use serde::Deserialize;
use web::{
    App, FormData, FormView, Need, Page, Path, Query, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::{
    Definition, Delivery, DeliveryId, DeliveryState, Webhook, WebhookId, delivering, events, keeping,
};
use crate::WEBHOOKS;
use crate::rule::Trigger;

const PATH: &str = "/settings/webhooks";
/// Messages on a page.
const PIECE: i64 = 50;

/// All of them.
pub(crate) fn routes() -> Routes {
    let needed = Need::permission(WEBHOOKS);
    let of_one = "/settings/webhooks/{id}";
    Routes::new()
        .page(Method::GET, PATH, needed, list)
        .page(Method::POST, PATH, needed, add)
        .page(Method::GET, "/settings/webhooks/new", needed, new)
        .page(Method::GET, of_one, needed, edit)
        .page(Method::POST, of_one, needed, save)
        .page(Method::POST, "/settings/webhooks/{id}/removal", needed, remove)
        .page(
            Method::POST,
            "/settings/webhooks/{id}/secret",
            needed,
            exchange_secret,
        )
        .page(Method::POST, "/settings/webhooks/{id}/test", needed, test)
        .page(Method::GET, "/settings/webhooks/{id}/deliveries", needed, log)
        .page(
            Method::GET,
            "/settings/webhooks/{id}/deliveries/{delivery}",
            needed,
            message,
        )
        .page(
            Method::POST,
            "/settings/webhooks/{id}/deliveries/{delivery}/again",
            needed,
            again,
        )
}

fn done(page: &Page, path: &str, key: &str) -> web::Result {
    Ok(with_toast(see_other(path)?, page, Tone::Success, &page.t(key)))
}

#[derive(Template)]
#[template(path = "webhook/views/list.html")]
struct List {
    shell: Shell,
    webhooks: Vec<Webhook>,
}

impl Webhook {
    /// The host, which says enough in a list; the rest of an address may be a key.
    fn host(&self) -> String {
        kernel::outgoing::Target::read(&self.definition.url)
            .map_or_else(|_| String::new(), |target| target.host().to_owned())
    }
}

/// `GET /settings/webhooks`
async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let webhooks = app.db.read(move |tx| keeping::list(tx, &cx)).await?;
    html(List {
        shell: page.shell(&app, page.t("automate-webhooks")).await?,
        webhooks,
    })
}

#[derive(Template)]
#[template(path = "webhook/views/edit.html")]
struct Editor {
    shell: Shell,
    /// None for a new one.
    webhook: Option<Webhook>,
    form: FormView,
    triggers: Vec<Trigger>,
    chosen: Vec<String>,
    enabled: bool,
    /// A clear way through somebody else's network.
    is_plain: bool,
}

impl Editor {
    fn hears(&self, trigger: &Trigger) -> bool {
        self.chosen.iter().any(|one| one == trigger.as_str())
    }

    fn action_path(&self) -> String {
        match &self.webhook {
            Some(webhook) => format!("{PATH}/{}", webhook.id),
            None => PATH.to_owned(),
        }
    }

    fn former_until(&self) -> Option<Timestamp> {
        let until = self.webhook.as_ref()?.former_secret.as_ref()?.1;
        (until > self.shell.cx.now()).then_some(until)
    }
}

async fn editor(
    app: &App,
    page: &Page,
    webhook: Option<Webhook>,
    filled: Option<(FormView, Draft)>,
) -> web::Result<Editor> {
    let title = match &webhook {
        Some(webhook) => webhook.definition.name.clone(),
        None => page.t("automate-webhook-new"),
    };
    let definition = webhook.as_ref().map(|webhook| &webhook.definition);
    let (form, draft) = filled.unwrap_or_else(|| {
        let draft = definition.map_or_else(Draft::fresh, Draft::of);
        let form = FormView::of([("name", draft.name.clone()), ("url", draft.url.clone())]);
        (form, draft)
    });
    Ok(Editor {
        shell: page.shell(app, title).await?,
        form,
        triggers: events().collect(),
        is_plain: draft.url.starts_with("http:"),
        chosen: draft.events,
        enabled: draft.enabled,
        webhook,
    })
}

/// What the form says, wrong or right.
struct Draft {
    name: String,
    url: String,
    events: Vec<String>,
    enabled: bool,
}

impl Draft {
    fn fresh() -> Self {
        Self {
            name: String::new(),
            url: String::new(),
            events: Vec::new(),
            enabled: true,
        }
    }

    fn of(definition: &Definition) -> Self {
        Self {
            name: definition.name.clone(),
            url: definition.url.clone(),
            events: definition
                .events
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect(),
            enabled: definition.enabled,
        }
    }

    fn sent(form: &FormData) -> Self {
        Self {
            name: form.text("name").to_owned(),
            url: form.text("url").to_owned(),
            events: form.all("events").map(str::to_owned).collect(),
            enabled: form.checked("enabled"),
        }
    }

    fn definition(&self) -> Definition {
        let wanted = |trigger: &Trigger| self.events.iter().any(|one| one == trigger.as_str());
        Definition {
            name: self.name.clone(),
            url: self.url.clone(),
            events: events().filter(wanted).collect(),
            enabled: self.enabled,
        }
    }
}

/// `GET /settings/webhooks/new`
async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(editor(&app, &page, None, None).await?)
}

/// `GET /settings/webhooks/{id}`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<WebhookId>) -> web::Result {
    let cx = page.cx.clone();
    let webhook = app.db.read(move |tx| keeping::load(tx, &cx, id)).await?;
    html(editor(&app, &page, Some(webhook), None).await?)
}

/// `POST /settings/webhooks`
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, draft) = (page.cx.clone(), Draft::sent(&form));
    let definition = draft.definition();
    match app.db.write(move |tx| keeping::add(tx, &cx, &definition)).await {
        Ok(webhook) => done(&page, &format!("{PATH}/{}", webhook.id), "automate-webhook-added"),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let filled = (form.refused(&error, page.cx.locale), draft);
            unprocessable(editor(&app, &page, None, Some(filled)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/webhooks/{id}`
async fn save(State(app): State<App>, page: Page, Path(id): Path<WebhookId>, form: FormData) -> web::Result {
    let (cx, draft) = (page.cx.clone(), Draft::sent(&form));
    let (definition, read) = (draft.definition(), form.text("version").parse().ok());
    let save = move |tx: &mut kernel::db::Tx<'_>| {
        let had_secret = keeping::load(tx, &cx, id)?.has_secret();
        let webhook = keeping::change(tx, &cx, id, &definition, read)?;
        Ok(!had_secret && webhook.has_secret())
    };
    match app.db.write(save).await {
        // The receiver must be given it.
        Ok(true) => done(&page, &format!("{PATH}/{id}"), "automate-webhook-secret-made"),
        Ok(false) => done(&page, PATH, "automate-webhook-saved"),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let cx = page.cx.clone();
            let webhook = app.db.read(move |tx| keeping::load(tx, &cx, id)).await?;
            let filled = (form.refused(&error, page.cx.locale), draft);
            unprocessable(editor(&app, &page, Some(webhook), Some(filled)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/webhooks/{id}/removal`
async fn remove(State(app): State<App>, page: Page, Path(id): Path<WebhookId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| keeping::remove(tx, &cx, id)).await?;
    done(&page, PATH, "automate-webhook-removed")
}

/// `POST /settings/webhooks/{id}/secret`
async fn exchange_secret(State(app): State<App>, page: Page, Path(id): Path<WebhookId>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| keeping::exchange_secret(tx, &cx, id))
        .await?;
    done(&page, &format!("{PATH}/{id}"), "automate-webhook-secret-changed")
}

/// `POST /settings/webhooks/{id}/test`
async fn test(State(app): State<App>, page: Page, Path(id): Path<WebhookId>) -> web::Result {
    let cx = page.cx.clone();
    let delivery = app.db.write(move |tx| keeping::test(tx, &cx, id)).await?;
    done(
        &page,
        &format!("{PATH}/{id}/deliveries/{delivery}"),
        "automate-webhook-test-sent",
    )
}

/// Where a page of the log begins.
#[derive(Debug, Deserialize)]
struct Before {
    before: Option<DeliveryId>,
}

#[derive(Template)]
#[template(path = "webhook/views/log.html")]
struct Log {
    shell: Shell,
    webhook: Webhook,
    deliveries: Vec<Delivery>,
    /// Leads to older ones.
    older: Option<String>,
}

impl Delivery {
    const fn tone(&self) -> &'static str {
        match self.state {
            DeliveryState::Waiting => "warning",
            DeliveryState::Delivered => "success",
            DeliveryState::GivenUp => "danger",
        }
    }

    fn is_settled(&self) -> bool {
        self.state != DeliveryState::Waiting
    }

    /// The body with its lines, as people read it.
    fn readable(&self) -> String {
        let value: Option<serde_json::Value> = serde_json::from_str(&self.body).ok();
        let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
        pretty.unwrap_or_else(|| self.body.clone())
    }
}

/// `GET /settings/webhooks/{id}/deliveries`
async fn log(
    State(app): State<App>,
    page: Page,
    Path(id): Path<WebhookId>,
    Query(from): Query<Before>,
) -> web::Result {
    let cx = page.cx.clone();
    let (webhook, deliveries) = app
        .db
        .read(move |tx| {
            let webhook = keeping::load(tx, &cx, id)?;
            Ok((webhook, keeping::deliveries(tx, &cx, id, from.before, PIECE)?))
        })
        .await?;
    let is_full = i64::try_from(deliveries.len()).unwrap_or(0) >= PIECE;
    let older = deliveries.last().filter(|_| is_full);
    html(Log {
        shell: page.shell(&app, page.t("automate-deliveries")).await?,
        older: older.map(|last| format!("?before={}", last.id)),
        webhook,
        deliveries,
    })
}

#[derive(Template)]
#[template(path = "webhook/views/message.html")]
struct Message {
    shell: Shell,
    webhook: Webhook,
    delivery: Delivery,
    reason: String,
}

/// `GET /settings/webhooks/{id}/deliveries/{delivery}`
async fn message(
    State(app): State<App>,
    page: Page,
    Path((id, delivery)): Path<(WebhookId, DeliveryId)>,
) -> web::Result {
    let cx = page.cx.clone();
    let (webhook, delivery) = app
        .db
        .read(move |tx| {
            let webhook = keeping::load(tx, &cx, id)?;
            Ok((webhook, keeping::delivery(tx, &cx, id, delivery)?))
        })
        .await?;
    html(Message {
        shell: page.shell(&app, page.t("automate-delivery")).await?,
        reason: delivering::reason(page.cx.locale, &delivery),
        webhook,
        delivery,
    })
}

/// `POST /settings/webhooks/{id}/deliveries/{delivery}/again`
async fn again(
    State(app): State<App>,
    page: Page,
    Path((id, delivery)): Path<(WebhookId, DeliveryId)>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| keeping::again(tx, &cx, id, delivery))
        .await?;
    done(
        &page,
        &format!("{PATH}/{id}/deliveries/{delivery}"),
        "automate-delivery-asked-again",
    )
}

//! The settings pages: channels, one of them with what to paste where, and its log.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Kind as ErrorKind};
use kernel::i18n::Locale;
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, Tone, html, see_other,
    unprocessable, with_toast,
};

use super::{Channel, ChannelId, Definition, keeping, service_key};
use crate::CHANNELS;
use crate::hearing::refusing::{self, Refused};
use crate::service::{self, Field, FieldKind, Kind};
use crate::telling::{Delivery, DeliveryId, DeliveryState, delivering};

const PATH: &str = "/settings/channels";
/// Messages on a page.
const PIECE: i64 = 50;

pub(crate) fn routes() -> Routes {
    let needed = Need::permission(CHANNELS);
    let of_one = "/settings/channels/{id}";
    Routes::new()
        .page(Method::GET, PATH, needed, list)
        .page(Method::POST, PATH, needed, add)
        .page(Method::GET, "/settings/channels/new", needed, new)
        .page(Method::GET, of_one, needed, edit)
        .page(Method::POST, of_one, needed, save)
        .page(Method::POST, "/settings/channels/{id}/removal", needed, remove)
        .page(Method::POST, "/settings/channels/{id}/test", needed, test)
        .page(Method::GET, "/settings/channels/{id}/log", needed, log)
}

fn done(page: &Page, path: &str, key: &str) -> web::Result {
    Ok(with_toast(see_other(path)?, page, Tone::Success, &page.t(key)))
}

#[derive(Template)]
#[template(path = "channel/views/list.html")]
struct List {
    shell: Shell,
    channels: Vec<Channel>,
}

/// `GET /settings/channels`
async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let channels = app.db.read(move |tx| keeping::list(tx, &cx)).await?;
    html(List {
        shell: page.shell(&app, page.t("im-channels")).await?,
        channels,
    })
}

/// A field of the form.
struct Input {
    field: Field,
    label: String,
    /// Filled while a secret is kept.
    hint: String,
}

impl Input {
    fn of(page: &Page, field: Field, channel: Option<&Channel>) -> Self {
        let is_kept = channel.is_some_and(|channel| !channel.settings.get(field.name).is_empty());
        let hint = match field.kind {
            FieldKind::Secret if is_kept => page.t("im-secret-kept"),
            FieldKind::Flag => page.t("im-trust-email-hint"),
            _ => String::new(),
        };
        Self {
            label: page.t(&field.text_key()),
            field,
            hint,
        }
    }

    fn is_flag(&self) -> bool {
        self.field.kind == FieldKind::Flag
    }

    const fn html_type(&self) -> &'static str {
        match self.field.kind {
            FieldKind::Secret => "password",
            FieldKind::Address => "url",
            FieldKind::Text | FieldKind::Flag => "text",
        }
    }
}

#[derive(Template)]
#[template(path = "channel/views/edit.html")]
struct Editor {
    shell: Shell,
    service: Kind,
    /// None for a new one.
    channel: Option<Channel>,
    form: FormView,
    inputs: Vec<Input>,
    locales: Vec<Choice>,
    /// What the service calls; none before there is one.
    address: Option<String>,
    steps: Vec<String>,
}

impl Editor {
    fn action_path(&self) -> String {
        match &self.channel {
            Some(channel) => format!("{PATH}/{}", channel.id),
            None => PATH.to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "channel/views/choose.html")]
struct Chooser {
    shell: Shell,
    services: Vec<(Kind, String, String)>,
}

async fn editor(
    app: &App,
    page: &Page,
    service: Kind,
    channel: Option<Channel>,
    filled: Option<FormView>,
) -> web::Result<Editor> {
    let name = page.t(&service_key(service));
    let title = match &channel {
        Some(channel) => channel.name.clone(),
        None => page
            .cx
            .locale
            .t_with("im-channel-new-of", &[("service", name.into())]),
    };
    let form = filled.unwrap_or_else(|| stored(page, service, channel.as_ref()));
    let inputs = service.fields().iter();
    let languages = Locale::ALL.into_iter();
    Ok(Editor {
        shell: page.shell(app, title).await?,
        form,
        inputs: inputs
            .map(|field| Input::of(page, *field, channel.as_ref()))
            .collect(),
        locales: languages
            .map(|locale| Choice::new(locale.tag(), locale.t("web-locale-name")))
            .collect(),
        address: channel
            .as_ref()
            .map(|channel| channel.address(&app.config.base_url)),
        steps: steps(page, service),
        service,
        channel,
    })
}

/// The form as it is stored; secrets are never among it.
fn stored(page: &Page, service: Kind, channel: Option<&Channel>) -> FormView {
    let fields = service
        .fields()
        .iter()
        .filter(|field| field.kind != FieldKind::Secret);
    let values = fields.map(|field| {
        let value = channel.map_or(field.default, |channel| channel.settings.get(field.name));
        (field.name, value.to_owned())
    });
    let name = channel.map_or_else(|| page.t(&service_key(service)), |channel| channel.name.clone());
    let locale = channel.map_or(page.cx.locale, |channel| channel.locale);
    let enabled = channel.is_some_and(|channel| channel.enabled);
    let own = [
        ("name", name),
        ("locale", locale.tag().to_owned()),
        ("enabled", if enabled { "true" } else { "" }.to_owned()),
    ];
    FormView::of(own.into_iter().chain(values))
}

/// What to do at the service, one step a line.
fn steps(page: &Page, service: Kind) -> Vec<String> {
    let text = page.t(&format!("im-service-{}-steps", service.name()));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

fn definition(form: &FormData, service: Kind) -> Definition {
    let value = |field: &Field| match field.kind {
        FieldKind::Flag if form.checked(field.name) => "yes".to_owned(),
        FieldKind::Flag => String::new(),
        _ => form.text(field.name).to_owned(),
    };
    Definition {
        name: form.text("name").to_owned(),
        service: service.name().to_owned(),
        locale: form.text("locale").to_owned(),
        enabled: form.checked("enabled"),
        settings: service
            .fields()
            .iter()
            .map(|field| (field.name.to_owned(), value(field)))
            .collect(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    service: String,
}

/// `GET /settings/channels/new`: which service, then its form.
async fn new(State(app): State<App>, page: Page, Query(chosen): Query<Chosen>) -> web::Result {
    if let Some(service) = service::named(&chosen.service) {
        return html(editor(&app, &page, service, None, None).await?);
    }
    let services = service::ALL.iter().map(|service| {
        let key = service_key(*service);
        (*service, page.t(&key), page.t(&format!("{key}-about")))
    });
    html(Chooser {
        services: services.collect(),
        shell: page.shell(&app, page.t("im-channel-new")).await?,
    })
}

/// `GET /settings/channels/{id}`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<ChannelId>) -> web::Result {
    let channel = loaded(&app, &page, id).await?;
    html(editor(&app, &page, channel.service, Some(channel), None).await?)
}

async fn loaded(app: &App, page: &Page, id: ChannelId) -> web::Result<Channel> {
    let cx = page.cx.clone();
    Ok(app.db.read(move |tx| keeping::load(tx, &cx, id)).await?)
}

/// `POST /settings/channels`
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let service = service::named(form.text("service")).ok_or_else(Error::not_found)?;
    let (cx, wanted) = (page.cx.clone(), definition(&form, service));
    match app.db.write(move |tx| keeping::add(tx, &cx, &wanted)).await {
        Ok(channel) => done(&page, &format!("{PATH}/{}", channel.id), "im-channel-added"),
        Err(error) if is_refusal(&error) => {
            let filled = form.refused(&error, page.cx.locale);
            unprocessable(editor(&app, &page, service, None, Some(filled)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/channels/{id}`
async fn save(State(app): State<App>, page: Page, Path(id): Path<ChannelId>, form: FormData) -> web::Result {
    let channel = loaded(&app, &page, id).await?;
    let service = channel.service;
    let (cx, wanted) = (page.cx.clone(), definition(&form, service));
    let read = form.text("version").parse().ok();
    let change = move |tx: &mut Tx<'_>| keeping::change(tx, &cx, id, &wanted, read);
    match app.db.write(change).await {
        Ok(_) => done(&page, &format!("{PATH}/{id}"), "im-channel-saved"),
        Err(error) if is_refusal(&error) => {
            let filled = form.refused(&error, page.cx.locale);
            let channel = loaded(&app, &page, id).await?;
            unprocessable(editor(&app, &page, service, Some(channel), Some(filled)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict)
}

/// `POST /settings/channels/{id}/removal`
async fn remove(State(app): State<App>, page: Page, Path(id): Path<ChannelId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| keeping::remove(tx, &cx, id)).await?;
    done(&page, PATH, "im-channel-removed")
}

/// `POST /settings/channels/{id}/test`
async fn test(State(app): State<App>, page: Page, Path(id): Path<ChannelId>) -> web::Result {
    let cx = page.cx.clone();
    match app.db.write(move |tx| keeping::test(tx, &cx, id)).await {
        Ok(_) => done(&page, &format!("{PATH}/{id}/log"), "im-test-sent"),
        Err(error) if error.kind() == ErrorKind::Conflict => {
            let words = error.message(page.cx.locale);
            let back = see_other(&format!("{PATH}/{id}"))?;
            Ok(with_toast(back, &page, Tone::Warning, &words))
        }
        Err(error) => Err(error.into()),
    }
}

/// Where a page of the log begins.
#[derive(Debug, Deserialize)]
struct Before {
    before: Option<DeliveryId>,
}

/// A message as the log shows it.
struct Line {
    delivery: Delivery,
    kind: String,
    reason: String,
}

impl Line {
    fn of(page: &Page, delivery: Delivery) -> Self {
        Self {
            kind: page.t(&format!("im-kind-{}", delivery.kind.replace('_', "-"))),
            reason: delivering::reason(page.cx.locale, &delivery),
            delivery,
        }
    }

    const fn tone(&self) -> &'static str {
        match self.delivery.state {
            DeliveryState::Waiting => "warning",
            DeliveryState::Delivered => "success",
            DeliveryState::GivenUp => "danger",
        }
    }
}

#[derive(Template)]
#[template(path = "channel/views/log.html")]
struct Log {
    shell: Shell,
    channel: Channel,
    lines: Vec<Line>,
    refused: Vec<Refused>,
    /// Leads to older messages.
    older: Option<String>,
}

/// `GET /settings/channels/{id}/log`
async fn log(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ChannelId>,
    Query(from): Query<Before>,
) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let channel = keeping::load(tx, &cx, id)?;
        let deliveries = delivering::list(tx, &cx, id, from.before, PIECE)?;
        Ok((channel, deliveries, refusing::list(tx, &cx, id, PIECE)?))
    };
    let (channel, deliveries, refused) = app.db.read(read).await?;
    let is_full = i64::try_from(deliveries.len()).unwrap_or(0) >= PIECE;
    let older = deliveries
        .last()
        .filter(|_| is_full)
        .map(|last| format!("?before={}", last.id));
    html(Log {
        shell: page.shell(&app, page.t("im-log")).await?,
        lines: deliveries
            .into_iter()
            .map(|delivery| Line::of(&page, delivery))
            .collect(),
        channel,
        refused,
        older,
    })
}

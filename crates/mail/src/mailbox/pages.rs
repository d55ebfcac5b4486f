//! The pages of mailboxes: list, new, edit, try the connection, start and stop.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use kernel::error::{Error, Kind};
use kernel::i18n::Locale;
use kernel::time::Timestamp;
use serde_json::{Map, Value};
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::check::{Checked, check};
use super::{Health, Mailbox, MailboxId, MailboxInput, Security};
use crate::settings_page::{Place, Tab, tabs};
use crate::{receiver, trouble};

const NEED: Need = Need::permission(crate::MANAGE);

/// The routes of the pages and of the API of mailboxes.
pub fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/settings/mailboxes", NEED, index)
        .page(Method::POST, "/settings/mailboxes", NEED, create)
        .page(Method::GET, "/settings/mailboxes/new", NEED, new)
        .page(Method::GET, "/settings/mailboxes/{id}", NEED, edit)
        .page(Method::POST, "/settings/mailboxes/{id}", NEED, update)
        .page(
            Method::POST,
            "/settings/mailboxes/{id}/check",
            NEED,
            try_connection,
        )
        .page(Method::POST, "/settings/mailboxes/{id}/enable", NEED, enable)
        .page(Method::POST, "/settings/mailboxes/{id}/disable", NEED, disable)
        .merge(super::api::routes())
}

/// How fetching or sending goes, in words.
struct Going {
    class: &'static str,
    text: String,
    at: Option<Timestamp>,
    words: Option<String>,
    detail: Option<String>,
}

struct Row {
    mailbox: Mailbox,
    purpose: String,
    fetching: Going,
    sending: Going,
}

#[derive(Template)]
#[template(path = "mailbox/views/list.html")]
struct Index {
    shell: Shell,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
}

/// What is known of a mailbox that exists.
struct Known {
    id: MailboxId,
    enabled: bool,
    fetching: Going,
    sending: Going,
}

struct SettingField {
    field: String,
    label: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "mailbox/views/edit.html")]
struct Edit {
    shell: Shell,
    tabs: Vec<Tab>,
    known: Option<Known>,
    form: FormView,
    action: String,
    password_hint: String,
    locales: Vec<Choice>,
    purposes: Vec<Choice>,
    securities: Vec<Choice>,
    settings: Vec<SettingField>,
}

async fn index(State(app): State<App>, page: Page) -> web::Result {
    let locale = page.cx.locale;
    let found = app
        .db
        .read(|tx| {
            let mailboxes = super::list(tx)?;
            mailboxes
                .into_iter()
                .map(|mailbox| Ok((super::health(tx, mailbox.id)?, mailbox)))
                .collect::<kernel::Result<Vec<_>>>()
        })
        .await?;
    let rows = found.into_iter().map(|(health, mailbox)| Row {
        purpose: purpose_words(locale, &mailbox.purpose),
        fetching: fetching(locale, &mailbox, &health),
        sending: sending(locale, &mailbox, &health),
        mailbox,
    });
    let rows = rows.collect();
    let shell = page.shell(&app, page.t("mail-title")).await?;
    let tabs = tabs(&app, &shell, Place::Mailboxes).await?;
    html(Index { shell, tabs, rows })
}

async fn new(State(app): State<App>, page: Page) -> web::Result {
    let input = MailboxInput {
        enabled: true,
        locale: page.cx.locale.tag().to_owned(),
        purpose: crate::DESK.to_owned(),
        smtp_security: Security::Starttls,
        ..MailboxInput::default()
    };
    html(form_page(&app, &page, None, view_of(&input)).await?)
}

async fn edit(State(app): State<App>, page: Page, Path(id): Path<MailboxId>) -> web::Result {
    let mailbox = app.db.read(move |tx| super::get(tx, id)).await?;
    let form = view_of(&MailboxInput::of(&mailbox));
    html(form_page(&app, &page, Some(id), form).await?)
}

async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match read(&form) {
        Ok(input) => app.db.write(move |tx| super::create(tx, &cx, &input)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => said(
            &page,
            "mail-mailbox-created",
            &format!("/settings/mailboxes/{id}"),
        ),
        Err(error) => refused(&app, &page, None, &form, error).await,
    }
}

async fn update(
    State(app): State<App>,
    page: Page,
    Path(id): Path<MailboxId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match read(&form) {
        Ok(input) => app.db.write(move |tx| super::update(tx, &cx, id, &input)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => said(&page, "mail-mailbox-saved", &format!("/settings/mailboxes/{id}")),
        Err(error) => refused(&app, &page, Some(id), &form, error).await,
    }
}

async fn refused(
    app: &App,
    page: &Page,
    id: Option<MailboxId>,
    form: &FormData,
    error: Error,
) -> web::Result {
    if error.kind() != Kind::Invalid {
        return Err(error.into());
    }
    unprocessable(form_page(app, page, id, form.refused(&error, page.cx.locale)).await?)
}

async fn try_connection(State(app): State<App>, page: Page, Path(id): Path<MailboxId>) -> web::Result {
    let checked = check(&app, &page.cx, id).await?;
    let (tone, key) = match &checked {
        Checked {
            imap: None,
            smtp: None,
        } => (Tone::Info, "mail-check-nothing"),
        good if good.is_good() => (Tone::Success, "mail-check-good"),
        _ => (Tone::Danger, "mail-check-bad"),
    };
    with_words(&page, tone, key, &format!("/settings/mailboxes/{id}"))
}

async fn enable(State(app): State<App>, page: Page, Path(id): Path<MailboxId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| super::enable(tx, &cx, id)).await?;
    said(
        &page,
        "mail-mailbox-started",
        &format!("/settings/mailboxes/{id}"),
    )
}

async fn disable(State(app): State<App>, page: Page, Path(id): Path<MailboxId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| super::disable(tx, &cx, id)).await?;
    said(
        &page,
        "mail-mailbox-stopped",
        &format!("/settings/mailboxes/{id}"),
    )
}

/// Goes to a page that begins with these words.
pub(crate) fn said(page: &Page, key: &str, path: &str) -> web::Result<Response> {
    with_words(page, Tone::Success, key, path)
}

fn with_words(page: &Page, tone: Tone, key: &str, path: &str) -> web::Result<Response> {
    Ok(with_toast(see_other(path)?, page, tone, &page.t(key)))
}

/// The form as the operation's input; settings of the owner stand in fields named `setting_…`.
fn read(form: &FormData) -> kernel::Result<MailboxInput> {
    let mut input: MailboxInput = form.read()?;
    let settings = receiver::settings();
    if !settings.is_empty() {
        let chosen = settings.iter().map(|setting| {
            let value = form.optional(&field_of(*setting));
            (setting.name.to_owned(), value.map_or(Value::Null, Value::from))
        });
        input.settings = Some(Value::Object(chosen.collect::<Map<_, _>>()));
    }
    Ok(input)
}

fn view_of(input: &MailboxInput) -> FormView {
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let fields = [
        ("name", input.name.clone()),
        ("address", input.address.clone()),
        ("display_name", input.display_name.clone()),
        (
            "enabled",
            if input.enabled {
                "true".to_owned()
            } else {
                String::new()
            },
        ),
        ("locale", input.locale.clone()),
        ("purpose", input.purpose.clone()),
        ("imap_host", input.imap_host.clone()),
        ("imap_port", number(input.imap_port)),
        ("imap_security", input.imap_security.as_str().to_owned()),
        ("imap_user", input.imap_user.clone()),
        ("imap_folder", input.imap_folder.clone()),
        ("imap_move_to", input.imap_move_to.clone()),
        ("poll_seconds", number(input.poll_seconds)),
        ("smtp_host", input.smtp_host.clone()),
        ("smtp_port", number(input.smtp_port)),
        ("smtp_security", input.smtp_security.as_str().to_owned()),
        ("smtp_user", input.smtp_user.clone()),
        ("authority", input.authority.clone()),
    ];
    let mut fields: Vec<(String, String)> = fields.map(|(name, value)| (name.to_owned(), value)).into();
    for setting in receiver::settings() {
        let chosen = input
            .settings
            .as_ref()
            .and_then(|settings| settings.get(setting.name))
            .and_then(Value::as_str);
        fields.push((field_of(setting), chosen.unwrap_or_default().to_owned()));
    }
    FormData::from_pairs(fields).view()
}

async fn form_page(app: &App, page: &Page, id: Option<MailboxId>, form: FormView) -> web::Result<Edit> {
    let (locale, cx) = (page.cx.locale, page.cx.clone());
    let (found, settings) = app
        .db
        .read(move |tx| {
            let found = match id {
                Some(id) => Some((super::get(tx, id)?, super::health(tx, id)?)),
                None => None,
            };
            let mut settings = Vec::new();
            for setting in receiver::settings() {
                settings.push((setting, (setting.choices)(tx, &cx)?));
            }
            Ok((found, settings))
        })
        .await?;
    let title = found
        .as_ref()
        .map_or_else(|| page.t("mail-mailbox-new"), |(mailbox, _)| mailbox.name.clone());
    let known = found.map(|(mailbox, health)| Known {
        id: mailbox.id,
        enabled: mailbox.enabled,
        fetching: fetching(locale, &mailbox, &health),
        sending: sending(locale, &mailbox, &health),
    });
    let shell = page.shell(app, title).await?;
    let tabs = tabs(app, &shell, Place::Mailboxes).await?;
    let securities = [Security::Implicit, Security::Starttls, Security::None];
    Ok(Edit {
        tabs,
        form,
        action: id.map_or_else(
            || "/settings/mailboxes".to_owned(),
            |id| format!("/settings/mailboxes/{id}"),
        ),
        password_hint: if known.is_some() {
            page.t("mail-mailbox-password-kept")
        } else {
            String::new()
        },
        known,
        locales: Locale::ALL
            .iter()
            .map(|one| Choice::new(one.tag(), page.t(&language_key(*one))))
            .collect(),
        purposes: purposes()
            .into_iter()
            .map(|purpose| Choice::new(purpose, purpose_words(locale, purpose)))
            .collect(),
        securities: securities
            .map(|one| Choice::new(one.as_str(), page.t(&format!("mail-security-{}", one.as_str()))))
            .into(),
        settings: settings
            .into_iter()
            .map(|(setting, choices)| setting_field(page, setting, choices))
            .collect(),
        shell,
    })
}

fn setting_field(
    page: &Page,
    setting: receiver::SettingChoice,
    choices: Vec<(String, String)>,
) -> SettingField {
    let nothing = std::iter::once(Choice::new("", page.t("kernel-word-none")));
    let choices = nothing.chain(
        choices
            .into_iter()
            .map(|(value, label)| Choice::new(value, label)),
    );
    SettingField {
        field: field_of(setting),
        label: page.t(setting.label),
        choices: choices.collect(),
    }
}

fn field_of(setting: receiver::SettingChoice) -> String {
    format!("setting_{}", setting.name)
}

fn language_key(locale: Locale) -> String {
    format!("kernel-language-{}", locale.tag())
}

fn purposes() -> Vec<&'static str> {
    let known = receiver::purposes();
    if known.is_empty() {
        vec![crate::DESK]
    } else {
        known
    }
}

fn purpose_words(locale: Locale, purpose: &str) -> String {
    let key = format!("mail-purpose-{purpose}");
    if kernel::i18n::has_key(locale, &key) {
        locale.t(&key)
    } else {
        purpose.to_owned()
    }
}

fn fetching(locale: Locale, mailbox: &Mailbox, health: &Health) -> Going {
    let now = if mailbox.imap.is_none() {
        None
    } else {
        Some(health.imap_ok_at)
    };
    going(
        locale,
        mailbox.enabled,
        now,
        health.imap_error.as_ref(),
        health.imap_error_at,
        health.imap_detail.as_ref(),
    )
}

fn sending(locale: Locale, mailbox: &Mailbox, health: &Health) -> Going {
    let now = if mailbox.smtp.is_none() {
        None
    } else {
        Some(health.smtp_ok_at)
    };
    going(
        locale,
        mailbox.enabled,
        now,
        health.smtp_error.as_ref(),
        health.smtp_error_at,
        health.smtp_detail.as_ref(),
    )
}

/// `ok_at`: `None` when no server is named.
fn going(
    locale: Locale,
    enabled: bool,
    ok_at: Option<Option<Timestamp>>,
    error: Option<&String>,
    since: Option<Timestamp>,
    detail: Option<&String>,
) -> Going {
    let plain = |class, key: &str, at| Going {
        class,
        text: locale.t(key),
        at,
        words: None,
        detail: None,
    };
    match (ok_at, error) {
        (None, _) => plain("", "mail-going-unset", None),
        (Some(_), Some(code)) => Going {
            class: "chip-danger",
            text: locale.t("mail-going-trouble"),
            at: since,
            words: Some(trouble::words(locale, code)),
            detail: detail.cloned(),
        },
        (Some(_), None) if !enabled => plain("", "mail-mailbox-disabled", None),
        (Some(Some(at)), None) => plain("chip-success", "mail-going-well", Some(at)),
        (Some(None), None) => plain("", "mail-going-untried", None),
    }
}

//! Mailboxes in the JSON interface. Passwords can be written and never be read.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use web::{App, CxX, Json, Need, Path, Routes};

use super::{Health, Mailbox, MailboxId, MailboxInput, Security};

const NEED: Need = Need::permission(crate::MANAGE);

/// The endpoints.
pub fn routes() -> Routes {
    Routes::new()
        .api(NEED, utoipa_axum::routes!(list_mailboxes, create_mailbox))
        .api(NEED, utoipa_axum::routes!(get_mailbox, update_mailbox))
        .api(NEED, utoipa_axum::routes!(check_mailbox))
}

/// A server as the API shows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ServerJson {
    host: String,
    port: u16,
    security: Security,
    user: String,
    /// Whether a password is stored.
    has_password: bool,
    /// Since when it works, or when it last did.
    #[schema(value_type = Option<String>, format = DateTime)]
    ok_at: Option<Timestamp>,
    /// Code of what is wrong now.
    error: Option<String>,
    /// What the server said.
    detail: Option<String>,
}

/// A mailbox as the API shows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MailboxJson {
    #[schema(value_type = String)]
    id: MailboxId,
    name: String,
    address: String,
    display_name: String,
    enabled: bool,
    #[schema(example = "zh-CN")]
    locale: String,
    #[schema(example = "desk")]
    purpose: String,
    settings: Value,
    imap: Option<ServerJson>,
    smtp: Option<ServerJson>,
    imap_folder: Option<String>,
    imap_move_to: Option<String>,
    poll_seconds: Option<i64>,
    authority: Option<String>,
}

/// All mailboxes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MailboxesJson {
    items: Vec<MailboxJson>,
}

impl MailboxJson {
    fn of(mailbox: Mailbox, health: Health) -> Self {
        let imap = mailbox.imap.as_ref().map(|imap| ServerJson {
            host: imap.host.clone(),
            port: imap.port,
            security: imap.security,
            user: imap.user.clone(),
            has_password: imap.password.is_some(),
            ok_at: health.imap_ok_at,
            error: health.imap_error,
            detail: health.imap_detail,
        });
        let smtp = mailbox.smtp.as_ref().map(|smtp| ServerJson {
            host: smtp.host.clone(),
            port: smtp.port,
            security: smtp.security,
            user: smtp.user.clone(),
            has_password: smtp.password.is_some(),
            ok_at: health.smtp_ok_at,
            error: health.smtp_error,
            detail: health.smtp_detail,
        });
        Self {
            id: mailbox.id,
            imap_folder: mailbox.imap.as_ref().map(|imap| imap.folder.clone()),
            imap_move_to: mailbox.imap.as_ref().and_then(|imap| imap.move_to.clone()),
            poll_seconds: mailbox.imap.as_ref().map(|imap| imap.poll_seconds),
            name: mailbox.name,
            address: mailbox.address,
            display_name: mailbox.display_name,
            enabled: mailbox.enabled,
            locale: mailbox.locale.tag().to_owned(),
            purpose: mailbox.purpose,
            settings: mailbox.settings,
            imap,
            smtp,
            authority: mailbox.authority,
        }
    }
}

/// Lists the mailboxes and how they are.
#[utoipa::path(get, path = "/mailboxes", tag = "mail", responses((status = 200, body = MailboxesJson)))]
async fn list_mailboxes(State(app): State<App>, _cx: CxX) -> web::Result<Json<MailboxesJson>> {
    let items = app.db.read(|tx| {
        let mailboxes = super::list(tx)?.into_iter();
        mailboxes
            .map(|mailbox| Ok(MailboxJson::of(mailbox.clone(), super::health(tx, mailbox.id)?)))
            .collect()
    });
    Ok(Json(MailboxesJson { items: items.await? }))
}

/// Sets up a mailbox.
#[utoipa::path(post, path = "/mailboxes", tag = "mail", request_body = MailboxInput,
    responses((status = 201, body = MailboxJson)))]
async fn create_mailbox(
    State(app): State<App>,
    cx: CxX,
    Json(input): Json<MailboxInput>,
) -> web::Result<(StatusCode, Json<MailboxJson>)> {
    let cx = cx.0;
    let made = app.db.write(move |tx| {
        let id = super::create(tx, &cx, &input)?;
        Ok(MailboxJson::of(super::get(tx, id)?, super::health(tx, id)?))
    });
    Ok((StatusCode::CREATED, Json(made.await?)))
}

/// One mailbox and how it is.
#[utoipa::path(get, path = "/mailboxes/{id}", tag = "mail", params(("id" = String, Path)),
    responses((status = 200, body = MailboxJson), (status = 404)))]
async fn get_mailbox(
    State(app): State<App>,
    _cx: CxX,
    Path(id): Path<MailboxId>,
) -> web::Result<Json<MailboxJson>> {
    let found = app
        .db
        .read(move |tx| Ok(MailboxJson::of(super::get(tx, id)?, super::health(tx, id)?)));
    Ok(Json(found.await?))
}

/// Replaces a mailbox. A missing password stays as it is; it must be given anew when the server's name changes.
#[utoipa::path(put, path = "/mailboxes/{id}", tag = "mail", params(("id" = String, Path)), request_body = MailboxInput,
    responses((status = 200, body = MailboxJson), (status = 404)))]
async fn update_mailbox(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<MailboxId>,
    Json(input): Json<MailboxInput>,
) -> web::Result<Json<MailboxJson>> {
    let cx = cx.0;
    let changed = app.db.write(move |tx| {
        super::update(tx, &cx, id, &input)?;
        Ok(MailboxJson::of(super::get(tx, id)?, super::health(tx, id)?))
    });
    Ok(Json(changed.await?))
}

/// Connects to both servers of a mailbox, signs in, and shows what they said.
#[utoipa::path(post, path = "/mailboxes/{id}/check", tag = "mail", params(("id" = String, Path)),
    responses((status = 200, body = MailboxJson), (status = 404)))]
async fn check_mailbox(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<MailboxId>,
) -> web::Result<Json<MailboxJson>> {
    super::check::check(&app, &cx.0, id).await?;
    let found = app
        .db
        .read(move |tx| Ok(MailboxJson::of(super::get(tx, id)?, super::health(tx, id)?)));
    Ok(Json(found.await?))
}

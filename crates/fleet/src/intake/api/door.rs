//! The door for foreign agents: they call it as they call the servers they were made for.
//!
//! An agent proves itself by basic authentication whose password is an API token with the scope `fleet.intake`; the user's name
//! does not matter. It comes without at first and waits to be asked. A browser's cookie opens nothing here: what comes this way
//! carries no token of a form.

use axum::body::Body;
use axum::extract::{Request as Incoming, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use futures::StreamExt as _;
use glpi::{Form, Message, UNPACKED_MOST, What};
use kernel::cx::{Actor, Credential, Cx};
use kernel::error::{Error, Kind};
use tokio::sync::Semaphore;
use web::rate::Limit;
use web::{App, Credentials, Need, Page, Routes};

use crate::INTAKE;
use crate::intake::answering::{self, Answer};
use crate::intake::taking::{self, Way};

/// Where agents are told to knock. The first is ours; the others are the paths of the servers they come from, so that only the
/// host in their settings changes.
const PATHS: &[&str] = &[
    "/inventory",
    "/front/inventory.php",
    "/plugins/fusioninventory/",
    "/plugins/glpiinventory/",
    "/ocsinventory",
];
/// Wrong tokens from one address.
const GUESSES: Limit = Limit {
    name: "fleet.intake.guesses",
    burst: 30.0,
    per_minute: 30.0,
};
/// Messages of one agent. It greets and sends once a day; a switch with many neighbours sends one for each.
const FLOOD: Limit = Limit {
    name: "fleet.intake.flood",
    burst: 60.0,
    per_minute: 60.0,
};
/// Bodies that are read at the same time: each may take a hundred megabytes for a moment.
const AT_ONCE: usize = 2;

/// How much of a body is waited for before its sender is asked who it is.
const POURED_MOST: usize = 4 * 1024 * 1024;

struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

pub(super) fn routes() -> Routes {
    PATHS.iter().fold(Routes::new(), |routes, path| {
        routes
            .machine(Method::POST, path, Need::Public, knock)
            .machine(Method::GET, path, Need::Public, ask)
    })
}

/// An agent brings something.
async fn knock(State(app): State<App>, page: Page, incoming: Incoming) -> web::Result {
    let (parts, body) = incoming.into_parts();
    let form = form_of(&parts.headers);
    let cx = match caller(&app, &page, &parts.headers).await? {
        Caller::Known(cx) => cx,
        Caller::Nobody => {
            pour_out(body).await;
            return Ok(unproved(form));
        }
        Caller::Limited => {
            let words = "the token of this agent lacks the scope fleet.intake";
            return Ok(refused(form, StatusCode::FORBIDDEN, words));
        }
    };
    let Ok(body) = axum::body::to_bytes(body, UNPACKED_MOST).await else {
        let words = "the inventory is too large, or did not arrive whole";
        return Ok(refused(form, StatusCode::PAYLOAD_TOO_LARGE, words));
    };
    let message = match read(&app, body).await? {
        Ok(message) => message,
        Err(broken) => {
            tracing::info!(reason = ?broken, "a foreign inventory was refused");
            let status = match broken {
                glpi::Broken::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::BAD_REQUEST,
            };
            return Ok(refused(form, status, broken.words()));
        }
    };
    let agent = format!("{} {}", page.client_address, message.agent_id);
    if let Err(error) = app.rates.take(FLOOD, &agent, cx.now()) {
        let words = "this agent sends too much; it may try again in a minute";
        let mut response = refused(message.form, StatusCode::TOO_MANY_REQUESTS, words);
        if error.kind() == Kind::TooMany {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        return Ok(response);
    }
    answer(&app, &page, cx, message).await
}

/// An agent asks for jobs, or a person looks whether somebody is there.
async fn ask() -> Response {
    respond(StatusCode::OK, &answering::no_jobs())
}

async fn answer(app: &App, page: &Page, cx: Cx, message: Message) -> web::Result {
    let form = message.form;
    let inventories = match message.what {
        What::Prolog | What::Contact => return Ok(respond(StatusCode::OK, &answering::welcome(form))),
        What::Other(action) => {
            let words = format!("{action} is not taken here, only inventories");
            return Ok(refused(form, StatusCode::BAD_REQUEST, &words));
        }
        What::Inventory(inventories) => inventories,
    };
    for inventory in inventories {
        let way = Way {
            form,
            agent_id: message.agent_id.clone(),
            address: page.client_address.to_string(),
        };
        let cx = cx.clone();
        let taken = app
            .db
            .write(move |tx| taking::take(tx, &cx, &inventory, &way))
            .await;
        if let Err(error) = taken {
            if error.kind() == Kind::Invalid {
                let words = "the inventory names no device";
                return Ok(refused(form, StatusCode::BAD_REQUEST, words));
            }
            return Err(error.into());
        }
    }
    Ok(respond(StatusCode::OK, &answering::thanks(form)))
}

/// Reads a body beside the threads that serve, a few at a time.
async fn read(app: &App, body: bytes::Bytes) -> web::Result<Result<Message, glpi::Broken>> {
    let turns = app.shelf.get::<Turns>();
    let _turn = turns
        .0
        .acquire()
        .await
        .map_err(|_| Error::internal("the turns are over"))?;
    let reading = tokio::task::spawn_blocking(move || glpi::read(&body));
    Ok(reading
        .await
        .map_err(|_| Error::internal("reading an inventory panicked"))?)
}

/// Takes what an agent sends before it was asked who it is, and keeps nothing of it: an agent that is answered while it still sends
/// may hear only that the connection broke. Whoever sends more than any agent packs is not waited for.
async fn pour_out(body: Body) {
    let mut pieces = body.into_data_stream();
    let mut bytes = 0;
    while let Some(Ok(piece)) = pieces.next().await {
        bytes += piece.len();
        if bytes > POURED_MOST {
            return;
        }
    }
}

enum Caller {
    Known(Cx),
    Nobody,
    Limited,
}

async fn caller(app: &App, page: &Page, headers: &HeaderMap) -> web::Result<Caller> {
    let mut cx = page.cx.clone();
    if let Some(password) = password(headers) {
        cx.actor = match app.who_is(&Credentials::Bearer(password)).await? {
            Some(signed_in) => Actor::User(signed_in.identity),
            None => {
                app.rates.take(GUESSES, &page.client_address, cx.now())?;
                Actor::Anonymous
            }
        };
    }
    let is_token = cx
        .identity()
        .is_some_and(|identity| matches!(identity.credential, Credential::Token { .. }));
    Ok(match (is_token, cx.may(INTAKE)) {
        (false, _) => Caller::Nobody,
        (true, None) => Caller::Limited,
        (true, Some(_)) => Caller::Known(cx),
    })
}

/// The password of basic authentication (RFC 7617).
fn password(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, packed) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64.decode(packed.trim().as_bytes()).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

/// How an agent of whom nothing was read yet wants to be answered.
fn form_of(headers: &HeaderMap) -> Form {
    let is_json = headers.contains_key("glpi-agent-id")
        || headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_json { Form::Json } else { Form::Xml }
}

fn unproved(form: Form) -> Response {
    let words = "give the agent a token with the scope fleet.intake as its password";
    let mut response = refused(form, StatusCode::UNAUTHORIZED, words);
    response.headers_mut().insert(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Basic realm=\"Mainstay inventory\""),
    );
    response
}

fn refused(form: Form, status: StatusCode, words: &str) -> Response {
    respond(status, &answering::refusal(form, words))
}

fn respond(status: StatusCode, answer: &Answer) -> Response {
    let mut response = (status, Body::from(answer.body.clone())).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(answer.content_type),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_password_whatever_the_user_is_called() {
        let mut headers = HeaderMap::new();
        assert_eq!(password(&headers), None);
        for (text, expected) in [
            ("Basic YWdlbnQ6bXN0X2E6Yg==", Some("mst_a:b")),
            ("basic Om1zdF9h", Some("mst_a")),
            ("Basic ???", None),
            ("Bearer YWdlbnQ6bXN0X2E6Yg==", None),
        ] {
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(text));
            assert_eq!(password(&headers).as_deref(), expected, "{text}");
        }
    }
}

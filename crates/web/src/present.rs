//! Shows a failure to whoever asked: problem+json (RFC 9457) to programs, a page to people, a toast to scripts.
//!
//! It is the one place where failures are logged, with the request's identifier and never with what a person wrote.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::error::{Error, Kind};
use kernel::i18n::{self, Locale};
use serde::Serialize;

use crate::app::App;
use crate::failure::{Failed, Failure, word_of};
use crate::flash::{Tone, toast_header};
use crate::page::Page;
use crate::routes::Surface;
use crate::shell::Shell;
use crate::urlencoded;

/// An error of the API, as RFC 9457 writes it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `urn:mainstay:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:mainstay:problem:desk.ticket.title_missing")]
    pub kind: String,
    /// The sort of failure, in the reader's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, in the reader's language.
    pub detail: String,
    /// The stable code; programs decide by it.
    #[schema(example = "desk.ticket.title_missing")]
    pub code: String,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// Identifier of the request, for whoever reads the log.
    pub request: String,
}

/// One wrong field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemField {
    /// Its name in the JSON object or form.
    pub field: String,
    /// The stable code.
    pub code: String,
    /// The words.
    pub detail: String,
    /// Where it is mended, when that is not what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// The page that people see.
#[derive(askama::Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    status: u16,
    detail: String,
    next: String,
    fields: Vec<String>,
    request: String,
    retry: bool,
}

/// Replaces a response that carries a failure by what the reader can use; others pass.
pub(crate) async fn present(app: &App, page: &Page, surface: Surface, mut response: Response) -> Response {
    let Some(Failed(error)) = response.extensions_mut().remove::<Failed>() else {
        return response;
    };
    log(&error, page, response.status());
    let status = response.status();
    let mut shown = match surface {
        Surface::Api | Surface::Machine => problem(&error, page, status),
        Surface::Page if page.scripted => toast(&error, page, status),
        Surface::Page if error.kind() == Kind::Unauthenticated => to_sign_in(page),
        Surface::Page => error_page(app, page, &error, status).await,
    };
    if matches!(error.kind(), Kind::Unavailable | Kind::TooMany) {
        shown
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    shown
}

fn log(error: &Error, page: &Page, status: StatusCode) {
    let request = &*page.cx.request;
    match error.kind() {
        Kind::Internal => {
            tracing::error!(request, status = status.as_u16(), error = %error, "request failed")
        }
        Kind::Unavailable => {
            tracing::warn!(request, status = status.as_u16(), error = %error, "request refused")
        }
        _ => tracing::debug!(
            request,
            status = status.as_u16(),
            code = error.code(),
            "request refused"
        ),
    }
}

/// The words of an error; when nobody wrote any for its code, those of its kind.
pub(crate) fn words(error: &Error, locale: Locale) -> String {
    let key = format!("error-{}", error.code().replace('.', "-"));
    if i18n::has_key(locale, &key) {
        return error.message(locale);
    }
    locale.t(&format!("web-failure-{}-detail", word_of(error.kind())))
}

/// The words of the fields of an error.
fn field_words(error: &Error, locale: Locale) -> Vec<ProblemField> {
    let one = |field: &kernel::error::FieldError| ProblemField {
        field: field.field.clone(),
        code: field.code.clone(),
        detail: field.message(locale),
        link: field.link().map(str::to_owned),
    };
    error.fields().iter().map(one).collect()
}

fn problem(error: &Error, page: &Page, status: StatusCode) -> Response {
    let locale = page.cx.locale;
    let body = Problem {
        kind: format!("urn:mainstay:problem:{}", error.code()),
        title: title(error, locale),
        status: status.as_u16(),
        detail: words(error, locale),
        code: error.code().to_owned(),
        errors: field_words(error, locale),
        request: page.cx.request.to_string(),
    };
    let json = serde_json::to_vec(&body).unwrap_or_default();
    let mut response = (status, json).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Ok(language) = HeaderValue::from_str(locale.tag()) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    if error.kind() == Kind::Unauthenticated {
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"mainstay\""),
        );
    }
    response
}

fn title(error: &Error, locale: Locale) -> String {
    locale.t(&format!("web-failure-{}-title", word_of(error.kind())))
}

fn toast(error: &Error, page: &Page, status: StatusCode) -> Response {
    let fields = field_words(error, page.cx.locale);
    let text = fields
        .first()
        .map_or_else(|| words(error, page.cx.locale), |field| field.detail.clone());
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("hx-trigger"),
        toast_header(Tone::Danger, &text),
    );
    // A 422 is swapped like a success, but there is no form in this answer.
    headers.insert(
        HeaderName::from_static("hx-reswap"),
        HeaderValue::from_static("none"),
    );
    response
}

fn to_sign_in(page: &Page) -> Response {
    crate::answer::see_other(&format!(
        "/sign-in?next={}",
        urlencoded::encode(&page.return_path())
    ))
    .unwrap_or_else(Failure::into_response)
}

async fn error_page(app: &App, page: &Page, error: &Error, status: StatusCode) -> Response {
    let locale = page.cx.locale;
    let fields: Vec<String> = field_words(error, locale)
        .into_iter()
        .map(|field| field.detail)
        .collect();
    let view = ErrorPage {
        shell: page.bare(app, title(error, locale)),
        status: status.as_u16(),
        detail: words(error, locale),
        next: locale.t(&format!("web-failure-{}-next", word_of(error.kind()))),
        fields,
        request: page.cx.request.to_string(),
        retry: matches!(error.kind(), Kind::Unavailable | Kind::TooMany | Kind::Internal),
    };
    match crate::answer::html(view) {
        Ok(mut response) => {
            *response.status_mut() = status;
            response
        }
        Err(failure) => {
            tracing::error!(error = %failure.error(), "the error page could not be rendered");
            (status, status.canonical_reason().unwrap_or_default()).into_response()
        }
    }
}

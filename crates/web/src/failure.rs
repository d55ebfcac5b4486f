//! How a failed handler answers: it hands a [`Failure`] up, and [`crate::present`] shows it.
//!
//! A handler does not know whether its caller wants JSON, a page, or a toast, nor in which language. So the response
//! made here only carries the error; the gate around each route, which knows the reader, turns it into words.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::error::{Error, Kind};

/// What handlers answer: `web::Result` for pages, `web::Result<Json<T>>` for the API.
pub type Result<T = Response> = std::result::Result<T, Failure>;

/// A house error on its way to the reader.
#[derive(Debug)]
pub struct Failure {
    error: Error,
    status: StatusCode,
}

/// Rides in the extensions of a response until somebody who knows the reader shows it.
#[derive(Clone)]
pub(crate) struct Failed(pub(crate) Arc<Error>);

impl Failure {
    /// With a status that its kind does not have (405).
    pub(crate) fn with_status(error: Error, status: StatusCode) -> Self {
        Self { error, status }
    }

    /// The house error inside.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = status_of(error.kind());
        Self { error, status }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Error::internal(error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Failed(Arc::new(self.error)));
        response
    }
}

/// The one status of each kind.
pub fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The word for each kind in the keys of texts: `web-failure-not_found-title`.
pub(crate) fn word_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "invalid",
        Kind::Unauthenticated => "unauthenticated",
        Kind::Forbidden => "forbidden",
        Kind::NotFound => "not_found",
        Kind::Conflict => "conflict",
        Kind::TooLarge => "too_large",
        Kind::TooMany => "too_many",
        Kind::Unavailable => "unavailable",
        Kind::Internal => "internal",
    }
}

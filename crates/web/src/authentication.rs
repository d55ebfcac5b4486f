//! What a request brings to prove who sends it, and what the people slice makes of that.
//!
//! The kit reads cookies and headers; it does not know what a session or a token is. One function of one slice does.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use kernel::cx::Identity;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;

use crate::app::App;
use crate::cookie::{self, Transport};
use crate::routes::Surface;

/// The proof that a request brings.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// The opaque token of a browser session (cookie).
    Session(String),
    /// The secret of an API token (`Authorization: Bearer`).
    Bearer(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Session(_) => "Session(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

/// Who that is.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The person and their rights.
    pub identity: Arc<Identity>,
    /// The language they chose; else the browser's.
    pub locale: Option<Locale>,
    /// Their time zone (IANA name); else the installation's.
    pub time_zone: Option<Arc<str>>,
}

/// The credentials of a request. Pages take the session cookie only; a bearer token that comes to a page is not
/// looked at. Endpoints prefer the token, so that a browser's cookie never acts by accident.
pub(crate) fn credentials(
    headers: &HeaderMap,
    surface: Surface,
    transport: Transport,
) -> Option<Credentials> {
    if surface != Surface::Page
        && let Some(value) = headers.get(header::AUTHORIZATION)
    {
        // A malformed header is a wrong proof, not the absence of one.
        let text = value.to_str().unwrap_or_default();
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        // A program with a protocol of its own proves itself to its endpoint; another scheme is no token of ours. The cookie is not
        // asked for in its place: such a program is nobody here.
        if surface == Surface::Machine && !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let token = if scheme.eq_ignore_ascii_case("bearer") {
            token.trim()
        } else {
            ""
        };
        return Some(Credentials::Bearer(token.to_owned()));
    }
    transport.read(headers, cookie::SESSION).map(Credentials::Session)
}

impl App {
    /// Whose credentials these are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn who_is(&self, credentials: &Credentials) -> Result<Option<SignedIn>> {
        let Some(authenticate) = self.authenticate() else {
            return Ok(None);
        };
        let (credentials, now) = (credentials.clone(), self.clock.now());
        self.db.read(move |tx| authenticate(tx, &credentials, now)).await
    }

    /// As [`App::who_is`]; a bearer token that is worth nothing is an error, a dead session is only nobody.
    pub(crate) async fn identify(&self, credentials: Option<&Credentials>) -> Result<Option<SignedIn>> {
        let Some(credentials) = credentials else {
            return Ok(None);
        };
        match (self.who_is(credentials).await?, credentials) {
            (None, Credentials::Bearer(_)) => Err(Error::unauthenticated()),
            (found, _) => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn brought(authorization: &str, surface: Surface) -> Option<Credentials> {
        let transport = Transport::of(false);
        let mut headers = HeaderMap::new();
        if let Some(cookie) = transport.write(cookie::SESSION, "browser", None) {
            headers.insert(header::COOKIE, cookie);
        }
        if let Ok(value) = HeaderValue::from_str(authorization) {
            headers.insert(header::AUTHORIZATION, value);
        }
        credentials(&headers, surface, transport)
    }

    #[test]
    fn a_scheme_of_another_protocol_is_no_token_and_makes_nobody_of_a_cookie() {
        for scheme in ["HMAC xyz", "hmac xyz", "Basic eDp5", "HMAC", ""] {
            assert_eq!(brought(scheme, Surface::Machine), None, "{scheme}");
            let wrong = Some(Credentials::Bearer(String::new()));
            assert_eq!(brought(scheme, Surface::Api), wrong, "{scheme}");
        }
    }

    #[test]
    fn a_bearer_token_is_read_by_programs_and_not_by_pages() {
        let token = Some(Credentials::Bearer("t".to_owned()));
        for scheme in ["Bearer t", "bearer  t ", "BEARER t"] {
            assert_eq!(brought(scheme, Surface::Machine), token, "{scheme}");
            assert_eq!(brought(scheme, Surface::Api), token, "{scheme}");
            let session = Some(Credentials::Session("browser".to_owned()));
            assert_eq!(brought(scheme, Surface::Page), session, "{scheme}");
        }
    }
}

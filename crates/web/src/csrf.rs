//! Cross-site request forgery: a token bound to the session, and the origin of the request.
//!
//! The token is an HMAC of the session's secret (or of the visitor cookie before sign-in), so nothing is stored and
//! any node can check it. It is not masked against BREACH: the session cookie is SameSite=Lax, so a foreign page
//! cannot make the browser fetch our pages with it over and over.

use axum::http::{HeaderMap, header};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::error::{Error, Kind};
use sha2::Sha256;

/// Name of the hidden field.
pub const FIELD: &str = "csrf";
/// Name of the header that scripts send.
pub const HEADER: &str = "x-csrf-token";

/// The secret of the tokens, the same on every node.
#[derive(Clone)]
pub(crate) struct Key(pub(crate) [u8; 32]);

impl Key {
    /// The token for a session's or visitor's secret.
    pub(crate) fn token(&self, bound_to: &str) -> String {
        self.mac(bound_to).map_or_else(String::new, |mac| {
            BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
        })
    }

    /// Whether a token belongs to this secret; compared in constant time.
    pub(crate) fn accepts(&self, bound_to: &str, token: &str) -> bool {
        let Ok(bytes) = BASE64URL_NOPAD.decode(token.as_bytes()) else {
            return false;
        };
        self.mac(bound_to)
            .is_some_and(|mac| mac.verify_slice(&bytes).is_ok())
    }

    fn mac(&self, bound_to: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(b"csrf:");
        mac.update(bound_to.as_bytes());
        Some(mac)
    }
}

/// The answer to a request without its token.
pub(crate) fn refused() -> Error {
    Error::new(Kind::Forbidden, "web.csrf.refused")
}

/// Refuses requests that a foreign page made, by what the browser says of them. Browsers that say nothing are left
/// to the token.
pub(crate) fn check_origin(headers: &HeaderMap, base_url: &str) -> Result<(), Error> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if matches!(text("sec-fetch-site"), Some("cross-site" | "same-site")) {
        return Err(Error::new(Kind::Forbidden, "web.csrf.foreign_origin"));
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return Ok(());
    };
    let authority = |address: &str| {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().to_ascii_lowercase()
    };
    let host = text(header::HOST.as_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let origin_authority = authority(origin);
    if origin_authority == host || origin_authority == authority(base_url) {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "web.csrf.foreign_origin"))
}

/// Refuses a WebSocket that is not of our own pages. Browsers name the origin of every WebSocket they open, and no token can come
/// with one: whoever names none is refused as well.
///
/// # Errors
/// 403.
pub fn own_origin(headers: &HeaderMap, base_url: &str) -> Result<(), Error> {
    if headers.contains_key(header::ORIGIN) {
        check_origin(headers, base_url)
    } else {
        Err(Error::new(Kind::Forbidden, "web.csrf.foreign_origin"))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_session_only() {
        let key = Key([7; 32]);
        let token = key.token("session one");
        assert!(key.accepts("session one", &token));
        assert!(!key.accepts("session two", &token));
        assert!(!key.accepts("session one", ""));
        assert!(!Key([8; 32]).accepts("session one", &token));
    }

    #[test]
    fn a_foreign_origin_is_refused_and_our_own_is_not() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            headers
        };
        let base = "https://desk.example";
        assert!(
            check_origin(
                &headers(&[("host", "desk.example"), ("origin", "https://desk.example")]),
                base
            )
            .is_ok()
        );
        assert!(
            check_origin(
                &headers(&[("host", "10.0.0.5:80"), ("origin", "https://desk.example")]),
                base
            )
            .is_ok()
        );
        assert!(
            check_origin(
                &headers(&[("host", "desk.example"), ("origin", "https://evil.example")]),
                base
            )
            .is_err()
        );
        assert!(check_origin(&headers(&[("host", "desk.example"), ("origin", "null")]), base).is_err());
        assert!(check_origin(&headers(&[("sec-fetch-site", "cross-site")]), base).is_err());
        assert!(check_origin(&headers(&[("sec-fetch-site", "same-origin")]), base).is_ok());
    }
}

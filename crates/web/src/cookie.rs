//! The cookies of the house: which there are, how they are read, and how they are set.
//!
//! With an https address the session cookie carries the `__Host-` prefix, which browsers only accept from this very
//! host, over TLS, for the whole site: a sister domain cannot plant one (RFC 6265bis, section 4.1.3.2).

use axum::http::{HeaderMap, HeaderValue, header};

/// The opaque session token.
pub const SESSION: &str = "mainstay_session";
/// A random name for a browser nobody has signed in to, so that its forms can carry a CSRF token too.
pub(crate) const VISITOR: &str = "mainstay_visitor";
/// The language a visitor chose.
pub(crate) const LOCALE: &str = "mainstay_locale";
/// What the next page says once.
pub(crate) const FLASH: &str = "mainstay_flash";

const YEAR_SECONDS: i64 = 365 * 24 * 60 * 60;

/// How cookies are written: with TLS or, on a developer's machine, without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Secure,
    Plain,
}

impl Transport {
    /// By the configuration, which follows the address people use unless told otherwise.
    pub(crate) fn of(secure_cookies: bool) -> Self {
        if secure_cookies { Self::Secure } else { Self::Plain }
    }

    fn full_name(self, name: &str) -> String {
        match self {
            Self::Secure => format!("__Host-{name}"),
            Self::Plain => name.to_owned(),
        }
    }

    /// The value of a cookie of the house.
    pub(crate) fn read(self, headers: &HeaderMap, name: &str) -> Option<String> {
        let wanted = self.full_name(name);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, value)| *found == wanted && !value.is_empty())
            .map(|(_, value)| value.to_owned())
    }

    /// The `Set-Cookie` that stores a value for some seconds; `None` lasts until the browser closes.
    /// Values are base64url or a language tag, so nothing needs quoting.
    pub(crate) fn write(self, name: &str, value: &str, max_age: Option<i64>) -> Option<HeaderValue> {
        let secure = if self == Self::Secure { "; Secure" } else { "" };
        let age = max_age.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        let text = format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}",
            self.full_name(name)
        );
        HeaderValue::from_str(&text).ok()
    }

    /// The `Set-Cookie` that forgets a value.
    pub(crate) fn forget(self, name: &str) -> Option<HeaderValue> {
        self.write(name, "", Some(0))
    }

    /// The `Set-Cookie` that remembers a language.
    pub(crate) fn remember_locale(self, tag: &str) -> Option<HeaderValue> {
        self.write(LOCALE, tag, Some(YEAR_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_a_session_without_the_host_prefix_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("mainstay_session=planted"),
        );
        assert_eq!(Transport::Secure.read(&headers, SESSION), None);
        assert_eq!(
            Transport::Plain.read(&headers, SESSION),
            Some("planted".to_owned())
        );
    }

    #[test]
    fn what_is_written_is_read_back_and_closed_to_scripts() {
        let transport = Transport::Secure;
        let written = transport.write(SESSION, "abc", Some(60)).unwrap();
        let text = written.to_str().unwrap();
        assert_eq!(
            text,
            "__Host-mainstay_session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        );
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=b; __Host-mainstay_session=abc; c=d"),
        );
        assert_eq!(transport.read(&headers, SESSION), Some("abc".to_owned()));
    }
}

//! The answers handlers give: a page, a form again, somewhere else, a file, nothing.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use kernel::error::Error;

use crate::cookie;
use crate::failure::Result;
use crate::page::Page;
use crate::pipeline::POLICY;
use crate::urlencoded;

/// A rendered template. What is inside people's pages is never cached by anybody between.
///
/// # Errors
/// When the template cannot be rendered.
pub fn html(view: impl Template) -> Result {
    let mut response = view.render()?.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    Ok(response)
}

/// A form that was refused: 422, with what was typed and what is wrong.
///
/// # Errors
/// When the template cannot be rendered.
pub fn unprocessable(view: impl Template) -> Result {
    let mut response = html(view)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// 303: the change is made, go and look.
///
/// # Errors
/// When the path is not one (control characters).
pub fn see_other(path: &str) -> Result {
    let location = HeaderValue::from_str(path).map_err(Error::internal)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// After a change: 303 for a plain form, `HX-Redirect` for a script.
///
/// # Errors
/// As [`see_other`].
pub fn go_to(page: &Page, path: &str) -> Result {
    if !page.scripted {
        return see_other(path);
    }
    let location = HeaderValue::from_str(path).map_err(Error::internal)?;
    Ok((
        StatusCode::NO_CONTENT,
        [(HeaderName::from_static("hx-redirect"), location)],
    )
        .into_response())
}

/// 204.
///
/// # Errors
/// Never; a `Result` so that handlers end alike.
pub fn no_content() -> Result {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A path of this site that a form or link asked to return to; anything else becomes `/`.
pub fn local_path(wanted: &str) -> &str {
    let mut letters = wanted.chars();
    let local = letters.next() == Some('/') && !matches!(letters.next(), Some('/' | '\\'));
    let clean = wanted
        .chars()
        .all(|letter| !letter.is_control() && letter != '\\');
    if local && clean && wanted.is_ascii() {
        wanted
    } else {
        "/"
    }
}

/// Pictures that browsers show without running anything in them. SVG is left out on purpose.
const SHOWN_TYPES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"];

/// A file somebody else made: pictures are shown, all else is offered for saving; nothing in it may run.
///
/// # Errors
/// Never; a `Result` so that handlers end alike.
pub fn download(content: impl Into<Body>, name: &str, media_type: &str) -> Result {
    let plain = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let shown = SHOWN_TYPES.iter().find(|known| **known == plain);
    let (media_type, disposition) = match shown {
        Some(&"text/plain") => ("text/plain; charset=utf-8", "inline"),
        Some(known) => (*known, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    let disposition = format!("{disposition}; filename*=UTF-8''{}", urlencoded::encode(name));
    let mut response = Response::new(content.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=3600"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// A whole file in memory, see [`download`].
///
/// # Errors
/// As [`download`].
pub fn download_bytes(content: Bytes, name: &str, media_type: &str) -> Result {
    download(Body::from(content), name, media_type)
}

/// Lets the scripts of this one page style what they draw, which a terminal needs: thousands of letters, each with a colour and a
/// place of its own. Where scripts come from stays as strict as everywhere.
#[must_use]
pub fn with_inline_styles(mut response: Response) -> Response {
    let policy = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Signs the browser in: stores the opaque session token for some seconds.
#[must_use]
pub fn with_session(mut response: Response, page: &Page, token: &str, max_age_seconds: i64) -> Response {
    if let Some(value) = page
        .transport
        .write(cookie::SESSION, token, Some(max_age_seconds))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Signs the browser out.
#[must_use]
pub fn without_session(mut response: Response, page: &Page) -> Response {
    if let Some(value) = page.transport.forget(cookie::SESSION) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_returned_to() {
        assert_eq!(local_path("/tickets/7?tab=log"), "/tickets/7?tab=log");
        for foreign in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:1",
            "",
            "/a\r\nX: 1",
            "/\t/x",
        ] {
            assert_eq!(local_path(foreign), "/", "{foreign}");
        }
    }

    #[test]
    fn a_page_somebody_attached_is_saved_and_not_run() {
        let response = download_bytes(Bytes::from_static(b"<script>"), "报告.html", "text/html").unwrap();
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/octet-stream");
        assert_eq!(
            header("content-disposition"),
            "attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.html"
        );
        assert!(header("content-security-policy").contains("sandbox"));
        let svg = download_bytes(Bytes::new(), "a.svg", "image/svg+xml").unwrap();
        assert_eq!(svg.headers()["content-type"], "application/octet-stream");
    }
}

//! The built frontend, inside the binary: styles, scripts, icons under hashed names that never change.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use kernel::error::Error;

use crate::failure::Result;

struct File {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Names carry a hash of the content, so whoever has a file never needs to ask again.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The address of a file by its logical name: `app.js` is `/assets/app-1A2B.js`.
pub fn path(name: &str) -> String {
    let hashed = MANIFEST
        .iter()
        .find(|(logical, _)| *logical == name)
        .map_or(name, |(_, hashed)| *hashed);
    format!("/assets/{hashed}")
}

/// `GET /assets/{*name}`
pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Result {
    let file = FILES
        .iter()
        .find(|file| file.name == name)
        .ok_or_else(Error::not_found)?;
    let accepts = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let gzip = file
        .gzip
        .filter(|_| accepts.split(',').any(|coding| coding.trim().starts_with("gzip")));
    let mut response = Response::new(Body::from(Bytes::from_static(gzip.unwrap_or(file.bytes))));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    headers.insert(header::CACHE_CONTROL, FOREVER);
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if gzip.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

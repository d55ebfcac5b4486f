//! Files on their way in and out: uploads of the editor, and what stands in an article.
//!
//! Pictures and videos are shown, all else is saved; the headers are such that nothing in a file can run. Parts are sent to who asks
//! for them (RFC 9110, section 14), so that a video can be played from its middle. A file never changes under its id: the browser
//! may keep it, and only asks whether it may still see it.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::file::{Content, Files};
use serde_json::json;
use web::{App, FormData, Need, Page, Path, Routes, Upload, urlencoded};

use super::range::{self, Asked};
use super::{File, FileId, NewFile, media};
use crate::article::Number;
use crate::{WRITE, rendering};

/// The routes of files.
pub fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/knowledge/files/{id}", Need::Public, fetch)
        .page(
            Method::POST,
            "/knowledge/{number}/files",
            Need::permission(WRITE),
            upload,
        )
}

/// `GET /knowledge/files/{id}`
async fn fetch(
    State(app): State<App>,
    page: Page,
    Path(place): Path<String>,
    headers: HeaderMap,
) -> web::Result {
    Ok(serve(&app, &page.cx, &place, &headers).await?)
}

/// Sends a file to whoever may read its article; the ending behind the id is only for people and for the text of articles.
///
/// # Errors
/// 404 for who may not; that of the store.
pub async fn serve(app: &App, cx: &Cx, place: &str, headers: &HeaderMap) -> Result<Response> {
    let id: FileId = id_of(place)?;
    let cx = cx.clone();
    let file = app.db.read(move |tx| super::open(tx, &cx, id)).await?;
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let tag = format!("\"{}\"", file.hash);
    if text(header::IF_NONE_MATCH).is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        return Ok(framed(&file, &tag, StatusCode::NOT_MODIFIED, Body::empty()));
    }
    // A part of another file is no use to who has the beginning of this one.
    let is_same = text(header::IF_RANGE).is_none_or(|known| known.trim() == tag);
    let wanted = text(header::RANGE).filter(|_| is_same);
    let size = u64::try_from(file.size).unwrap_or_default();
    match range::read(wanted, size) {
        Asked::Whole => {
            let content = app.files.get_stream(&file.hash).await?;
            Ok(sent(&file, &tag, StatusCode::OK, content))
        }
        Asked::Part(part) => {
            let said = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
            let content = app.files.get_part(&file.hash, part).await?;
            let mut response = sent(&file, &tag, StatusCode::PARTIAL_CONTENT, content);
            put(&mut response, header::CONTENT_RANGE, &said);
            Ok(response)
        }
        Asked::Beyond => {
            let mut response = framed(&file, &tag, StatusCode::RANGE_NOT_SATISFIABLE, Body::empty());
            put(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
            Ok(response)
        }
    }
}

fn id_of(place: &str) -> Result<FileId> {
    let id = place.split_once('.').map_or(place, |(id, _)| id);
    id.parse().map_err(|_| Error::not_found())
}

fn sent(file: &File, tag: &str, status: StatusCode, content: Content) -> Response {
    let length = content.size.to_string();
    let mut response = framed(file, tag, status, Body::from_stream(content.stream));
    put(&mut response, header::CONTENT_LENGTH, &length);
    response
}

fn framed(file: &File, tag: &str, status: StatusCode, body: Body) -> Response {
    let is_shown = media::is_shown(&file.media_type);
    let media_type = if is_shown {
        file.media_type.as_str()
    } else {
        media::UNKNOWN
    };
    let disposition = if is_shown { "inline" } else { "attachment" };
    let disposition = format!(
        "{disposition}; filename*=UTF-8''{}",
        urlencoded::encode(&file.name)
    );
    let mut response = (status, body).into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, &disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::ACCEPT_RANGES, "bytes"),
        (header::ETAG, tag),
    ] {
        put(&mut response, name, value);
    }
    response
}

fn put(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// `POST /knowledge/{number}/files`: the editor's script gets the Markdown to put in, a plain form goes back to where it stood.
async fn upload(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    headers: HeaderMap,
    form: FormData,
) -> web::Result {
    let wants_json = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    let taken = take(&app, &page, number, &form).await;
    if !wants_json {
        taken?;
        return web::go_to(&page, &format!("/knowledge/{number}/edit"));
    }
    match taken {
        Ok(files) => {
            let markdown: Vec<String> = files.iter().map(File::markdown).collect();
            let shown = files.iter().map(|file| {
                json!({ "id": file.id.to_string(), "name": file.name, "media_type": file.media_type, "size": file.size,
                    "href": format!("{}{}", rendering::FILES, file.place()), "markdown": file.markdown() })
            });
            let body = json!({ "markdown": markdown.join("\n"), "files": shown.collect::<Vec<_>>() });
            Ok((StatusCode::CREATED, web::Json(body)).into_response())
        }
        Err(error) => {
            let words = error.fields().first().map(|field| field.message(page.cx.locale));
            let said = words.unwrap_or_else(|| error.message(page.cx.locale));
            Ok((web::status_of(error.kind()), web::Json(json!({ "said": said }))).into_response())
        }
    }
}

/// Hangs the files of a form on an article; the kit has stored their content already.
///
/// # Errors
/// As [`super::add`]; 422 when there is none.
pub async fn take(app: &App, page: &Page, number: Number, form: &FormData) -> Result<Vec<File>> {
    let sent: Vec<&Upload> = form.files("files").chain(form.files("file")).collect();
    if sent.is_empty() {
        return Err(Error::invalid("knowledge.file.none").field("files"));
    }
    let mut new = Vec::with_capacity(sent.len());
    for upload in sent {
        new.push(described(&app.files, upload).await?);
    }
    let cx = page.cx.clone();
    app.db
        .write(move |tx| new.iter().map(|file| super::add(tx, &cx, number, file)).collect())
        .await
}

async fn described(files: &Files, upload: &Upload) -> Result<NewFile> {
    Ok(NewFile {
        hash: upload.stored.hash.clone(),
        name: upload.name.clone(),
        media_type: look(files, &upload.stored.hash).await?.to_owned(),
        size: upload.stored.size,
    })
}

/// What stored content is.
///
/// # Errors
/// That of the store.
pub async fn look(files: &Files, hash: &str) -> Result<&'static str> {
    let mut stream = files.get_stream(hash).await?.stream;
    let mut head = Vec::with_capacity(media::HEAD);
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        let missing = media::HEAD.saturating_sub(head.len()).min(piece.len());
        head.extend_from_slice(&piece[..missing]);
        if head.len() >= media::HEAD {
            break;
        }
    }
    Ok(media::sniff(&head))
}

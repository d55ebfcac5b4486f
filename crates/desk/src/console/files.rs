//! Files of tickets: whoever may read the article may fetch its files.
//!
//! The kit's `download` gives them headers under which nothing in them can run: pictures and plain text are shown, all
//! else is saved. The browser may keep a file; its name is its content.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use web::{App, Page, Path};

use crate::ticket;

/// `GET /attachments/{id}`
pub(super) async fn download(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    let file = app.db.read(move |tx| ticket::attachment(tx, &cx, id)).await?;
    let content = app.files.get_stream(&file.hash).await?;
    let mut response = web::download(Body::from_stream(content.stream), &file.name, &file.media_type)?;
    if let Ok(length) = HeaderValue::from_str(&content.size.to_string()) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
    }
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    Ok(response)
}

//! `GET /settings/knowledge/export`: all articles as a ZIP.

use axum::body::Body;
use axum::extract::State;
use axum::http::Method;
use bytes::Bytes;
use futures::stream;
use kernel::error::Error;
use web::{App, Need, Page, Routes};

use super::{Zip, export};
use crate::MANAGE;

/// Sent at once.
const PIECE: usize = 256 * 1024;

pub(crate) fn routes() -> Routes {
    Routes::new().page(
        Method::GET,
        "/settings/knowledge/export",
        Need::permission(MANAGE),
        take_out,
    )
}

/// `GET /settings/knowledge/export`
async fn take_out(State(app): State<App>, page: Page) -> web::Result {
    let file = tempfile::tempfile_in(&app.config.data).map_err(Error::internal)?;
    let mut zip = Zip::new(file);
    export(&app, &page.cx, None, &mut zip).await?;
    let file = zip.finish()?;
    let pieces = stream::unfold(file, |mut file| async move {
        use std::io::Read as _;
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE];
            let outcome = file.read(&mut piece).map(|length| {
                piece.truncate(length);
                Bytes::from(piece)
            });
            (outcome, file)
        });
        let (outcome, file) = read.await.ok()?;
        match outcome {
            Ok(piece) if piece.is_empty() => None,
            other => Some((other, file)),
        }
    });
    web::download(Body::from_stream(pieces), "knowledge.zip", "application/zip")
}

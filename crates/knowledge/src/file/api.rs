//! The files of articles in the JSON interface: listing and taking out. They come in by the page's form, and are fetched from where
//! `href` says.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Routes};

use super::{File, FileId};
use crate::rendering::FILES;
use crate::{READ, WRITE};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(READ), routes!(list_article_files))
        .api(Need::permission(WRITE), routes!(remove_article_file))
}

/// A file of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleFile)]
pub(crate) struct FileJson {
    /// Identifier.
    id: String,
    /// Its name.
    name: String,
    /// What its first bytes say.
    media_type: String,
    /// In bytes.
    size: i64,
    /// Where it is fetched; parts of it, too.
    href: String,
    /// The Markdown that shows it.
    markdown: String,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<File> for FileJson {
    fn from(file: File) -> Self {
        Self {
            id: file.id.to_string(),
            href: format!("{FILES}{}", file.place()),
            markdown: file.markdown(),
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            at: file.at,
        }
    }
}

/// The files of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeArticleFiles)]
pub(crate) struct FilesJson {
    items: Vec<FileJson>,
}

/// List the files of an article
#[utoipa::path(get, path = "/knowledge/articles/{number}/files", tag = "knowledge", params(("number" = i64, Path)),
    responses((status = 200, body = FilesJson), (status = 404)))]
pub(crate) async fn list_article_files(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(number): Path<i64>,
) -> web::Result<Json<FilesJson>> {
    let files = app.db.read(move |tx| super::of_article(tx, &cx, number)).await?;
    Ok(Json(FilesJson {
        items: files.into_iter().map(FileJson::from).collect(),
    }))
}

/// Take a file out of an article
#[utoipa::path(delete, path = "/knowledge/articles/{number}/files/{id}", tag = "knowledge",
    params(("number" = i64, Path), ("id" = String, Path)), responses((status = 200, body = FileJson), (status = 404)))]
pub(crate) async fn remove_article_file(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path((number, id)): Path<(i64, FileId)>,
) -> web::Result<Json<FileJson>> {
    let write = move |tx: &mut Tx<'_>| super::remove(tx, &cx, number, id);
    Ok(Json(app.db.write(write).await?.into()))
}

//! In the palette: articles by their words, and beginning one.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::Result;
use web::{App, PaletteEntry, PaletteSource};

use crate::{READ, WRITE, article, reading, searching};

/// See the module's text.
pub(crate) const SOURCE: PaletteSource = PaletteSource {
    title: "knowledge-page-title",
    find,
};

const LINES: usize = 6;
/// Shorter words find everything.
const LETTERS_LEAST: usize = 2;

fn find(app: App, cx: Cx, text: String) -> BoxFuture<'static, Result<Vec<PaletteEntry>>> {
    async move {
        let text = text.trim().to_owned();
        let is_short = text.chars().count() < LETTERS_LEAST && text.is_ascii();
        if cx.may(READ).is_none() || text.is_empty() || is_short {
            return Ok(Vec::new());
        }
        let hits = searching::suggest(&app.search, &cx, &text, LINES)?;
        let numbers: Vec<i64> = hits.into_iter().map(|(number, _)| number).collect();
        let reader = cx.clone();
        let lines = app
            .db
            .read(move |tx| reading::lines(tx, &reader, &numbers))
            .await?;
        let mut found: Vec<PaletteEntry> = lines
            .into_iter()
            .map(|line| PaletteEntry {
                text: line.title,
                note: article::key(line.number),
                href: format!("/knowledge/{}", line.number),
                icon: "book-open",
            })
            .collect();
        let words = cx.locale.t("knowledge-page-palette-new");
        if cx.may(WRITE).is_some() && words.to_lowercase().contains(&text.to_lowercase()) {
            found.push(PaletteEntry {
                text: words,
                note: String::new(),
                href: "/knowledge/new".to_owned(),
                icon: "pencil",
            });
        }
        Ok(found)
    }
    .boxed()
}

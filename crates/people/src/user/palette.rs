//! People in the palette, by a part of their name or address.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::{Cx, Result};
use web::{App, PaletteEntry, PaletteSource};

use super::store;

/// People, for whoever may look them up.
pub(crate) const SOURCE: PaletteSource = PaletteSource {
    title: "people-list-title",
    find,
};

const LINES: i64 = 6;

fn find(app: App, cx: Cx, text: String) -> BoxFuture<'static, Result<Vec<PaletteEntry>>> {
    async move {
        // Without anything typed, the first names of the alphabet would help nobody.
        if cx.may("people.user.read").is_none() || text.is_empty() {
            return Ok(Vec::new());
        }
        let found = app.db.read(move |tx| store::suggest(tx, &text, LINES)).await?;
        let entries = found.into_iter().map(|card| PaletteEntry {
            text: card.name,
            note: card.email,
            href: format!("/settings/people/{}", card.id),
            icon: "user",
        });
        Ok(entries.collect())
    }
    .boxed()
}

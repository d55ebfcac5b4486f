//! In the palette: the incidents that go on, and "major 1042", which makes one of a ticket from anywhere.
//!
//! On the ticket itself the card's key stands in the palette by itself.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::Result;
use web::{App, PaletteEntry, PaletteSource};

use crate::incident::store;
use crate::{DECLARE, READ};

/// See the module's text.
pub(crate) const SOURCE: PaletteSource = PaletteSource {
    title: "major-title",
    find,
};

const LINES: i64 = 5;

fn find(app: App, cx: Cx, text: String) -> BoxFuture<'static, Result<Vec<PaletteEntry>>> {
    async move {
        let text = text.trim().to_lowercase();
        if cx.may(READ).is_none() || text.is_empty() {
            return Ok(Vec::new());
        }
        let entry = |text: String, href: String| PaletteEntry {
            text,
            note: String::new(),
            href,
            icon: "flame",
        };
        let name = cx.locale.t("major-title").to_lowercase();
        let is_named = name.contains(&text) || text.starts_with("major") || text.starts_with("重大");
        let mut found = Vec::new();
        if let Some(number) =
            number_in(&text).filter(|_| text.starts_with("major") || text.starts_with("重大"))
            && cx.may(DECLARE).is_some()
        {
            let words = cx
                .locale
                .t_with("major-palette-declare", &[("number", number.to_string().into())]);
            found.push(entry(words, format!("/tickets/{number}/major")));
        }
        let open = app.db.read(|tx| store::open(tx, LINES)).await?;
        let open = open
            .into_iter()
            .filter(|one| is_named || one.title.to_lowercase().contains(&text));
        found.extend(open.map(|one| entry(one.title, format!("/major/{}", one.id))));
        Ok(found)
    }
    .boxed()
}

/// The number at the end of what was typed.
fn number_in(text: &str) -> Option<i64> {
    let digits = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    digits.parse().ok()
}

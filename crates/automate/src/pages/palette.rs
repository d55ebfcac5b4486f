//! Rules in the palette: the list, and each rule by a part of its name.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::Result;
use web::{App, PaletteEntry, PaletteSource};

use crate::RULES;
use crate::rule::store;

/// See the module's text.
pub(crate) const SOURCE: PaletteSource = PaletteSource {
    title: "automate-palette",
    find,
};

const LINES: usize = 6;

fn find(app: App, cx: Cx, text: String) -> BoxFuture<'static, Result<Vec<PaletteEntry>>> {
    async move {
        let text = text.trim().to_lowercase();
        if cx.may(RULES).is_none() || text.is_empty() {
            return Ok(Vec::new());
        }
        let entry = |text: String, href: String| PaletteEntry {
            text,
            note: String::new(),
            href,
            icon: "workflow",
        };
        let pages = [
            ("automate-title", "/settings/rules"),
            ("automate-new", "/settings/rules/new"),
        ];
        let pages = pages
            .into_iter()
            .map(|(key, href)| entry(cx.locale.t(key), href.to_owned()));
        let rules = app.db.read(store::list).await?;
        let rules = rules
            .into_iter()
            .map(|rule| entry(rule.definition.name, format!("/settings/rules/{}", rule.id)));
        let found = pages
            .chain(rules)
            .filter(|entry| entry.text.to_lowercase().contains(&text));
        Ok(found.take(LINES).collect())
    }
    .boxed()
}

//! The list and the trackers in the palette.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::Result;
use web::{App, PaletteEntry, PaletteSource};

use crate::access;

/// See the module's text.
pub(crate) const SOURCE: PaletteSource = PaletteSource {
    title: "handover-title",
    find,
};

/// What leads where, and for whom.
const PAGES: [(&str, &str, &str, &str); 2] = [
    ("handover-title", "/handovers", "forward", access::READ),
    (
        "handover-trackers",
        "/settings/trackers",
        "webhook",
        access::TRACKERS,
    ),
];

fn find(_app: App, cx: Cx, text: String) -> BoxFuture<'static, Result<Vec<PaletteEntry>>> {
    async move {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let open = PAGES.iter().filter(|(_, _, _, needed)| cx.may(needed).is_some());
        let entries = open.map(|(key, href, icon, _)| PaletteEntry {
            text: cx.locale.t(key),
            note: String::new(),
            href: (*href).to_owned(),
            icon,
        });
        Ok(entries
            .filter(|entry| entry.text.to_lowercase().contains(&text))
            .collect())
    }
    .boxed()
}

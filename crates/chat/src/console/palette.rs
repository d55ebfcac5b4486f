//! The queue in the palette.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::Result;
use web::{App, PaletteEntry, PaletteSource};

use crate::ANSWER;

/// See the module's text.
pub(crate) const SOURCE: PaletteSource = PaletteSource {
    title: "chat-queue",
    find,
};

fn find(_app: App, cx: Cx, text: String) -> BoxFuture<'static, Result<Vec<PaletteEntry>>> {
    let words = cx.locale.t("chat-queue");
    let is_meant = words.to_lowercase().contains(&text.trim().to_lowercase());
    let entry = (cx.may(ANSWER).is_some() && is_meant).then(|| PaletteEntry {
        text: words,
        note: String::new(),
        href: "/chats".to_owned(),
        icon: "message-circle",
    });
    std::future::ready(Ok(entry.into_iter().collect())).boxed()
}

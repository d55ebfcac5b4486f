//! Telling whoever keeps searches: what was searched for, and which hit was opened.
//!
//! It runs beside the answer and nobody waits for it: a search that cannot be kept is still a good answer. The kit tells of its
//! own search by itself; slices with a search page of their own tell here.

use data_encoding::HEXLOWER;
use kernel::cx::Cx;

use crate::app::App;
use crate::slice::Searched;

/// Tells of a search and gives back its name, under which opened hits are told ([`opened`]). `None` when nobody keeps searches,
/// or nothing was asked.
pub fn searched(app: &App, cx: &Cx, text: &str, place: &'static str, found: usize) -> Option<String> {
    let hears: Vec<_> = app.slices().iter().filter_map(|slice| slice.searched).collect();
    let text = text.trim();
    if hears.is_empty() || text.is_empty() {
        return None;
    }
    let searched = Searched {
        id: HEXLOWER.encode(&cx.random_bytes::<8>()),
        text: text.to_owned(),
        place,
        found,
    };
    let id = searched.id.clone();
    let (app, cx) = (app.clone(), cx.clone());
    tokio::spawn(async move {
        let kept = app
            .db
            .write(move |tx| hears.iter().try_for_each(|hear| hear(tx, &cx, &searched)));
        if let Err(error) = kept.await {
            tracing::warn!(%error, "a search could not be kept");
        }
    });
    Some(id)
}

/// Tells that a hit of a search was opened. `search` comes from an address, so anything may stand there; what is no name is
/// ignored.
pub fn opened(app: &App, cx: &Cx, search: &str, kind: &str, key: &str) {
    let hears: Vec<_> = app.slices().iter().filter_map(|slice| slice.found).collect();
    let is_name = (1..=32).contains(&search.len()) && search.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_name || hears.is_empty() {
        return;
    }
    let (search, kind, key) = (search.to_owned(), kind.to_owned(), key.to_owned());
    let (app, cx) = (app.clone(), cx.clone());
    tokio::spawn(async move {
        let kept = app.db.write(move |tx| {
            hears
                .iter()
                .try_for_each(|hear| hear(tx, &cx, &search, &kind, &key))
        });
        if let Err(error) = kept.await {
            tracing::warn!(%error, "an opened hit could not be kept");
        }
    });
}

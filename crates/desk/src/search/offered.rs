//! What can be asked for, in the search index: the types of the request catalogue, by the words of both languages.
//!
//! A type for everybody is found by everybody who is signed in; one for some departments, or for the desk alone, by the desk. People
//! of those departments find it in the portal's catalogue, which knows where they work; the index does not.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::Event;
use kernel::search::Document;
use web::SearchSource;

use crate::catalogue::{RequestType, store};

/// The kind of these documents.
pub const REQUEST_TYPE: &str = "request_type";
/// Held by everybody who is signed in.
pub(super) const FOR_ALL: &str = "catalogue:all";
/// Held by the desk.
pub(super) const FOR_DESK: &str = "catalogue:desk";

pub(super) fn source() -> SearchSource {
    SearchSource {
        kinds: &[REQUEST_TYPE],
        is_translated: false,
        href: |_, key| format!("/portal/catalogue/{key}"),
        touched,
        load,
        list,
    }
}

fn touched(event: &Event) -> Vec<String> {
    let key = event.subject.strip_prefix("desk.request_type:");
    key.map(str::to_owned).into_iter().collect()
}

/// There are few: all are read, and those asked for are kept.
fn load(tx: &mut Tx, keys: &[String]) -> Result<Vec<Document>> {
    let all = store::types(tx)?.into_iter();
    Ok(all
        .filter(|one| one.is_on && keys.contains(&one.id))
        .map(document)
        .collect())
}

fn list(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>> {
    let mut keys: Vec<String> = store::types(tx)?.into_iter().map(|one| one.id).collect();
    keys.sort_unstable();
    keys.retain(|key| key.as_str() > after);
    keys.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(keys)
}

fn document(one: RequestType) -> Document {
    let joined = |texts: &crate::catalogue::Texts| {
        let texts: Vec<&str> = texts
            .values()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        texts.join(" · ")
    };
    let audience = &one.definition.audience;
    let is_for_all = !audience.desk_only && audience.departments.is_empty();
    let mut rights = vec![FOR_DESK.to_owned()];
    rights.extend(is_for_all.then(|| FOR_ALL.to_owned()));
    Document {
        kind: REQUEST_TYPE.to_owned(),
        title: joined(&one.definition.name),
        body: joined(&one.definition.description),
        key: one.id,
        rights,
        ..Document::default()
    }
}

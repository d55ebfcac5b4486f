//! People in the search index: by name (also by its pinyin), address, phone, department, and place.
//!
//! Only for whoever may look people up; who has left is not found.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::event::Event;
use kernel::id::UserId;
use kernel::search::Document;
use kernel::{Result, Timestamp};
use web::SearchSource;

use super::{User, store};

/// Held by whoever may look people up.
const LOOK_UP: &str = "people:read";

/// People, for the index.
pub(crate) const SOURCE: SearchSource = SearchSource {
    kinds: &["person"],
    is_translated: false,
    href: |_, key| format!("/settings/people/{key}"),
    touched,
    load,
    list,
};

/// What a reader holds.
pub(crate) fn rights(cx: &Cx) -> Vec<String> {
    let may = cx.may("people.user.read");
    may.map(|_| LOOK_UP.to_owned()).into_iter().collect()
}

fn touched(event: &Event) -> Vec<String> {
    let key = event.subject.strip_prefix("user:");
    let key = key.filter(|_| event.kind.starts_with("people.user."));
    key.map(str::to_owned).into_iter().collect()
}

fn load(tx: &mut Tx<'_>, keys: &[String]) -> Result<Vec<Document>> {
    let ids: Vec<UserId> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    let people = store::find_many(tx, &ids)?;
    Ok(people
        .into_iter()
        .filter(|user| user.active)
        .map(document)
        .collect())
}

fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<String>> {
    store::ids_after(tx, after, limit)
}

fn document(user: User) -> Document {
    let place = [user.job_title, user.department, user.organisation, user.place];
    let shown: Vec<String> = place.into_iter().filter(|text| !text.is_empty()).collect();
    Document {
        kind: "person".to_owned(),
        key: user.id.to_string(),
        title: user.name,
        body: [user.email, user.phone]
            .into_iter()
            .chain(shown)
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        rights: vec![LOOK_UP.to_owned()],
        // Nobody is more of an answer for having been changed lately.
        time: Timestamp::from_millis(0),
        ..Document::default()
    }
}

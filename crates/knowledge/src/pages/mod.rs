//! The pages: the list, an article, the editor, versions, translations, facts, and the settings.
//!
//! Every act is a form that works by itself. What writes asks for the right to write at its route; whether this article may be
//! seen or changed is the operation's to say.

mod comparing;
mod editing;
mod facting;
mod guides;
mod history;
mod listing;
mod making;
pub(crate) mod palette;
mod settings;
mod showing;
mod steering;
mod translating;

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind as ErrorKind, Result};
use kernel::i18n::format_size;
use kernel::id::UserId;
use web::{Choice, FormData, FormView, Group, NavigationItem, Page, Routes, Tone, with_toast};

use crate::file::File;
use crate::rendering::FILES;
use crate::{Kind, MANAGE, READ, file, space};

/// In the menu.
pub(crate) const NAVIGATION: NavigationItem =
    NavigationItem::new("knowledge-page-title", "/knowledge", "book-open").needs(READ);

/// In the menu of the settings.
pub(crate) const SETTINGS_NAVIGATION: NavigationItem = NavigationItem::new(
    "knowledge-page-settings-title",
    "/settings/knowledge",
    "book-open",
)
.needs(MANAGE)
.group(Group::Settings);

/// The categories of tickets that an article can be for; the desk's words, which this slice does not know otherwise.
const CATEGORIES: [&str; 6] = ["hardware", "software", "network", "account", "security", "other"];

pub(crate) fn routes() -> Routes {
    listing::routes()
        .merge(making::routes())
        .merge(showing::routes())
        .merge(steering::routes())
        .merge(editing::routes())
        .merge(history::routes())
        .merge(translating::routes())
        .merge(facting::routes())
        .merge(settings::routes())
        .merge(guides::routes())
}

/// Goes on to a page and says what was done.
fn done(page: &Page, path: &str, key: &str) -> web::Result {
    said(page, path, &page.t(key))
}

/// Goes on to a page with these words.
fn said(page: &Page, path: &str, words: &str) -> web::Result {
    let response = web::go_to(page, path)?;
    Ok(with_toast(response, page, Tone::Success, words))
}

/// A form as it was filled, when it can be mended; else the failure.
fn mend(page: &Page, form: &FormData, error: Error) -> web::Result<FormView> {
    if matches!(
        error.kind(),
        ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::TooLarge
    ) {
        Ok(form.refused(&error, page.cx.locale))
    } else {
        Err(error.into())
    }
}

/// What stands in a field that holds a number or an identifier; none when it is blank.
fn given<T: std::str::FromStr>(form: &FormData, field: &'static str) -> Result<Option<T>> {
    let read = form.optional(field).map(str::parse).transpose();
    read.map_err(|_| Error::invalid("web.form.malformed").field(field))
}

/// The language a form or an address names, else the reader's.
fn locale_of(page: &Page, tag: &str) -> Locale {
    Locale::parse(tag).unwrap_or(page.cx.locale)
}

/// A language in the reader's words.
fn language(reader: Locale, locale: Locale) -> String {
    reader.t(&format!("knowledge-page-language-{}", locale.tag()))
}

fn languages(page: &Page) -> Vec<Choice> {
    Locale::ALL
        .into_iter()
        .map(|locale| Choice::new(locale.tag(), language(page.cx.locale, locale)))
        .collect()
}

fn kinds(page: &Page) -> Vec<Choice> {
    Kind::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), page.t(kind.text_key())))
        .collect()
}

/// All spaces, those under another after it and further in.
fn spaces(tx: &mut Tx<'_>, locale: Locale) -> Result<Vec<Choice>> {
    let spaces = space::all(tx)?;
    let mut choices = Vec::with_capacity(spaces.len());
    for (one, depth) in in_order(&spaces) {
        let indent = "\u{2003}".repeat(depth);
        choices.push(Choice::new(&one.id, format!("{indent}{}", one.title(locale))));
    }
    Ok(choices)
}

/// Spaces in the order of their tree, with their depth. Pure.
fn in_order(spaces: &[space::Space]) -> Vec<(&space::Space, usize)> {
    let mut ordered = Vec::with_capacity(spaces.len());
    let is_known = |parent: &Option<String>| {
        parent
            .as_ref()
            .is_some_and(|parent| spaces.iter().any(|one| one.id == *parent))
    };
    for top in spaces.iter().filter(|one| !is_known(&one.parent)) {
        ordered.push((top, 0));
        let under = spaces.iter().filter(|one| one.parent.as_ref() == Some(&top.id));
        ordered.extend(under.map(|one| (one, 1)));
    }
    ordered
}

/// Everybody who can own or review an article, by name; the reader first.
fn people(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Choice>> {
    let mut found: Vec<(UserId, String)> = people::user::store::staff(tx)?
        .into_iter()
        .map(|card| (card.id, card.name))
        .collect();
    let mut others: Vec<UserId> = Vec::new();
    for role in ["manager", "admin"] {
        others.extend(people::role::store::users_with(tx, role)?);
    }
    let cards = people::user::store::cards(tx, &others)?;
    found.extend(cards.into_iter().map(|(id, card)| (id, card.name)));
    if let Some(identity) = cx.identity() {
        found.push((identity.user, identity.name.clone()));
    }
    found.sort_unstable_by_key(|(id, _)| *id);
    found.dedup_by_key(|(id, _)| *id);
    found.sort_by(|(a, one), (b, other)| {
        let (a, b) = (Some(*a) != cx.user_id(), Some(*b) != cx.user_id());
        a.cmp(&b).then_with(|| one.cmp(other))
    });
    Ok(found
        .into_iter()
        .map(|(id, name)| Choice::new(id.to_string(), name))
        .collect())
}

/// Names of people by their ids, as far as they are known.
fn names(tx: &mut Tx<'_>, ids: &[UserId]) -> Result<std::collections::BTreeMap<UserId, String>> {
    let cards = people::user::store::cards(tx, ids)?;
    Ok(cards.into_iter().map(|(id, card)| (id, card.name)).collect())
}

/// A file as lists show it.
struct FileLine {
    name: String,
    href: String,
    size: String,
    markdown: String,
}

fn files(tx: &mut Tx<'_>, cx: &Cx, number: crate::Number) -> Result<Vec<FileLine>> {
    let line = |file: File| FileLine {
        href: format!("{FILES}{}", file.place()),
        size: format_size(u64::try_from(file.size).unwrap_or_default(), cx.locale),
        markdown: file.markdown(),
        name: file.name,
    };
    Ok(file::of_article(tx, cx, number)?.into_iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use kernel::i18n::has_key;

    use super::*;

    #[test]
    fn keys_that_are_put_together_have_their_texts() {
        kernel::i18n::register(crate::LOCALES);
        let categories = CATEGORIES
            .iter()
            .map(|one| format!("knowledge-page-category-{one}"));
        let languages = Locale::ALL.map(|one| format!("knowledge-page-language-{}", one.tag()));
        let kinds = Kind::ALL
            .iter()
            .map(|one| format!("knowledge-page-kind-{}-text", one.as_str()));
        let moves = crate::State::ALL
            .iter()
            .flat_map(|one| ["to", "moved"].map(|way| format!("knowledge-page-{way}-{}", one.as_str())));
        for key in categories.chain(languages).chain(kinds).chain(moves) {
            for locale in Locale::ALL {
                assert!(has_key(locale, &key), "{key} in {}", locale.tag());
            }
        }
    }
}

//! The frame around every page, as the templates `shell.html`, `portal.html`, and `bare.html` need it.
//!
//! Each page's template has one field `shell: Shell`; texts, times, and assets are its methods, so that templates
//! need nothing else for their chrome. What a page is about is not here.

use std::sync::Arc;

use kernel::Cx;
use kernel::i18n::{Arg, InstantStyle, Locale, format_count, format_instant, format_relative};
use kernel::time::Timestamp;

use crate::app::App;
use crate::assets;
use crate::failure::Result;
use crate::flash::Flash;
use crate::page::Page;
use crate::slice::{Group, NavigationItem};
use crate::text::T;

/// The signed-in reader.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Name on screen.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Chooses the colour of the avatar.
    pub key: String,
}

/// One entry of the menu, for this reader.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its words.
    pub text: String,
    /// Where it leads.
    pub href: &'static str,
    /// Name in the sprite.
    pub icon: &'static str,
    /// Live count, when it has one.
    pub count: Option<String>,
    /// Whether this page belongs to it.
    pub current: bool,
}

/// The entries of one group of the menu.
#[derive(Clone, Debug)]
pub struct EntryGroup {
    /// Its heading; empty for the first group.
    pub title: String,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// See the module's text.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Title of the page.
    pub title: String,
    /// The token of forms.
    pub csrf: Arc<str>,
    /// Path and query of this page.
    pub path: Arc<str>,
    /// Who reads, when signed in.
    pub reader: Option<Reader>,
    /// The menu.
    pub navigation: Vec<EntryGroup>,
    /// What slices put into the rail (saved views): HTML.
    pub rail: Vec<String>,
    /// What slices say above the page whatever it is about (a call that comes in): HTML. Their buttons name where they go
    /// (`formaction`), for all of them stand in one form.
    pub notices: Vec<String>,
    /// The words to show once.
    pub flash: Option<Flash>,
    /// The reader's context.
    pub cx: Cx,
}

/// Counts in the rail end here.
const COUNT_AT_MOST: u64 = 999;

impl Shell {
    pub(crate) fn of(page: &Page, title: String) -> Self {
        let reader = page.cx.identity().map(|identity| Reader {
            name: identity.name.clone(),
            email: identity.email.clone(),
            key: identity.user.to_string(),
        });
        Self {
            title,
            csrf: Arc::clone(&page.csrf),
            path: Arc::clone(&page.path),
            reader,
            navigation: Vec::new(),
            rail: Vec::new(),
            notices: Vec::new(),
            flash: page.flash.clone(),
            cx: page.cx.clone(),
        }
    }

    pub(crate) async fn with_navigation(mut self, app: &App, cx: &Cx) -> Result<Self> {
        let visible: Vec<NavigationItem> = app.navigation(cx).copied().collect();
        let counts = counts(app, cx, &visible).await?;
        let path = self.path.split('?').next().unwrap_or_default().to_owned();
        for group in Group::ALL {
            let entries: Vec<Entry> = visible
                .iter()
                .zip(&counts)
                .filter(|(item, _)| item.group == group)
                .map(|(item, count)| Entry {
                    text: cx.locale.t(item.key),
                    href: item.href,
                    icon: item.icon,
                    // Nothing waiting is no news.
                    count: count
                        .filter(|count| *count > 0)
                        .map(|count| format_count(count, COUNT_AT_MOST)),
                    current: is_current(item.href, &path),
                })
                .collect();
            if !entries.is_empty() {
                self.navigation.push(EntryGroup {
                    title: group.title(cx.locale),
                    entries,
                });
            }
        }
        self.rail = panels(app, cx, "rail", &self.path).await;
        self.notices = panels(app, cx, "notices", &self.path).await;
        Ok(self)
    }

    /// For a card or fragment that stands on somebody else's page: texts, times, and icons, but no menu and no token.
    pub fn plain(cx: &Cx) -> Self {
        Self {
            title: String::new(),
            csrf: Arc::from(""),
            path: Arc::from("/"),
            reader: None,
            navigation: Vec::new(),
            rail: Vec::new(),
            notices: Vec::new(),
            flash: None,
            cx: cx.clone(),
        }
    }

    /// A text in the reader's language.
    pub fn t(&self, key: &str) -> String {
        T(self.cx.locale).t(key)
    }

    /// A text with `{ $count }`.
    pub fn n(&self, key: &str, count: impl TryInto<i64>) -> String {
        T(self.cx.locale).n(key, count)
    }

    /// A text with one argument.
    pub fn w(&self, key: &str, name: &str, value: impl Into<Arg>) -> String {
        T(self.cx.locale).w(key, name, value)
    }

    /// Whether the reader has a right, in any scope.
    pub fn may(&self, permission: &str) -> bool {
        self.cx.may(permission).is_some()
    }

    /// The hashed address of a file of the frontend: `app.js`.
    pub fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    /// The colour of somebody's avatar, by their key: 0 to 7.
    pub fn hue(&self, key: &(impl std::fmt::Display + ?Sized)) -> u32 {
        key.to_string().bytes().fold(0_u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u32::from(byte))
        }) % 8
    }

    /// The letters of somebody's avatar: `LW` of "Li Wei", `李` of 「李伟」.
    pub fn initials(&self, name: &str) -> String {
        initials(name)
    }

    /// For `<html lang>`.
    pub fn locale_tag(&self) -> &'static str {
        self.cx.locale.tag()
    }

    /// The other languages, with their own names.
    pub fn other_locales(&self) -> Vec<(&'static str, String)> {
        let others = Locale::ALL.into_iter().filter(|locale| *locale != self.cx.locale);
        others
            .map(|locale| (locale.tag(), locale.t("web-locale-name")))
            .collect()
    }

    /// An instant in the reader's language and time zone.
    pub fn exact(&self, at: &Timestamp) -> String {
        format_instant(*at, self.cx.locale, &self.cx.time_zone, InstantStyle::Full)
    }

    /// An instant as RFC 3339, for `datetime`.
    pub fn iso(&self, at: &Timestamp) -> String {
        at.to_string()
    }

    /// How far an instant lies from now.
    pub fn relative(&self, at: &Timestamp) -> String {
        format_relative(*at, self.cx.now(), self.cx.locale)
    }
}

fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let Some(first) = words.next() else {
        return "?".to_owned();
    };
    match words.next_back() {
        Some(last) if first.is_ascii() => [first, last]
            .iter()
            .flat_map(|letter| letter.to_uppercase())
            .collect(),
        _ => first.to_uppercase().collect(),
    }
}

/// An entry is current on its own page and below it.
fn is_current(href: &str, path: &str) -> bool {
    let href = href.split('?').next().unwrap_or_default();
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

async fn panels(app: &App, cx: &Cx, place: &str, path: &str) -> Vec<String> {
    let cards = app.panels(place, cx, path).await;
    cards.into_iter().map(|card| card.html).collect()
}

async fn counts(app: &App, cx: &Cx, items: &[NavigationItem]) -> Result<Vec<Option<u64>>> {
    if items.iter().all(|item| item.count.is_none()) {
        return Ok(vec![None; items.len()]);
    }
    let (cx, counters) = (
        cx.clone(),
        items.iter().map(|item| item.count).collect::<Vec<_>>(),
    );
    let counts = app.db.read(move |tx| {
        let one = |counter: &Option<crate::slice::Counter>| counter.map(|count| count(tx, &cx)).transpose();
        counters.iter().map(one).collect::<kernel::Result<Vec<_>>>()
    });
    Ok(counts.await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_avatar_shows_what_people_are_called_by() {
        assert_eq!(initials("Li Wei"), "LW");
        assert_eq!(initials("anna maria schmidt"), "AS");
        assert_eq!(initials("李伟"), "李");
        assert_eq!(initials(" "), "?");
    }

    #[test]
    fn an_entry_is_current_on_its_page_and_below_it_only() {
        assert!(is_current("/tickets", "/tickets"));
        assert!(is_current("/tickets", "/tickets/7"));
        assert!(!is_current("/tickets", "/tickets-old"));
        assert!(!is_current("/", "/tickets"));
        assert!(is_current("/", "/"));
    }
}

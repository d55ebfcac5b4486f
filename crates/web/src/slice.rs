//! A slice is a value: everything a capability hands in. Menu, routes, API document, migrations, permissions, and test
//! matrices are computed from the list of slices, so that a new capability edits no central list.

use futures::future::BoxFuture;
use kernel::cx::{Cx, Permission};
use kernel::db::{Migration, Tx, Watched};
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use kernel::i18n::Locale;
use kernel::job::{JobHandler, Schedule};
use kernel::search::Document;
use kernel::time::Timestamp;

use crate::app::App;
use crate::authentication::{Credentials, SignedIn};
use crate::routes::Routes;

/// Finds out whose credentials these are; `None` when they are worth nothing (any more).
pub type Authenticate = fn(&mut Tx<'_>, &Credentials, Timestamp) -> Result<Option<SignedIn>>;

/// Stores the reader's choice of language.
pub type RememberLocale = fn(&mut Tx<'_>, &Cx, Locale) -> Result<()>;

/// Counts what waits for the reader, for the menu. It must be cheap: it runs with every page.
pub type Counter = fn(&mut Tx<'_>, &Cx) -> Result<u64>;

/// Everything a capability hands in.
pub struct Slice {
    /// `desk`; the prefix of its tables, texts, permissions, and events.
    pub name: &'static str,
    /// Its tables.
    pub migrations: &'static [Migration],
    /// Those of its tables whose values are kept between transactions.
    pub kept: &'static [Watched],
    /// Its pages and endpoints.
    pub routes: fn() -> Routes,
    /// What runs its background jobs.
    pub jobs: Vec<JobHandler>,
    /// What happens by the clock.
    pub schedules: Vec<Schedule>,
    /// The kinds of events it writes; the audit page has words for each.
    pub events: Vec<&'static str>,
    /// Who hears events.
    pub subscribers: Vec<Subscriber>,
    /// The rights it knows.
    pub permissions: &'static [Permission],
    /// Its entries in the menu.
    pub navigation: Vec<NavigationItem>,
    /// Its texts.
    pub locales: &'static [(Locale, &'static str)],
    /// Cards for other slices' pages.
    pub panels: Vec<Panel>,
    /// What it puts into the search index.
    pub search: Vec<SearchSource>,
    /// The terms under which a reader may find things (`SearchQuery.rights`).
    pub search_rights: Option<fn(&Cx) -> Vec<String>>,
    /// The filters that people may type into the search: `state:open`.
    pub search_filters: Vec<SearchFilter>,
    /// Words that mean the same, in groups, as the department keeps them. Asked every second: keep them in memory.
    pub synonyms: Option<Synonyms>,
    /// Hears what was searched for.
    pub searched: Option<HearSearch>,
    /// Hears which hit of a search was opened.
    pub found: Option<HearFound>,
    /// Topics of the live stream, and who may hear them.
    pub topics: Vec<Topic>,
    /// Topics that an event touches besides its own subject.
    pub event_topics: Option<fn(&Event) -> Vec<String>>,
    /// What it offers in the palette.
    pub palette: Vec<PaletteSource>,
    /// Who is who; one slice (people) knows.
    pub authenticate: Option<Authenticate>,
    /// Stores the language a signed-in reader chose in the menu; the same slice.
    pub remember_locale: Option<RememberLocale>,
}

impl Slice {
    /// A slice that hands in nothing yet: `Slice { routes: …, ..Slice::new("desk") }`.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            migrations: &[],
            kept: &[],
            routes: Routes::new,
            jobs: Vec::new(),
            schedules: Vec::new(),
            events: Vec::new(),
            subscribers: Vec::new(),
            permissions: &[],
            navigation: Vec::new(),
            locales: &[],
            panels: Vec::new(),
            search: Vec::new(),
            search_rights: None,
            search_filters: Vec::new(),
            synonyms: None,
            searched: None,
            found: None,
            topics: Vec::new(),
            event_topics: None,
            palette: Vec::new(),
            authenticate: None,
            remember_locale: None,
        }
    }
}

/// Where an entry stands in the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The daily work, first and without a heading.
    Work,
    /// What is looked at: reports, knowledge.
    Insight,
    /// Settings and administration, last.
    Settings,
}

impl Group {
    /// In the order of the menu.
    pub const ALL: [Self; 3] = [Self::Work, Self::Insight, Self::Settings];

    pub(crate) fn title(self, locale: Locale) -> String {
        match self {
            Self::Work => String::new(),
            Self::Insight => locale.t("web-navigation-insight"),
            Self::Settings => locale.t("web-navigation-settings"),
        }
    }
}

/// An entry of the menu.
#[derive(Clone, Copy, Debug)]
pub struct NavigationItem {
    /// Key of its text.
    pub key: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Name of its icon in the sprite.
    pub icon: &'static str,
    /// The right without which it is not shown; `None`: every signed-in reader sees it.
    pub permission: Option<&'static str>,
    /// Where it stands.
    pub group: Group,
    /// The number beside it.
    pub count: Option<Counter>,
}

impl NavigationItem {
    /// An entry in the first group that every signed-in reader sees.
    pub const fn new(key: &'static str, href: &'static str, icon: &'static str) -> Self {
        Self {
            key,
            href,
            icon,
            permission: None,
            group: Group::Work,
            count: None,
        }
    }

    /// Only for readers with this right.
    #[must_use]
    pub const fn needs(mut self, permission: &'static str) -> Self {
        self.permission = Some(permission);
        self
    }

    /// In this group.
    #[must_use]
    pub const fn group(mut self, group: Group) -> Self {
        self.group = group;
        self
    }

    /// With a live count.
    #[must_use]
    pub const fn count(mut self, count: Counter) -> Self {
        self.count = Some(count);
        self
    }
}

/// Renders a card; `None` when there is nothing to show, or nothing this reader may see.
pub type RenderPanel = fn(App, Cx, String) -> BoxFuture<'static, Result<Option<String>>>;

/// A card that one slice hands in for another slice's page.
#[derive(Clone, Copy)]
pub struct Panel {
    /// `fleet.device-card`
    pub name: &'static str,
    /// The page and place that shows it: `ticket.side`. `rail` is the left rail of the console,
    /// `notices` what lies above every page of it.
    pub place: &'static str,
    /// Lower stands higher.
    pub order: i32,
    /// Given the subject (`ticket:1042`; in the rail: the path) it answers HTML.
    pub render: RenderPanel,
}

impl Panel {
    /// A card in the middle of the order.
    pub const fn new(name: &'static str, place: &'static str, render: RenderPanel) -> Self {
        Self {
            name,
            place,
            order: 0,
            render,
        }
    }
}

/// A kind of topic of the live stream. Topics are opaque names: `ticket:1042`, `queue`.
#[derive(Clone, Copy)]
pub struct Topic {
    /// What stands before the colon.
    pub prefix: &'static str,
    /// Whether this reader may hear of the thing; it is given what stands after the colon, or `""`.
    pub may: fn(&mut Tx<'_>, &Cx, &str) -> Result<bool>,
}

/// What one thing is in the search index: one document, or several of different kinds under the same key.
#[derive(Clone, Copy)]
pub struct SearchSource {
    /// `ticket`
    pub kinds: &'static [&'static str],
    /// Its kinds are one thing in several languages: a list shows the best of them.
    pub is_translated: bool,
    /// The page that shows a document to this reader, by its key.
    pub href: fn(&Cx, &str) -> String,
    /// The keys of the documents that an event touches.
    pub touched: fn(&Event) -> Vec<String>,
    /// The documents of some keys as they are now; a key without a document of one of the kinds loses it in the index.
    pub load: fn(&mut Tx<'_>, &[String]) -> Result<Vec<Document>>,
    /// The next keys after a key (`""` for the first), in the order of the keys' text or number; empty at the end.
    pub list: fn(&mut Tx<'_>, &str, i64) -> Result<Vec<String>>,
}

/// Groups of words and phrases that mean the same.
pub type Synonyms = fn(&mut Tx<'_>) -> Result<Vec<Vec<String>>>;

/// The facets (`Document::facets`) that a value asks for, any of which will do; `None` when the value means nothing.
/// What the reader may not know exists means nothing.
pub type ReadFacets = fn(&mut Tx<'_>, &Cx, &str) -> Result<Option<Vec<String>>>;

/// A filter that people may type into the search: `state:open`, `状态：未完成`.
///
/// Several slices may know a filter of the same name; what any of them understands is looked for.
#[derive(Clone, Copy)]
pub struct SearchFilter {
    /// Its names in lower case, the one of the API first, then those of other languages.
    pub names: &'static [&'static str],
    /// Reads a value.
    pub facets: ReadFacets,
    /// Key of the text that says which values there are.
    pub values: &'static str,
}

/// Somebody searched; typing alone is no search.
#[derive(Clone, Debug, PartialEq)]
pub struct Searched {
    /// Short name of this search; opening one of its hits tells it again.
    pub id: String,
    /// What was asked, with typed filters.
    pub text: String,
    /// Where: `console`, `api`; slices with a search of their own say theirs.
    pub place: &'static str,
    /// How many hits were shown.
    pub found: usize,
}

/// Keeps what was searched for. It runs after the answer is on its way; what it says then is only logged.
pub type HearSearch = fn(&mut Tx<'_>, &Cx, &Searched) -> Result<()>;

/// Keeps that a hit was opened: the search's name, then kind and key of what was opened.
pub type HearFound = fn(&mut Tx<'_>, &Cx, &str, &str, &str) -> Result<()>;

/// One line of the palette.
#[derive(Clone, Debug)]
pub struct PaletteEntry {
    /// Its words.
    pub text: String,
    /// Small words at the end.
    pub note: String,
    /// Where it leads.
    pub href: String,
    /// Name of its icon.
    pub icon: &'static str,
}

/// Finds what a reader may want to go to or do.
pub type FindEntries = fn(App, Cx, String) -> BoxFuture<'static, Result<Vec<PaletteEntry>>>;

/// A source of lines for the palette.
#[derive(Clone, Copy)]
pub struct PaletteSource {
    /// Key of the heading above its lines.
    pub title: &'static str,
    /// Given what was typed, the best few lines.
    pub find: FindEntries,
}

//! The whole application as handlers see it: the kernel, the slices, and what is computed from them.

use std::ops::Deref;
use std::sync::Arc;

use kernel::Kernel;
use kernel::cx::{Cx, Permission};
use kernel::db::Migration;
use kernel::error::{Error, Result};
use kernel::event::{Event, Subscriber};
use kernel::i18n::{self, Locale};
use kernel::job::{JobHandler, Schedule};
use tokio::sync::OnceCell;
use utoipa::openapi::OpenApi;

use crate::cookie::Transport;
use crate::csrf;
use crate::kit;
use crate::live::{self, Hub};
use crate::rate::Rates;
use crate::routes::{RouteEntry, Routes};
use crate::slice::{Authenticate, NavigationItem, PaletteSource, RememberLocale, SearchSource, Slice, Topic};

/// For readers who have not chosen one; scripts show times in the browser's own zone anyway.
const TIME_ZONE: &str = "UTC";

/// Handed to every handler as `State(app): State<App>`; derefs to the [`Kernel`]. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Tells open pages what changed.
    pub live: Hub,
    /// Counts attempts.
    pub rates: Rates,
    inner: Arc<Inner>,
}

struct Inner {
    kernel: Kernel,
    slices: Vec<Slice>,
    routes: Vec<RouteEntry>,
    api_document: OpenApi,
    transport: Transport,
    time_zone: Arc<str>,
    csrf_key: OnceCell<csrf::Key>,
}

impl Deref for App {
    type Target = Kernel;

    fn deref(&self) -> &Kernel {
        &self.inner.kernel
    }
}

/// A card as a page shows it.
#[derive(Clone, Debug)]
pub struct PanelCard {
    /// `fleet.device-card`
    pub name: &'static str,
    /// Its HTML, trusted.
    pub html: String,
}

/// Puts the slices together. The kit adds its own slice and registers everybody's texts.
pub fn build(kernel: Kernel, slices: Vec<Slice>) -> App {
    let mut all = vec![kit::slice()];
    all.extend(slices);
    let texts: Vec<(Locale, &'static str)> = all
        .iter()
        .flat_map(|slice| slice.locales.iter().copied())
        .collect();
    i18n::register(&texts);
    let mut routes = Vec::new();
    let mut documents = Vec::new();
    for slice in &all {
        kernel.db.watch(slice.kept);
        let Routes {
            entries,
            documents: own,
            ..
        } = (slice.routes)();
        routes.extend(entries.into_iter().map(|entry| RouteEntry {
            slice: slice.name,
            ..entry
        }));
        documents.extend(own);
    }
    let _recorder = crate::observe::recorder();
    // On the shelf, so that whoever has only the kernel can tell open pages too.
    let live = kernel.shelf.get::<Hub>().as_ref().clone();
    let inner = Inner {
        transport: Transport::of(kernel.config.secure_cookies),
        time_zone: Arc::from(TIME_ZONE),
        api_document: kit::document(&documents),
        csrf_key: OnceCell::new(),
        slices: all,
        routes,
        kernel,
    };
    App {
        live,
        rates: Rates::default(),
        inner: Arc::new(inner),
    }
}

/// The migrations of an installation with these slices, without opening one: the kernel's, the kit's own, and theirs.
pub fn migrations(slices: &[Slice]) -> Vec<(&'static str, &'static [Migration])> {
    let kit = kit::slice();
    let all = std::iter::once(&kit).chain(slices);
    let own = all.map(|slice| (slice.name, slice.migrations));
    [("kernel", kernel::MIGRATIONS)].into_iter().chain(own).collect()
}

impl App {
    /// The slices, the kit's own first.
    pub fn slices(&self) -> &[Slice] {
        &self.inner.slices
    }

    /// Every route with what it asks of its caller: the matrix role × route is computed from this.
    pub fn route_table(&self) -> &[RouteEntry] {
        &self.inner.routes
    }

    /// Every right that a slice knows.
    pub fn permissions(&self) -> impl Iterator<Item = &'static Permission> + '_ {
        self.slices().iter().flat_map(|slice| slice.permissions)
    }

    /// The kernel's tables and every slice's, for `kernel::db::migrate`.
    pub fn migrations(&self) -> Vec<(&'static str, &'static [Migration])> {
        let own = self.slices().iter().map(|slice| (slice.name, slice.migrations));
        [("kernel", kernel::MIGRATIONS)].into_iter().chain(own).collect()
    }

    pub(crate) fn migration_names(&self) -> Vec<String> {
        let names = |(slice, migrations): (&str, &[Migration])| {
            migrations
                .iter()
                .map(|migration| format!("{slice}/{}", migration.name))
                .collect::<Vec<_>>()
        };
        self.migrations().into_iter().flat_map(names).collect()
    }

    /// Everybody's background jobs.
    pub fn jobs(&self) -> Vec<JobHandler> {
        self.slices()
            .iter()
            .flat_map(|slice| slice.jobs.iter().copied())
            .collect()
    }

    /// Everything that happens by the clock.
    pub fn schedules(&self) -> Vec<Schedule> {
        self.slices()
            .iter()
            .flat_map(|slice| slice.schedules.iter().copied())
            .collect()
    }

    /// Everybody who hears events, the live pages of this node among them.
    pub fn subscribers(&self) -> Vec<Subscriber> {
        let own = live::subscriber(self);
        self.slices()
            .iter()
            .flat_map(|slice| slice.subscribers.iter().cloned())
            .chain([own])
            .collect()
    }

    /// The entries of the menu that this reader sees.
    pub fn navigation<'a>(&'a self, cx: &'a Cx) -> impl Iterator<Item = &'a NavigationItem> {
        let items = self.slices().iter().flat_map(|slice| &slice.navigation);
        items.filter(|item| {
            item.permission
                .is_none_or(|permission| cx.may(permission).is_some())
        })
    }

    /// The cards of other slices for a place of a page. A card that fails is left out and logged: it must not take the
    /// page with it.
    pub async fn panels(&self, place: &str, cx: &Cx, subject: &str) -> Vec<PanelCard> {
        let mut panels: Vec<_> = self
            .slices()
            .iter()
            .flat_map(|slice| &slice.panels)
            .filter(|panel| panel.place == place)
            .collect();
        panels.sort_by_key(|panel| panel.order);
        let each = panels.into_iter().map(|panel| async move {
            let outcome = (panel.render)(self.clone(), cx.clone(), subject.to_owned()).await;
            let html = outcome.unwrap_or_else(|error| {
                tracing::warn!(panel = panel.name, error = %error, "a panel failed");
                None
            });
            html.map(|html| PanelCard {
                name: panel.name,
                html,
            })
        });
        futures::future::join_all(each)
            .await
            .into_iter()
            .flatten()
            .collect()
    }

    /// The terms under which this reader may find things.
    pub fn search_rights(&self, cx: &Cx) -> Vec<String> {
        self.slices()
            .iter()
            .filter_map(|slice| slice.search_rights)
            .flat_map(|rights| rights(cx))
            .collect()
    }

    /// What slices put into the search index.
    pub fn search_sources(&self) -> impl Iterator<Item = &SearchSource> {
        self.slices().iter().flat_map(|slice| &slice.search)
    }

    /// The address of the installation, as people type it.
    pub fn base_url(&self) -> &str {
        &self.inner.kernel.config.base_url
    }

    /// The API document, complete.
    pub fn api_document(&self) -> &OpenApi {
        &self.inner.api_document
    }

    /// The largest file that may be handed in.
    pub fn upload_limit(&self) -> u64 {
        self.inner.kernel.config.max_upload_bytes
    }

    pub(crate) fn palette_sources(&self) -> impl Iterator<Item = &PaletteSource> {
        self.slices().iter().flat_map(|slice| &slice.palette)
    }

    pub(crate) fn topic(&self, prefix: &str) -> Option<&Topic> {
        self.slices()
            .iter()
            .flat_map(|slice| &slice.topics)
            .find(|topic| topic.prefix == prefix)
    }

    pub(crate) fn event_topics(&self) -> Vec<fn(&Event) -> Vec<String>> {
        self.slices()
            .iter()
            .filter_map(|slice| slice.event_topics)
            .collect()
    }

    pub(crate) fn remember_locale(&self) -> Option<RememberLocale> {
        self.slices().iter().find_map(|slice| slice.remember_locale)
    }

    pub(crate) fn authenticate(&self) -> Option<Authenticate> {
        self.slices().iter().find_map(|slice| slice.authenticate)
    }

    pub(crate) fn transport(&self) -> Transport {
        self.inner.transport
    }

    pub(crate) fn time_zone(&self) -> Arc<str> {
        Arc::clone(&self.inner.time_zone)
    }

    /// The key of the CSRF tokens: made once for the installation, read once by this process.
    pub(crate) async fn csrf_key(&self) -> Result<&csrf::Key, Error> {
        let read = || async {
            let cx = Cx::system(self.clock.clone(), "web.csrf");
            let key = self
                .db
                .write(move |tx| kernel::secret::get(tx, &cx, "web.csrf"))
                .await?;
            Ok(csrf::Key(key))
        };
        self.inner.csrf_key.get_or_try_init(read).await
    }
}

//! `/settings/knowledge`: spaces, synonyms, and the versions of software in use. Guides are in `guides`.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, html, unprocessable, urlencoded,
};

use super::{done, given, in_order, mend};
use crate::MANAGE;
use crate::guide::{self, Guide};
use crate::software::{self, Software};
use crate::space::{self, Space};
use crate::synonym::{self, Group};

const PATH: &str = "/settings/knowledge";
const SYNONYMS: &str = "/settings/knowledge/synonyms";
const SOFTWARE: &str = "/settings/knowledge/software";

/// Groups of synonyms on a page.
const GROUPS: usize = 60;

/// Icons a space can have.
const ICONS: &[&str] = &[
    "folder",
    "key-round",
    "laptop",
    "printer",
    "wifi",
    "mail",
    "video",
    "package",
    "shield",
    "user-plus",
    "server",
    "network",
    "smartphone",
    "wrench",
    "monitor",
    "hard-drive",
    "book-open",
    "building-2",
    "users",
    "flame",
];

pub(super) fn routes() -> Routes {
    let needed = Need::permission(MANAGE);
    Routes::new()
        .page(Method::GET, PATH, needed, spaces)
        .page(Method::GET, "/settings/knowledge/spaces/new", needed, new_space)
        .page(Method::GET, "/settings/knowledge/spaces/{id}", needed, edit_space)
        .page(Method::POST, "/settings/knowledge/spaces", needed, save_space)
        .page(
            Method::POST,
            "/settings/knowledge/spaces/{id}/removal",
            needed,
            remove_space,
        )
        .page(Method::GET, SYNONYMS, needed, synonyms)
        .page(Method::POST, SYNONYMS, needed, add_synonym)
        .page(
            Method::POST,
            "/settings/knowledge/synonyms/{id}",
            needed,
            change_synonym,
        )
        .page(Method::GET, SOFTWARE, needed, software)
        .page(Method::POST, SOFTWARE, needed, save_software)
}

struct Tab {
    what: &'static str,
    href: &'static str,
    key: &'static str,
}

const TABS: &[Tab] = &[
    Tab {
        what: "spaces",
        href: PATH,
        key: "knowledge-page-settings-spaces",
    },
    Tab {
        what: "synonyms",
        href: SYNONYMS,
        key: "knowledge-page-settings-synonyms",
    },
    Tab {
        what: "software",
        href: SOFTWARE,
        key: "knowledge-page-settings-software",
    },
    Tab {
        what: "guides",
        href: super::guides::PATH,
        key: "knowledge-page-settings-guides",
    },
    Tab {
        what: "templates",
        href: "/knowledge?show=templates",
        key: "knowledge-page-settings-templates",
    },
    Tab {
        what: "import",
        href: "/settings/knowledge/import",
        key: "knowledge-import-title",
    },
];

/// A space in the list.
struct Row {
    space: Space,
    depth: usize,
    icon: String,
}

#[derive(Template)]
#[template(path = "pages/views/settings.html")]
pub(super) struct View {
    shell: Shell,
    shown: &'static str,
    form: FormView,
    spaces: Vec<Row>,
    groups: Vec<Group>,
    group_count: usize,
    /// Where the list of synonyms goes on.
    more: Option<String>,
    wish: Wish,
    software: Vec<Software>,
    guides: Vec<Guide>,
}

/// Which synonyms.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    q: String,
    /// The last group of the page before.
    after: i64,
}

impl Wish {
    /// A page of the groups that hold what is looked for, how many there are, and the last one when there are more.
    fn page(&self, groups: Vec<Group>) -> (Vec<Group>, usize, Option<i64>) {
        let wanted = self.q.trim().to_lowercase();
        let holds = |group: &Group| {
            group
                .words
                .iter()
                .any(|word| word.to_lowercase().contains(&wanted))
        };
        let fitting: Vec<Group> = groups.into_iter().filter(holds).collect();
        let count = fitting.len();
        let mut rest: Vec<Group> = fitting
            .into_iter()
            .filter(|group| group.id > self.after)
            .collect();
        let is_more = rest.len() > GROUPS;
        rest.truncate(GROUPS);
        let last = rest.last().map(|group| group.id).filter(|_| is_more);
        (rest, count, last)
    }
}

impl View {
    fn tabs(&self) -> &'static [Tab] {
        TABS
    }
}

pub(super) async fn view(
    app: &App,
    page: &Page,
    shown: &'static str,
    form: FormView,
    wish: Wish,
) -> web::Result<View> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let row = |(space, depth): (&Space, usize)| Row {
            space: space.clone(),
            depth,
            icon: if space.icon.is_empty() {
                "folder".to_owned()
            } else {
                space.icon.clone()
            },
        };
        let spaces = match shown {
            "spaces" => in_order(&space::all(tx)?).into_iter().map(row).collect(),
            _ => Vec::new(),
        };
        let groups = if shown == "synonyms" {
            synonym::list(tx, &cx)?
        } else {
            Vec::new()
        };
        let software = if shown == "software" {
            software::list(tx, &cx)?
        } else {
            Vec::new()
        };
        let guides = if shown == "guides" {
            guide::all(tx)?
        } else {
            Vec::new()
        };
        Ok((spaces, groups, software, guides))
    };
    let (spaces, groups, software, guides) = app.db.read(read).await?;
    let (groups, group_count, last) = wish.page(groups);
    let more = last.map(|last| {
        let after = last.to_string();
        let pairs = [("q", wish.q.as_str()), ("after", after.as_str())];
        format!("{SYNONYMS}?{}", urlencoded::join(&pairs))
    });
    Ok(View {
        shell: page.shell(app, page.t("knowledge-page-settings-title")).await?,
        shown,
        form,
        spaces,
        groups,
        group_count,
        more,
        wish,
        software,
        guides,
    })
}

/// `GET /settings/knowledge`
async fn spaces(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, "spaces", FormView::empty(), Wish::default()).await?)
}

/// `GET /settings/knowledge/synonyms`
async fn synonyms(State(app): State<App>, page: Page, Query(wish): Query<Wish>) -> web::Result {
    html(view(&app, &page, "synonyms", FormView::empty(), wish).await?)
}

/// `GET /settings/knowledge/software`
async fn software(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, "software", FormView::empty(), Wish::default()).await?)
}

#[derive(Template)]
#[template(path = "pages/views/space.html")]
struct SpaceView {
    shell: Shell,
    is_new: bool,
    form: FormView,
    parents: Vec<Choice>,
    icons: &'static [&'static str],
}

async fn space_view(app: &App, page: &Page, is_new: bool, form: FormView) -> web::Result<SpaceView> {
    let locale = page.cx.locale;
    let spaces = app.db.read(space::all).await?;
    let own = form.value("id").to_owned();
    let mut parents = vec![Choice::new("", page.t("knowledge-page-space-top"))];
    let tops = spaces.iter().filter(|one| one.parent.is_none() && one.id != own);
    parents.extend(tops.map(|one| Choice::new(&one.id, one.title(locale))));
    let title = if is_new {
        "knowledge-page-space-new"
    } else {
        "knowledge-page-space-edit"
    };
    Ok(SpaceView {
        shell: page.shell(app, page.t(title)).await?,
        is_new,
        form,
        parents,
        icons: ICONS,
    })
}

/// `GET /settings/knowledge/spaces/new`
async fn new_space(State(app): State<App>, page: Page) -> web::Result {
    let form = FormView::of([("icon", "folder")]);
    html(space_view(&app, &page, true, form).await?)
}

/// `GET /settings/knowledge/spaces/{id}`
async fn edit_space(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let space = app.db.read(move |tx| space::load(tx, &id)).await?;
    let form = FormView::of([
        ("id", space.id),
        ("title_en", space.title_en),
        ("title_zh", space.title_zh),
        ("icon", space.icon),
        ("parent", space.parent.unwrap_or_default()),
        ("place", space.place.to_string()),
    ]);
    html(space_view(&app, &page, false, form).await?)
}

fn wanted_space(tx: &mut Tx<'_>, form: &FormData) -> Result<Space> {
    let spaces = space::all(tx)?;
    let id = form.text("id").to_owned();
    if form.checked("new") && spaces.iter().any(|one| one.id == id) {
        return Err(Error::invalid("knowledge.space_known").field("id"));
    }
    let last = spaces.iter().map(|one| one.place).max().unwrap_or(0);
    Ok(Space {
        id,
        title_en: form.text("title_en").to_owned(),
        title_zh: form.text("title_zh").to_owned(),
        icon: form.text("icon").to_owned(),
        parent: form.optional("parent").map(str::to_owned),
        place: given(form, "place")?.unwrap_or(last.saturating_add(1)),
    })
}

/// `POST /settings/knowledge/spaces`
async fn save_space(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, sent) = (page.cx.clone(), form.clone());
    let write = move |tx: &mut Tx<'_>| {
        let wanted = wanted_space(tx, &sent)?;
        space::save(tx, &cx, &wanted).map(drop)
    };
    match app.db.write(write).await {
        Ok(()) => done(&page, PATH, "knowledge-page-saved"),
        Err(error) => {
            let filled = mend(&page, &form, error)?;
            unprocessable(space_view(&app, &page, form.checked("new"), filled).await?)
        }
    }
}

/// `POST /settings/knowledge/spaces/{id}/removal`
async fn remove_space(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| space::remove(tx, &cx, &id)).await?;
    done(&page, PATH, "knowledge-page-removed")
}

/// `POST /settings/knowledge/synonyms`
async fn add_synonym(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    keep_synonym(&app, &page, None, &form).await
}

/// `POST /settings/knowledge/synonyms/{id}`
async fn change_synonym(
    State(app): State<App>,
    page: Page,
    Path(id): Path<i64>,
    form: FormData,
) -> web::Result {
    if form.text("do") == "remove" {
        let cx = page.cx.clone();
        app.db.write(move |tx| synonym::remove(tx, &cx, id)).await?;
        return done(&page, SYNONYMS, "knowledge-page-removed");
    }
    keep_synonym(&app, &page, Some(id), &form).await
}

async fn keep_synonym(app: &App, page: &Page, id: Option<i64>, form: &FormData) -> web::Result {
    let (cx, words) = (page.cx.clone(), synonym::words(form.text("words")));
    let write = move |tx: &mut Tx<'_>| synonym::save(tx, &cx, id, &words).map(drop);
    match app.db.write(write).await {
        Ok(()) => done(page, SYNONYMS, "knowledge-page-saved"),
        Err(error) => {
            let filled = mend(page, form, error)?;
            unprocessable(view(app, page, "synonyms", filled, Wish::default()).await?)
        }
    }
}

/// `POST /settings/knowledge/software`
async fn save_software(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let (name, version) = (form.text("name").to_owned(), form.text("version").to_owned());
    if form.text("do") == "remove" {
        app.db.write(move |tx| software::remove(tx, &cx, &name)).await?;
        return done(&page, SOFTWARE, "knowledge-page-removed");
    }
    let write = move |tx: &mut Tx<'_>| software::save(tx, &cx, &name, &version).map(drop);
    match app.db.write(write).await {
        Ok(()) => done(&page, SOFTWARE, "knowledge-page-saved"),
        Err(error) => {
            let filled = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, "software", filled, Wish::default()).await?)
        }
    }
}

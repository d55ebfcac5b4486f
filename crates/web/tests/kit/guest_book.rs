//! A guest book: the smallest slice that uses everything, and a house to run it in.
//!
//! Sessions and tokens are `NAME`; the rights are `reader` (reads its own notes), `writer` (reads and writes all),
//! and `boss` (all, and the figures). `lost` is a session that has ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::{Credential, Identity, Permission, Scope};
use kernel::db::{Migration, Tx, params};
use kernel::error::{Error, Kind, Result};
use kernel::i18n::Locale;
use kernel::id::Id;
use kernel::search::Document;
use kernel::time::{Clock, Timestamp};
use kernel::{Cx, Kernel, event};
use serde::{Deserialize, Serialize};
use web::testing::{ApiClient, Browser};
use web::{
    App, Credentials, CxX, FormData, FormView, Json, NavigationItem, Need, Once, Page, Panel, Path, Query,
    Reply, Routes, SearchFilter, SearchSource, Shell, SignedIn, Slice, Tone, Topic, html, see_other,
    unprocessable, with_toast,
};

const READ: &str = "book.note.read";
const WRITE: &str = "book.note.write";

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_note",
    sql: "CREATE TABLE book_note (number {identity}, title TEXT NOT NULL, author TEXT NOT NULL);
        CREATE TABLE book_heard (number {identity}, what TEXT NOT NULL);",
}];

const PERMISSIONS: &[Permission] = &[
    Permission {
        name: READ,
        scopes: &[Scope::Own, Scope::All],
        granted: &[],
    },
    Permission {
        name: WRITE,
        scopes: &[Scope::All],
        granted: &[],
    },
];

const ENGLISH: &str = "book-title = Guest book\nbook-note-title = Title\nbook-search-kind-note = Note\nbook-about = Notes are about paper or fire.\nerror-book-title_missing = A note needs a title.\n\
    error-book-closed = The book is closed.\n";
const CHINESE: &str = "book-title = 留言簿\nbook-note-title = 标题\nbook-search-kind-note = 留言\nbook-about = 留言的主题可以是 paper 或 fire。\nerror-book-title_missing = 请填写标题。\n\
    error-book-closed = 留言簿已关闭。\n";

pub struct House {
    pub app: App,
    _folder: tempfile::TempDir,
}

impl House {
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub async fn open_with(change: impl FnOnce(&mut kernel::config::Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = kernel::config::Config::in_folder(folder.path());
        if std::env::var("MAINSTAY_TEST_DATABASE").is_ok_and(|name| name == "postgres") {
            config.database = kernel::config::DatabaseUrl::Postgres(create_postgres());
        }
        change(&mut config);
        let clock = Clock::manual("2026-11-21T10:00:00Z".parse::<jiff_free::Instant>().unwrap().0);
        let kernel = tokio::task::spawn_blocking(move || Kernel::open(config, clock))
            .await
            .unwrap()
            .unwrap();
        let app = web::build(kernel, vec![slice()]);
        kernel::db::migrate(&app.db, &app.migrations(), app.clock.now())
            .await
            .unwrap();
        Self { app, _folder: folder }
    }

    pub fn browser(&self, session: &str) -> Browser {
        let mut browser = Browser::new(web::router(self.app.clone()));
        if !session.is_empty() {
            browser.sign_in_with_session(session);
        }
        browser
    }

    pub fn client(&self, token: &str) -> ApiClient {
        let token = if token.is_empty() { None } else { Some(token) };
        ApiClient::new(web::router(self.app.clone()), token)
    }

    pub async fn notes(&self) -> i64 {
        let count = self
            .app
            .db
            .read(|tx| tx.query_one("SELECT COUNT(*) AS n FROM book_note", &[], |row| row.get("n")));
        count.await.unwrap()
    }
}

/// A database of the test's own on the server that `MAINSTAY_TEST_POSTGRES` names.
fn create_postgres() -> String {
    let server = std::env::var("MAINSTAY_TEST_POSTGRES").unwrap();
    let random = Cx::system(Clock::System, "test").random_bytes::<8>();
    let name = format!("web_{:016x}", u64::from_be_bytes(random));
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
    let output = std::process::Command::new("psql")
        .args(["-q", "-d", &server, "-c", &create])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (base, query) = server
        .split_once('?')
        .map_or((server.as_str(), String::new()), |(base, query)| {
            (base, format!("?{query}"))
        });
    let host = base.rsplit_once('/').map_or(base, |(host, _)| host);
    format!("{host}/{name}{query}")
}

/// Instants without naming jiff.
mod jiff_free {
    use super::Timestamp;

    pub struct Instant(pub Timestamp);

    impl std::str::FromStr for Instant {
        type Err = serde_json::Error;

        fn from_str(text: &str) -> Result<Self, Self::Err> {
            serde_json::from_value(serde_json::Value::from(text)).map(Self)
        }
    }
}

fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        routes,
        permissions: PERMISSIONS,
        navigation: vec![
            NavigationItem::new("book-title", "/notes", "inbox")
                .needs(READ)
                .count(count),
            NavigationItem::new("book-note-title", "/notes/new", "plus").needs(WRITE),
        ],
        locales: &[(Locale::En, ENGLISH), (Locale::ZhCn, CHINESE)],
        topics: vec![Topic {
            prefix: "note",
            may: may_hear,
        }],
        panels: vec![
            Panel::new("book.hello", "rail", |_, _, _| {
                Box::pin(async { Ok(Some("<p>rail-panel</p>".to_owned())) })
            }),
            Panel::new("book.broken", "rail", |_, _, _| {
                Box::pin(async { Err(Error::internal("broken panel")) })
            }),
        ],
        search: vec![SearchSource {
            kinds: &["note"],
            is_translated: false,
            href,
            touched,
            load: documents,
            list: keys,
        }],
        search_filters: vec![SearchFilter {
            names: &["about", "主题"],
            facets: |_, _, value| {
                Ok(["paper", "fire"]
                    .contains(&value)
                    .then(|| vec![format!("about:{value}")]))
            },
            values: "book-about",
        }],
        synonyms: Some(|_| {
            Ok(vec![
                ["printer", "打印机", "hard copy"].map(str::to_owned).to_vec(),
            ])
        }),
        searched: Some(|tx, cx, searched| {
            let what = format!(
                "{} {} {} {}",
                cx.actor.key(),
                searched.place,
                searched.text,
                searched.found
            );
            heard(tx, &what)
        }),
        found: Some(|tx, _, _, kind, key| heard(tx, &format!("opened {kind} {key}"))),
        search_rights: Some(|cx| match cx.may(READ) {
            Some(Scope::All) => vec!["all".to_owned()],
            Some(_) => vec![cx.actor.key()],
            None => Vec::new(),
        }),
        authenticate: Some(authenticate),
        ..Slice::new("book")
    }
}

/// Another program's door: says who rang, as far as the house knows.
async fn ring_the_bell(page: Page) -> String {
    let who = page.cx.user_id().map(|user| user.to_string());
    who.unwrap_or_else(|| "nobody".to_owned())
}

fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/notes", Need::permission(READ), list)
        .page(Method::POST, "/notes", Need::permission(WRITE), create)
        .page(Method::GET, "/notes/{number}", Need::permission(READ), show)
        .page(Method::POST, "/open-letter", Need::Public, open_letter)
        .page(Method::GET, "/broken/{how}", Need::Public, broken)
        .machine(Method::POST, "/bell", Need::Public, ring_the_bell)
        .api(Need::permission(READ), utoipa_axum::routes!(get_note))
        .api(Need::permission(WRITE), utoipa_axum::routes!(post_note))
        .api(Need::permission(WRITE), utoipa_axum::routes!(post_careless))
}

fn authenticate(_tx: &mut Tx<'_>, credentials: &Credentials, _now: Timestamp) -> Result<Option<SignedIn>> {
    let (name, credential) = match credentials {
        Credentials::Session(name) => (
            name,
            Credential::Session {
                session: name.clone(),
                elevated: false,
            },
        ),
        Credentials::Bearer(name) => (name, Credential::Token { token: name.clone() }),
    };
    let grants: &[(&str, Scope)] = match name.as_str() {
        "reader" | "reader-zh" => &[(READ, Scope::Own)],
        "writer" => &[(READ, Scope::All), (WRITE, Scope::All)],
        "boss" => &[(READ, Scope::All), ("web.metrics.read", Scope::All)],
        _ => return Ok(None),
    };
    let number = name.bytes().fold(0_u64, |sum, byte| sum * 31 + u64::from(byte));
    let identity = Identity {
        user: Id::from_parts(number, &[0; 10]),
        name: "Li Wei".to_owned(),
        email: format!("{name}@example.org"),
        teams: Vec::new(),
        groups: Vec::new(),
        grants: grants
            .iter()
            .map(|(name, scope)| ((*name).to_owned(), *scope))
            .collect::<BTreeMap<_, _>>(),
        credential,
    };
    let locale = (name == "reader-zh").then_some(Locale::ZhCn);
    Ok(Some(SignedIn {
        identity: Arc::new(identity),
        locale,
        time_zone: None,
    }))
}

fn count(tx: &mut Tx<'_>, _cx: &Cx) -> Result<u64> {
    let count: i64 = tx.query_one("SELECT COUNT(*) AS n FROM book_note", &[], |row| row.get("n"))?;
    Ok(count.unsigned_abs())
}

fn href(_cx: &Cx, key: &str) -> String {
    format!("/notes/{key}")
}

fn touched(event: &event::Event) -> Vec<String> {
    event
        .subject
        .strip_prefix("note:")
        .map(str::to_owned)
        .into_iter()
        .collect()
}

fn documents(tx: &mut Tx<'_>, keys: &[String]) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for key in keys {
        let sql = "SELECT title, author FROM book_note WHERE number = $1";
        let number: i64 = key.parse().unwrap();
        documents.extend(tx.query_opt(sql, params![number], |row| {
            let rights = vec!["all".to_owned(), row.get("author")?];
            Ok(Document {
                kind: "note".to_owned(),
                key: key.clone(),
                facets: ["paper", "fire"]
                    .into_iter()
                    .filter(|word| row.get::<String>("title").is_ok_and(|title| title.contains(word)))
                    .map(|word| format!("about:{word}"))
                    .collect(),
                title: row.get("title")?,
                rights,
                ..Document::default()
            })
        })?);
    }
    Ok(documents)
}

fn keys(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<String>> {
    let after: i64 = after.parse().unwrap_or(0);
    let sql = "SELECT number FROM book_note WHERE number > $1 ORDER BY number LIMIT $2";
    tx.query(sql, params![after, limit], |row| {
        Ok(row.get::<i64>("number")?.to_string())
    })
}

fn heard(tx: &mut Tx<'_>, what: &str) -> Result<()> {
    tx.execute("INSERT INTO book_heard (what) VALUES ($1)", params![what])?;
    Ok(())
}

fn may_hear(tx: &mut Tx<'_>, cx: &Cx, number: &str) -> Result<bool> {
    Ok(load(tx, cx, number.parse().unwrap_or(0)).is_ok())
}

#[derive(Serialize, utoipa::ToSchema)]
struct Note {
    number: i64,
    title: String,
}

fn load(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Note> {
    let sql = "SELECT title, author FROM book_note WHERE number = $1";
    let found = tx.query_opt(sql, params![number], |row| {
        Ok((row.get::<String>("title")?, row.get::<String>("author")?))
    })?;
    let (title, author) = found.ok_or_else(Error::not_found)?;
    match cx.require(READ)? {
        Scope::All => Ok(Note { number, title }),
        _ if author == cx.actor.key() => Ok(Note { number, title }),
        _ => Err(Error::not_found()),
    }
}

pub fn write(tx: &mut Tx<'_>, cx: &Cx, title: &str) -> Result<i64> {
    if title.is_empty() {
        return Err(Error::invalid("book.title_missing").field("title"));
    }
    let sql = "INSERT INTO book_note (title, author) VALUES ($1, $2) RETURNING number";
    let number = tx.query_one(sql, params![title, cx.actor.key()], |row| {
        row.get::<i64>("number")
    })?;
    let data = serde_json::json!({});
    event::append(
        tx,
        cx,
        event::New {
            kind: "book.written",
            subject: format!("note:{number}"),
            data,
            personal: None,
        },
    )?;
    Ok(number)
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "shell.html" %}{% import "components.html" as ui %}
{% block main %}<main id="main"><h1>{{ shell.t("book-title") }}</h1>{% block part %}<p id="count">{{ shell.n("book-title", 1) }}</p>{% endblock %}
<form method="post" action="/notes">{% call ui::csrf(shell) %}{% endcall %}{% call ui::errors(shell, form) %}{% endcall %}
{% call ui::field(shell, form, "title", shell.t("book-note-title"), required=true) %}{% endcall %}
{% call ui::textarea(shell, form, "body", "Body", hint="Anything") %}{% endcall %}
{% call ui::check(shell, form, "loud", "Loud") %}{% endcall %}
{% call ui::select(shell, form, "colour", "Colour", colours) %}{% endcall %}</form>
{% call ui::moment(shell, shell.cx.now()) %}{% endcall %}{% call ui::priority("P1") %}{% endcall %}{% call ui::state("New", "new") %}{% endcall %}
{% call ui::banner(shell, "info", "info", "hello") %}{% endcall %}{% call ui::load_more(shell, "?after=1", "list") %}{% endcall %}
{% call ui::empty(shell, "inbox", "None", "Nothing") %}<a href="/notes/new">+</a>{% endcall %}</main>{% endblock %}"#,
    blocks = ["part"]
)]
struct Book {
    shell: Shell,
    form: FormView,
    colours: Vec<web::Choice>,
}

async fn list(State(app): State<App>, page: Page) -> web::Result {
    let shell = page.shell(&app, page.t("book-title")).await?;
    let view = Book {
        shell,
        form: FormView::empty(),
        colours: Vec::new(),
    };
    if page.partial {
        html(view.as_part())
    } else {
        html(view)
    }
}

#[derive(Deserialize)]
struct NewNote {
    title: String,
    #[serde(rename = "loud")]
    _loud: bool,
}

async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match form.read::<NewNote>() {
        Ok(input) => app.db.write(move |tx| write(tx, &cx, &input.title)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(number) => Ok(with_toast(
            see_other(&format!("/notes/{number}"))?,
            &page,
            Tone::Success,
            "已写入",
        )),
        Err(error) if error.kind() == Kind::Invalid => {
            let colours = vec![web::Choice::new("red", "Red"), web::Choice::new("blue", "Blue")];
            let shell = page.shell(&app, page.t("book-title")).await?;
            unprocessable(Book {
                shell,
                form: form.refused(&error, page.cx.locale),
                colours,
            })
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(State(app): State<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    app.db.read(move |tx| load(tx, &cx, number)).await?;
    list(State(app), page).await
}

async fn open_letter(form: FormData) -> web::Result<String> {
    let file = form.files("file").next();
    let file = file.map_or_else(String::new, |file| {
        format!(" {} {} {}", file.name, file.stored.size, file.media_type)
    });
    Ok(format!("{}{file}", form.text("title")))
}

async fn broken(Path(how): Path<String>) -> web::Result {
    match how.as_str() {
        "panic" => panic!("a test"),
        "database" => Err(Error::unavailable("kernel.db.unavailable").into()),
        "closed" => Err(Error::conflict("book.closed").into()),
        "invalid" => Err(Error::invalid("book.title_missing").field("title").into()),
        _ => Err(Error::internal("secret detail").into()),
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "limit")]
    _limit: Option<u32>,
}

/// Read a note
#[utoipa::path(get, path = "/notes/{number}", tag = "notes", params(("number" = i64, Path)), responses((status = 200, body = Note)))]
async fn get_note(
    State(app): State<App>,
    cx: CxX,
    Path(number): Path<i64>,
    _asked: Query<Asked>,
) -> web::Result<Json<Note>> {
    let cx = cx.0;
    Ok(Json(app.db.read(move |tx| load(tx, &cx, number)).await?))
}

#[derive(Deserialize, utoipa::ToSchema)]
struct NoteInput {
    title: String,
}

/// Write a note
#[utoipa::path(post, path = "/notes", tag = "notes", request_body = NoteInput, responses((status = 201, body = Note)))]
async fn post_note(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Json(input): Json<NoteInput>,
) -> web::Result<Reply> {
    let (cx, title) = (cx.0, input.title);
    let reply = app.db.write(move |tx| {
        let number = write(tx, &cx, &title)?;
        once.created(
            tx,
            &format!("/api/v1/notes/{number}"),
            &Note {
                number,
                title: title.clone(),
            },
        )
    });
    Ok(reply.await?)
}

/// Write a note without keeping the answer with it
#[utoipa::path(post, path = "/careless", tag = "notes", request_body = NoteInput, responses((status = 200, body = Note)))]
async fn post_careless(
    State(app): State<App>,
    cx: CxX,
    Json(input): Json<NoteInput>,
) -> web::Result<Json<Note>> {
    let (cx, title) = (cx.0, input.title.clone());
    let number = app.db.write(move |tx| write(tx, &cx, &title)).await?;
    Ok(Json(Note {
        number,
        title: input.title,
    }))
}

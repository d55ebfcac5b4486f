//! The settings: trackers, one of them with its secrets, its log in both directions, and the deadline of reports.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::Kind as Failure;
use kernel::i18n::Locale;
use kernel::time::Timestamp;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::keeping::Opened;
use super::{Definition, Heard, Kind, Message, MessageId, Tracker, TrackerId, delivering, keeping, store};
use crate::{access, deadline};

const PATH: &str = "/settings/trackers";
/// Lines of each direction in a log.
const LINES: i64 = 50;

/// All of them.
pub(crate) fn routes() -> Routes {
    let needed = Need::permission(access::TRACKERS);
    Routes::new()
        .page(Method::GET, PATH, needed, list)
        .page(Method::POST, PATH, needed, add)
        .page(Method::GET, "/settings/trackers/new", needed, new)
        .page(Method::POST, "/settings/trackers/deadline", needed, save_deadline)
        .page(Method::GET, "/settings/trackers/{id}", needed, edit)
        .page(Method::POST, "/settings/trackers/{id}", needed, save)
        .page(Method::POST, "/settings/trackers/{id}/removal", needed, remove)
        .page(
            Method::POST,
            "/settings/trackers/{id}/secrets",
            needed,
            exchange_secrets,
        )
        .page(Method::POST, "/settings/trackers/{id}/test", needed, test)
        .page(Method::GET, "/settings/trackers/{id}/log", needed, log)
        .page(
            Method::POST,
            "/settings/trackers/{id}/messages/{message}/again",
            needed,
            again,
        )
}

fn done(page: &Page, path: &str, key: &str) -> web::Result {
    Ok(with_toast(see_other(path)?, page, Tone::Success, &page.t(key)))
}

#[derive(Template)]
#[template(path = "tracker/views/list.html")]
struct List {
    shell: Shell,
    trackers: Vec<Tracker>,
    form: FormView,
    calendars: Vec<Choice>,
}

async fn listed(app: &App, page: &Page, filled: Option<FormView>) -> web::Result<List> {
    let cx = page.cx.clone();
    let every_hour = page.t("handover-deadline-every-hour");
    let (trackers, form, calendars) = app
        .db
        .read(move |tx| {
            let mut calendars = vec![Choice::new("", every_hour.clone())];
            let known = people::calendar::store::list(tx)?;
            calendars.extend(
                known
                    .into_iter()
                    .map(|one| Choice::new(one.id.to_string(), one.name)),
            );
            let form = FormView::of([
                ("hours", deadline::hours(tx)?.to_string()),
                ("calendar", deadline::calendar(tx)?.unwrap_or_default()),
            ]);
            Ok((keeping::list(tx, &cx)?, form, calendars))
        })
        .await?;
    Ok(List {
        shell: page.shell(app, page.t("handover-trackers")).await?,
        trackers,
        form: filled.unwrap_or(form),
        calendars,
    })
}

/// `GET /settings/trackers`
async fn list(State(app): State<App>, page: Page) -> web::Result {
    html(listed(&app, &page, None).await?)
}

/// `POST /settings/trackers/deadline`
async fn save_deadline(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let (hours, calendar) = (form.text("hours").to_owned(), form.text("calendar").to_owned());
    let save = move |tx: &mut Tx<'_>| deadline::save(tx, &cx, &hours, &calendar);
    match app.db.write(save).await {
        Ok(()) => done(&page, PATH, "handover-deadline-saved"),
        Err(error) if error.kind() == Failure::Invalid => {
            let view = form.refused(&error, page.cx.locale);
            unprocessable(listed(&app, &page, Some(view)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "tracker/views/edit.html")]
struct Editor {
    shell: Shell,
    /// None for a new one.
    opened: Option<Opened>,
    form: FormView,
    kinds: Vec<Choice>,
    enabled: bool,
    /// Where the tracker posts to.
    hook: String,
}

async fn editor(
    app: &App,
    page: &Page,
    opened: Option<Opened>,
    filled: Option<FormView>,
) -> web::Result<Editor> {
    let title = match &opened {
        Some(opened) => opened.tracker.definition.name.clone(),
        None => page.t("handover-tracker-new"),
    };
    let is_fresh = filled.is_none();
    let form = filled.unwrap_or_else(|| match &opened {
        None => FormView::empty(),
        Some(opened) => {
            let definition = &opened.tracker.definition;
            FormView::of([
                ("name", definition.name.clone()),
                ("kind", definition.kind.as_str().to_owned()),
                ("url", definition.url.clone()),
            ])
        }
    });
    let enabled = match (&opened, is_fresh) {
        (Some(opened), true) => opened.tracker.definition.enabled,
        (None, true) => true,
        (_, false) => form.checked("enabled"),
    };
    let base = app.config.base_url.trim_end_matches('/').to_owned();
    let hook = opened.as_ref().map_or_else(String::new, |opened| {
        format!("{base}/handover/hooks/{}", opened.tracker.id)
    });
    let kinds = Kind::ALL.map(|kind| Choice::new(kind.as_str(), page.t(kind.text_key())));
    Ok(Editor {
        shell: page.shell(app, title).await?,
        form,
        kinds: kinds.into(),
        enabled,
        hook,
        opened,
    })
}

fn sent(form: &FormData) -> Definition {
    Definition {
        name: form.text("name").to_owned(),
        kind: Kind::known(form.text("kind")).unwrap_or(Kind::Plain),
        url: form.text("url").to_owned(),
        enabled: form.checked("enabled"),
    }
}

/// `GET /settings/trackers/new`
async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(editor(&app, &page, None, None).await?)
}

async fn opened(app: &App, page: &Page, id: TrackerId) -> web::Result<Opened> {
    let cx = page.cx.clone();
    Ok(app.db.read(move |tx| keeping::open(tx, &cx, id)).await?)
}

/// `GET /settings/trackers/{id}`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<TrackerId>) -> web::Result {
    let found = opened(&app, &page, id).await?;
    html(editor(&app, &page, Some(found), None).await?)
}

/// `POST /settings/trackers`
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, definition) = (page.cx.clone(), sent(&form));
    match app.db.write(move |tx| keeping::add(tx, &cx, &definition)).await {
        Ok(tracker) => done(&page, &format!("{PATH}/{}", tracker.id), "handover-tracker-added"),
        Err(error) if matches!(error.kind(), Failure::Invalid | Failure::Conflict) => {
            let view = form.refused(&error, page.cx.locale);
            unprocessable(editor(&app, &page, None, Some(view)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/trackers/{id}`
async fn save(State(app): State<App>, page: Page, Path(id): Path<TrackerId>, form: FormData) -> web::Result {
    let (cx, definition) = (page.cx.clone(), sent(&form));
    let read = form.text("version").parse().ok();
    let save = move |tx: &mut Tx<'_>| keeping::change(tx, &cx, id, &definition, read);
    match app.db.write(save).await {
        Ok(_) => done(&page, PATH, "handover-tracker-saved"),
        Err(error) if matches!(error.kind(), Failure::Invalid | Failure::Conflict) => {
            let found = opened(&app, &page, id).await?;
            let view = form.refused(&error, page.cx.locale);
            unprocessable(editor(&app, &page, Some(found), Some(view)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/trackers/{id}/removal`
async fn remove(State(app): State<App>, page: Page, Path(id): Path<TrackerId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| keeping::remove(tx, &cx, id)).await?;
    done(&page, PATH, "handover-tracker-removed")
}

/// `POST /settings/trackers/{id}/secrets`
async fn exchange_secrets(State(app): State<App>, page: Page, Path(id): Path<TrackerId>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| keeping::exchange_secrets(tx, &cx, id))
        .await?;
    done(&page, &format!("{PATH}/{id}"), "handover-tracker-secrets-changed")
}

/// `POST /settings/trackers/{id}/test`
async fn test(State(app): State<App>, page: Page, Path(id): Path<TrackerId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| keeping::test(tx, &cx, id)).await?;
    done(&page, &format!("{PATH}/{id}/log"), "handover-tracker-test-sent")
}

#[derive(Template)]
#[template(path = "tracker/views/log.html")]
struct Log {
    shell: Shell,
    tracker: Tracker,
    messages: Vec<Message>,
    heard: Vec<Heard>,
    now: Timestamp,
}

impl Log {
    fn reason(&self, message: &Message) -> String {
        let locale: Locale = self.shell.cx.locale;
        delivering::reason(locale, message)
    }
}

/// `GET /settings/trackers/{id}/log`
async fn log(State(app): State<App>, page: Page, Path(id): Path<TrackerId>) -> web::Result {
    let cx = page.cx.clone();
    let (tracker, messages, heard) = app
        .db
        .read(move |tx| {
            let tracker = keeping::load(tx, &cx, id)?;
            Ok((
                tracker,
                store::messages(tx, id, LINES)?,
                store::heard(tx, id, LINES)?,
            ))
        })
        .await?;
    html(Log {
        shell: page.shell(&app, page.t("handover-tracker-log")).await?,
        tracker,
        messages,
        heard,
        now: page.cx.now(),
    })
}

/// `POST /settings/trackers/{id}/messages/{message}/again`
async fn again(
    State(app): State<App>,
    page: Page,
    Path((id, message)): Path<(TrackerId, MessageId)>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| keeping::again(tx, &cx, id, message))
        .await?;
    done(&page, &format!("{PATH}/{id}/log"), "handover-message-again-asked")
}

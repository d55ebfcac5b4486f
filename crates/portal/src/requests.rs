//! One's requests: the list, one of them with what was said, answering, and saying whether it works.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use desk::article::Article;
use desk::catalogue::approval::Progress;
use desk::catalogue::{Texts, said};
use desk::ticket::{self, Entry, Filter, Order, Reply, Verify, View};
use desk::{finding, rating};
use kernel::Timestamp;
use kernel::error::Kind;
use kernel::i18n::Locale;
use kernel::id::UserId;
use people::user::Card;
use web::{App, FormData, FormView, Page, Path, Query, Shell, html, see_other, unprocessable};

use crate::home::Line;
use crate::rating::Satisfaction;
use crate::reporting;
use crate::words::{self, Step};

#[derive(Template)]
#[template(path = "requests.html", blocks = ["lines"])]
struct List {
    shell: Shell,
    lines: Vec<Line>,
    next: Option<String>,
    q: String,
}

/// Where the list goes on, and the words looked for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct ListQuery {
    cursor: Option<String>,
    q: String,
}

const PAGE: i64 = 25;

pub async fn list(State(app): State<App>, page: Page, Query(query): Query<ListQuery>) -> web::Result {
    let found = if query.q.trim().is_empty() {
        None
    } else {
        Some(numbers(&app, &page, &query.q).await?)
    };
    let cx = page.cx.clone();
    let cursor = query.cursor.clone();
    let rows = app
        .db
        .read(move |tx| {
            let filter = Filter {
                requester: cx.user_id(),
                order: Some(Order::Updated),
                numbers: found.clone(),
                ..Filter::default()
            };
            ticket::list(tx, &cx, &filter, cursor.as_deref(), PAGE)
        })
        .await?;
    let locale = page.cx.locale;
    let view = List {
        shell: page.bare(&app, page.t("portal-requests-title")),
        lines: rows.items.into_iter().map(|row| Line::of(locale, row)).collect(),
        next: rows.next,
        q: query.q,
    };
    if page.partial {
        html(view.as_lines())
    } else {
        html(view)
    }
}

/// The numbers of one's own tickets that words find.
async fn numbers(app: &App, page: &Page, words: &str) -> kernel::Result<Vec<i64>> {
    let query = kernel::search::SearchQuery {
        text: words.to_owned(),
        kinds: vec!["ticket".to_owned()],
        rights: page
            .cx
            .user_id()
            .map(|user| format!("user:{user}"))
            .into_iter()
            .collect(),
        limit: 100,
        ..kernel::search::SearchQuery::default()
    };
    Ok(app
        .search
        .query(query)
        .await?
        .into_iter()
        .filter_map(|hit| hit.key.parse().ok())
        .collect())
}

/// Something said, as the reader sees it.
struct Message {
    article: Article,
    mine: bool,
    author: String,
    has_pictures: bool,
}

#[derive(Template)]
#[template(path = "request.html", blocks = ["conversation"])]
struct One {
    shell: Shell,
    view: View,
    state: String,
    steps: Vec<Step>,
    messages: Vec<Message>,
    assignee: Option<String>,
    /// Whether the reader may still say something.
    can_reply: bool,
    /// The request as it was asked, when it came by a form of the catalogue.
    card: Option<String>,
    /// Its steps: title, and whether it is done.
    tasks: Vec<(String, bool)>,
    /// How many are done, in words.
    progress: String,
    /// What was not approved is not brought back but asked for anew.
    is_declined: bool,
    /// It can still be taken back.
    is_waiting: bool,
    /// Where to say whether the clerk's answer solved it, while nobody has said anything.
    clerk: Option<String>,
    /// What is asked, when something is.
    solution: Option<String>,
    /// The cause in plain words; the technical ones are the desk's.
    cause: Option<String>,
    /// When there will be news at the latest.
    news: Option<Timestamp>,
    /// How satisfied the reader is, once it is closed.
    satisfaction: Option<Satisfaction>,
    /// What solved it, once it is closed: the words must not go with the question.
    solved: Option<String>,
    form: FormView,
}

/// How far the steps of a request are.
fn progress(locale: Locale, tasks: &[(Texts, bool)]) -> String {
    let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX).into();
    let done = tasks.iter().filter(|(_, done)| *done).count();
    locale.t_with(
        "portal-tasks-progress",
        &[("done", count(done)), ("count", count(tasks.len()))],
    )
}

fn is_picture(media_type: &str) -> bool {
    matches!(
        media_type,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp"
    )
}

impl One {
    async fn load(app: &App, page: &Page, number: i64, form: FormView) -> kernel::Result<Self> {
        let cx = page.cx.clone();
        let (view, articles, cards, (request, tasks), cause, rated, clerk) = app
            .db
            .read(move |tx| {
                let view = ticket::load(tx, &cx, number)?;
                // The portal shows a person's own requests; a technician who opens another's goes to the console.
                if cx.user_id() != Some(view.ticket.requester) {
                    return Err(kernel::Error::not_found());
                }
                let entries = ticket::timeline(tx, &cx, number)?.entries;
                let articles: Vec<Article> = entries
                    .into_iter()
                    .filter_map(|entry| match entry {
                        Entry::Article(article) if article.public => Some(article),
                        Entry::Article(_) | Entry::Event(_) => None,
                    })
                    .collect();
                let mut people: Vec<UserId> = articles.iter().filter_map(|article| article.author).collect();
                people.extend(view.ticket.assignee);
                let cards: BTreeMap<UserId, Card> = people::user::store::cards(tx, &people)?;
                let request = desk::catalogue::showing::Card::load(tx, &cx, number)?;
                let tasks = match &request {
                    Some(_) => desk::catalogue::tasking::for_requester(tx, number)?,
                    None => Vec::new(),
                };
                let cause = finding::plain(tx, number)?;
                let rated = rating::of_requester(tx, &cx, &view.ticket)?;
                let clerk = match view.ticket.state {
                    ticket::State::WaitingRequester => answers::clerk::said::path(tx, &cx, number)?,
                    _ => None,
                };
                Ok((view, articles, cards, (request, tasks), cause, rated, clerk))
            })
            .await?;
        let me = page.cx.user_id();
        let name = |id: Option<UserId>| id.and_then(|id| cards.get(&id)).map(|card| card.name.clone());
        let message = |article: Article| Message {
            mine: article.author == me,
            author: name(article.author).unwrap_or_else(|| page.t("portal-desk")),
            has_pictures: article
                .attachments
                .iter()
                .any(|file| is_picture(&file.media_type)),
            article,
        };
        let locale = page.cx.locale;
        let is_asked = view.question.is_some();
        let plain = Shell::plain(&page.cx);
        let approval = request.as_ref().map(|card| card.request.approval);
        // What was never begun is not shown as done.
        let ended = approval.filter(|one| matches!(one, Progress::Refused | Progress::Withdrawn));
        let card = request.as_ref().map(|card| card.html(&plain)).transpose()?;
        let satisfaction = rated.map(|(rating, is_open)| {
            let action = format!("/portal/requests/{number}/rating");
            Satisfaction::of(locale, action, rating.as_ref(), None, is_open)
        });
        Ok(Self {
            shell: page.bare(app, format!("#{number} {}", view.ticket.title)),
            state: match ended {
                Some(ended) => locale.t(ended.text_key()),
                None => words::state(locale, view.ticket.state),
            },
            steps: match ended {
                Some(_) => Vec::new(),
                None => words::steps(locale, &view.ticket),
            },
            news: words::news(&view, page.cx.now()),
            cause,
            // One that can no longer be given is not shown as a question.
            satisfaction: satisfaction.filter(|asked| asked.is_open || asked.is_said),
            // What the form asked stands in its card already.
            messages: articles
                .into_iter()
                .enumerate()
                .filter(|(place, article)| *place > 0 || card.is_none() || !article.attachments.is_empty())
                .map(|(_, article)| message(article))
                .collect(),
            assignee: name(view.ticket.assignee).filter(|_| view.ticket.state != ticket::State::Closed),
            can_reply: view.ticket.state != ticket::State::Closed,
            card,
            clerk,
            is_waiting: approval == Some(Progress::Waiting),
            is_declined: ended.is_some(),
            progress: progress(locale, &tasks),
            tasks: tasks
                .iter()
                .map(|(title, done)| (said(title, locale).to_owned(), *done))
                .collect(),
            solution: view
                .resolutions
                .last()
                .filter(|_| is_asked)
                .map(|resolution| resolution.solution.clone()),
            solved: view
                .resolutions
                .last()
                .filter(|resolution| view.ticket.state == ticket::State::Closed && !resolution.failed)
                .map(|resolution| resolution.solution.clone()),
            view,
            form,
        })
    }
}

pub async fn show(State(app): State<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    let one = One::load(&app, &page, number, FormView::empty()).await?;
    if page.partial {
        html(one.as_conversation())
    } else {
        html(one)
    }
}

pub async fn reply(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let reply = Reply {
        body: form.text("body").to_owned(),
        attachments: reporting::attachments(&form),
        ..Reply::default()
    };
    let outcome = app
        .db
        .write(move |tx| {
            own(tx, &cx, number)?;
            ticket::reply(tx, &cx, number, reply.clone())
        })
        .await;
    finish(&app, &page, number, &form, outcome.map(drop)).await
}

pub async fn verify(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let verify = Verify {
        accepted: form.text("answer") == "yes",
        comment: form.optional("comment").map(str::to_owned),
    };
    let outcome = app
        .db
        .write(move |tx| {
            own(tx, &cx, number)?;
            ticket::verify(tx, &cx, number, verify.clone())
        })
        .await;
    finish(&app, &page, number, &form, outcome.map(drop)).await
}

pub async fn reopen(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let reason = form.text("reason").to_owned();
    let outcome = app
        .db
        .write(move |tx| {
            own(tx, &cx, number)?;
            ticket::reopen(tx, &cx, number, &reason)?;
            // The reason of a reopening stands in the event, which is the desk's; the words are also the requester's.
            let words = Reply {
                body: reason.clone(),
                ..Reply::default()
            };
            ticket::reply(tx, &cx, number, words)
        })
        .await;
    finish(&app, &page, number, &form, outcome.map(drop)).await
}

/// Takes back what waits for approval.
pub async fn withdraw(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = app
        .db
        .write(move |tx| {
            own(tx, &cx, number)?;
            desk::catalogue::deciding::withdraw(tx, &cx, number)
        })
        .await;
    finish(&app, &page, number, &form, outcome.map(drop)).await
}

/// Lets only the requester act here.
fn own(tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx, number: i64) -> kernel::Result<()> {
    let ticket = ticket::load(tx, cx, number)?.ticket;
    if cx.user_id() == Some(ticket.requester) {
        Ok(())
    } else {
        Err(kernel::Error::not_found())
    }
}

pub async fn finish(
    app: &App,
    page: &Page,
    number: i64,
    form: &FormData,
    outcome: kernel::Result<()>,
) -> web::Result {
    match outcome {
        Ok(()) => see_other(&format!("/portal/requests/{number}")),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(One::load(app, page, number, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// A file of one's own request.
pub async fn file(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    let file = app.db.read(move |tx| ticket::attachment(tx, &cx, id)).await?;
    let content = app.files.get(&file.hash).await?;
    web::download_bytes(content, &file.name, &file.media_type)
}

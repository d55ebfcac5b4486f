//! `/knowledge/{number}`: an article as it is read, with what is known of it beside it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind as ErrorKind, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::Deserialize;
use web::{App, Choice, FormView, Need, Page, Path, Query, Routes, Shell, html, unprocessable, urlencoded};

use super::{CATEGORIES, FileLine, files, language, names, people};
use crate::article::{moving, store};
use crate::rendering::{self, Heading, Hrefs};
use crate::reviewing::{self, Verdict};
use crate::voting::{self, Voter};
use crate::{
    Article, Draft, Number, READ, State as How, Text, WRITE, Words, comment, popular, reading, space,
};

/// Articles shown under one.
const UNDER_MOST: i64 = 100;
/// Reasons shown of those whom it did not help.
const REASONS_MOST: usize = 10;

pub(super) fn routes() -> Routes {
    Routes::new().page(Method::GET, "/knowledge/{number}", Need::permission(READ), show)
}

/// Where it stands, and what stands under it.
struct Crumb {
    href: String,
    title: String,
}

/// A step to another state.
struct Move {
    state: &'static str,
    label: String,
}

/// The reader's vote.
struct Vote {
    mine: Option<bool>,
}

struct Comment {
    id: i64,
    author: String,
    author_key: String,
    at: Timestamp,
    body: String,
    is_settled: bool,
}

struct Reviewer {
    name: String,
    verdict: String,
    tone: &'static str,
    note: String,
}

#[derive(Template)]
#[template(path = "pages/views/article.html")]
struct View {
    shell: Shell,
    article: Article,
    locale: Locale,
    words: Words,
    changed_at: Timestamp,
    html: String,
    headings: Vec<Heading>,
    may_write: bool,
    has_changes: bool,
    is_stale: bool,
    /// The reader's language is not there.
    is_fallback: bool,
    languages: Vec<Locale>,
    others: Vec<Locale>,
    crumbs: Vec<Crumb>,
    below: Vec<Crumb>,
    main_move: Option<Move>,
    moves: Vec<Move>,
    facts: Vec<(String, String)>,
    vote: Option<Vote>,
    comments: Vec<Comment>,
    settled: Vec<Comment>,
    comment_form: FormView,
    reviewers: Vec<Reviewer>,
    is_asked: bool,
    people: Vec<Choice>,
    reasons: Vec<String>,
    files: Vec<FileLine>,
    panels: Vec<String>,
}

impl View {
    fn is_due(&self) -> bool {
        self.article.is_due(self.shell.cx.now())
    }

    fn language(&self, locale: &Locale) -> String {
        language(self.shell.cx.locale, *locale)
    }

    /// A language in its own words.
    fn own_name(&self, locale: &Locale) -> String {
        locale.t("web-locale-name")
    }
}

/// What is read in one transaction.
struct Found {
    article: Article,
    shown: Shown,
    drafts: Vec<Draft>,
    languages: Vec<Locale>,
    crumbs: Vec<Crumb>,
    below: Vec<Crumb>,
    vote: Option<Vote>,
    comments: Vec<comment::Comment>,
    reviewers: Vec<reviewing::Reviewer>,
    names: BTreeMap<UserId, String>,
    people: Vec<Choice>,
    reasons: Vec<String>,
    files: Vec<FileLine>,
    space: String,
    audience: Vec<String>,
}

/// The words on the page.
struct Shown {
    words: Words,
    locale: Locale,
    at: Timestamp,
    is_stale: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    locale: String,
}

/// `GET /knowledge/{number}`
async fn show(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    Query(wish): Query<Wish>,
) -> web::Result {
    let view = view(
        &app,
        &page,
        number,
        Locale::parse(&wish.locale),
        FormView::empty(),
    )
    .await?;
    if view.article.state.is_read() && !page.is_live {
        popular::count(&app, page.cx.now(), number);
    }
    html(view)
}

/// The article again, with a comment that was refused.
pub(super) async fn refused(
    app: &App,
    page: &Page,
    number: Number,
    locale: Locale,
    form: FormView,
) -> web::Result {
    unprocessable(view(app, page, number, Some(locale), form).await?)
}

async fn view(
    app: &App,
    page: &Page,
    number: Number,
    wanted: Option<Locale>,
    comment_form: FormView,
) -> web::Result<View> {
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| found(tx, &cx, number, wanted)).await?;
    let may_write = page.cx.may(WRITE).is_some();
    let (locale, article) = (found.shown.locale, &found.article);
    let rendered = rendering::page(&found.shown.words.body, &Hrefs::console(locale));
    let has_changes = found.drafts.iter().any(|draft| draft.locale == locale);
    let (main_move, moves) = if may_write {
        steps(page, article, has_changes)
    } else {
        (None, Vec::new())
    };
    let me = page.cx.user_id();
    let is_asked = found
        .reviewers
        .iter()
        .any(|one| Some(one.person) == me && one.verdict.is_none());
    let (settled, comments): (Vec<_>, Vec<_>) = found
        .comments
        .iter()
        .map(|one| shown_comment(one, &found.names))
        .partition(|one| one.is_settled);
    let cards = app.panels("article.side", &page.cx, &article.subject()).await;
    Ok(View {
        shell: page.shell(app, found.shown.words.title.clone()).await?,
        facts: facts(page, &found),
        html: rendered.html,
        headings: rendered.headings,
        may_write,
        has_changes,
        is_stale: found.shown.is_stale,
        is_fallback: locale != wanted.unwrap_or(page.cx.locale),
        others: found
            .languages
            .iter()
            .copied()
            .filter(|one| *one != locale)
            .collect(),
        languages: found.languages,
        crumbs: found.crumbs,
        below: found.below,
        main_move,
        moves,
        vote: found.vote,
        comments,
        settled,
        comment_form,
        reviewers: found
            .reviewers
            .iter()
            .map(|one| reviewer(page, one, &found.names))
            .collect(),
        is_asked,
        people: found.people,
        reasons: found.reasons,
        files: found.files,
        panels: cards.into_iter().map(|card| card.html).collect(),
        locale,
        changed_at: found.shown.at,
        words: found.shown.words,
        article: found.article,
    })
}

fn found(tx: &mut Tx<'_>, cx: &Cx, number: Number, wanted: Option<Locale>) -> Result<Found> {
    let article = reading::article(tx, cx, number)?;
    let may_write = cx.may(WRITE).is_some();
    let texts = reading::texts(tx, cx, number)?;
    let drafts = if may_write {
        reading::drafts(tx, cx, number)?
    } else {
        Vec::new()
    };
    let shown = shown(tx, cx, &article, &drafts, wanted)?;
    let comments = comment::list(tx, cx, number, 0)?;
    let reviewers = if may_write {
        reviewing::reviewers(tx, cx, number)?
    } else {
        Vec::new()
    };
    let mut known: Vec<UserId> = comments.iter().map(|one| one.author).collect();
    known.extend(reviewers.iter().map(|one| one.person));
    known.extend(article.owner);
    known.sort_unstable();
    known.dedup();
    let voter = cx.user_id().map(Voter::User);
    let vote = match voter.filter(|_| article.state.is_read()) {
        Some(voter) => Some(Vote {
            mine: voting::mine(tx, cx, number, &voter)?,
        }),
        None => None,
    };
    let reasons = if may_write {
        let reasons = voting::reasons(tx, cx, number)?;
        reasons
            .into_iter()
            .map(|one| one.text)
            .take(REASONS_MOST)
            .collect()
    } else {
        Vec::new()
    };
    let under: Vec<Number> = store::under(tx, number, UNDER_MOST)?
        .iter()
        .map(|one| one.number)
        .collect();
    let spaces = space::all(tx)?;
    let space = spaces.iter().find(|one| one.id == article.space);
    let space_title = space
        .map_or(article.space.as_str(), |space| space.title(cx.locale))
        .to_owned();
    Ok(Found {
        crumbs: crumbs(tx, cx, &article, &space_title)?,
        below: reading::lines(tx, cx, &under)?.into_iter().map(crumb).collect(),
        languages: known_languages(&texts, &drafts),
        names: names(tx, &known)?,
        people: if may_write && !article.is_template {
            people(tx, cx)?
        } else {
            Vec::new()
        },
        files: files(tx, cx, number)?,
        audience: audience(tx, cx, &article.audience)?,
        space: space_title,
        article,
        shown,
        drafts,
        vote,
        comments,
        reviewers,
        reasons,
    })
}

/// What readers see; where nothing was published, the working copy for those who write.
fn shown(
    tx: &mut Tx<'_>,
    cx: &Cx,
    article: &Article,
    drafts: &[Draft],
    wanted: Option<Locale>,
) -> Result<Shown> {
    let locale = wanted.unwrap_or(cx.locale);
    let of = |draft: &Draft| Shown {
        words: draft.words.clone(),
        locale: draft.locale,
        at: draft.updated_at,
        is_stale: false,
    };
    let in_language = |locale: Locale| drafts.iter().find(|draft| draft.locale == locale);
    match reading::see(tx, cx, article.number, wanted) {
        // A translation that is being written is looked at under its own language only.
        Ok(seen) if seen.text.locale == locale || wanted.is_none() || in_language(locale).is_none() => {
            Ok(Shown {
                words: seen.text.words,
                locale: seen.text.locale,
                at: seen.text.updated_at,
                is_stale: seen.is_stale,
            })
        }
        Ok(_) => Ok(of(in_language(locale).ok_or_else(kernel::Error::not_found)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let best = in_language(locale)
                .or_else(|| in_language(article.original))
                .or_else(|| drafts.first());
            best.map(of).ok_or(error)
        }
        Err(error) => Err(error),
    }
}

fn known_languages(texts: &[Text], drafts: &[Draft]) -> Vec<Locale> {
    let mut locales: Vec<Locale> = texts.iter().map(|text| text.locale).collect();
    locales.extend(drafts.iter().map(|draft| draft.locale));
    locales.sort_unstable();
    locales.dedup();
    locales
}

fn crumb(line: reading::Line) -> Crumb {
    Crumb {
        href: format!("/knowledge/{}", line.number),
        title: line.title,
    }
}

fn crumbs(tx: &mut Tx<'_>, cx: &Cx, article: &Article, space: &str) -> Result<Vec<Crumb>> {
    let mut crumbs = vec![Crumb {
        href: format!("/knowledge?space={}", urlencoded::encode(&article.space)),
        title: space.to_owned(),
    }];
    if let Some(parent) = article.parent {
        crumbs.extend(reading::lines(tx, cx, &[parent])?.into_iter().map(crumb));
    }
    Ok(crumbs)
}

/// The terms of an audience in words.
fn audience(tx: &mut Tx<'_>, cx: &Cx, terms: &[String]) -> Result<Vec<String>> {
    let mut words = Vec::with_capacity(terms.len());
    for term in terms {
        words.push(match term.split_once(':') {
            None => cx.locale.t(&format!("knowledge-page-audience-{term}")),
            Some(("team", id)) => {
                let teams = people::team::store::list(tx)?;
                let team = teams.into_iter().find(|team| team.id.to_string() == id);
                team.map_or_else(|| id.to_owned(), |team| team.name)
            }
            Some(("role", name)) => {
                let roles = people::role::all(tx)?;
                let role = roles.into_iter().find(|role| role.name == name);
                role.map_or_else(|| name.to_owned(), |role| role.words(&Shell::plain(cx)))
            }
            Some((_, name)) => name.to_owned(),
        });
    }
    Ok(words)
}

/// The one step that the state asks for now, and the others.
fn steps(page: &Page, article: &Article, has_changes: bool) -> (Option<Move>, Vec<Move>) {
    let is_again = article.state == How::Published;
    let label = |to: How| {
        let again = if to == How::Published && is_again {
            "-again"
        } else {
            ""
        };
        page.t(&format!("knowledge-page-to-{}{again}", to.as_str()))
    };
    let possible = moving::next(article.state).into_iter().filter(|(to, right)| {
        page.cx.may(right).is_some() && (*to != How::Published || !is_again || has_changes)
    });
    let mut moves: Vec<(How, Move)> = possible
        .map(|(to, _)| {
            let step = Move {
                state: to.as_str(),
                label: label(to),
            };
            (to, step)
        })
        .collect();
    if article.is_template {
        moves.clear();
    }
    let first = moves
        .iter()
        .position(|(to, _)| *to == How::Published)
        .or_else(|| moves.iter().position(|(to, _)| *to == How::Review));
    let main = first.map(|at| moves.remove(at).1);
    (main, moves.into_iter().map(|(_, step)| step).collect())
}

fn shown_comment(one: &comment::Comment, names: &BTreeMap<UserId, String>) -> Comment {
    Comment {
        id: one.id,
        author: names.get(&one.author).cloned().unwrap_or_else(|| "–".to_owned()),
        author_key: one.author.to_string(),
        at: one.at,
        body: one.body.clone(),
        is_settled: one.settled_at.is_some(),
    }
}

fn reviewer(page: &Page, one: &reviewing::Reviewer, names: &BTreeMap<UserId, String>) -> Reviewer {
    let (key, tone) = match one.verdict {
        None => ("knowledge-page-verdict-waiting", "neutral"),
        Some(Verdict::Approved) => ("knowledge-page-verdict-approved", "success"),
        Some(Verdict::Changes) => ("knowledge-page-verdict-changes", "warning"),
    };
    Reviewer {
        name: names.get(&one.person).cloned().unwrap_or_else(|| "–".to_owned()),
        verdict: page.t(key),
        tone,
        note: one.note.clone(),
    }
}

/// What stands beside the article, as pairs.
fn facts(page: &Page, found: &Found) -> Vec<(String, String)> {
    let article = &found.article;
    let mut facts: Vec<(&str, String)> = Vec::new();
    let owner = article.owner.and_then(|owner| found.names.get(&owner).cloned());
    facts.push((
        "knowledge-page-owner",
        owner.unwrap_or_else(|| page.t("knowledge-page-nobody")),
    ));
    facts.push(("knowledge-page-space", found.space.clone()));
    if let Some(category) = article.category.as_deref().filter(|one| CATEGORIES.contains(one)) {
        facts.push((
            "knowledge-page-category",
            page.t(&format!("knowledge-page-category-{category}")),
        ));
    }
    if page.cx.may(WRITE).is_some() {
        let comma = if page.cx.locale == Locale::ZhCn {
            "、"
        } else {
            ", "
        };
        facts.push(("knowledge-page-audience", found.audience.join(comma)));
    }
    if let Some(software) = &article.software {
        let version = article.software_version.as_deref().unwrap_or_default();
        facts.push((
            "knowledge-page-software",
            format!("{software} {version}").trim().to_owned(),
        ));
    }
    facts.extend(figures(page, article));
    facts
        .into_iter()
        .map(|(key, value)| (page.t(key), value))
        .collect()
}

/// How it did.
fn figures(page: &Page, article: &Article) -> Vec<(&'static str, String)> {
    let of = |solved: i64, all: i64| {
        let values = [
            ("solved", solved.to_string().into()),
            ("all", all.to_string().into()),
        ];
        page.cx.locale.t_with("knowledge-page-outcome-of", &values)
    };
    let mut figures = Vec::new();
    let votes = article.solved.saturating_add(article.unsolved);
    if votes > 0 {
        figures.push(("knowledge-page-outcome", of(article.solved, votes)));
    }
    let tickets = article.tickets_solved.saturating_add(article.tickets_unsolved);
    if tickets > 0 {
        figures.push(("knowledge-page-tickets", of(article.tickets_solved, tickets)));
    }
    if article.reads > 0 {
        figures.push(("knowledge-page-reads", article.reads.to_string()));
    }
    figures
}

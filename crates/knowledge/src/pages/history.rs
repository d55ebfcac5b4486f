//! `/knowledge/{number}/history`: the versions of a language, two of them side by side, and bringing one back.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::Deserialize;
use web::{App, FormData, Need, Page, Path, Query, Routes, Shell, html};

use super::comparing::{Row, compare};
use super::{language, locale_of, names, said};
use crate::{Number, Version, WRITE, Words, reading, text, writing};

/// Versions of a page.
const PIECE: i64 = 50;
/// Stands for the working copy among the numbers of versions.
const WORKING: i64 = 0;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(WRITE);
    Routes::new()
        .page(Method::GET, "/knowledge/{number}/history", needed, show)
        .page(
            Method::POST,
            "/knowledge/{number}/history/{version}/restore",
            needed,
            restore,
        )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    locale: String,
    from: Option<i64>,
    to: Option<i64>,
    before: Option<i64>,
}

/// A version in the list.
struct Line {
    version: i64,
    label: String,
    is_published: bool,
    author: String,
    at: Timestamp,
    note: String,
}

/// One field of two versions.
struct Part {
    name: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "pages/views/history.html")]
struct View {
    shell: Shell,
    number: Number,
    title: String,
    locale: Locale,
    languages: Vec<Locale>,
    versions: Vec<Line>,
    from: i64,
    to: i64,
    from_label: String,
    to_label: String,
    parts: Vec<Part>,
    /// The older of the two, which can be brought back.
    restorable: Option<i64>,
    older: Option<String>,
}

impl View {
    fn language(&self, locale: &Locale) -> String {
        language(self.shell.cx.locale, *locale)
    }
}

/// What the page is made of.
struct Found {
    languages: Vec<Locale>,
    versions: Vec<Version>,
    draft: Option<text::Draft>,
    from: (i64, Words),
    to: (i64, Words),
    authors: std::collections::BTreeMap<UserId, String>,
}

/// `GET /knowledge/{number}/history`
async fn show(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    Query(wish): Query<Wish>,
) -> web::Result {
    let (cx, locale) = (page.cx.clone(), Locale::parse(&wish.locale));
    let before = wish.before.unwrap_or(i64::MAX);
    let read = move |tx: &mut Tx<'_>| {
        let article = reading::writable(tx, &cx, number)?;
        let locale = locale.unwrap_or(article.original);
        Ok((
            locale,
            found(tx, &cx, number, locale, before, (wish.from, wish.to))?,
        ))
    };
    let (locale, found) = app.db.read(read).await?;
    let label = |version: i64| {
        if version == WORKING {
            page.t("knowledge-page-version-working")
        } else {
            let version = version.to_string();
            page.cx
                .locale
                .t_with("knowledge-page-version", &[("version", version.into())])
        }
    };
    let last = found
        .versions
        .last()
        .map(|one| one.version)
        .filter(|last| *last > 1);
    let older = last.filter(|_| found.versions.len() >= usize::try_from(PIECE).unwrap_or(50));
    let (from, to) = (found.from.0, found.to.0);
    html(View {
        shell: page.shell(&app, page.t("knowledge-page-versions")).await?,
        number,
        title: if found.to.1.title.is_empty() {
            crate::article::key(number)
        } else {
            found.to.1.title.clone()
        },
        locale,
        versions: lines(&page, &found, before, label),
        from,
        to,
        from_label: label(from),
        to_label: label(to),
        parts: parts(&page, &found.from.1, &found.to.1),
        restorable: Some(from).filter(|from| *from != WORKING && *from != to),
        older: older.map(|last| {
            format!(
                "/knowledge/{number}/history?locale={}&before={last}",
                locale.tag()
            )
        }),
        languages: found.languages,
    })
}

fn found(
    tx: &mut Tx<'_>,
    cx: &Cx,
    number: Number,
    locale: Locale,
    before: i64,
    wanted: (Option<i64>, Option<i64>),
) -> Result<Found> {
    let versions = reading::versions(tx, cx, number, locale, before, PIECE)?;
    let texts = reading::texts(tx, cx, number)?;
    let drafts = reading::drafts(tx, cx, number)?;
    let mut languages: Vec<Locale> = texts.iter().map(|text| text.locale).collect();
    languages.extend(drafts.iter().map(|draft| draft.locale));
    languages.sort_unstable();
    languages.dedup();
    let draft = drafts.into_iter().find(|draft| draft.locale == locale);
    let (from, to) = choose(&versions, draft.is_some(), wanted);
    let mut words = |version: i64| -> Result<(i64, Words)> {
        if version == WORKING {
            return Ok((WORKING, reading::open_draft(tx, cx, number, locale)?.0));
        }
        if let Some(known) = versions.iter().find(|one| one.version == version) {
            return Ok((version, known.words.clone()));
        }
        Ok((version, reading::version(tx, cx, number, locale, version)?.words))
    };
    let (from, to) = (words(from)?, words(to)?);
    let mut people: Vec<UserId> = versions.iter().filter_map(|one| one.author).collect();
    people.extend(draft.as_ref().and_then(|draft| draft.updated_by));
    people.sort_unstable();
    people.dedup();
    Ok(Found {
        authors: names(tx, &people)?,
        languages,
        versions,
        draft,
        from,
        to,
    })
}

/// Which two are compared: those that were asked for, else the latest with the one before. Pure.
fn choose(versions: &[Version], has_draft: bool, wanted: (Option<i64>, Option<i64>)) -> (i64, i64) {
    let latest = versions.first().map_or(WORKING, |one| one.version);
    let to = wanted.1.unwrap_or(if has_draft { WORKING } else { latest });
    // What readers have is what changes are compared with.
    let published = versions.iter().find(|one| one.published && one.version != to);
    let before = versions.iter().find(|one| to == WORKING || one.version < to);
    let usual = if to == WORKING {
        published.or(before)
    } else {
        before
    };
    let from = wanted.0.unwrap_or_else(|| usual.map_or(to, |one| one.version));
    (from, to)
}

fn lines(page: &Page, found: &Found, before: i64, label: impl Fn(i64) -> String) -> Vec<Line> {
    let name = |id: Option<UserId>, other: Option<&String>| {
        id.and_then(|id| found.authors.get(&id))
            .or(other)
            .cloned()
            .unwrap_or_else(|| page.t("knowledge-page-by-unknown"))
    };
    let working = found
        .draft
        .as_ref()
        .filter(|_| before == i64::MAX)
        .map(|draft| Line {
            version: WORKING,
            label: label(WORKING),
            is_published: false,
            author: name(draft.updated_by, None),
            at: draft.updated_at,
            note: String::new(),
        });
    let versions = found.versions.iter().map(|one| Line {
        version: one.version,
        label: label(one.version),
        is_published: one.published,
        author: name(one.author, one.author_name.as_ref()),
        at: one.at,
        note: one.note.clone(),
    });
    working.into_iter().chain(versions).collect()
}

fn parts(page: &Page, before: &Words, after: &Words) -> Vec<Part> {
    let (old_tags, new_tags) = (before.tags.join(", "), after.tags.join(", "));
    let fields = [
        ("knowledge-page-article-title", &before.title, &after.title),
        ("knowledge-page-summary", &before.summary, &after.summary),
        ("knowledge-page-tags", &old_tags, &new_tags),
        ("knowledge-page-body", &before.body, &after.body),
    ];
    let part = |(key, old, new): (&str, &String, &String)| Part {
        name: page.t(key),
        rows: compare(old, new),
    };
    fields
        .into_iter()
        .map(part)
        .filter(|part| !part.rows.is_empty())
        .collect()
}

/// `POST /knowledge/{number}/history/{version}/restore`
async fn restore(
    State(app): State<App>,
    page: Page,
    Path((number, version)): Path<(Number, i64)>,
    form: FormData,
) -> web::Result {
    let (cx, locale) = (page.cx.clone(), locale_of(&page, form.text("locale")));
    app.db
        .write(move |tx| writing::restore(tx, &cx, number, locale, version).map(drop))
        .await?;
    let name = version.to_string();
    let words = page
        .cx
        .locale
        .t_with("knowledge-page-restored", &[("version", name.into())]);
    let path = format!("/knowledge/{number}/edit?locale={}", locale.tag());
    said(&page, &path, &words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: i64, published: bool) -> Version {
        Version {
            article: 1,
            locale: Locale::En,
            version,
            words: Words::default(),
            note: String::new(),
            author: None,
            author_name: None,
            published,
            at: Timestamp::default(),
        }
    }

    #[test]
    fn a_working_copy_is_compared_with_what_readers_have() {
        let versions = [version(3, false), version(2, true), version(1, true)];
        assert_eq!(choose(&versions, true, (None, None)), (2, WORKING));
        assert_eq!(choose(&versions, false, (None, None)), (2, 3));
        assert_eq!(choose(&versions, true, (Some(1), Some(3))), (1, 3));
        assert_eq!(choose(&[], true, (None, None)), (WORKING, WORKING));
    }
}

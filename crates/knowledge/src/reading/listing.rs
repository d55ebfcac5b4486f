//! Lists of articles: by filter with a cursor, by number, and as the tree of a space. In the reader's language, and only what
//! they may see.
//!
//! Who may see an article is decided along the walk over the index, not in SQL, so that there is one place that knows. A walk
//! looks at a bounded number of rows and goes on by cursor: a page can be short, or empty, with more behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use crate::article::store::Narrowed;
use crate::article::{Article, Kind, Number, State, store};
use crate::text::{self, Words};
use crate::{WRITE, visibility};

/// Rows that a page looks at before it goes on by cursor.
const LOOKED_AT: usize = 2_000;
/// Rows read together.
const PIECE: usize = 200;
/// Lines of a page at most.
const LIMIT_MAX: usize = 200;
/// Articles of a tree.
const TREE_MAX: i64 = 2_000;

/// Which articles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this space.
    pub space: Option<String>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// In this state.
    pub state: Option<State>,
    /// Looked after by this person.
    pub owner: Option<UserId>,
    /// For this category of tickets.
    pub category: Option<String>,
    /// About this software.
    pub software: Option<String>,
    /// With words in this language.
    pub locale: Option<Locale>,
    /// Only those that somebody should look over now.
    pub due: bool,
    /// Templates, instead of articles.
    pub is_template: bool,
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    at: Timestamp,
    number: Number,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.millis(), self.number)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let read = text.split_once('.').and_then(|(at, number)| {
            Some(Self {
                at: Timestamp::from_millis(at.parse().ok()?),
                number: number.parse().ok()?,
            })
        });
        read.ok_or_else(|| Error::invalid("knowledge.cursor_malformed").field("cursor"))
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The lines.
    pub items: Vec<T>,
    /// Where to go on; none at the end.
    pub next: Option<Cursor>,
}

/// An article as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which.
    pub number: Number,
    /// What sort.
    pub kind: Kind,
    /// How far it is.
    pub state: State,
    /// Its title in the reader's language, else in another.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// The space it stands in.
    pub space: String,
    /// A category of tickets.
    pub category: Option<String>,
    /// The language of the title.
    pub locale: Locale,
    /// The languages it has words in.
    pub locales: Vec<Locale>,
    /// What it is worth.
    pub worth: f64,
    /// How many said it solved their trouble.
    pub solved: i64,
    /// How many said it did not.
    pub unsolved: i64,
    /// When it changed last.
    pub updated_at: Timestamp,
    /// Who looks after it.
    pub owner: Option<UserId>,
    /// Whether somebody should look it over now.
    pub is_due: bool,
    /// Whether there are words that readers do not see yet; known to those who write.
    pub has_draft: bool,
}

/// The latest changed articles that fit and that the reader may see.
pub fn list(
    tx: &mut Tx<'_>,
    cx: &Cx,
    filter: &Filter,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Page<Line>> {
    let limit = limit.clamp(1, LIMIT_MAX);
    let terms = visibility::terms(cx);
    let narrowed = Narrowed {
        space: filter.space.as_deref(),
        kind: filter.kind,
        state: filter.state,
        owner: filter.owner,
        category: filter.category.as_deref(),
        software: filter.software.as_deref(),
        locale: filter.locale,
        due: filter.due.then(|| cx.now()),
        is_template: Some(filter.is_template),
    };
    let mut found: Vec<Article> = Vec::with_capacity(limit);
    let (mut at, mut looked_at) = (after, 0);
    let next = loop {
        let place = at.map(|cursor| (cursor.at, cursor.number));
        let some = store::latest(tx, &narrowed, place, i64::try_from(PIECE).unwrap_or(200))?;
        let is_last = some.len() < PIECE;
        looked_at += some.len();
        for article in some {
            if found.len() == limit {
                break;
            }
            at = Some(Cursor {
                at: article.updated_at,
                number: article.number,
            });
            if visibility::sees(cx, &terms, &article) {
                found.push(article);
            }
        }
        if found.len() == limit {
            break at;
        }
        if is_last {
            break None;
        }
        if looked_at >= LOOKED_AT {
            break at;
        }
    };
    Ok(Page {
        items: lined(tx, cx, found)?,
        next,
    })
}

/// Articles by number, in the order given: those that the reader may see and that have words for them.
pub fn lines(tx: &mut Tx<'_>, cx: &Cx, numbers: &[Number]) -> Result<Vec<Line>> {
    let terms = visibility::terms(cx);
    let mut found: BTreeMap<Number, Article> = store::find_many(tx, numbers)?
        .into_iter()
        .filter(|article| visibility::sees(cx, &terms, article))
        .map(|article| (article.number, article))
        .collect();
    let ordered = numbers.iter().filter_map(|number| found.remove(number));
    let ordered = ordered.collect();
    lined(tx, cx, ordered)
}

/// An article in the tree, with those under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The article.
    pub line: Line,
    /// Those under it.
    pub under: Vec<Branch>,
}

/// The articles of a space as a tree. One whose parent the reader may not see stands at the top.
pub fn tree(tx: &mut Tx<'_>, cx: &Cx, space: &str) -> Result<Vec<Branch>> {
    let terms = visibility::terms(cx);
    let mut articles = store::of_space(tx, space, TREE_MAX)?;
    articles.retain(|article| !article.is_template && visibility::sees(cx, &terms, article));
    let parents: BTreeMap<Number, Option<Number>> = articles
        .iter()
        .map(|article| (article.number, article.parent))
        .collect();
    Ok(branches(lined(tx, cx, articles)?, &parents))
}

/// Pure: lines in their order under their parents.
fn branches(lines: Vec<Line>, parents: &BTreeMap<Number, Option<Number>>) -> Vec<Branch> {
    let shown: BTreeSet<Number> = lines.iter().map(|line| line.number).collect();
    let mut under: BTreeMap<Option<Number>, Vec<Line>> = BTreeMap::new();
    for line in lines {
        let parent = parents.get(&line.number).copied().flatten();
        let parent = parent.filter(|parent| shown.contains(parent) && *parent != line.number);
        under.entry(parent).or_default().push(line);
    }
    let mut top = grown(None, &mut under);
    // A ring, which no operation makes, has no top: its articles are still shown.
    for (_, rest) in under {
        top.extend(rest.into_iter().map(|line| Branch {
            line,
            under: Vec::new(),
        }));
    }
    top
}

fn grown(parent: Option<Number>, under: &mut BTreeMap<Option<Number>, Vec<Line>>) -> Vec<Branch> {
    let lines = under.remove(&parent).unwrap_or_default();
    lines
        .into_iter()
        .map(|line| Branch {
            under: grown(Some(line.number), under),
            line,
        })
        .collect()
}

/// The titles that the reader gets to see: published ones, and for those who write also working copies of what is not.
fn lined(tx: &mut Tx<'_>, cx: &Cx, articles: Vec<Article>) -> Result<Vec<Line>> {
    let numbers: Vec<Number> = articles.iter().map(|article| article.number).collect();
    let published = text::store::titles(tx, &numbers)?;
    let drafts = match cx.may(WRITE) {
        Some(_) => text::store::draft_titles(tx, &numbers)?,
        None => BTreeMap::new(),
    };
    let mut lines = Vec::with_capacity(articles.len());
    for article in articles {
        let texts = published.get(&article.number).map_or(&[][..], Vec::as_slice);
        let works = drafts.get(&article.number).map_or(&[][..], Vec::as_slice);
        lines.extend(line(cx, &article, texts, works));
    }
    Ok(lines)
}

fn line(cx: &Cx, article: &Article, texts: &[(Locale, Words)], works: &[(Locale, Words)]) -> Option<Line> {
    let pick =
        |list: &[(Locale, Words)], locale: Locale| list.iter().find(|(own, _)| *own == locale).cloned();
    let (locale, words) = pick(texts, cx.locale)
        .or_else(|| pick(texts, article.original))
        .or_else(|| texts.first().cloned())
        .or_else(|| pick(works, cx.locale))
        .or_else(|| pick(works, article.original))
        .or_else(|| works.first().cloned())?;
    let mut locales: Vec<Locale> = texts.iter().chain(works).map(|(locale, _)| *locale).collect();
    locales.sort_unstable();
    locales.dedup();
    Some(Line {
        number: article.number,
        kind: article.kind,
        state: article.state,
        title: words.title,
        summary: words.summary,
        space: article.space.clone(),
        category: article.category.clone(),
        locale,
        locales,
        worth: article.worth,
        solved: article.solved,
        unsolved: article.unsolved,
        updated_at: article.updated_at,
        owner: article.owner,
        is_due: article.is_due(cx.now()),
        has_draft: !works.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: Number) -> Line {
        Line {
            number,
            kind: Kind::HowTo,
            state: State::Published,
            title: String::new(),
            summary: String::new(),
            space: "network".to_owned(),
            category: None,
            locale: Locale::En,
            locales: Vec::new(),
            worth: 0.0,
            solved: 0,
            unsolved: 0,
            updated_at: Timestamp::from_millis(0),
            owner: None,
            is_due: false,
            has_draft: false,
        }
    }

    fn names(branches: &[Branch]) -> String {
        let each = branches.iter().map(|branch| match names(&branch.under) {
            under if under.is_empty() => branch.line.number.to_string(),
            under => format!("{}({under})", branch.line.number),
        });
        each.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_tree_shows_every_article_once_whatever_its_parent() {
        // 3 stands under 9, which is not shown; 5 and 6 stand under each other.
        let parents = [
            (1, None),
            (2, Some(1)),
            (3, Some(9)),
            (4, Some(2)),
            (5, Some(6)),
            (6, Some(5)),
        ];
        let lines = parents.iter().map(|(number, _)| of(*number)).collect();
        assert_eq!(
            names(&branches(lines, &parents.into_iter().collect())),
            "1(2(4)) 3 6 5"
        );
    }

    #[test]
    fn a_cursor_reads_back_what_it_shows() {
        let cursor = Cursor {
            at: Timestamp::from_millis(77),
            number: 12,
        };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        assert!("nowhere".parse::<Cursor>().is_err());
    }
}

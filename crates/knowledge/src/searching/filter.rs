//! Filters by typing over articles: `type:fault`, `状态：已发布`, `space:network`, `category:network`; and the facets that answer them.
//!
//! Names of the same filters are the desk's too: whoever asks for a category finds its tickets and its articles.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use web::SearchFilter;

use crate::article::{Article, Kind, State};
use crate::{READ, space};

/// What articles answer to.
#[must_use]
pub fn filters() -> Vec<SearchFilter> {
    vec![
        SearchFilter {
            names: &["type", "类型"],
            facets: |_, _, value| Ok(word("type", value, Kind::ALL, Kind::as_str, Kind::text_key)),
            values: "knowledge-search-values-type",
        },
        SearchFilter {
            names: &["state", "status", "状态"],
            facets: |_, _, value| Ok(word("state", value, State::ALL, State::as_str, State::text_key)),
            values: "knowledge-search-values-state",
        },
        SearchFilter {
            names: &["space", "空间"],
            facets: spaces,
            values: "knowledge-search-values-space",
        },
    ]
}

/// What an article answers to.
pub(super) fn facets(article: &Article, locale: Locale) -> Vec<String> {
    let mut facets = vec![
        format!("type:{}", article.kind.as_str()),
        format!("state:{}", article.state.as_str()),
        format!("space:{}", article.space),
        format!("language:{}", locale.tag()),
    ];
    facets.extend(article.category.as_ref().map(|word| format!("category:{word}")));
    facets.extend(article.created_by.map(|person| format!("from:{person}")));
    facets.extend(article.is_template.then(|| "is:template".to_owned()));
    facets
}

fn normal(text: &str) -> String {
    text.to_lowercase().replace([' ', '-'], "_")
}

fn word<T: Copy + 'static>(
    name: &str,
    value: &str,
    all: &'static [T],
    as_str: fn(T) -> &'static str,
    text_key: fn(T) -> &'static str,
) -> Option<Vec<String>> {
    let wanted = normal(value);
    let is_meant = |one: T| {
        let mut named = Locale::ALL.iter().map(|locale| normal(&locale.t(text_key(one))));
        as_str(one) == wanted || named.any(|name| name == wanted)
    };
    let found = all.iter().find(|one| is_meant(**one))?;
    Some(vec![format!("{name}:{}", as_str(*found))])
}

fn spaces(tx: &mut Tx<'_>, cx: &Cx, value: &str) -> Result<Option<Vec<String>>> {
    if cx.may(READ).is_none() {
        return Ok(None);
    }
    let wanted = normal(value);
    let found: Vec<String> = space::all(tx)?
        .iter()
        .filter(|space| {
            [&space.id, &space.title_en, &space.title_zh]
                .into_iter()
                .any(|name| normal(name) == wanted)
        })
        .map(|space| format!("space:{}", space.id))
        .collect();
    Ok((!found.is_empty()).then_some(found))
}

//! From the line somebody typed to a query: its filters are understood, the rest are words.
//!
//! What may be found is the reader's rights, computed here and part of the query. A filter that means nothing is left out, and
//! a note says so: the words still find, and nobody wonders why there is nothing.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::{self, Locale};
use kernel::search::SearchQuery;
use kernel::search::typed::{self, Filter, Typed};

use crate::app::App;
use crate::slice::SearchFilter;

const LETTERS_AT_MOST: usize = 500;
/// The filters of the kit itself; slices bring the others.
const KIND: &[&str] = &["kind", "种类", "类别"];
const BEFORE: &[&str] = &["before", "早于", "之前"];
const AFTER: &[&str] = &["after", "晚于", "之后"];

/// A line, understood.
pub(super) struct Understood {
    pub query: SearchQuery,
    /// The filters as they were typed.
    pub filters: Vec<Filter>,
    /// What was left out, and why, in the reader's language.
    pub notes: Vec<String>,
}

/// Understands a line. `kinds` were chosen beside it.
pub(super) async fn understand(app: &App, cx: &Cx, text: &str, kinds: Vec<String>) -> Result<Understood> {
    let text: String = text.trim_start().chars().take(LETTERS_AT_MOST).collect();
    let Typed { words, filters } = typed::read(&text, |name| is_filter(app, name));
    let mut understood = Understood {
        query: SearchQuery {
            text: words,
            rights: app.search_rights(cx),
            kinds,
            ..SearchQuery::default()
        },
        filters,
        notes: Vec::new(),
    };
    let mut facets = Vec::new();
    for filter in understood.filters.clone() {
        let name = filter.name.as_str();
        if KIND.contains(&name) {
            understood.kind(app, cx, &filter);
        } else if BEFORE.contains(&name) || AFTER.contains(&name) {
            understood.time(cx, &filter, AFTER.contains(&name));
        } else {
            facets.push(filter);
        }
    }
    if !facets.is_empty() {
        understood.facets(app, cx, facets).await?;
    }
    Ok(understood)
}

/// The names of all filters in a language, for showing what can be typed.
pub(super) fn names(app: &App, locale: Locale) -> Vec<&'static str> {
    let own = [KIND, BEFORE, AFTER];
    let lists = filters(app).map(|filter| filter.names).chain(own);
    let mut names = Vec::new();
    for list in lists {
        let is_spoken = |name: &&&str| name.is_ascii() == (locale == Locale::En);
        if let Some(name) = list.iter().find(is_spoken).or(list.first())
            && !names.contains(name)
        {
            names.push(*name);
        }
    }
    names
}

/// What a kind of documents is called: the text `SLICE-search-kind-KIND` of the slice that puts it into the index.
pub(super) fn kind_name(app: &App, locale: Locale, kind: &str) -> String {
    let is_its = |source: &crate::slice::SearchSource| source.kinds.contains(&kind);
    let owner = app.slices().iter().find(|slice| slice.search.iter().any(is_its));
    let key = owner.map(|slice| format!("{}-search-kind-{}", slice.name, kind.replace('_', "-")));
    key.filter(|key| i18n::has_key(locale, key))
        .map_or_else(|| kind.to_owned(), |key| locale.t(&key))
}

fn filters(app: &App) -> impl Iterator<Item = &SearchFilter> {
    app.slices().iter().flat_map(|slice| &slice.search_filters)
}

fn is_filter(app: &App, name: &str) -> bool {
    let own = [KIND, BEFORE, AFTER].iter().any(|names| names.contains(&name));
    own || filters(app).any(|filter| filter.names.contains(&name))
}

impl Understood {
    fn kind(&mut self, app: &App, cx: &Cx, filter: &Filter) {
        let mut all: Vec<&str> = app
            .search_sources()
            .flat_map(|source| source.kinds)
            .copied()
            .collect();
        all.dedup();
        let is_meant = |kind: &str, value: &str| {
            let named = [Locale::En, Locale::ZhCn]
                .iter()
                .any(|locale| kind_name(app, *locale, kind).to_lowercase() == value);
            kind == value || named
        };
        let mut wanted: Vec<String> = Vec::new();
        for value in &filter.values {
            let value = value.to_lowercase();
            wanted.extend(
                all.iter()
                    .filter(|kind| is_meant(kind, &value))
                    .map(|kind| (*kind).to_owned()),
            );
        }
        if wanted.is_empty() {
            let names: Vec<String> = all.iter().map(|kind| kind_name(app, cx.locale, kind)).collect();
            let values = cx
                .locale
                .t_with("web-search-values-kind", &[("values", names.join(", ").into())]);
            self.note(cx, filter, &values);
            return;
        }
        if !self.query.kinds.is_empty() {
            wanted.retain(|kind| self.query.kinds.contains(kind));
            // Nothing is of both kinds.
            wanted.extend(wanted.is_empty().then(String::new));
        }
        self.query.kinds = wanted;
    }

    fn time(&mut self, cx: &Cx, filter: &Filter, is_after: bool) {
        let periods = filter
            .values
            .iter()
            .filter_map(|value| typed::period(value, &cx.time_zone));
        let Some((begins, _)) = periods.min() else {
            let values = cx.locale.t("web-search-values-day");
            self.note(cx, filter, &values);
            return;
        };
        if is_after {
            self.query.since = self.query.since.max(Some(begins));
        } else {
            self.query.until = Some(self.query.until.map_or(begins, |until| until.min(begins)));
        }
    }

    async fn facets(&mut self, app: &App, cx: &Cx, wanted: Vec<Filter>) -> Result<()> {
        let known: Vec<SearchFilter> = filters(app).copied().collect();
        let context = cx.clone();
        let resolved = app
            .db
            .read(move |tx| resolve(tx, &context, &known, wanted.clone()))
            .await?;
        for (filter, values) in resolved.unknown {
            let values: Vec<String> = values.into_iter().map(|key| cx.locale.t(key)).collect();
            self.note(cx, &filter, &values.join(" "));
        }
        self.query.facets = resolved.facets.into_values().collect();
        Ok(())
    }

    fn note(&mut self, cx: &Cx, filter: &Filter, values: &str) {
        let arguments = [
            ("filter", filter.written.as_str().into()),
            ("values", values.to_owned().into()),
        ];
        self.notes
            .push(cx.locale.t_with("web-search-left-out", &arguments));
    }
}

/// What slices made of filters.
#[derive(Default)]
struct Resolved {
    /// By name: a filter typed twice takes either value.
    facets: BTreeMap<&'static str, Vec<String>>,
    /// With the texts that say what each slice takes.
    unknown: Vec<(Filter, Vec<&'static str>)>,
}

fn resolve(tx: &mut Tx<'_>, cx: &Cx, known: &[SearchFilter], wanted: Vec<Filter>) -> Result<Resolved> {
    let mut resolved = Resolved::default();
    for filter in wanted {
        let mut found = Vec::new();
        let (mut name, mut values) = (None, Vec::new());
        for candidate in known
            .iter()
            .filter(|known| known.names.contains(&filter.name.as_str()))
        {
            name = name.or_else(|| candidate.names.first().copied());
            values.push(candidate.values);
            for value in &filter.values {
                found.extend((candidate.facets)(tx, cx, value)?.unwrap_or_default());
            }
        }
        let Some(name) = name else { continue };
        if found.is_empty() {
            resolved.unknown.push((filter, values));
        } else {
            resolved.facets.entry(name).or_default().extend(found);
        }
    }
    Ok(resolved)
}

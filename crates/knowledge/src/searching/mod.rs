//! What the search index knows of articles: a document for each language, so that each is cut into words by its own rules.
//!
//! Rights are the terms of `crate::visibility`. What readers see carries `knowledge:TERM` for each term of its audience. What
//! they do not see yet, and what is for some only, is found by whoever writes under the terms `knowledge:write`,
//! `knowledge:write:TERM`, `knowledge:owner:ID`, and `knowledge:manage`, which say in one word what `visibility::sees` says in two.

pub mod filter;

use std::collections::BTreeMap;

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::Event;
use kernel::search::{Document, Hit, Search, SearchQuery};
use web::SearchSource;

use crate::article::{Article, Number, State, key, of_subject, store};
use crate::text::{self, Words};
use crate::{INTERNAL, MANAGE, WRITE, events, rendering, visibility};

/// The kind of documents in English.
pub const EN: &str = "article_en";
/// The kind of documents in Chinese.
pub const ZH: &str = "article_zh";
/// Both.
pub const KINDS: &[&str] = &[EN, ZH];

/// Articles, for the index.
pub const SOURCE: SearchSource = SearchSource {
    kinds: KINDS,
    is_translated: true,
    href,
    touched,
    load,
    list,
};

/// Found words beyond this are not worth their room in the index.
const BODY_MAX: usize = 200_000;
/// Articles whose words lie in memory together.
const READ_AT_ONCE: usize = 50;
/// How much more a hit weighs that always helped than one that nobody said anything of.
const WORTH_WEIGHS: f64 = 0.4;
/// What is outdated stands behind what holds.
const OUTDATED_WEIGHS: f64 = 0.8;

/// The kind of documents in a language.
#[must_use]
pub const fn kind(locale: Locale) -> &'static str {
    match locale {
        Locale::En => EN,
        Locale::ZhCn => ZH,
    }
}

/// The number in a document's key.
#[must_use]
pub fn number_of(key: &str) -> Option<Number> {
    key.strip_prefix("KB-")?.parse().ok()
}

/// Those who work in the department read on the console, everybody else in the portal.
fn href(cx: &Cx, key: &str) -> String {
    let number = number_of(key).unwrap_or_default();
    if cx.may(INTERNAL).is_some() || cx.may(WRITE).is_some() {
        format!("/knowledge/{number}")
    } else {
        format!("/help/{number}")
    }
}

/// Nothing that is found depends on single votes, uses, files, or comments.
const SILENT: &[&str] = &[
    events::VOTED,
    events::USED,
    events::SETTLED,
    events::COMMENTED,
    events::COMMENT_SETTLED,
    events::FILE_ADDED,
    events::FILE_REMOVED,
    events::REVIEW_DUE,
];

fn touched(event: &Event) -> Vec<String> {
    let is_ours = event.kind.starts_with("knowledge.") && !SILENT.contains(&event.kind.as_str());
    let number = of_subject(&event.subject).filter(|_| is_ours);
    number.map(key).into_iter().collect()
}

fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<String>> {
    let numbers = store::numbers_after(tx, number_of(after).unwrap_or(0), limit)?;
    Ok(numbers.into_iter().map(key).collect())
}

fn load(tx: &mut Tx<'_>, keys: &[String]) -> Result<Vec<Document>> {
    let numbers: Vec<Number> = keys.iter().filter_map(|key| number_of(key)).collect();
    let mut found = Vec::with_capacity(numbers.len());
    for part in numbers.chunks(READ_AT_ONCE) {
        found.extend(documents(tx, part)?);
    }
    Ok(found)
}

/// The documents of articles: published words for what is read, working copies for what is not.
pub fn documents(tx: &mut Tx<'_>, numbers: &[Number]) -> Result<Vec<Document>> {
    let articles = store::find_many(tx, numbers)?;
    let mut published = text::store::of_articles(tx, numbers)?;
    let in_work: Vec<Number> = articles
        .iter()
        .filter(|article| !article.state.is_read())
        .map(|article| article.number)
        .collect();
    let mut drafts = text::store::drafts_of(tx, &in_work)?;
    let mut documents = Vec::with_capacity(articles.len() * 2);
    for article in articles {
        let mut words: BTreeMap<Locale, Words> = BTreeMap::new();
        for text in published.remove(&article.number).unwrap_or_default() {
            words.insert(text.locale, text.words);
        }
        for draft in drafts.remove(&article.number).unwrap_or_default() {
            words.insert(draft.locale, draft.words);
        }
        let rights = rights_of(&article);
        for (locale, words) in words {
            documents.push(document(&article, locale, words, rights.clone()));
        }
    }
    Ok(documents)
}

fn document(article: &Article, locale: Locale, words: Words, rights: Vec<String>) -> Document {
    let body = rendering::plain(&words.body);
    let mut extra = words.tags;
    extra.extend(article.software.clone());
    extra.extend(article.software_version.clone());
    Document {
        kind: kind(locale).to_owned(),
        key: article.key(),
        title: words.title,
        body: [words.summary, body]
            .join("\n\n")
            .chars()
            .take(BODY_MAX)
            .collect(),
        extra: extra.join(", "),
        rights,
        time: article.updated_at,
        facets: filter::facets(article, locale),
        weight: weight(article),
    }
}

/// Pure: what an article weighs among equally good hits.
fn weight(article: &Article) -> f64 {
    let worth = WORTH_WEIGHS.mul_add(article.worth.clamp(0.0, 1.0), 1.0);
    if article.state == State::Outdated {
        worth * OUTDATED_WEIGHS
    } else {
        worth
    }
}

/// Pure: the terms under which an article is found; whoever `visibility::sees` it holds one of them, and nobody else.
fn rights_of(article: &Article) -> Vec<String> {
    let mut rights = Vec::new();
    if article.state.is_read() && !article.is_template {
        rights.extend(article.audience.iter().map(|term| format!("knowledge:{term}")));
    }
    if visibility::is_restricted(&article.audience) {
        rights.extend(
            article
                .audience
                .iter()
                .map(|term| format!("knowledge:write:{term}")),
        );
        rights.extend(article.owner.map(|owner| format!("knowledge:owner:{owner}")));
        rights.push("knowledge:manage".to_owned());
    } else {
        rights.push("knowledge:write".to_owned());
    }
    rights
}

/// What the asker holds, in the same terms.
#[must_use]
pub fn rights(cx: &Cx) -> Vec<String> {
    let terms = visibility::terms(cx);
    let mut rights = to_read(&terms);
    if cx.may(WRITE).is_some() {
        rights.push("knowledge:write".to_owned());
        rights.extend(terms.iter().map(|term| format!("knowledge:write:{term}")));
        rights.extend(cx.user_id().map(|user| format!("knowledge:owner:{user}")));
        rights.extend(cx.may(MANAGE).map(|_| "knowledge:manage".to_owned()));
    }
    rights
}

/// What the asker holds of what is published to them.
fn to_read(terms: &[String]) -> Vec<String> {
    terms.iter().map(|term| format!("knowledge:{term}")).collect()
}

/// Articles published to the reader, best first: one hit for each, in the reader's language where that was found.
///
/// # Errors
/// When the index does not answer.
pub fn find(search: &Search, cx: &Cx, text: &str, limit: usize) -> Result<Vec<(Number, Hit)>> {
    answers(search, cx, text, limit, Search::query_now)
}

/// [`find`] while somebody types: the last word counts as unfinished.
///
/// # Errors
/// When the index does not answer.
pub fn suggest(search: &Search, cx: &Cx, text: &str, limit: usize) -> Result<Vec<(Number, Hit)>> {
    answers(search, cx, text, limit, Search::suggest_now)
}

fn answers(
    search: &Search,
    cx: &Cx,
    text: &str,
    limit: usize,
    ask: fn(&Search, &SearchQuery) -> Result<Vec<Hit>>,
) -> Result<Vec<(Number, Hit)>> {
    let query = SearchQuery {
        text: text.to_owned(),
        kinds: KINDS.iter().map(|kind| (*kind).to_owned()).collect(),
        rights: to_read(&visibility::terms(cx)),
        limit: limit.saturating_mul(2),
        ..SearchQuery::default()
    };
    let mut found = once_each(ask(search, &query)?, kind(cx.locale));
    found.truncate(limit);
    Ok(found)
}

/// Pure: one hit for each article at the place of its best, in the reader's language where there is one.
fn once_each(hits: Vec<Hit>, own: &str) -> Vec<(Number, Hit)> {
    let mut found: Vec<(Number, Hit)> = Vec::with_capacity(hits.len());
    for hit in hits {
        let Some(number) = number_of(&hit.key) else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| *known == number) {
            None => found.push((number, hit)),
            Some((_, shown)) if hit.kind == own => {
                let score = shown.score;
                *shown = Hit { score, ..hit };
            }
            Some(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use kernel::cx::{Actor, Credential, Identity, Scope, Via};
    use kernel::time::{Clock, Timestamp};

    use super::*;
    use crate::READ;

    fn hit(kind: &str, key: &str, score: f64) -> Hit {
        Hit {
            kind: kind.to_owned(),
            key: key.to_owned(),
            score,
            title_html: String::new(),
            snippet_html: String::new(),
            time: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn an_article_is_shown_once_at_its_best_place_in_the_readers_language() {
        let hits = vec![
            hit(EN, "KB-2", 9.0),
            hit(EN, "KB-1", 8.0),
            hit(ZH, "KB-2", 7.0),
            hit("ticket", "17", 6.0),
        ];
        let found = once_each(hits, ZH);
        let shown: Vec<_> = found
            .iter()
            .map(|(number, hit)| (*number, hit.kind.as_str(), hit.score))
            .collect();
        assert_eq!(shown, [(2, ZH, 9.0), (1, EN, 8.0)]);
    }

    /// Somebody of a team, with a role and these rights.
    fn reader(team: &str, rights: &[&str]) -> Cx {
        let identity = Identity {
            user: format!("{:0>26}", "7").parse().unwrap(),
            name: String::new(),
            email: String::new(),
            teams: vec![format!("{team:0>26}").parse().unwrap()],
            groups: vec!["role:engineer".to_owned(), "department:north".to_owned()],
            grants: rights
                .iter()
                .map(|right| ((*right).to_owned(), Scope::All))
                .collect(),
            credential: Credential::Token { token: String::new() },
        };
        Cx::system(Clock::System, "test").acting_as(identity, Via::Page)
    }

    #[test]
    fn the_index_and_the_house_say_the_same_of_who_may_see_what() {
        let anonymous = Cx {
            actor: Actor::Anonymous,
            ..Cx::system(Clock::System, "test")
        };
        let readers = [
            anonymous,
            Cx::system(Clock::System, "test"),
            reader("1", &[]),
            reader("1", &[READ]),
            reader("1", &[READ, INTERNAL]),
            reader("1", &[READ, INTERNAL, WRITE]),
            reader("2", &[READ, INTERNAL, WRITE]),
            reader("2", &[READ, INTERNAL, WRITE, MANAGE]),
        ];
        let team = format!("team:{:0>26}", "1");
        let audiences = [
            "public",
            "everyone",
            "staff",
            &team,
            "role:engineer",
            "role:other",
            "department:north",
        ];
        for audience in audiences {
            for state in State::ALL {
                for (owner, is_template) in
                    [(None, false), (Some("7"), false), (None, true), (Some("8"), true)]
                {
                    let mut article = crate::writing::fresh(
                        &crate::Facts::default(),
                        Locale::En,
                        Timestamp::from_millis(0),
                    );
                    article.audience = vec![audience.to_owned()];
                    article.state = *state;
                    article.is_template = is_template;
                    article.owner = owner.map(|owner| format!("{owner:0>26}").parse().unwrap());
                    for (place, cx) in readers.iter().enumerate() {
                        let held = rights(cx);
                        let is_found = rights_of(&article).iter().any(|term| held.contains(term));
                        assert_eq!(
                            is_found,
                            visibility::may_see(cx, &article),
                            "reader {place}, {audience}, {state:?}, {owner:?}, {is_template}"
                        );
                    }
                }
            }
        }
    }
}

//! What is a gap. Pure.
//!
//! A single search says nothing, and what one person asks is nobody else's: a line needs at least two askings, or a group of
//! tickets. What counts as often is small on purpose, for the list is ordered by weight.

use std::collections::BTreeMap;

use kernel::Locale;
use learning::likeness::{Features, Nearest};

use super::{About, Kind};
use crate::asked::Summed;

/// A gap as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub kind: Kind,
    pub key: String,
    pub title: String,
    pub locale: Locale,
    pub weight: i64,
    pub about: About,
}

/// Fewer askings of a text say nothing.
const ASKED_LEAST: i64 = 2;
/// Fewer unopened answers may be chance.
const UNOPENED_LEAST: i64 = 3;
/// Fewer tickets are no habit.
const TICKETS_LEAST: i64 = 3;
/// In a group of tickets, an article in one of so many is enough to say that there is one.
const COVERED: i64 = 5;
/// So many voices against an article are a doubt about it.
const AGAINST: i64 = 2;
/// From here two symptoms are the same.
const SAME_FROM: f64 = 0.5;
const TICKETS_SHOWN: usize = 10;
const TITLE_MAX: usize = 200;

/// What people searched for in vain.
#[must_use]
pub fn in_searches(summed: &[Summed]) -> Vec<Found> {
    let mut found = Vec::new();
    for one in summed {
        let line = |kind, weight| Found {
            kind,
            key: one.key.clone(),
            title: one.text.chars().take(TITLE_MAX).collect(),
            locale: one.locale,
            weight,
            about: About::default(),
        };
        let unopened = one.asked - one.found_nothing - one.opened;
        if one.found_nothing >= ASKED_LEAST && one.found_nothing * 2 >= one.asked {
            found.push(line(Kind::NothingFound, one.found_nothing));
        } else if unopened >= UNOPENED_LEAST && one.opened * 4 <= one.asked {
            found.push(line(Kind::NotOpened, unopened));
        }
    }
    found
}

/// A group of like tickets, with how many of them an article was used in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub words: String,
    pub count: i64,
    pub tickets: Vec<i64>,
    pub covered: i64,
}

/// What the desk answers again and again without an article.
#[must_use]
pub fn in_groups(groups: &[Group]) -> Vec<Found> {
    groups
        .iter()
        .filter(|group| group.count >= TICKETS_LEAST && group.covered * COVERED < group.count)
        .map(|group| Found {
            kind: Kind::AnsweredOften,
            key: crate::asked::key(&group.words.replace('·', " ")).unwrap_or_else(|| group.words.clone()),
            title: group.words.chars().take(TITLE_MAX).collect(),
            locale: crate::beside::words::language(&group.words).unwrap_or_default(),
            weight: group.count,
            about: About {
                articles: Vec::new(),
                tickets: group.tickets.iter().copied().take(TICKETS_SHOWN).collect(),
            },
        })
        .collect()
}

/// A published article as far as this needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    pub number: i64,
    pub title: String,
    pub locale: Locale,
    /// Title and symptom.
    pub symptom: String,
    /// Published long enough ago to have been found.
    pub is_old: bool,
    pub reads: i64,
    /// It helped somebody, in a ticket or without.
    pub helped: i64,
    /// Voices and tickets against it.
    pub against: i64,
    /// Somebody opened it from a search lately.
    pub was_opened: bool,
}

/// Articles that nobody finds, or that helped nobody.
#[must_use]
pub fn in_articles(articles: &[Standing]) -> Vec<Found> {
    let old = articles.iter().filter(|one| one.is_old && one.helped == 0);
    old.map(|one| {
        let kind = if one.reads == 0 && !one.was_opened {
            Kind::NeverFound
        } else {
            Kind::NeverUsed
        };
        Found {
            kind,
            key: one.number.to_string(),
            title: one.title.clone(),
            locale: one.locale,
            weight: one.reads,
            about: About {
                articles: vec![one.number],
                tickets: Vec::new(),
            },
        }
    })
    .collect()
}

/// Pairs of articles about the same that both have voices against them.
#[must_use]
pub fn in_pairs(articles: &[Standing]) -> Vec<Found> {
    let doubted: Vec<&Standing> = articles.iter().filter(|one| one.against >= AGAINST).collect();
    if doubted.len() < 2 {
        return Vec::new();
    }
    let nearest = Nearest::of(doubted.iter().map(|one| one.symptom.as_str()), Features::All);
    let mut pairs: BTreeMap<(i64, i64), Found> = BTreeMap::new();
    for (place, one) in doubted.iter().enumerate() {
        for (other, likeness) in nearest.to(&one.symptom, 6) {
            if other == place || likeness < SAME_FROM || doubted[other].number == one.number {
                continue;
            }
            let other = doubted[other];
            let (low, high) = if one.number < other.number {
                (*one, other)
            } else {
                (other, *one)
            };
            pairs.entry((low.number, high.number)).or_insert_with(|| Found {
                kind: Kind::Contradicting,
                key: format!("{}-{}", low.number, high.number),
                title: format!("{} / {}", low.title, high.title)
                    .chars()
                    .take(TITLE_MAX)
                    .collect(),
                locale: low.locale,
                weight: low.against + high.against,
                about: About {
                    articles: vec![low.number, high.number],
                    tickets: Vec::new(),
                },
            });
        }
    }
    pairs.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summed(text: &str, asked: i64, found_nothing: i64, opened: i64) -> Summed {
        Summed {
            key: text.to_owned(),
            text: text.to_owned(),
            locale: Locale::En,
            asked,
            found_nothing,
            opened,
        }
    }

    #[test]
    fn what_is_asked_twice_in_vain_is_missing_and_what_is_asked_once_is_nobodys_business() {
        let found = in_searches(&[
            summed("badge reader", 4, 4, 0),
            summed("vpn", 20, 0, 15),
            summed("travel", 9, 0, 1),
            summed("one person's trouble", 1, 1, 0),
        ]);
        let kinds: Vec<(Kind, &str, i64)> = found
            .iter()
            .map(|one| (one.kind, one.key.as_str(), one.weight))
            .collect();
        assert_eq!(
            kinds,
            [
                (Kind::NothingFound, "badge reader", 4),
                (Kind::NotOpened, "travel", 8)
            ]
        );
    }

    #[test]
    fn a_group_that_an_article_answers_now_and_then_has_one() {
        let group = |covered| Group {
            words: "calendar · share".to_owned(),
            count: 9,
            tickets: (1..=9).collect(),
            covered,
        };
        assert_eq!(in_groups(&[group(2)]), []);
        assert_eq!(in_groups(&[group(1)])[0].key, "calendar share");
    }

    #[test]
    fn two_articles_about_the_same_that_both_fail_contradict_each_other() {
        let article = |number, symptom: &str, against| Standing {
            number,
            title: format!("Article {number}"),
            symptom: symptom.to_owned(),
            against,
            ..Standing::default()
        };
        let articles = [
            article(1, "the printer prints blank pages on every floor", 3),
            article(2, "the printer prints blank pages, all of them", 2),
            article(3, "vpn drops every five minutes at home", 5),
            article(4, "the printer prints blank pages", 0),
        ];
        let found = in_pairs(&articles);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].about.articles.clone(), found[0].weight),
            (vec![1, 2], 5)
        );
    }

    #[test]
    fn an_article_that_helped_is_left_alone() {
        let one = Standing {
            number: 1,
            is_old: true,
            ..Standing::default()
        };
        let read = Standing {
            reads: 9,
            ..one.clone()
        };
        let helped = Standing {
            helped: 1,
            ..read.clone()
        };
        let young = Standing {
            is_old: false,
            ..one.clone()
        };
        let kinds: Vec<Kind> = in_articles(&[one, read, helped, young])
            .iter()
            .map(|one| one.kind)
            .collect();
        assert_eq!(kinds, [Kind::NeverFound, Kind::NeverUsed]);
    }
}

//! Looking for what is missing, each night.
//!
//! Everything is read in small transactions, worked out in memory, and kept in one: the list is never half old.

use desk::learned;
use desk::ticket;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use knowledge::{article, rendering, searching, text};

use super::finding::{self, Found, Group, Standing};
use super::{About, Kind, store};
use crate::asked;
use crate::beside::{store as uses, words};

/// Looks for gaps.
pub const BUILD: &str = "answers.gaps";

pub const HANDLER: JobHandler = JobHandler { kind: BUILD, run };
pub const SCHEDULE: Schedule = Schedule {
    name: BUILD,
    every: Every::DailyAt(4, 10, "UTC"),
    job: BUILD,
};

const DAY: i64 = 86_400;
/// How far back searches are looked at, and how old an article must be before its silence says anything.
const DAYS: i64 = 90;
/// Texts that were searched for, the commonest.
const TEXTS: i64 = 2_000;
const FLAGS: i64 = 500;
const OPENED: i64 = 20_000;
/// Articles read together.
const PIECE: i64 = 200;
const SYMPTOM: &[&str] = &["Symptom", "Symptoms", "症状", "现象"];
const SYMPTOM_LETTERS: usize = 600;

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move { build(&kernel.db, &kernel.cx_system("answers.gaps")).await })
}

/// Looks for everything that is missing and keeps it.
///
/// # Errors
/// The database's.
pub async fn build(db: &Db, cx: &Cx) -> Result<()> {
    let now = cx.now();
    let since = now.add_secs(-DAYS * DAY);
    let mut found = finding::in_searches(&db.read(move |tx| asked::store::summed(tx, since, TEXTS)).await?);
    found.extend(finding::in_groups(&db.read(groups).await?));
    found.extend(db.read(flags).await?);
    let standing = standing(db, since).await?;
    let (pairs, articles) =
        tokio::task::spawn_blocking(move || (finding::in_pairs(&standing), finding::in_articles(&standing)))
            .await
            .map_err(kernel::error::Error::internal)?;
    found.extend(pairs);
    found.extend(articles);
    db.write(move |tx| keep(tx, &found, now)).await
}

fn keep(tx: &mut Tx<'_>, found: &[Found], now: Timestamp) -> Result<()> {
    for one in found {
        store::put(tx, one, now)?;
    }
    // Before others go: what goes tonight stays for a while, however long ago it was seen.
    store::forget_gone(tx, now.add_secs(-DAYS * DAY))?;
    store::let_go(tx, now)
}

/// The groups of last month's tickets, with how many of them an article was used in.
fn groups(tx: &mut Tx<'_>) -> Result<Vec<Group>> {
    let Some(month) = learned::store::months(tx)?.into_iter().next() else {
        return Ok(Vec::new());
    };
    let mut groups = Vec::new();
    for cluster in learned::store::clusters(tx, &month)? {
        let covered = store::covered_among(tx, &cluster.tickets)?.len();
        groups.push(Group {
            words: cluster.words,
            count: cluster.count,
            covered: i64::try_from(covered).unwrap_or(i64::MAX),
            tickets: cluster.tickets,
        });
    }
    Ok(groups)
}

/// What people of the desk said should be an article.
fn flags(tx: &mut Tx<'_>) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for flag in uses::open_flags(tx, FLAGS)? {
        let Some(of) = ticket::store::load(tx, flag.ticket)? else {
            continue;
        };
        found.push(Found {
            kind: Kind::Flagged,
            key: flag.ticket.to_string(),
            locale: words::language(&of.title).unwrap_or_default(),
            title: of.title,
            weight: 1,
            about: About {
                articles: Vec::new(),
                tickets: vec![flag.ticket],
            },
        });
    }
    Ok(found)
}

/// Every article that is read, as far as this needs it.
async fn standing(db: &Db, since: Timestamp) -> Result<Vec<Standing>> {
    let opened: Vec<i64> = db
        .read(move |tx| asked::store::opened_articles(tx, since, OPENED))
        .await?
        .iter()
        .filter_map(|opened| searching::number_of(opened.split_once(':')?.1))
        .collect();
    let mut standing = Vec::new();
    let mut after = 0;
    loop {
        let opened = opened.clone();
        let (last, some) = db
            .read(move |tx| {
                let numbers = article::store::numbers_after(tx, after, PIECE)?;
                Ok((
                    numbers.last().copied(),
                    of_articles(tx, &numbers, since, &opened)?,
                ))
            })
            .await?;
        standing.extend(some);
        match last {
            Some(last) => after = last,
            None => return Ok(standing),
        }
    }
}

fn of_articles(tx: &mut Tx<'_>, numbers: &[i64], since: Timestamp, opened: &[i64]) -> Result<Vec<Standing>> {
    let articles = article::store::find_many(tx, numbers)?;
    let mut texts = text::store::of_articles(tx, numbers)?;
    let mut standing = Vec::with_capacity(articles.len());
    for article in articles {
        if !article.state.is_read() || article.is_template {
            continue;
        }
        let texts = texts.remove(&article.number).unwrap_or_default();
        let original = texts.iter().find(|text| text.locale == article.original);
        let Some(text) = original.or(texts.first()) else {
            continue;
        };
        let symptom = rendering::section(&text.words.body, SYMPTOM).unwrap_or_default();
        let symptom: String = rendering::plain(&symptom).chars().take(SYMPTOM_LETTERS).collect();
        standing.push(Standing {
            number: article.number,
            title: text.words.title.clone(),
            locale: text.locale,
            symptom: format!("{}\n{symptom}", text.words.title),
            is_old: article.published_at.is_some_and(|at| at < since),
            reads: article.reads,
            helped: article.solved + article.tickets_solved,
            against: article.unsolved + article.tickets_unsolved,
            was_opened: opened.contains(&article.number),
        });
    }
    Ok(standing)
}
